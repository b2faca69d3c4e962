import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  encodeColumns, LOADS_TABLE, MARKETS_IN_STATEMENT, ROWS_TABLE, stressPortfolio,
  type PortfolioColumns, type StressRequest,
} from "@/lib/portfolio";
import type { Scenario } from "@/lib/risk";
import { AppError } from "@/lib/service/platform/app-error";
import { parseEnvironment } from "@/lib/service/platform/environment";
import { scaleOutTrouble, stressOnCluster } from "@/lib/service/stress/scale-out";
import { askShard, type Shard } from "@/lib/service/stress/scale-out-client";
import { dropLoads, type LoadSource } from "@/lib/service/stress/scale-out-loads";
import { api, run, sealedVersion, type Answer } from "../support/api";
import { cli } from "../support/cli";
import { startCluster, whyNoCluster, type Cluster } from "../support/clickhouse-cluster";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";
import { columnsOf, randomRecords, STATED } from "../support/random-portfolio";

const REASON = whyNoCluster();
if (REASON !== null) console.warn(`skipped: the cluster, because ${REASON}`);

const GROUP_LIMIT = 4000;
const none = { interest_rate_delta_pct: 0, collateral_market_impact_pct: 0,
  recovery_degradation_pct: 0, default_risk_increment_pct: 0 };
const SCENARIOS: Scenario[] = [
  { scenario_id: "still", description: "", ...none },
  { scenario_id: "crash", description: "", interest_rate_delta_pct: 0.5,
    collateral_market_impact_pct: -0.25, recovery_degradation_pct: -0.15,
    default_risk_increment_pct: 0.05 },
  { scenario_id: "all-is-lost", description: "", ...none, collateral_market_impact_pct: -1 },
  { scenario_id: "boom", description: "", ...none, collateral_market_impact_pct: 10 },
  { scenario_id: "segments", description: "", ...none, collateral_market_impact_pct: -0.1,
    segment_shocks: [
      { where: { sector: ["CRE", "Agro\t'x'\\"] }, collateral_market_impact_pct: -0.35,
        default_risk_increment_pct: 0.1 },
      { where: { country: ["DE", null] }, collateral_market_impact_pct: -0.2,
        recovery_degradation_pct: -0.5 },
      { where: { sector: "Nowhere" }, collateral_market_impact_pct: -0.9 },
      { where: { region: null, stage: "3" }, interest_rate_delta_pct: 2 },
      { where: { region: "Attica" }, collateral_market_impact_pct: -0.8 }] },
];
const GROUPINGS = [[], ["sector"], ["country", "stage"], ["region"], ["instrument_id"],
  ["sector", "region"]] as const;
const PORTFOLIOS: [string, () => PortfolioColumns][] = [
  ["loans and assets of every kind", () => columnsOf(randomRecords(1, 3000))],
  ["amounts over 2^51 units", () => columnsOf(randomRecords(2, 400, 9e14))],
  ["sums over 2^53 units", () => columnsOf(randomRecords(3, 2000, 2e9))],
  ["a stated collateral", () => columnsOf([STATED, ...randomRecords(4, 50), STATED])],
  ["halves, to be rounded to even", () => columnsOf([1, 2, 3, 5].map((units) => ({
    record_kind: "instrument", principal: 1, collateral_value: units / 1e4 })))],
  ["halves beyond 2^51", () => columnsOf([1, 3, 5, 7].flatMap((units) => [1, -1].map((sign) => ({
    record_kind: "instrument" as const, principal: 3e11,
    collateral_value: sign * (2 ** 52 + units) / 1e4 }))))],
  ["one loan", () => columnsOf([{ record_kind: "instrument", principal: 1 }])],
  ["nothing", () => columnsOf([])],
];
const HALF: Scenario = { scenario_id: "half", description: "", ...none,
  collateral_market_impact_pct: -0.5 };

let cluster: Cluster;
const sourceOf = (columns: PortfolioColumns): LoadSource => ({ columns, versionId: randomUUID(),
  hash: createHash("sha256").update(encodeColumns(columns)).digest("hex") });

describe.skipIf(REASON !== null)("a cluster of two shards", () => {
  beforeAll(async () => {
    cluster = await startCluster();
    process.env.TODISCOPE_SCALE_OUT_URL = cluster.url;
  });
  afterAll(() => cluster.stop());

  it.each(PORTFOLIOS)("gives the bits of one process: %s", async (name, make) => {
    const source = sourceOf(make());
    for (const netting of ["portfolio", "instrument"] as const) {
      for (const groupBy of name === PORTFOLIOS[0]?.[0] ? GROUPINGS : GROUPINGS.slice(0, 3)) {
        const request: StressRequest = { scenarios: [...SCENARIOS, HALF], netting, groupBy };
        const here = stressPortfolio(source.columns, request);
        const there = await stressOnCluster(source, request, GROUP_LIMIT);
        expect(JSON.stringify(there), `${netting} by ${groupBy.join()}`)
          .toBe(JSON.stringify(here));
      }
    }
  });

  it("gives them for more scenarios than a statement holds", async () => {
    const source = sourceOf(columnsOf(randomRecords(5, 500)));
    const length = 2 * MARKETS_IN_STATEMENT + 5;
    const scenarios = Array.from({ length }, (_, index): Scenario => ({ ...HALF,
      scenario_id: `s${index}`, collateral_market_impact_pct: -index / 400,
      segment_shocks: [{ where: { sector: "CRE", stage: String(index % 3 + 1) },
        collateral_market_impact_pct: index / 300 }] }));
    const request: StressRequest = { scenarios, netting: "instrument", groupBy: ["country"] };
    expect(JSON.stringify(await stressOnCluster(source, request, GROUP_LIMIT)))
      .toBe(JSON.stringify(stressPortfolio(source.columns, request)));
  });

  it("gives them for more segments than a column of the answer holds", async () => {
    const source = sourceOf(columnsOf(randomRecords(13, 500)));
    const wheres = ["CRE", "Retail", "Agro\t'x'\\", null].flatMap((sector) => ["DE", "FR", null]
      .flatMap((country) => ["1", "2", "3", null].map((stage) => ({ sector, country, stage }))));
    expect(wheres.length).toBeGreaterThan(32);
    // With more markets than a statement holds, each of all segments.
    const scenarios = Array.from({ length: MARKETS_IN_STATEMENT + 2 }, (_, index): Scenario => ({
      ...HALF, scenario_id: `s${index}`, segment_shocks: wheres.map((where, at) => ({ where,
        collateral_market_impact_pct: -((at * 7 + index) % 90) / 100,
        default_risk_increment_pct: at / 100 })) }));
    const request: StressRequest = { scenarios, netting: "instrument",
      groupBy: ["region", "sector"] };
    expect(JSON.stringify(await stressOnCluster(source, request, GROUP_LIMIT)))
      .toBe(JSON.stringify(stressPortfolio(source.columns, request)));
  });

  it("loads a version once, and onto both shards", async () => {
    const source = sourceOf(columnsOf(randomRecords(6, 400)));
    await Promise.all([1, 2, 3].map(() => stressOnCluster(source, REQUEST, GROUP_LIMIT)));
    expect(await loadsOf(source)).toHaveLength(1);
    for (const shard of [0, 1]) {
      expect(await rowsOf(await loadsOf(source), shard)).toBe(200);
    }
    await dropLoads({ versionId: source.versionId });
    expect(await loadsOf(source)).toHaveLength(0);
  });

  it("refuses too many groups with the words of one process", async () => {
    const source = sourceOf(columnsOf(randomRecords(7, 3000)));
    const request = { ...REQUEST, groupBy: ["instrument_id"] as const };
    expect(await stressOnCluster(source, request, 2000)).toStrictEqual(
      { ok: false, error: { code: "TOO_MANY_GROUPS", groups: 3000, limit: 2000 } });
    expect((await stressOnCluster(source, request, 3000)).ok).toBe(true);
  });

  it("uses nothing of a load that was interrupted", async () => {
    const source = sourceOf(columnsOf(randomRecords(8, 400)));
    await cluster.kill(1);
    await expectUnavailable(stressOnCluster(source, REQUEST, GROUP_LIMIT), /a shard cannot be reached/);
    await cluster.start(1);
    expect(await loadsOf(source)).toHaveLength(0);
    expect(await same(source)).toBe(true);
  });

  it("says so when a shard dies, gives nothing in part, and goes on when it is back", async () => {
    const source = sourceOf(columnsOf(randomRecords(9, 400)));
    expect(await same(source)).toBe(true);
    expect(await scaleOutTrouble(5000)).toBeNull();
    for (const shard of [1, 0]) {
      await cluster.kill(shard);
      await expectUnavailable(stressOnCluster(source, REQUEST, GROUP_LIMIT), /a shard cannot be reached/);
      expect(await scaleOutTrouble(5000)).toMatch(/a shard does not answer/);
      await cluster.start(shard);
      expect(await same(source)).toBe(true);
    }
    expect(await loadsOf(source)).toHaveLength(1);
  });

  it("says so when a shard has lost rows, and loads them again", async () => {
    const source = sourceOf(columnsOf(randomRecords(10, 400)));
    expect(await same(source)).toBe(true);
    await cluster.query(`DROP TABLE ${ROWS_TABLE}`, 1);
    await expectUnavailable(stressOnCluster(source, REQUEST, GROUP_LIMIT), /did not compute this/);
    await expectUnavailable(stressOnCluster(source, REQUEST, GROUP_LIMIT), /has lost rows/);
    expect(await same(source)).toBe(true);
  });

  it("ends what nobody waits for any longer, on the cluster too", async () => {
    const source = sourceOf(columnsOf(randomRecords(11, 400)));
    expect(await same(source)).toBe(true);
    const gone = new AbortController();
    const asked = askShard(FIRST(), "SELECT count() FROM system.numbers", { signal: gone.signal });
    await until("the statement runs", async () => (await running()) > 0 || undefined);
    gone.abort(new Error("the browser went away"));
    await expect(asked).rejects.toThrow("the browser went away");
    await until("the statement ends", async () => (await running()) === 0 || undefined);
    await expect(stressOnCluster(source, REQUEST, GROUP_LIMIT, AbortSignal.abort(new Error("gone before"))))
      .rejects.toThrow("gone before");
  });

  it("tells a wrong password and a statement that takes too long from a shard that is down", async () => {
    await expectUnavailable(askShard({ ...FIRST(), password: "wrong-word" }, "SELECT 1"),
      /refuses name or password/);
    await expectUnavailable(askShard(FIRST(), "SELECT count() FROM system.numbers",
      { timeoutMs: 1000 }), /it took longer than/);
    await until("the statement ends", async () => (await running()) === 0 || undefined);
  });
});

describe.skipIf(REASON !== null)("a server with a cluster", () => {
  let server: TestServer;
  let alone: TestServer;
  beforeAll(async () => {
    cluster = await startCluster();
    process.env.TODISCOPE_SCALE_OUT_URL = "";
    // The other one does the jobs: it knows the cluster.
    alone = await startServer({ TODISCOPE_WORKER: "off" });
    server = await startServer({ TODISCOPE_SCALE_OUT_URL: cluster.url,
      TODISCOPE_DATABASE_URL: alone.databaseUrl() });
  });
  afterAll(async () => {
    await server?.stop();
    await alone?.stop();
    for (const { dataDir } of [server, alone]) removeDataDir(dataDir);
    await cluster.stop();
  });

  const BOOK = randomRecords(12, 300).map(({ record_kind: _, ...fields }) => fields);
  const ask = (at: TestServer, dataset_version_id: string): Promise<Answer> =>
    api(at, "POST", "/api/v3/analyses/stress", { role: "EXECUTE", body: { dataset_version_id,
      scenarios: [...SCENARIOS.slice(1), HALF], netting: "instrument", group_by: ["sector"] } });
  const health = async (): Promise<unknown> =>
    (await api(server, "GET", "/health", { role: null })).json.components.scale_out;

  it("answers byte for byte what a server without one answers", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const here = await ask(alone, version);
    expect([here.status, (await ask(server, version)).text]).toStrictEqual([200, here.text]);
    expect(await cluster.query(`SELECT count() FROM ${LOADS_TABLE} WHERE version = '${version}'`))
      .toBe("1\n");
    expect(await health()).toStrictEqual({ status: "ok" });
  });

  it("answers 503 while a shard is down, and the same as before when it is back", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const before = await ask(server, version);
    await cluster.kill(1);
    const refused = await ask(server, version);
    expectProblem(refused, "SCALE_OUT_UNAVAILABLE");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await health()).toMatchObject({ status: "degraded" });
    const doctor = await cli(server, ["doctor"], { TODISCOPE_SCALE_OUT_URL: cluster.url });
    expect(doctor.out).toMatch(/scale out.*a shard does not answer/);
    await cluster.start(1);
    expect((await ask(server, version)).text).toBe(before.text);
    for (const text of [server.output(), doctor.out]) {
      expect(text).not.toContain(cluster.password);
    }
  });

  it("records runs with segments that one process replays and verifies", async () => {
    const version = await sealedVersion(server, ...BOOK.slice(3));
    const parameters = { stress_scenarios: [SCENARIOS.at(-1)], group_by: ["sector", "country"] };
    const recorded = await run(server, version, parameters);
    expect(recorded.status).toBe(200);
    expect(await cluster.query(`SELECT count() FROM ${LOADS_TABLE} WHERE version = '${version}'`))
      .toBe("1\n");
    const again = await run(alone, version, parameters);
    expect([again.status, again.json.run_id]).toStrictEqual([200, recorded.json.run_id]);
    expect((await api(alone, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } })).json).toMatchObject({ ok: true });
    await cluster.kill(1);
    const fresh = { stress_scenarios: [{ ...SCENARIOS.at(-1), scenario_id: "fresh" }] };
    expectProblem(await run(server, version, fresh), "SCALE_OUT_UNAVAILABLE");
    const { json } = await api(alone, "GET", `/api/v3/runs?dataset_version_id=${version}`);
    expect(json.items).toHaveLength(1);
    await cluster.start(1);
    expect((await run(server, version, fresh)).status).toBe(200);
  });

  it("takes an erased version's rows from the shards, later where one was down", async () => {
    const [first, second] = [await sealedVersion(server, ...BOOK.slice(1)),
      await sealedVersion(server, ...BOOK.slice(2))];
    const marks = async (id: string): Promise<number> => Number(
      await cluster.query(`SELECT count() FROM ${LOADS_TABLE} WHERE version = '${id}'`));
    for (const version of [first, second]) {
      expect((await ask(server, version)).status).toBe(200);
      expect(await marks(version)).toBe(1);
    }
    const erase = (id: string): Promise<Answer> => api(server, "DELETE",
      `/api/v3/dataset-versions/${id}`, { role: "ADMIN", body: { reason: "The test asks." } });
    await erase(first);
    expect(await marks(first)).toBe(0);
    await cluster.kill(0);
    expect((await erase(second)).status).toBe(200);
    await cluster.start(0);
    expect(await marks(second)).toBe(1);
    await api(server, "POST", "/api/v3/jobs", { role: "ADMIN", body: { kind: "clean_uploads" } });
    await until("what was left is gone", async () => (await marks(second)) === 0 || undefined);
  });
});

const REQUEST: StressRequest = { scenarios: [...SCENARIOS, HALF], netting: "instrument",
  groupBy: ["sector"] };
const FIRST = (): Shard => parseEnvironment(process.env).TODISCOPE_SCALE_OUT_URL
  ?.shards[0] as Shard;

const same = async (source: LoadSource): Promise<boolean> =>
  JSON.stringify(await stressOnCluster(source, REQUEST, GROUP_LIMIT))
  === JSON.stringify(stressPortfolio(source.columns, REQUEST));
const loadsOf = async ({ versionId }: LoadSource): Promise<string[]> => (await cluster.query(
  `SELECT load FROM ${LOADS_TABLE} WHERE version = '${versionId}'`)).split("\n").filter(Boolean);
const rowsOf = async ([load]: string[], shard: number): Promise<number> => Number(
  await cluster.query(`SELECT count() FROM ${ROWS_TABLE} WHERE load = ${load}`, shard));
const running = async (): Promise<number> => Number(await cluster.query(
  "SELECT count() FROM system.processes WHERE query LIKE '%system.numbers%' " +
  "AND query NOT LIKE '%processes%'"));

async function expectUnavailable(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  const { code, message: said } = error as AppError;
  expect(code).toBe("SCALE_OUT_UNAVAILABLE");
  expect(said).toMatch(message);
  expect(said).not.toContain(cluster.password);
  expect(said).not.toContain("127.0.0.1");
}
