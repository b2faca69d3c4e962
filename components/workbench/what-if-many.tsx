"use client";

import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { ErrorText, Field, TextArea } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { call, type ApiError } from "@/lib/client/api";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Version } from "./figures";
import type { WhatIfModel } from "./use-what-if";
import { changedBy, idBatches, idsOfPaste } from "./what-if";

type Row = ResponseOf<"listInstruments">["items"][number];

const AT_ONCE = 1000;
/** Ids that are looked up: many more than fit into an address. */
const IDS_LIMIT = 2000;
const NAMED = 20;

async function rowsOf(versionId: string, ids: readonly string[]): Promise<Row[]> {
  const wanted = new Set(ids);
  const rows: Row[] = [];
  for (const instrument_id of idBatches(ids)) {
    let cursor: string | null = null;
    do {
      const page: ResponseOf<"listInstruments"> = await call("listInstruments", {
        path: { id: versionId },
        query: { instrument_id, limit: AT_ONCE, ...(cursor ? { cursor } : {}) } });
      // A filter reads a comma as "or": only what was pasted is meant.
      rows.push(...page.items.filter((row) => row.instrument_id !== null
        && wanted.has(row.instrument_id) && row.record_kind !== "portfolio"));
      cursor = page.next_cursor;
    } while (cursor !== null);
  }
  return rows;
}

/** What became of a paste. */
interface Outcome { selected: number; known: number; unknown: string[]; left: number }

function inWords({ selected, known, unknown, left }: Outcome): string {
  const named = unknown.slice(0, NAMED).join(", ");
  const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : "";
  return [
    `${plural(selected, "instrument")} selected.`,
    known > 0 ? `${plural(known, "was", "were")} selected before.` : "",
    left > 0 ? `${left} more do not fit into one address: change those first.` : "",
    unknown.length > 0 ? `Not in this version: ${named}${more}.` : "",
  ].filter((part) => part !== "").join(" ");
}

/** Selects the instruments whose ids are pasted, as from a column of a spreadsheet. */
export function PasteIds({ version, model }: { version: Version; model: WhatIfModel }) {
  const [text, setText] = useState("");
  const command = useMutation<Outcome, ApiError, string[]>({
    mutationFn: async (ids) => {
      const rows = await rowsOf(version.dataset_version_id, ids);
      const found = new Set(rows.map((row) => row.instrument_id));
      const keys = [...new Set(rows.map((row) => row.normalized_record_id))];
      const fresh = keys.filter((key) => !model.has(key));
      const taken = fresh.slice(0, model.room);
      if (taken.length > 0) model.changeAll(taken.map((key) => ({ key, change: {} })));
      return { selected: taken.length, known: keys.length - fresh.length,
        left: fresh.length - taken.length, unknown: ids.filter((id) => !found.has(id)) };
    },
    onSuccess: ({ unknown }) => setText(unknown.join("\n")),
  });
  const ids = idsOfPaste(text);
  const reason = ids.length === 0 ? "Paste instrument ids first."
    : ids.length > IDS_LIMIT ? `At most ${IDS_LIMIT} ids are looked up at once.` : null;
  return (
    <details className="what-if-paste">
      <summary>Paste instrument ids</summary>
      <div className="what-if-many">
        <Field label="Instrument ids"
          hint="One a line, separated by commas, or a column of a spreadsheet.">
          <TextArea value={text} onChange={setText} rows={4} spellCheck={false} />
        </Field>
        <div className="row wrap">
          <Button small icon="plus" busy={command.isPending} disabledReason={reason}
            onClick={() => command.mutate(ids)}>
            {ids.length === 0 ? "Select" : `Select ${plural(ids.length, "id")}`}
          </Button>
        </div>
        <p className="hint" role="status">{command.data ? inWords(command.data) : ""}</p>
        {command.error ? <ErrorText>{command.error.message}</ErrorText> : null}
      </div>
    </details>
  );
}

/** One change of all that is selected, relative to what the tape says of each. */
export function ChangeAll({ model }: { model: WhatIfModel }) {
  const [collateral, setCollateral] = useState(100);
  const [rate, setRate] = useState(0);
  const [recovery, setRecovery] = useState(100);
  const { items, changeAll } = model;
  const apply = (): void => changeAll(items.map((item) => ({ key: item.key,
    change: changedBy(item, { collateral: collateral / 100, recovery: recovery / 100, rate }) })));
  const field = (
    label: string, unit: string, value: number, set: (value: number) => void, min: number,
  ) => (
    <Field label={label}>
      <NumberInput label={`${label}, of all`} unit={unit} required min={min} max={1000} step={5}
        value={value} onChange={(next) => next !== null && set(next)} />
    </Field>
  );
  return (
    <fieldset className="what-if-change what-if-many">
      <legend>{`All ${items.length} together`}</legend>
      <div className="fields">
        {field("Collateral, of the tape’s", "%", collateral, setCollateral, 0)}
        {field("Rate, on top", "points", rate, setRate, -1000)}
        {field("Recovery, of the tape’s", "%", recovery, setRecovery, 0)}
      </div>
      <div className="row wrap">
        <Button small onClick={apply}>Apply to all</Button>
        <Button small kind="quiet" onClick={() => changeAll(items.map(({ key }) =>
          ({ key, change: { removed: true } })))}>Remove all</Button>
      </div>
    </fieldset>
  );
}
