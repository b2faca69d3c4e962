"use client";

import { useState } from "react";
import { fieldWord, ruleWords } from "@/components/dataset/words";
import { Banner } from "@/components/ui/banner";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select } from "@/components/ui/field";
import { count, plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import { OWN_RULES_LIMIT } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import "./quality.css";
import {
  draftOf, editOf, EMPTY_CONDITION, RULE_FIELDS, ruleProblem, rulesOf, type Draft,
  type QualityRules, type RuleSeverity,
} from "./rules-draft";
import { RuleEditor } from "./rule-editor";
import { SEVERITY_WORDS } from "./words";

type Preview = ResponseOf<"previewQualityRules">;

const LIMITS = [
  ["max_rejected_pct", "Rows left out, at most", "%"],
  ["max_problem_pct", "Rows with a problem, at most", "%"],
  ["min_score", "Quality score, at least", ""],
] as const;
const FIELDS = RULE_FIELDS.filter((field) => field !== "record_kind")
  .map((field) => ({ value: field, label: fieldWord(field) }));

function Tolerances({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { limits, missing } = draft;
  const set = (index: number, part: Partial<Draft["missing"][number]>) => onChange({ ...draft,
    missing: missing.map((one, place) => (place === index ? { ...one, ...part } : one)) });
  return (
    <section className="stack" aria-label="Tolerances">
      <h3>What stops the seal</h3>
      <p className="hint">Leave empty what should not stop it.</p>
      <div className="tolerances">
        {LIMITS.map(([name, label, unit]) => (
          <Field key={name} label={label}>
            <NumberInput label={label} value={limits[name]} unit={unit} min={0} max={100}
              placeholder="None"
              onChange={(value) => onChange({ ...draft, limits: { ...limits, [name]: value } })} />
          </Field>
        ))}
      </div>
      {missing.map(({ field, limit }, index) => (
        <div key={index} className="row">
          <Select aria-label="Field that may be missing" value={field} placeholder="Choose a field"
            options={FIELDS.filter(({ value }) => value === field
              || !missing.some((other) => other.field === value))}
            onChange={(chosen) => set(index, { field: chosen })} />
          <NumberInput label={`Missing ${field ? fieldWord(field) : "values"}, at most`}
            value={limit} unit="%" min={0} max={100} required
            onChange={(value) => set(index, { limit: value })} />
          <IconButton icon="x" label={`Remove ${field ? fieldWord(field) : "this field"}`}
            onClick={() => onChange({ ...draft,
              missing: missing.filter((_, place) => place !== index) })} />
        </div>
      ))}
      <Button small icon="plus" onClick={() => onChange({ ...draft,
        missing: [...missing, { field: "", limit: null }] })}>
        Missing values of a field
      </Button>
    </section>
  );
}

function BuiltIns({ start, draft, foundOf, onChange }: {
  start: QualityRules; draft: Draft; foundOf: (id: string) => string | null;
  onChange: (draft: Draft) => void;
}) {
  return (
    <section className="stack">
      <h3>Built-in rules</h3>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Built-in rules">
        <table className="tall built-ins">
          <thead><tr><th scope="col">Rule</th><th scope="col">If broken</th></tr></thead>
          <tbody>
            {start.built_ins.map(({ id, description, words, choices, default_severity: usual }) => {
              const severity = draft.builtIns[id] ?? usual;
              return (
                <tr key={id}>
                  <th scope="row">
                    {words === null ? ruleWords(id) : description}
                    <span className="values">{foundOf(id) ?? words ?? description}</span>
                  </th>
                  <td>
                    <Select aria-label={words === null ? ruleWords(id) : description}
                      value={severity} changed={severity !== usual}
                      options={choices.map((choice) =>
                        ({ value: choice, label: SEVERITY_WORDS[choice] }))}
                      onChange={(chosen) => onChange({ ...draft,
                        builtIns: { ...draft.builtIns, [id]: chosen as RuleSeverity } })} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** "12 of 5,000 records of v3 break it: rows 4, 9, 31 and others" */
function foundWords(preview: Preview | undefined, id: string): string | null {
  const found = preview?.rules.find((rule) => rule.id === id);
  if (!preview || !found || preview.number === null) return null;
  const all = preview.records < preview.of ? `the first ${count(preview.records)} records`
    : plural(preview.records, "record");
  const rows = found.rows.length === 0 ? ""
    : `: ${found.rows.length === 1 ? "row" : "rows"} ${found.rows.map(count).join(", ")}`
      + (found.broken > found.rows.length ? " and others" : "");
  return `${count(found.broken)} of ${all} of v${preview.number} would break it${rows}`;
}

function OwnRules({ draft, previewOf, onChange }: {
  draft: Draft; previewOf: (index: number) => string | null; onChange: (draft: Draft) => void;
}) {
  const { rules } = draft;
  const put = (next: Draft["rules"]) => onChange({ ...draft, rules: next });
  return (
    <section className="stack" aria-label="Rules of this dataset">
      <h3>{rules.length === 0 ? "No rules of this dataset’s own" : "Rules of this dataset"}</h3>
      {rules.map((rule, index) => (
        <RuleEditor key={rule.key} rule={rule} number={index + 1} found={previewOf(index)}
          onChange={(next) => put(rules.map((one, place) => (place === index ? next : one)))}
          onRemove={() => put(rules.filter((_, place) => place !== index))} />
      ))}
      <Button small icon="plus"
        disabledReason={rules.length >= OWN_RULES_LIMIT
          ? `A dataset has at most ${OWN_RULES_LIMIT} rules of its own` : null}
        onClick={() => put([...rules, { ...EMPTY_CONDITION, id: null, key: crypto.randomUUID(),
          description: "", severity: "warning", when: null }])}>
        Add a rule
      </Button>
    </section>
  );
}

const NOTHING = "Nothing has changed";

function reasonOf(start: QualityRules, draft: Draft): string | null {
  const problem = rulesOf(draft).map(ruleProblem).find((text) => text !== null);
  if (problem) return problem;
  if (draft.missing.some(({ field, limit }) => field === "" || limit === null)) {
    return "Each missing field needs its name and a limit.";
  }
  return Object.keys(editOf(start, draft)).length === 0 ? NOTHING : null;
}

const Stale = ({ onTake }: { onTake: () => void }) => (
  <Banner kind="warning" icon="warn" title="Somebody changed the rules meanwhile.">
    Nothing was saved. <Button onClick={onTake}>Start from theirs</Button>
  </Banner>
);

/** The dialog that changes rules and tolerances; another's edit meanwhile is not lost. */
export function EditRules({ settings, onClose }: { settings: QualityRules; onClose: () => void }) {
  const toast = useToast();
  const [start, setStart] = useState(settings);
  const [draft, setDraft] = useState(() => draftOf(settings));
  const edit = useCommand("updateQualityRules", ["getQualityRules"]);
  const preview = useCommand("previewQualityRules", []);
  const reason = reasonOf(start, draft);
  const isStale = edit.error?.code === "PRECONDITION_FAILED";
  const path = { id: start.dataset_id };
  const change = (next: Draft) => {
    setDraft(next);
    preview.reset();
  };
  const takeCurrent = () => {
    setStart(settings);
    change(draftOf(settings));
    edit.reset();
  };
  const save = () => {
    if (reason !== null || edit.isPending) return;
    edit.mutate({ path, etag: start.etag, body: editOf(start, draft) }, { onSuccess: () => {
      toast.show({ title: "The rules are saved and hold from the next import on" });
      onClose();
    } });
  };
  const tryOut = () => {
    const { tolerances: _, ...body } = editOf(start, draft);
    preview.mutate({ path, body });
  };
  const error = edit.error ?? preview.error;
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Change the quality rules"
      sub="They hold from the next import on. Versions of before keep what they were judged by."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={preview.isPending} onClick={tryOut}
            disabledReason={reason === NOTHING ? null : reason}>
            Try on the newest version
          </Button>
          <Button kind="primary" busy={edit.isPending} onClick={save}
            disabledReason={isStale ? "Look at the other change first" : reason}>
            Save
          </Button>
        </>
      )}
    >
      <div className="stack">
        {preview.data?.number === null ? (
          <p className="hint" role="status">No version is sealed yet: there is nothing to try on.</p>
        ) : null}
        <Tolerances draft={draft} onChange={change} />
        <OwnRules draft={draft} onChange={change}
          previewOf={(index) => foundWords(preview.data, rulesOf(draft)[index]?.id ?? "")} />
        <BuiltIns start={start} draft={draft} onChange={change}
          foundOf={(id) => foundWords(preview.data, id)} />
        {reason && reason !== NOTHING ? <ErrorText>{reason}</ErrorText> : null}
        {isStale ? <Stale onTake={takeCurrent} /> : null}
        {error && !isStale ? (
          <ErrorText>{error.errors[0]?.message ?? error.message} Your entries are kept.</ErrorText>
        ) : null}
      </div>
    </Dialog>
  );
}
