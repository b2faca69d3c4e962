"use client";

import type { ReactNode } from "react";
import { useState } from "react";
import type { TermId } from "@/components/docs/terms";
import { csvText, downloadText, fileStem } from "@/components/chart/csv";
import type { CsvCell } from "@/components/chart/csv";
import { downloadPng } from "@/components/chart/png";
import { IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { Menu } from "@/components/ui/menu";
import type { MenuItem } from "@/components/ui/menu";
import { Term, TermMark } from "@/components/ui/term";

export interface ChartColumn {
  label: string;
  /** Under the label and in the CSV's head. */
  unit?: string;
  term?: TermId;
  number?: boolean;
  /** How the cell is shown; the CSV always gets the value itself. */
  format?: (value: CsvCell) => string;
  /** Unit in the CSV when the shown figure is scaled: "EUR" under "EUR m". */
  csvUnit?: string;
}

export interface ChartTable {
  columns: readonly ChartColumn[];
  rows: readonly (readonly CsvCell[])[];
  /** What each row is of, where it can be picked as in the picture. */
  ids?: readonly string[];
  /** Where each row's figures come from. */
  hrefs?: readonly (string | null | undefined)[];
}

/** What is picked in the picture, its table and the page's other views. */
export interface ChartPick {
  selectedId?: string | null;
  onSelect?: (id: string) => void;
}

/** What every chart of the kit takes for the card around it. */
export interface ChartCardInfo {
  /** Unique on the page. */
  id: string;
  /** States the finding: "Market crash loses 487.2, 5.2 times the line". */
  title: string;
  sub?: ReactNode;
  /** Words of the glossary that title and axes take as known. */
  terms?: readonly TermId[];
  foot?: ReactNode;
  action?: ReactNode;
  /** What the buttons speak of: "stress losses". */
  subject: string;
  /** Old figures while new ones load. */
  stale?: boolean;
  className?: string;
  /** A figure of the table with its provenance, where its row has no address. */
  figure?: (rowId: string, text: string) => ReactNode;
}

export interface ChartCardProps extends ChartCardInfo, ChartPick {
  table: ChartTable;
  /** No SVG inside, so no picture to download. */
  noPng?: boolean;
  children: ReactNode;
}

function cellText(column: ChartColumn, value: CsvCell): string {
  if (value === null || value === undefined || value === "") return "-";
  return column.format ? column.format(value) : String(value);
}

interface TwinRowProps extends ChartPick, Pick<ChartCardInfo, "figure"> {
  table: ChartTable;
  row: readonly CsvCell[];
  id?: string | undefined;
  href?: string | null | undefined;
}

function TwinRow({ table, row, id, href, figure, selectedId, onSelect }: TwinRowProps) {
  const traced = (text: string): ReactNode => href
    ? <FigureLink href={href}>{text}</FigureLink>
    : figure && id !== undefined ? figure(id, text) : text;
  const isPicked = id !== undefined && id === selectedId;
  return (
    <tr aria-selected={id === undefined || selectedId === undefined ? undefined : isPicked}>
      {table.columns.map((column, place) => {
        const text = cellText(column, row[place]);
        if (place > 0) {
          return (
            <td key={column.label} className={column.number ? "num" : undefined}>
              {column.number && text !== "-" ? traced(text) : text}
            </td>
          );
        }
        return (
          <th key={column.label} scope="row">
            {id !== undefined && onSelect ? (
              <button type="button" className="plain" aria-pressed={isPicked}
                onClick={() => onSelect(id)}>{text}</button>
            ) : text}
          </th>
        );
      })}
    </tr>
  );
}

export function ChartTableView({ table, label, ...shown }: Omit<TwinRowProps, "row"> & {
  label: string;
}) {
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column.label} scope="col" className={column.number ? "num" : undefined}>
                {column.term ? <Term id={column.term}>{column.label}</Term> : column.label}
                {column.unit ? <span className="unit-line">{column.unit}</span> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <TwinRow key={index} table={table} row={row} id={table.ids?.[index]}
              href={table.hrefs?.[index]} {...shown} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function tableCsv(table: ChartTable): string {
  const head = table.columns.map((column) => {
    const unit = column.csvUnit ?? column.unit;
    return unit ? `${column.label} (${unit})` : column.label;
  });
  return csvText(head, table.rows);
}

export function ChartCard(props: ChartCardProps) {
  const { id, title, sub, foot, action, subject, stale, className, table, noPng, children,
    terms = [] } = props;
  const [asTable, setAsTable] = useState(false);
  const [failed, setFailed] = useState(false);
  const [area, setArea] = useState<HTMLDivElement | null>(null);
  const stem = fileStem(title);

  async function png() {
    const svg = area?.querySelector("svg");
    if (!svg) return;
    setFailed(false);
    try {
      const text = typeof sub === "string" ? sub : undefined;
      await downloadPng({ svg, title, sub: text, fileName: `${stem}.png` });
    } catch {
      setFailed(true);
    }
  }

  const items: MenuItem[] = [
    { label: "CSV, the figures", icon: "table",
      onSelect: () => downloadText(`${stem}.csv`, tableCsv(table)) },
  ];
  if (!noPng) items.push({ label: "PNG, the picture", icon: "dl", onSelect: () => void png() });
  const tools = (
    <>
      <TermMark ids={terms} of={subject} />
      <IconButton
        icon="table"
        label={`View as table: ${subject}`}
        tip="View as table"
        pressed={asTable}
        onClick={() => setAsTable(!asTable)}
      />
      <Menu
        trigger={<IconButton icon="dl" label={`Download: ${subject}`} tip="Download" />}
        items={items}
      />
    </>
  );
  return (
    <Card
      as="figure"
      id={id}
      title={title}
      sub={sub}
      tools={tools}
      action={action}
      foot={foot}
      className={className ? `chart-card ${className}` : "chart-card"}
    >
      {failed ? (
        <p className="error-text" role="alert">The picture could not be drawn. Take the CSV.</p>
      ) : null}
      <div ref={setArea} hidden={asTable} className={stale ? "stale" : undefined}>{children}</div>
      {asTable ? (
        <ChartTableView table={table} label={`${title}, as table`}
          figure={props.figure} selectedId={props.selectedId} onSelect={props.onSelect} />
      ) : null}
    </Card>
  );
}
