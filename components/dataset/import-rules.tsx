"use client";

import { useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Field, Select, TextArea, TextInput } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import {
  asObject, columnOf, draftOf, isNumberField, ruleOf, ruleWords, without, type RuleDraft,
} from "./mapping-rules";
import { TAPE_FIELDS } from "./tape-guess";
import type { Import } from "./use-import";
import "./import.css";

const ORIGINS = [
  { value: "column", label: "A column" }, { value: "sum", label: "A sum of columns" },
  { value: "constant", label: "A fixed value" },
] as const;

interface PartProps {
  draft: RuleDraft;
  edit: (part: Partial<RuleDraft>) => void;
  headers: readonly string[];
}

const optionsOf = (headers: readonly string[]) => [...new Set(headers)].filter(Boolean)
  .map((header) => ({ value: header, label: header }));

function NumberChanges({ draft, edit }: Omit<PartProps, "headers">) {
  return (
    <>
      <Field label="Times (optional)" hint="1000 for amounts in thousands, 0.01 for cents">
        <NumberInput label="Times" value={draft.scale} onChange={(scale) => edit({ scale })} />
      </Field>
      <label className="row">
        <input type="checkbox" checked={draft.negate}
          onChange={(event) => edit({ negate: event.target.checked })} />
        Turn the sign
      </label>
    </>
  );
}

function TextChanges({ draft, edit }: Omit<PartProps, "headers">) {
  return (
    <Field label="First characters (optional)" hint="Only these count: 2 for the sector of a NAICS code">
      <NumberInput label="First characters" value={draft.first} min={1} max={200} decimals={0}
        onChange={(first) => edit({ first })} />
    </Field>
  );
}

const SCHEMES = [
  { value: "", label: "Its name" }, { value: "nace", label: "NACE code" },
  { value: "naics", label: "NAICS code" },
] as const;

function FromColumn({ draft, edit, headers, isNumber, field }: PartProps & {
  isNumber: boolean; field: string;
}) {
  return (
    <>
      <Field label="Column">
        <Select value={draft.column} placeholder="Choose a column" options={optionsOf(headers)}
          onChange={(column) => edit({ column })} />
      </Field>
      {isNumber ? <NumberChanges draft={draft} edit={edit} />
        : <TextChanges draft={draft} edit={edit} />}
      {field === "sector" ? (
        <Segmented label="What the column holds of the sector" value={draft.scheme}
          options={[...SCHEMES]} onChange={(scheme) => edit({ scheme })} />
      ) : null}
      <Field label="Codes (optional)" hint="One a line: code = value. Nothing behind = means not given">
        <TextArea value={draft.map} rows={4} className="mono" spellCheck={false}
          onChange={(map) => edit({ map })} />
      </Field>
    </>
  );
}

function FromSum({ draft, edit, headers }: PartProps) {
  const toggle = (column: string) => edit({ sum: draft.sum.includes(column)
    ? draft.sum.filter((other) => other !== column) : [...draft.sum, column] });
  return (
    <>
      <fieldset className="sum-columns">
        <legend>Columns</legend>
        {optionsOf(headers).map(({ value }) => (
          <label key={value} className="row">
            <input type="checkbox" checked={draft.sum.includes(value)}
              onChange={() => toggle(value)} />
            <span className="mono">{value}</span>
          </label>
        ))}
      </fieldset>
      <NumberChanges draft={draft} edit={edit} />
    </>
  );
}

/** How a field gets its value: from a column, from several, or always the same. */
export function RuleDialog({ flow, headers, field: given, onClose }: {
  flow: Import; headers: readonly string[]; field: string; onClose: () => void;
}) {
  const { choices, change } = flow;
  const [field, setField] = useState(given);
  const [draft, setDraft] = useState(() => draftOf(choices.mapping[given]));
  const edit = (part: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...part }));
  const made = ruleOf(field, draft);
  const isNumber = isNumberField(field);
  function save() {
    if ("missing" in made) return;
    // A column feeds one field alone.
    const column = columnOf(made.rule);
    const kept = Object.entries(without(choices.mapping, field))
      .filter(([, rule]) => column === null || columnOf(rule) !== column);
    change({ mapping: Object.fromEntries([...kept, [field, made.rule]]) });
    onClose();
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="narrow"
      title={given === "" ? "Add a derived value" : `How ${given} is read`}
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabledReason={"missing" in made ? made.missing : null}
            onClick={save}>Use it</Button>
        </>
      )}>
      <div className="stack">
        {given === "" ? (
          <Field label="Field">
            <Select value={field} placeholder="Choose a field" onChange={setField}
              options={TAPE_FIELDS.map((name) => ({ value: name, label: name }))} />
          </Field>
        ) : null}
        <Segmented label="Where the value comes from" value={draft.from} options={[...ORIGINS]}
          onChange={(from) => edit({ from })} />
        {draft.from === "column" ? (
          <FromColumn draft={draft} edit={edit} headers={headers} isNumber={isNumber}
            field={field} />
        ) : null}
        {draft.from === "sum" ? <FromSum draft={draft} edit={edit} headers={headers} /> : null}
        {draft.from === "constant" ? (
          <Field label="Value in every row">
            <TextInput value={draft.constant} onChange={(constant) => edit({ constant })} />
          </Field>
        ) : null}
      </div>
    </Dialog>
  );
}

/** Fields that are more than a column as it is. */
export function DerivedFields({ flow, headers }: { flow: Import; headers: readonly string[] }) {
  const { choices, change } = flow;
  const [edited, setEdited] = useState<string | null>(null);
  const derived = Object.entries(choices.mapping).filter(([, rule]) => ruleWords(rule) !== "");
  return (
    <Card id="derived" className="c12"
      title={derived.length === 0 ? "Every field is a column as it is"
        : `${derived.length} ${derived.length === 1 ? "field is" : "fields are"} derived`}
      sub="A fixed value, a sum of columns, a turned sign, a factor, replaced codes"
      action={<Button small icon="plus" onClick={() => setEdited("")}>Add a derived value</Button>}
      flush={derived.length > 0}>
      {derived.length === 0 ? null : (
        <ul className="derived" aria-label="Derived fields">
          {derived.map(([field, rule]) => (
            <li key={field}>
              <b className="mono">{field}</b>
              <span>
                {asObject(rule).column ? <span className="mono">{asObject(rule).column}, </span>
                  : null}
                {ruleWords(rule)}
              </span>
              <span className="row">
                <Button small onClick={() => setEdited(field)}>
                  Edit<span className="vh"> {field}</span>
                </Button>
                <IconButton icon="x" label={`Remove ${field}`}
                  onClick={() => change({ mapping: without(choices.mapping, field) })} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {edited === null ? null : (
        <RuleDialog flow={flow} headers={headers} field={edited} onClose={() => setEdited(null)} />
      )}
    </Card>
  );
}
