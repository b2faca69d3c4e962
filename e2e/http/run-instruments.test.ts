import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { api, run, sealedVersion, sendTape, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const units = (amount: number): bigint => BigInt(Math.round(amount * 10_000));
const loan = (instrument_id: string, principal: number, collateral_value: number, more: object) =>
  ({ instrument_id, principal, interest_rate_pct: 5, collateral_value, ...more });
const BOOK = [
  loan("L1", 100.5, 300, { sector: "CRE" }), loan("L2", 200.25, 50.1, { sector: "CRE" }),
  loan("L3", 33.3333, 10.0007, { sector: "Retail" }), loan("L4", 70, 70.0001, {}),
  { name: "A", value: 100, recovery_rate_pct: 40, linked_instrument_id: "L2" },
];
const PLAIN = { scenario_id: "plain", collateral_market_impact_pct: -0.333,
  default_risk_increment_pct: 0.0333 };
const SEGMENTED = { scenario_id: "segmented", collateral_market_impact_pct: -0.1, segment_shocks: [
  { where: { sector: "CRE" }, collateral_market_impact_pct: -0.35 },
  { where: { sector: null }, default_risk_increment_pct: 0.07 }] };

const page = (id: string, query: string, at = server): Promise<Answer> =>
  api(at, "GET", `/api/v3/runs/${id}/instruments?scenario_id=${query}`);

/** All instruments of a scenario, in pages of three. */
async function allOf(id: string, scenario: string): Promise<Json[]> {
  const items: Json[] = [];
  for (let cursor = ""; ;) {
    const { status, json } = await page(id, `${scenario}&limit=3${cursor}`);
    expect(status).toBe(200);
    items.push(...json.items as Json[]);
    if (json.next_cursor === null) return items;
    cursor = `&cursor=${json.next_cursor}`;
  }
}

const recorded = async (version: string, parameters: object, at = server): Promise<string> => {
  const { status, json } = await run(at, version, parameters);
  expect(status).toBe(200);
  return json.run_id as string;
};

function resultsOf({ dataDir }: TestServer, version: string): string[] {
  const folder = path.join(dataDir, "artifacts/instrument-results");
  return !existsSync(folder) ? [] : readdirSync(folder)
    .filter((name) => name.startsWith(version)).map((name) => path.join(folder, name));
}

describe("GET /runs/{id}/instruments", () => {
  it.each(["portfolio", "instrument"])("adds up to the totals to the unit by %s", async (netting) => {
    const version = await sealedVersion(server, ...BOOK);
    const scenarios = [PLAIN, SEGMENTED];
    const id = await recorded(version, { netting, stress_scenarios: scenarios });
    const { json } = await api(server, "POST", "/api/v3/analyses/stress", { role: "EXECUTE",
      body: { dataset_version_id: version, netting, scenarios } });
    for (const [at, total] of (json.totals.scenarios as Json[]).entries()) {
      const items = await allOf(id, scenarios[at]?.scenario_id ?? "");
      const sum = (name: string): bigint =>
        items.reduce((all: bigint, item) => all + units(item[name] as number), 0n);
      expect(items).toHaveLength(4);
      expect(sum("outstanding")).toBe(units(json.totals.base.total_outstanding));
      expect(sum("collateral_value")).toBe(units(json.totals.base.collateral_value));
      expect(sum("stressed_collateral_value")).toBe(units(total.collateral_value));
      expect(sum("default_risk_buffer")).toBe(units(total.default_risk_buffer));
      if (netting === "instrument") {
        expect(sum("collateral_shortfall")).toBe(units(json.totals.base.collateral_shortfall));
        expect(sum("stressed_collateral_shortfall")).toBe(units(total.collateral_shortfall));
      }
      const increases = items.map((item) => item.shortfall_increase as number);
      expect(increases).toStrictEqual([...increases].sort((a, b) => b - a));
    }
  });

  it("names each debt of its record, and sorts as in the tape", async () => {
    const version = await sealedVersion(server, { financial: { debt: { instruments: [
      { principal: 100, collateral_value: 80 }, { principal: 50, collateral_value: 50 }] } } },
    loan("L1", 100, 100, {}));
    const id = await recorded(version, { stress_scenarios: [PLAIN] });
    const { json } = await page(id, "plain&sort=row");
    expect(json).toMatchObject({ total: 3, netting: "portfolio", next_cursor: null,
      artifact: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(json.items).toMatchObject([
      { part: 0, instrument_id: null, outstanding: 100, collateral_shortfall: 20 },
      { part: 1, outstanding: 50, stressed_collateral_value: 33.35, shortfall_increase: 16.65 },
      { part: null, instrument_id: "L1", stressed_collateral_shortfall: 33.3,
        default_risk_buffer: 3.33 }]);
    const records = await api(server, "GET",
      `/api/v3/dataset-versions/${version}/records/${json.items[2].normalized_record_id}`);
    expect(records.status).toBe(200);
  });

  it("has no instruments where the tape has no debt", async () => {
    const version = await sealedVersion(server, BOOK[4]);
    const id = await recorded(version, { stress_scenarios: [PLAIN] });
    expect((await page(id, "plain")).json).toMatchObject({ items: [], total: 0, next_cursor: null });
  });

  it.each<[string, string, string]>([
    ["a scenario that the run lacks", "nowhere", "scenario_id"], ["none", "", "scenario_id"],
    ["another order", "plain&sort=beauty", "sort"], ["no cursor", "plain&cursor=x", "cursor"],
  ])("refuses %s", async (_, query, field) => {
    const id = await recorded(await sealedVersion(server, ...BOOK), { stress_scenarios: [PLAIN] });
    const answer = await page(id, query);
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.errors[0].path).toBe(field);
  });

  it("refuses a cursor of another scenario or order", async () => {
    const id = await recorded(await sealedVersion(server, ...BOOK),
      { stress_scenarios: [PLAIN, SEGMENTED] });
    const { next_cursor: cursor } = (await page(id, "plain&limit=1")).json;
    for (const query of ["segmented", "plain&sort=row"]) {
      expectProblem(await page(id, `${query}&cursor=${cursor}`), "PARAMETERS_INVALID");
    }
  });

  it("answers 410 for an erased version, and keeps no results of it", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const id = await recorded(version, { stress_scenarios: [PLAIN] });
    expect((await page(id, "plain")).status).toBe(200);
    expect(resultsOf(server, version)).toHaveLength(1);
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`, { body: { reason: "test" } });
    expectProblem(await page(id, "plain"), "DATASET_VERSION_ERASED");
    expect(resultsOf(server, version)).toStrictEqual([]);
  });

  it.each<[string, (file: string) => void]>([
    ["missing", (file) => rmSync(file)],
    ["damaged", (file) => writeFileSync(file, Buffer.from("not what it was"))],
  ])("makes results again when they are %s", async (fault, change) => {
    const first = await startServer();
    const { dataDir } = first;
    try {
      const version = await sealedVersion(first, ...BOOK);
      const id = await recorded(version, { stress_scenarios: [PLAIN] }, first);
      const before = await page(id, "plain", first);
      const [file] = resultsOf(first, version);
      expect(file).toContain(before.json.artifact.sha256);
      await first.stop();
      change(file as string);
      const second = await startServer({}, dataDir);
      expect((await page(id, "plain", second)).text).toBe(before.text);
      await second.stop();
      expect(second.output()).toContain("INSTRUMENT_RESULTS_REBUILT");
      expect(second.output()).toContain(`"fault":"${fault}"`);
      expect(resultsOf(second, version)).toStrictEqual([file]);
    } finally {
      removeDataDir(dataDir);
    }
  });

  it("pages through a large tape without a gap", async () => {
    const rows = Array.from({ length: 2_500 }, (_, at) => `L${at},${100 + at % 7},${90 + at % 13}`);
    const sent = await sendTape(server,
      `loan_id,outstanding,collateral_value\n${rows.join("\n")}\n`);
    const id = await recorded(sent.json.dataset_version_id as string,
      { stress_scenarios: [PLAIN] });
    const seen: string[] = [];
    for (let cursor = ""; ;) {
      const { json } = await page(id, `plain&limit=1000${cursor}`);
      seen.push(...(json.items as Json[]).map((item) => item.instrument_id as string));
      if (json.next_cursor === null) break;
      cursor = `&cursor=${json.next_cursor}`;
    }
    expect(seen).toHaveLength(2_500);
    expect(new Set(seen).size).toBe(2_500);
  });
});
