import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addsUp, roundedParts } from "./rounded-parts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("roundedParts", () => {
  it("makes a column add up to its shown sum", () => {
    const values = [2.654, 2.654, 2.642];
    expect(sum(values.map((value) => Math.round(value * 100)))).toBe(794);
    const shown = roundedParts(values, 0.01, 7.95);
    expect(shown.map((value) => value.toFixed(2))).toEqual(["2.66", "2.65", "2.64"]);
  });

  it("moves no value by a whole step, and adds up", () => {
    fc.assert(fc.property(
      fc.array(fc.double({ min: 0, max: 9e14, noNaN: true }), { minLength: 1, maxLength: 40 }),
      fc.constantFrom(1, 1e5, 1e8),
      (values, step) => {
        const shown = roundedParts(values, step);
        expect(sum(shown.map((value) => value / step))).toBe(Math.round(sum(values) / step));
        for (const [index, value] of values.entries()) {
          expect(Math.abs((shown[index] ?? 0) - value)).toBeLessThanOrEqual(step * 1.01);
        }
      }));
  });

  it("rounds on its own what cannot be shared out", () => {
    expect(roundedParts([1.26, -0.31], 0.5)).toEqual([1.5, -0.5]);
    expect(roundedParts([0, 0], 0.1)).toEqual([0, 0]);
    expect(roundedParts([], 0.1)).toEqual([]);
  });
});

describe("addsUp", () => {
  it("tells when rounded figures miss the rounded total", () => {
    expect(addsUp([1851.1, -1434.9, -197.1], 219.1, 0.1)).toBe(true);
    expect(addsUp([1851.1016, -1434.857, -197.0821], 219.1625, 0.1)).toBe(false);
  });
});
