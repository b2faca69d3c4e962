import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SCENARIOS, lossUnder, NO_SHOCKS, scaleShocks, stressOf } from "./stress";
import { anyShocks, CHECK_EXPOSURE, ordinaryNetted } from "./test-data";
import type { Shocks } from "./types";

/** MODEL.md section 2's table. */
const CHECK_VALUES = [
  ["interest_rate_spike", 7.5, 75_000, 712_500, 137_750, 20_000, 169_750, 64_750, 0.06475],
  ["market_crash", 5.5, 55_000, 562_500, 123_250, 50_000, 364_250, 259_250, 0.25925],
  ["default_wave", 6.0, 60_000, 675_000, 94_250, 80_000, 310_750, 205_750, 0.20575],
] as const;

describe("stressOf", () => {
  it.each(CHECK_VALUES)("gives the check values of %s exactly", (
    id, rate, interest, collateral, recovery, buffer, net, loss, score,
  ) => {
    const scenario = DEFAULT_SCENARIOS.find((known) => known.scenario_id === id);
    if (scenario === undefined) throw new Error("no such scenario");
    const stress = stressOf(CHECK_EXPOSURE, scenario);
    expect([
      stress.interest_rate_pct, stress.interest_payment, stress.collateral_value,
      stress.distressed_asset_recovery, stress.default_risk_buffer,
      stress.net_exposure_after_recovery, stress.loss_estimate, stress.impact_score,
    ]).toEqual([rate, interest, collateral, recovery, buffer, net, loss, score]);
    expect(stress.collateral_loss).toBe(750_000 - collateral);
    expect(stress.distressed_asset_value + stress.distressed_asset_loss).toBe(350_000);
  });

  it("keeps the order of members that the report shows", () => {
    const [scenario] = DEFAULT_SCENARIOS;
    if (scenario === undefined) throw new Error("no scenario");
    expect(Object.keys(stressOf(CHECK_EXPOSURE, scenario))).toEqual([
      "scenario_id", "description", "interest_rate_delta_pct", "collateral_market_impact_pct",
      "recovery_degradation_pct", "default_risk_increment_pct", "interest_rate_pct",
      "interest_payment", "collateral_value", "collateral_loss", "distressed_asset_value",
      "distressed_asset_loss", "distressed_asset_recovery", "default_risk_buffer",
      "net_exposure_after_recovery", "loss_estimate", "impact_score",
    ]);
  });

  it("loses nothing without a shock", () => {
    fc.assert(fc.property(ordinaryNetted, (netted) => {
      expect(lossUnder(netted, NO_SHOCKS)).toBe(0);
    }));
  });

  it("never loses more collateral or recovery than there is, however large the shock", () => {
    const shocks = scaleShocks({ ...NO_SHOCKS, collateral_market_impact_pct: -1 }, 20);
    const stress = stressOf(CHECK_EXPOSURE, { scenario_id: "x", description: "", ...shocks });
    expect(stress.collateral_value).toBe(0);
    expect(stress.collateral_loss).toBe(750_000);
    expect(stress.distressed_asset_loss).toBe(350_000);
  });

  it("leaves the exposure and the scenario alone", () => {
    const exposure = Object.freeze({ ...CHECK_EXPOSURE });
    for (const scenario of DEFAULT_SCENARIOS) stressOf(exposure, scenario);
    expect(exposure).toEqual(CHECK_EXPOSURE);
  });
});

describe("a worse shock never lowers the loss", () => {
  const worse: [keyof Shocks, 1 | -1][] = [
    ["collateral_market_impact_pct", -1], ["recovery_degradation_pct", -1],
    ["default_risk_increment_pct", 1], ["interest_rate_delta_pct", 1],
  ];
  const step = fc.double({ min: 0, max: 1, noNaN: true });
  it.each(worse)("for %s", (name, direction) => {
    fc.assert(fc.property(ordinaryNetted, anyShocks, step, (netted, shocks, by) => {
      const harder = { ...shocks, [name]: shocks[name] + direction * by };
      expect(lossUnder(netted, harder)).toBeGreaterThanOrEqual(lossUnder(netted, shocks));
    }), { numRuns: 500 });
  });

  it("and the interest shock leaves it alone", () => {
    fc.assert(fc.property(ordinaryNetted, anyShocks, (netted, shocks) => {
      const calm = { ...shocks, interest_rate_delta_pct: 0 };
      expect(lossUnder(netted, shocks)).toBe(lossUnder(netted, calm));
    }));
  });
});
