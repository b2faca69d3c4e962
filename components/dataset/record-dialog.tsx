"use client";

import type { ReactNode } from "react";
import { recordHref } from "@/components/trace/trace-words";
import { ButtonLink } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { HashText, RawRecord } from "@/components/ui/figure";
import { compactNumber, money } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { AMOUNT_FIELDS } from "@/lib/kernel/record";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { Collaterals, Obligor, SupplementList } from "./related-records";
import { Refusal } from "./refusal";
import { cellsOf, tableRowOf } from "./table-row";
import { TAPE_FIELDS } from "./tape-guess";
import "./dataset.css";

export interface RecordDialogProps {
  versionId: string;
  recordId: string | null;
  currency: string;
  onClose: () => void;
  /** Stands at the end of the dialog of a single loan or asset that counts. */
  action?: ReactNode;
}

interface Field {
  name: string;
  value: string;
}

const amounts: readonly string[] = AMOUNT_FIELDS;

/** A payload as lines; what is inside an object is named by its path. */
export function fieldsOf(payload: unknown, path = ""): Field[] {
  if (payload === null || typeof payload !== "object") {
    return [{ name: path || "value", value: shown(path, payload) }];
  }
  return Object.entries(payload as Record<string, unknown>).flatMap(([name, value]) => {
    const inner = path === "" ? name : `${path}.${name}`;
    if (value === null || typeof value !== "object") return [{ name: inner, value: shown(name, value) }];
    return fieldsOf(value, inner);
  });
}

function shown(name: string, value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (typeof value !== "number") return String(value);
  return amounts.includes(name) ? money(value) : compactNumber(value, 6);
}

/** Known fields in the order of the model, then the others by name: storage keeps no order. */
function inOrder(fields: readonly Field[]): Field[] {
  const place = (field: Field) => {
    const index = TAPE_FIELDS.indexOf(field.name);
    return index < 0 ? TAPE_FIELDS.length : index;
  };
  return [...fields].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name, "en"));
}

function Part({ title, note, payload, sha256, label }: {
  title: string; note: string; payload: unknown; sha256: string; label: string;
}) {
  return (
    <section className="stack record-part" aria-label={title}>
      <h3>{title} <span className="muted">{note}</span></h3>
      <RawRecord label={label} fields={inOrder(fieldsOf(payload))} />
      <p className="hint">SHA-256 of the record</p>
      <HashText value={sha256} copy="the hash" />
    </section>
  );
}

type Raw = NonNullable<ResponseOf<"getRecord">["raw"]>;
function placeOf({ row, payload }: Raw): string {
  const place = tableRowOf(payload);
  return place ? `row ${row}: ${place.table}, line ${place.line}` : `row ${row}`;
}

/** A record as it counts, beside the row of the file it came from. */
export function RecordDialog(
  { versionId, recordId, currency, onClose, action }: RecordDialogProps,
) {
  const query = useOperation(
    "getRecord", { path: { id: versionId, recordId: recordId ?? "" } },
    { enabled: recordId !== null, staleTime: Number.POSITIVE_INFINITY });
  const { raw, normalized } = query.data ?? { raw: null, normalized: null };
  const name = raw?.source_record_id ?? normalized?.source_record_id;
  const row = normalized?.row ?? raw?.row;
  return (
    <Dialog
      open={recordId !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={name ? `Record ${name}` : row ? `Record of row ${row}` : "Record"}
      sub={`Amounts in ${currency}. On the left what counts, on the right what the file holds.`}
      size="wide"
      foot={recordId === null ? undefined : (
        <>
          {normalized && normalized.kind !== "portfolio" && action}
          <ButtonLink href={recordHref(versionId, recordId)} icon="seal">Which results used it</ButtonLink>
        </>
      )}
    >
      {query.error ? (
        <Refusal error={query.error} what="The record could not be read."
          onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending && !query.error ? <SkeletonStack lines={10} label="Loading record" /> : null}
      {query.data ? (
        <div className="grid">
          <div className="c6">
            {normalized ? (
              <Part title="Normalized record" note={normalized.kind} payload={normalized.payload}
                sha256={normalized.sha256} label="Normalized record" />
            ) : <p className="hint">The row was left out, so there is no normalized record.</p>}
          </div>
          <div className="c6">
            {raw ? (
              <Part title="Raw row" note={placeOf(raw)} payload={cellsOf(raw.payload)}
                sha256={raw.sha256} label="Raw row" />
            ) : <p className="hint">No raw row is kept for this record.</p>}
          </div>
          {query.data.obligor ? <div className="c12"><Obligor record={query.data.obligor} /></div>
            : null}
          {query.data.collaterals.length > 0 ? (
            <div className="c12"><Collaterals records={query.data.collaterals} /></div>
          ) : null}
          {query.data.supplements.length > 0 ? (
            <div className="c12"><SupplementList records={query.data.supplements} /></div>
          ) : null}
        </div>
      ) : null}
    </Dialog>
  );
}
