import { describe, expect, it } from "vitest";
import { canonicalParameters } from "./parameters";
import { MACRO_EXAMPLE, macroProblems, macroShocks, type MacroMapping } from "./macro";
import { SCENARIO_TEMPLATES } from "./scenario-templates";

const MAPPING: MacroMapping = {
  variables: [{ id: "hpi", name: "House prices", unit: "%" }, { id: "u", name: "U", unit: "points" }],
  coefficients: [
    { shock: "collateral_market_impact_pct", variable: "hpi", coefficient: 0.008 },
    { shock: "collateral_market_impact_pct", variable: "u", coefficient: -0.01 },
    { shock: "default_risk_increment_pct", variable: "u", coefficient: 0.01 },
  ],
  bounds: { collateral_market_impact_pct: { low: -0.2, high: 0 } }, note: "Desk",
};

function shocksOf(changes: Record<string, number>, mapping = MAPPING) {
  const made = macroShocks(mapping, changes);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return Object.fromEntries(made.value.map((entry) => [entry.shock, entry]));
}

describe("shocks from macro variables", () => {
  it("are the sum of coefficient times change", () => {
    const { collateral_market_impact_pct: collateral, default_risk_increment_pct: defaults,
      interest_rate_delta_pct: rate } = shocksOf({ hpi: -10, u: 3 });
    expect(collateral).toMatchObject({ sum: -0.11, value: -0.11, low: -0.2, high: 0 });
    expect(collateral?.terms.map(({ product }) => product)).toStrictEqual([-0.08, -0.03]);
    expect(defaults?.value).toBe(0.03);
    expect(rate).toMatchObject({ terms: [], value: 0, low: -100, high: 100 });
  });

  it("are cut to the mapping's bounds, else to those of every shock", () => {
    expect(shocksOf({ hpi: -50 }).collateral_market_impact_pct)
      .toMatchObject({ sum: -0.4, value: -0.2 });
    expect(shocksOf({ u: -2 }).default_risk_increment_pct).toMatchObject({ sum: -0.02, value: 0 });
    expect(Object.is(shocksOf({ u: -0 }).default_risk_increment_pct?.value, 0)).toBe(true);
  });

  it.each<[Partial<MacroMapping>, RegExp]>([
    [{ coefficients: [{ shock: "recovery_degradation_pct", variable: "gdp", coefficient: 1 }] },
      /coefficients.0.variable is "gdp"; known variables are hpi, u/],
    [{ variables: [...MAPPING.variables, { id: "u", name: "Again", unit: "" }] }, /another variable/],
    [{ coefficients: [...MAPPING.coefficients, ...MAPPING.coefficients] }, /once more/],
    [{ bounds: { default_risk_increment_pct: { low: -0.1, high: 1 } } }, /from 0 to 1/],
    [{ bounds: { recovery_degradation_pct: { low: 0, high: -0.1 } } }, /lower one first/],
  ])("are refused where the mapping contradicts itself: %j", (change, words) => {
    expect(macroProblems({ ...MAPPING, ...change })[0]?.message).toMatch(words);
    expect(macroShocks({ ...MAPPING, ...change }, {}).ok).toBe(false);
  });

  it("are refused for unknown variables and for what is no number", () => {
    expect(macroShocks(MAPPING, { gdp: 1 }).ok).toBe(false);
    expect(macroShocks(MAPPING, { u: Number.NaN }).ok).toBe(false);
  });

  it("have an example that says it is one", () => {
    expect(macroProblems(MACRO_EXAMPLE)).toStrictEqual([]);
    expect(MACRO_EXAMPLE.note).toMatch(/made-up/);
  });
});

describe("the templates of the library", () => {
  it("are scenarios in canonical form, each with its origin and limits", () => {
    expect(SCENARIO_TEMPLATES).toHaveLength(8);
    const checked = canonicalParameters({ include_default_scenarios: false,
      stress_scenarios: SCENARIO_TEMPLATES.map(({ scenario }) => scenario) });
    expect(checked.ok && checked.value.stress_scenarios)
      .toStrictEqual(SCENARIO_TEMPLATES.map(({ scenario }) => scenario));
    for (const { origin, limits } of SCENARIO_TEMPLATES) {
      expect(origin).toMatch(/not estimated/);
      expect(limits).toMatch(/Not a forecast/);
    }
  });

  it("order mild, moderate and severe in every shock", () => {
    const [mild, moderate, severe] = SCENARIO_TEMPLATES.map(({ scenario }) => scenario);
    for (const [less, more] of [[mild, moderate], [moderate, severe]]) {
      expect(more!.default_risk_increment_pct).toBeGreaterThan(less!.default_risk_increment_pct);
      expect(more!.collateral_market_impact_pct).toBeLessThan(less!.collateral_market_impact_pct);
      expect(more!.recovery_degradation_pct).toBeLessThan(less!.recovery_degradation_pct);
      expect(more!.interest_rate_delta_pct).toBeGreaterThan(less!.interest_rate_delta_pct);
    }
  });
});
