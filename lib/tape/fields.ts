import { AMOUNT_LIMIT, RATE_LIMIT } from "../kernel/exact";
import { WHOLE_FIELDS, type AmountField, type Origin, type RecordField } from "../kernel/record";
import {
  currencyOfAmount, isSolid, readAmount, readFraction, readPercent, readPlainNumber, readWhole,
} from "./amounts";
import { readDate } from "./dates";
import { STYLES, type Locale } from "./locale";
import { rowProblem, shorten, type ProblemCode, type ProblemSeverity, type RowProblem } from "./problem";

/** How records are read: number style, base currency, base units per 1 unit of a currency. */
export type NormalizeOptions = {
  locale: Locale;
  baseCurrency: string;
  fxRates?: Readonly<Record<string, number>>;
  /** The tape's latest measurement date: rows of earlier ones are kept beside the position. */
  positionDate?: string;
};

/** A record, or null when it was rejected; then at least one problem is an error. */
export type Normalized<R> = { record: R | null; problems: readonly RowProblem[] };

const NONE: readonly RowProblem[] = Object.freeze([]);

/** A currency and its base units per 1 unit. */
export type Money = { currency: string; factor: number };

/** What one record is read with: its problems so far and its currency. */
export class Reading {
  readonly locale: Locale;
  /** Base units per 1 unit of the record's currency. */
  factor = 1;
  /** The currency that the record's amounts are in. */
  currency: string;
  /** Sums of a pool below 0 are errors: no balance to come can mend them. */
  isPool = false;
  /** True once an error was added. */
  failed = false;

  private readonly base: string;
  private readonly rates: ReadonlyMap<string, number>;
  private row = 0;
  private given: Origin["amounts"] | null = null;
  private found: RowProblem[] | null = null;

  constructor(options: NormalizeOptions) {
    this.locale = options.locale;
    this.base = options.baseCurrency.trim().toUpperCase();
    this.currency = this.base;
    this.rates = new Map(Object.entries(options.fxRates ?? {})
      .filter(([, rate]) => Number.isFinite(rate) && rate > 0)
      .map(([code, rate]) => [code.trim().toUpperCase(), rate]));
  }

  /** Begins a record. */
  start(row: number): void {
    this.row = row;
    this.found = null;
    this.given = null;
    this.failed = false;
    this.currency = this.base;
    this.factor = 1;
  }

  /** How many problems the record has so far. */
  get count(): number {
    return this.found === null ? 0 : this.found.length;
  }

  /** The record's problems. */
  problems(): readonly RowProblem[] {
    return this.found ?? NONE;
  }

  /** Notes a problem; an error rejects the record. */
  add(
    code: ProblemCode, column: string | null, value: string | null, message: string,
    severity?: ProblemSeverity, rule?: string,
  ): void {
    const problem = rowProblem(code, this.row, column, value, message, severity);
    if (rule !== undefined) problem.rule = rule;
    if (problem.severity === "error") this.failed = true;
    (this.found ??= []).push(problem);
  }

  /** An amount in base currency, remembered as it was given. */
  converted(field: AmountField, given: number): number {
    (this.given ??= {})[field] = given;
    return given * this.factor;
  }

  /** What was converted since the record, or the part before, began; undefined for nothing. */
  takeOrigin(): Origin | undefined {
    const amounts = this.given;
    if (amounts === null) return undefined;
    this.given = null;
    return { currency: this.currency, fx_rate: this.factor, amounts };
  }

  /** The currency that amounts are read in now, to go back to with `resume`. */
  money(): Money {
    return { currency: this.currency, factor: this.factor };
  }

  /** Goes back to a currency that was looked up before. */
  resume(money: Money): void {
    this.currency = money.currency;
    this.factor = money.factor;
  }

  /** Sets the currency of the amounts that follow; undefined is the base currency. */
  useCurrency(currency: string | undefined, column: string | null): void {
    this.currency = currency ?? this.base;
    this.factor = 1;
    if (this.currency === this.base) return;
    const rate = this.rates.get(this.currency);
    if (rate !== undefined) {
      this.factor = rate;
      return;
    }
    this.add("FX_RATE_MISSING", column, this.currency,
      `currency '${shorten(this.currency, 20)}' has no rate to ${this.base} in fx_rates`);
  }
}

/** How a number was adjusted by the mapping. */
export type Adjustment = { scale: number; negate: boolean };

/** An amount in base currency from text that is not blank; undefined when it has a problem. */
export function amountFromText(
  field: RecordField, text: string, column: string, reading: Reading, adjust: Adjustment | null,
): number | undefined {
  let value = readPlainNumber(text, reading.locale);
  if (value !== value) {
    value = readAmount(text, reading.locale);
    if (value !== value) return unreadable("AMOUNT_UNREADABLE", field, text, column, reading);
    const named = currencyOfAmount(text);
    if (named !== null && named !== reading.currency) {
      reading.add("CURRENCY_CONFLICT", column, text,
        `${field} '${shorten(text, 60)}' is in ${named}, the record in ${reading.currency}`);
      return undefined;
    }
  }
  return amount(field, value, text, column, reading, adjust);
}

/** Checks an amount in the record's currency and gives it in base currency. */
export function amount(
  field: RecordField, given: number, shown: string | null, column: string, reading: Reading,
  adjust: Adjustment | null,
): number | undefined {
  let value = given;
  if (adjust !== null) value = (adjust.negate ? 0 - value : value) * adjust.scale;
  // Both are added up exactly, what was given too.
  const isTooLarge = !(value <= AMOUNT_LIMIT && value >= -AMOUNT_LIMIT);
  if (reading.factor !== 1) value = reading.converted(field as AmountField, value);
  if (isTooLarge || !(value <= AMOUNT_LIMIT && value >= -AMOUNT_LIMIT)) {
    const text = shown ?? String(given);
    reading.add("AMOUNT_OUT_OF_RANGE", column, text,
      `${field} '${shorten(text, 60)}' is beyond 9e14 currency units`);
    return undefined;
  }
  if (value > 0) return value;
  if (value < 0 && reading.isPool) {
    reading.add("OUT_OF_RANGE", column, shown ?? String(given), `${field} ${value} is below 0`,
      "error");
    return undefined;
  }
  if (field === "principal") {
    reading.add("PRINCIPAL_NOT_POSITIVE", column, shown ?? String(given),
      `principal ${value} is not above 0; the record does not count in the exposure`);
  } else if (value < 0) {
    reading.add("OUT_OF_RANGE", column, shown ?? String(given), `${field} ${value} is below 0`);
  }
  return value === 0 ? 0 : value;
}

/** A rate or a whole number from text that is not blank; undefined when it is not to be kept. */
export function numberFromText(
  field: RecordField, text: string, column: string, reading: Reading, adjust: Adjustment | null,
): number | undefined {
  const { locale } = reading;
  switch (field) {
    case "pd":
    case "lgd": {
      const value = readFraction(text, locale);
      if (value === value) return number(field, value, text, column, reading, adjust);
      return unreadable("RATE_UNREADABLE", field, text, column, reading, "warning");
    }
    case "stage":
    case "days_past_due":
    case "lien_position": {
      const bare = field === "stage" ? text.replace(/^\s*(?:ifrs ?9 ?)?stage[ _-]*/i, "") : text;
      const value = readWhole(bare, locale);
      if (value === value) return number(field, value, text, column, reading, adjust);
      return unreadable("NUMBER_UNREADABLE", field, text, column, reading);
    }
    default: {
      const value = readPercent(text, locale);
      if (value === value) return number(field, value, text, column, reading, adjust);
      return unreadable("RATE_UNREADABLE", field, text, column, reading);
    }
  }
}

const RANGES: Partial<Record<RecordField, readonly [number, number]>> = {
  pd: [0, 1], lgd: [0, 1], stage: [1, 3], days_past_due: [0, 100_000], lien_position: [1, 100],
};
const WHOLE: ReadonlySet<RecordField> = new Set(WHOLE_FIELDS);

/**
 * Checks a rate or whole number. pd, lgd, stage and days past due outside their range are left
 * out with a warning; rates in points are kept with one.
 */
export function number(
  field: RecordField, given: number, shown: string | null, column: string, reading: Reading,
  adjust: Adjustment | null,
): number | undefined {
  let value = given;
  if (adjust !== null) value = (adjust.negate ? 0 - value : value) * adjust.scale;
  const range = RANGES[field];
  if (range !== undefined) {
    if (WHOLE.has(field) && !Number.isInteger(value)) {
      return unreadable("NUMBER_UNREADABLE", field, shown ?? String(given), column, reading);
    }
    if (value >= range[0] && value <= range[1]) return value === 0 ? 0 : value;
    const asPercent = range[1] === 1 && value > 1 && value <= 100;
    reading.add(asPercent ? "UNIT_DISCREPANCY" : "OUT_OF_RANGE", column, shown ?? String(given),
      `${field} ${value} is outside ${range[0]} to ${range[1]}`
      + `${asPercent ? " and looks like per cent (scale 0.01)" : ""}; the row is kept without it`);
    return undefined;
  }
  if (!(value <= RATE_LIMIT && value >= -RATE_LIMIT)) {
    reading.add("OUT_OF_RANGE", column, shown ?? String(given), `${field} ${value} is beyond 9e9`, "error");
    return undefined;
  }
  if (field === "recovery_rate_pct") {
    if (!(value >= 0 && value <= 100)) {
      reading.add("OUT_OF_RANGE", column, shown ?? String(given),
        `${field} ${value} is outside 0 to 100`, "warning",
        value > 100 ? "recovery_at_most_100" : undefined);
    }
  } else if (value < 0) {
    reading.add("NEGATIVE_RATE", column, shown ?? String(given), `${field} ${value} is below 0`);
  }
  return value === 0 ? 0 : value;
}

/** A date from text that is not blank. */
export function dateFromText(
  field: RecordField, text: string, column: string, reading: Reading,
): string | undefined {
  const date = readDate(text, reading.locale);
  return date ?? unreadable("DATE_UNREADABLE", field, text, column, reading);
}

/** Trimmed text; undefined when there is none. */
export function plainText(text: string): string | undefined {
  if (isSolid(text.charCodeAt(0)) && isSolid(text.charCodeAt(text.length - 1))) return text;
  const trimmed = text.trim();
  return trimmed === "" ? undefined : trimmed;
}

const RULES: Partial<Record<ProblemCode, string>> = {
  AMOUNT_UNREADABLE: "is not an amount in the locale",
  RATE_UNREADABLE: "is not a rate in the locale",
  NUMBER_UNREADABLE: "is not a whole number",
  DATE_UNREADABLE: "is not a calendar date in the locale",
};

/** In which other way of writing a text can be read, for who chose the wrong one. */
function otherStyle(code: ProblemCode, text: string): string {
  const isRead = (style: Locale): boolean => code === "DATE_UNREADABLE"
    ? readDate(text, style) !== null : !Number.isNaN(readAmount(text, style));
  const style = STYLES.find(isRead);
  return style === undefined ? "" : `, but in ${style.id}`;
}

/** Notes that a field's text cannot be read. */
export function unreadable(
  code: ProblemCode, field: RecordField, text: string, column: string, reading: Reading,
  severity?: ProblemSeverity,
): undefined {
  const locale = code === "NUMBER_UNREADABLE" ? "" : ` ${reading.locale.id}${otherStyle(code, text)}`;
  reading.add(code, column, text,
    `${field} '${shorten(text, 60)}' ${RULES[code]}${locale}`, severity);
  return undefined;
}
