"use client";

import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { downloadText } from "@/components/chart/csv";
import { Field } from "@/components/ui/field";
import { compactNumber, money } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import type { DrillState } from "./drill-state";
import { useWhatIf, type WhatIfModel } from "./use-what-if";
import {
  changesCsv, FACT_NAMES, FACTS, leftOutOf, type ChangedItem, type ProFormaLine,
} from "./what-if";

/** Other facts for chosen instruments, and the figures that would come of them. */
export function WhatIfStep({ drill }: { drill: DrillState }) {
  const model = useWhatIf(drill);
  const { items, lines, problem } = model;
  const hasChanges = items.length > 0;
  return (
    <div className="what-if">
      <p className="hint">
        <Badge state="preview">Pro forma, not saved</Badge>{" "}
        {hasChanges ? "Calculated in this page, on the version's exact totals."
          : "What if a loan had other collateral or another rate, or were gone?"}
      </p>
      {items.map((item) => <Change key={item.key} item={item} model={model} />)}
      <AddChosen drill={drill} model={model} />
      {problem ? (
        <ErrorState what={problem} safe="The figures above are not affected."
          action={<Button small onClick={() => model.discard(null)}>Discard the changes</Button>} />
      ) : null}
      {lines ? (
        <Comparison lines={lines} leftOut={leftOutOf(drill.view.rows)}
          currency={drill.version.base_currency} />
      ) : null}
      {hasChanges && !lines && !problem
        ? <SkeletonStack lines={3} label="Calculating" /> : null}
      {hasChanges ? (
        <div className="row wrap">
          <Button small icon="dl" onClick={() => downloadText("what-if.csv", changesCsv(items))}>
            Changes as CSV
          </Button>
          <Button small kind="quiet" onClick={() => model.discard(null)}>Discard all</Button>
        </div>
      ) : null}
    </div>
  );
}

function AddChosen({ drill, model }: { drill: DrillState; model: WhatIfModel }) {
  const { instrument } = drill;
  if (instrument === null) return <p className="hint">Choose an instrument in step 2.</p>;
  if (model.has(instrument)) return null;
  return (
    <Button small icon="plus"
      disabledReason={model.isFull ? "No more changes fit into one address." : null}
      onClick={() => model.change(instrument, {})}>
      Change the chosen instrument
    </Button>
  );
}

function Change({ item, model }: { item: ChangedItem; model: WhatIfModel }) {
  const { key, label, change, actual } = item;
  return (
    <fieldset className="what-if-change">
      <legend>{label}</legend>
      <IconButton icon="x" label={`Discard the change of ${label}`}
        onClick={() => model.discard(key)} />
      {FACT_NAMES.map((fact) => {
        const was = actual[fact];
        if (was === null) return null;
        const { label: name, unit, max, step } = FACTS[fact];
        const now = change[fact] ?? was;
        return (
          <Field key={fact} label={name} hint={`in the tape ${compactNumber(was, 6)}${unit ? ` ${unit}` : ""}`}>
            <NumberInput label={`${name} of ${label}`} value={now} unit={unit} min={0} max={max}
              step={step} required changed={now !== was} disabled={change.removed}
              onChange={(next) => model.change(key,
                { ...change, [fact]: next === null || next === was ? undefined : next })} />
          </Field>
        );
      })}
      <label className="row">
        <input type="checkbox" checked={change.removed ?? false}
          onChange={(event) => model.change(key, event.target.checked ? { removed: true } : {})} />
        Removed
      </label>
    </fieldset>
  );
}

function Comparison({ lines, leftOut, currency }: {
  lines: readonly ProFormaLine[]; leftOut: readonly string[]; currency: string;
}) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Actual and pro forma">
      <table className="tall">
        <caption className="hint">Amounts in {currency}</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" className="num">Pro forma, actual below</th>
            <th scope="col" className="num">Change</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, actual, proForma }) => (
            <tr key={name}>
              <th scope="row" className="wrap-cell">{name}</th>
              <td className="num">
                <span className="pv-num">{money(proForma)}</span>
                <span className="values">{money(actual)}</span>
              </td>
              <td className="num">
                {proForma === actual ? "no change" : money(proForma - actual, { plus: true })}
              </td>
            </tr>
          ))}
          {leftOut.map((name) => (
            <tr key={name}>
              <th scope="row" className="wrap-cell">{name}, loss</th>
              <td colSpan={2} className="wrap-cell">
                Not compared: its segments are shocked loan by loan, this page has the totals.
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
