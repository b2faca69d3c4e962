"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ErrorText, Select } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { SHOCK_LABELS } from "@/components/workbench/words";
import { useOperation } from "@/lib/client/hooks";
import { macroShocks } from "@/lib/risk";
import type { Shocks } from "@/lib/risk";
import { arithmetic, mappingOf } from "./macro-draft";
import type { StoredMapping } from "./macro-draft";

interface MappedProps {
  mapping: StoredMapping;
  onFill: (shocks: Shocks) => void;
}

function Mapped({ mapping: stored, onFill }: MappedProps) {
  const [changes, setChanges] = useState<Record<string, number>>({});
  const mapping = mappingOf(stored);
  const made = macroShocks(mapping, changes);
  return (
    <>
      <p className="hint">{stored.note} (changed by {stored.updated_by})</p>
      <div className="shock-fields">
        {mapping.variables.map(({ id, name, unit }) => (
          <label key={id}>
            <span>{name}</span>
            <NumberInput label={`Change of ${name}`} unit={unit || undefined} shock
              min={-1e6} max={1e6} placeholder="0" value={changes[id] ?? null}
              onChange={(value) => setChanges({ ...changes, [id]: value ?? 0 })} />
          </label>
        ))}
      </div>
      {made.ok ? (
        <>
          {made.value.map((shock) => (
            <p key={shock.shock} className="arithmetic">
              {SHOCK_LABELS[shock.shock]}: {arithmetic(shock, mapping)}
            </p>
          ))}
          <Button small onClick={() => onFill(Object.fromEntries(
            made.value.map(({ shock, value }) => [shock, value])) as Shocks)}>
            Fill the four shocks
          </Button>
        </>
      ) : <ErrorText>{made.error[0]?.message}</ErrorText>}
    </>
  );
}

/** Fills the four shocks from changes of macro variables, by a mapping that users keep. */
export function MacroPanel({ datasetId, onFill }: {
  datasetId: string | null; onFill: (shocks: Shocks) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [id, setId] = useState("");
  const list = useOperation("listMacroMappings",
    { query: { limit: 200, ...(datasetId ? { dataset_id: datasetId } : {}) } },
    { enabled: isOpen });
  const items = list.data?.items ?? [];
  const chosen = items.find((item) => item.macro_mapping_id === id) ?? items[0];
  if (!isOpen) {
    return (
      <div><Button small icon="ana" onClick={() => setOpen(true)}>From macro variables</Button></div>
    );
  }
  return (
    <fieldset className="segment-draft">
      <legend>From macro variables</legend>
      {list.error ? <ErrorText>The mappings could not be read. {list.error.message}</ErrorText>
        : list.isPending ? <p className="hint" role="status">Loading the mappings</p>
          : !chosen ? (
            <p className="hint">
              No mapping yet. Create one on the page Scenarios, under Macro mappings.
            </p>
          ) : (
            <>
              <Select aria-label="Macro mapping" value={chosen.macro_mapping_id} onChange={setId}
                options={items.map((item) =>
                  ({ value: item.macro_mapping_id, label: item.name }))} />
              <Mapped key={chosen.etag} mapping={chosen} onFill={onFill} />
            </>
          )}
      <div><Button small kind="quiet" onClick={() => setOpen(false)}>Close</Button></div>
    </fieldset>
  );
}
