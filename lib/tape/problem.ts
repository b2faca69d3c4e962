/** An error costs the row its record; a warning does not. */
export type ProblemSeverity = "error" | "warning";

type ProblemKind = { severity: ProblemSeverity; explanation: string; recommendation: string };

const error = (explanation: string, recommendation: string): ProblemKind =>
  ({ severity: "error", explanation, recommendation });
const warning = (explanation: string, recommendation: string): ProblemKind =>
  ({ severity: "warning", explanation, recommendation });

/**
 * Everything that can be wrong with a row: usual severity, what the code means and what to do.
 * The list is closed; the texts are shown to users and documented from here.
 */
export const PROBLEMS = {
  MISSING_VALUE: error(
    "A required field is empty.",
    "Fill in the field, or map it to the column that holds it. Write 0 if it is zero."),
  AMOUNT_UNREADABLE: error(
    "The text is not an amount in the declared locale. It is not counted as 0.",
    "Correct the amount, or declare the tape's locale (1,234.56 is en, 1.234,56 is de)."),
  RATE_UNREADABLE: error(
    "The text is not a rate in the declared locale. It is not counted as 0.",
    "Correct the rate: 5, 5% and 5.25 are readable in en; leave it empty if it is not known."),
  DATE_UNREADABLE: warning(
    "The text is not a calendar date. The row is kept without it.",
    "Write dates as YYYY-MM-DD, or declare the tape's locale."),
  NUMBER_UNREADABLE: warning(
    "The text is not a whole number. The row is kept without it.",
    "Correct the number, or leave it empty if it is not known."),
  AMOUNT_OUT_OF_RANGE: error(
    "An amount is larger than 9e14 currency units and cannot be added up exactly.",
    "Check the amount's unit, or use `scale` in the mapping."),
  OUT_OF_RANGE: warning(
    "A value lies outside the range that its field allows or usually has.",
    "Check the value and its unit: per cent or fraction, days, sign."),
  UNIT_DISCREPANCY: warning(
    "A value looks as if it were in another unit than its field: fraction for per cent, thousands.",
    "Check the column's unit; `scale` in the mapping (100, 0.01, 1000) reads it in the field's."),
  INTERCOMPANY_ELIMINATED: warning(
    "The obligor is one of the group's own legal entities. The row is kept and counts nowhere.",
    "Check the list of own legal entities if the obligor is a third party."),
  NEGATIVE_RATE: warning(
    "An interest rate is below zero. It is kept as given and counts as 0 in the exposure.",
    "Check the sign of the rate."),
  PRINCIPAL_NOT_POSITIVE: warning(
    "The principal is zero or below. The record is kept and skipped in the exposure.",
    "Check whether the loan is repaid, or set `negate` in the mapping if the sign is turned."),
  CURRENCY_CONFLICT: error(
    "The amount names a currency that is not the record's currency.",
    "Map a currency column or constant, and give its rate in fx_rates."),
  FX_RATE_MISSING: error(
    "The record's currency is not the base currency and has no rate.",
    "Give fx_rates for the currency: base units per 1 unit of it."),
  DUPLICATE_KEY: warning(
    "An earlier row has the same instrument id. Both rows are kept and both count.",
    "Remove the repeated row if it is the same loan."),
  CODE_UNKNOWN: error(
    "The value is not one of the codes that the field knows.",
    "Use a known code, or translate the value with `map` in the mapping."),
  SECTOR_CODE_UNKNOWN: warning(
    "The industry code is not one of the scheme. The code is kept, the sector is not known.",
    "Check the code, or choose the scheme (nace, naics) that the column follows."),
  BUCKETS_EXCEED_TOTAL: warning(
    "The balances by days past due add up to more than the whole balance. Both are kept as given.",
    "Check whether a balance stands in two buckets, or the total leaves something out."),
  FIELD_IGNORED: warning(
    "A value was given that this kind of record does not use.",
    "Check record_kind, or move the value to the record that it belongs to."),
  COLUMN_COUNT: error(
    "The row has more or fewer cells than the header.",
    "Check the delimiter and put quotes around cells that contain it."),
  ROW_CUT_OFF: error(
    "The row is not complete: a quote is never closed, or the file ends inside the row.",
    "Check that the file was transferred whole; close or double the quote."),
  ROW_TOO_LONG: error(
    "The row is longer than a row may be (1 MB).",
    "Check for a quote that is never closed, and the file's line ends."),
  RECORD_SHAPE_INVALID: error(
    "The record does not have the shape of a portfolio, an instrument or a distressed asset.",
    "Send an object with the members that the documentation of the import lists."),
  RULE_BROKEN: warning(
    "The row's values contradict one another or a rule of the dataset.",
    "Correct the values in the source, or change the rule if it does not fit this portfolio."),
  REFERENCE_UNKNOWN: warning(
    "The row refers to an identifier that no record, or no row of the other table, has.",
    "Correct the identifier, or send the missing row with the tape."),
  OUTLIER: warning(
    "A value lies more than 4 standard deviations from its column's mean. It is never changed.",
    "Compare it with the source: a wrong unit or a shifted decimal point looks like this."),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** All codes, in the order of the table. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Longest value that a problem repeats, in characters. */
const VALUE_LENGTH = 200;

/**
 * One thing wrong with one row. `row` is the line of the file where the row starts (JSON: number
 * of the record; of several tables: the row among all, 0 for a file as a whole), both from 1;
 * `column` the header or member path, null for the row as a whole; `value` what stood there,
 * shortened.
 */
export type RowProblem = {
  row: number;
  column: string | null;
  value: string | null;
  code: ProblemCode;
  severity: ProblemSeverity;
  message: string;
  recommendation: string;
  /** The quality rule that the row breaks. */
  rule?: string;
  /** Of a tape of several tables: the file or sheet, and the line in it. */
  table?: string | null;
  line?: number | null;
};

/** Makes a problem; texts and usual severity come from the table. */
export function rowProblem(
  code: ProblemCode, row: number, column: string | null, value: string | null,
  message: string, severity?: ProblemSeverity,
): RowProblem {
  const kind = PROBLEMS[code];
  return {
    row, column, value: value === null ? null : shorten(value), code,
    severity: severity ?? kind.severity, message, recommendation: kind.recommendation,
  };
}

/** The text for a message: a copy, cut to a readable length, never inside a surrogate pair. */
export function shorten(text: string, length = VALUE_LENGTH): string {
  if (text.length <= length) return detached(text);
  const last = text.charCodeAt(length - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
  return `${detached(text.slice(0, end))}…`;
}

/**
 * A copy that shares no memory with its source. A cell is a view into its chunk's text: a
 * problem that kept the view would keep the whole chunk.
 */
export const detached = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
