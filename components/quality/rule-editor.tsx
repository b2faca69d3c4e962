"use client";

import { Button, IconButton } from "@/components/ui/button";
import { Field, Select, TextInput } from "@/components/ui/field";
import { fieldWord } from "@/components/dataset/words";
import {
  EMPTY_CONDITION, OPERAND, opsOf, RULE_FIELDS, withField, type DraftCondition, type DraftRule,
  type RuleField, type RuleOp,
} from "./rules-draft";
import { OP_WORDS, SEVERITY_WORDS } from "./words";

const FIELDS = RULE_FIELDS.map((field) => ({ value: field, label: fieldWord(field) }));
const AS_OF = { value: "as_of", label: "As-of date of the tape" };
const HINTS: Record<string, string> = {
  range: "Lowest, highest", list: "With commas between", one: "A value",
  pattern: "* any text, ? one character, # a digit, @ a letter",
};

function OperandInput({ condition, what, onChange }: {
  condition: DraftCondition; what: string; onChange: (part: Partial<DraftCondition>) => void;
}) {
  const operand = OPERAND[condition.op];
  if (operand === "none") return null;
  const others = [...FIELDS, AS_OF].filter(({ value }) => value !== condition.field);
  const takesOther = operand === "one" || operand === "column";
  return (
    <>
      {takesOther ? (
        <Field label={`${what}: compared with`}>
          <Select value={condition.other} onChange={(other) => onChange({ other, text: "" })}
            options={[{ value: "", label: operand === "one" ? "A value" : "Choose a field" },
              ...others]} />
        </Field>
      ) : null}
      {operand !== "column" && condition.other === "" ? (
        <Field label={`${what}: value`} hint={HINTS[operand]}>
          <TextInput value={condition.text} maxLength={2000} autoComplete="off"
            onChange={(text) => onChange({ text })} />
        </Field>
      ) : null}
    </>
  );
}

function ConditionInputs({ condition, what, isWhen, onChange }: {
  condition: DraftCondition; what: string; isWhen?: boolean;
  onChange: (condition: DraftCondition) => void;
}) {
  const ops = opsOf(condition.field).filter((op) => !isWhen || op !== "in_column");
  return (
    <div className="parts">
      <Field label={`${what}: field`}>
        <Select value={condition.field} options={FIELDS}
          onChange={(field) => onChange(withField(condition, field as RuleField))} />
      </Field>
      <Field label={`${what}: comparison`}>
        <Select value={condition.op} options={ops.map((op) => ({ value: op, label: OP_WORDS[op] }))}
          onChange={(op) => onChange({ ...condition, op: op as RuleOp, text: "", other: "" })} />
      </Field>
      <OperandInput condition={condition} what={what}
        onChange={(part) => onChange({ ...condition, ...part })} />
    </div>
  );
}

/** One rule of the dataset's own: what it says, what must hold, and of which records. */
export function RuleEditor({ rule, number, found, onChange, onRemove }: {
  rule: DraftRule; number: number; found: string | null;
  onChange: (rule: DraftRule) => void; onRemove: () => void;
}) {
  const what = `Rule ${number}`;
  return (
    <fieldset className="rule-draft">
      <legend className="vh">{what}</legend>
      <div className="row">
        <Field label={`${what}: description`} className="grow">
          <TextInput value={rule.description} maxLength={300} autoComplete="off"
            placeholder="Mortgages have a collateral"
            onChange={(description) => onChange({ ...rule, description })} />
        </Field>
        <Field label={`${what}: if broken`}>
          <Select value={rule.severity}
            options={(["warning", "error"] as const).map((severity) =>
              ({ value: severity, label: SEVERITY_WORDS[severity] }))}
            onChange={(severity) =>
              onChange({ ...rule, severity: severity as DraftRule["severity"] })} />
        </Field>
        <IconButton icon="trash" label={`Remove rule ${number}`} onClick={onRemove} />
      </div>
      <ConditionInputs condition={rule} what={what}
        onChange={(condition) => onChange({ ...rule, ...condition })} />
      {rule.when ? (
        <>
          <ConditionInputs condition={rule.when} what="Only where" isWhen
            onChange={(when) => onChange({ ...rule, when })} />
          <div><Button small icon="x" onClick={() => onChange({ ...rule, when: null })}>
            Ask all records</Button></div>
        </>
      ) : (
        <div><Button small icon="plus"
          onClick={() => onChange({ ...rule, when: { ...EMPTY_CONDITION } })}>
          Only for some records</Button></div>
      )}
      {found === null ? null : <p className="hint">{found}</p>}
    </fieldset>
  );
}
