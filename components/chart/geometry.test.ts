import { describe, expect, it } from "vitest";
import {
  besideLine, labelColumn, niceTicks, textWidth, ticksBetween, wrapLabel,
} from "@/components/chart/geometry";

describe("niceTicks", () => {
  it("starts at zero and covers the largest value in round steps", () => {
    expect(niceTicks(0, 1880.4, 4)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(niceTicks(0, 487.2, 3)).toEqual([0, 200, 400, 600]);
    expect(niceTicks(0, 1, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it("goes below zero when a value does", () => {
    expect(niceTicks(-30, 100, 4)).toEqual([-50, 0, 50, 100]);
  });

  it("survives nothing and nonsense", () => {
    expect(niceTicks(0, 0, 4)).toEqual([0]);
    expect(niceTicks(Number.NaN, Number.NaN, 4)).toEqual([0]);
    for (const max of [1e-6, 0.3, 7, 99, 1e12]) {
      const ticks = niceTicks(0, max, 4);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * 0.999);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });
});

describe("labels", () => {
  it("wraps names into two lines and cuts only what cannot fit", () => {
    expect(wrapLabel("CRE refinancing wall", 100, 12)).toEqual(["CRE refinancing", "wall"]);
    expect(wrapLabel("Market crash", 96, 12)).toEqual(["Market crash"]);
    const cut = wrapLabel("Verwaltungsgemeinschaftsname", 60, 12);
    expect(cut).toHaveLength(1);
    expect(textWidth(cut[0] ?? "", 12, true)).toBeLessThanOrEqual(60);
  });

  it("keeps a figure off the line it would lie on", () => {
    expect(besideLine(40, 30, 55)).toBe(60);
    expect(besideLine(40, 30, 38)).toBe(43);
    expect(besideLine(40, 30, 90)).toBe(40);
    expect(besideLine(40, 30, 20)).toBe(40);
    expect(besideLine(40, 30, null)).toBe(40);
  });

  it("keeps most of a narrow card for the bars", () => {
    expect(labelColumn(["Commercial real estate", "SME unsecured"], 228)).toBeLessThan(110);
    expect(labelColumn([], 228)).toBe(48);
  });
});

describe("ticksBetween", () => {
  it("has round steps inside the range, with zero only where it lies in it", () => {
    expect(ticksBetween(97, 111, 4)).toEqual([100, 105, 110]);
    expect(ticksBetween(-0.5, 0, 5)).toEqual([-0.5, -0.4, -0.3, -0.2, -0.1, 0]);
    expect(ticksBetween(3, 3, 4)).toEqual([3]);
    expect(ticksBetween(Number.NaN, 1, 4)).toEqual([0]);
  });
});
