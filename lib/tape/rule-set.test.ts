import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { rowProblem } from "./problem";
import {
  BUILT_INS, createRuleSet, DEFAULT_RULES, rulesInForce, type QualityChoices,
} from "./rule-set";
import { ruleFault } from "./rules";

const NONE: QualityChoices = { built_ins: {}, rules: [] };
const set = (choices: Partial<QualityChoices>, asOf: string | null = "2026-06-30") =>
  createRuleSet(rulesInForce({ ...NONE, ...choices }), asOf, (field) => `Column ${field}`);
const loan: NormalizedRecord = { record_kind: "instrument", principal: 1 };
const late: NormalizedRecord =
  { ...loan, origination_date: "2026-01-01", maturity_date: "2025-01-01" };
const repeated = rowProblem("DUPLICATE_KEY", 7, "id", "L1", "m");
const tooHigh = { ...rowProblem("OUT_OF_RANGE", 7, "rec", "120", "m"),
  rule: "recovery_at_most_100" };

describe("built-in rules", () => {
  it("have no fault and different ids", () => {
    expect(BUILT_INS.flatMap(({ rule }) => rule && ruleFault(rule) ? [rule] : [])).toEqual([]);
    expect(new Set(BUILT_INS.map(({ id }) => id)).size).toBe(BUILT_INS.length);
  });
  it.each<[NormalizedRecord, string]>([
    [late, "maturity_after_origination"],
    [{ ...loan, origination_date: "2026-07-01" }, "origination_by_as_of"],
    [{ ...loan, collateral_valuation_date: "2027-01-01" }, "collateral_valued_by_as_of"],
  ])("find what contradicts itself: %j", (record, rule) => {
    const { record: kept, problems } = set({}).judge(7, record, []);
    expect(kept).toBe(record);
    expect(problems).toMatchObject([{ row: 7, code: "RULE_BROKEN", severity: "warning", rule,
      column: expect.stringMatching(/^Column /) }]);
  });
  it("cost a row that breaks none no new object", () => {
    const problems = [repeated];
    expect(set({}).judge(7, loan, problems).problems).toBe(problems);
  });
  it("leave to the end of the tape what only the whole of it shows", () => {
    const asset: NormalizedRecord = { record_kind: "distressed_asset", distressed_value: 1,
      linked_instrument_id: "nobody" };
    expect(set({}).judge(7, asset, []).problems).toEqual([]);
    expect(set({}).references.map(({ rule }) => rule.id)).toEqual(["linked_instrument_in_tape"]);
    expect(set({ built_ins: { linked_instrument_in_tape: "off" } }).references).toEqual([]);
  });
});

describe("a dataset's choices", () => {
  it("switch a rule off or let it leave the row out", () => {
    expect(set({ built_ins: { maturity_after_origination: "off" } }).judge(7, late, []))
      .toEqual({ record: late, problems: [] });
    const { record, problems } =
      set({ built_ins: { maturity_after_origination: "error" } }).judge(7, late, []);
    expect(record).toBeNull();
    expect(problems).toMatchObject([{ severity: "error" }]);
  });
  it("do the same with warnings of reading, never with errors", () => {
    expect(set({ built_ins: { DUPLICATE_KEY: "off" } }).judge(7, loan, [repeated]).problems)
      .toEqual([]);
    const strict = set({ built_ins: { DUPLICATE_KEY: "error", OUT_OF_RANGE: "off" } });
    expect(strict.judge(7, loan, [repeated])).toMatchObject({ record: null,
      problems: [{ code: "DUPLICATE_KEY", severity: "error" }] });
    const beyond = rowProblem("OUT_OF_RANGE", 7, "pd", "1", "m", "error");
    expect(strict.judge(7, null, [beyond]).problems).toEqual([beyond]);
  });
  it("steer the recovery rate by its own rule, wherever it was read", () => {
    const { judge } = set({ built_ins: { OUT_OF_RANGE: "off" } });
    expect(judge(7, loan, [tooHigh]).problems).toEqual([tooHigh]);
    expect(set({ built_ins: { recovery_at_most_100: "off" } }).judge(7, loan, [tooHigh]).problems)
      .toEqual([]);
    expect(set({ built_ins: { recovery_at_most_100: "error" } }).judge(7, loan, [tooHigh]).record)
      .toBeNull();
  });
  it("add rules, and keep in force what was chosen in full", () => {
    const own = { id: "small", description: "d", severity: "error", field: "principal", op: "lt",
      value: 1 } as const;
    expect(set({ rules: [own] }).judge(7, loan, [])).toMatchObject({ record: null,
      problems: [{ rule: "small", value: "1" }] });
    const inForce = rulesInForce({ built_ins: { OUTLIER: "off", NEGATIVE_RATE: "warning" },
      rules: [own] });
    expect(inForce).toEqual({ rules: [...DEFAULT_RULES.rules, own], reading: { OUTLIER: "off" } });
  });
});
