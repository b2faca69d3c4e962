import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, sendTape, type Json } from "../support/api";
import { newDataDir, removeDataDir, ROOT, startServer, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const BY_INSTRUMENT = { netting: "instrument" };
const loan = (instrument_id: string, principal: number, collateral_value: number) =>
  ({ instrument_id, principal, interest_rate_pct: 5, collateral_value });
const LOANS = [loan("L1", 100, 300), loan("L2", 200, 50),
  { name: "A", value: 100, recovery_rate_pct: 40 }];
const stressOf = (body: Json, id: string): Json =>
  body.report.stress_tests.find((stress: Json) => stress.scenario_id === id);

describe("netting by instrument", () => {
  it("leaves excess collateral out, beside the portfolio's run of the same version", async () => {
    const version = await sealedVersion(server, ...LOANS);
    const portfolio = (await run(server, version)).json;
    const answer = await run(server, version, BY_INSTRUMENT);
    expect(answer.status).toBe(200);
    const { json } = answer;
    expect(portfolio.report.debt_exposure.net_exposure_after_recovery).toBe(0);
    expect(json.report.debt_exposure).toMatchObject({ total_outstanding: 300,
      collateral_value: 350, collateral_shortfall: 150, net_exposure_after_recovery: 110 });
    // Collateral 300 and 50 less a quarter; recovery 40 less 15 %; buffer 5 % of 300.
    expect(stressOf(json, "market_crash")).toMatchObject({ collateral_value: 262.5,
      net_exposure_after_recovery: 162.5 - 34 + 15, loss_estimate: 33.5 });
    expect(json.report.metadata.parameters.netting).toBe("instrument");
    expect(json.run_id).not.toBe(portfolio.run_id);
    expect(json.debt_exposure_evidence_id).not.toBe(portfolio.debt_exposure_evidence_id);
    const assumption = json.assumptions.find((one: Json) => one.id === "assumption_netting");
    expect(assumption.details).toStrictEqual({ netting: "instrument" });
  });

  it("replays, verifies, reports, and is found when its evidence is not what was computed", async () => {
    const version = await sealedVersion(server, ...LOANS);
    const first = await run(server, version, BY_INSTRUMENT);
    const again = await run(server, version, BY_INSTRUMENT);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.text).toBe(first.text);
    const stored = await api(server, "GET", `/api/v3/runs/${first.json.run_id}`);
    expect(stored.json.report.stress_tests).toStrictEqual(first.json.report.stress_tests);
    const verdict = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    expect(verdict.json).toMatchObject({ ok: true, checked: 8, first_bad: null });
  });

  it("gives a single debt MODEL.md section 2's check values", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json } = await run(server, version, BY_INSTRUMENT);
    const portfolio = (await run(server, version)).json;
    expect(json.report.debt_exposure).toStrictEqual(portfolio.report.debt_exposure);
    expect(json.report.stress_tests).toStrictEqual(portfolio.report.stress_tests);
  });

  it.each(["portfolio", "instrument"])("verifies runs that shock segments, by %s", async (netting) => {
    const version = await sealedVersion(server, ...LOANS.map((row) => ({ ...row, sector: "CRE" })));
    const parameters = { netting, stress_scenarios: [{ scenario_id: "cre", segment_shocks: [
      { where: { sector: "CRE" }, collateral_market_impact_pct: -0.9 }] }] };
    const first = await run(server, version, parameters);
    expect(first.status).toBe(200);
    expect(stressOf(first.json, "cre")).toMatchObject({ collateral_value: 35 });
    expect((await run(server, version)).status).toBe(200);
    const verdict = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    expect(verdict.json).toMatchObject({ ok: true, first_bad: null });
  });

  it("refuses the runs of a version that was erased", async () => {
    const version = await sealedVersion(server, ...LOANS);
    expect((await run(server, version, BY_INSTRUMENT)).status).toBe(200);
    const erased = await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: "asked for" } });
    expect(erased.status).toBeLessThan(300);
    expect((await run(server, version, BY_INSTRUMENT)).status).toBe(410);
  });
});

describe("what a loss by instrument rests on", () => {
  const FALL = "netting=instrument&collateral_market_impact_pct=-0.25";
  // Two loans of one sector, and a portfolio that lists its debts.
  const listed = { name: "P", financial: { debt: { instruments: [
    { principal: 80, collateral_value: 100 }, { principal: 50 }] } } };
  let at: string;
  const made = async (): Promise<string> => at ??= `/api/v3/dataset-versions/${await sealedVersion(
    server, ...LOANS.map((row) => ({ ...row, sector: "CRE" })), listed)}`;

  it("gives each group the shortfalls of its own loans, before and after a fall", async () => {
    const path = await made();
    const { totals, groups } = (await api(server, "GET",
      `${path}/exposure?group_by=sector&${FALL}`)).json;
    // 300 - 100 is covered; 200 - 50 = 150, then 162.5; listed 0 and 50, then 5 and 50.
    const bySector = (sector: string | null) =>
      groups.find((group: Json) => group.key.sector === sector);
    expect(bySector("CRE")).toMatchObject({ collateral_shortfall: 150, stressed_shortfall: 162.5,
      net_exposure_after_recovery: 110 });
    expect(bySector(null)).toMatchObject({ collateral_shortfall: 50, stressed_shortfall: 55 });
    expect(totals).toMatchObject({ collateral_shortfall: 200, stressed_shortfall: 217.5,
      net_exposure_after_recovery: 160 });
    const plain = (await api(server, "GET", `${path}/exposure?group_by=sector`)).json;
    expect(plain.totals).not.toHaveProperty("stressed_shortfall");
    const refused = await api(server, "GET", `${path}/exposure?collateral_market_impact_pct=-0.25`);
    expect(refused.status).toBe(400);
    expect(refused.json.errors).toStrictEqual([{ path: "collateral_market_impact_pct",
      message: "-0.25 needs netting=instrument" }]);
  });

  it("sorts loans by what each of them comes to lack", async () => {
    const path = await made();
    const { items } = (await api(server, "GET", `${path}/instruments?sort=-stress_impact&${FALL}`)).json;
    expect(items.map((row: Json) => [row.instrument_id, row.stress_impact])).toStrictEqual(
      [["L2", 12.5], [null, 5], ["L1", 0], [null, 0]]);
  });

  it("gives the debts one by one, from which the same figures follow", async () => {
    const path = await made();
    const { json } = await api(server, "GET", `${path}/secured-debts`);
    expect(json.count).toBe(4);
    const pairs = json.outstanding.map(
      (owed: number, index: number) => [owed, json.collateral[index]]);
    expect(pairs.sort((a: number[], b: number[]) => a[0]! - b[0]!))
      .toStrictEqual([[50, 0], [80, 100], [100, 300], [200, 50]]);
  });
});

describe("a server with one connection", () => {
  it("verifies runs by instrument that it did not compute itself", async () => {
    const dataDir = newDataDir();
    const narrow = { TODISCOPE_DB_POOL_SIZE: "1" };
    const first = await startServer(narrow, dataDir);
    const version = await sealedVersion(first, ...LOANS);
    await run(first, version, BY_INSTRUMENT);
    await first.stop();
    const second = await startServer(narrow, dataDir);
    const verdict = await api(second, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    await second.stop();
    removeDataDir(dataDir);
    expect(verdict.json).toMatchObject({ ok: true, checked: 8 });
  });
});

const SBA = path.join(ROOT, "../shared/data/sba-7a-loans.csv");

describe.skipIf(!existsSync(SBA))("the SBA tape (skipped where ../shared is absent)", () => {
  it("agrees with a plain sum over its rows", async () => {
    const mapping = { instrument_id: "LoanNr_ChkDgt", principal: "DisbursementGross",
      collateral_value: "SBA_Appv" };
    const sealed = await sendTape(server, readFileSync(SBA),
      { query: { mapping: JSON.stringify(mapping) }, currency: "USD" });
    expect(sealed.status).toBe(201);
    const { json } = await run(server, sealed.json.dataset_version_id, BY_INSTRUMENT);
    const exposure = json.report.debt_exposure;
    expect(exposure).toMatchObject(
      { total_outstanding: 1_878_607_956, collateral_value: 1_238_122_021 });
    const rows = await rowsOf(server, sealed.json.dataset_version_id);
    const gaps = rows.map((row) => Math.max(0, row.principal - (row.collateral_value ?? 0)));
    expect(exposure.net_exposure_after_recovery)
      .toBe(gaps.reduce((sum, gap) => sum + gap, 0));
    expect(exposure.net_exposure_after_recovery)
      .toBeGreaterThan(1_878_607_956 - 1_238_122_021);
  });
});

async function rowsOf(
  up: TestServer, version: string,
): Promise<{ principal: number; collateral_value?: number }[]> {
  const rows: { principal: number; collateral_value?: number }[] = [];
  for (let cursor: string | null = null; ;) {
    const mark: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Json = (await api(up, "GET",
      `/api/v3/dataset-versions/${version}/records?kind=normalized&limit=1000${mark}`)).json;
    rows.push(...page.items.filter((item: Json) => item.kind === "instrument")
      .map((item: Json) => item.payload).filter((payload: Json) => payload.principal > 0));
    if (page.next_cursor === null) return rows;
    cursor = page.next_cursor;
  }
}
