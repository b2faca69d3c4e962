import type { GroupColumn } from "@/lib/contract/facts";
import { exposureWarningWords } from "@/lib/risk/warning-text";
import { count } from "../ui/format";

/** Names of grouping columns, as a noun and in the plural. */
const GROUP_WORDS: Record<GroupColumn, readonly [string, string]> = {
  sector: ["Sector", "sectors"],
  country: ["Country", "countries"],
  region: ["Region", "regions"],
  asset_class: ["Asset class", "asset classes"],
  rating: ["Rating", "ratings"],
  stage: ["Stage", "stages"],
  dpd_bucket: ["Days past due", "days past due"],
  currency: ["Currency", "currencies"],
  collateral_type: ["Collateral type", "collateral types"],
  status: ["Status", "statuses"],
  obligor: ["Obligor", "obligors"],
  obligor_id: ["Obligor id", "obligor ids"],
  obligor_group: ["Obligor group", "obligor groups"],
  legal_entity: ["Legal entity", "legal entities"],
  instrument_id: ["Instrument", "instruments"],
};

export const groupWord = (column: GroupColumn): string => GROUP_WORDS[column][0];
export const groupWords = (column: GroupColumn): string => GROUP_WORDS[column][1];

const DPD_WORDS: Record<string, string> = {
  dpd_0_7: "Under 7 days",
  dpd_7_30: "7 to 29 days",
  dpd_30_60: "30 to 59 days",
  dpd_60_90: "60 to 89 days",
  dpd_90_plus: "90 days and more",
};

const countries = new Intl.DisplayNames(["en"], { type: "region" });

function countryWord(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  try {
    return countries.of(code) ?? code;
  } catch {
    return code;
  }
}

/** A value of a grouping column as people say it. */
export function groupValue(column: GroupColumn, value: string | null | undefined): string {
  if (value === null || value === undefined || value === "") return "Not given";
  if (column === "country") return countryWord(value);
  if (column === "stage") return `Stage ${value}`;
  if (column === "dpd_bucket") return DPD_WORDS[value] ?? value;
  return spoken(value);
}

/** "market_crash" gives "Market crash"; a code such as "ES-1" or "B+" stays as it is. */
function spoken(value: string): string {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(value)) return value;
  const text = value.replaceAll("_", " ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Whole numbers of a sentence as pages show them: "2,489 records", "1 record". */
function withCounts(text: string): string {
  return text
    .replace(/(?<![\d.,])\d{4,}(?![\d.,]*\d)/g, (digits) => count(Number(digits)))
    .replace(/^1 records\b/, "1 record")
    .replace(/^(1 record .*?) (count|are)\b/, (_, start: string, verb: string) =>
      `${start} ${verb === "are" ? "is" : "counts"}`);
}

/** A warning of a version in words: the server's own after the code, else the code's. */
export function warningWords(warning: string): string {
  const said = /^[A-Z_]+: (\S.*)$/.exec(warning)?.[1];
  if (said) return withCounts(`${said.charAt(0).toUpperCase()}${said.slice(1)}`);
  return exposureWarningWords(warning) ?? warning;
}

const RULES: Record<string, string> = {
  MISSING_VALUE: "Required value is empty",
  AMOUNT_UNREADABLE: "Amount cannot be read",
  RATE_UNREADABLE: "Rate cannot be read",
  DATE_UNREADABLE: "Date does not exist",
  NUMBER_UNREADABLE: "Not a whole number",
  AMOUNT_OUT_OF_RANGE: "Amount is too large",
  OUT_OF_RANGE: "Value is out of range",
  NEGATIVE_RATE: "Negative rate counts as 0",
  PRINCIPAL_NOT_POSITIVE: "Principal is 0 or below",
  CURRENCY_CONFLICT: "Two currencies in one row",
  FX_RATE_MISSING: "Currency has no rate",
  UNIT_DISCREPANCY: "Unit looks wrong",
  INTERCOMPANY_ELIMINATED: "Owed inside the group",
  SECTOR_CODE_UNKNOWN: "Industry code is not known",
  DUPLICATE_KEY: "Id is already used",
  CODE_UNKNOWN: "Code is not known",
  FIELD_IGNORED: "Field is not used here",
  COLUMN_COUNT: "Number of cells differs from the head",
  ROW_CUT_OFF: "Row is not complete",
  ROW_TOO_LONG: "Row is too long",
  RECORD_SHAPE_INVALID: "Record has no known shape",
  RULE_BROKEN: "Values contradict a rule",
  REFERENCE_UNKNOWN: "Refers to an id that the tape does not have",
  OUTLIER: "Far from the column’s mean",
};

/** A problem's rule in a few words. */
export const ruleWords = (code: string): string => RULES[code] ?? spoken(code.toLowerCase());

/** What became of the row. */
export function resultWords(problem: { code: string; severity: "error" | "warning" }): string {
  if (problem.severity === "error") return "Row is left out";
  if (problem.code === "INTERCOMPANY_ELIMINATED") return "Row counts nowhere";
  if (problem.code === "SECTOR_CODE_UNKNOWN") return "Row is kept without sector";
  if (problem.code === "DATE_UNREADABLE") return "Row is kept without date";
  if (problem.code === "NUMBER_UNREADABLE") return "Row is kept without value";
  return "Row is kept";
}

const SHORT_NAMES = new Set(["pd", "lgd"]);

/** "principal_amount" gives "Principal amount", for heads and labels of fields. */
export const fieldWord = (field: string): string =>
  (SHORT_NAMES.has(field) ? field.toUpperCase() : spoken(field).replace(/ pct$/, ", %"));

/** A message as a sentence of its own: capital letter, full stop. */
export function asSentence(message: string): string {
  const text = message.trim();
  const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return text === "" || /[.!?]$/.test(text) ? capital : `${capital}.`;
}
