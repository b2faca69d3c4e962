import fc from "fast-check";
import { v5 } from "uuid";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical";
import { derivedId, isUuid, newId } from "./ids";
import { seededRandom } from "./random";

describe("ids", () => {
  it("derived are version 5, equal for equal facts only", () => {
    const id = derivedId({ a: 1, b: [2] });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(derivedId({ b: [2], a: 1 })).toBe(id);
    expect(derivedId({ a: 1, b: [3] })).not.toBe(id);
  });

  it("derived are RFC 9562's, of short texts and long ones, in any script", () => {
    const texts = fc.string({ unit: "grapheme", maxLength: 3000, size: "max" });
    fc.assert(fc.property(texts, (text) => {
      expect(derivedId({ text })).toBe(
        v5(canonicalJson({ text }), "6f1c9d6e-4a52-5e0b-9d55-7c1f0f5d2a61"));
    }));
    expect(derivedId("x".repeat(4078))).toBe(
      v5(`"${"x".repeat(4078)}"`, "6f1c9d6e-4a52-5e0b-9d55-7c1f0f5d2a61"));
  });

  it("new are version 7, distinct and in order", () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
    expect(new Set(ids).size).toBe(1000);
    expect([...ids].sort()).toEqual(ids);
  });

  it("are recognized by shape, whatever their version and case", () => {
    const good = ["00000000-0000-0000-0000-000000000000", newId(), newId().toUpperCase()];
    const bad = ["", "x", newId().slice(1), `${newId()}\n`, newId().replaceAll("-", ""),
      `{${newId()}}`];
    expect(good.map(isUuid)).toEqual([true, true, true]);
    expect(bad.map(isUuid)).toEqual(bad.map(() => false));
  });
});

describe("seededRandom", () => {
  it("repeats its series and stays in [0, 1)", () => {
    const [one, two, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
    const series = Array.from({ length: 10_000 }, one);
    expect(Array.from({ length: 10_000 }, two)).toEqual(series);
    expect(other()).not.toBe(series[0]);
    expect(series.every((x) => x >= 0 && x < 1)).toBe(true);
    const mean = series.reduce((sum, x) => sum + x, 0) / series.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });
});
