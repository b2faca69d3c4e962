import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amountFromUnits, AMOUNT_LIMIT, amountUnits, fromUnits, RATE_LIMIT, rateUnits, roundHalfEven,
} from "./exact";

describe("roundHalfEven", () => {
  it.each([
    [0.5, 0], [1.5, 2], [2.5, 2], [3.5, 4], [-0.5, 0], [-1.5, -2], [-2.5, -2], [-3.5, -4],
    [0.49999999999999994, 0], [-0.49999999999999994, 0], [0.5000000000000001, 1],
    [-0.5000000000000001, -1], [-1e-300, 0], [2 ** 52 + 0.5, 2 ** 52], [2 ** 53 + 2, 2 ** 53 + 2],
    [4503599627370497.5, 4503599627370498], [9e18, 9e18], [7, 7],
  ])("%d is %d", (x, rounded) => expect(roundHalfEven(x) + 0).toBe(rounded));

  it("is the nearest whole number", () => {
    fc.assert(fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (x) => {
      const rounded = roundHalfEven(x);
      expect(Number.isInteger(rounded)).toBe(true);
      expect(Math.abs(rounded - x)).toBeLessThanOrEqual(0.5);
      if (Math.abs(rounded - x) === 0.5) expect(Math.abs(rounded % 2)).toBe(0);
    }));
  });
});

describe("units", () => {
  it("are 1/10,000 of an amount and 1/1,000,000 of a point", () => {
    expect(amountUnits(1.23456)).toEqual({ ok: true, value: 12_346n });
    expect(amountUnits(-0.00004)).toEqual({ ok: true, value: 0n });
    expect(rateUnits(5.25)).toEqual({ ok: true, value: 5_250_000n });
  });

  it("end at their limits", () => {
    expect(amountUnits(AMOUNT_LIMIT)).toEqual({ ok: true, value: 9n * 10n ** 18n });
    expect(rateUnits(-RATE_LIMIT)).toEqual({ ok: true, value: -9n * 10n ** 15n });
    for (const bad of [AMOUNT_LIMIT * 1.0001, -1e15, Number.NaN, Infinity]) {
      expect(amountUnits(bad)).toEqual({ ok: false, error: "AMOUNT_OUT_OF_RANGE" });
      expect(rateUnits(bad)).toEqual({ ok: false, error: "AMOUNT_OUT_OF_RANGE" });
    }
  });

  it("come back as the same amount", () => {
    const whole = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(fc.property(whole, (units) => {
      expect(amountUnits(amountFromUnits(units))).toEqual({ ok: true, value: units });
    }));
  });

  it("become the nearest float64 at any size", () => {
    const scale = fc.constantFrom(10n ** 4n, 10n ** 10n, 10n ** 12n);
    const big = fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n });
    fc.assert(fc.property(big, scale, (units, under) => {
      const value = fromUnits(units, under);
      const errorOf = (x: number): bigint => {
        // x as a ratio with a power of two below: exact for the sizes here.
        const shift = 2n ** 200n;
        const [scaled, power] = [x * 2 ** 100, 2n ** 100n];
        const difference = BigInt(Math.trunc(scaled)) * shift * under - units * power * shift;
        return difference < 0n ? -difference : difference;
      };
      const step = Math.abs(value) * 2 ** -52 || 2 ** -60;
      expect(errorOf(value) <= errorOf(value + step)).toBe(true);
      expect(errorOf(value) <= errorOf(value - step)).toBe(true);
    }));
    expect(fromUnits(1n, 10_000n)).toBe(0.0001);
    expect(fromUnits(-12_345n, 10_000n)).toBe(-1.2345);
    expect(fromUnits(0n, 10_000n)).toBe(0);
  });
});
