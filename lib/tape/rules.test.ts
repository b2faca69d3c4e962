import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstrumentRecord } from "../kernel/record";
import {
  breachInWords, compileRule, isLike, opsOf, RULE_FIELDS, RULE_OPS, ruleFault, ruleInWords,
  type Condition, type QualityRule,
} from "./rules";

const AS_OF = "2026-06-30";
const rule = (condition: Condition, when?: Condition): QualityRule =>
  ({ id: "r", description: "d", severity: "warning", ...condition, when });
const loan = (fields: Partial<InstrumentRecord>): InstrumentRecord =>
  ({ record_kind: "instrument", principal: 100, ...fields });
const breaks = (condition: Condition, fields: Partial<InstrumentRecord>, when?: Condition) =>
  compileRule(rule(condition, when), AS_OF).breaks(loan(fields));

describe("a rule", () => {
  it.each<[Condition, Partial<InstrumentRecord>, Partial<InstrumentRecord>]>([
    [{ field: "sector", op: "present" }, { sector: "a" }, {}],
    [{ field: "sector", op: "absent" }, {}, { sector: "a" }],
    [{ field: "status", op: "eq", value: "open" }, { status: "open" }, { status: "Open" }],
    [{ field: "stage", op: "ne", value: 3 }, { stage: 2 }, { stage: 3 }],
    [{ field: "pd", op: "lt", value: 0.5 }, { pd: 0.49 }, { pd: 0.5 }],
    [{ field: "pd", op: "le", value: 0.5 }, { pd: 0.5 }, { pd: 0.51 }],
    [{ field: "pd", op: "gt", value: 0.5 }, { pd: 0.51 }, { pd: 0.5 }],
    [{ field: "maturity_date", op: "ge", value: "2026-01-01" },
      { maturity_date: "2026-01-01" }, { maturity_date: "2025-12-31" }],
    [{ field: "maturity_date", op: "ge", other_field: "origination_date" },
      { maturity_date: "2026-01-01", origination_date: "2026-01-01" },
      { maturity_date: "2025-12-31", origination_date: "2026-01-01" }],
    [{ field: "collateral_valuation_date", op: "le", other_field: "as_of" },
      { collateral_valuation_date: AS_OF }, { collateral_valuation_date: "2026-07-01" }],
    [{ field: "principal", op: "between", value: [1, 10] }, { principal: 10 }, { principal: 11 }],
    [{ field: "maturity_date", op: "between", value: ["2026-01-01", "2026-12-31"] },
      { maturity_date: "2026-12-31" }, { maturity_date: "2027-01-01" }],
    [{ field: "rating", op: "in", value: ["A", "B"] }, { rating: "B" }, { rating: "C" }],
    [{ field: "stage", op: "not_in", value: [3] }, { stage: 1 }, { stage: 3 }],
    [{ field: "instrument_id", op: "like", value: "L-##*" },
      { instrument_id: "L-12x" }, { instrument_id: "L-1" }],
  ])("%j holds and is broken", (condition, good, bad) => {
    expect(ruleFault(rule(condition))).toBeNull();
    expect(breaks(condition, good)).toBe(false);
    expect(breaks(condition, bad)).toBe(true);
  });

  it("says nothing of values that are not given, nor of a tape without an as-of date", () => {
    expect(breaks({ field: "pd", op: "lt", value: 1 }, {})).toBe(false);
    expect(breaks({ field: "maturity_date", op: "ge", other_field: "origination_date" },
      { maturity_date: "1999-01-01" })).toBe(false);
    const dated = rule({ field: "maturity_date", op: "gt", other_field: "as_of" });
    expect(compileRule(dated, null).breaks(loan({ maturity_date: "1999-01-01" }))).toBe(false);
    expect(compileRule(dated, AS_OF).breaks(loan({ maturity_date: "1999-01-01" }))).toBe(true);
  });

  it("asks only those records that meet its condition and have its field", () => {
    const present: Condition = { field: "collateral_value", op: "present" };
    const secured: Condition = { field: "asset_class", op: "eq", value: "Mortgage" };
    expect(breaks(present, { asset_class: "Mortgage" }, secured)).toBe(true);
    expect(breaks(present, { asset_class: "Card" }, secured)).toBe(false);
    expect(breaks(present, {}, secured)).toBe(false);
    expect(breaks(present, {}, { field: "record_kind", op: "eq", value: "instrument" })).toBe(true);
    expect(compileRule(rule(present), null)
      .breaks({ record_kind: "distressed_asset", distressed_value: 1 })).toBe(false);
    expect(compileRule(rule(present), null).breaks(
      { record_kind: "portfolio", financial: { debt: {} }, distressed_assets: [] })).toBe(false);
  });

  it("speaks of itself and of the values that break it", () => {
    const ordered = rule({ field: "maturity_date", op: "ge", other_field: "origination_date" });
    expect(ruleInWords(ordered)).toBe("maturity_date must not be before origination_date");
    expect(breachInWords(ordered, loan({ maturity_date: "2020-01-01",
      origination_date: "2021-01-01" }), null)).toBe(
      "maturity_date (2020-01-01) must not be before origination_date (2021-01-01)");
  });

  it.each<[Partial<QualityRule>, string]>([
    [{ field: "nothing" as "pd", op: "present" }, "field"],
    [{ field: "pd", op: "like", value: "x" }, "op"],
    [{ field: "sector", op: "lt", value: "x" }, "op"],
    [{ field: "pd", op: "present", value: 1 }, "value"],
    [{ field: "pd", op: "present", other_field: "lgd" }, "other_field"],
    [{ field: "pd", op: "lt" }, "value"],
    [{ field: "pd", op: "lt", value: "1" }, "value"],
    [{ field: "pd", op: "lt", value: 1, other_field: "lgd" }, "other_field"],
    [{ field: "pd", op: "lt", value: Number.NaN }, "value"],
    [{ field: "pd", op: "lt", other_field: "sector" }, "other_field"],
    [{ field: "pd", op: "lt", other_field: "as_of" }, "other_field"],
    [{ field: "pd", op: "lt", other_field: "pd" }, "other_field"],
    [{ field: "pd", op: "between", value: 1 }, "value"],
    [{ field: "pd", op: "between", value: [2, 1] }, "value"],
    [{ field: "pd", op: "between", value: [1, 2, 3] }, "value"],
    [{ field: "stage", op: "in", value: [] }, "value"],
    [{ field: "stage", op: "in", value: ["1"] }, "value"],
    [{ field: "maturity_date", op: "eq", value: "2026-02-30" }, "value"],
    [{ field: "sector", op: "eq", value: "" }, "value"],
    [{ field: "linked_instrument_id", op: "in_column" }, "other_field"],
    [{ field: "sector", op: "in_column", other_field: "region", severity: "error" }, "severity"],
    [{ field: "pd", op: "present", when: { field: "pd", op: "like", value: "x" } }, "when.op"],
    [{ field: "pd", op: "present",
      when: { field: "sector", op: "in_column", other_field: "region" } }, "when.op"],
  ])("%j has a fault at %s", (part, path) => {
    expect(ruleFault({ ...rule({ field: "pd", op: "present" }), ...part })?.path).toBe(path);
  });

  it("is total: whatever passes the check judges every record without throwing", () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.array(fc.oneof(fc.string(), fc.double())));
    fc.assert(fc.property(
      fc.constantFrom(...RULE_FIELDS), fc.constantFrom(...RULE_OPS), fc.option(value),
      fc.option(fc.constantFrom(...RULE_FIELDS, "as_of" as const)), fc.boolean(),
      (field, op, given, other, empty) => {
        const candidate = rule({ field, op, value: given ?? undefined,
          other_field: other ?? undefined });
        if (ruleFault(candidate)) return;
        expect(opsOf(field)).toContain(op);
        const record = empty ? loan({})
          : loan({ sector: "x", pd: 1, maturity_date: "2026-01-01", stage: 2 });
        expect(typeof compileRule(candidate, AS_OF).breaks(record)).toBe("boolean");
        expect(breachInWords(candidate, record, AS_OF)).toContain("must");
      }));
  });
});

describe("a pattern", () => {
  it.each([["*", ""], ["a*", "a"], ["*b*", "abc"], ["##-@@", "12-xÄ"], ["?", "x"], ["a*b*c", "a1b2bc"]])(
    "%s fits %j", (pattern, text) => expect(isLike(text, pattern)).toBe(true));
  it.each([["", "a"], ["a", ""], ["?", ""], ["#", "x"], ["@", "1"], ["a*b", "ab-"]])(
    "%s does not fit %j", (pattern, text) => expect(isLike(text, pattern)).toBe(false));

  it("is what a regular expression says, and takes no exponential time", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "#"), maxLength: 12 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1"), maxLength: 12 });
    fc.assert(fc.property(pattern, text, (wanted, found) => {
      const same = new RegExp(`^${wanted.replaceAll(/\*+/g, ".*").replaceAll("?", ".")
        .replaceAll("#", "\\d")}$`);
      expect(isLike(found, wanted)).toBe(same.test(found));
    }));
    expect(isLike("a".repeat(20_000), `${"*a".repeat(90)}b`)).toBe(false);
  });
});
