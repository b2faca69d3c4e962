import type { BodyInputOf, ResponseOf } from "@/lib/contract/operations";
import type { QualityRule, Tolerances } from "@/lib/contract/quality";
import { OPERAND, opsOf, RULE_FIELDS, ruleFault } from "@/lib/contract/facts";

export type QualityRules = ResponseOf<"getQualityRules">;
export type RuleSeverity = QualityRules["built_ins"][number]["severity"];
export type RuleField = QualityRule["field"];
export type RuleOp = QualityRule["op"];

/** A condition while it is typed: values as text, `other` "" while a value is compared with. */
export interface DraftCondition {
  field: RuleField;
  op: RuleOp;
  text: string;
  other: string;
}
export interface DraftRule extends DraftCondition {
  /** Null until it is saved for the first time. */
  id: string | null;
  key: string;
  description: string;
  severity: "error" | "warning";
  when: DraftCondition | null;
}
export interface Draft {
  builtIns: Record<string, RuleSeverity>;
  rules: DraftRule[];
  limits: Record<"max_rejected_pct" | "max_problem_pct" | "min_score", number | null>;
  missing: { field: string; limit: number | null }[];
}

const textOf = (value: QualityRule["value"]): string =>
  Array.isArray(value) ? value.join(", ") : value === undefined ? "" : String(value);

const conditionDraft = ({ field, op, value, other_field: other }: Pick<QualityRule,
"field" | "op" | "value" | "other_field">): DraftCondition =>
  ({ field, op, text: textOf(value), other: other ?? "" });

/** The settings as they can be typed over. */
export function draftOf({ built_ins: builtIns, rules, tolerances }: QualityRules): Draft {
  return {
    builtIns: Object.fromEntries(builtIns.map(({ id, severity }) => [id, severity])),
    rules: rules.map((rule) => ({ ...conditionDraft(rule), id: rule.id, key: rule.id,
      description: rule.description, severity: rule.severity,
      when: rule.when ? conditionDraft(rule.when) : null })),
    limits: { max_rejected_pct: tolerances.max_rejected_pct ?? null,
      max_problem_pct: tolerances.max_problem_pct ?? null,
      min_score: tolerances.min_score ?? null },
    missing: Object.entries(tolerances.max_missing_pct ?? {})
      .map(([field, limit]) => ({ field, limit: limit ?? null })),
  };
}

export const EMPTY_CONDITION: DraftCondition =
  { field: "principal", op: "present", text: "", other: "" };

/** A condition on another field keeps its operator only where that says something of the field. */
export function withField(condition: DraftCondition, field: RuleField): DraftCondition {
  const op = opsOf(field).includes(condition.op) ? condition.op : "present";
  return { field, op, text: "", other: "" };
}

const isNumberField = (field: RuleField): boolean =>
  opsOf(field).includes("lt") && !field.endsWith("_date");

/** The typed text as the rule's value; a text that is no number stays one, and is refused. */
function valueOf({ field, op, text }: DraftCondition): QualityRule["value"] {
  const one = (typed: string): string | number => {
    const trimmed = typed.trim();
    return isNumberField(field) && trimmed !== "" && Number.isFinite(Number(trimmed))
      ? Number(trimmed) : trimmed;
  };
  const operand = OPERAND[op];
  if (operand !== "range" && operand !== "list") return one(text);
  return text.split(",").map(one).filter((value) => value !== "");
}

function conditionOf(draft: DraftCondition) {
  const { field, op, other } = draft;
  const operand = OPERAND[op];
  if (operand === "none") return { field, op };
  if (operand === "column" || operand === "one" && other !== "") {
    return { field, op, other_field: other as QualityRule["other_field"] };
  }
  return { field, op, value: valueOf(draft) };
}

/** "Collateral is given!" gives "collateral_is_given", unless another rule has it. */
export function idFor(description: string, taken: ReadonlySet<string>): string {
  const plain = description.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_|_$/g, "");
  const stem = (/^[a-z]/.test(plain) ? plain : `rule_${plain}`).slice(0, 50).replace(/_$/, "");
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** The rules as they are sent. */
export function rulesOf({ rules, builtIns }: Draft): QualityRule[] {
  const taken = new Set([...Object.keys(builtIns), ...rules.flatMap(({ id }) => id ?? [])]);
  return rules.map((rule) => {
    const id = rule.id ?? idFor(rule.description, taken);
    taken.add(id);
    return { id, description: rule.description.trim(), severity: rule.severity,
      ...conditionOf(rule), ...(rule.when ? { when: conditionOf(rule.when) } : {}) };
  });
}

/** Why one rule cannot be saved; null when it can. */
export function ruleProblem(rule: QualityRule): string | null {
  if (rule.description === "") return "A rule needs a description.";
  const fault = ruleFault(rule);
  if (fault === null) return null;
  const words: Record<string, string> = { value: "the value", other_field: "the other field",
    severity: "the severity", op: "the comparison", field: "the field" };
  const member = fault.path.replace(/^when\./, "");
  return `“${rule.description}”: ${fault.path.startsWith("when.") ? "in the condition, " : ""}`
    + `${words[member] ?? member} ${fault.message}.`;
}

function tolerancesOf({ limits, missing }: Draft): Tolerances {
  const set = missing.filter(({ field, limit }) => field !== "" && limit !== null);
  return {
    ...Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null)),
    ...(set.length > 0 ? { max_missing_pct:
      Object.fromEntries(set.map(({ field, limit }) => [field, limit])) } : {}),
  };
}

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
};

/** What an edit sends: only what differs from the settings it started from. */
export function editOf(start: QualityRules, draft: Draft): BodyInputOf<"updateQualityRules"> {
  const builtIns = Object.fromEntries(start.built_ins
    .filter(({ id, severity }) => draft.builtIns[id] !== severity)
    .map(({ id, default_severity: usual }) =>
      [id, draft.builtIns[id] === usual ? null : draft.builtIns[id]]));
  const rules = rulesOf(draft);
  const tolerances = tolerancesOf(draft);
  const names = ["max_rejected_pct", "max_problem_pct", "min_score", "max_missing_pct"] as const;
  const changed = names.filter((name) => !same(tolerances[name], start.tolerances[name]));
  return {
    ...(Object.keys(builtIns).length > 0 ? { built_ins: builtIns } : {}),
    ...(same(rules, start.rules) ? {} : { rules }),
    ...(changed.length > 0 ? { tolerances:
      Object.fromEntries(changed.map((name) => [name, tolerances[name] ?? null])) } : {}),
  } as BodyInputOf<"updateQualityRules">;
}

export { OPERAND, opsOf, RULE_FIELDS };
