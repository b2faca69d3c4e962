import type { NormalizedRecord, PortfolioRecord, RecordField } from "../kernel/record";
import type { Normalized } from "./fields";
import {
  PROBLEMS, rowProblem, type ProblemCode, type ProblemSeverity, type RowProblem,
} from "./problem";
import {
  breachInWords, compileRule, itemColumn, itemsOf, type CompiledRule, type OtherField,
  type QualityRule,
} from "./rules";
import type { MappableField } from "./mapping-fields";

/** What a rule is worth to a dataset: not looked at, a warning, or an error that leaves it out. */
export type RuleSeverity = "off" | ProblemSeverity;

/** Rules that every dataset begins with. */
export const BUILT_IN_RULES = [
  { id: "maturity_after_origination", severity: "warning", field: "maturity_date", op: "ge",
    other_field: "origination_date", description: "A loan does not mature before it is granted." },
  { id: "origination_by_as_of", severity: "warning", field: "origination_date", op: "le",
    other_field: "as_of", description: "A loan is granted by the tape's as-of date." },
  { id: "collateral_valued_by_as_of", severity: "warning", field: "collateral_valuation_date",
    op: "le", other_field: "as_of",
    description: "Collateral is valued by the tape's as-of date." },
  { id: "recovery_at_most_100", severity: "warning", field: "recovery_rate_pct", op: "le",
    value: 100, description: "No more than 100 % of an asset is recovered." },
  { id: "linked_instrument_in_tape", severity: "warning", field: "linked_instrument_id",
    op: "in_column", other_field: "instrument_id",
    description: "The loan that an asset is linked to stands in the tape." },
] as const satisfies readonly QualityRule[];

/** Problems that a row is kept with: a dataset may ignore them, or leave the row out. */
export const READING_CODES = ["OUT_OF_RANGE", "NEGATIVE_RATE", "PRINCIPAL_NOT_POSITIVE",
  "DUPLICATE_KEY", "DATE_UNREADABLE", "NUMBER_UNREADABLE", "FIELD_IGNORED",
] as const satisfies readonly ProblemCode[];

export type BuiltInId =
  (typeof BUILT_IN_RULES)[number]["id"] | (typeof READING_CODES)[number] | "OUTLIER";
/** One thing that is looked for without anybody's asking. */
export type BuiltIn = {
  id: BuiltInId; description: string; severity: ProblemSeverity; choices: readonly RuleSeverity[];
  /** Null for what is found while rows are read, and for outliers. */
  rule: QualityRule | null;
};

const ALL: readonly RuleSeverity[] = ["off", "warning", "error"];
/** What only the whole tape shows comes too late to leave a row out. */
const LATE: readonly RuleSeverity[] = ["off", "warning"];

export const BUILT_INS: readonly BuiltIn[] = [
  ...BUILT_IN_RULES.map((rule): BuiltIn => ({ id: rule.id, description: rule.description,
    severity: rule.severity, choices: rule.op === "in_column" ? LATE : ALL, rule })),
  ...READING_CODES.map((id): BuiltIn => ({ id, description: PROBLEMS[id].explanation,
    severity: "warning", choices: ALL, rule: null })),
  { id: "OUTLIER", description: PROBLEMS.OUTLIER.explanation, severity: "warning", choices: LATE,
    rule: null },
];

/** What a dataset decided where it differs from the built-in rules, and its own rules. */
export type QualityChoices = {
  built_ins: Partial<Record<BuiltInId, RuleSeverity>>;
  rules: readonly QualityRule[];
};

/** Rules as a version keeps them: whole, so that no later change alters what they were. */
export type RulesInForce = {
  rules: readonly QualityRule[];
  /** Severities of problems found while reading, where the dataset changed them. */
  reading: Partial<Record<ProblemCode, RuleSeverity>>;
};

/** The rules that hold for a dataset's next version. */
export function rulesInForce({ built_ins: chosen, rules }: QualityChoices): RulesInForce {
  const kept = BUILT_IN_RULES.flatMap((rule): QualityRule[] => {
    const severity = chosen[rule.id] ?? rule.severity;
    return severity === "off" ? [] : [{ ...rule, severity }];
  });
  const reading = [...READING_CODES, "OUTLIER" as const].flatMap((code) => {
    const severity = chosen[code];
    return severity === undefined || severity === PROBLEMS[code].severity
      ? [] : [[code, severity] as const];
  });
  return { rules: [...kept, ...rules], reading: Object.fromEntries(reading) };
}

export const DEFAULT_RULES: RulesInForce = rulesInForce({ built_ins: {}, rules: [] });

/** How a file names a field: problems show the column that the value came from. */
export type ColumnNames = (field: MappableField) => string;

export type RuleSet = {
  /** A row's record, or null when a rule rejects it, with every problem that the dataset minds. */
  judge(
    row: number, record: NormalizedRecord | null, problems: readonly RowProblem[],
  ): Normalized<NormalizedRecord>;
  /** Rules that only the whole tape decides. */
  references: readonly Reference[];
};
export type Reference = { rule: QualityRule; field: RecordField; other: RecordField };

/** Rules made ready for a tape. A row that breaks none costs a few comparisons and no object. */
export function createRuleSet(
  { rules, reading }: RulesInForce, asOf: string | null, columnOf: ColumnNames,
): RuleSet {
  const compiled = rules.filter(({ id, op }) => op !== "in_column" && id !== READ_RULE)
    .map((rule) => compileRule(rule, asOf));
  const readRule = rules.find(({ id }) => id === READ_RULE)?.severity ?? "off";
  const severityOf = ({ code, severity, rule }: RowProblem): RuleSeverity =>
    severity === "error" ? severity : rule === READ_RULE ? readRule : reading[code] ?? severity;
  const references = rules.filter(({ op }) => op === "in_column").map((rule): Reference => ({
    rule, field: rule.field as RecordField, other: rule.other_field as RecordField }));
  return { references, judge: (row, record, problems) => {
    const minded = problems.length === 0 ? problems : regulated(problems, severityOf);
    let kept = minded !== problems && hasError(minded) ? null : record;
    if (record === null) return { record: kept, problems: minded };
    let all: RowProblem[] | null = null;
    const found = (rule: QualityRule, of: NormalizedRecord, name: ColumnNames): void => {
      (all ??= [...minded]).push(breach(rule, row, of, asOf, name));
      if (rule.severity === "error") kept = null;
    };
    if (record.record_kind === "portfolio") judgeItems(compiled, record, found);
    else {
      for (let at = 0; at < compiled.length; at++) {
        const each = compiled[at] as CompiledRule;
        if (each.breaks(record)) found(each.rule, record, columnOf);
      }
    }
    return { record: kept, problems: all ?? minded };
  } };
}

/** A portfolio is judged item by item, by the rules that speak of what an item can state. */
function judgeItems(
  compiled: readonly CompiledRule[], portfolio: PortfolioRecord,
  found: (rule: QualityRule, of: NormalizedRecord, name: ColumnNames) => void,
): void {
  for (const { record, path } of compiled.length === 0 ? [] : itemsOf(portfolio)) {
    for (const each of compiled) {
      if (!each.isOfItems(record.record_kind) || !each.breaks(record)) continue;
      found(each.rule, record, (field) => itemColumn(path, field));
    }
  }
}

/** The one rule that is looked at while values are read, of portfolios too. */
export const READ_RULE = "recovery_at_most_100" satisfies BuiltInId;

const hasError = (problems: readonly RowProblem[]): boolean =>
  problems.some(({ severity }) => severity === "error");

/** The problems with the dataset's severities; the same list where they change none. */
function regulated(
  problems: readonly RowProblem[], severityOf: (problem: RowProblem) => RuleSeverity,
): readonly RowProblem[] {
  if (problems.every((problem) => severityOf(problem) === problem.severity)) return problems;
  return problems.flatMap((problem) => {
    const severity = severityOf(problem);
    return severity === "off" ? [] : [{ ...problem, severity }];
  });
}

function breach(
  rule: QualityRule, row: number, record: NormalizedRecord, asOf: string | null,
  columnOf: ColumnNames,
): RowProblem {
  const value = (record as unknown as Record<OtherField, string | number | undefined>)[rule.field];
  return { ...rowProblem("RULE_BROKEN", row, columnOf(rule.field),
    value === undefined ? "" : String(value), breachInWords(rule, record, asOf), rule.severity),
  rule: rule.id };
}
