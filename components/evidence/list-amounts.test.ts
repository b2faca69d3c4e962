import { describe, expect, it } from "vitest";
import { listAmounts } from "./list-amounts";

const texts = (rows: [string, number | null][]) => {
  const { unit, text } = listAmounts(rows.map(([currency, value]) => ({ currency, value })));
  return [unit, ...rows.map(([currency, value]) => value === null ? null : text(currency, value))];
};

describe("listAmounts", () => {
  it("says one currency once, scaled", () => {
    expect(texts([["EUR", 480_800_000], ["EUR", 92_600_000], ["EUR", null]]))
      .toStrictEqual(["EUR m", "480.8", "92.6", null]);
  });
  it("scales nothing where that would hide a figure", () => {
    expect(texts([["EUR", 480_800_000], ["EUR", 64_750]]))
      .toStrictEqual(["EUR", "480,800,000", "64,750"]);
  });
  it("names several currencies in the rows and hides a figure of none", () => {
    expect(texts([["EUR", 480_800_000], ["EUR", 64_750], ["JPY", 9e14], ["CHF", 0]]))
      .toStrictEqual([undefined, "EUR 480,800,000", "EUR 64,750", "JPY 900.0 tn", "CHF 0.00"]);
  });
  it("shows less than one unit of a currency", () => {
    expect(texts([["CHF", 0.02], ["CHF", 0.01]])).toStrictEqual(["CHF", "0.02", "0.01"]);
  });
  it("has no unit where nothing has an amount", () => {
    expect(texts([["EUR", null]])).toStrictEqual([undefined, null]);
  });
});
