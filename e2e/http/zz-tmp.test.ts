import { it } from "vitest";
import { api, newDataset, settled } from "/work/main/e2e/support/api";
import { startServer, removeDataDir } from "/work/main/e2e/support/server";
import { connect } from "/work/main/e2e/support/database";
it("x", async () => {
  const server = await startServer();
  const rows = 400_000;
  const tape = `loan_id,principal,sector\n${Array.from({ length: rows }, (_, index) => `L${index},${index},S${index % 9}`).join("\n")}\n`;
  for (const q of ["", "?normalize=false"]) {
    const t = Date.now();
    const dataset = await newDataset(server);
    const a = await api(server, "POST", `/api/v3/datasets/${dataset}/versions${q}`, { raw: tape, headers: { "content-type": "text/csv" } });
    const t1 = Date.now();
    const v = await settled(server, a.json.dataset_version_id);
    console.log(q, v.status, "upload", t1 - t, "load", Date.now() - t1);
    if (q) {
      const t2 = Date.now();
      await api(server, "POST", `/api/v3/dataset-versions/${a.json.dataset_version_id}/normalize`);
      const owner = await connect(server);
      for (let k = 0; k < 4; k++) { await new Promise((r) => setTimeout(r, 1500));
        const act = await owner.query("select left(query,150) q, state, wait_event, now()-query_start as d from pg_stat_activity where application_name like 'todiscope load%'");
        console.log(JSON.stringify(act.rows), (await api(server,"GET",`/api/v3/dataset-versions/${a.json.dataset_version_id}`)).json.progress); }
      const plan = await owner.query(`explain analyze SELECT raw_record_id, row_number, source_record_id, payload FROM raw_record
       WHERE dataset_version_id = '${a.json.dataset_version_id}' AND kind = 'record' AND row_number > 100000
       ORDER BY row_number LIMIT 2000`);
      console.log(plan.rows.map((r) => r["QUERY PLAN"]).join("\n"));
      const w = await settled(server, a.json.dataset_version_id);
      console.log(w.status, "normalize", Date.now() - t2);
      await owner.end();
    }
  }
  await server.stop(); removeDataDir(server.dataDir);
}, 300000);
