/** Figures as text. Null, undefined and anything not finite become "-"; nothing returns NaN. */

export type Figure = number | string | null | undefined;

export const MINUS = "\u2212";
export const NARROW = "\u202f";
export const NONE = "-";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function toNumber(value: Figure): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = typeof value === "number" ? value : Number(value);
  return Number.isFinite(number) ? number : null;
}

const formatters = new Map<string, Intl.NumberFormat>();

function grouped(value: number, least: number, most: number): string {
  const key = `${least}-${most}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    });
    formatters.set(key, formatter);
  }
  return formatter.format(value);
}

interface Digits {
  /** Exactly this many decimals. */
  decimals?: number;
  /** A plus before what is above zero. */
  plus?: boolean;
}

/** Adds the sign after rounding, so that a rounded zero never carries a minus. */
function withSign(value: number, text: string, plus: boolean): string {
  const isZero = !/[1-9]/.test(text);
  if (isZero) return text;
  if (value < 0) return MINUS + text;
  return plus ? `+${text}` : text;
}

function decimalText(value: Figure, least: number, most: number, plus: boolean): string {
  const number = toNumber(value);
  if (number === null) return NONE;
  return withSign(number, grouped(Math.abs(number), least, most), plus);
}

/** A plain number with grouped thousands; no decimals unless asked. */
export function number(value: Figure, { decimals = 0, plus = false }: Digits = {}): string {
  return decimalText(value, decimals, decimals, plus);
}

/** Up to so many decimals, without needless zeros: 18, 0.25. */
export function compactNumber(value: Figure, most = 2, plus = false): string {
  return decimalText(value, 0, most, plus);
}

export function count(value: Figure): string {
  return decimalText(value, 0, 0, false);
}

/** "1 row", "27 rows", "0 entries". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const EXACT = /^(-?)(\d+)(?:\.(\d{0,2}))?$/;

/** In full with two decimals. A decimal text keeps every digit, also beyond 2^53. */
export function money(value: Figure, { decimals = 2, plus = false }: Digits = {}): string {
  const exact = typeof value === "string" && decimals === 2 ? EXACT.exec(value) : null;
  if (!exact) return decimalText(value, decimals, decimals, plus);
  const whole = BigInt(exact[2] ?? "0").toLocaleString("en-US");
  const text = `${whole}.${(exact[3] ?? "").padEnd(2, "0")}`;
  return withSign(exact[1] ? -1 : 1, text, plus);
}

/** "EUR 487,225,944.46" */
export function moneyWithCurrency(value: Figure, currency: string): string {
  const text = money(value);
  return text === NONE ? NONE : `${currency} ${text}`;
}

/** From an amount in currency units to millions with one decimal. */
export function millions(value: Figure, { decimals = 1, plus = false }: Digits = {}): string {
  const amount = toNumber(value);
  return amount === null ? NONE : decimalText(amount / 1e6, decimals, decimals, plus);
}

export interface MoneyScale {
  /** "EUR m", "EUR k", "EUR", "EUR bn", "EUR tn": said once, in a head or at an axis. */
  label: string;
  /** "m", "k", "", "bn", "tn" */
  suffix: string;
  divisor: number;
  decimals: number;
  /** The least difference that is shown, in currency units. */
  step: number;
  /** An amount in currency units as a figure in this unit, without the unit. */
  format: (value: Figure) => string;
  /** With a plus above zero. */
  signed: (value: Figure) => string;
  /** For axis ticks: no needless decimals. */
  tick: (value: Figure) => string;
  /** "EUR 487.2 m", for sentences. */
  inWords: (value: Figure) => string;
}

const UNITS = [
  { from: 1e14, divisor: 1e12, suffix: "tn" },
  { from: 1e11, divisor: 1e9, suffix: "bn" },
  { from: 1e7, divisor: 1e6, suffix: "m" },
  { from: 1e5, divisor: 1e3, suffix: "k" },
  { from: 0, divisor: 1, suffix: "" },
] as const;

/** The unit for a page, from the largest figure on it. */
export function moneyScale(max: Figure, currency: string): MoneyScale {
  const largest = Math.abs(toNumber(max) ?? 0);
  const unit = UNITS.find((candidate) => largest >= candidate.from) ?? UNITS[4];
  const { divisor, suffix } = unit;
  const decimals = suffix === "" || largest / divisor < 100 ? 2 : 1;
  const scaled = (value: Figure): number | null => {
    const amount = toNumber(value);
    return amount === null ? null : amount / divisor;
  };
  const format = (value: Figure) => decimalText(scaled(value), decimals, decimals, false);
  return {
    label: suffix ? `${currency} ${suffix}` : currency,
    suffix,
    divisor,
    decimals,
    step: divisor / 10 ** decimals,
    format,
    signed: (value) => decimalText(scaled(value), decimals, decimals, true),
    tick: (value) => decimalText(scaled(value), 0, 2, false),
    inWords: (value) => {
      const text = format(value);
      if (text === NONE) return NONE;
      return suffix ? `${currency} ${text} ${suffix}` : `${currency} ${text}`;
    },
  };
}

/** From a number that is per cent already: 25.9 gives "25.9 %". */
export function percent(value: Figure, { decimals = 1, plus = false }: Digits = {}): string {
  const text = decimalText(value, decimals, decimals, plus);
  return text === NONE ? NONE : `${text}${NARROW}%`;
}

/** From a ratio: 0.259 gives "25.9 %". */
export function percentOf(ratio: Figure, digits: Digits = {}): string {
  const value = toNumber(ratio);
  return value === null ? NONE : percent(value * 100, digits);
}

/** A shock in per cent, signed, without needless decimals: "−25 %", "+4.5 %". */
export function shock(value: Figure): string {
  const text = compactNumber(value, 2, true);
  return text === NONE ? NONE : `${text}${NARROW}%`;
}

/** A shift of a rate: "+0.50 pts". */
export function points(value: Figure, { decimals = 2, plus = true }: Digits = {}): string {
  const text = decimalText(value, decimals, decimals, plus);
  return text === NONE ? NONE : `${text} pts`;
}

/** "0.50 ×" */
export function ratio(value: Figure, { decimals = 2 }: Digits = {}): string {
  const text = decimalText(value, decimals, decimals, false);
  return text === NONE ? NONE : `${text} ×`;
}

type Moment = string | number | Date | null | undefined;

function toDate(value: Moment): Date | null {
  if (value === null || value === undefined || value === "") return null;
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

const two = (value: number) => String(value).padStart(2, "0");

function dayMonth(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** "31 Oct 2026" */
export function date(value: Moment): string {
  const moment = toDate(value);
  return moment ? `${dayMonth(moment)} ${moment.getUTCFullYear()}` : NONE;
}

/** "19 Nov 2026, 14:02 UTC" */
export function time(value: Moment, { seconds = false } = {}): string {
  const moment = toDate(value);
  if (!moment) return NONE;
  const clock = `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
  return `${date(moment)}, ${clock}${seconds ? `:${two(moment.getUTCSeconds())}` : ""} UTC`;
}

/** "19 Nov, 14:02", where the column's head says UTC. */
export function timeShort(value: Moment): string {
  const moment = toDate(value);
  if (!moment) return NONE;
  return `${dayMonth(moment)}, ${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
}

/** "0.4 s", "8 s", "2 min 5 s", "1 h 4 min" */
export function duration(milliseconds: Figure): string {
  const value = toNumber(milliseconds);
  if (value === null || value < 0) return NONE;
  if (value < 9950) return `${compactNumber(value / 1000, 1)} s`;
  const seconds = Math.round(value / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** "196 MB", in steps of 1,000 */
export function bytes(value: Figure): string {
  const size = toNumber(value);
  if (size === null) return NONE;
  const names = ["B", "kB", "MB", "GB", "TB"];
  const step = size < 1 ? 0 : Math.min(4, Math.floor(Math.log10(size) / 3));
  const scaled = size / 1000 ** step;
  return `${compactNumber(scaled, scaled < 10 && step > 0 ? 1 : 0)} ${names[step]}`;
}

/** The first 8 characters of an id or a hash. */
export function shortId(id: string | null | undefined): string {
  return id ? id.slice(0, 8) : NONE;
}

/** "MO" from "Maria Ortega", "AN" from "analyst-1". */
export function initials(name: string): string {
  const words = name.split(/[\s._@-]+/).filter((word) => /\p{L}/u.test(word));
  const [first = "", second] = words;
  const letters = second ? (first[0] ?? "") + (second[0] ?? "") : first.slice(0, 2);
  return letters.toUpperCase() || "?";
}
