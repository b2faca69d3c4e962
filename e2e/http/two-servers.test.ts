import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import { api, EXAMPLE, newDataset, run, sealedVersion } from "../support/api";
import { countsOf } from "../support/database";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";

const databaseDir = newDataDir();
let database: EmbeddedDatabase;
let owner: pg.Client;
let servers: TestServer[];
const server = (index: number): TestServer => servers[index % servers.length] as TestServer;

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir);
  const environment = { TODISCOPE_DATABASE_URL: database.url };
  // Both find an empty database: one of them migrates it.
  servers = await Promise.all([startServer(environment), startServer(environment)]);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await Promise.all(servers.map((each) => each.stop()));
  await database.stop();
  for (const folder of [databaseDir, ...servers.map((each) => each.dataDir)]) removeDataDir(folder);
});

describe("two servers on one database", () => {
  it("started together, made one first administrator", async () => {
    expect(servers.filter((each) => each.oneTimePassword() !== "")).toHaveLength(1);
    const users = await owner.query("SELECT 1 FROM app_user");
    expect(users.rowCount).toBe(1);
  });

  it("make one run of identical requests", async () => {
    for (let round = 0; round < 5; round += 1) {
      const version = await sealedVersion(server(0), EXAMPLE);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => run(server(index), version)));
      expect(answers.map((answer) => answer.status)).toStrictEqual(Array(40).fill(200));
      expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
      expect(answers.filter((answer) => !answer.headers.get("idempotent-replayed"))).toHaveLength(1);
      expect(await countsOf(owner, version)).toStrictEqual(
        { evidence: 4, findings: 4, links: 4, runs: 1, audit: 1 });
    }
  });

  it("record overlapping runs without a deadlock that anybody sees", async () => {
    const version = await sealedVersion(server(0), EXAMPLE);
    const answers = await Promise.all(Array.from({ length: 80 }, (_, index) => {
      const scenarios = ["a", "b", "c", "d", "e"].filter((_, bit) => (index + 1 >> bit & 1) === 1)
        .map((id) => ({ scenario_id: id, collateral_market_impact_pct: -0.4 }));
      return run(server(index), version,
        { stress_scenarios: index % 3 ? scenarios : scenarios.reverse() });
    }));
    expect(answers.map((answer) => answer.status)).toStrictEqual(Array(80).fill(200));
    const runs = new Set(answers.map((answer) => answer.json.run_id)).size;
    expect(await countsOf(owner, version)).toStrictEqual(
      { evidence: 9, findings: 9, links: 9, runs, audit: runs });
  });

  it("number the versions of a dataset together", async () => {
    const dataset = await newDataset(server(0));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => api(server(index),
      "POST", `/api/v3/datasets/${dataset}/versions`, { headers: { prefer: "wait=30" },
        body: { records: [{ payload: { principal: index } }] } })));
    expect(answers.map((answer) => answer.json.number).sort((a, b) => a - b))
      .toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("obey what the other did: erasure at once, revocation within a second", async () => {
    const version = await sealedVersion(server(0), EXAMPLE);
    expect((await run(server(1), version)).status).toBe(200);
    await api(server(0), "DELETE", `/api/v3/dataset-versions/${version}`, { body: { reason: "x" } });
    expect((await run(server(1), version)).json.detail).toBe("DATASET_VERSION_ERASED");
    const { json: token } = await api(server(0), "POST", "/api/v3/tokens",
      { body: { name: "x", roles: ["READ"] } });
    const there = () => api(server(1), "GET", "/api/v3/me", { token: token.secret });
    expect((await there()).status).toBe(200);
    await api(server(0), "DELETE", `/api/v3/tokens/${token.token_id}`);
    await until("the other server refuses the token", async () =>
      (await there()).status === 401 || undefined, 5000);
  });
});
