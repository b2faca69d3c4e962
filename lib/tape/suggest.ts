import { isBlank, isCurrency, readAmount, readFraction, readPercent, readWhole } from "./amounts";
import type { CsvRow } from "./csv";
import { readDate } from "./dates";
import { LOCALE_IDS, resolveLocale, type Locale } from "./locale";
import { suggestMapping } from "./mapping";
import { fieldType, headerKey, type FieldType, type MappableField } from "./mapping-fields";
import type { SectorScheme } from "./sectors";

/** Why a column is suggested for a field. */
export type SuggestedBy = "name" | "synonym" | "values";

/**
 * A column that may feed a field; `confidence` from 0 to 1, `reason` in words. `scheme` where the
 * column's name says that it holds industry codes.
 */
export type Suggestion = {
  field: MappableField; column: string; by: SuggestedBy; confidence: number; reason: string;
  scheme?: SectorScheme;
};

/** How sure a suggestion is before the values were looked at. */
const SURE: Readonly<Record<SuggestedBy, number>> = { name: 1, synonym: 0.9, values: 0.6 };
/** The share of values that must be of a kind to say what a column holds. */
const MOST = 0.9;
const SOME = 0.5;
const NOUNS: Readonly<Partial<Record<FieldType, string>>> = {
  amount: "amounts", points: "rates", fraction: "rates", whole: "whole numbers", date: "dates",
};

const LOCALES = LOCALE_IDS.map((id) => resolveLocale(id))
  .flatMap((locale) => (locale.ok ? [locale.value] : []));

/**
 * What the columns of a tape suggest: by their names as an import without a mapping reads them,
 * and, for columns without a known name, by the values of the first rows. The share of values
 * that the field can hold, in whichever locale reads most, lowers the confidence. `missing` and
 * `notes` are of the names alone: what is suggested by values has to be confirmed in a mapping.
 */
export function suggestColumns(headers: readonly string[], rows: readonly CsvRow[]): {
  suggested: Suggestion[]; missing: MappableField[]; notes: string[];
} {
  const { mapping, missing } = suggestMapping(headers);
  const cellsAt = (index: number): string[] =>
    rows.map(({ cells }) => cells[index] ?? "").filter((cell) => !isBlank(cell));
  const named = [...mapping.fields].flatMap(([field, source]): Suggestion[] => {
    if (source.kind !== "column") return [];
    const { column, index } = source;
    if (source.scheme !== null) {
      return [{ ...suggestion(field, column, "synonym", `codes of ${source.scheme.toUpperCase()}`,
        cellsAt(index)), scheme: source.scheme }];
    }
    const isName = headerKey(column) === headerKey(field);
    return [suggestion(field, column, isName ? "name" : "synonym", isName
      ? "named as the field" : "a known name of the field", cellsAt(index))];
  });
  const open = headers.flatMap((column, index) =>
    (mapping.unmapped.includes(column) && headers.indexOf(column) === index
      ? [{ column, cells: cellsAt(index) }] : []));
  const taken = new Set<string>(mapping.fields.keys());
  const byValues = openSuggestions(open).filter(({ field }) => !taken.has(field));
  return { suggested: [...named, ...byValues], missing, notes: mapping.notes };
}

type Open = { column: string; cells: string[] };

function openSuggestions(columns: readonly Open[]): Suggestion[] {
  const filled = columns.filter(({ cells }) => cells.length > 0);
  // Beside another column of figures, even a damaged one, it would be a guess between the two.
  const figures = filled.filter((one) => !NUMBER_NAME.test(one.column.trim())
    && shareOf("amount", one.cells) >= SOME);
  const found = (field: MappableField, fits: Open[], words: string): Suggestion[] =>
    (fits.length === 1 && fits[0]
      ? [suggestion(field, fits[0].column, "values", words, fits[0].cells)] : []);
  return [
    ...found("currency", filled.filter(({ cells }) =>
      cells.every((cell) => isCurrency(cell.trim().toUpperCase()))),
    "all values are currency codes"),
    ...found("principal", figures.length === 1 ? figures.filter(({ cells }) =>
      shareOf("amount", cells) >= MOST) : [], "the only column of amounts without a known name"),
    ...found("instrument_id", filled.filter(isKey), "a different value in each row"),
  ];
}

/** How columns of numbers are named that count nothing. */
const NUMBER_NAME = /(id|key|no|nr|number|nummer|num|ref|code|zip|year)$/i;

/** A column named like a number or key whose values all differ. */
const isKey = ({ column, cells }: Open): boolean => cells.length > 1
  && NUMBER_NAME.test(column.trim())
  && new Set(cells).size === cells.length && cells.every((cell) => /\d/.test(cell));

function suggestion(
  field: MappableField, column: string, by: SuggestedBy, words: string, cells: readonly string[],
): Suggestion {
  const type = fieldType(field) as FieldType;
  const share = shareOf(type, cells);
  const wrong = Math.round(cells.length * (1 - share));
  const reason = wrong === 0 ? words
    : `${words}; ${wrong} of ${cells.length} values are no ${NOUNS[type] ?? "such values"}`;
  return { field, column, by, reason, confidence: Math.round(SURE[by] * share * 100) / 100 };
}

/** The share of texts that a field of this type can hold, in the locale that reads most. */
function shareOf(type: FieldType, cells: readonly string[]): number {
  if (NOUNS[type] === undefined || cells.length === 0) return 1;
  const most = Math.max(...LOCALES.map((locale) =>
    cells.filter((cell) => isReadable(type, cell, locale)).length));
  return most / cells.length;
}

function isReadable(type: FieldType, text: string, locale: Locale): boolean {
  if (type === "date") return readDate(text, locale) !== null;
  const bare = type === "whole" ? text.replace(/^\s*(?:ifrs ?9 ?)?stage[ _-]*/i, "") : text;
  const value = type === "amount" ? readAmount(bare, locale)
    : type === "whole" ? readWhole(bare, locale)
      : type === "fraction" ? readFraction(bare, locale) : readPercent(bare, locale);
  return !Number.isNaN(value);
}
