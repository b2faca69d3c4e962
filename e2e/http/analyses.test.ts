import { describe, expect, it } from "vitest";
import { canonicalHash } from "@/lib/kernel/hash";
import { api, EXAMPLE, run, sealedVersion, type Answer, type Json } from "../support/api";
import { behindGuards, connect } from "../support/database";
import { expectProblem } from "../support/problem";
import { TOKENS, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const analyse = (name: string, body: unknown, role: "EXECUTE" | "READ" = "EXECUTE") =>
  api(server, "POST", `/api/v3/analyses/${name}`, { body, role });
const answered = async (name: string, body: unknown): Promise<Json> => {
  const answer = await analyse(name, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const problemOf = (answer: Answer) => answer.json.errors?.[0];

const CRASH = { scenario_id: "market_crash" };
/** MODEL.md section 2's portfolio, as an API client gives it without a version. */
const EXPOSURE = { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000,
  assets_value: 2_000_000, distressed_asset_value: 350_000, distressed_asset_recovery: 145_000 };
/** A value series that is long enough for its value at risk. */
const DAYS = Array.from({ length: 101 }, (_, at) => ({ value: 1e8 + (at % 2) * 1e6,
  date: new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10) }));

describe("why, how much each, how far", () => {
  it("shares the loss out over its drivers, from a version and inline alike", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const found = await answered("attribution", { dataset_version_id: version, scenario: CRASH });
    const { collateral, recovery, default: buffer } = found.drivers;
    expect(found.loss_estimate).toBe(259_250);
    expect(Math.abs(collateral + recovery + buffer - 259_250)).toBeLessThan(259_250 * 1e-9);
    expect([collateral, recovery, buffer].map((part) => Math.round(part * 1e6) / 1e6))
      .toStrictEqual([187_500, 21_750, 50_000]);
    expect(found.added_interest).toBe(5000);
    expect(await answered("attribution", { exposure: EXPOSURE, scenario: CRASH })).toEqual(found);
    const recorded = (await run(server, version)).json.report.stress_tests[1];
    expect(found.loss_estimate).toBe(recorded.loss_estimate);
  });

  it("nets by instrument where that is asked for", async () => {
    const version = await sealedVersion(server, { principal: 100, collateral_value: 300 },
      { principal: 200, collateral_value: 50 });
    const by = async (netting: string) => (await answered("attribution",
      { dataset_version_id: version, scenario: CRASH, netting })).loss_estimate;
    expect([await by("portfolio"), await by("instrument")]).toStrictEqual([52.5, 27.5]);
  });

  it.each(["portfolio", "instrument"])("follows segments under %s netting", async (netting) => {
    const loan = (principal: number, sector: string) =>
      ({ principal, collateral_value: principal, sector });
    const version = await sealedVersion(server, loan(100, "CRE"), loan(300, "Retail"));
    const scenario = { collateral_market_impact_pct: -0.1, default_risk_increment_pct: 0.05,
      segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.5 }] };
    const body = { dataset_version_id: version, netting, scenario };
    const found = await answered("attribution", { ...body, persist: true });
    // CRE lacks 50, Retail 30; the buffer is 5 % of 400.
    expect(found).toMatchObject({ loss_estimate: 100,
      drivers: { collateral: 80, recovery: 0, default: 20 } });
    const reverse = await answered("reverse-stress",
      { ...body, target: { metric: "loss_estimate", value: 50 } });
    expect(reverse.multiplier).toBeCloseTo(0.5, 5);
    const { tornado } = await answered("sensitivity", body);
    expect(tornado[0]).toMatchObject({ shock: "collateral_market_impact_pct", low: 40, base: 80,
      high: 160 });
    expect((await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } })).json).toMatchObject({ ok: true });
    expectProblem(await analyse("attribution", { exposure: EXPOSURE, scenario }),
      "PARAMETERS_INVALID");
  });

  it("draws a tornado and a grid", async () => {
    const x = { shock: "collateral_market_impact_pct", from: -0.5, to: 0, steps: 3 };
    const y = { shock: "default_risk_increment_pct", from: 0, to: 0.1, steps: 2 };
    const found = await answered("sensitivity",
      { exposure: EXPOSURE, scenario: { ...CRASH, recovery_degradation_pct: 0 }, grid: { x, y } });
    expect(found.tornado.map((bar: Json) => bar.shock)).toStrictEqual([
      "collateral_market_impact_pct", "default_risk_increment_pct", "interest_rate_delta_pct",
      "recovery_degradation_pct"]);
    expect(found.tornado[0]).toMatchObject({ low: 93_750, base: 187_500, high: 375_000 });
    expect(found.grid).toMatchObject({ x: [-0.5, -0.25, 0], y: [0, 0.1],
      loss: [[375_000, 187_500, 0], [475_000, 287_500, 100_000]] });
  });

  it("finds the multiplier that hits a target, and the frontier", async () => {
    const target = { metric: "loss_estimate", value: 259_250 };
    const frontier = { x: { shock: "default_risk_increment_pct", from: 0, to: 0.2, steps: 3 },
      y: { shock: "collateral_market_impact_pct", from: 0, to: -1 } };
    const found = await answered("reverse-stress",
      { exposure: EXPOSURE, scenario: CRASH, target, frontier });
    expect(found).toMatchObject({ reachable: true, binding_driver: "collateral" });
    expect(Math.abs(found.loss_at_multiplier - 259_250)).toBeLessThan(1e-9 * 1e6);
    expect(found.multiplier).toBeCloseTo(1, 12);
    expect(found.frontier.points.map((point: Json) => point.x)).toStrictEqual([0, 0.1, 0.2]);
    // Without a buffer, 259,250 - 21,750 of collateral's 750,000 must go.
    expect(found.frontier.points[0].y).toBeCloseTo(-237_500 / 750_000, 9);
    const never = await answered("reverse-stress", { exposure: EXPOSURE,
      scenario: { interest_rate_delta_pct: 5 }, target });
    expect(never).toMatchObject({ reachable: false, multiplier: null, max_loss: 0,
      reason: "TARGET_NOT_REACHED", binding_driver: null });
    const covenant = await answered("reverse-stress", { exposure: EXPOSURE, scenario: CRASH,
      target: { metric: "coverage_ratio", value: 0.5 } });
    expect(covenant.multiplier).toBeCloseTo(4 / 3, 9);
  });
});

describe("how concentrated", () => {
  it("measures plain values", async () => {
    const found = await answered("concentration", { values: [50, 30, 20] });
    expect(found).toMatchObject({ count: 3, total: 100, top: { "1": 0.5, "10": 1, "20": 1 },
      reason: null });
    expect(found.hhi).toBeCloseTo(0.38, 12);
    expect(found.gini).toBeCloseTo(0.2, 12);
    expect(found.flagged.map((one: Json) => one.index)).toStrictEqual([0, 1, 2]);
    expect(await answered("concentration", { values: [] })).toMatchObject(
      { count: 0, hhi: null, gini: null, reason: "There is no amount over 0." });
  });

  it("measures a version by obligor group and by sector", async () => {
    const loan = (principal: number, more: object) => ({ principal, collateral_value: 0, ...more });
    const version = await sealedVersion(server,
      loan(60, { obligor_id: "A", sector: "CRE" }), loan(20, { obligor_id: "B", obligor_group: "G" }),
      loan(20, { obligor_id: "C", obligor_group: "G", sector: "CRE" }));
    const body = { dataset_version_id: version };
    const byObligor = await answered("concentration", body);
    expect(byObligor.flagged).toStrictEqual([{ key: "A", value: 60, share: 0.6 },
      { key: "G", value: 40, share: 0.4 }]);
    expect(byObligor).toMatchObject({ count: 2, missing: { value: 0, share: 0 } });
    const bySector = await answered("concentration", { ...body, by: "sector" });
    expect(bySector).toMatchObject({ count: 2, missing: { value: 20, share: 0.2 } });
    const unknown = await analyse("concentration", { ...body, by: "colour" });
    expectProblem(unknown, "REQUEST_BODY_INVALID");
    expect(problemOf(unknown)).toMatchObject({ path: "by" });
  });
});

describe("how likely", () => {
  const equal = (count: number) => Array.from({ length: count },
    () => ({ ead: 100, pd: 0.02, lgd: 0.45, rho: 0.2 }));

  it("gives the closed form's check value", async () => {
    const found = await answered("credit-loss", { method: "granular",
      obligors: [{ ead: 1, pd: 0.02, lgd: 1, rho: 0.2 }] });
    expect(found.quantiles[2]).toMatchObject({ q: 0.999, standard_error: 0 });
    expect(found.quantiles[2].var).toBeCloseTo(0.22631, 5);
  });

  it("simulates within 4 standard errors, alike every time, and adds contributions up", async () => {
    const body = { obligors: equal(10_000), paths: 20_000, seed: 4 };
    const first = await analyse("credit-loss", body);
    expect(first.status, first.text).toBe(200);
    expect((await analyse("credit-loss", body)).text).toBe(first.text);
    const { json } = first;
    for (const [place, tail] of json.quantiles.entries()) {
      expect(Math.abs(tail.var - json.closed_form[place].var))
        .toBeLessThan(4 * tail.standard_error);
      expect(Math.abs(tail.es - json.closed_form[place].es))
        .toBeLessThan(4 * tail.es_standard_error);
    }
    const listed = json.contributions.reduce((sum: number, part: Json) => sum + part.es, 0);
    expect(json.contributions).toHaveLength(1000);
    expect(listed + json.other_contributions.es).toBeCloseTo(json.quantiles[1].es, 4);
    expect(json.exact_expected_loss).toBeCloseTo(9000, 6);
  });

  it("reads obligors of a version, and says what it leaves out", async () => {
    const version = await sealedVersion(server,
      { principal: 100, obligor_id: "A", pd: 0.02, lgd: 0.4 },
      { principal: 50, obligor_id: "A", pd: 0.05, recovery_rate_pct: 40 },
      { principal: 30, obligor_id: "B", lgd: 0.4 }, { principal: 20, pd: 0.01 },
      { principal: 10, pd: 0.5, lgd: 0.5 });
    const found = await answered("credit-loss",
      { dataset_version_id: version, method: "granular", rho: 0.2 });
    expect(found).toMatchObject({ obligors: 2, exposure_at_default: 160,
      left_out: { without_pd: 1, without_lgd: 1, outstanding: 50 } });
    // A owes 150 at a PD of 5 %: 100 x 0.4 + 50 x 0.6. The last loan is an obligor by itself.
    expect(found.expected_loss).toBeCloseTo(0.05 * 70 + 0.5 * 5, 9);
    expect(found.contributions.map((part: Json) => part.key)).toStrictEqual(["A", null]);
    expect(found.warnings).toHaveLength(3);
  });

  it("answers edges with what is right", async () => {
    const one = async (change: object) => answered("credit-loss",
      { obligors: [{ ead: 100, pd: 0.02, lgd: 0.45, ...change }], paths: 1000 });
    expect(await one({ pd: 0 })).toMatchObject({ expected_loss: 0, standard_deviation: 0 });
    expect((await one({ pd: 1, rho: 1 })).quantiles[0]).toMatchObject({ var: 45, es: 45 });
    expect(await answered("credit-loss", { obligors: [] })).toMatchObject(
      { obligors: 0, expected_loss: 0, warnings: expect.arrayContaining(
        ["There is no obligor with an exposure."]) });
  });

  it.each([
    [{ lgd: 1.2 }, "obligors.0.lgd", "1.2: lgd is a fraction from 0 to 1"],
    [{ pd: -0.1 }, "obligors.0.pd", "-0.1: pd is a fraction from 0 to 1"],
    [{ rho: 1.5 }, "obligors.0.rho", "1.5: rho is a fraction from 0 to 1"],
    [{ ead: 1e15 }, "obligors.0.ead", "AMOUNT_OUT_OF_RANGE"],
    [{ ead: "5" }, "obligors.0.ead", "an amount as a number"],
  ])("refuses %o with field, value and rule", async (change, path, words) => {
    const answer = await analyse("credit-loss",
      { obligors: [{ ead: 100, pd: 0.02, lgd: 0.45, ...change }] });
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(problemOf(answer).path).toBe(path);
    expect(problemOf(answer).message).toContain(words);
  });

  it("bounds the work of one request", async () => {
    const answer = await analyse("credit-loss", { obligors: equal(20_000), paths: 1_000_000 });
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(problemOf(answer)).toMatchObject({ path: "paths" });
    expect(problemOf(await analyse("credit-loss", { obligors: [], paths: 10 })))
      .toMatchObject({ path: "paths", message: "paths is 10: a whole number from 100 to 1000000" });
  });

  it("stops a simulation that nobody waits for", async () => {
    const gone = new AbortController();
    const mixed = Array.from({ length: 5000 }, (_, at) =>
      ({ ead: 1 + at, pd: 0.001 + at / 10_000, lgd: 0.5 }));
    const cut = fetch(`${server.url}/api/v3/analyses/credit-loss`, { method: "POST",
      signal: gone.signal, body: JSON.stringify({ obligors: mixed, paths: 1_000_000 }),
      headers: { "content-type": "application/json",
        authorization: `Bearer ${TOKENS.ADMIN}` } });
    gone.abort();
    await expect(cut).rejects.toThrow();
    expect((await answered("credit-loss", { obligors: equal(10), paths: 1000 })).obligors).toBe(10);
  });
});

describe("capital, projections, value at risk", () => {
  it.each([
    [{ turnover_meur: 50, pd: 0.0003 }, 14.44], [{ turnover_meur: 50 }, 92.32],
    [{ turnover_meur: 5 }, 72.4], [{ asset_class: "mortgage" }, 56.4],
    [{ asset_class: "other_retail" }, 45.77], [{ asset_class: "revolving" }, 17.22],
  ])("gives the published risk weight of %o: %d %%", async (change, percent) => {
    const exposure = { ead: 100, pd: 0.01, lgd: 0.45, maturity: 2.5, pd_floor: 0,
      asset_class: "corporate", ...change };
    const { exposures, totals } = await answered("irb", { exposures: [exposure] });
    expect(Math.abs(exposures[0].risk_weight * 100 - percent)).toBeLessThan(0.006);
    expect(totals.rwa).toBeCloseTo(exposures[0].rwa, 9);
  });

  it("refuses capital questions that have no answer", async () => {
    const exposure = { ead: 100, pd: 1e-8, lgd: 0.45, pd_floor: 0, asset_class: "corporate" };
    const tiny = await analyse("irb", { exposures: [exposure] });
    expectProblem(tiny, "REQUEST_BODY_INVALID");
    expect(problemOf(tiny)).toMatchObject({ path: "exposures.0.pd" });
    const lost = await analyse("irb", { exposures: [{ ...exposure, defaulted: true }] });
    expect(problemOf(lost)).toMatchObject({ path: "exposures.0.el_best" });
    expect(problemOf(await analyse("irb", { exposures: [{ ...exposure, asset_class: "bank" }] }))
      .message).toContain("corporate, mortgage, revolving, other_retail");
  });

  it("projects a borrower", async () => {
    const found = await answered("projection", {
      statements: { revenue: 1_200_000, operating_costs: 960_000, cash: 50_000 },
      debt_schedule: [{ principal: 120_000, interest_rate_pct: 6, term_months: 12,
        amortisation: "linear" }], start: "2026-01-31", horizon_months: 12 });
    expect(found.months).toHaveLength(12);
    expect(found.months[0]).toMatchObject({ date: "2026-02-28", interest: 600, principal: 10_000,
      cash: 59_400, status: "adequate" });
    expect(problemOf(await analyse("projection", { statements: { revenue: 1, operating_costs: 1 },
      debt_schedule: [], start: "2026-02-30", horizon_months: 61 }))).toMatchObject({ path: "start" });
  });

  it("judges a value series", async () => {
    const found = await answered("value-at-risk", { series: DAYS });
    expect(found).toMatchObject({ observations: 100, levels: { day: { level: "breach" } } });
    expect(found.var["0.99"]).toBeGreaterThanOrEqual(found.var["0.95"]);
    const twice = await analyse("value-at-risk", { series: [DAYS[0], DAYS[0]] });
    expectProblem(twice, "REQUEST_BODY_INVALID");
    expect(problemOf(twice)).toMatchObject({ path: "series.1.date" });
  });
});

describe("what is kept", () => {
  it("becomes evidence that verifies, once, and is found when it is changed", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const requests: [string, object][] = [
      ["attribution", { scenario: CRASH }],
      ["sensitivity", { scenario: CRASH }],
      ["reverse-stress", { scenario: CRASH, target: { metric: "loss_share", value: 0.3 } }],
      ["concentration", { by: "sector" }],
      ["credit-loss", { paths: 1000 }],
    ];
    const ids: string[] = [];
    for (const [name, request] of requests) {
      const body = { dataset_version_id: version, persist: true, ...request };
      const { evidence_id: id, ...result } = await answered(name, body);
      expect((await answered(name, body)).evidence_id).toBe(id);
      const stored = (await api(server, "GET", `/api/v3/evidence/${id}`)).json;
      expect(stored).toMatchObject({ kind: "analysis", dataset_version_id: version,
        payload: { analysis: name, result } });
      ids.push(id);
    }
    expect(new Set(ids).size).toBe(5);
    const events = await api(server, "GET",
      "/api/v3/audit?type=analysis.recorded&limit=1000");
    expect(events.json.items.filter((event: Json) => ids.includes(event.subject_id)))
      .toHaveLength(5);
    const verify = () => api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    // The version's KPIs are the sixth.
    expect((await verify()).json).toMatchObject({ ok: true, checked: 6 });
    expect((await api(server, "GET", `/api/v3/evidence/${ids[0]}/trace`)).status).toBe(200);
    const owner = await connect(server);
    const { payload } = (await api(server, "GET", `/api/v3/evidence/${ids[0]}`)).json;
    // Whoever changes a figure and its hash alike is found by computing it again.
    payload.result.loss_estimate = 1;
    await behindGuards(owner, "evidence_records",
      "UPDATE evidence_records SET payload = $2, sha256 = $3 WHERE evidence_id = $1",
      [ids[0], JSON.stringify(payload), canonicalHash(payload)]);
    expect((await verify()).json.first_bad)
      .toStrictEqual({ id: ids[0], reason: "EVIDENCE_NOT_REPRODUCED" });
    expectProblem(await analyse("attribution",
      { dataset_version_id: version, persist: true, scenario: CRASH }), "IMMUTABLE_EVIDENCE_MISMATCH");
    await owner.end();
  });

  it.each([
    ["irb", { exposures: [{ ead: 100, pd: 0.01, lgd: 0.45, asset_class: "mortgage" }] },
      (payload: Json) => { payload.result.totals.rwa = 1; }],
    ["projection", { statements: { revenue: 1_200_000, operating_costs: 960_000, cash: 50_000 },
      debt_schedule: [{ principal: 120_000, interest_rate_pct: 6, term_months: 12,
        amortisation: "linear" }], start: "2026-01-31", horizon_months: 12 },
    (payload: Json) => { payload.result.summary.min_dscr = 9; }],
    ["value-at-risk", { series: DAYS },
      // Of another request, whose answer the result may well be.
      (payload: Json) => { payload.request.series[100].value += 1; }],
  ])("keeps %s of figures of one's own with a version", async (name, request, tamper) => {
    const version = await sealedVersion(server, EXAMPLE);
    const body = { ...request, dataset_version_id: version, persist: true };
    const { evidence_id: id, ...result } = await answered(name, body);
    expect((await answered(name, body)).evidence_id).toBe(id);
    expect(await answered(name, { ...request, dataset_version_id: version })).toStrictEqual(result);
    const { payload } = (await api(server, "GET", `/api/v3/evidence/${id}`)).json;
    expect(payload).toMatchObject({ analysis: name, request, result });
    const verify = async () => (await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } })).json;
    expect(await verify()).toMatchObject({ ok: true, checked: 2 });
    expect((await api(server, "GET", `/api/v3/evidence/${id}/trace`)).status).toBe(200);
    const unkept = await analyse(name, { ...request, persist: true });
    expectProblem(unkept, "DATASET_VERSION_ID_REQUIRED");
    tamper(payload);
    const owner = await connect(server);
    await behindGuards(owner, "evidence_records",
      "UPDATE evidence_records SET payload = $2, sha256 = $3 WHERE evidence_id = $1",
      [id, JSON.stringify(payload), canonicalHash(payload)]);
    await owner.end();
    expect((await verify()).first_bad).toMatchObject({ id });
    expectProblem(await analyse(name, body), "IMMUTABLE_EVIDENCE_MISMATCH");
  });

  it("is nothing unless asked for, and only of a version", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    expect(await answered("attribution", { dataset_version_id: version, scenario: CRASH }))
      .not.toHaveProperty("evidence_id");
    const kept = await api(server, "GET",
      `/api/v3/evidence?dataset_version_id=${version}&kind=analysis`);
    expect(kept.json.items).toStrictEqual([]);
    const inline = await analyse("attribution",
      { exposure: EXPOSURE, scenario: CRASH, persist: true });
    expectProblem(inline, "REQUEST_BODY_INVALID");
    expect(problemOf(inline)).toMatchObject({ path: "persist" });
  });
});

describe("bad requests", () => {
  it.each([
    [{}, "DATASET_VERSION_ID_REQUIRED", "dataset_version_id"],
    [{ dataset_version_id: null }, "DATASET_VERSION_ID_REQUIRED", "dataset_version_id"],
    [{ dataset_version_id: "x" }, "DATASET_VERSION_ID_INVALID", "dataset_version_id"],
    [{ exposure: EXPOSURE, dataset_version_id: "6f1c9d6e-4a52-5e0b-9d55-7c1f0f5d2a61" },
      "REQUEST_BODY_INVALID", "exposure"],
    [{ exposure: { ...EXPOSURE, collateral_value: 1e15 } }, "REQUEST_BODY_INVALID",
      "exposure.collateral_value"],
    [{ exposure: EXPOSURE, netting: "instrument" }, "REQUEST_BODY_INVALID", "netting"],
    [{ exposure: EXPOSURE, scenario: { collateral_market_impact_pct: -25 } },
      "PARAMETERS_INVALID", "scenario.collateral_market_impact_pct"],
    [{ exposure: EXPOSURE, scenario: { colour: 1 } }, "PARAMETERS_INVALID", "scenario.colour"],
    [{ exposure: EXPOSURE, scenario: null }, "PARAMETERS_INVALID", "scenario"],
  ] as const)("refuses %o with %s", async (body, code, path) => {
    const answer = await analyse("attribution", { scenario: CRASH, ...body });
    expectProblem(answer, code);
    expect(problemOf(answer)).toMatchObject({ path });
  });

  it("bounds grids and frontiers", async () => {
    const axis = { shock: "collateral_market_impact_pct", from: -1, to: 0 };
    const wide = await analyse("sensitivity", { exposure: EXPOSURE, scenario: CRASH,
      grid: { x: { ...axis, steps: 42 }, y: { ...axis, steps: 2 } } });
    expect(problemOf(wide)).toMatchObject({ path: "grid.x.steps",
      message: "grid.x.steps is 42: a whole number from 2 to 41" });
    const same = await analyse("sensitivity", { exposure: EXPOSURE, scenario: CRASH,
      grid: { x: { ...axis, steps: 2 }, y: { ...axis, steps: 2 } } });
    expect(problemOf(same)).toMatchObject({ path: "grid.y.shock" });
  });

  it("asks for the role", async () => {
    expectProblem(await analyse("irb", { exposures: [] }, "READ"), "FORBIDDEN");
  });
});
