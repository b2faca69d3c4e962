import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exposureOf } from "./exposure";
import { crossingOf, MULTIPLIER_LIMIT, reverseStress, type ReverseTarget } from "./reverse";
import {
  DEFAULT_SCENARIOS, lossUnder, netByPortfolio, NO_SHOCKS, scaleShocks, stressOf, withoutSteps,
  type Netted,
} from "./stress";
import { anyShocks, CHECK_EXPOSURE, CHECK_NETTED, ordinaryNetted } from "./test-data";
import { zeroTotals } from "./totals";
import type { DebtExposure, Shocks } from "./types";

const crash = DEFAULT_SCENARIOS[1] as Shocks;
const loss = (value: number): ReverseTarget => ({ metric: "loss_estimate", value });

/** The largest loss on a fine grid of multipliers from 0 to `end`. */
function largestOnGrid(netted: Netted, shocks: Shocks, end: number): number {
  const points = Array.from({ length: 401 }, (_, index) => (end * index) / 400);
  return Math.max(...points.map((k) => lossUnder(netted, scaleShocks(shocks, k))));
}

describe("reverseStress", () => {
  it("finds the scenario itself for its own loss", () => {
    const answer = reverseStress(CHECK_NETTED, crash, loss(259_250));
    expect(answer.reachable).toBe(true);
    expect(answer.multiplier).toBeCloseTo(1, 12);
    expect(answer.loss_at_multiplier).toBeCloseTo(259_250, 6);
    expect(answer.binding_driver).toBe("collateral");
    // k = 20: all collateral and recovery gone, and a buffer of O: 1,000,000 + 1,000,000 - N.
    expect(answer.max_loss).toBeCloseTo(1_895_000, 6);
  });

  it("answers for each factor alone", () => {
    const { factors } = reverseStress(CHECK_NETTED, crash, loss(100_000));
    expect(factors.interest_rate_delta_pct).toEqual(
      { reachable: false, multiplier: null, reason: "TARGET_NOT_REACHED" });
    expect(factors.collateral_market_impact_pct.multiplier).toBeCloseTo(100_000 / 187_500, 12);
    expect(factors.recovery_degradation_pct.multiplier).toBeCloseTo(100_000 / 21_750, 12);
    expect(factors.default_risk_increment_pct.multiplier).toBeCloseTo(2, 12);
  });

  it("hits its target to 1e-9 * O with the smallest multiplier", () => {
    const share = fc.double({ min: 1e-6, max: 1.5, noNaN: true });
    fc.assert(fc.property(ordinaryNetted, anyShocks, share, (netted, shocks, part) => {
      const { exposure } = netted;
      const outstanding = exposure.total_outstanding;
      const target = part * outstanding;
      const size = outstanding + exposure.collateral_value;
      const crossing = crossingOf(netted, shocks, loss(target));
      if (crossing.reachable) {
        const scaled = scaleShocks(shocks, crossing.multiplier);
        const at = lossUnder(withoutSteps(netted), scaled);
        expect(at).toBeGreaterThanOrEqual(target);
        expect(Math.abs(at - target)).toBeLessThanOrEqual(1e-9 * outstanding + 1e-14 * size);
        // By instrument each of up to 6 loans is rounded to 1/10,000.
        expect(Math.abs(lossUnder(netted, scaled) - at)).toBeLessThanOrEqual(1.3e-3);
        const before = crossing.multiplier * (1 - 1e-7);
        expect(largestOnGrid(netted, shocks, before)).toBeLessThan(target + 1e-12 * size + 1e-3);
      } else {
        expect(largestOnGrid(withoutSteps(netted), shocks, MULTIPLIER_LIMIT)).toBeLessThan(target);
      }
    }), { numRuns: 500 });
  });

  it("knows the largest loss, also where it is not at the end", () => {
    fc.assert(fc.property(ordinaryNetted, anyShocks, (netted, shocks) => {
      const answer = reverseStress(netted, shocks, loss(1e30));
      expect(answer).toMatchObject({
        reachable: false, multiplier: null, loss_at_multiplier: null, binding_driver: null,
        reason: "TARGET_NOT_REACHED",
      });
      const grid = largestOnGrid(netted, shocks, MULTIPLIER_LIMIT);
      const size = netted.exposure.total_outstanding + netted.exposure.collateral_value;
      expect(answer.max_loss).toBeGreaterThanOrEqual(grid - 1e-12 * size - 1e-4);
    }));
  });

  it("finds a peak between rising collateral and falling recovery", () => {
    // Recovery is gone at k = 2; from then on the rising collateral only helps.
    const netted = netByPortfolio({
      ...CHECK_EXPOSURE, total_outstanding: 100, collateral_value: 20,
      distressed_asset_recovery: 50, net_exposure_after_recovery: 30,
    });
    const shocks = {
      ...NO_SHOCKS, collateral_market_impact_pct: 0.1, recovery_degradation_pct: -0.5 };
    const answer = reverseStress(netted, shocks, loss(46));
    expect(answer.max_loss).toBeCloseTo(46, 9);
    expect(reverseStress(netted, shocks, loss(45)).multiplier).toBeCloseTo(45 / 23, 9);
    expect(reverseStress(netted, shocks, loss(46.1)).reachable).toBe(false);
  });

  it("needs no shock for a target that holds already", () => {
    expect(reverseStress(CHECK_NETTED, crash, loss(0))).toMatchObject(
      { reachable: true, multiplier: 0, loss_at_multiplier: 0, binding_driver: null });
  });

  it("names the driver that takes the most", () => {
    const wave = { ...NO_SHOCKS, recovery_degradation_pct: -0.5, default_risk_increment_pct: 0.01 };
    expect(reverseStress(CHECK_NETTED, wave, loss(40_000)).binding_driver).toBe("recovery");
    const buffer = { ...wave, recovery_degradation_pct: -0.01 };
    expect(reverseStress(CHECK_NETTED, buffer, loss(40_000)).binding_driver).toBe("default");
  });
});

describe("other targets", () => {
  const multiplierFor = (metric: ReverseTarget["metric"], value: number) =>
    reverseStress(CHECK_NETTED, crash, { metric, value }).multiplier;

  it("a share of outstanding is a loss", () => {
    expect(multiplierFor("loss_share", 0.25925)).toBeCloseTo(1, 12);
  });

  it("a coverage covenant", () => {
    expect(multiplierFor("coverage_ratio", 0.5625)).toBeCloseTo(1, 12);
    expect(multiplierFor("coverage_ratio", 0)).toBeCloseTo(4, 12);
    expect(multiplierFor("coverage_ratio", 0.8)).toBe(0);
    expect(multiplierFor("coverage_ratio", -0.1)).toBeNull();
    const covenant = { metric: "coverage_ratio", value: 0.5 } as const;
    expect(reverseStress(CHECK_NETTED, crash, covenant).binding_driver).toBe("collateral");
  });

  it("a leverage covenant", () => {
    const stress = stressOf(CHECK_EXPOSURE, { scenario_id: "", description: "", ...crash });
    const assets = 2_000_000 - stress.collateral_loss - stress.distressed_asset_loss;
    expect(multiplierFor("leverage_ratio", 1_000_000 / assets)).toBeCloseTo(1, 12);
    expect(multiplierFor("leverage_ratio", 0.4)).toBe(0);
    // Everything lost leaves 900,000 of assets: leverage 1.11 at most.
    expect(multiplierFor("leverage_ratio", 1.2)).toBeNull();
    const poor = netByPortfolio({ ...CHECK_EXPOSURE, assets_value: 500_000 });
    const answer = reverseStress(poor, crash, { metric: "leverage_ratio", value: 1e9 });
    expect(answer.multiplier).toBeCloseTo(500_000 / 275_000, 6);
  });

  it("covenants hit their target", () => {
    const value = fc.double({ min: 0.01, max: 3, noNaN: true });
    fc.assert(fc.property(ordinaryNetted, anyShocks, value, (netted, shocks, limit) => {
      const crossing = crossingOf(netted, shocks, { metric: "coverage_ratio", value: limit });
      if (!crossing.reachable || crossing.multiplier === 0) return;
      const scaled = scaleShocks(shocks, crossing.multiplier);
      const stress = withoutSteps(netted).stress({ scenario_id: "", description: "", ...scaled });
      const ratio = stress.collateral_value / netted.exposure.total_outstanding;
      // The last bit of the multiplier moves the ratio by as much as there is collateral.
      const lastBit = Number.EPSILON * 20 * netted.exposure.collateral_coverage_ratio;
      expect(Math.abs(ratio - limit)).toBeLessThanOrEqual(1e-9 + lastBit);
    }));
  });

  it("say why they cannot be had", () => {
    const nothing = exposureOf(zeroTotals());
    const reasonOf = (exposure: DebtExposure, metric: ReverseTarget["metric"]) =>
      reverseStress(netByPortfolio(exposure), crash, { metric, value: 0.5 }).reason;
    expect(reasonOf(nothing, "coverage_ratio")).toBe("NO_DEBT_OUTSTANDING");
    expect(reasonOf(nothing, "loss_share")).toBe("NO_DEBT_OUTSTANDING");
    expect(reasonOf({ ...CHECK_EXPOSURE, assets_value: 0 }, "leverage_ratio"))
      .toBe("NO_ASSETS_VALUE");
  });
});
