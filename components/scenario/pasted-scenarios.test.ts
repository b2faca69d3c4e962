import { describe, expect, it } from "vitest";
import { readPasted } from "./pasted-scenarios";

const shocksOf = (text: string) => readPasted(text).scenarios.map(({ scenario }) => [
  scenario.scenario_id, scenario.interest_rate_delta_pct, scenario.collateral_market_impact_pct,
  scenario.recovery_degradation_pct, scenario.default_risk_increment_pct]);

describe("scenarios out of a spreadsheet", () => {
  it("reads the fixed order without a head", () => {
    expect(readPasted("Mild slump\t0.5\t-10\t-5%\t\tOf the desk\r\nHard\t+2,5\t−40 %\t-60\t8\n"))
      .toStrictEqual({ problems: [], looksLikeFractions: false, scenarios: [
        { name: "Mild slump", scenario: { scenario_id: "Mild_slump", description: "Of the desk",
          interest_rate_delta_pct: 0.5, collateral_market_impact_pct: -0.1,
          recovery_degradation_pct: -0.05, default_risk_increment_pct: 0 } },
        { name: "Hard", scenario: { scenario_id: "Hard", description: "",
          interest_rate_delta_pct: 2.5, collateral_market_impact_pct: -0.4,
          recovery_degradation_pct: -0.6, default_risk_increment_pct: 0.08 } }] });
  });

  it("takes columns where the head has them, and leaves others alone", () => {
    expect(shocksOf("Default risk (%)\tOwner\tScenario\tCollat.\n5\tAnn\tA\t-20\n"))
      .toStrictEqual([["A", 0, -0.2, 0, 0.05]]);
  });

  it("says line and rule of what it cannot take", () => {
    const { scenarios, problems } = readPasted(
      "A\t0\t-150\n\t0\t0\nB\t0\ttwenty\nC\t0\t-5\nC\t0\t-6");
    expect(scenarios.map(({ name }) => name)).toStrictEqual(["C"]);
    expect(problems.map(({ line }) => line)).toStrictEqual([1, 2, 3, 5]);
    expect(problems[0]?.message).toMatch(/^Collateral cannot fall by more than 100/);
    expect(problems[2]?.message).toBe("Collateral needs a number. You typed twenty.");
    expect(problems[3]?.message).toBe("C stands in line 4 already.");
  });

  it("notices fractions where per cent are meant, and a head without names", () => {
    expect(readPasted("A\t0.5\t-0.25").looksLikeFractions).toBe(true);
    expect(readPasted("A\t0.5\t-0.25%\t-5").looksLikeFractions).toBe(false);
    expect(readPasted("Rate\tCollateral\n1\t2").problems)
      .toStrictEqual([{ line: 1, message: "No column is named Scenario or Name." }]);
    expect(readPasted("")).toStrictEqual(
      { scenarios: [], problems: [], looksLikeFractions: false });
  });
});
