import { isCalendarDate } from "../kernel/dates";
import { err, ok, type Result } from "../kernel/result";
import type { Locale } from "./locale";

/** Two-digit years from here on are 19xx, below it 20xx (POSIX: 69 is 1969, 68 is 2068). */
const PIVOT = 69;
/** Years outside this are slips or filler (0001, 1753), not dates of a loan tape. */
const FIRST_YEAR = 1900;

const TIME = "(?:(?:T|\\s+)\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?"
  + "\\s*(?:[AaPp]\\.?[Mm]\\.?)?\\s*(?:Z|[+-]\\d{2}:?\\d{2})?)?";
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${TIME}$`);
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${TIME}$`);
const DAY_NAME_YEAR = new RegExp(`^(\\d{1,2})[-/. ]+([A-Za-z]{3,9})[-/., ]+(\\d{4}|\\d{2})${TIME}$`);
const NAME_DAY_YEAR = new RegExp(`^([A-Za-z]{3,9})\\.? +(\\d{1,2})(?:, *| +)(\\d{4})${TIME}$`);

const LONG_MONTHS = [1, 3, 5, 7, 8, 10, 12];
const MONTHS = [
  "january", "february", "march", "april", "may", "june", "july", "august", "september",
  "october", "november", "december",
];

/**
 * A calendar date as `YYYY-MM-DD`; empty text is null. Read are: ISO dates (a time behind them is
 * dropped, the day stays as written), 20250228, days first with dots (28.02.2025), with slash or
 * hyphen in the locale's order (02/28/2025 in `en`, else 28/02/2025), English month names
 * (28-Feb-97, Feb 28, 2025). Two-digit years: 69-99 are 19xx, 00-68 are 20xx. A day that the
 * calendar does not have, and years before 1900, are unreadable.
 */
export function parseDate(text: string, locale: Locale): Result<string | null, "DATE_UNREADABLE"> {
  const trimmed = text.trim();
  if (trimmed === "") return ok(null);
  const date = readDate(trimmed, locale);
  return date === null ? err("DATE_UNREADABLE") : ok(date);
}

/** As parseDate for text that is not blank; null when unreadable. */
export function readDate(text: string, locale: Locale): string | null {
  if (isPlainIso(text)) return text;
  const trimmed = text.trim();
  if (trimmed.length > 50) return null;
  const iso = YEAR_FIRST.exec(trimmed);
  if (iso) return isoDate(iso[1], iso[3], iso[4]);
  const compact = COMPACT.exec(trimmed);
  if (compact) return isoDate(compact[1], compact[2], compact[3]);
  const last = YEAR_LAST.exec(trimmed);
  if (last) {
    const dayFirst = last[2] === "." || locale.order === "day-first";
    return dayFirst ? isoDate(last[4], last[3], last[1]) : isoDate(last[4], last[1], last[3]);
  }
  const named = DAY_NAME_YEAR.exec(trimmed);
  if (named) return isoDate(named[3], monthNumber(named[2]), named[1]);
  const leading = NAME_DAY_YEAR.exec(trimmed);
  if (leading) return isoDate(leading[3], monthNumber(leading[1]), leading[2]);
  return null;
}

/** `YYYY-MM-DD`; the end of February is left to the calendar. */
function isPlainIso(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  const year = digitsAt(text, 0) * 100 + digitsAt(text, 2);
  const month = digitsAt(text, 5);
  const day = digitsAt(text, 8);
  if (!(year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1)) return false;
  return day <= (month === 2 ? 28 : LONG_MONTHS.includes(month) ? 31 : 30);
}

/** The two digits at a place; NaN, which fails every comparison, when they are none. */
function digitsAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function monthNumber(name: string | undefined): string {
  const lower = (name ?? "").toLowerCase();
  const exact = MONTHS.findIndex((month) =>
    month === lower || month.slice(0, 3) === lower || (month === "september" && lower === "sept"));
  return String(exact + 1);
}

function isoDate(
  yearText: string | undefined, monthText: string | undefined, dayText: string | undefined,
): string | null {
  const [month, day] = [Number(monthText), Number(dayText)];
  let year = Number(yearText);
  if (yearText?.length === 2) year += year >= PIVOT ? 1900 : 2000;
  if (year < FIRST_YEAR || !isCalendarDate(year, month, day)) return null;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
