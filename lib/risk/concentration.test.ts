import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concentration } from "./concentration";

describe("concentration", () => {
  it("measures three names", () => {
    const found = concentration([50, 30, 20]);
    expect(found).toMatchObject({ count: 3, total: 100, top: { "1": 0.5, "10": 1, "20": 1 } });
    expect(found.hhi).toBeCloseTo(0.38, 15);
    expect(found.effective_number).toBeCloseTo(1 / 0.38, 12);
    // 2 (1*20 + 2*30 + 3*50) / (3*100) - 4/3
    expect(found.gini).toBeCloseTo(0.2, 15);
    expect(found.flagged.map(({ index, share }) => [index, share]))
      .toStrictEqual([[0, 0.5], [1, 0.3], [2, 0.2]]);
    expect(found.curve).toStrictEqual([{ names: 0, share: 0 }, { names: 1 / 3, share: 0.5 },
      { names: 2 / 3, share: 0.8 }, { names: 1, share: 1 }]);
  });

  it("flags above 15 %, not at it", () => {
    const { flagged } = concentration([15, 16, 14, 55]);
    expect(flagged.map(({ index }) => index)).toStrictEqual([3, 1]);
  });

  it("knows equal names, one name, and none", () => {
    const equal = concentration(new Float64Array(1000).fill(7));
    expect(equal.gini).toBe(0);
    expect(equal.hhi).toBeCloseTo(0.001, 14);
    expect(equal.top["10"]).toBeCloseTo(0.01, 14);
    expect(equal.curve).toHaveLength(101);
    expect(concentration([5])).toMatchObject(
      { hhi: 1, effective_number: 1, gini: 0, top: { "1": 1, "10": 1, "20": 1 } });
    for (const nothing of [[], [0, 0]]) {
      expect(concentration(nothing)).toMatchObject({ count: 0, total: 0, hhi: null, gini: null,
        effective_number: null, top: { "1": null, "10": null, "20": null }, flagged: [] });
    }
  });

  it("leaves names without an amount out, and holds a million at 9e14", () => {
    expect(concentration([0, 3, 0, 1]).gini).toBe(concentration([3, 1]).gini);
    const many = concentration(new Float64Array(1_000_000).fill(9e14));
    expect(many.hhi).toBeCloseTo(1e-6, 15);
    expect(many.effective_number).toBeCloseTo(1e6, 3);
  });

  it("does not depend on scale or order, and stays within its bounds", () => {
    const amounts = fc.array(fc.double({ min: 0.01, max: 1e9, noNaN: true }),
      { minLength: 1, maxLength: 50 });
    fc.assert(fc.property(amounts, (values) => {
      const found = concentration(values);
      const other = concentration(values.map((value) => value * 3).reverse());
      expect(other.hhi).toBeCloseTo(found.hhi as number, 10);
      expect(other.gini).toBeCloseTo(found.gini as number, 10);
      expect(found.hhi).toBeGreaterThanOrEqual(1 / values.length - 1e-12);
      expect(found.hhi).toBeLessThanOrEqual(1 + 1e-12);
      expect(found.gini).toBeLessThan(1);
    }));
  });
});
