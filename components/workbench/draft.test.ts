import { describe, expect, it } from "vitest";
import { canonicalParameters, DEFAULT_SCENARIOS } from "@/lib/risk";
import type { RunParametersInput } from "@/lib/risk";
import {
  draftOfParameters, enabledScenarios, engineDraft, freeId, parametersOf, withAdded, withClone,
  withDefaults, withDetails, withMove, withoutScenario, withShock, withSwitch,
} from "./draft";
import type { Draft } from "./draft";

const ids = (draft: Draft) => draft.scenarios.map((entry) => entry.scenario.scenario_id);
const enabled = (draft: Draft) => enabledScenarios(draft).map((entry) => entry.scenario_id);
const canonical = (input: RunParametersInput) => {
  const result = canonicalParameters(input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe("parametersOf", () => {
  it("asks for the engine's defaults when nothing was edited", () => {
    const parameters = parametersOf(engineDraft());
    expect(parameters.include_default_scenarios).toBe(true);
    expect(parameters.stress_scenarios).toEqual([]);
    expect(canonical(parameters)).toEqual(canonical({}));
  });

  it("overrides an edited default by its id and adds own scenarios after it", () => {
    const edited = withShock(engineDraft(), "market_crash", "collateral_market_impact_pct", -0.3);
    const { draft } = withAdded(edited, "CRE wall");
    const parameters = parametersOf(draft);
    expect(parameters.include_default_scenarios).toBe(true);
    expect(parameters.stress_scenarios?.map((entry) => entry.scenario_id))
      .toEqual(["market_crash", "CRE_wall"]);
    expect(canonical(parameters).stress_scenarios[1]?.recovery_degradation_pct).toBe(-0.15);
  });

  it("lists the enabled scenarios when a default is off", () => {
    const { draft } = withAdded(withSwitch(engineDraft(), "market_crash", false), "own");
    const parameters = parametersOf(draft);
    expect(parameters.include_default_scenarios).toBe(false);
    expect(canonical(parameters).stress_scenarios.map((entry) => entry.scenario_id))
      .toEqual(["interest_rate_spike", "default_wave", "own"]);
    expect(canonical(parameters).stress_scenarios[1]).toEqual(DEFAULT_SCENARIOS[2]);
  });

  it("leaves the block of defaults out when it is off", () => {
    const parameters = parametersOf(withDefaults(engineDraft(), false));
    expect(parameters).toMatchObject({ include_default_scenarios: false, stress_scenarios: [] });
  });
});

describe("draftOfParameters", () => {
  const cases: [string, Draft][] = [
    ["the defaults", engineDraft()],
    ["a default off", withSwitch(engineDraft(), "default_wave", false)],
    ["the block off", withDefaults(withAdded(engineDraft(), "own").draft, false)],
    ["an edited default, a clone and a line", {
      ...withClone(withShock(engineDraft(), "market_crash", "default_risk_increment_pct", 0.1),
        "market_crash").draft, lossLine: 0.125 }],
  ];
  it.each(cases)("gives back %s after a run", (_, draft) => {
    const back = draftOfParameters(canonical(parametersOf(draft)));
    expect(canonical(parametersOf(back))).toEqual(canonical(parametersOf(draft)));
    expect(back).toEqual(draft);
  });
});

describe("edits of scenarios", () => {
  it("switches one default on out of a block that is off", () => {
    const off = withDefaults(engineDraft(), false);
    expect(enabled(withSwitch(off, "market_crash", true))).toEqual(["market_crash"]);
  });

  it("switches the whole block on when each default was off", () => {
    const off = DEFAULT_SCENARIOS.reduce(
      (draft, entry) => withSwitch(draft, entry.scenario_id, false), engineDraft());
    expect(enabled(withDefaults(off, true))).toHaveLength(3);
  });

  it("keeps shocks inside the engine's bounds and never stores -0", () => {
    const draft = withShock(engineDraft(), "market_crash", "collateral_market_impact_pct", -3);
    expect(draft.scenarios[1]?.scenario.collateral_market_impact_pct).toBe(-1);
    const zero = withShock(draft, "market_crash", "collateral_market_impact_pct", -0);
    expect(Object.is(zero.scenarios[1]?.scenario.collateral_market_impact_pct, 0)).toBe(true);
  });

  it("gives clones and names free ids", () => {
    const first = withClone(engineDraft(), "market_crash");
    const second = withClone(first.draft, "market_crash");
    expect([first.id, second.id]).toEqual(["market_crash_2", "market_crash_3"]);
    expect(ids(second.draft).slice(0, 3)).toEqual(ids(engineDraft()));
    expect(freeId(engineDraft(), "default_wave")).toBe("default_wave_2");
    expect(freeId(engineDraft(), "")).toBe("scenario");
  });

  it("renames own scenarios, but no default", () => {
    const { draft, id } = withAdded(engineDraft(), "own");
    const renamed = withDetails(draft, id, { name: "Müller & Söhne", description: "x" });
    expect(ids(renamed)[3]).toBe("Muller_Sohne");
    const kept = withDetails(draft, "market_crash", { name: "other", description: "x" });
    expect(ids(kept)).toEqual(ids(draft));
  });

  it("moves own scenarios among themselves only", () => {
    const two = withAdded(withAdded(engineDraft(), "a").draft, "b").draft;
    expect(ids(withMove(two, "b", -1)).slice(3)).toEqual(["b", "a"]);
    expect(withMove(two, "a", -1)).toBe(two);
    expect(ids(withoutScenario(two, "a")).slice(3)).toEqual(["b"]);
  });
});
