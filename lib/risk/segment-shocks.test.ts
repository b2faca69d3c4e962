import { describe, expect, it } from "vitest";
import { canonicalParameters, overrideScenarioIds } from "./parameters";
import { SEGMENT_SHOCK_LIMIT, SEGMENT_VALUE_LIMIT, isInSegment, shocksOn } from "./segment-shocks";
import { NO_SHOCKS } from "./stress";
import type { GroupDimension, Scenario } from "./types";

const canonical = (segment_shocks: unknown) => canonicalParameters({
  include_default_scenarios: false, stress_scenarios: [{ scenario_id: "own", segment_shocks }] });

function accepted(segmentShocks: unknown): Scenario {
  const result = canonical(segmentShocks);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.stress_scenarios[0] as Scenario;
}

function refused(segmentShocks: unknown): string {
  const result = canonical(segmentShocks);
  if (result.ok) throw new Error("accepted");
  return result.error.map(({ path, message }) => `${path}: ${message}`).join("\n");
}

describe("segment shocks as parameters", () => {
  it("stay absent when none were given, so that older parameters keep their bytes", () => {
    for (const none of [undefined, []]) {
      expect(Object.keys(accepted(none))).not.toContain("segment_shocks");
    }
    const parameters = canonicalParameters({});
    expect(parameters.ok && JSON.stringify(parameters.value)).not.toContain("segment_shocks");
  });

  it("have one form for one meaning", () => {
    const one = accepted([{ collateral_market_impact_pct: -0.3,
      where: { country: ["FR", "DE", "FR"], sector: ["CRE"], stage: 3 } }]);
    expect(JSON.stringify(one.segment_shocks)).toBe(JSON.stringify([{
      where: { sector: "CRE", country: ["DE", "FR"], stage: "3" },
      collateral_market_impact_pct: -0.3 }]));
    expect(accepted([{ where: { sector: "CRE", country: ["DE", "FR"], stage: "3" },
      collateral_market_impact_pct: -0.3 }])).toStrictEqual(one);
    expect(accepted([{ where: { sector: null }, default_risk_increment_pct: -0 }]).segment_shocks)
      .toStrictEqual([{ where: { sector: null }, default_risk_increment_pct: 0 }]);
  });

  it("make an override of a default that has none", () => {
    const result = canonicalParameters({ stress_scenarios: [{ scenario_id: "market_crash",
      segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.4 }] }] });
    expect(result.ok && overrideScenarioIds(result.value)).toStrictEqual(["market_crash"]);
    expect(result.ok && result.value.stress_scenarios[1]).toMatchObject({
      collateral_market_impact_pct: -0.25 });
  });

  it.each<[unknown, RegExp]>([
    ["CRE", /segment_shocks is "CRE"; write a list/],
    [[3], /segment_shocks\[0\] is 3; write an object/],
    [[{ collateral_market_impact_pct: -0.3 }], /segment_shocks\[0\]\.where: where is missing/],
    [[{ where: {}, collateral_market_impact_pct: -0.3 }], /where is empty/],
    [[{ where: { planet: "Mars" }, collateral_market_impact_pct: -0.3 }],
      /"planet" is no member of .*known members are asset_class, sector/],
    [[{ where: { sector: "CRE" } }], /shocks nothing; give at least one of interest_rate_delta/],
    [[{ where: { sector: "CRE" }, collateral_market_impact_pct: -30 }],
      /segment_shocks\[0\]\.collateral_market_impact_pct: .*write -0\.3 for -30 %/],
    [[{ where: { sector: "CRE" }, haircut: 1 }], /"haircut" is no member/],
    [[{ where: { sector: [] }, default_risk_increment_pct: 0.1 }], /sector lists 0 values/],
    [[{ where: { sector: ["CRE", 4] }, default_risk_increment_pct: 0.1 }],
      /where\.sector\[1\]: sector is 4; write a text/],
    [[{ where: { sector: "a\0" }, default_risk_increment_pct: 0.1 }], /NUL/],
    [[{ where: { sector: "x".repeat(301) }, default_risk_increment_pct: 0.1 }],
      /301 characters; at most 300/],
    [[{ where: { sector: new Array(SEGMENT_VALUE_LIMIT + 1).fill("x") },
      default_risk_increment_pct: 0.1 }], /give 1 to 200/],
    [new Array(SEGMENT_SHOCK_LIMIT + 1).fill({}), /has 51 segments; at most 50/],
  ])("refuses %j", (given, message) => {
    expect(refused(given)).toMatch(message);
  });
});

describe("the shocks on a record", () => {
  const scenario: Scenario = { scenario_id: "own", description: "", ...NO_SHOCKS,
    collateral_market_impact_pct: -0.1, segment_shocks: [
      { where: { sector: "CRE" }, collateral_market_impact_pct: -0.3,
        default_risk_increment_pct: 0.05 },
      { where: { country: ["DE", null] }, collateral_market_impact_pct: -0.2 },
      { where: { sector: "CRE", country: "DE" }, recovery_degradation_pct: -0.5 },
    ] };
  const on = (values: { [D in GroupDimension]?: string }) =>
    shocksOn(scenario, (index) => isInSegment(scenario.segment_shocks?.[index]?.where ?? {},
      (dimension) => values[dimension] ?? null));

  it("come from the last entry that fits, field by field", () => {
    expect(on({ sector: "CRE", country: "DE" })).toStrictEqual({ interest_rate_delta_pct: 0,
      collateral_market_impact_pct: -0.2, recovery_degradation_pct: -0.5,
      default_risk_increment_pct: 0.05 });
    expect(on({ sector: "CRE", country: "FR" }).collateral_market_impact_pct).toBe(-0.3);
    expect(on({ sector: "Retail" }).collateral_market_impact_pct).toBe(-0.2);
    expect(on({ sector: "Retail", country: "FR" })).toStrictEqual(
      { ...NO_SHOCKS, collateral_market_impact_pct: -0.1 });
  });
});
