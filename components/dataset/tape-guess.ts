import {
  AMOUNT_FIELDS, DATE_FIELDS, RATE_FIELDS, TEXT_FIELDS, WHOLE_FIELDS,
} from "../../lib/kernel/record";
import { compactNumber, percentOf, plural } from "../ui/format";

/** Fields a column can be mapped to, in the order they are offered. */
export const TAPE_FIELDS: readonly string[] = [
  "instrument_id", "obligor_id", "obligor_group", "principal", "interest_rate_pct",
  "collateral_value", "currency", "sector", "country", "region", "asset_class", "rating", "stage",
  "days_past_due", "status", "recovery_rate_pct", "distressed_value", "record_kind",
  ...[...TEXT_FIELDS, ...AMOUNT_FIELDS, ...RATE_FIELDS, ...WHOLE_FIELDS, ...DATE_FIELDS]
    .filter((field) => !new Set<string>([
      "instrument_id", "obligor_id", "obligor_group", "principal", "interest_rate_pct",
      "collateral_value", "currency", "sector", "country", "region", "asset_class", "rating",
      "stage", "days_past_due", "status", "recovery_rate_pct", "distressed_value",
    ]).has(field)),
];

export const LOCALES = [
  { value: "en", label: "English: 1,234.56" },
  { value: "de", label: "German: 1.234,56" },
  { value: "fr", label: "French: 1 234,56" },
  { value: "es", label: "Spanish: 1.234,56" },
  { value: "it", label: "Italian: 1.234,56" },
  { value: "nl", label: "Dutch: 1.234,56" },
  { value: "pt", label: "Portuguese: 1.234,56" },
  { value: "pl", label: "Polish: 1 234,56" },
  { value: "ch", label: "Swiss: 1’234.56" },
  { value: "sv", label: "Swedish: 1 234,56" },
] as const;

const includes = (list: readonly string[], field: string): boolean => list.includes(field);

type Kind = "amount" | "rate" | "whole" | "date" | "text";

export function kindOf(field: string): Kind {
  if (includes(AMOUNT_FIELDS, field)) return "amount";
  if (includes(RATE_FIELDS, field)) return "rate";
  if (includes(WHOLE_FIELDS, field)) return "whole";
  return includes(DATE_FIELDS, field) ? "date" : "text";
}

/** A number as the locale writes it, null when it is none. For a look at samples only. */
export function sampleNumber(text: string, locale: string): number | null {
  const bare = text.replace(/[%€$£]|[A-Z]{3}/g, "").replace(/[\s\u00a0\u202f'’]/g, "");
  const point = locale === "en" || locale === "ch";
  const group = point ? "," : ".";
  const decimal = point ? "." : ",";
  const parts = bare.split(decimal);
  const [whole = "", fraction, ...more] = parts;
  if (more.length > 0 || (fraction !== undefined && !/^\d*$/.test(fraction))) return null;
  const groups = whole.replace(/^[-+−]/, "").split(group);
  const grouped = groups.length === 1
    || groups.every((part, index) => (index === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(part));
  if (!grouped || !/^\d+$/.test(groups.join(""))) return null;
  const value = Number(`${groups.join("")}.${fraction || "0"}`);
  return /^[-−]/.test(whole) ? -value : value;
}

const isDate = (text: string): boolean =>
  /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})([ T].*)?$/.test(text.trim());

function fits(text: string, kind: Kind, locale: string): boolean {
  if (kind === "text") return true;
  if (kind === "date") return isDate(text);
  const bare = kind === "whole" ? text.replace(/^\s*(ifrs ?9 ?)?stage[ _-]*/i, "") : text;
  const value = sampleNumber(bare, locale);
  return value !== null && (kind !== "whole" || Number.isInteger(value));
}

/** Figures stand at the right: a number field, or cells that all are numbers. */
export function isNumeric(cells: readonly string[], field: string, locale: string): boolean {
  if (field !== "") return ["amount", "rate", "whole"].includes(kindOf(field));
  const given = cells.filter((cell) => cell.trim() !== "");
  return given.length > 0 && given.every((cell) => sampleNumber(cell, locale) !== null);
}

export interface ColumnLook {
  /** What the first rows show: "amounts, 71 % empty". */
  words: string;
  /** Samples that are not what the field needs. */
  misfits: string[];
  /** Up to three different samples. */
  samples: string[];
}

const NOUN: Record<Exclude<Kind, "text">, string> = {
  amount: "amounts", rate: "rates", whole: "whole numbers", date: "dates",
};

/** What the first rows say about a column that is mapped to a field ("" for none). */
export function lookAt(cells: readonly string[], field: string, locale: string): ColumnLook {
  const given = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
  const distinct = [...new Set(given)];
  const samples = distinct.slice(0, 3);
  if (given.length === 0) return { words: "empty in the first rows", misfits: [], samples };
  const empty = 1 - given.length / cells.length;
  const emptyWords = empty > 0 ? `, ${percentOf(empty, { decimals: 0 })} empty` : "";
  const kind = kindOf(field);
  const misfits = distinct.filter((cell) => !fits(cell, kind, locale));
  if (misfits.length > 0 && kind !== "text") {
    const words = `${plural(misfits.length, "value does", "values do")} not fit ${NOUN[kind]}: ${misfits[0]}`;
    return { words, misfits, samples };
  }
  if (kind === "text") {
    return { words: `${plural(distinct.length, "different value")}${emptyWords}`, misfits, samples };
  }
  if (kind === "date") return { words: `dates${emptyWords}`, misfits, samples };
  const values = given.map((cell) => sampleNumber(cell.replace(/^\D*stage\D*/i, ""), locale) ?? 0);
  const range = `${compactNumber(Math.min(...values))} to ${compactNumber(Math.max(...values))}`;
  return { words: `${NOUN[kind]}, ${range}${emptyWords}`, misfits, samples };
}

const LIKE_NUMBER = /^[-+−]?[\d.,'’\s\u00a0\u202f]+\s*%?$/;

/**
 * The locale in which most samples of the number columns can be read, of all columns that look
 * like numbers while none is mapped; en when nothing tells.
 */
export function guessLocale(
  columns: readonly { field: string; cells: readonly string[] }[], delimiter: string,
): string {
  const mapped = columns.filter(({ field }) => ["amount", "rate"].includes(kindOf(field)));
  const cells = (mapped.length > 0 ? mapped : columns).flatMap((column) => column.cells)
    .filter((cell) => /[.,]\d/.test(cell) && (mapped.length > 0 || LIKE_NUMBER.test(cell.trim())));
  const score = (locale: string) =>
    cells.filter((cell) => sampleNumber(cell, locale) !== null).length;
  const [en, de] = [score("en"), score("de")];
  if (en === de) return delimiter === ";" && cells.length > 0 ? "de" : "en";
  return en > de ? "en" : "de";
}

const MONTH_DAYS = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The as-of date in a file's name, "" when there is none: a month means its last day. */
export function asOfFromName(name: string): string {
  const match = /(20\d{2})[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)/.exec(name);
  if (!match) return "";
  const [, year = "", month = "", day] = match;
  const last = MONTH_DAYS(Number(year), Number(month));
  if (day && Number(day) > last) return "";
  return `${year}-${month}-${day ?? String(last)}`;
}

/** Currencies other than the base that the first rows name. */
export function foreignCurrencies(cells: readonly string[], base: string): string[] {
  const codes = cells.map((cell) => cell.trim().toUpperCase());
  return [...new Set(codes)].filter((code) => /^[A-Z]{3}$/.test(code) && code !== base).sort();
}
