import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountUnits } from "../kernel/exact";
import { allocateLoss, allocateUnits, standaloneImpact, standaloneLosses } from "./allocation";
import { DEFAULT_SCENARIOS, NO_SHOCKS } from "./stress";
import { adverseShocks, CHECK_EXPOSURE } from "./test-data";
import type { Shocks } from "./types";

const unitsOf = (amount: number): bigint => {
  const units = amountUnits(amount);
  if (!units.ok) throw new Error(units.error);
  return units.value;
};
const weight = fc.oneof(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constant(0));

describe("allocateLoss", () => {
  it.each([
    [100, [1, 1, 1], [33.3334, 33.3333, 33.3333]],
    [0.0002, [1, 1, 1], [0.0001, 0.0001, 0]],
    [10, [0, 3, 1], [0, 7.5, 2.5]],
    [0.0001, [0, 0, 5], [0, 0, 0.0001]],
    [1, [0, 0], [0.5, 0.5]],
    [0, [0, 2], [0, 0]],
    [5, [], []],
    [1, [1e-300, 1e-300], [0.5, 0.5]],
    [1, [5e-324, 1e308], [0, 1]],
    // The largest subnormal and the smallest normal number: 2^-1023 and 2^-1022.
    [3, [2 ** -1023, 2 ** -1022], [1, 2]],
  ])("%d over %j is %j", (total, weights, parts) => {
    expect(allocateLoss(total, weights)).toEqual(parts);
  });

  it("adds up exactly, to within one unit of proportion", () => {
    const total = fc.double({ min: 0, max: 2e11, noNaN: true });
    const weights = fc.array(weight, { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(total, weights, (loss, given) => {
      const parts = allocateLoss(loss, given);
      expect(parts.reduce((sum, part) => sum + unitsOf(part), 0n)).toBe(unitsOf(loss));
      const whole = given.reduce((sum, one) => sum + one, 0);
      if (whole === 0) return;
      for (const [index, part] of parts.entries()) {
        const exact = loss * ((given[index] ?? 0) / whole);
        expect(Math.abs(part - exact)).toBeLessThanOrEqual(1.51e-4 + 1e-12 * loss);
        if (given[index] === 0) expect(part).toBe(0);
      }
    }), { numRuns: 500 });
  });

  it("does not depend on the order of groups with different remainders", () => {
    const weights = fc.uniqueArray(
      fc.integer({ min: 1, max: 1e9 }), { minLength: 2, maxLength: 9 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e9 }), weights, (total, given) => {
      const bigs = given.map(BigInt);
      const whole = bigs.reduce((sum, one) => sum + one, 0n);
      const rests = new Set(bigs.map((one) => (BigInt(total) * one) % whole));
      fc.pre(rests.size === bigs.length);
      const forward = allocateUnits(BigInt(total), bigs);
      expect(allocateUnits(BigInt(total), [...bigs].reverse()).reverse()).toEqual(forward);
    }));
  });

  it("asserts what callers owe it", () => {
    expect(() => allocateLoss(-1, [1])).toThrow("finite and >= 0");
    expect(() => allocateLoss(Number.NaN, [1])).toThrow();
    expect(() => allocateLoss(1, [-1])).toThrow("weights");
    expect(() => allocateLoss(1, [Infinity])).toThrow("weights");
    expect(() => allocateUnits(-1n, [1n])).toThrow();
    expect(() => allocateUnits(1n, [-1n])).toThrow();
  });
});

describe("standaloneImpact", () => {
  const stake = {
    outstanding: CHECK_EXPOSURE.total_outstanding,
    collateral: CHECK_EXPOSURE.collateral_value,
    recovery: CHECK_EXPOSURE.distressed_asset_recovery,
  };

  it("is the sum of each driver's own loss", () => {
    const crash = DEFAULT_SCENARIOS[1] as Shocks;
    expect(standaloneLosses(stake, crash)).toEqual(
      { collateral: 187_500, recovery: 21_750, default: 50_000 });
    expect(standaloneImpact(stake, crash)).toBe(259_250);
  });

  it("neither gains nor loses more than there is", () => {
    const up = { ...NO_SHOCKS, collateral_market_impact_pct: 0.5, recovery_degradation_pct: 1 };
    expect(standaloneImpact(stake, up)).toBe(0);
    const down = { ...NO_SHOCKS, collateral_market_impact_pct: -5, recovery_degradation_pct: -2 };
    expect(standaloneImpact(stake, down)).toBe(895_000);
  });

  it("is a weight for any adverse shock", () => {
    fc.assert(fc.property(adverseShocks, (shocks) => {
      expect(standaloneImpact(stake, shocks)).toBeGreaterThanOrEqual(0);
    }));
  });
});
