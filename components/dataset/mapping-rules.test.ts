import { describe, expect, it } from "vitest";
import {
  draftOf, fieldOf, isSame, ruleOf, ruleWords, sumsWith, withColumn, type Rule,
} from "./mapping-rules";

describe("mapping rules", () => {
  it("give a field one source and a column one field", () => {
    const mapping = { principal: "a", sector: { column: "b", first: 2 } };
    expect(withColumn(mapping, "c", "principal")).toEqual({ sector: mapping.sector, principal: "c" });
    expect(withColumn(mapping, "b", "")).toEqual({ principal: "a" });
    expect(withColumn(mapping, "b", "region")).toEqual({ principal: "a", region: "b" });
    expect([fieldOf(mapping, "b"), fieldOf(mapping, "z")]).toEqual(["sector", ""]);
    expect(sumsWith({ principal: { sum: ["a", "b"] } }, "b")).toEqual(["principal"]);
  });

  it("are the same whatever their order", () => {
    expect(isSame({ a: "x", b: { column: "y", scale: 2 } }, { b: { scale: 2, column: "y" },
      a: { column: "x" } })).toBe(true);
    expect(isSame({ a: "x" }, { a: { column: "x", negate: true } })).toBe(false);
  });

  it.each<[string, Rule, string]>([
    ["principal", "a", ""],
    ["principal", { column: "a", scale: 1000, negate: true }, "sign turned, × 1000"],
    ["principal", { sum: ["a", "b"] }, "sum of a + b"],
    ["sector", { column: "a", first: 2, map: { 44: "Retail", 0: null } },
      "first 2 characters, 2 codes replaced"],
    ["currency", { constant: "EUR" }, "always EUR"],
  ])("of %s are the same after an edit that changes nothing: %j", (field, rule, words) => {
    expect(ruleOf(field, draftOf(rule))).toEqual({ rule });
    expect(ruleWords(rule)).toBe(words);
  });

  it("say what is missing", () => {
    const draft = draftOf(undefined);
    const missing = (field: string, part: Partial<typeof draft>) =>
      ruleOf(field, { ...draft, ...part });
    expect(missing("", {})).toEqual({ missing: "Choose the field first" });
    expect(missing("principal", { from: "constant", constant: "x" }))
      .toEqual({ missing: "The value is no number" });
    expect(missing("sector", { from: "sum", sum: ["a", "b"] }))
      .toEqual({ missing: "Only numbers are added up" });
    expect(missing("principal", { from: "sum", sum: ["a"] }))
      .toEqual({ missing: "Choose two columns or more" });
    expect(missing("sector", { column: "a", map: "44 = Retail\n45" }))
      .toEqual({ missing: "“45” is no code = value" });
    expect(missing("principal", { column: "a", scale: 0 }))
      .toEqual({ missing: "A factor of 0 would lose every amount" });
  });
});
