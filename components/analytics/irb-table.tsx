"use client";

import { IconButton } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { moneyScale, number, percentOf } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { NumberInput } from "@/components/ui/number-input";
import { Term } from "@/components/ui/term";
import { asFraction, asPercent } from "@/components/workbench/words";
import type { IrbCapital, IrbClass } from "@/lib/risk";
import { AMOUNT_LIMIT } from "./irb-rows";
import type { IrbResult, IrbRow } from "./irb-rows";
import type { RatedLoan } from "./irb-version";

const CLASS_WORDS: Record<IrbClass, string> = {
  corporate: "Corporate", mortgage: "Mortgage", revolving: "Revolving retail",
  other_retail: "Other retail",
};
export const CLASS_OPTIONS =
  Object.entries(CLASS_WORDS).map(([value, label]) => ({ value, label }));
const NO_TERM = "With so small a PD the maturity adjustment has no value";
const NOT_HERE = "Counts for corporate exposures only";
const SHOWN = 200;

function FigureCells({ capital, scale }: { capital: IrbCapital | null; scale: MoneyScale }) {
  if (capital === null) {
    return [0, 1, 2, 3, 4].map((index) => <td key={index} className="num"><Na reason={NO_TERM} /></td>);
  }
  return (
    <>
      <td className="num">{capital.correlation === null
        ? <Na reason="A defaulted exposure has none" />
        : number(capital.correlation, { decimals: 4 })}</td>
      <td className="num">{percentOf(capital.capital_requirement, { decimals: 3 })}</td>
      <td className="num strong">{percentOf(capital.risk_weight, { decimals: 2 })}</td>
      <td className="num">{scale.format(capital.rwa)}</td>
      <td className="num">{scale.format(capital.expected_loss)}</td>
    </>
  );
}

const FIGURES = [["Correlation", "correlation"], ["Capital", "irb"], ["Risk weight", "rwa"]] as const;
const INPUTS = [["EAD", "exposure-at-default"], ["PD", "pd"], ["LGD", "lgd"], ["Maturity", null],
  ["Turnover", null]] as const;

function FigureHeads({ unit }: { unit: string }) {
  return (
    <>
      {FIGURES.map(([name, term]) => (
        <th key={name} scope="col" className="num"><Term id={term}>{name}</Term></th>
      ))}
      <th scope="col" className="num"><Term id="rwa">RWA</Term><span className="unit-line">{unit}</span></th>
      <th scope="col" className="num"><Term id="expected-loss">Expected loss</Term><span className="unit-line">{unit}</span></th>
    </>
  );
}

function TypedRow({ row, index, capital, scale, currency, onChange, onRemove }: {
  row: IrbRow; index: number; capital: IrbCapital | null; scale: MoneyScale; currency: string;
  onChange: (row: IrbRow) => void; onRemove: (() => void) | null;
}) {
  const name = `Exposure ${index + 1}`;
  const isCorporate = row.k === "corporate";
  const percentCell = (label: string, value: number, key: "p" | "l") => (
    <td className="num"><NumberInput label={`${name}, ${label}`} unit="%" min={0} max={100} required
      step={0.1} value={asPercent(value)}
      onChange={(next) => next !== null && onChange({ ...row, [key]: asFraction(next) })} /></td>
  );
  return (
    <tr>
      <td><Select aria-label={`${name}, asset class`} value={row.k} options={CLASS_OPTIONS}
        onChange={(k) => onChange({ ...row, k: k as IrbClass })} /></td>
      <td className="num"><NumberInput label={`${name}, EAD`} unit={currency} kind="amount" required
        min={0} max={AMOUNT_LIMIT} step={10_000} value={row.e}
        onChange={(next) => next !== null && onChange({ ...row, e: next })} /></td>
      {percentCell("PD", row.p, "p")}
      {percentCell("LGD", row.l, "l")}
      <td className="num">{isCorporate ? (
        <NumberInput label={`${name}, maturity`} unit="y" required min={0} max={50} step={0.5}
          value={row.m} onChange={(next) => next !== null && onChange({ ...row, m: next })} />
      ) : <Na reason={NOT_HERE} />}</td>
      <td className="num">{isCorporate ? (
        <NumberInput label={`${name}, turnover`} unit="m" kind="amount" min={0} max={AMOUNT_LIMIT}
          step={5} value={row.t} placeholder="none"
          onChange={(next) => onChange({ ...row, t: next })} />
      ) : <Na reason={NOT_HERE} />}</td>
      <FigureCells capital={capital} scale={scale} />
      <td><IconButton icon="trash" label={`Remove exposure ${index + 1}`}
        disabled={onRemove === null} onClick={onRemove ?? undefined} /></td>
    </tr>
  );
}

/** Exposures that one types, and what each needs. */
export function IrbTypedTable({ rows, result, currency, onChange }: {
  rows: readonly IrbRow[]; result: IrbResult; currency: string;
  onChange: (rows: IrbRow[]) => void;
}) {
  const scale = moneyScale(Math.max(0, ...rows.map((row) => row.e)), currency);
  return (
    <div className="table-wrap tall snug ana-typed" tabIndex={0} role="region"
      aria-label="Exposures, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Asset class</th>
            {INPUTS.map(([head, term]) => (
              <th key={head} scope="col" className="num">
                {term ? <Term id={term}>{head}</Term> : head}
              </th>
            ))}
            <FigureHeads unit={scale.label} />
            <th scope="col"><span className="vh">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <TypedRow key={index} row={row} index={index} capital={result.capital[index] ?? null}
              scale={scale} currency={currency}
              onChange={(next) => onChange(rows.map((old, place) => place === index ? next : old))}
              onRemove={rows.length > 1 ? () => onChange(rows.filter((_, at) => at !== index))
                : null} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Loans of a version, the first of them one by one. */
export function IrbTable({ loans, result, currency }: {
  loans: readonly RatedLoan[]; result: IrbResult; currency: string;
}) {
  const scale = moneyScale(Math.max(0, ...loans.map(({ exposure }) => exposure.ead)), currency);
  return (
    <div className="table-wrap sticky-1 ana-long" tabIndex={0} role="region"
      aria-label="Loans, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Loan</th>
            <th scope="col" className="num"><Term id="exposure-at-default">EAD</Term><span className="unit-line">{scale.label}</span></th>
            <th scope="col" className="num"><Term id="pd">PD</Term></th>
            <th scope="col" className="num"><Term id="lgd">LGD</Term></th>
            <th scope="col" className="num">Maturity<span className="unit-line">years</span></th>
            <FigureHeads unit={scale.label} />
          </tr>
        </thead>
        <tbody>
          {loans.slice(0, SHOWN).map(({ recordId, name, exposure }, index) => (
            <tr key={recordId}>
              <th scope="row">{name}</th>
              <td className="num">{scale.format(exposure.ead)}</td>
              <td className="num">{percentOf(exposure.pd, { decimals: 2 })}</td>
              <td className="num">{percentOf(exposure.lgd, { decimals: 1 })}</td>
              <td className="num">{number(exposure.maturity, { decimals: 1 })}</td>
              <FigureCells capital={result.capital[index] ?? null} scale={scale} />
            </tr>
          ))}
        </tbody>
        {loans.length > SHOWN ? (
          <tfoot>
            <tr><td colSpan={10}>The CSV has all {number(loans.length)} loans.</td></tr>
          </tfoot>
        ) : null}
      </table>
    </div>
  );
}
