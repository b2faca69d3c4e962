import { isCalendarDate } from "../kernel/dates";
import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { NOT_OF, type RowKind } from "./assemble";
import { fieldType, isNumeric, MAPPABLE_FIELDS, type MappableField } from "./mapping-fields";
import { shorten, type ProblemSeverity } from "./problem";

/**
 * The language of quality rules: data, never code. A rule says what must hold of a record; it is
 * total (no loop, no recursion, time linear in the record and the pattern) and says nothing of a
 * record where a value that it compares is not given: only `present` asks for a value.
 */
export const RULE_OPS = [
  "present", "absent", "eq", "ne", "lt", "le", "gt", "ge", "between", "in", "not_in", "like",
  "in_column",
] as const;
export type RuleOp = (typeof RULE_OPS)[number];

/** Fields that a rule can speak of. */
export const RULE_FIELDS: readonly MappableField[] = MAPPABLE_FIELDS;
/** What a field can be compared with beside a value: another field, or the tape's as-of date. */
export type OtherField = MappableField | "as_of";
export type RuleValue = string | number | readonly (string | number)[];

/**
 * `field op value` or `field op other_field`. `between` takes `[low, high]`, both included; `in`
 * and `not_in` a list; `like` a pattern of a whole text where `*` is any text, `?` one character,
 * `#` a digit and `@` a letter; `in_column` wants the text in another field of some record.
 * Texts are compared as they stand, dates as calendar dates, amounts in base currency.
 */
export type Condition = {
  field: MappableField; op: RuleOp; value?: RuleValue | undefined;
  other_field?: OtherField | undefined;
};

/** A condition that records must meet, those at least that meet `when`. */
export type QualityRule = Condition & {
  id: string;
  description: string;
  severity: ProblemSeverity;
  when?: Condition | undefined;
};

/** What is wrong with one member of a rule. */
export type RuleFault = { path: string; message: string };

const LISTED = 200;
const TEXT_LENGTH = 200;

type Kind = "text" | "number" | "date";

/** How a field's values compare. */
export function kindOf(field: OtherField): Kind | null {
  if (field === "as_of") return "date";
  const type = fieldType(field);
  if (type === undefined) return null;
  return isNumeric(type) ? "number" : type === "date" ? "date" : "text";
}

/** The operators that mean something for a field. */
export const opsOf = (field: MappableField): readonly RuleOp[] => RULE_OPS.filter((op) =>
  kindOf(field) === "text" ? !["lt", "le", "gt", "ge", "between"].includes(op)
    : op !== "like" && op !== "in_column");

/** What an operator compares with: nothing, one value or field, a value, a list, a field. */
export const OPERAND = {
  present: "none", absent: "none", eq: "one", ne: "one", lt: "one", le: "one", gt: "one",
  ge: "one", between: "range", in: "list", not_in: "list", like: "pattern", in_column: "column",
} as const satisfies Record<RuleOp, string>;

/** Why a rule cannot be used; null when it can. */
export function ruleFault(rule: QualityRule): RuleFault | null {
  const fault = conditionFault(rule);
  if (fault) return fault;
  if (rule.op === "in_column" && rule.severity === "error") {
    return { path: "severity", message: "is at most warning: the whole tape is read by then" };
  }
  if (rule.when === undefined) return null;
  const inner = rule.when.op === "in_column"
    ? { path: "op", message: "in_column cannot stand in `when`" } : conditionFault(rule.when);
  return inner && { path: `when.${inner.path}`, message: inner.message };
}

function conditionFault(condition: Condition): RuleFault | null {
  const { field, op, value, other_field: other } = condition;
  const kind = kindOf(field);
  if (kind === null) return { path: "field", message: `'${shorten(field, 60)}' is no field` };
  if (!opsOf(field).includes(op)) {
    return { path: "op", message: `${op} says nothing of the ${kind} ${field}` };
  }
  const operand = OPERAND[op];
  const takesOther = operand === "column" || operand === "one" && value === undefined;
  if (operand === "none" || !takesOther) {
    if (other !== undefined) return { path: "other_field", message: `${op} takes none here` };
  }
  if (operand === "none" || takesOther) {
    if (value !== undefined) return { path: "value", message: `${op} takes none` };
    return operand === "none" ? null : otherFault(condition, kind);
  }
  return valueFault(value, operand, kind);
}

function otherFault({ field, op, other_field: other }: Condition, kind: Kind): RuleFault | null {
  const path = "other_field";
  if (other === undefined) {
    return { path: op === "in_column" ? path : "value",
      message: op === "in_column" ? "names the field that is looked through"
        : `${op} needs a value or other_field` };
  }
  const found = kindOf(other);
  if (found === null) return { path, message: `'${shorten(other, 60)}' is no field` };
  if (found !== kind) return { path, message: `is a ${found}, ${field} a ${kind}` };
  return other === field ? { path, message: "is the field itself" } : null;
}

function valueFault(
  value: RuleValue | undefined, operand: "one" | "range" | "list" | "pattern", kind: Kind,
): RuleFault | null {
  const fault = (message: string): RuleFault => ({ path: "value", message });
  if (value === undefined) return fault("is missing");
  const isList = operand === "range" || operand === "list";
  if (isList !== Array.isArray(value)) return fault(isList ? "must be a list" : "must be one value");
  const values = (Array.isArray(value) ? value : [value]) as readonly (string | number)[];
  if (operand === "range" && values.length !== 2) return fault("must be [lowest, highest]");
  if (values.length === 0 || values.length > LISTED) return fault(`must hold 1 to ${LISTED} values`);
  for (const one of values) {
    const wrong = oneFault(one, kind);
    if (wrong) return fault(wrong);
  }
  const [low, high] = values;
  return operand === "range" && (low as number) > (high as number)
    ? fault("must begin with the lowest") : null;
}

function oneFault(value: string | number, kind: Kind): string | null {
  if (kind === "number") {
    return typeof value === "number" && Number.isFinite(value) ? null : "must be a number";
  }
  if (typeof value !== "string") return "must be a text";
  if (kind === "date") {
    return isDay(value) ? null : "must be a date such as 2026-12-31";
  }
  return value.length >= 1 && value.length <= TEXT_LENGTH ? null
    : `must have 1 to ${TEXT_LENGTH} characters`;
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return year !== undefined && isCalendarDate(Number(year), Number(month), Number(day));
}

/** A record of one row, or what a portfolio lists as one would stand in a row. */
type RowRecord = Exclude<NormalizedRecord, { record_kind: "portfolio" }>;
type Value = string | number | undefined;
type Verdict = boolean | null;
type Judge = (record: RowRecord) => Verdict;

const valueOf = (record: RowRecord, field: MappableField): Value =>
  (record as unknown as Record<string, Value>)[field];

/** A rule made ready for many records. */
export type CompiledRule = {
  rule: QualityRule;
  /** True when the record breaks the rule; of a portfolio its items are judged. */
  breaks: (record: NormalizedRecord) => boolean;
  /** False where the rule speaks of what a portfolio's item cannot state, such as a date. */
  isOfItems: (kind: RowKind) => boolean;
};

/** What an item of a portfolio can state. */
const STATED: Readonly<Record<RowKind, ReadonlySet<string>>> = {
  instrument: new Set(
    ["record_kind", "principal", "interest_rate_pct", "collateral_value", "currency"]),
  distressed_asset: new Set(["record_kind", "distressed_value", "recovery_rate_pct", "currency"]),
};

/** An item of a portfolio as a record of one row, and where it stands. */
export type PortfolioItem = { record: RowRecord & { record_kind: RowKind }; path: string };

/** The debts and distressed assets that a portfolio lists. */
export function itemsOf(
  { financial, distressed_assets: assets, currency }: PortfolioRecord,
): PortfolioItem[] {
  const common = currency === undefined ? {} : { currency };
  return [
    ...(financial.debt.instruments ?? []).map(({ name: _, origin: __, ...debt }, at) => ({
      path: `financial.debt.instruments[${at}]`,
      record: { record_kind: "instrument" as const, ...common, ...debt } })),
    ...assets.map(({ name: _, origin: __, value, ...asset }, at) => ({
      path: `distressed_assets[${at}]`,
      record: { record_kind: "distressed_asset" as const, ...common, distressed_value: value,
        ...asset } })),
  ];
}

/** How a portfolio names what an item states. */
export const itemColumn = (path: string, field: MappableField): string =>
  field === "currency" ? field : `${path}.${field === "distressed_value" ? "value" : field}`;

/** Compiles a rule without fault; `asOf` is null where the tape has no as-of date. */
export function compileRule(rule: QualityRule, asOf: string | null): CompiledRule {
  const holds = judgeOf(rule, asOf);
  const applies = rule.when === undefined ? null : judgeOf(rule.when, asOf);
  const instrument = hasFields(rule, "instrument");
  const has = { instrument, earlier_position: instrument,
    distressed_asset: hasFields(rule, "distressed_asset") };
  const fields = [rule.field, rule.other_field, rule.when?.field, rule.when?.other_field]
    .filter((name) => name !== undefined && name !== "as_of");
  const isOfItems = (kind: RowKind): boolean =>
    fields.every((name) => STATED[kind].has(String(name)));
  return { rule, isOfItems, breaks: (record) => record.record_kind !== "portfolio" && has[record.record_kind]
    && (applies === null || applies(record) === true) && holds(record) === false };
}

/** A rule on a field that a kind of record does not have says nothing of it. */
const hasFields = ({ field, other_field: other }: Condition, kind: RowKind): boolean =>
  [field, other].every((name) => !(NOT_OF[kind] as ReadonlySet<string>).has(name ?? ""));

function judgeOf({ field, op, value, other_field: other }: Condition, asOf: string | null): Judge {
  switch (op) {
    case "present": return (record) => valueOf(record, field) !== undefined;
    case "absent": return (record) => valueOf(record, field) === undefined;
    case "in":
    case "not_in": {
      const listed = new Set(value as readonly (string | number)[]);
      return given(field, (found) => listed.has(found) === (op === "in"));
    }
    case "between": {
      // Both sides are numbers, or both dates: a rule without fault has seen to that.
      const [low, high] = value as unknown as readonly [number, number];
      return given(field, (found) =>
        (found as number) >= low && (found as number) <= high);
    }
    case "like": return given(field, (found) => isLike(String(found), value as string));
    // The tape as a whole decides it, once it is read.
    case "in_column": return () => null;
    default: {
      const compare = COMPARE[op];
      const fixed = other === "as_of" ? asOf : value as string | number | undefined;
      if (fixed === null) return () => null;
      if (fixed !== undefined) return given(field, (found) => compare(found, fixed));
      return (record) => {
        const found = valueOf(record, field);
        const against = valueOf(record, other as MappableField);
        return found === undefined || against === undefined ? null : compare(found, against);
      };
    }
  }
}

const given = (field: MappableField, test: (found: string | number) => boolean): Judge =>
  (record) => {
    const found = valueOf(record, field);
    return found === undefined ? null : test(found);
  };

type Compared = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
const COMPARE: Record<Compared, (a: string | number, b: string | number) => boolean> = {
  eq: (a, b) => a === b, ne: (a, b) => a !== b, lt: (a, b) => a < b, le: (a, b) => a <= b,
  gt: (a, b) => a > b, ge: (a, b) => a >= b,
};

/** Whether a whole text fits a pattern; time is at most the product of both lengths. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    const wanted = pattern[place];
    if (wanted === "*") {
      star = place++;
      retry = at;
    } else if (wanted !== undefined && fits(text[at] as string, wanted)) {
      at++;
      place++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}

function fits(character: string, wanted: string): boolean {
  if (wanted === "?") return true;
  if (wanted === "#") return character >= "0" && character <= "9";
  if (wanted === "@") return /\p{L}/u.test(character);
  return character === wanted;
}

const MUST: Record<Kind, Record<Compared, string>> = {
  number: { eq: "must be", ne: "must not be", lt: "must be below", le: "must be at most",
    gt: "must be above", ge: "must be at least" },
  date: { eq: "must be", ne: "must not be", lt: "must be before", le: "must not be after",
    gt: "must be after", ge: "must not be before" },
  text: { eq: "must be", ne: "must not be", lt: "", le: "", gt: "", ge: "" },
};

/** What a rule asks for, as "maturity_date must not be before origination_date". */
export function ruleInWords({ field, op, value, other_field: other }: Condition): string {
  const list = () => shorten((value as readonly (string | number)[]).join(", "), 100);
  switch (op) {
    case "present": return `${field} must be given`;
    case "absent": return `${field} must not be given`;
    case "in": return `${field} must be one of ${list()}`;
    case "not_in": return `${field} must be none of ${list()}`;
    case "between": return `${field} must be between ${(value as readonly unknown[]).join(" and ")}`;
    case "like": return `${field} must look like ${shorten(String(value), 100)}`;
    case "in_column": return `${field} must stand as ${other} in the tape`;
    default: return `${field} ${MUST[kindOf(field) ?? "text"][op]} ${
      other ?? shorten(String(value), 100)}`;
  }
}

/** Why a record breaks a rule, with the values that do. */
export function breachInWords(
  rule: QualityRule, record: NormalizedRecord, asOf: string | null,
): string {
  const shown = (field: OtherField): string => {
    const value = field === "as_of" ? asOf : valueOf(record as RowRecord, field);
    return value === undefined || value === null ? "" : ` (${shorten(String(value), 60)})`;
  };
  const { field, other_field: other } = rule;
  const words = ruleInWords(rule);
  const told = `${field}${shown(field)}${words.slice(field.length)}`;
  return other === undefined ? told : `${told}${shown(other)}`;
}
