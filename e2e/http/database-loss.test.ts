import { readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import { api, EXAMPLE, newDataset, run, sealedVersion, settled, type Answer } from "../support/api";
import { expectProblem } from "../support/problem";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";

const databaseDir = newDataDir();
let database: EmbeddedDatabase;
let server: TestServer;
let port: number;

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir, { restart: false });
  port = Number(new URL(database.url).port);
  server = await startServer({ TODISCOPE_DATABASE_URL: database.url });
});
afterAll(async () => {
  await server.stop();
  await database.stop();
  removeDataDir(server.dataDir);
  removeDataDir(databaseDir);
});

/** Ends the database without a word, as a machine that loses its power. */
async function killDatabase(): Promise<void> {
  const pid = Number(readFileSync(path.join(databaseDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
  process.kill(pid, "SIGQUIT");
  await until("the database has ended", () => {
    try {
      process.kill(pid, 0);
      return undefined;
    } catch {
      return true;
    }
  });
}
const startDatabase = async (): Promise<void> => {
  database = await startEmbeddedDatabase(databaseDir, { port, restart: false });
};
const recovered = (): Promise<true> => until("the server has its database again", async () =>
  (await api(server, "GET", "/health/ready", { role: null })).status === 200 || undefined);

describe("a database of one's own", () => {
  it("is used as it is: migrated, without demo data, nothing embedded beside it", async () => {
    expect(server.output()).not.toContain("Loading demo data");
    expect((await api(server, "GET", "/api/v3/datasets")).json.items).toStrictEqual([]);
    expect(() => server.databaseUrl()).toThrow();
    expect((await api(server, "GET", "/health", { role: null })).json.status).toBe("healthy");
  });

  it("may be named as the earlier product named it", async () => {
    const other = await startServer({ TODISCOPE_DATABASE_URL:
      database.url.replace("postgresql://", "postgresql+asyncpg://") });
    expect((await api(other, "GET", "/api/v3/datasets")).status).toBe(200);
    expect(other.oneTimePassword()).toBe("");
    await other.stop();
    removeDataDir(other.dataDir);
  });
});

describe("when the database goes away", () => {
  it("everything that needs it is 503 with Retry-After, and comes back without a restart", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const first = await run(server, version);
    const dataset = await newDataset(server);
    const { json: token } = await api(server, "POST", "/api/v3/tokens", { body: { name: "x", roles: ["READ"] } });
    await killDatabase();
    const csv = { raw: "principal\n1\n", headers: { "content-type": "text/csv", prefer: "wait=10" } };
    const unknown = "00000000-0000-7000-8000-000000000000";
    const refused = [
      await run(server, version), await run(server, unknown), await run(server, version, {}, "2026-01-01T00:00:00Z"),
      await api(server, "GET", "/api/v3/runs"), await api(server, "GET", "/api/v3/datasets"),
      await api(server, "GET", `/api/v3/dataset-versions/${version}/instruments`),
      await api(server, "GET", `/api/v3/dataset-versions/${version}/exposure?group_by=sector`),
      await api(server, "POST", "/api/v3/evidence/verify", { body: { dataset_version_id: version } }),
      await api(server, "POST", "/api/v3/datasets", { body: { name: "x", base_currency: "EUR" } }),
      await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, csv),
      await api(server, "DELETE", `/api/v3/dataset-versions/${version}`, { body: { reason: "x" } }),
      await api(server, "GET", "/api/v3/me", { token: token.secret }),
      await api(server, "GET", "/api/v3/audit"), await api(server, "GET", "/health/ready", { role: null }),
    ];
    for (const answer of refused) expectProblem(answer, "DATABASE_UNAVAILABLE");
    // What needs no database is answered as ever, faults of the request first.
    expect((await run(server, version, [])).json.detail).toBe("PARAMETERS_INVALID");
    expect((await api(server, "GET", "/api/v3/me")).status).toBe(200);
    expect((await api(server, "GET", "/health/live", { role: null })).status).toBe(200);
    const health = await api(server, "GET", "/health", { role: null });
    expect([health.status, health.json.status, health.json.components.database.status])
      .toStrictEqual([503, "unhealthy", "failed"]);

    await startDatabase();
    await recovered();
    expect((await run(server, version)).text).toBe(first.text);
    expect((await api(server, "GET", "/api/v3/me", { token: token.secret })).status).toBe(200);
    const healthy = await until("all components are well", async () => {
      const { json } = await api(server, "GET", "/health", { role: null });
      return json.status === "healthy" ? json : undefined;
    });
    expect(healthy.components.jobs.status).toBe("ok");
  });

  it("in the middle of runs, each is recorded whole or not at all", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const answers: Answer[] = [];
    let sent = 0;
    let going = true;
    const client = async (): Promise<void> => {
      while (going) {
        sent += 1;
        answers.push(await run(server, version, { stress_scenarios: [{ scenario_id: `s${sent}` }] }));
      }
    };
    const clients = Array.from({ length: 12 }, client);
    await until("runs are under way", () => answers.length > 60 || undefined);
    await killDatabase();
    await until("runs are refused", () => answers.some((answer) => answer.status === 503) || undefined);
    await startDatabase();
    const down = answers.length;
    await until("runs are recorded again", () =>
      answers.slice(down).some((answer) => answer.status === 200) || undefined);
    going = false;
    await Promise.all(clients);

    const refused = answers.filter((answer) => answer.status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expectProblem(answer, "DATABASE_UNAVAILABLE");
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const { rows } = await owner.query(
      `SELECT run_id::text,
         (SELECT count(*)::int FROM evidence_records WHERE evidence_id = ANY(r.evidence_ids)) AS evidence,
         (SELECT count(*)::int FROM finding_record WHERE finding_id = ANY(r.finding_ids)) AS findings,
         (SELECT count(*)::int FROM finding_evidence_link WHERE finding_id = ANY(r.finding_ids)) AS links,
         (SELECT count(*)::int FROM audit_event WHERE subject_id = r.run_id::text) AS audit
       FROM run r WHERE dataset_version_id = $1`, [version]);
    await owner.end();
    for (const { evidence, findings, links, audit } of rows) {
      expect([evidence, findings, links, audit]).toStrictEqual([5, 5, 5, 1]);
    }
    const recorded = new Set(rows.map((row) => row.run_id));
    for (const answer of answers.filter((each) => each.status === 200)) {
      expect(recorded).toContain(answer.json.run_id);
    }
    expect((await api(server, "POST", "/api/v3/evidence/verify", { body: { dataset_version_id: version } }))
      .json.ok).toBe(true);
  });

  it("in the middle of an import, it is loaded again from the start and sealed once", async () => {
    const rows = 120_000;
    const tape = `loan_id,principal\n${Array.from({ length: rows }, (_, index) => `L${index},${index}`).join("\n")}\n`;
    const started = await api(server, "POST", `/api/v3/datasets/${await newDataset(server)}/versions`,
      { raw: tape, headers: { "content-type": "text/csv" } });
    const id = started.json.dataset_version_id;
    await until("rows have come in", async () => {
      const { json } = await api(server, "GET", `/api/v3/dataset-versions/${id}`);
      expect(json.status).toBe("importing");
      return json.progress.rows > 0 || undefined;
    });
    await killDatabase();
    await startDatabase();
    await recovered();
    const version = await settled(server, id);
    expect(version).toMatchObject({ status: "sealed", failure: null, counts: { raw: rows } });
    const { json: jobs } = await api(server, "GET", `/api/v3/jobs?subject=${id}`);
    expect(jobs.items).toMatchObject([{ state: "succeeded", attempts: 2 }]);
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const { rows: [stored] } = await owner.query(
      "SELECT count(*)::int AS raw FROM raw_record WHERE dataset_version_id = $1 AND kind = 'record'", [id]);
    await owner.end();
    expect(stored.raw).toBe(rows);
    expect(await sealedVersion(server, EXAMPLE)).toBeTruthy();
  });
});
