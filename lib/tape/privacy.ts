import { err, ok, type Result } from "../kernel/result";
import type { CsvBatch } from "./csv";
import type { MappingError } from "./mapping";
import { isMembers } from "./names";
import { shorten } from "./problem";

/** What becomes of a column about persons: a token in place of each value, or nothing. */
export const PRIVACY_ACTIONS = ["mask", "drop", "keep"] as const;
export type PrivacyAction = (typeof PRIVACY_ACTIONS)[number];
/** Columns by name; a column that is not named is kept. */
export type PrivacyRules = Readonly<Record<string, PrivacyAction>>;

/** A column whose name speaks of persons, and the words that say so. */
export type PersonalColumn = { column: string; token: string };

/** Whole words of a column's name; two words must stand one after the other. */
const PERSONAL = [
  "name", "names", "firstname", "lastname", "surname", "forename", "email", "mail", "phone",
  "telephone", "mobile", "fax", "address", "street", "ssn", "tin", "nin", "dob", "birth",
  "birthday", "birthdate", "passport", "national id", "tax id", "id card", "e mail",
] as const;

/**
 * The columns whose names speak of persons, by whole words: "borrower_name", "TaxID" and "E-Mail"
 * do, "rating", "tint" and "username_count" do not for their letters alone.
 */
export function personalColumns(headers: readonly string[]): PersonalColumn[] {
  return headers.flatMap((column) => {
    const words = ` ${wordsOf(column).join(" ")} `;
    const token = PERSONAL.find((one) => words.includes(` ${one} `));
    return token === undefined ? [] : [{ column, token }];
  });
}

/** "BorrowerTaxID2" as borrower, tax, id, 2. */
const wordsOf = (column: string): string[] => column
  .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
  .replace(/(\p{L})(\d)/gu, "$1 $2")
  .toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");

/** Rules as requested, checked against the columns; a list of what is wrong otherwise. */
export function resolvePrivacy(
  headers: readonly string[] | null, given: unknown,
): Result<PrivacyRules, MappingError[]> {
  if (!isMembers(given)) return err([{ path: "privacy", message: "must be a JSON object" }]);
  const errors = Object.entries(given).flatMap(([column, action]): MappingError[] => {
    const path = `privacy.${shorten(column, 60)}`;
    if (headers && !headers.includes(column)) return [{ path, message: "is not a column" }];
    return PRIVACY_ACTIONS.includes(action as PrivacyAction) ? []
      : [{ path, message: `must be one of ${PRIVACY_ACTIONS.join(", ")}` }];
  });
  return errors.length > 0 ? err(errors) : ok(given as PrivacyRules);
}

/** Remarks on columns that look personal and are stored as they came without a word about them. */
export const privacyNotes = (headers: readonly string[], rules: PrivacyRules): string[] =>
  personalColumns(headers).filter(({ column }) => rules[column] === undefined)
    .map(({ column, token }) =>
      `'${column}' looks personal (${token}) and is stored as it came; privacy can mask or drop it`);

/** Stands for a text; equal texts have equal tokens. */
export type Tokenizer = (text: string) => string;

const isHiding = (action: PrivacyAction | undefined): boolean =>
  action === "mask" || action === "drop";

function hidden(text: string, action: PrivacyAction | undefined, tokenOf: Tokenizer): string {
  if (action === "drop") return "";
  const plain = text.normalize("NFC").trim();
  return action === "mask" && plain !== "" ? tokenOf(plain) : text;
}

/**
 * Rows with their personal cells masked or emptied. In a row that is damaged, cells may stand
 * under another column's name: there every cell is masked, and the problem loses its value.
 */
export async function* maskedRows(
  batches: AsyncIterable<CsvBatch>, rules: PrivacyRules, tokenOf: Tokenizer,
): AsyncGenerator<CsvBatch> {
  for await (const batch of batches) yield maskedBatch(batch, rules, tokenOf);
}

/** One batch of `maskedRows`. */
export function maskedBatch(
  batch: CsvBatch, rules: PrivacyRules, tokenOf: Tokenizer,
): CsvBatch {
  const actions = batch.header.map((column) => rules[column]);
  const rows = batch.rows.map((row) => row.problem
    ? { ...row, cells: row.cells.map((cell) => hidden(cell, "mask", tokenOf)),
      problem: { ...row.problem, value: null } }
    : { ...row, cells: row.cells.map((cell, index) => hidden(cell, actions[index], tokenOf)) });
  return { ...batch, rows };
}

/** The names of all members of JSON values, at any depth, each once. */
export function memberNames(values: readonly unknown[]): string[] {
  const names = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value as unknown[]) look(one);
    else if (isMembers(value)) {
      for (const [name, member] of Object.entries(value)) {
        names.add(name);
        look(member);
      }
    }
  };
  look(values);
  return [...names];
}

/** A JSON payload with the members that the rules name masked or dropped, at any depth. */
export function maskedPayload(payload: unknown, rules: PrivacyRules, tokenOf: Tokenizer): unknown {
  if (Array.isArray(payload)) return payload.map((one) => maskedPayload(one, rules, tokenOf));
  if (!isMembers(payload)) return payload;
  return Object.fromEntries(Object.entries(payload).flatMap(([name, value]) => {
    const action = rules[name];
    if (action === "drop") return [];
    if (action !== "mask" || value === null) {
      return [[name, maskedPayload(value, rules, tokenOf)]];
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [[name, hidden(text, action, tokenOf)]];
  }));
}

/** True when the rules change anything. */
export const hidesAnything = (rules: PrivacyRules): boolean =>
  Object.values(rules).some(isHiding);
