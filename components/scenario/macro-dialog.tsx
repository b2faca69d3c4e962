"use client";

import { useState } from "react";
import { useCurrentVersion } from "@/components/shell/current-version";
import { Banner } from "@/components/ui/banner";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select, TextArea, TextInput } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { SHOCK_LABELS, shownShock, storedShock } from "@/components/workbench/words";
import type { ApiError } from "@/lib/client/api";
import { useCommand } from "@/lib/client/hooks";
import {
  MACRO_EXAMPLE, MACRO_VARIABLES, macroProblems, PARAMETER_BOUNDS, SHOCK_NAMES,
} from "@/lib/risk";
import type { MacroMapping, Shocks } from "@/lib/risk";
import { mappingOf } from "./macro-draft";
import type { StoredMapping } from "./macro-draft";

type Draft = { name: string; isOfDataset: boolean; mapping: MacroMapping };

const EMPTY: MacroMapping =
  { variables: [...MACRO_VARIABLES], coefficients: [], bounds: {}, note: "" };
const unitOf = (shock: keyof Shocks): string => shock === "interest_rate_delta_pct" ? "pts" : "%";

function problemOf({ name, mapping }: Draft): string | null {
  if (name.trim() === "") return "Give the mapping a name first";
  if (mapping.variables.some(({ id, name: of }) => id === "" || of.trim() === "")) {
    return "Each variable needs a name";
  }
  if (mapping.note.trim() === "") return "Say who stands behind these numbers";
  return macroProblems(mapping)[0]?.message ?? null;
}

/** An id that a variable's name gives, and that no other has. */
function idFor(name: string, mapping: MacroMapping, at: number): string {
  const stem = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 50);
  const taken = mapping.variables.filter((_, index) => index !== at).map(({ id }) => id);
  let id = stem;
  for (let number = 2; taken.includes(id) && id !== ""; number += 1) id = `${stem}_${number}`;
  return id;
}

interface PartProps {
  mapping: MacroMapping;
  onChange: (mapping: MacroMapping) => void;
}

function Variables({ mapping, onChange }: PartProps) {
  const rename = (at: number, name: string) => {
    const old = mapping.variables[at];
    if (!old) return;
    const id = idFor(name, mapping, at);
    onChange({ ...mapping, variables: mapping.variables.with(at, { ...old, name, id }),
      coefficients: mapping.coefficients.map((entry) =>
        entry.variable === old.id ? { ...entry, variable: id } : entry) });
  };
  return (
    <section aria-label="Variables" className="stack">
      <h3>Variables</h3>
      {mapping.variables.map((variable, at) => (
        <div key={at} className="macro-variable">
          <TextInput aria-label={`Variable ${at + 1}, name`} value={variable.name} maxLength={100}
            onChange={(name) => rename(at, name)} />
          <TextInput aria-label={`Variable ${at + 1}, unit of its change`} value={variable.unit}
            maxLength={30} placeholder="Unit" onChange={(unit) => onChange({ ...mapping,
              variables: mapping.variables.with(at, { ...variable, unit }) })} />
          <IconButton icon="x"
            label={`Remove ${variable.name || `variable ${at + 1}`}`}
            onClick={() => onChange({ ...mapping,
              variables: mapping.variables.toSpliced(at, 1),
              coefficients: mapping.coefficients
                .filter((one) => one.variable !== variable.id) })} />
        </div>
      ))}
      <Button small icon="plus" onClick={() => onChange({ ...mapping,
        variables: [...mapping.variables, { id: "", name: "", unit: "%" }] })}>
        Add a variable
      </Button>
    </section>
  );
}

function Coefficients({ mapping, onChange }: PartProps) {
  const named = mapping.variables.filter(({ id }) => id !== "");
  const put = (at: number, part: Partial<MacroMapping["coefficients"][number]>) =>
    onChange({ ...mapping, coefficients: mapping.coefficients.map((entry, index) =>
      index === at ? { ...entry, ...part } : entry) });
  return (
    <section aria-label="Coefficients" className="stack">
      <h3>Coefficients</h3>
      <p className="hint">What one unit of a variable’s change adds to a shock.</p>
      {mapping.coefficients.map(({ shock, variable, coefficient }, at) => (
        <div key={at} className="macro-coefficient">
          <Select aria-label={`Coefficient ${at + 1}, shock`} value={shock}
            options={SHOCK_NAMES.map((value) => ({ value, label: SHOCK_LABELS[value] }))}
            onChange={(value) => put(at, { shock: value as keyof Shocks })} />
          <NumberInput label={`Coefficient ${at + 1}`} value={shownShock(shock, coefficient)}
            unit={unitOf(shock)} min={-1e6} max={1e6} shock required onChange={(value) =>
              value === null ? undefined : put(at, { coefficient: storedShock(shock, value) })} />
          <span>per unit of</span>
          <Select aria-label={`Coefficient ${at + 1}, variable`} value={variable}
            options={named.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(value) => put(at, { variable: value })} />
          <IconButton icon="x" label={`Remove coefficient ${at + 1}`} onClick={() => onChange({
            ...mapping, coefficients: mapping.coefficients.toSpliced(at, 1) })} />
        </div>
      ))}
      <Button small icon="plus" disabledReason={named.length === 0 ? "Name a variable first" : null}
        onClick={() => onChange({ ...mapping, coefficients: [...mapping.coefficients,
          nextCoefficient(mapping)] })}>
        Add a coefficient
      </Button>
    </section>
  );
}

/** The first pair of shock and variable that has no coefficient yet. */
function nextCoefficient({ variables, coefficients }: MacroMapping) {
  const pairs = SHOCK_NAMES.flatMap((shock) =>
    variables.filter(({ id }) => id !== "").map(({ id }) => ({ shock, variable: id })));
  const free = pairs.find((pair) => !coefficients.some((entry) =>
    entry.shock === pair.shock && entry.variable === pair.variable)) ?? pairs[0];
  return { shock: free?.shock ?? SHOCK_NAMES[0], variable: free?.variable ?? "", coefficient: 0 };
}

function Bounds({ mapping, onChange }: PartProps) {
  const put = (shock: keyof Shocks, side: "low" | "high", value: number | null) => {
    const { low, high } = mapping.bounds[shock] ?? PARAMETER_BOUNDS[shock];
    const wide = PARAMETER_BOUNDS[shock][side];
    onChange({ ...mapping, bounds: { ...mapping.bounds,
      [shock]: { low, high, [side]: value === null ? wide : storedShock(shock, value) } } });
  };
  return (
    <section aria-label="Bounds" className="stack">
      <h3>Bounds</h3>
      {SHOCK_NAMES.map((shock) => {
        const { low, high } = PARAMETER_BOUNDS[shock];
        return (
          <div key={shock} className="macro-coefficient">
            <span className="grow">{SHOCK_LABELS[shock]}</span>
            {(["low", "high"] as const).map((side) => {
              const own = mapping.bounds[shock]?.[side];
              return (
                <NumberInput key={side} label={`${SHOCK_LABELS[shock]}, ${side}est`} shock
                  unit={unitOf(shock)} min={shownShock(shock, low)} max={shownShock(shock, high)}
                  value={own === undefined ? null : shownShock(shock, own)}
                  placeholder={String(shownShock(shock, side === "low" ? low : high))}
                  onChange={(value) => put(shock, side, value)} />
              );
            })}
          </div>
        );
      })}
    </section>
  );
}

function Refused({ error }: { error: ApiError }) {
  if (error.code !== "PRECONDITION_FAILED") {
    return <ErrorText>{error.errors[0]?.message ?? error.message}</ErrorText>;
  }
  return (
    <Banner kind="warning" icon="warn" title="Somebody changed the mapping meanwhile.">
      Nothing was saved and your entries are kept. Close this and look at the change first.
    </Banner>
  );
}

/** Makes or changes a mapping; an edit that somebody else made meanwhile is not lost. */
export function MacroDialog({ stored, onClose }: {
  stored: StoredMapping | null; onClose: () => void;
}) {
  const { version } = useCurrentVersion();
  const [draft, setDraft] = useState<Draft>(() => stored
    ? { name: stored.name, isOfDataset: stored.dataset_id !== null, mapping: mappingOf(stored) }
    : { name: "", isOfDataset: false, mapping: EMPTY });
  const create = useCommand("createMacroMapping", ["listMacroMappings"]);
  const update = useCommand("updateMacroMapping", ["listMacroMappings"]);
  const { error, isPending } = stored ? update : create;
  const problem = problemOf(draft);
  const set = (mapping: MacroMapping) => setDraft({ ...draft, mapping });
  function save() {
    if (problem || isPending) return;
    const body = { name: draft.name.trim(), ...draft.mapping };
    if (stored) {
      update.mutate({ path: { id: stored.macro_mapping_id }, etag: stored.etag, body },
        { onSuccess: onClose });
    } else {
      const dataset = draft.isOfDataset ? version?.dataset_id ?? null : null;
      create.mutate({ body: { ...body, dataset_id: dataset } }, { onSuccess: onClose });
    }
  }
  return (
    <Dialog open size="wide" onOpenChange={(open) => open ? undefined : onClose()}
      title={stored ? `Change ${stored.name}` : "Create a macro mapping"}
      sub="Your numbers, kept under your name. Nothing here is estimated."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={isPending} disabledReason={problem} onClick={save}>
            {stored ? "Save" : "Create mapping"}
          </Button>
        </>
      )}>
      <div className="stack">
        {stored ? null : (
          <Button small onClick={() => setDraft({ ...draft, name: draft.name || "Example",
            mapping: { ...MACRO_EXAMPLE } })}>
            Start from an example with made-up numbers
          </Button>
        )}
        <Field label="Name">
          <TextInput value={draft.name} maxLength={200} autoFocus
            onChange={(name) => setDraft({ ...draft, name })} />
        </Field>
        {stored || !version ? null : (
          <Field label="For">
            <Select value={draft.isOfDataset ? "dataset" : "all"}
              options={[{ value: "all", label: "Every dataset" },
                { value: "dataset", label: `${version.dataset_name} only` }]}
              onChange={(value) => setDraft({ ...draft, isOfDataset: value === "dataset" })} />
          </Field>
        )}
        <Variables mapping={draft.mapping} onChange={set} />
        <Coefficients mapping={draft.mapping} onChange={set} />
        <Bounds mapping={draft.mapping} onChange={set} />
        <Field label="Who says so" hint="Name, committee or source, and on what ground">
          <TextArea value={draft.mapping.note} maxLength={2000} rows={2}
            onChange={(note) => set({ ...draft.mapping, note })} />
        </Field>
        {problem && draft.name !== "" ? <ErrorText>{problem}</ErrorText> : null}
        {error ? <Refused error={error} /> : null}
      </div>
    </Dialog>
  );
}
