"use client";

import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select, TextInput } from "@/components/ui/field";
import { KeyValueList } from "@/components/ui/figure";
import { bytes, count, date } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import { useOperation } from "@/lib/client/hooks";
import { asObject, fieldOf, sumsWith } from "./mapping-rules";
import { asOfFromName, foreignCurrencies, LOCALES } from "./tape-guess";
import type { Tape } from "./tape-file";
import { cellsOf, NEW_DATASET } from "./use-import";
import type { Choices, Import, PrivacyAction } from "./use-import";

function useTarget(choices: Choices): { name: string; currency: string } {
  const query = useOperation("listDatasets", { query: { limit: 1000 } });
  if (choices.dataset === NEW_DATASET) return choices.newDataset;
  const found = query.data?.items.find((dataset) => dataset.dataset_id === choices.dataset);
  return { name: found?.name ?? "-", currency: found?.base_currency ?? "" };
}

/** Currencies in the first rows that need a rate. */
function currenciesOf(tape: Tape, choices: Choices, base: string): string[] {
  if (tape.kind === "json") return [];
  if (tape.kind === "set") return foreignCurrencies(tape.set.currencies, base);
  const rule = choices.mapping["currency"];
  if (rule === undefined) return [];
  const { column, constant, map } = asObject(rule);
  const cells = column === undefined ? [String(constant ?? "")] : cellsOf(tape.preview, column);
  return foreignCurrencies(cells.map((cell) => String(map?.[cell.trim()] ?? cell)), base);
}

function Rates({ flow, tape, base }: { flow: Import; tape: Tape; base: string }) {
  const { choices, change } = flow;
  const rateOf = (code: string) => choices.rates.find((rate) => rate.code === code);
  const codes = currenciesOf(tape, choices, base);
  const missing = codes.filter((code) => !rateOf(code));
  const open = codes.filter((code) => (rateOf(code)?.rate ?? null) === null);
  const set = (index: number, part: Partial<Choices["rates"][number]>) => change({
    rates: choices.rates.map((rate, place) => (place === index ? { ...rate, ...part } : rate)) });
  return (
    <Card id="rates" className="c6" title={open.length > 0
      ? `${open.length > 6 ? `${open.length} currencies` : open.join(", ")} `
        + `${open.length === 1 ? "needs" : "need"} a rate to ${base}`
      : "Rates of other currencies"}
    sub={`${base || "Base currency"} for 1 unit; a row in a currency without a rate is left out`}>
      <div className="stack">
        {choices.rates.map((rate, index) => (
          <div key={index} className="row">
            <span style={{ width: "calc(var(--s-6) * 2)" }}>
              <TextInput aria-label="Currency" value={rate.code} maxLength={3} placeholder="USD"
                onChange={(code) => set(index, { code: code.trim().toUpperCase() })} />
            </span>
            <span>=</span>
            <NumberInput label={`Rate of ${rate.code || "the currency"}`} value={rate.rate}
              min={0} unit={base} step={0.01} required
              onChange={(value) => set(index, { rate: value })} />
            <IconButton icon="x" label={`Remove ${rate.code || "this currency"}`}
              onClick={() => change({ rates: choices.rates.filter((_, place) => place !== index) })}
            />
          </div>
        ))}
        <div className="row wrap">
          {missing.map((code) => (
            <Button key={code} small icon="plus"
              onClick={() => change({ rates: [...choices.rates, { code, rate: null }] })}>
              {code}
            </Button>
          ))}
          {missing.length > 3 ? (
            <Button small icon="plus" onClick={() => change({ rates: [...choices.rates,
              ...missing.map((code) => ({ code, rate: null }))] })}>All of them</Button>
          ) : null}
          <Button small icon="plus"
            onClick={() => change({ rates: [...choices.rates, { code: "", rate: null }] })}>
            Add a currency
          </Button>
        </div>
      </div>
    </Card>
  );
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
  return (
    <div className="grid">
      <Card id="when" className={tape.kind === "json" ? "c12" : "c6"}
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
      {tape.kind !== "json" ? <Rates flow={flow} tape={tape} base={target.currency} /> : null}
      {tape.kind !== "json" ? <Privacy flow={flow} tape={tape} /> : null}
      <Summary tape={tape} choices={choices} target={target} />
    </div>
  );
}
