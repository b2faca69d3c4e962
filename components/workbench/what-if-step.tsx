"use client";

import { useMemo, useState, type ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { downloadText } from "@/components/chart/csv";
import { Field } from "@/components/ui/field";
import { compactNumber, money } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import type { DrillState } from "./drill-state";
import type { WhatIfSubject } from "./use-segment-totals";
import { useWhatIf, type WhatIfModel } from "./use-what-if";
import { changesCsv, FACT_NAMES, FACTS, type ChangedItem, type ProFormaLine } from "./what-if";
import { ChangeAll, PasteIds } from "./what-if-many";
import "./what-if.css";

/** Changes that are shown one by one, until all are asked for. */
const FIRST = 10;

/** The what-if of the drawer: the instrument that is chosen there can be changed. */
export function WhatIfStep({ drill }: { drill: DrillState }) {
  const { version, view: { rows, basis: { netting } } } = drill;
  const subject = useMemo((): WhatIfSubject =>
    ({ version, netting, scenarios: rows.map(({ scenario }) => scenario) }),
  [version, netting, rows]);
  return (
    <WhatIf subject={subject} add={(model) => <AddChosen drill={drill} model={model} />} />
  );
}

/** Other facts for chosen instruments, and the figures that would come of them. */
export function WhatIf({ subject, add }: {
  subject: WhatIfSubject; add?: (model: WhatIfModel) => ReactNode;
}) {
  const model = useWhatIf(subject);
  const { items, lines, problem } = model;
  const [isAll, setAll] = useState(false);
  const hasChanges = items.length > 0;
  const shown = isAll ? items : items.slice(0, FIRST);
  return (
    <div className="what-if">
      <p className="hint">
        <Badge state="preview">Pro forma, not saved</Badge>{" "}
        {hasChanges ? "Calculated in this page, on the version's exact totals."
          : "What if a loan had other collateral or another rate, or were gone?"}
      </p>
      {shown.map((item) => <Change key={item.key} item={item} model={model} />)}
      {items.length > shown.length ? (
        <Button small kind="quiet" onClick={() => setAll(true)}>
          {`Show ${items.length - shown.length} more`}
        </Button>
      ) : null}
      {add?.(model)}
      <PasteIds version={subject.version} model={model} />
      {items.length > 1 ? <ChangeAll model={model} /> : null}
      {problem ? (
        <ErrorState what={problem} safe="The figures above are not affected."
          action={<Button small onClick={() => model.discard(null)}>Discard the changes</Button>} />
      ) : null}
      {lines ? (
        <Comparison lines={lines} leftOut={model.leftOut}
          currency={subject.version.base_currency} />
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
  if (instrument === null) {
    return drill.row?.scenario.segment_shocks ? null
      : <p className="hint">Choose an instrument in step 2, or paste ids.</p>;
  }
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
  lines: readonly ProFormaLine[]; leftOut: WhatIfModel["leftOut"]; currency: string;
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
          {leftOut.map(({ name, why }) => (
            <tr key={name}>
              <th scope="row" className="wrap-cell">{name}, loss</th>
              <td colSpan={2} className="wrap-cell">Not compared: {why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
