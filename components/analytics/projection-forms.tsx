"use client";

import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select, TextInput } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { asFraction, asPercent } from "@/components/workbench/words";
import type { BorrowerDebt } from "@/lib/risk";
import { FormulaLink } from "./parts";
import {
  AMORTISATION_OPTIONS, AMOUNT_LIMIT, ASSUMPTION_NAMES, ASSUMPTIONS, DEBTS_LIMIT, STATEMENT_LABELS,
  STATEMENT_NAMES,
} from "./projection-inputs";
import { HORIZONS, SET_LABELS, SETS } from "./use-projection";
import type { ProjectionState, SetName } from "./use-projection";

/** Figures of the borrower's statements. */
export function StatementsCard({ state, currency }: { state: ProjectionState; currency: string }) {
  return (
    <Card id="statements" title="Borrower" className="ana-inputs"
      sub={`From its statements, in ${currency}`}>
      <div className="form">
        {STATEMENT_NAMES.map((name, index) => (
          <Field key={name} label={STATEMENT_LABELS[name]}
            hint={name === "ebitda" ? "Empty: revenue less operating costs" : undefined}>
            <NumberInput label={STATEMENT_LABELS[name]} unit={currency} kind="amount" step={100_000}
              required={name !== "ebitda"} value={state.values[index] ?? null} max={AMOUNT_LIMIT}
              min={name === "ebitda" || name === "cash" ? -AMOUNT_LIMIT : 0}
              onChange={(value) => state.setValue(index, value)} />
          </Field>
        ))}
      </div>
    </Card>
  );
}

/** What changes, and over which months. */
export function AssumptionsCard({ state }: { state: ProjectionState }) {
  const current = state.sets[state.set];
  const options = SETS.filter((name) => name !== "own" || state.shown.includes("own"))
    .map((name) => ({ value: name, label: SET_LABELS[name] }));
  return (
    <Card id="assumptions" title="Assumptions" className="ana-inputs"
      foot={<FormulaLink section="projection" />}>
      <div className="form">
        <Field label="Set">
          <Select value={state.set} options={options}
            onChange={(next) => state.choose(next as SetName)} />
        </Field>
        {ASSUMPTION_NAMES.map((name, index) => {
          const { label, unit, min, max } = ASSUMPTIONS[name];
          const isShare = unit === "%";
          return (
            <Field key={name} label={label}>
              <NumberInput label={label} unit={isShare ? "% of base" : unit} required min={min}
                max={max} step={isShare ? 5 : 1}
                value={isShare ? asPercent(current[name]) : current[name]}
                onChange={(value) => value !== null
                  && state.setAssumption(index, isShare ? asFraction(value) : value)} />
            </Field>
          );
        })}
        <Field label="Start">
          <TextInput type="date" value={state.start} onChange={state.setStart} />
        </Field>
        <Field label="Horizon">
          <Select value={String(state.months)} onChange={(next) => state.setMonths(Number(next))}
            options={HORIZONS.map((one) => ({ value: String(one), label: plural(one, "month") }))} />
        </Field>
      </div>
    </Card>
  );
}

function DebtRow({ debt, index, currency, onChange, onRemove }: {
  debt: BorrowerDebt; index: number; currency: string;
  onChange: (debt: BorrowerDebt) => void; onRemove: () => void;
}) {
  const name = `Debt ${index + 1}`;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num"><NumberInput label={`${name}, principal`} unit={currency} kind="amount"
        required min={0} max={AMOUNT_LIMIT} step={100_000} value={debt.principal}
        onChange={(value) => value !== null && onChange({ ...debt, principal: value })} /></td>
      <td className="num"><NumberInput label={`${name}, rate`} unit="%" required min={0} max={1000}
        step={0.25} value={debt.interest_rate_pct}
        onChange={(value) => value !== null
          && onChange({ ...debt, interest_rate_pct: value })} /></td>
      <td className="num"><NumberInput label={`${name}, term`} unit="months" required min={1}
        max={1200} decimals={0} value={debt.term_months}
        onChange={(value) => value !== null
          && onChange({ ...debt, term_months: Math.round(value) })} /></td>
      <td><Select aria-label={`${name}, amortisation`} value={debt.amortisation}
        options={AMORTISATION_OPTIONS} onChange={(next) =>
          onChange({ ...debt, amortisation: next as BorrowerDebt["amortisation"] })} /></td>
      <td><IconButton icon="trash" label={`Remove debt ${index + 1}`} onClick={onRemove} /></td>
    </tr>
  );
}

/** The borrower's debts. */
export function DebtsCard({ state, currency }: { state: ProjectionState; currency: string }) {
  const { debts, setDebts } = state;
  const isFull = debts.length >= DEBTS_LIMIT;
  return (
    <Card id="debts" flush title={debts.length === 0 ? "No debts, so nothing is due"
      : `${plural(debts.length, "debt")} to serve`}
      foot={(
        <Button small icon="plus"
          disabledReason={isFull ? `The schedule holds ${DEBTS_LIMIT} debts.` : null}
          onClick={() => setDebts([...debts, debts.at(-1) ?? { principal: 1_000_000,
            interest_rate_pct: 6, term_months: 60, amortisation: "annuity" }])}>
          Add a debt
        </Button>
      )}>
      <div className="table-wrap tall snug ana-typed" tabIndex={0} role="region"
        aria-label="Debt schedule, table">
        <table>
          <thead>
            <tr>
              <th scope="col">Debt</th>
              <th scope="col" className="num">Principal</th>
              <th scope="col" className="num">Rate a year</th>
              <th scope="col" className="num">Term</th>
              <th scope="col">Amortisation</th>
              <th scope="col"><span className="vh">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            {debts.map((debt, index) => (
              <DebtRow key={index} debt={debt} index={index} currency={currency}
                onChange={(next) => setDebts(debts.map((old, at) => at === index ? next : old))}
                onRemove={() => setDebts(debts.filter((_, at) => at !== index))} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
