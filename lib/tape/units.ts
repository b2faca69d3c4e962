import {
  AMOUNT_FIELDS, RECORD_FIELDS, recordValues, type AmountField, type NormalizedRecord,
  type RateField, type RecordValues,
} from "../kernel/record";
import { isBlank, readPercent } from "./amounts";
import { LOCALE_IDS, resolveLocale } from "./locale";
import type { FieldSource, Mapping } from "./mapping";
import { rowProblem, type RowProblem } from "./problem";
import { createMagnitudes, type Magnitudes } from "./magnitudes";

/** What the units of a tape look like, once all of its rows were seen. */
export type UnitFindings = {
  /** Problems of affected rows, in the order of the tape, of each column the most telling ones. */
  problems: RowProblem[];
  /** How many rows are affected, listed or not. */
  count: number;
  /** One sentence a column. */
  notes: string[];
};

export type UnitCheck = {
  /** Adds a row: its record, or null when it was rejected, its problems, its values if at hand. */
  add(
    row: number, record: NormalizedRecord | null, problems: readonly RowProblem[],
    values?: RecordValues,
  ): void;
  finish(): UnitFindings;
};

const POINTS = ["interest_rate_pct", "recovery_rate_pct", "debt_to_income_pct"] as const;
const FRACTIONS = ["pd", "lgd"] as const;
/** Amounts whose rows are of one order of magnitude; what is written off or provided for is not. */
const SIZES = ["principal", "collateral_value", "guarantee_value", "distressed_value"] as const;

/** An outlier is 2.5 orders of magnitude off the median, and four times what half the rows span. */
const OUTLIER_DECADES = 2.5;
const OUTLIER_SPANS = 4;
const OUTLIER_SHARE = 0.1;
const OUTLIER_ROWS = 20;
/** How far beyond the other values a value times 100 may lie and still be one of them. */
const NEAR_DECADES = 0.2;
/** Beside so many values that are per cent, the others of a column of fractions are too. */
const PERCENT_SHARE = 0.2;

type Finding = {
  count: number; ofValues: number; holds: (value: number) => boolean; ends: "low" | "high" | "both";
  /** Behind the value and its field; behind the counts and the column. */
  row: string; all: string;
};

/**
 * Looks for values in another unit than their field's: fractions in a field of per cent and the
 * other way round, amounts in thousands by the column's name, and rows some orders of magnitude off
 * the median. Memory does not grow with the rows: what is kept is how values spread, and the ends.
 * @param mapping null for JSON records, which have the fields' own names
 */
export function createUnitCheck(mapping: Mapping | null): UnitCheck {
  const fields = [...POINTS, ...FRACTIONS, ...AMOUNT_FIELDS].filter((field) =>
    mapping === null || mapping.fields.has(field));
  const spreads = fields.map((field) =>
    createMagnitudes(field, sizeOf(field) !== null || isRate(field)));
  const columns = fields.map((field) => columnOf(mapping, field));
  const places = fields.map((field) => RECORD_FIELDS.indexOf(field));
  const inPlace: RecordValues = [];
  const tooLarge = new Map<string, number>();
  return {
    add: (row, record, problems, given) => {
      for (const { code, column } of problems) {
        if (code !== "UNIT_DISCREPANCY" || column === null) continue;
        tooLarge.set(column, (tooLarge.get(column) ?? 0) + 1);
      }
      if (record === null || record.record_kind === "portfolio") return;
      const values = given ?? recordValues(record, inPlace);
      for (let at = 0; at < fields.length; at++) {
        const value = values[places[at] as number] as number | undefined;
        if (value === undefined || value <= 0) continue;
        spreads[at]?.add(value, row, record);
      }
    },
    finish: () => {
      const all: UnitFindings = { problems: [], count: 0, notes: [] };
      fields.forEach((field, at) => {
        const spread = spreads[at] as Magnitudes;
        const column = columns[at] as string;
        const finding = findingOf(field, spread, mapping?.fields.get(field),
          tooLarge.get(column) ?? 0);
        if (finding !== null) report(all, finding, field, column, spread);
      });
      all.problems.sort((a, b) => a.row - b.row);
      return all;
    },
  };
}

const isRate = (field: string): boolean =>
  [...POINTS, ...FRACTIONS].some((rate) => rate === field);
const sizeOf = (field: string): AmountField | null =>
  SIZES.find((size) => size === field) ?? null;

/** What the tape calls a field; the field's own name where no column gives it. */
export function columnOf(mapping: Mapping | null, field: string): string {
  const source = mapping?.fields.get(field as AmountField);
  if (source?.kind === "column") return source.column;
  return source?.kind === "sum" ? source.parts.map(({ column }) => column).join(" + ") : field;
}

function findingOf(
  field: AmountField | RateField, spread: Magnitudes, source: FieldSource | undefined,
  tooLarge: number,
): Finding | null {
  if (spread.count === 0) return null;
  if (POINTS.some((name) => name === field)) return asFractions(spread) ?? mixed(spread);
  if (FRACTIONS.some((name) => name === field)) return inPercent(spread, tooLarge);
  return byName(spread, source) ?? (sizeOf(field) === null ? null : outliers(spread));
}

function asFractions(spread: Magnitudes): Finding | null {
  const count = spread.between(0, 1);
  if (count * 2 <= spread.count) return null;
  return { count, ofValues: spread.count, ends: "low", holds: (value) => value < 1,
    row: "is below 1, as most values of the column are", all: "lie between 0 and 1: fractions in a "
      + "field of per cent (scale 100)?" };
}

/** Values below 1 that would be like the others if they were fractions. */
function mixed(spread: Magnitudes): Finding | null {
  const near = 10 ** NEAR_DECADES;
  const low = spread.quantile(0.05, 1) / near / 100;
  const high = Math.min(spread.quantile(0.95, 1) * near / 100, 1);
  const count = spread.between(low, high);
  return count === 0 ? null : { count, ofValues: spread.count, ends: "low",
    holds: (value) => value >= low && value < high,
    row: "is a hundredth of what the other rows have",
    all: "are a hundredth of what the others are: fractions between per cents?" };
}

function inPercent(spread: Magnitudes, tooLarge: number): Finding | null {
  const given = spread.count + tooLarge;
  if (tooLarge < given * PERCENT_SHARE) return null;
  return { count: spread.count, ofValues: given, ends: "high", holds: () => true,
    row: `may be per cent, as ${tooLarge} values of the column are above 1`,
    all: "are read as fractions beside values above 1: per cent (scale 0.01)?" };
}

function byName(spread: Magnitudes, source: FieldSource | undefined): Finding | null {
  if (source === undefined || source.kind === "constant" || source.scale !== 1) return null;
  const names = source.kind === "sum" ? source.parts.map(({ column }) => column) : [source.column];
  const found = names.map(unitOfName).find((unit) => unit !== null);
  return found == null ? null : { count: spread.count, ofValues: spread.count, ends: "high",
    holds: () => true, row: `is read as units, the column's name says ${found.word}`,
    all: `are read as units, the name says ${found.word} (scale ${found.scale})` };
}

function outliers(spread: Magnitudes): Finding | null {
  if (spread.count < OUTLIER_ROWS) return null;
  const median = spread.quantile(0.5);
  const decades = Math.max(OUTLIER_DECADES,
    OUTLIER_SPANS * Math.log10(spread.quantile(0.75) / spread.quantile(0.25)));
  const low = median / 10 ** decades;
  const high = median * 10 ** decades;
  const count = spread.between(0, low) + spread.between(high, Infinity);
  if (count === 0 || count > spread.count * OUTLIER_SHARE) return null;
  return { count, ofValues: spread.count, ends: "both",
    holds: (value) => value < low || value >= high,
    row: "is some hundred times off what the other rows have",
    all: "are some hundred times off the others: in thousands, or in units between thousands?" };
}

function report(
  all: UnitFindings, finding: Finding, field: string, column: string, spread: Magnitudes,
): void {
  if (finding.count === 0) return;
  const listed = spread.ends(finding.ends).filter(({ value }) => finding.holds(value));
  for (const { shown, row } of listed) {
    all.problems.push(rowProblem("UNIT_DISCREPANCY", row, column, String(shown),
      `${field} ${shown} ${finding.row}; the value is kept as given`));
  }
  all.count += finding.count;
  all.notes.push(`${finding.count} of ${finding.ofValues} values of '${column}' ${finding.all}`);
}

const CURRENCY = /^(eur|usd|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|jpy|cad|aud|€|\$|£)$/;
const UNIT_WORDS: readonly (readonly [RegExp, string, number])[] = [
  [/^(thousands?|tsd|tausend|milliers|migliaia|000s?|[tk](eur|usd|gbp|chf|€|\$|£))$/, "thousands", 1e3],
  [/^(millions?|millionen|milioni|mio|mln|mn|m(eur|usd|gbp|chf|€|\$|£)|[€$£]m)$/, "millions", 1e6],
  [/^(billions?|milliarden|mrd|bn|[€$£]bn)$/, "billions", 1e9],
];

/** The unit that a column's name speaks of: "Balance (k EUR)" says thousands; null for none. */
export function unitOfName(column: string): { word: string; scale: number } | null {
  const words = column.replace(/(\p{Ll}{2})(\p{Lu})/gu, "$1 $2").toLowerCase()
    .split(/[^\p{L}\p{N}€$£]+/u).filter((word) => word !== "");
  for (const word of words) {
    const [, unit, scale] = UNIT_WORDS.find(([pattern]) => pattern.test(word)) ?? [];
    if (unit !== undefined && scale !== undefined) return { word: unit, scale };
  }
  // A letter alone is a unit beside a currency only: "EUR k", not "Branch K".
  if (!words.some((word) => CURRENCY.test(word))) return null;
  if (words.includes("k") || words.includes("t")) return { word: "thousands", scale: 1e3 };
  return words.includes("m") ? { word: "millions", scale: 1e6 } : null;
}

/** What a column's name or first values say of its unit, if it feeds a field of that type. */
export type UnitHint = {
  column: string; of: "amount" | "points" | "fraction"; scale: number; reason: string;
};

/** The share of a column's values that must be numbers to say anything of their unit. */
const MOSTLY_NUMBERS = 0.9;

/** Columns that look as if they were in another unit than the fields of some type. */
export function unitHints(
  headers: readonly string[], rows: readonly { cells: readonly string[] }[],
): UnitHint[] {
  return headers.flatMap((column, index): UnitHint[] => {
    if (headers.indexOf(column) !== index) return [];
    const cells = rows.map(({ cells }) => cells[index] ?? "").filter((cell) => !isBlank(cell));
    const named = unitOfName(column);
    const hints: UnitHint[] = named === null ? [] : [{ column, of: "amount", scale: named.scale,
      reason: `the name says ${named.word}` }];
    // A sign says of every value which unit it has.
    if (cells.some((cell) => cell.includes("%"))) return hints;
    const values = bestNumbers(cells).filter((value) => value > 0);
    if (values.length === 0) return hints;
    const small = values.filter((value) => value < 1).length;
    if (small * 2 > values.length) hints.push({ column, of: "points", scale: 100,
      reason: `${small} of ${values.length} values are below 1, as if they were fractions` });
    const large = values.filter((value) => value > 1 && value <= 100).length;
    if (large >= values.length * PERCENT_SHARE) hints.push({ column, of: "fraction", scale: 0.01,
      reason: `${large} of ${values.length} values are above 1, as if they were per cent` });
    return hints;
  });
}

/** The numbers of cells in whichever locale reads most; none where too few are numbers. */
function bestNumbers(cells: readonly string[]): number[] {
  const read = LOCALE_IDS.map((id) => {
    const locale = resolveLocale(id);
    return locale.ok ? cells.map((cell) => readPercent(cell, locale.value))
      .filter((value) => !Number.isNaN(value)) : [];
  });
  const most = read.reduce((best, values) => (values.length > best.length ? values : best), []);
  return most.length >= cells.length * MOSTLY_NUMBERS ? most : [];
}
