import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { api, EXAMPLE, newDataset, run, sealedVersion, sendTape, type Json } from "../support/api";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
let versionId: string;

usingServer(async (up) => {
  ({ server, owner } = up);
  versionId = await sealedVersion(server, EXAMPLE);
  await run(server, versionId);
});

const GUARDED = ["raw_record", "normalized_record", "evidence_records", "finding_record",
  "finding_evidence_link", "run", "audit_event", "audit_chain", "scenario_version",
  "scenario_decision", "version_columns", "instrument_results", "log_leaf", "log_node",
  "log_identity", "log_key", "log_checkpoint", "log_publication"];

/** The SQL state with which a statement is refused. */
async function refusal(sql: string, values: unknown[] = []): Promise<string> {
  try {
    await owner.query(sql, values);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Columns of a table with a value other than the one that stands there. */
async function columnsOf(table: string): Promise<string[]> {
  const found = await owner.query(
    "SELECT column_name FROM information_schema.columns WHERE table_name = $1", [table]);
  return found.rows.map((row: { column_name: string }) => row.column_name);
}

describe("the owner of the database", () => {
  it.each(GUARDED)("cannot change any column of %s", async (table) => {
    for (const column of await columnsOf(table)) {
      expect(await refusal(`UPDATE ${table} SET ${column} = ${column}`), column).toBe("TS001");
    }
  });
  it.each(GUARDED)("cannot delete from or empty %s", async (table) => {
    expect(await refusal(`DELETE FROM ${table}`)).toBe("TS001");
    expect(await refusal(`DELETE FROM ${table} WHERE false`)).toBe("TS001");
    // A table that others refer to is refused before its guard is asked.
    expect(await refusal(`TRUNCATE ${table}`)).toMatch(/^(TS001|0A000)$/);
    expect(await refusal(`TRUNCATE ${table} CASCADE`)).toBe("TS001");
  });

  it("cannot change, delete or empty sealed versions, nor the dataset under them", async () => {
    for (const column of await columnsOf("dataset_version")) {
      expect(await refusal(`UPDATE dataset_version SET ${column} = ${column}
        WHERE dataset_version_id = $1`, [versionId]), column).toBe("TS001");
    }
    expect(await refusal("DELETE FROM dataset_version WHERE dataset_version_id = $1", [versionId]))
      .toBe("TS001");
    expect(await refusal("TRUNCATE dataset_version CASCADE")).toBe("TS001");
    expect(await refusal("TRUNCATE dataset CASCADE")).toBe("TS001");
    expect(await refusal("DELETE FROM dataset")).toMatch(/^(TS001|23503|23001)$/);
  });

  it("cannot reach them by a rule of its own that names the erasure", async () => {
    const claimed = "SELECT 'PL/pgSQL function erase_dataset_version(uuid,text,text,text,text,text)'";
    expect(await refusal(`UPDATE run SET summary = NULL WHERE run_id IN
      (SELECT gen_random_uuid() WHERE (${claimed}) IS NOT NULL)`)).toBe("TS001");
    expect(await refusal(`DO $$ BEGIN
      -- PL/pgSQL function erase_dataset_version(uuid,text,text,text,text,text)
      UPDATE run SET summary = NULL; END $$`)).toBe("TS001");
  });

  it.each([
    ["sealed", async () => versionId],
    ["failed", async () => (await failedVersion()).dataset_version_id as string],
    ["unknown", async () => "00000000-0000-7000-8000-000000000000"],
  ])("cannot add records to a %s version", async (_, find) => {
    const id = await find();
    expect(await refusal(`INSERT INTO raw_record (raw_record_id, dataset_version_id, kind,
      row_number, payload, sha256) VALUES (gen_random_uuid(), $1, 'record', 99, '{}', 'x')`, [id]))
      .toBe("TS001");
    expect(await refusal(`INSERT INTO normalized_record (normalized_record_id, dataset_version_id,
      kind, row_number, outstanding_units, outstanding_rate_units, collateral_units, assets_units,
      distressed_units, distressed_recovery_units, distressed_count, instrument_count, sha256)
      VALUES (gen_random_uuid(), $1, 'instrument', 99, 1, 0, 0, 0, 0, 0, 0, 1, 'x')`, [id]))
      .toBe("TS001");
  });

  it("cannot record a run of a version that is not sealed", async () => {
    const failed = await failedVersion();
    expect(await refusal(`INSERT INTO run SELECT gen_random_uuid(), $1, engine_id, engine_version,
      started_at, parameters, exposure_evidence_id, evidence_ids, finding_ids, summary, request_id,
      created_at, created_by FROM run LIMIT 1`, [failed.dataset_version_id])).toBe("TS003");
  });

  it("finds nothing changed after all that", async () => {
    const verified = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: versionId } });
    expect(verified.json).toStrictEqual({ ok: true, checked: 5, first_bad: null });
    expect((await run(server, versionId)).headers.get("idempotent-replayed")).toBe("true");
  });
});

async function failedVersion(): Promise<Json> {
  const answer = await sendTape(server, "principal\nnot a number\n");
  expect(answer.json.detail).toBe("FILE_UNREADABLE");
  const version = await api(server, "GET", answer.headers.get("location") as string);
  expect(version.json.status).toBe("failed");
  return version.json;
}

const erase = (id: string, reason: unknown = "The data subject asked for it.") =>
  api(server, "DELETE", `/api/v3/dataset-versions/${id}`,
    { body: { reason }, headers: { "x-request-id": `erase-${id}` } });

describe("erasure", () => {
  let erased: string;
  let recorded: Json;
  let hashes: Json[];
  const hashesOf = async (): Promise<Json[]> => (await owner.query(
    `SELECT evidence_id AS id, sha256 FROM evidence_records WHERE dataset_version_id = $1
     UNION ALL SELECT finding_id, sha256 FROM finding_record WHERE dataset_version_id = $1
     UNION ALL SELECT raw_record_id, sha256 FROM raw_record WHERE dataset_version_id = $1
     UNION ALL SELECT normalized_record_id, sha256 FROM normalized_record
       WHERE dataset_version_id = $1 ORDER BY id`, [erased])).rows;

  beforeAll(async () => {
    erased = await sealedVersion(server,
      { principal: 1000, obligor_id: "Erna Mustermann", instrument_id: "L-1" });
    recorded = (await run(server, erased)).json;
    hashes = await hashesOf();
  });

  it.each([["", "REQUEST_BODY_INVALID"], ["   ", "REQUEST_BODY_INVALID"],
    [null, "REQUEST_BODY_INVALID"], [7, "REQUEST_BODY_INVALID"]])(
    "is refused for the reason %j", async (reason, code) => {
      expect((await erase(erased, reason)).json.detail).toBe(code);
      expect((await run(server, erased)).status).toBe(200);
    });

  it("leaves a tombstone with its hashes and ids, and nothing of the content", async () => {
    const before = (await api(server, "GET", `/api/v3/dataset-versions/${erased}`)).json;
    const answer = await erase(erased);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: "erased", consolidated: null,
      content_hash: before.content_hash, source: { sha256: before.source.sha256 } });
    expect(Date.parse(answer.json.erased_at)).not.toBeNaN();
    expect(await hashesOf()).toStrictEqual(hashes);
    const left = await owner.query(
      `SELECT to_jsonb(r)::text || to_jsonb(n)::text AS text FROM raw_record r
         JOIN normalized_record n USING (dataset_version_id) WHERE dataset_version_id = $1
       UNION ALL SELECT to_jsonb(e)::text FROM evidence_records e WHERE dataset_version_id = $1
       UNION ALL SELECT to_jsonb(f)::text FROM finding_record f WHERE dataset_version_id = $1
       UNION ALL SELECT to_jsonb(v)::text FROM dataset_version v WHERE dataset_version_id = $1`,
      [erased]);
    expect(left.rows.length).toBeGreaterThan(8);
    for (const { text } of left.rows) {
      expect(text).not.toMatch(/Erna|Mustermann|"L-1"|loss_estimate|1000[^0-9a-f]/);
    }
  });

  it("is audited with who, why and the request", async () => {
    const events = (await api(server, "GET", "/api/v3/audit?type=dataset_version.erased",
      { role: "AUDIT" })).json.items;
    expect(events).toMatchObject([{ actor: "token:admin", dataset_version_id: erased,
      reason: "The data subject asked for it.", request_id: `erase-${erased}` }]);
  });

  it("leaves no figure in any table: not in the audit log, nor in the job that loaded it", async () => {
    const figures = { principal: 7_654_321.75, collateral_value: 2_345_678.5, obligor_id: "Zaunkönig" };
    const version = await sealedVersion(server, figures);
    const { json } = await run(server, version);
    const words = [...Object.values(figures), json.report.debt_exposure.net_exposure_after_recovery,
      ...json.report.stress_tests.map((test: Json) => test.loss_estimate)].map(String);
    const { rows: tables } = await owner.query(`SELECT format('%I.%I', schemaname, tablename) AS name
      FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
    const holding = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const { name } of tables) {
        const { rowCount } = await owner.query(`SELECT FROM ${name} t WHERE EXISTS (
          SELECT FROM unnest($1::text[]) word WHERE strpos(to_jsonb(t)::text, word) > 0) LIMIT 1`, [words]);
        if (rowCount) found.push(name);
      }
      return found.sort();
    };
    expect(await holding()).toStrictEqual(["public.dataset_version", "public.evidence_records",
      "public.finding_record", "public.normalized_record", "public.raw_record", "public.run"]);
    expect((await erase(version)).status).toBe(200);
    expect(await holding()).toStrictEqual([]);
  });

  it.each<[string, string, () => [string, string, object?]]>([
    ["the same run", "DATASET_VERSION_ERASED", () => ["POST",
      "/api/v3/engines/distressed-asset-debt-stress/run",
      { dataset_version_id: erased, started_at: "2025-01-01T00:00:00Z", parameters: {} }]],
    ["a new run", "DATASET_VERSION_ERASED", () => ["POST",
      "/api/v3/engines/distressed-asset-debt-stress/run",
      { dataset_version_id: erased, started_at: "2029-01-01T00:00:00Z" }]],
    ["a report", "DATASET_VERSION_ERASED", () => ["POST",
      "/api/v3/engines/distressed-asset-debt-stress/report",
      { dataset_version_id: erased, run_id: recorded.run_id }]],
    ["verify", "DATASET_VERSION_ERASED", () => ["POST", "/api/v3/evidence/verify",
      { dataset_version_id: erased }]],
    ["another erasure", "DATASET_VERSION_ERASED", () => ["DELETE",
      `/api/v3/dataset-versions/${erased}`, { reason: "again" }]],
    ["normalizing", "DATASET_VERSION_ERASED", () =>
      ["POST", `/api/v3/dataset-versions/${erased}/normalize`]],
    ...["records", "instruments", "exposure", "quality", "kpis"].map(
      (part): [string, string, () => [string, string]] => [part, "DATASET_VERSION_ERASED",
        () => ["GET", `/api/v3/dataset-versions/${erased}/${part}`]]),
    ["its run", "DATASET_VERSION_ERASED", () => ["GET", `/api/v3/runs/${recorded.run_id}`]],
    ["its export", "DATASET_VERSION_ERASED",
      () => ["GET", `/api/v3/runs/${recorded.run_id}/export`]],
    ["its evidence", "DATASET_VERSION_ERASED",
      () => ["GET", `/api/v3/evidence/${recorded.debt_exposure_evidence_id}`]],
    ["its trace", "DATASET_VERSION_ERASED",
      () => ["GET", `/api/v3/evidence/${recorded.debt_exposure_evidence_id}/trace`]],
  ])("answers %s with 410", async (_, code, ask) => {
    const [method, path, body] = ask();
    const answer = await api(server, method, path, { body });
    expect([answer.status, answer.json.detail]).toStrictEqual([410, code]);
  });

  it("keeps the tombstones in the lists", async () => {
    const list = async (path: string) => api(server, "GET", `${path}?dataset_version_id=${erased}`);
    expect((await list("/api/v3/runs")).json.items).toMatchObject(
      [{ run_id: recorded.run_id, worst_loss_estimate: null }]);
    expect((await list("/api/v3/evidence")).json.items).toHaveLength(5);
    expect((await list("/api/v3/findings")).json.items).toStrictEqual([]);
    const whole = await api(server, "GET", "/api/v3/findings?limit=1000");
    expect(whole.status).toBe(200);
  });

  it("is noticed by a process that has the version in its cache", async () => {
    const id = await sealedVersion(server, EXAMPLE);
    await run(server, id);
    // As another process would erase it.
    await owner.query("SELECT erase_dataset_version($1, 'elsewhere', 'other process', NULL)", [id]);
    expect((await run(server, id)).json.detail).toBe("DATASET_VERSION_ERASED");
    expect(server.output()).not.toContain(`dataset_version_id=${id}`);
    const other = await sealedVersion(server, EXAMPLE);
    await run(server, other);
    await owner.query("SELECT erase_dataset_version($1, 'elsewhere', 'other process', NULL)",
      [other]);
    expect((await run(server, other, {}, "2030-01-01T00:00:00Z")).json.detail)
      .toBe("DATASET_VERSION_ERASED");
  });

  it("and 20 runs at the same time end in runs before it or 410 after it", async () => {
    const id = await sealedVersion(server, EXAMPLE);
    const runs = Array.from({ length: 20 }, (_, index) => run(server, id,
      { stress_scenarios: [{ scenario_id: `s${index}` }] }));
    const [answer, ...answers] = await Promise.all([erase(id), ...runs]);
    expect(answer.status).toBe(200);
    for (const each of answers) expect([200, 410]).toContain(each.status);
    const left = await owner.query(`SELECT count(*)::int AS n FROM evidence_records
      WHERE dataset_version_id = $1 AND payload IS NOT NULL`, [id]);
    expect(left.rows[0].n).toBe(0);
  });

  it("is possible for a failed and for an ingested version", async () => {
    const failed = await failedVersion();
    expect((await erase(failed.dataset_version_id)).json.status).toBe("erased");
    const dataset = await newDataset(server);
    const stored = await api(server, "POST", `/api/v3/datasets/${dataset}/versions?normalize=false`,
      { raw: "principal\n5\n", headers: { "content-type": "text/csv", prefer: "wait=30" } });
    expect(stored.json.status).toBe("ingested");
    expect((await erase(stored.json.dataset_version_id)).json.status).toBe("erased");
  });
});
