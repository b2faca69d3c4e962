import type { CSSProperties, ReactNode } from "react";
import { Fragment } from "react";
import Link from "next/link";
import { CopyButton } from "@/components/ui/copy-button";
import { shortId } from "@/components/ui/format";
import { Tip } from "@/components/ui/tip";

export interface FigureLinkProps {
  /** The evidence or formula page; or use onSelect to open the drill-down. */
  href?: string;
  onSelect?: () => void;
  /** Dashed edge: the figure is not recorded. */
  preview?: boolean;
  /** Read aloud instead of the bare figure: "Market crash loss, 487.2 million euro". */
  label?: string;
  /** Another link of the row leads there too: the Tab key stops at that one alone. */
  again?: boolean;
  children: ReactNode;
}

export function FigureLink({
  href, onSelect, preview, label, again = false, children,
}: FigureLinkProps) {
  const common = {
    className: "fig-link",
    tabIndex: again ? -1 : undefined,
    "aria-label": label,
    "data-kind": preview ? "preview" : undefined,
  };
  if (href) return <Link {...common} href={href} onClick={onSelect}>{children}</Link>;
  if (onSelect) return <button {...common} type="button" onClick={onSelect}>{children}</button>;
  return <span className={preview ? "pv-num" : undefined}>{children}</span>;
}

export interface HashTextProps {
  value: string;
  /** The first 8 characters only. */
  short?: boolean;
  href?: string;
  /** Adds a copy button; the word says what is copied ("the hash"). */
  copy?: string;
}

export function HashText({ value, short, href, copy }: HashTextProps) {
  const text = short ? shortId(value) : value;
  const tag = short ? "mono" : "hash";
  const content = href
    ? <Link className={tag} href={href} data-tip={short ? value : undefined}>{text}</Link>
    : <Tip className={tag} text={short ? value : null}>{text}</Tip>;
  if (!copy) return content;
  return <span className="hash-line">{content}<CopyButton text={value} what={copy} /></span>;
}

export interface KeyValue {
  key: string;
  value: ReactNode;
  /** A hash or an id: mono, may break anywhere. */
  hash?: boolean;
}

export function KeyValueList({ items }: { items: readonly KeyValue[] }) {
  return (
    <dl className="dl">
      {items.map((item) => (
        <Fragment key={item.key}>
          <dt>{item.key}</dt>
          <dd className={item.hash ? "hash" : undefined}>{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export interface FormulaRow {
  /** "C × 25 %" */
  symbol: ReactNode;
  /** The formula's values: "41,200,000.00". */
  fill: ReactNode;
  result: ReactNode;
}

export interface FormulaProps {
  rows: readonly FormulaRow[];
  total?: FormulaRow;
}

function FormulaLine({ row, isTotal }: { row: FormulaRow; isTotal?: boolean }) {
  return (
    <div className={isTotal ? "line total" : "line"}>
      <span className="sym">{row.symbol}</span>
      <span className="fill">{row.fill}</span>
      <span className="res">{row.result}</span>
    </div>
  );
}

/** A formula with its values; where figures are very long, a result has a line of its own. */
export function Formula({ rows, total }: FormulaProps) {
  const lines = total ? [...rows, total] : rows;
  // Results of one width keep the values before them in one column.
  const widest = Math.max(0, ...lines.map(({ result }) =>
    (typeof result === "string" ? result.length : 0)));
  return (
    <div className="formula" style={{ "--res": `${widest}ch` } as CSSProperties}>
      {rows.map((row, index) => <FormulaLine key={index} row={row} />)}
      {total ? <FormulaLine row={total} isTotal /> : null}
    </div>
  );
}

export interface RawRecordProps {
  label: string;
  fields: readonly { name: string; value: ReactNode }[];
}

/** A normalized record or a raw row, as the fields are named. */
export function RawRecord({ label, fields }: RawRecordProps) {
  return (
    <table className="raw" aria-label={label}>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">{field.name}</th>
            <td className="num">{field.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
