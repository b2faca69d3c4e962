"use client";

import { useEffect, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextArea, TextInput } from "@/components/ui/field";
import { date } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { useOperation } from "@/lib/client/hooks";
import { asObject } from "./mapping-rules";
import { entitiesOf, parseRates, withRates, type Rate } from "./rates";
import { foreignCurrencies } from "./tape-guess";
import type { Tape } from "./tape-file";
import type { Version } from "./types";
import "./import.css";
import { cellsOf, NEW_DATASET } from "./use-import";
import type { Choices, Import } from "./use-import";

/** Currencies in the part of the file that was looked at that need a rate. */
function currenciesOf(tape: Tape, choices: Choices, base: string): string[] {
  if (tape.kind === "json") return [];
  if (tape.kind === "set") return foreignCurrencies(tape.set.currencies, base);
  const rule = choices.mapping["currency"];
  if (rule === undefined) return [];
  const { column, constant, map } = asObject(rule);
  const { currencies } = tape.preview;
  const cells = column === undefined ? [String(constant ?? "")]
    : [...cellsOf(tape.preview, column),
      ...currencies.find((one) => one.column === column)?.codes ?? []];
  return foreignCurrencies(cells.map((cell) => String(map?.[cell.trim()] ?? cell)), base);
}

/** The version that the dataset was sealed with last: its rates and entities may hold again. */
export function useLastVersion(choices: Choices): Version | null {
  const { dataset } = choices;
  const query = useOperation("listVersions",
    { query: { dataset_id: dataset, status: "sealed", limit: 1 } },
    { enabled: dataset !== "" && dataset !== NEW_DATASET });
  return query.data?.items[0] ?? null;
}

function PasteDialog({ base, onRates, onClose }: {
  base: string; onRates: (rates: Rate[]) => void; onClose: () => void;
}) {
  const [text, setText] = useState("");
  const { rates: read, unread } = parseRates(text);
  const rates = read.filter(({ code }) => code !== base);
  const names = rates.map(({ code }) => code).join(", ");
  const without = rates.length < read.length ? `; ${base} is the base currency and needs none` : "";
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="narrow"
      title="Paste rates"
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabledReason={rates.length === 0 ? "Paste rates first" : null}
            onClick={() => {
              onRates(rates);
              onClose();
            }}>
            Use {rates.length === 1 ? "this rate" : "these rates"}
          </Button>
        </>
      )}>
      <Field label="Rates" hint={rates.length > 0 ? `Read: ${names}${without}`
        : "Two columns of a spreadsheet, or one currency a line: USD 0.9174"}
      error={unread.length > 0 ? `No currency and rate: ${unread.slice(0, 3).join("; ")}` : null}>
        <TextArea value={text} rows={8} className="mono" spellCheck={false} onChange={setText} />
      </Field>
    </Dialog>
  );
}

/** More currencies than anybody types rates for: they are pasted, or left out. */
const TYPED_MOST = 12;
const NO_CODES: readonly string[] = [];

/** The currencies of the first rows stand there by themselves, once for each file and base. */
function usePrefill({ choices, change }: Import, found: readonly string[], base: string) {
  const codes = found.length > TYPED_MOST ? NO_CODES : found;
  const key = `${base}:${codes.join()}`;
  const { ratesFor, rates } = choices;
  useEffect(() => {
    if (base === "" || ratesFor === key) return;
    const kept = rates.filter(({ code, rate }) => rate !== null && code !== base);
    change({ ratesFor: key, rates: [...kept, ...codes
      .filter((code) => !kept.some((one) => one.code === code))
      .map((code) => ({ code, rate: null }))] });
  }, [key, base, codes, ratesFor, rates, change]);
}

function titleOf(codes: readonly string[], rates: readonly Rate[], base: string): string {
  const open = codes.filter((code) => !rates.some((one) => one.code === code && one.rate !== null));
  if (open.length === 0) return "Rates of other currencies";
  const which = open.length > TYPED_MOST ? `${open.length} currencies` : open.join(", ");
  return `${which} ${open.length === 1 ? "needs" : "need"} a rate to ${base}`;
}

function RateRows({ flow, base }: { flow: Import; base: string }) {
  const { choices, change } = flow;
  const set = (index: number, part: Partial<Rate>) => change({
    rates: choices.rates.map((rate, place) => (place === index ? { ...rate, ...part } : rate)) });
  return choices.rates.map((rate, index) => (
    <div key={index} className="row rate-row">
      <span className="rate-code">
        <TextInput aria-label="Currency" value={rate.code} maxLength={3} placeholder="USD"
          onChange={(code) => set(index, { code: code.trim().toUpperCase() })} />
      </span>
      <span>=</span>
      <NumberInput label={`Rate of ${rate.code || "the currency"}`} value={rate.rate}
        min={0} unit={base} step={0.01} most={10} required
        onChange={(value) => set(index, { rate: value })} />
      <IconButton icon="x" label={`Remove ${rate.code || "this currency"}`}
        onClick={() => change({ rates: choices.rates.filter((_, place) => place !== index) })} />
    </div>
  ));
}

/** Which day the rates are of, and who says so. */
function RatesOrigin({ flow }: { flow: Import }) {
  const { choices, change } = flow;
  return (
    <div className="row wrap rate-origin">
      <Field label="Day of the rates (optional)">
        <TextInput type="date" value={choices.ratesDate}
          onChange={(ratesDate) => change({ ratesDate })} />
      </Field>
      <Field label="Source of the rates (optional)">
        <TextInput value={choices.ratesSource} maxLength={200} autoComplete="off"
          placeholder="ECB reference rates" onChange={(ratesSource) => change({ ratesSource })} />
      </Field>
    </div>
  );
}

/** What 1 unit of each other currency of the tape is in the base currency. */
export function Rates({ flow, tape, base, last }: {
  flow: Import; tape: Tape; base: string; last: Version | null;
}) {
  const { choices, change } = flow;
  const [pasting, setPasting] = useState(false);
  const codes = currenciesOf(tape, choices, base);
  usePrefill(flow, codes, base);
  const take = (rates: Rate[]) => change({ rates: withRates(choices.rates, rates) });
  const before = last?.fx ?? null;
  return (
    <Card id="rates" className="c6" title={titleOf(codes, choices.rates, base)}
      sub={`${base || "Base currency"} for 1 unit; a row in a currency without a rate is left out`}>
      <div className="stack">
        <RateRows flow={flow} base={base} />
        <div className="row wrap">
          <Button small icon="plus"
            onClick={() => change({ rates: [...choices.rates, { code: "", rate: null }] })}>
            Add a currency
          </Button>
          <Button small icon="copy" onClick={() => setPasting(true)}>Paste rates</Button>
          {before && last ? (
            <Button small onClick={() => change({ ratesDate: before.date ?? "",
              ratesSource: before.source ?? "", rates: withRates(choices.rates,
                Object.entries(before.rates).map(([code, rate]) => ({ code, rate }))) })}>
              As in version {last.number}{before.date ? `, of ${date(before.date)}` : ""}
            </Button>
          ) : null}
        </div>
        {choices.rates.length > 0 ? <RatesOrigin flow={flow} /> : null}
      </div>
      {pasting ? (
        <PasteDialog base={base} onRates={take} onClose={() => setPasting(false)} />
      ) : null}
    </Card>
  );
}

/** The group's own entities: what they owe counts nowhere. */
export function OwnEntities({ flow, last, className }: {
  flow: Import; last: Version | null; className: string;
}) {
  const { choices, change } = flow;
  const names = entitiesOf(choices.entities);
  const before = last?.legal_entities ?? [];
  return (
    <Card id="entities" className={className} title={names.length === 0 ? "Nothing is owed inside the group"
      : `What ${names.length === 1 ? "1 own entity owes" : `${names.length} own entities owe`} is left out`}
    sub="Intercompany loans are kept as raw rows and count in no total">
      <div className="stack">
        <Field label="Own legal entities (optional)"
          hint="One a line: name or identifier, as the tape names obligors or their groups">
          <TextArea value={choices.entities} rows={2} spellCheck={false}
            onChange={(entities) => change({ entities })} />
        </Field>
        {last && before.length > 0 && before.join("\n") !== names.join("\n") ? (
          <div className="row">
            <Button small onClick={() => change({ entities: before.join("\n") })}>
              As in version {last.number}
            </Button>
          </div>
        ) : null}
      </div>
    </Card>
  );
}
