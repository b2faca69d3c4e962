import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../kernel/canonical";
import {
  canonicalParameters, overrideScenarioIds, SCENARIO_LIMIT,
} from "./parameters";
import { PROBLEM_LIMIT } from "./parameter-reading";
import { DEFAULT_SCENARIOS } from "./stress";
import { anyShocks } from "./test-data";
import type { ParameterProblem, RunParameters } from "./types";

function accepted(input: unknown): RunParameters {
  const result = canonicalParameters(input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
function refused(input: unknown): ParameterProblem[] {
  const result = canonicalParameters(input);
  if (result.ok) throw new Error("accepted");
  return result.error;
}
const idsOf = (parameters: RunParameters) =>
  parameters.stress_scenarios.map((scenario) => scenario.scenario_id);
const scenarioWith = (members: object) =>
  ({ stress_scenarios: [{ scenario_id: "own", ...members }] });

describe("canonicalParameters", () => {
  it("fills in every default", () => {
    for (const input of [undefined, {}, { netting: undefined }]) {
      expect(accepted(input)).toEqual({
        net_exposure_materiality_threshold_pct: 0.2,
        stress_loss_materiality_threshold_pct: 0.05,
        netting: "portfolio",
        include_default_scenarios: true,
        stress_scenarios: DEFAULT_SCENARIOS,
      });
    }
    expect(Object.keys(accepted({}))).toEqual([
      "net_exposure_materiality_threshold_pct", "stress_loss_materiality_threshold_pct",
      "netting", "include_default_scenarios", "stress_scenarios",
    ]);
  });

  it("replaces a default in place and appends what is new", () => {
    const parameters = accepted({ stress_scenarios: [
      { scenario_id: "own", collateral_market_impact_pct: -0.3 },
      { scenario_id: "market_crash", collateral_market_impact_pct: -0.5 },
    ] });
    expect(idsOf(parameters)).toEqual(
      ["interest_rate_spike", "market_crash", "default_wave", "own"]);
    expect(parameters.stress_scenarios[1]).toEqual(
      { ...DEFAULT_SCENARIOS[1], collateral_market_impact_pct: -0.5 });
    expect(parameters.stress_scenarios[3]).toEqual({
      scenario_id: "own", description: "", interest_rate_delta_pct: 0,
      collateral_market_impact_pct: -0.3, recovery_degradation_pct: 0,
      default_risk_increment_pct: 0,
    });
    expect(overrideScenarioIds(parameters)).toEqual(["market_crash", "own"]);
  });

  it("runs only given scenarios when asked, in their order; a default's id fills in its own", () => {
    const parameters = accepted({ include_default_scenarios: false, stress_scenarios: [
      { scenario_id: "own" }, { scenario_id: "default_wave", description: "Mine" },
    ] });
    expect(idsOf(parameters)).toEqual(["own", "default_wave"]);
    expect(parameters.stress_scenarios[1]).toEqual({ ...DEFAULT_SCENARIOS[2], description: "Mine" });
    expect(accepted({ include_default_scenarios: false }).stress_scenarios).toEqual([]);
  });

  it("takes -0 for 0, so that equal parameters have equal ids", () => {
    const parameters = accepted(scenarioWith({ collateral_market_impact_pct: -0 }));
    expect(parameters.stress_scenarios[3]?.collateral_market_impact_pct).toBe(0);
  });

  it("accepts all shocks within bounds, and its own output again", () => {
    fc.assert(fc.property(anyShocks, fc.boolean(), (shocks, include) => {
      const once = accepted({ ...scenarioWith(shocks), include_default_scenarios: include });
      expect(canonicalJson(accepted(once))).toBe(canonicalJson(once));
    }));
  });

  it("never throws, whatever a client sends", () => {
    const near = fc.record({
      stress_scenarios: fc.oneof(fc.anything(), fc.array(fc.record({
        scenario_id: fc.anything(), description: fc.anything(),
        interest_rate_delta_pct: fc.anything(), default_risk_increment_pct: fc.anything(),
      }, { requiredKeys: [] }))),
      netting: fc.anything(),
    }, { requiredKeys: [] });
    fc.assert(fc.property(fc.oneof(fc.anything(), near), (input) => {
      const result = canonicalParameters(input);
      if (result.ok) canonicalJson(result.value);
      else expect(result.error.length).toBeGreaterThan(0);
    }), { numRuns: 1000 });
  });
});

describe("a refused parameter", () => {
  const own = "parameters.stress_scenarios[0]";
  const text = (length: number) => "a".repeat(length);
  const cases: [unknown, string, RegExp][] = [
    [null, "parameters", /^parameters is null; write an object/],
    [[], "parameters", /is a list; write an object/],
    ["x", "parameters", /is "x"/],
    [{ bogus: 1 }, "parameters.bogus", /"bogus" is no member.*netting/],
    [JSON.parse('{"__proto__": 1}'), "parameters.__proto__", /no member/],
    [{ netting: "gross" }, "parameters.netting", /"gross".*"portfolio" or "instrument"/],
    [{ netting: null }, "parameters.netting", /null/],
    [{ include_default_scenarios: "yes" }, "parameters.include_default_scenarios", /true or false/],
    [{ net_exposure_materiality_threshold_pct: 20 },
      "parameters.net_exposure_materiality_threshold_pct",
      /20 means 2000 %; write 0\.2 for 20 %$/],
    [{ stress_loss_materiality_threshold_pct: -0.05 },
      "parameters.stress_loss_materiality_threshold_pct",
      /a threshold is not negative; write 0\.05 for 5 %$/],
    [{ stress_loss_materiality_threshold_pct: null },
      "parameters.stress_loss_materiality_threshold_pct", /null; write a fraction from 0 to 1$/],
    [{ stress_scenarios: {} }, "parameters.stress_scenarios", /an object; write a list/],
    [{ stress_scenarios: null }, "parameters.stress_scenarios", /null; write a list/],
    [{ stress_scenarios: [null] }, own, /null; write an object/],
    [{ stress_scenarios: [{}] }, `${own}.scenario_id`, /missing/],
    [{ stress_scenarios: [{ scenario_id: "" }] }, `${own}.scenario_id`, /empty/],
    [{ stress_scenarios: [{ scenario_id: 5 }] }, `${own}.scenario_id`, /is 5; write a text/],
    [{ stress_scenarios: [{ scenario_id: "my crash" }] }, `${own}.scenario_id`,
      /write "my_crash"$/],
    [{ stress_scenarios: [{ scenario_id: "a\n" }] }, `${own}.scenario_id`, /letters A-Z/],
    [{ stress_scenarios: [{ scenario_id: text(101) }] }, `${own}.scenario_id`, /101.*100/],
    [scenarioWith({ description: text(501) }), `${own}.description`, /501.*500/],
    [scenarioWith({ description: null }), `${own}.description`, /null; write a text/],
    [scenarioWith({ description: "\ud800" }), `${own}.description`, /Unicode/],
    [scenarioWith({ description: "a\0" }), `${own}.description`, /NUL/],
    [scenarioWith({ colateral: -0.2 }), `${own}.colateral`, /"colateral" is no member/],
    [scenarioWith({ collateral_market_impact_pct: -25 }), `${own}.collateral_market_impact_pct`,
      /^collateral_market_impact_pct is -25, which is not a fraction from -1 to 10: -25 means -2500 %; write -0\.25 for -25 %$/],
    [scenarioWith({ recovery_degradation_pct: -7 }), `${own}.recovery_degradation_pct`,
      /-7 means -700 %; write -0\.07 for -7 %$/],
    [scenarioWith({ recovery_degradation_pct: -5000 }), `${own}.recovery_degradation_pct`,
      /not a fraction from -1 to 10$/],
    [scenarioWith({ default_risk_increment_pct: 8 }), `${own}.default_risk_increment_pct`,
      /8 means 800 %; write 0\.08 for 8 %$/],
    [scenarioWith({ default_risk_increment_pct: -0.08 }), `${own}.default_risk_increment_pct`,
      /an increment is not negative; write 0\.08 for 8 %$/],
    [scenarioWith({ interest_rate_delta_pct: 250 }), `${own}.interest_rate_delta_pct`,
      /250 means 250 points; write 2\.5 for 250 basis points$/],
    [scenarioWith({ interest_rate_delta_pct: "2.5" }), `${own}.interest_rate_delta_pct`,
      /"2\.5"; write a number of percentage points from -100 to 100: 2\.5 without quotation/],
    [scenarioWith({ interest_rate_delta_pct: Number.NaN }), `${own}.interest_rate_delta_pct`,
      /NaN/],
    [scenarioWith({ interest_rate_delta_pct: -Infinity }), `${own}.interest_rate_delta_pct`,
      /-Infinity/],
    [scenarioWith({ interest_rate_delta_pct: null }), `${own}.interest_rate_delta_pct`, /null/],
    [{ stress_scenarios: [{ scenario_id: "a" }, { scenario_id: "a" }] },
      "parameters.stress_scenarios[1].scenario_id", /"a" is already that of stress_scenarios\[0\]/],
    [{ stress_scenarios: new Array(SCENARIO_LIMIT + 1).fill({}) }, "parameters.stress_scenarios",
      /201.*200/],
  ];
  it.each(cases)("%j is named at %s", (input, path, message) => {
    const problems = refused(input);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.message).toMatch(message);
  });

  it("comes with all others, up to a limit", () => {
    const bad = { scenario_id: "", default_risk_increment_pct: 5, collateral_market_impact_pct: 99 };
    expect(refused({ netting: 1, stress_scenarios: [bad] })).toHaveLength(4);
    expect(refused({ stress_scenarios: new Array(200).fill(bad) })).toHaveLength(PROBLEM_LIMIT);
  });

  it("never repeats a long value back", () => {
    const [problem] = refused({ ["x".repeat(1e5)]: "y".repeat(1e5) });
    expect(problem?.path.length).toBeLessThan(100);
    expect(problem?.message.length).toBeLessThan(400);
  });
});

describe("the bounds themselves", () => {
  it.each([
    ["interest_rate_delta_pct", -100, 100], ["collateral_market_impact_pct", -1, 10],
    ["recovery_degradation_pct", -1, 10], ["default_risk_increment_pct", 0, 1],
  ])("%s allows %d and %d", (name, low, high) => {
    accepted(scenarioWith({ [name]: low }));
    accepted(scenarioWith({ [name]: high }));
    refused(scenarioWith({ [name]: low - 1e-9 }));
    refused(scenarioWith({ [name]: high + 1e-9 }));
  });

  it("hold for thresholds, ids and lists", () => {
    accepted({ net_exposure_materiality_threshold_pct: 0 });
    accepted({ stress_loss_materiality_threshold_pct: 1 });
    accepted({ stress_scenarios: [{ scenario_id: "a".repeat(100), description: "b".repeat(500) }] });
    const many = Array.from({ length: SCENARIO_LIMIT }, (_, index) => ({ scenario_id: `s${index}` }));
    expect(accepted({ stress_scenarios: many }).stress_scenarios).toHaveLength(203);
  });
});
