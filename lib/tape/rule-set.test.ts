import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { rowProblem } from "./problem";
import {
  BUILT_INS, createRuleSet, DEFAULT_RULES, rulesInForce, type QualityChoices,
} from "./rule-set";
import { ruleFault, type QualityRule } from "./rules";

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

describe("a portfolio's items", () => {
  const portfolio: NormalizedRecord = { record_kind: "portfolio", currency: "EUR",
    financial: { debt: { instruments: [{ name: "A", principal: 100, interest_rate_pct: 3 },
      { principal: 100, interest_rate_pct: 30, collateral_value: 500 }, { principal: 5 }] } },
    distressed_assets: [{ value: 10, recovery_rate_pct: 80 }, { value: 10 }] };
  const rule = (more: Partial<QualityRule>): QualityRule => ({ id: "r", description: "d",
    severity: "warning", field: "interest_rate_pct", op: "le", value: 20, ...more });
  const judged = (more: Partial<QualityRule>, given = portfolio) => {
    const rules = [rule(more)];
    expect(rules.map(ruleFault)).toStrictEqual([null]);
    const { record, problems } = set({ rules }).judge(4, given, []);
    return { kept: record !== null, columns: problems.map(({ column }) => column), problems };
  };

  it("are judged one by one, and named by where they stand", () => {
    const { kept, columns, problems } = judged({});
    expect(kept).toBe(true);
    expect(columns).toStrictEqual(["financial.debt.instruments[1].interest_rate_pct"]);
    expect(problems).toMatchObject([{ row: 4, code: "RULE_BROKEN", rule: "r", value: "30",
      message: "interest_rate_pct (30) must be at most 20" }]);
    expect(judged({ op: "present", value: undefined }).columns)
      .toStrictEqual(["financial.debt.instruments[2].interest_rate_pct"]);
    expect(judged({ field: "recovery_rate_pct", op: "present", value: undefined }).columns)
      .toStrictEqual(["distressed_assets[1].recovery_rate_pct"]);
    expect(judged({ field: "distressed_value", op: "lt", value: 5 }).columns)
      .toStrictEqual(["distressed_assets[0].value", "distressed_assets[1].value"]);
    expect(judged({ field: "collateral_value", op: "le", value: undefined,
      other_field: "principal", when: { field: "currency", op: "eq", value: "EUR" } }).columns)
      .toStrictEqual(["financial.debt.instruments[1].collateral_value"]);
  });

  it("leave the portfolio out where the rule is an error", () => {
    expect(judged({ severity: "error" }).kept).toBe(false);
    expect(judged({ severity: "error", value: 40 })).toMatchObject({ kept: true, columns: [] });
  });

  it("are not asked for what they cannot state", () => {
    expect(judged({ field: "obligor_id", op: "present", value: undefined }).columns).toEqual([]);
    expect(judged({ when: { field: "sector", op: "absent" } }).columns).toEqual([]);
    const empty: NormalizedRecord = { record_kind: "portfolio",
      financial: { debt: { total_outstanding: 5 } }, distressed_assets: [] };
    expect(judged({ op: "present", value: undefined }, empty).columns).toEqual([]);
  });
});
