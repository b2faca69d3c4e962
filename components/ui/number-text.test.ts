import { describe, expect, it } from "vitest";
import { boundsError, parseNumberText, typedError } from "@/components/ui/number-text";

describe("parseNumberText", () => {
  it.each([
    ["-25", -25], ["\u221225", -25], ["+0,5", 0.5], ["0.50", 0.5], ["\u22120,25 %", -0.25],
    ["1.75 pts", 1.75], ["1,234", 1.234], ["1 234,5", 1234.5], ["1.234.567,89", 1234567.89],
    ["1,234,567.89", 1234567.89], ["-0", 0], [".5", 0.5], ["20%", 20], ["12,", 12],
  ])("reads %s", (text, value) => {
    expect(parseNumberText(text)).toEqual({ kind: "number", value });
  });

  it("reads a single comma in an amount as grouping", () => {
    expect(parseNumberText("1,000", "amount")).toEqual({ kind: "number", value: 1000 });
    expect(parseNumberText("1,5", "amount")).toEqual({ kind: "number", value: 1.5 });
    expect(parseNumberText("1.500", "amount")).toEqual({ kind: "number", value: 1.5 });
  });

  it.each([["", "empty"], ["  ", "empty"], ["-", "partial"], ["+", "partial"], ["%", "partial"],
    ["abc", "invalid"], ["1-2", "invalid"], ["--3", "invalid"], ["1,2,3", "invalid"],
    ["1e5", "invalid"], ["1.2,3.4", "invalid"]])("%s is %s", (text, kind) => {
    expect(parseNumberText(text).kind).toBe(kind);
  });
});

describe("words for what is out of bounds", () => {
  const collateral = { label: "Collateral", min: -100, max: 20, unit: "%", shock: true };

  it("speaks as the design does", () => {
    expect(boundsError(-250, collateral)).toBe(
      "Collateral cannot fall by more than 100\u202f%. You typed \u2212250\u202f%.");
    expect(boundsError(30, collateral)).toBe(
      "Collateral cannot rise by more than 20\u202f%. You typed +30\u202f%.");
    expect(boundsError(-100, collateral)).toBeNull();
    expect(boundsError(-3, { label: "Default risk", min: 0, unit: "%", shock: true })).toBe(
      "Default risk cannot be below 0\u202f%. You typed \u22123\u202f%.");
    expect(boundsError(9, { label: "Rate", max: 5, unit: "pts" })).toBe(
      "Rate cannot be above 5 pts. You typed 9 pts.");
  });

  it("names what is no number", () => {
    expect(typedError("abc", parseNumberText("abc"), collateral)).toBe(
      "Collateral needs a number. You typed abc.");
    expect(typedError("-", parseNumberText("-"), collateral)).toBeNull();
  });
});
