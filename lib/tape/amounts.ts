import { err, ok, type Result } from "../kernel/result";
import type { Locale } from "./locale";

/**
 * Money and per-cent text. Two rules hold everywhere: text that is empty is "not given" (null),
 * and text that cannot be read is an error, never 0. Grouping must be well formed: in `en`
 * "1,23" and "0,123" are unreadable, because they are decimals of another locale.
 */

/** Currency codes that may stand before or after an amount. */
const CODES = "EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|ISK|TRY|RUB|UAH|JPY|CNY|HKD|SGD|"
  + "KRW|INR|IDR|MYR|THB|PHP|VND|AUD|NZD|CAD|MXN|BRL|ARS|CLP|COP|PEN|ZAR|NGN|KES|EGP|MAD|"
  + "ILS|AED|SAR|QAR|KWD";
const MARK = `${CODES}|US\\$|[$€£¥₹]|kr\\.?|zł|Kč|Fr\\.?`;
const LEADING_MARK = new RegExp(`^([+-]?)\\s*(${MARK})\\s*`, "u");
const TRAILING_MARK = new RegExp(`\\s*(${MARK})(-?)$`, "u");
const PARENTHESES = /^\(([^()]*)\)$/;
const SIGNED_AGAIN = /^[+-]/;

/** Which currency a mark stands for; marks that several currencies share are not here. */
const MARK_CURRENCY: Readonly<Record<string, string>> = {
  "€": "EUR", "£": "GBP", "₹": "INR", "US$": "USD", "zł": "PLN", "Kč": "CZK",
};

const currencies = new Set(CODES.split("|"));
/** True for the currency codes that an amount may name. */
export const isCurrency = (code: string): boolean => currencies.has(code);

type Shape = { grouped: RegExp; plain: RegExp; marks: RegExp };
const shapes = new Map<Locale, Shape>();

/** An amount in currency units; currency marks are allowed, a per-cent sign is not. */
export function parseAmount(text: string, locale: Locale): Result<number | null, "AMOUNT_UNREADABLE"> {
  if (isBlank(text)) return ok(null);
  const value = readAmount(text, locale);
  return Number.isNaN(value) ? err("AMOUNT_UNREADABLE") : ok(value);
}

/** A rate in percentage points: "5", "5%" and "5 %" are all 5. */
export function parsePercent(text: string, locale: Locale): Result<number | null, "RATE_UNREADABLE"> {
  if (isBlank(text)) return ok(null);
  const value = readPercent(text, locale);
  return Number.isNaN(value) ? err("RATE_UNREADABLE") : ok(value);
}

/** A fraction: "0.05" and "5%" are both 0.05. */
export function parseFraction(text: string, locale: Locale): Result<number | null, "RATE_UNREADABLE"> {
  if (isBlank(text)) return ok(null);
  const value = readFraction(text, locale);
  return Number.isNaN(value) ? err("RATE_UNREADABLE") : ok(value);
}

/** True for text without content: empty, or white space only. */
export const isBlank = (text: string): boolean =>
  text === "" || (!isSolid(text.charCodeAt(0)) && text.trim() === "");

/** True for character codes that are surely no white space: a quick test before `trim`. */
export const isSolid = (code: number): boolean => code > 32 && code < 160;

/** As parseAmount for text that is not blank; NaN when unreadable. */
export function readAmount(text: string, locale: Locale): number {
  const plain = readPlainNumber(text, locale);
  return plain === plain ? plain : readDressed(text, locale, true);
}

/** Only sign, digits and decimal mark, up to 15 digits; NaN for all else. Allocates nothing. */
export const readPlainNumber = (text: string, locale: Locale): number =>
  readPlain(text, locale.decimal === "." ? 46 : 44);

/** As parsePercent for text that is not blank; NaN when unreadable. */
export function readPercent(text: string, locale: Locale): number {
  const plain = readPlainNumber(text, locale);
  return plain === plain ? plain : readDressed(withoutPercent(text), locale, false);
}

/** As parseFraction for text that is not blank; NaN when unreadable. */
export function readFraction(text: string, locale: Locale): number {
  const plain = readPlainNumber(text, locale);
  if (plain === plain) return plain;
  const bare = withoutPercent(text);
  const value = readAmountWithoutMark(bare, locale);
  return bare.length === text.length ? value : value / 100;
}

/** A plain whole number; NaN when it is not one. */
export function readWhole(text: string, locale: Locale): number {
  const value = readAmountWithoutMark(text, locale);
  return Number.isInteger(value) ? value : NaN;
}

/** The currency that the text itself names ("EUR 5", "5 €"), or null; "$" and "kr" name none. */
export function currencyOfAmount(text: string): string | null {
  const trimmed = text.trim().replace(/[()]/g, "");
  const mark = LEADING_MARK.exec(trimmed)?.[2] ?? TRAILING_MARK.exec(trimmed)?.[1];
  if (mark === undefined) return null;
  return MARK_CURRENCY[mark] ?? (/^[A-Z]{3}$/.test(mark) ? mark : null);
}

const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * Sign, digits, decimal mark, digits, at most 15 digits in all: whole number / power of ten, both
 * exact, so the quotient is the nearest float64, as Number() gives. NaN for anything else.
 */
function readPlain(text: string, decimal: number): number {
  const length = text.length;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  if (length - start > 16 || length === start) return NaN;
  let whole = 0;
  let digits = 0;
  let point = -1;
  for (let at = start; at < length; at++) {
    const char = text.charCodeAt(at);
    if (char >= 48 && char <= 57) {
      whole = whole * 10 + (char - 48);
      digits++;
    } else if (char === decimal && point < 0) {
      point = digits;
    } else {
      return NaN;
    }
  }
  if (digits === 0 || digits > 15) return NaN;
  const value = point < 0 ? whole : whole / POWERS[digits - point]!;
  return start === 1 && value !== 0 ? -value : value;
}

function readAmountWithoutMark(text: string, locale: Locale): number {
  const plain = readPlainNumber(text, locale);
  return plain === plain ? plain : readDressed(text, locale, false);
}

/** Numbers with a currency mark, parentheses, a trailing sign, grouping or an exponent. */
function readDressed(text: string, locale: Locale, marks: boolean): number {
  if (text.length > 100) return NaN;
  let rest = text.trim().replaceAll("\u2212", "-");
  if (marks) rest = withoutMark(rest);
  let negative = false;
  const inside = PARENTHESES.exec(rest)?.[1];
  if (inside !== undefined) {
    rest = marks ? withoutMark(inside.trim()) : inside.trim();
    if (SIGNED_AGAIN.test(rest) || rest.endsWith("-")) return NaN;
    negative = true;
  } else if (rest.endsWith("-")) {
    rest = rest.slice(0, -1).trimEnd();
    // "2.500,-" writes "no cents", not a minus.
    if (SIGNED_AGAIN.test(rest) || rest.endsWith(locale.decimal)) return NaN;
    negative = true;
  } else if (SIGNED_AGAIN.test(rest)) {
    negative = rest.startsWith("-");
    rest = rest.slice(1).trimStart();
  }
  const value = readUnsigned(rest, locale);
  return negative && value !== 0 ? -value : value;
}

function readUnsigned(text: string, locale: Locale): number {
  const shape = shapeOf(locale);
  let plain = text;
  if (!shape.plain.test(text)) {
    if (!shape.grouped.test(text)) return NaN;
    plain = text.replace(shape.marks, "");
  }
  const value = Number(locale.decimal === "," ? plain.replace(",", ".") : plain);
  if (value === 0 && /^[^eE]*[1-9]/.test(plain)) return NaN; // too small for a float64
  return Number.isFinite(value) ? value : NaN;
}

/** A grouped number has one kind of mark, groups of three and no leading zero. */
function shapeOf(locale: Locale): Shape {
  const known = shapes.get(locale);
  if (known) return known;
  const decimal = locale.decimal === "." ? "\\." : ",";
  const group = `[${locale.group.replace(".", "\\.")}]`;
  const shape: Shape = {
    plain: new RegExp(`^(?:\\d+(?:${decimal}\\d*)?|${decimal}\\d+)(?:[eE][+-]?\\d{1,4})?$`),
    grouped: new RegExp(`^[1-9]\\d{0,2}(${group})\\d{3}(?:\\1\\d{3})*(?:${decimal}\\d*)?$`),
    marks: new RegExp(group, "g"),
  };
  shapes.set(locale, shape);
  return shape;
}

function withoutMark(text: string): string {
  const leading = LEADING_MARK.exec(text);
  if (leading) return `${leading[1] ?? ""}${text.slice(leading[0].length)}`;
  const trailing = TRAILING_MARK.exec(text);
  return trailing ? `${text.slice(0, trailing.index)}${trailing[2] ?? ""}` : text;
}

/** Drops one per-cent sign, also inside closing parentheses: "(5%)", "5 %", "-5%". */
function withoutPercent(text: string): string {
  return text.replace(/\s*%\s*(\)?)\s*$/, "$1");
}
