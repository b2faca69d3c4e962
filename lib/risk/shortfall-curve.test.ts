import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { debtColumns, shortfallAt, shortfallCurve, type SecuredDebt } from "./shortfall-curve";

const curveOf = (debts: readonly SecuredDebt[]) => shortfallCurve(debtColumns(debts));

/** The formula as it stands, over fractions of 2^53: exact, then to the nearest whole unit. */
function plainSum(debts: readonly SecuredDebt[], market: number): number {
  const one = 2n ** 53n;
  const parts = debts.reduce((sum, { outstanding, collateral }) => {
    const lack = BigInt(outstanding) * one - BigInt(collateral) * BigInt(market * 2 ** 53);
    return lack > 0n ? sum + lack : sum;
  }, 0n);
  const twice = (parts % one) * 2n;
  const whole = parts / one;
  const isUp = twice > one || (twice === one && whole % 2n === 1n);
  return Number(isUp ? whole + 1n : whole) / 10_000;
}

const units = fc.integer({ min: 0, max: 1e9 });
// Few different loans, often repeated: runs of equal ratios, and ties with the market.
const fewKinds = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 4 }))
  .map(([outstanding, collateral]) => ({ outstanding, collateral }));
const anyDebt = fc.oneof(
  { weight: 3, arbitrary: fc.record({ outstanding: units, collateral: units }) },
  { weight: 1, arbitrary: fc.record({
    outstanding: units, collateral: fc.integer({ min: -9, max: 0 }) }) },
);
const tape = fc.oneof(
  fc.array(anyDebt, { maxLength: 1200, size: "max" }),
  fc.array(fewKinds, { maxLength: 3000, size: "max" }));
const market = fc.oneof(
  fc.double({ min: -1, max: 10, noNaN: true }).map((move) => 1 + move),
  fc.constantFrom(0, 1, 0.5, 0.75, 1.5, 2, 3, 201));

describe("shortfallAt", () => {
  it("is the sum of what each debt lacks, exactly", () => {
    fc.assert(fc.property(tape, market, (debts, at) => {
      expect(shortfallAt(curveOf(debts), at)).toBe(plainSum(debts, at));
    }), { numRuns: 200 });
  });

  it("never falls when the market does", () => {
    fc.assert(fc.property(tape, market, fc.double({ min: 0, max: 1, noNaN: true }),
      (debts, at, fall) => {
        const curve = curveOf(debts.filter((debt) => debt.collateral >= 0));
        const lower = 1 + Math.max(-1, at - 1 - fall);
        expect(shortfallAt(curve, Math.min(at, lower)))
          .toBeGreaterThanOrEqual(shortfallAt(curve, at));
      }), { numRuns: 200 });
  });

  it("keeps sums beyond 2^53 exact", () => {
    const huge = Array.from({ length: 1000 }, () => ({ outstanding: 9e15 + 1, collateral: 1 }));
    expect(shortfallAt(curveOf(huge), 1)).toBe(9e15 / 10);
    expect(shortfallAt(curveOf(huge), 0)).toBe((9e18 + 1000) / 1e4);
  });

  it("knows that no debt lacks nothing, and refuses what is no market", () => {
    const none = curveOf([]);
    expect(shortfallAt(none, 1)).toBe(0);
    for (const wrong of [-0.5, Number.NaN, Infinity, 2 ** -60]) {
      expect(() => shortfallAt(none, wrong)).toThrow("a market is 1 + m");
    }
  });
});
