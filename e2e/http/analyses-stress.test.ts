import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, sendTape, type Answer, type Json } from "../support/api";
import { BOOK } from "../support/segment-book";
import { expectProblem } from "../support/problem";
import { startServer, removeDataDir, type TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const stress = (version: string, body: object, at = server): Promise<Answer> =>
  api(at, "POST", "/api/v3/analyses/stress",
    { role: "EXECUTE", body: { dataset_version_id: version, ...body } });

const units = (amount: number): bigint => BigInt(Math.round(amount * 10_000));
const CRASH = { scenario_id: "market_crash" };
/** What adds up over groups: of the base and of each scenario. */
const ADDITIVE = ["interest_payment", "collateral_value", "collateral_shortfall",
  "distressed_asset_value", "distressed_asset_recovery"];

function expectToAddUp({ totals, groups }: Json): void {
  const sum = (of: (group: Json) => number): bigint =>
    groups.reduce((total: bigint, group: Json) => total + units(of(group)), 0n);
  for (const name of ["total_outstanding", "assets_value", ...ADDITIVE]) {
    expect([name, sum((group) => group.base[name])])
      .toStrictEqual([name, units(totals.base[name])]);
  }
  totals.scenarios.forEach((scenario: Json, at: number) => {
    for (const name of [...ADDITIVE, "default_risk_buffer"]) {
      expect([name, sum((group) => group.scenarios[at][name])])
        .toStrictEqual([name, units(scenario[name])]);
    }
    expect(sum((group) => group.scenarios[at].allocated_loss))
      .toBe(units(scenario.loss_estimate));
  });
}

describe("POST /analyses/stress", () => {
  it("gives MODEL.md section 2's check values, and what a run gives", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json } = await stress(version, { scenarios: [CRASH, { scenario_id: "default_wave" }] });
    expect(json.totals.base).toMatchObject({ net_exposure_after_recovery: 105_000 });
    expect(json.totals.scenarios).toMatchObject([
      { scenario_id: "market_crash", collateral_value: 562_500, loss_estimate: 259_250 },
      { scenario_id: "default_wave", distressed_asset_recovery: 94_250, loss_estimate: 205_750 }]);
    const ran = (await run(server, version)).json.report;
    expect(json.totals.base).toStrictEqual(ran.debt_exposure);
    expect(json.totals.scenarios).toMatchObject(ran.stress_tests.slice(1));
    expect(json.groups).toStrictEqual([]);
    expect(json.warnings).toStrictEqual([]);
  });

  it.each(["portfolio", "instrument"])("adds up over groups to the unit by %s", async (netting) => {
    const version = await sealedVersion(server, ...BOOK);
    const scenarios = [CRASH, { scenario_id: "own", interest_rate_delta_pct: 1.3,
      collateral_market_impact_pct: -0.1, segment_shocks: [
        { where: { sector: "CRE", country: ["DE", "FR"] }, collateral_market_impact_pct: -0.35 },
        { where: { sector: null }, default_risk_increment_pct: 0.07 }] }];
    for (const group_by of [["sector"], ["sector", "country"], ["obligor"]]) {
      const { status, json } = await stress(version, { scenarios, netting, group_by });
      expect(status).toBe(200);
      expectToAddUp(json);
      expect(json.groups.reduce((sum: number, group: Json) => sum + group.count, 0)).toBe(5);
    }
    const { json } = await stress(version, { scenarios, netting, group_by: ["sector", "country"] });
    expect(json.groups.map((group: Json) => group.key)).toContainEqual(
      { sector: "CRE", country: null });
    const french = json.groups.find((group: Json) => group.key.country === "FR");
    // Half a unit goes to the even one: 50.1 less 35 %.
    expect(french.scenarios[1].collateral_value).toBe(32.565);
    expect(json.totals.scenarios[1].segment_shocks).toHaveLength(2);
  });

  it("keeps an analysis as evidence that verifies, and finds when it is changed", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const body = { scenarios: [CRASH], netting: "instrument", group_by: ["sector"], persist: true };
    const first = await stress(version, body);
    expect(first.json.evidence_id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await stress(version, body)).text).toBe(first.text);
    const kept = (await api(server, "GET", `/api/v3/evidence/${first.json.evidence_id}`)).json;
    expect(kept).toMatchObject({ kind: "analysis", payload: { analysis: "stress",
      result: { totals: first.json.totals, groups: first.json.groups } } });
    const verify = () => api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    expect((await verify()).json).toMatchObject({ ok: true, first_bad: null });
  });

  it("runs scenarios with segments as it analyses them, by either netting", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const own = { scenario_id: "own", collateral_market_impact_pct: -0.1, segment_shocks: [
      { where: { sector: "CRE" }, collateral_market_impact_pct: -0.35 }] };
    for (const netting of ["portfolio", "instrument"]) {
      const { json } = await stress(version, { scenarios: [own], netting });
      const ran = await run(server, version, { netting, stress_scenarios: [own] });
      expect(ran.status).toBe(200);
      const { collateral_shortfall: _, ...total } = json.totals.scenarios[0];
      expect(ran.json.report.stress_tests.at(-1)).toStrictEqual(total);
      const again = await run(server, version, { netting, stress_scenarios: [own] });
      expect(again.text).toBe(ran.text);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      const stored = await api(server, "GET", `/api/v3/runs/${ran.json.run_id}`);
      expect(stored.json.report).toStrictEqual(ran.json.report);
      const base = (await run(server, version, { netting })).json.report;
      expect(json.totals.base).toStrictEqual(base.debt_exposure);
    }
    const verdict = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    expect(verdict.json).toMatchObject({ ok: true, first_bad: null });
  });

  it("warns of segments that match nothing, with what there is", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const { json } = await stress(version, { scenarios: [{ scenario_id: "slip", segment_shocks: [
      { where: { sector: "cre" }, collateral_market_impact_pct: -0.35 },
      { where: { sector: "Retail", country: "FR" }, collateral_market_impact_pct: -0.35 }] }] });
    expect(json.warnings).toMatchObject([
      { code: "SEGMENT_UNMATCHED", dimension: "sector", known_values: ["CRE", "Retail"],
        message: 'Segment 1 of slip: no record has sector "cre"; there are CRE, Retail.' },
      { dimension: null, message: expect.stringContaining("no record has all its values") }]);
    expect(json.totals.scenarios[0].loss_estimate).toBe(0);
    // A run and the analyses of a scenario say so too; what is kept of them does not change.
    const [slip] = json.totals.scenarios;
    const ran = await run(server, version, { stress_scenarios: [{ scenario_id: "slip",
      segment_shocks: slip.segment_shocks }] });
    expect(ran.json.report.metadata.warnings).toContain(
      `SEGMENT_UNMATCHED: ${json.warnings[0].message}`);
    const recorded = await api(server, "GET", `/api/v3/runs/${ran.json.run_id}`);
    expect(recorded.json.report.metadata.warnings)
      .toStrictEqual(ran.json.report.metadata.warnings);
    for (const [name, more] of [["attribution", {}], ["sensitivity", {}], ["reverse-stress",
      { target: { metric: "loss_share", value: 0.5 } }]] as const) {
      const { json: answer } = await api(server, "POST", `/api/v3/analyses/${name}`, {
        role: "EXECUTE", body: { dataset_version_id: version, persist: true, ...more,
          scenario: { segment_shocks: slip.segment_shocks } } });
      expect(answer.warnings).toMatchObject([{ known_values: ["CRE", "Retail"] }, {}]);
      const { json: kept } = await api(server, "GET", `/api/v3/evidence/${answer.evidence_id}`);
      expect(kept.payload.result).not.toHaveProperty("warnings");
    }
  });

  it("gives the largest groups of an exposure, and how many there are", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const asked = (query: string): Promise<Answer> =>
      api(server, "GET", `/api/v3/dataset-versions/${version}/exposure?${query}`);
    const { json: all } = await asked("group_by=sector");
    expect(all.group_count).toBe(all.groups.length);
    const { json: first } = await asked("group_by=sector&limit=1");
    expect(first).toStrictEqual({ ...all, groups: all.groups.slice(0, 1) });
    expect((await asked("")).json).toStrictEqual({ totals: all.totals, groups: [], group_count: 0 });
    expectProblem(await asked("group_by=sector&limit=100001"), "PARAMETERS_INVALID");
  });

  it.each<[string, object, string, RegExp]>([
    ["no scenarios", { scenarios: [] }, "scenarios", /scenarios/],
    ["a shock beyond its bounds", { scenarios: [{ scenario_id: "a",
      collateral_market_impact_pct: -25 }] }, "scenarios[0].collateral_market_impact_pct",
    /write -0\.25 for -25 %/],
    ["one id twice", { scenarios: [CRASH, CRASH] }, "scenarios[1].scenario_id", /already/],
    ["an unknown dimension", { scenarios: [CRASH], group_by: ["planet"] }, "group_by.0", /planet/],
    ["one dimension twice", { scenarios: [CRASH], group_by: ["sector", "sector"] }, "group_by",
      /two different/],
    ["three dimensions", { scenarios: [CRASH], group_by: ["sector", "country", "stage"] },
      "group_by", /group_by/],
    ["an unknown netting", { scenarios: [CRASH], netting: "none" }, "netting", /none/],
  ])("refuses %s", async (_, body, where, message) => {
    const version = await sealedVersion(server, EXAMPLE);
    const answer = await stress(version, body);
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.errors[0]).toMatchObject({ path: where,
      message: expect.stringMatching(message) });
  });

  it("refuses more groups than one answer holds, and says how many there are", async () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => `L${at},${100 + at % 7},50`);
    const sent = await sendTape(server, `loan_id,outstanding,collateral_value\n${rows.join("\n")}\n`);
    expect(sent.status).toBe(201);
    const answer = await stress(sent.json.dataset_version_id,
      { scenarios: [CRASH], group_by: ["instrument_id"] });
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.message).toMatch(/60,000 groups.*120,000 figures; one answer holds 100,000/);
  });

  it("stops answering for a version that was erased, and keeps nothing of it", async () => {
    const version = await sealedVersion(server, ...BOOK);
    expect((await stress(version, { scenarios: [CRASH] })).status).toBe(200);
    expect(artifactOf(server, version)).not.toBeNull();
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`, { body: { reason: "test" } });
    expectProblem(await stress(version, { scenarios: [CRASH] }), "DATASET_VERSION_ERASED");
    expect(artifactOf(server, version)).toBeNull();
  });
});

function artifactOf({ dataDir }: TestServer, version: string): string | null {
  const folder = path.join(dataDir, "artifacts/columns");
  const name = existsSync(folder) ? readdirSync(folder).find((each) => each.startsWith(version))
    : undefined;
  return name === undefined ? null : path.join(folder, name);
}
const fileOf = (at: TestServer, version: string): string => {
  const file = artifactOf(at, version);
  if (file === null) throw new Error(`version ${version} has no columns`);
  return file;
};

describe("the columns of a version", () => {
  const asked = { scenarios: [CRASH], netting: "instrument", group_by: ["sector"] };

  /** Does something to the columns while no server runs, then asks again. */
  async function afterRestart(change: (file: string) => void): Promise<{
    before: Answer; after: Answer; log: string; again: string | null; version: string;
  }> {
    const first = await startServer();
    const { dataDir } = first;
    try {
      const version = await sealedVersion(first, ...BOOK);
      const before = await stress(version, asked, first);
      await first.stop();
      change(fileOf(first, version));
      const second = await startServer({}, dataDir);
      const after = await stress(version, asked, second);
      await second.stop();
      return { before, after, log: second.output(), again: artifactOf(second, version), version };
    } finally {
      removeDataDir(dataDir);
    }
  }

  it.each<[string, (file: string) => void]>([
    ["missing", (file) => rmSync(file)],
    ["damaged", (file) => writeFileSync(file, Buffer.from("not what it was"))],
  ])("are made again when they are %s", async (fault, change) => {
    const { before, after, log, again } = await afterRestart(change);
    expect(after.text).toBe(before.text);
    expect(log).toContain("COLUMNS_REBUILT");
    expect(log).toContain(`"fault":"${fault}"`);
    expect(again).not.toBeNull();
  });

  it("are used as they are when nothing happened to them", async () => {
    const { before, after, log } = await afterRestart(() => undefined);
    expect(after.text).toBe(before.text);
    expect(log).not.toContain("COLUMNS_REBUILT");
  });
});

describe("a large stress", () => {
  it("lets the server answer, and ends when whoever asked has gone", async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) =>
      `L${at},${1000 + at % 977},${500 + at % 991},S${at % 40}`);
    const sent = await sendTape(server,
      `loan_id,outstanding,collateral_value,sector\n${rows.join("\n")}\n`);
    const version = sent.json.dataset_version_id as string;
    // Each segment is told apart from all others: seconds of work.
    const scenarios = Array.from({ length: 200 }, (_, at) => ({ scenario_id: `s${at}`,
      segment_shocks: Array.from({ length: 6 }, (_segment, part) => ({
        where: { instrument_id: `L${at * 6 + part}` }, collateral_market_impact_pct: -0.5 })) }));
    const gone = new AbortController();
    const asking = fetch(`${server.url}/api/v3/analyses/stress`, { method: "POST",
      signal: gone.signal, headers: { "content-type": "application/json",
        authorization: "Bearer execute-token-0123456789abcdef" },
      body: JSON.stringify({ dataset_version_id: version, scenarios, netting: "instrument" }) });
    asking.catch(() => undefined);
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await api(server, "GET", "/health", { role: null })).status).toBe(200);
    }
    gone.abort();
    await expect(asking).rejects.toThrow();
    await until("the calculation is stopped", () =>
      Promise.resolve(server.output().includes("Whoever asked has gone") ? true : undefined));
    expect((await stress(version, { scenarios: [CRASH] })).status).toBe(200);
  });
});

describe("a thread that ends under a stress", () => {
  it("is a clear error of that request, and the next one works", async () => {
    const losing = await startServer({ NODE_OPTIONS:
      `--import ${path.join(import.meta.dirname, "../support/lose-first-thread.mjs")}` });
    try {
      const version = await sealedVersion(losing, ...BOOK);
      const lost = await stress(version, { scenarios: [CRASH] }, losing);
      expectProblem(lost, "CALCULATION_UNAVAILABLE");
      expect(lost.json.message).toBe(
        "The thread that calculated this has ended. Nothing was kept. Try again.");
      expect(lost.headers.get("retry-after")).toBe("1");
      expect((await stress(version, { scenarios: [CRASH] }, losing)).status).toBe(200);
    } finally {
      await losing.stop();
      removeDataDir(losing.dataDir);
    }
  });
});
