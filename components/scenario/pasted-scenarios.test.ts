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

  it("takes cells in quotes with line ends, as a spreadsheet copies them", () => {
    const { scenarios, problems } = readPasted(
      '\ufeffScenario\tRate\tDescription\r\nA\t1\t"two\r\nlines, ""both"""\r\nB\t2\t6" of it\r\nC\tx');
    expect(scenarios.map(({ name, scenario }) => [name, scenario.description])).toStrictEqual(
      [["A", 'two lines, "both"'], ["B", '6" of it']]);
    expect(problems.map(({ line }) => line)).toStrictEqual([5]);
  });

  it("takes semicolons, and commas where a head shows that they part cells", () => {
    expect(shocksOf("Scenario;Rate;Collateral\nA;1,5;-10\nB;2;-20 %")).toStrictEqual(
      [["A", 1.5, -0.1, 0, 0], ["B", 2, -0.2, 0, 0]]);
    expect(shocksOf('scenario,rate,collateral\nA,1,"-10,5"\n')).toStrictEqual(
      [["A", 1, -0.105, 0, 0]]);
  });

  it("takes no line whose cells it cannot tell apart for a scenario without shocks", () => {
    for (const text of ["A,1,-10,-5,2", "Hello there", "A\t1\t-5\nB 2 -20"]) {
      const { scenarios, problems } = readPasted(text);
      expect(scenarios.length, text).toBe(text.includes("\t") ? 1 : 0);
      expect(problems.map(({ message }) => message)).toStrictEqual(
        [expect.stringMatching(/^This is one cell/)]);
    }
  });

  it("reads numbers as bookkeepers format them", () => {
    expect(shocksOf("A\t-\t(25.0%)\t(5)\t\u2013")).toStrictEqual([["A", 0, -0.25, -0.05, 0]]);
    expect(readPasted("A\t1\t(-5)").problems).toHaveLength(1);
  });

  it("says when two names give one id, and what a name lacks", () => {
    const long = "x".repeat(120);
    expect(readPasted(`${long}1\t1\n${long}2\t2`).problems[0]?.message)
      .toBe(`The name gives the id ${"x".repeat(100)}, as that in line 1 does.`);
    expect(readPasted("深刻な不況\t1").problems[0]?.message).toMatch(/a letter from A to Z or a digit/);
  });

  it("reads lines that end as those of an old Mac", () => {
    expect(shocksOf("A\t1\rB\t2").map(([id]) => id)).toStrictEqual(["A", "B"]);
  });
});
