import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributeLoss, DRIVERS } from "./attribution";
import { DEFAULT_SCENARIOS, lossUnder, netByPortfolio, NO_SHOCKS } from "./stress";
import { anyShocks, CHECK_EXPOSURE, CHECK_NETTED, ordinaryNetted } from "./test-data";
import type { Shocks } from "./types";

const crash = DEFAULT_SCENARIOS[1] as Shocks;

describe("attributeLoss", () => {
  it("splits the market crash of the check portfolio, where nothing clamps, into its terms", () => {
    const { drivers, ...rest } = attributeLoss(CHECK_NETTED, crash);
    expect(drivers.collateral).toBeCloseTo(187_500, 6);
    expect(drivers.recovery).toBeCloseTo(21_750, 6);
    expect(drivers.default).toBeCloseTo(50_000, 6);
    expect(rest).toEqual({
      net_exposure_after_recovery: 105_000, loss_estimate: 259_250, added_interest: 5000 });
  });

  it("shares a loss that only the two together cause equally", () => {
    // 100 owed, 60 collateral and 60 recovery: either may lose 20 before anything is lost.
    const netted = netByPortfolio({
      ...CHECK_EXPOSURE, total_outstanding: 100, collateral_value: 60,
      distressed_asset_recovery: 60, net_exposure_after_recovery: 0,
    });
    const third = -20 / 60;
    const shocks = {
      ...NO_SHOCKS, collateral_market_impact_pct: third, recovery_degradation_pct: third };
    const { drivers } = attributeLoss(netted, shocks);
    expect(drivers.collateral).toBeCloseTo(10, 9);
    expect(drivers.recovery).toBeCloseTo(10, 9);
    expect(drivers.default).toBe(0);
  });

  it("adds up to the loss", () => {
    fc.assert(fc.property(ordinaryNetted, anyShocks, (netted, shocks) => {
      const { drivers, loss_estimate: loss } = attributeLoss(netted, shocks);
      const sum = drivers.collateral + drivers.recovery + drivers.default;
      const size = netted.exposure.total_outstanding + 1;
      expect(Math.abs(sum - loss)).toBeLessThanOrEqual(1e-9 * size);
      expect(loss).toBe(lossUnder(netted, shocks));
    }), { numRuns: 500 });
  });

  it("gives a driver without a shock exactly 0, and the interest shock no part", () => {
    fc.assert(fc.property(ordinaryNetted, anyShocks, (netted, shocks) => {
      const names = ["collateral_market_impact_pct", "recovery_degradation_pct",
        "default_risk_increment_pct"] as const;
      for (const [index, driver] of DRIVERS.entries()) {
        const name = names[index];
        if (name === undefined) throw new Error("no shock");
        const { drivers } = attributeLoss(netted, { ...shocks, [name]: 0 });
        expect(drivers[driver]).toBe(0);
      }
    }));
  });
});
