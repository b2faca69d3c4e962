/** What a report says, whatever it is written as: each writer of this room shows the same cells. */

/** `amount` in currency units, `points` in percentage points, `share` as a fraction of 1. */
export type ColumnType = "text" | "amount" | "points" | "share" | "ratio" | "count";

export type Column = {
  key: string;
  label: string;
  type: ColumnType;
  /** Share of a page's or sheet's width; 1 for figures, text takes what its words need. */
  weight?: number;
  /** The column's sum means something: a spreadsheet gets it as a formula. */
  isSummed?: true;
  /** What a cell follows from, others of its row in braces: "MAX(0,{net_stressed}-{net})". */
  formula?: string;
};

export type Cell = string | number | null;

export type Table = {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** Where each row has a unit of its own: the type of its figures. */
  rowTypes?: readonly Exclude<ColumnType, "text">[];
};

export const typeOf = (
  column: Column, row: number, rowTypes: Table["rowTypes"],
): ColumnType => column.type === "text" ? "text" : rowTypes?.[row] ?? column.type;

/** Bars from `from` (0) to `value`; `isMarked` sets what crosses the line apart. */
export type Chart = {
  title: string;
  bars: readonly { label: string; value: number; from?: number; isMarked?: boolean }[];
  lines?: readonly { label: string; value: number }[];
};

export type Section = {
  /** A sheet's name: up to 31 characters, none of []:*?/\ */
  title: string;
  paragraphs?: readonly string[];
  chart?: Chart;
  table?: Table;
};

export type Report = {
  title: string;
  /** Its sentence below the title. */
  summary: string;
  /** Stands at the foot of every page: how far it is signed off. */
  status?: string;
  /** What `summary` says, sentence by sentence, and what a reader looks for first. */
  sentences?: readonly string[];
  tiles?: readonly { label: string; value: string; note: string }[];
  currency: string;
  /** ISO 8601: what a file says of when it was made, so that the same report has the same bytes. */
  datedAt: string;
  facts: readonly (readonly [label: string, value: string])[];
  sections: readonly Section[];
};

const DECIMALS: Record<Exclude<ColumnType, "text">, readonly [least: number, most: number]> = {
  amount: [2, 2], points: [2, 4], share: [2, 2], ratio: [4, 4], count: [0, 0],
};
const formatters = new Map<ColumnType, Intl.NumberFormat>();

/** A cell as people read it, as on the pages: 1,234.50; 12.34 %; "-" where there is nothing. */
export function cellText(cell: Cell | undefined, type: ColumnType): string {
  if (cell === null || cell === undefined) return "-";
  if (typeof cell === "string" || type === "text") return String(cell);
  let formatter = formatters.get(type);
  if (!formatter) {
    const [minimumFractionDigits, maximumFractionDigits] = DECIMALS[type];
    formatter = new Intl.NumberFormat("en-US", { minimumFractionDigits, maximumFractionDigits });
    formatters.set(type, formatter);
  }
  const text = formatter.format(type === "share" ? cell * 100 : cell);
  const signed = /[1-9]/.test(text) ? text.replace("-", "\u2212") : text.replace("-", "");
  return type === "share" ? `${signed} %` : signed;
}

/** The `{column}`s of a formula as cells of one row of a sheet. */
export const formulaText = (
  formula: string, columns: readonly Column[], row: number,
): string => formula.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
  `${columnLetters(columns.findIndex((column) => column.key === key))}${row}`);

/** A, B, ... Z, AA for 0, 1, ... */
export function columnLetters(at: number): string {
  const rest = Math.floor(at / 26);
  return `${rest > 0 ? columnLetters(rest - 1) : ""}${String.fromCharCode(65 + at % 26)}`;
}
