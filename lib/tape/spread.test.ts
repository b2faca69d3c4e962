import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDistinctCount } from "./distinct";
import { createSpread, OUTLIER_Z } from "./spread";

function spreadOf(values: readonly number[]) {
  const spread = createSpread();
  values.forEach((value, at) => spread.add(value, at + 1));
  return spread;
}

/** The same in two passes over all values. */
function twoPasses(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation,
    outliers: values.filter((value) => Math.abs(value - mean) > OUTLIER_Z * deviation).length };
}

describe("a column's spread", () => {
  it("is that of two passes, whatever the order", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }),
      (values) => {
        const wanted = twoPasses(values);
        for (const order of [values, values.toReversed(), values.toSorted((a, b) => a - b)]) {
          const spread = spreadOf(order);
          expect(spread.mean()).toBeCloseTo(wanted.mean, 4);
          expect(spread.deviation()).toBeCloseTo(wanted.deviation, 4);
        }
      }));
  });

  it("flags every value beyond 4 standard deviations, the farthest first", () => {
    const values = Array.from({ length: 10_000 }, (_, at) => at % 10);
    values.splice(5000, 2, 500, -400);
    const found = spreadOf(values).outliers(100);
    expect(found?.count).toBe(twoPasses(values).outliers);
    expect(found?.listed).toEqual([{ value: 500, row: 5001 }, { value: -400, row: 5002 }]);
    expect(spreadOf(values).outliers(1)?.listed).toHaveLength(1);
  });

  it("keeps the most extreme values of a long column in any order", () => {
    const count = 50_000;
    const orders = [(n: number) => n, (n: number) => count - n, (n: number) => n * 7919 % count];
    for (const at of orders) {
      const values = Array.from({ length: count }, (_, n) => at(n) % count);
      values[at(12) % count] = 1e9;
      const found = spreadOf(values).outliers(10);
      expect(found).toMatchObject({ count: 1, listed: [{ value: 1e9 }] });
    }
  });

  it("asks for a count where more are flagged than are kept", () => {
    const values = Array.from({ length: 100_000 }, (_, at) => at % 50 === 0 ? 1000 : 0);
    expect(twoPasses(values).outliers).toBe(2000);
    const found = spreadOf(values).outliers(5);
    expect(found?.count).toBeNull();
    expect(found?.high).toBeLessThan(1000);
  });

  it("flags nothing without a spread", () => {
    expect(spreadOf([]).outliers(5)).toBeNull();
    expect(spreadOf([0.1, 0.1, 0.1]).outliers(5)).toBeNull();
    expect(createSpread().mean()).toBeNull();
  });
});

describe("a count of different values", () => {
  it("is exact to 1,000, and the same in any order and however often values come", () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (values) => {
      const count = createDistinctCount();
      for (const value of [...values, ...values.toReversed()]) count.add(value);
      expect(count.result()).toEqual({ distinct: new Set(values).size, estimated: false });
    }));
  });

  it.each([2000, 50_000, 300_000])("is within 8 %% of %i", (different) => {
    for (const value of [(n: number) => n, (n: number) => `L-${n}`, (n: number) => n / 7]) {
      const [up, down] = [createDistinctCount(), createDistinctCount()];
      for (let n = 0; n < different; n += 1) {
        up.add(value(n));
        down.add(value(different - 1 - n));
      }
      expect(up.result()).toEqual(down.result());
      expect(up.result().estimated).toBe(true);
      expect(Math.abs(up.result().distinct / different - 1)).toBeLessThan(0.08);
    }
  });
});
