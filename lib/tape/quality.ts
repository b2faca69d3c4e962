import {
  AMOUNT_FIELDS, isSideRecord, recordValues, type NormalizedRecord, type RecordField,
  type RecordValues, type SideRecord,
} from "../kernel/record";
import { NOT_OF, SLOT_FIELDS, type RowKind } from "./assemble";
import { createDistinctCount, type DistinctCount } from "./distinct";
import { fieldType } from "./mapping-fields";
import type { ProblemCode, RowProblem } from "./problem";
import { createSpread, type Outliers, type Spread } from "./spread";

/**
 * Statistics of one field. `expected` is the number of records of the kinds that have the field
 * (a portfolio's instruments and distressed assets count one each); the completeness is null when
 * there are none. min, max, mean, standard deviation and outliers are of numbers, min and max also
 * of dates. Beyond 1,000 different values `distinct` is an estimate.
 */
export type ColumnQuality = {
  field: RecordField;
  present: number;
  expected: number;
  completeness_pct: number | null;
  min: number | string | null;
  max: number | string | null;
  mean: number | null;
  standard_deviation: number | null;
  outliers: number | null;
  distinct: number;
  distinct_estimated: boolean;
};

/** What the score is made of, each from 0 to 1 (see `scoreOf`). */
export type ScoreComponents = {
  accepted: number; completeness: number; validity: number; uniqueness: number;
  consistency: number;
};

/** Quality of a version. `problem_counts` and `rule_counts` hold only what occurred. */
export type QualityReport = {
  score: number;
  components: ScoreComponents;
  rows: number;
  normalized: number;
  rejected: number;
  /** Rows that are left out or have a warning; outliers do not count. */
  problem_rows: number;
  columns: ColumnQuality[];
  problem_counts: Partial<Record<ProblemCode, number>>;
  rule_counts: Record<string, number>;
  /** Records without exposure, of a tape of several tables: normalized too, and in no column. */
  side_records?: { obligors: number; collaterals: number; supplements?: number };
};

/** The outliers of one column, with the figures that a message shows. */
export type ColumnOutliers =
  Outliers & { field: RecordField; mean: number; deviation: number };

export type QualityCollector = {
  /** Adds a row: its record, or null when it was rejected, its problems, its values if at hand. */
  add(
    record: NormalizedRecord | SideRecord | null, problems: readonly RowProblem[], row: number,
    values?: RecordValues,
  ): void;
  /** Counts problems of a file as a whole, or of a row that was added before. */
  remark(problems: readonly RowProblem[]): void;
  /** Adds warnings that only the whole tape shows; they take nothing from the score. */
  addCode(code: ProblemCode, rows: number): void;
  /** Adds rows that break a rule which only the whole tape decides. */
  addBroken(rule: string, rows: number): void;
  /** The outliers of each column that has any, with at most so many of them listed. */
  outliers(most: number): ColumnOutliers[];
  /** The report over the rows so far; the counts are those of outliers, by column. */
  finish(outliers?: ReadonlyMap<RecordField, number>): QualityReport;
};

/** Fields that only distressed assets are expected to fill. */
const DISTRESSED_ONLY: ReadonlySet<RecordField> =
  new Set(["distressed_value", "linked_instrument_id", "recovery_rate_pct"]);

/** How much of a row's points each component is worth; together 1. */
export const SCORE_WEIGHTS = {
  completeness: 0.3, validity: 0.4, uniqueness: 0.15, consistency: 0.15,
} as const;

type Column = {
  field: RecordField;
  ordered: boolean;
  present: number;
  presentInInstruments: number;
  min: number | string | null;
  max: number | string | null;
  spread: Spread | null;
  distinct: DistinctCount;
};

type State = {
  columns: Column[];
  rows: number;
  normalized: number;
  /** Records with a warning, and those with one of each sort. */
  warned: number;
  invalid: number;
  repeated: number;
  inconsistent: number;
  /** Rows' shares of the values that the exposure is computed from, added up. */
  complete: number;
  kinds: Record<RowKind, number>;
  side: { obligors: number; collaterals: number; supplements?: number };
  codes: Partial<Record<ProblemCode, number>>;
  rules: Record<string, number>;
};

/** Collects a version's quality row by row, with memory bounded by the number of fields. */
export function createQualityCollector(): QualityCollector {
  const state: State = {
    columns: SLOT_FIELDS.map(newColumn),
    rows: 0, normalized: 0, warned: 0, invalid: 0, repeated: 0, inconsistent: 0,
    complete: 0,
    kinds: { instrument: 0, distressed_asset: 0 }, side: { obligors: 0, collaterals: 0 },
    codes: {}, rules: {},
  };
  const remark = (problems: readonly RowProblem[]): void => {
    for (const { code } of problems) state.codes[code] = (state.codes[code] ?? 0) + 1;
  };
  return {
    remark,
    add: (record, problems, row, values) => {
      state.rows++;
      if (problems.length > 0) addProblems(state, record !== null, problems);
      if (record === null) return;
      state.normalized++;
      if (isSideRecord(record)) {
        // The exposure rests on none of its values: nothing is missing.
        state.complete += 1;
        if (record.record_kind === "supplement") count(state.side, "supplements");
        else state.side[record.record_kind === "obligor" ? "obligors" : "collaterals"]++;
        return;
      }
      state.complete += completenessOf(record);
      addRecord(state, record, row, values);
    },
    addCode: (code, rows) => {
      if (rows > 0) count(state.codes, code, rows);
    },
    addBroken: (rule, rows) => {
      if (rows === 0) return;
      count(state.codes, "REFERENCE_UNKNOWN", rows);
      count(state.rules, rule, rows);
      state.inconsistent = Math.min(state.normalized, state.inconsistent + rows);
      state.warned = Math.min(state.normalized, state.warned + rows);
    },
    outliers: (most) => state.columns.flatMap(({ field, spread }) => {
      // A stage or rank is one of a few classes: a rare one is no outlier.
      const found = field === "stage" || field === "lien_position" ? null : spread?.outliers(most);
      return found && found.count !== 0 ? [{ ...found, field, mean: spread?.mean() ?? 0,
        deviation: spread?.deviation() ?? 0 }] : [];
    }),
    finish: (outliers = new Map()) => report(state, outliers),
  };
}

function newColumn(field: RecordField): Column {
  const type = fieldType(field);
  const isNumber = type !== "text" && type !== "date";
  return {
    field, ordered: type !== "text", present: 0, presentInInstruments: 0, min: null, max: null,
    spread: isNumber ? createSpread() : null, distinct: createDistinctCount(),
  };
}

const count = <K extends string>(counts: Partial<Record<K, number>>, key: K, times = 1): void => {
  counts[key] = (counts[key] ?? 0) + times as Partial<Record<K, number>>[K];
};

/** What a warning takes from a record: its being the only one, agreeing with itself, or valid. */
function addProblems(state: State, isRecord: boolean, problems: readonly RowProblem[]): void {
  let isInvalid = false;
  let isRepeated = false;
  let isInconsistent = false;
  for (const { code, rule } of problems) {
    count(state.codes, code);
    if (rule !== undefined) count(state.rules, rule);
    if (code === "DUPLICATE_KEY") isRepeated = true;
    else if (code === "RULE_BROKEN" || code === "REFERENCE_UNKNOWN") isInconsistent = true;
    else isInvalid = true;
  }
  if (!isRecord) return;
  state.warned++;
  if (isInvalid) state.invalid++;
  if (isRepeated) state.repeated++;
  if (isInconsistent) state.inconsistent++;
}

type Values = { [F in RecordField]?: string | number };

function addRecord(
  state: State, record: NormalizedRecord, row: number, given?: RecordValues,
): void {
  if (record.record_kind !== "portfolio") {
    addValues(state, record.record_kind === "earlier_position" ? "instrument"
      : record.record_kind, given ?? recordValues(record, inPlace), row);
    return;
  }
  const ofItem = (values: Values): RecordValues => recordValues(values, inPlace);
  for (const { principal, interest_rate_pct, collateral_value } of
    record.financial.debt.instruments ?? []) {
    addValues(state, "instrument", ofItem({ principal, interest_rate_pct, collateral_value }), row);
  }
  for (const { value, recovery_rate_pct } of record.distressed_assets) {
    addValues(state, "distressed_asset", ofItem({ distressed_value: value, recovery_rate_pct }),
      row);
  }
}

const inPlace: RecordValues = [];

function addValues(state: State, kind: RowKind, values: RecordValues, row: number): void {
  state.kinds[kind]++;
  const { columns } = state;
  for (let at = 0; at < columns.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    const column = columns[at] as Column;
    column.present++;
    if (kind === "instrument") column.presentInInstruments++;
    if (column.ordered) {
      if (column.min === null || value < column.min) column.min = value;
      if (column.max === null || value > column.max) column.max = value;
      if (typeof value === "number") column.spread?.add(value, row);
    }
    column.distinct.add(value);
  }
}

function report(state: State, outliers: ReadonlyMap<RecordField, number>): QualityReport {
  const columns = state.columns.map((column) => columnReport(column, state.kinds, outliers));
  const rejected = state.rows - state.normalized;
  const flagged = [...outliers.values()].reduce((sum, each) => sum + each, 0);
  const components = componentsOf(state);
  return {
    score: scoreOf(components), components, rows: state.rows, normalized: state.normalized,
    rejected, problem_rows: rejected + state.warned, columns,
    problem_counts: { ...state.codes, ...(flagged > 0 ? { OUTLIER: flagged } : {}) },
    rule_counts: { ...state.rules },
    ...(Object.values(state.side).some((records) => records > 0)
      ? { side_records: state.side } : {}),
  };
}

function columnReport(
  column: Column, kinds: State["kinds"], outliers: ReadonlyMap<RecordField, number>,
): ColumnQuality {
  const { field, present, min, max, spread } = column;
  const ofInstruments = !DISTRESSED_ONLY.has(field) || column.presentInInstruments > 0;
  const ofDistressed = !NOT_OF.distressed_asset.has(field);
  const expected =
    (ofInstruments ? kinds.instrument : 0) + (ofDistressed ? kinds.distressed_asset : 0);
  const { distinct, estimated } = column.distinct.result();
  const figure = (value: number | null | undefined) =>
    value === null || value === undefined || present === 0 ? null : meanOf(field, value);
  return {
    field, present, expected,
    completeness_pct: expected === 0 ? null : round(100 * present / expected, 2),
    min, max, mean: figure(spread?.mean()), standard_deviation: figure(spread?.deviation()),
    outliers: spread === null ? null : outliers.get(field) ?? 0,
    distinct: Math.min(distinct, present), distinct_estimated: estimated,
  };
}

/** Means of amounts to 1/10,000, of rates to 1/1,000,000. */
const meanOf = (field: RecordField, mean: number): number =>
  round(mean, (AMOUNT_FIELDS as readonly string[]).includes(field) ? 4 : 6);

/**
 * The share of the values that the exposure is computed from beside the amount: interest rate and
 * collateral of a loan, recovery rate of a distressed asset; a portfolio's mean over its items.
 */
function completenessOf(record: NormalizedRecord): number {
  if (record.record_kind === "distressed_asset") {
    return record.recovery_rate_pct === undefined ? 0 : 1;
  }
  if (record.record_kind !== "portfolio") return ofLoan(record);
  const { debt } = record.financial;
  const shares = [
    ...(debt.instruments ?? []).map(ofLoan),
    ...record.distressed_assets.map((asset) => asset.recovery_rate_pct === undefined ? 0 : 1),
  ];
  return shares.length === 0 ? ofLoan(debt)
    : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

const ofLoan = ({ interest_rate_pct: rate, collateral_value: collateral }: {
  interest_rate_pct?: number; collateral_value?: number;
}): number => (rate === undefined ? 0 : 0.5) + (collateral === undefined ? 0 : 0.5);

function componentsOf(state: State): ScoreComponents {
  const { rows, normalized } = state;
  const share = (of: number) => rows === 0 ? 0 : round(of / rows, 6);
  return {
    accepted: share(normalized), completeness: share(state.complete),
    validity: share(normalized - state.invalid), uniqueness: share(normalized - state.repeated),
    consistency: share(normalized - state.inconsistent),
  };
}

/**
 * The score from 0 to 100, to one decimal: the mean of what the rows earn. A row earns up to 30
 * points for the values that the exposure is computed from, 40 when no value has a warning, 15 for
 * an id of its own and 15 when it breaks no rule; a row that is left out earns none. So
 * `100 * (0.3 k + 0.4 v + 0.15 u + 0.15 c)` with each component a share of all rows. It never
 * rises when a row gets worse or is left out, does not depend on the order of rows, and outliers
 * do not enter it.
 */
export function scoreOf(parts: ScoreComponents): number {
  return round(100 * Object.entries(SCORE_WEIGHTS).reduce((sum, [name, weight]) =>
    sum + weight * parts[name as keyof typeof SCORE_WEIGHTS], 0), 1);
}

function round(value: number, decimals: number): number {
  const power = 10 ** decimals;
  const scaled = Math.round(value * power);
  return Number.isSafeInteger(scaled) ? scaled / power : value;
}
