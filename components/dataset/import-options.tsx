"use client";

import { Card } from "@/components/ui/card";
import { Field, Select, TextInput } from "@/components/ui/field";
import { KeyValueList } from "@/components/ui/figure";
import { bytes, count, date } from "@/components/ui/format";
import { Segmented } from "@/components/ui/segmented";
import { useOperation } from "@/lib/client/hooks";
import { ImportControls } from "./import-controls";
import { OwnEntities, Rates, useLastVersion } from "./import-rates";
import { fieldOf, sumsWith } from "./mapping-rules";
import { asOfFromName, LOCALES } from "./tape-guess";
import type { Tape } from "./tape-file";
import { NEW_DATASET } from "./use-import";
import type { Choices, Import, PrivacyAction } from "./use-import";

function useTarget(choices: Choices): { name: string; currency: string } {
  const query = useOperation("listDatasets", { query: { limit: 1000 } });
  if (choices.dataset === NEW_DATASET) return choices.newDataset;
  const found = query.data?.items.find((dataset) => dataset.dataset_id === choices.dataset);
  return { name: found?.name ?? "-", currency: found?.base_currency ?? "" };
}

const ACTIONS = [
  { value: "mask", label: "Mask" }, { value: "drop", label: "Leave out" },
  { value: "keep", label: "Keep as it is" },
] as const;

/** Columns whose names speak of persons, and what is stored in place of their values. */
function Privacy({ flow, tape }: { flow: Import; tape: Exclude<Tape, { kind: "json" }> }) {
  const { choices, change } = flow;
  const { personal } = tape.preview;
  const headers = tape.kind === "table" ? tape.preview.headers
    : [...new Set([...personal.map(({ column }) => column), ...tape.preview.headers])];
  const named = headers.filter((column) => choices.privacy[column] !== undefined);
  const others = headers.filter((column, place) =>
    !named.includes(column) && headers.indexOf(column) === place);
  const set = (column: string, action: PrivacyAction) =>
    change({ privacy: { ...choices.privacy, [column]: action } });
  return (
    <Card id="privacy" className="c12" title={personal.length === 0
      ? "No column is named like one about persons"
      : `${personal.length === 1 ? "One column seems" : `${personal.length} columns seem`} to be `
        + "about persons"}
    sub="Masked values become tokens before anything is stored; equal values keep equal tokens">
      <div className="stack">
        {named.map((column) => {
          const found = personal.find((one) => one.column === column);
          return (
            <div key={column} className="row wrap">
              <span className="grow"><b>{column}</b>{" "}
                <span className="hint">{found ? `because of "${found.token}"` : "chosen by you"}</span>
              </span>
              <Segmented<PrivacyAction> label={`What becomes of ${column}`} options={ACTIONS}
                value={choices.privacy[column] ?? "keep"}
                onChange={(action) => set(column, action)} />
            </div>
          );
        })}
        {others.length > 0 ? (
          <Select aria-label="Hide another column" value=""
            options={[{ value: "", label: "Hide another column" },
              ...others.map((column) => ({ value: column, label: column }))]}
            onChange={(column) => (column === "" ? undefined : set(column, "mask"))} />
        ) : null}
      </div>
    </Card>
  );
}

function Summary({ tape, choices, target }: {
  tape: Tape; choices: Choices; target: { name: string; currency: string };
}) {
  const locale = LOCALES.find((entry) => entry.value === choices.locale)?.label ?? choices.locale;
  const mapped = tape.kind === "table" ? tape.preview.headers.filter((column) =>
    fieldOf(choices.mapping, column) !== "" || sumsWith(choices.mapping, column).length > 0).length
    : 0;
  return (
    <Card id="summary" className="c12" title="What happens next"
      sub="The whole file is read. The version seals itself when rows are valid; it cannot be changed afterwards.">
      <KeyValueList items={[
        { key: "File", value: `${tape.name}, ${bytes(tape.body.size)}` },
        { key: "Dataset", value: `${target.name}${choices.dataset === NEW_DATASET ? ", new" : ""}, `
          + `figures in ${target.currency || "-"}` },
        ...(tape.kind === "table" ? [
          { key: "Columns", value: `${count(mapped)} of ${count(tape.preview.headers.length)} mapped` },
          { key: "Numbers and dates", value: locale },
        ] : tape.kind === "set" ? [
          { key: "Tables", value: tape.set.tables.map(({ name, rows }) =>
            `${name} (${count(rows)})`).join(", ") },
          { key: "Numbers and dates", value: locale },
        ] : [{ key: "Records", value: count(tape.json.records) }]),
        { key: "As of", value: choices.asOf ? date(choices.asOf) : "Not given" },
        { key: "Problems", value: "Rows with an error are left out, rows with a remark are kept. "
          + "Both are listed by row, column, value and rule after reading; nothing asks in between." },
      ]} />
    </Card>
  );
}

function asOfHint(tape: Tape, asOf: string): string {
  if (asOf === "") return "The day the balances are of";
  return asOf === asOfFromName(tape.name) ? `${date(asOf)}, taken from the file’s name` : date(asOf);
}

/** Third step: as of when, from where, at which rates. */
export function ImportOptions({ flow, tape }: { flow: Import; tape: Tape }) {
  const { choices, change } = flow;
  const target = useTarget(choices);
  const last = useLastVersion(choices);
  return (
    <div className="grid">
      <Card id="when" className="c6"
        title="As of when, and from where?" sub="Both are shown with every figure">
        <div className="stack">
          <Field label="As-of date" hint={asOfHint(tape, choices.asOf)}>
            <TextInput type="date" value={choices.asOf} onChange={(asOf) => change({ asOf })} />
          </Field>
          <Field label="Source system (optional)" hint="The system the tape was drawn from">
            <TextInput value={choices.sourceSystem} maxLength={200} autoComplete="off"
              onChange={(sourceSystem) => change({ sourceSystem })} />
          </Field>
        </div>
      </Card>
      {tape.kind === "json" ? null : (
        <Rates flow={flow} tape={tape} base={target.currency} last={last} />
      )}
      <OwnEntities flow={flow} last={last} className={tape.kind === "json" ? "c6" : "c12"} />
      {tape.kind === "json" ? null : <Privacy flow={flow} tape={tape} />}
      <ImportControls flow={flow} tape={tape} base={target.currency} />
      <Summary tape={tape} choices={choices} target={target} />
    </div>
  );
}
