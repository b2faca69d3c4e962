import {
  AMOUNT_FIELDS, DATE_FIELDS, type NormalizedRecord, type RecordField,
} from "../kernel/record";
import { NOT_OF, SLOT_FIELDS, type RowKind } from "./assemble";
import { fieldType } from "./mapping-fields";
import type { ProblemCode, RowProblem } from "./problem";

/**
 * Statistics of one field. `expected` is the number of records of the kinds that have the field
 * (a portfolio's instruments and distressed assets count one each); the completeness is null when
 * there are none. min, max and mean are of numbers, min and max also of dates.
 */
export type ColumnQuality = {
  field: RecordField;
  present: number;
  expected: number;
  completeness_pct: number | null;
  min: number | string | null;
  max: number | string | null;
  mean: number | null;
  distinct: number | "1000+";
};

/** Quality of a version. `problem_counts` holds only codes that occurred. */
export type QualityReport = {
  score: number;
  rows: number;
  normalized: number;
  rejected: number;
  columns: ColumnQuality[];
  problem_counts: Partial<Record<ProblemCode, number>>;
};

export type QualityCollector = {
  /** Adds a row: its record, or null when it was rejected, and its problems. */
  add(record: NormalizedRecord | null, problems: readonly RowProblem[]): void;
  /** The report over the rows so far. */
  finish(): QualityReport;
};

/** Distinct values are counted exactly up to here. */
const DISTINCT_LIMIT = 1000;
/** Fields that the exposure is computed from: their completeness enters the score. */
const KEY_FIELDS: readonly RecordField[] = [
  "interest_rate_pct", "collateral_value", "recovery_rate_pct",
];
/** Fields that only distressed assets are expected to fill. */
const DISTRESSED_ONLY: ReadonlySet<RecordField> =
  new Set(["distressed_value", "linked_instrument_id", "recovery_rate_pct"]);

type Column = {
  field: RecordField;
  ordered: boolean;
  present: number;
  presentInInstruments: number;
  min: number | string | null;
  max: number | string | null;
  sum: number;
  seen: Set<number | string> | null;
};

type State = {
  columns: Column[];
  rows: number;
  normalized: number;
  warned: number;
  kinds: Record<RowKind, number>;
  codes: Partial<Record<ProblemCode, number>>;
};

/**
 * Collects a version's quality row by row, with memory bounded by 1,000 values a field.
 *
 * The score goes from 0 to 100: `100 * a * (0.7 + 0.2 * k + 0.1 * w)` with `a` the share of rows
 * that became records, `k` the mean completeness of interest rate and collateral (instruments)
 * and of recovery rate (distressed assets), `w` the share of records without a warning; one
 * decimal, 0 when there is no record.
 */
export function createQualityCollector(): QualityCollector {
  const state: State = {
    columns: SLOT_FIELDS.map(newColumn),
    rows: 0, normalized: 0, warned: 0,
    kinds: { instrument: 0, distressed_asset: 0 },
    codes: {},
  };
  return {
    add: (record, problems) => {
      state.rows++;
      for (const { code } of problems) state.codes[code] = (state.codes[code] ?? 0) + 1;
      if (record === null) return;
      state.normalized++;
      if (problems.length > 0) state.warned++;
      addRecord(state, record);
    },
    finish: () => report(state),
  };
}

function newColumn(field: RecordField): Column {
  const ordered = fieldType(field) !== "text";
  return {
    field, ordered, present: 0, presentInInstruments: 0, min: null, max: null, sum: 0,
    seen: new Set(),
  };
}

type Values = { [F in RecordField]?: string | number };

function addRecord(state: State, record: NormalizedRecord): void {
  if (record.record_kind !== "portfolio") {
    addValues(state, record.record_kind === "earlier_position" ? "instrument"
      : record.record_kind, record);
    return;
  }
  for (const { principal, interest_rate_pct, collateral_value } of
    record.financial.debt.instruments ?? []) {
    addValues(state, "instrument", { principal, interest_rate_pct, collateral_value });
  }
  for (const { value, recovery_rate_pct } of record.distressed_assets) {
    addValues(state, "distressed_asset", { distressed_value: value, recovery_rate_pct });
  }
}

function addValues(state: State, kind: RowKind, values: Values): void {
  state.kinds[kind]++;
  for (const column of state.columns) {
    const value = values[column.field];
    if (value === undefined) continue;
    column.present++;
    if (kind === "instrument") column.presentInInstruments++;
    if (column.ordered) {
      if (column.min === null || value < column.min) column.min = value;
      if (column.max === null || value > column.max) column.max = value;
      if (typeof value === "number") column.sum += value;
    }
    addDistinct(column, value);
  }
}

/** Long texts are views into their chunk: a short fingerprint of them is kept instead. */
function addDistinct(column: Column, value: string | number): void {
  if (column.seen === null) return;
  column.seen.add(typeof value === "string" && value.length > 12 ? fingerprint(value) : value);
  if (column.seen.size > DISTINCT_LIMIT) column.seen = null;
}

/** 53 bits: among 1,000 values two alike by chance once in 10 thousand million versions. */
function fingerprint(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    high = Math.imul(high ^ text.charCodeAt(at), 0x01000193);
    low = Math.imul(low ^ text.charCodeAt(at), 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 0x200000 + (low >>> 11);
}

function report(state: State): QualityReport {
  const columns = state.columns.map((column) => columnReport(column, state.kinds));
  const rejected = state.rows - state.normalized;
  return {
    score: score(state, columns), rows: state.rows, normalized: state.normalized, rejected,
    columns, problem_counts: { ...state.codes },
  };
}

function columnReport(column: Column, kinds: State["kinds"]): ColumnQuality {
  const { field, present, ordered, min, max, sum } = column;
  const ofInstruments = !DISTRESSED_ONLY.has(field) || column.presentInInstruments > 0;
  const ofDistressed = !NOT_OF.distressed_asset.has(field);
  const expected =
    (ofInstruments ? kinds.instrument : 0) + (ofDistressed ? kinds.distressed_asset : 0);
  const isDate = (DATE_FIELDS as readonly string[]).includes(field);
  return {
    field, present, expected,
    completeness_pct: expected === 0 ? null : round(100 * present / expected, 2),
    min, max,
    mean: ordered && !isDate && present > 0 ? meanOf(field, sum / present) : null,
    distinct: column.seen === null ? "1000+" : column.seen.size,
  };
}

/** Means of amounts to 1/10,000, of rates to 1/1,000,000. */
const meanOf = (field: RecordField, mean: number): number =>
  round(mean, (AMOUNT_FIELDS as readonly string[]).includes(field) ? 4 : 6);

function score(state: State, columns: readonly ColumnQuality[]): number {
  if (state.normalized === 0) return 0;
  const accepted = state.normalized / state.rows;
  const shares = columns
    .filter((column) => KEY_FIELDS.includes(column.field) && column.completeness_pct !== null)
    .map((column) => column.present / column.expected);
  const complete = shares.length === 0
    ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const clean = 1 - state.warned / state.normalized;
  return round(100 * accepted * (0.7 + 0.2 * complete + 0.1 * clean), 1);
}

function round(value: number, decimals: number): number {
  const power = 10 ** decimals;
  const scaled = Math.round(value * power);
  return Number.isSafeInteger(scaled) ? scaled / power : value;
}
