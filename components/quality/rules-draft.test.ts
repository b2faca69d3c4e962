import { describe, expect, it } from "vitest";
import {
  draftOf, editOf, EMPTY_CONDITION, idFor, ruleProblem, rulesOf, withField, type Draft,
  type QualityRules,
} from "./rules-draft";

const START: QualityRules = {
  dataset_id: "d", etag: "e", changed_at: null, changed_by: null,
  built_ins: [{ id: "OUTLIER", description: "d", words: null, severity: "warning",
    default_severity: "warning", choices: ["off", "warning"] },
  { id: "NEGATIVE_RATE", description: "d", words: null, severity: "error",
    default_severity: "warning", choices: ["off", "warning", "error"] }],
  rules: [{ id: "known", description: "Known sectors", severity: "error", field: "sector",
    op: "in", value: ["a", "b"], when: { field: "principal", op: "gt", value: 5 } },
  { id: "order", description: "Order", severity: "warning", field: "maturity_date", op: "ge",
    other_field: "origination_date" },
  { id: "span", description: "Span", severity: "warning", field: "pd", op: "between",
    value: [0, 0.5] }],
  tolerances: { max_rejected_pct: 5, max_missing_pct: { pd: 10 } },
};
const start = (): Draft => draftOf(START);
const added = (rule: Partial<Draft["rules"][number]>): Draft => ({ ...start(),
  rules: [{ ...EMPTY_CONDITION, id: null, key: "new", description: "Big loans only!",
    severity: "warning", when: null, ...rule }] });

describe("the draft of quality rules", () => {
  it("sends nothing while nothing is changed", () => {
    expect(rulesOf(start())).toEqual(START.rules);
    expect(editOf(START, start())).toEqual({});
  });
  it("sends what changed, and null for what goes back or is taken away", () => {
    const draft = start();
    expect(editOf(START, { ...draft, builtIns: { OUTLIER: "off", NEGATIVE_RATE: "warning" },
      limits: { ...draft.limits, max_rejected_pct: null, min_score: 90 }, missing: [] })).toEqual({
      built_ins: { OUTLIER: "off", NEGATIVE_RATE: null },
      tolerances: { max_rejected_pct: null, min_score: 90, max_missing_pct: null } });
  });
  it("reads numbers, lists and other fields as they are typed", () => {
    const rule = (part: Partial<Draft["rules"][number]>) => rulesOf(added(part))[0];
    expect(rule({ op: "gt", text: " 1000 " })).toMatchObject(
      { id: "big_loans_only", field: "principal", op: "gt", value: 1000 });
    expect(rule({ field: "rating", op: "in", text: "A, 1 ,, B" }))
      .toMatchObject({ value: ["A", "1", "B"] });
    expect(rule({ field: "stage", op: "between", text: "1, 2" })).toMatchObject({ value: [1, 2] });
    expect(rule({ op: "gt", other: "provisions" })).toMatchObject({ other_field: "provisions" });
  });
  it("says what is wrong in words of the page", () => {
    const problem = (part: Partial<Draft["rules"][number]>) =>
      rulesOf(added(part)).map(ruleProblem)[0];
    expect(problem({})).toBeNull();
    expect(problem({ description: " " })).toBe("A rule needs a description.");
    expect(problem({ op: "gt", text: "much" }))
      .toBe("“Big loans only!”: the value must be a number.");
    expect(problem({ when: { ...EMPTY_CONDITION, op: "gt", text: "x" } }))
      .toBe("“Big loans only!”: in the condition, the value must be a number.");
  });
  it("gives ids that no other rule has, and drops operators that mean nothing", () => {
    expect(idFor("Über 100 %", new Set())).toBe("ber_100");
    expect(idFor("100 %", new Set(["rule_100"]))).toBe("rule_100_2");
    expect(withField({ ...EMPTY_CONDITION, op: "gt", text: "5" }, "sector"))
      .toEqual({ field: "sector", op: "present", text: "", other: "" });
  });
});
