import type { CsvBatch, CsvRow } from "./csv";
import { columnFinder, templateNamed, templateOf } from "./eba-tables";
import { isSupplement } from "./eba-supplements";
import { TEMPLATES } from "./eba-templates";
import { lookAtRows, readRows, type RowsFile } from "./rows";
import type { Locale } from "./locale";
import { sheetNames } from "./xlsx";
import { FormatError, readEntry, readZip, type ZipEntry } from "./zip";
import type { SetTable } from "./set-table";

/** The media types of what can hold several tables. */
const ZIP_TYPE = "application/zip";
const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** A table with its first rows, as a look finds it. */
export type SeenTable = SetTable & { preview: CsvRow[] };

/** Files of one archive that are looked at. */
const MAX_FILES = 100;
/** Text packs to a tenth or so; what packs better than this, and is large, is a bomb. */
const MAX_RATIO = 200;
const RATIO_FROM_BYTES = 16 * 1024 ** 2;

type Part = { name: string; file: RowsFile; mediaType: string; sheet?: string };
type Watch = (name: string, chunk: Uint8Array) => void;

/**
 * Looks for the tables of the EBA's templates in an archive or a workbook. `watch` is given every
 * byte of an archive's tables once, for their hashes. Null for a workbook that is no such set.
 * @throws FormatError for an archive without loans, with two tables of one template, or hostile.
 */
export async function lookAtTables(
  file: RowsFile, mediaType: string, watch: Watch = () => undefined,
): Promise<{ tables: SeenTable[]; notes: string[] } | null> {
  const isArchive = mediaType === ZIP_TYPE;
  if (!isArchive && mediaType !== XLSX_TYPE) return null;
  const { parts, notes } = isArchive ? await filesOf(file, watch) : await sheetsOf(file, mediaType);
  const tables: SeenTable[] = [];
  for (const part of parts) {
    const seen = await lookAt(part, notes);
    if (seen === null) continue;
    const other = tables.find(({ template }) => template === seen.template);
    if (other) {
      throw new FormatError(`"${other.name}" and "${seen.name}" both hold the template `
        + `${seen.template}; send one of them`);
    }
    tables.push(seen);
  }
  const loans = tables.find(({ template }) => template === "loan");
  if (!isArchive && (!loans || tables.length < 2)) return null;
  if (!loans) {
    const seen = parts.map(({ name }) => name).join(", ") || "no table";
    throw new FormatError("the archive holds no table of loans: none has loan_identifier, "
      + `counterparty_identifier and principal_balance (seen: ${seen.slice(0, 500)})`);
  }
  requirePrincipal(loans);
  return { notes, tables: tables.sort((a, b) =>
    TEMPLATES.indexOf(a.template) - TEMPLATES.indexOf(b.template)) };
}

function requirePrincipal({ name, header }: SetTable): void {
  if (columnFinder(header)("principal_balance") >= 0) return;
  throw new FormatError(`"${name}": the column principal_balance is missing; without it no loan `
    + `has an amount (headers seen: ${header.slice(0, 50).join(", ").slice(0, 1000)})`);
}

async function filesOf(
  { source }: RowsFile, watch: Watch,
): Promise<{ parts: Part[]; notes: string[] }> {
  const entries = [...(await readZip(source, "archive")).values()]
    .filter(({ name }) => !/\/$|(^|\/)(__MACOSX\/|\.)/.test(name) || name.includes(".."));
  if (entries.length > MAX_FILES) {
    throw new FormatError(`the archive holds ${entries.length} files, more than the `
      + `${MAX_FILES} that are looked at`);
  }
  entries.forEach(refuseHostile);
  const isText = ({ name }: ZipEntry): boolean => /\.(csv|tsv|txt)$/i.test(name);
  return {
    notes: entries.filter((entry) => !isText(entry)).map(({ name }) =>
      `"${name}" is left out: only CSV files of an archive are read`),
    parts: entries.filter(isText).map((entry) => ({ name: entry.name, mediaType: "text/csv",
      file: { source, chunks: async function* () {
        for await (const chunk of readEntry(source, entry)) {
          watch(entry.name, chunk);
          yield chunk;
        }
      } } })),
  };
}

function refuseHostile({ name, size, packed }: ZipEntry): void {
  if (/^([a-z]:|[/\\])|(^|[/\\])\.\.([/\\]|$)/i.test(name)) {
    throw new FormatError(`the archive names a file outside of itself ("${name.slice(0, 100)}")`);
  }
  if (size > RATIO_FROM_BYTES && size > packed * MAX_RATIO) {
    throw new FormatError(
      `"${name.slice(0, 100)}" unpacks to more than ${MAX_RATIO} times its size`);
  }
}

const sheetsOf = async (
  file: RowsFile, mediaType: string,
): Promise<{ parts: Part[]; notes: string[] }> => ({ notes: [],
  parts: (await sheetNames(file.source)).map((sheet) =>
    ({ name: sheet, file, mediaType, sheet })) });

/** A part's table, or a remark on why it is left out. */
async function lookAt(
  { name, file, mediaType, sheet }: Part, notes: string[],
): Promise<SeenTable | null> {
  const named = templateNamed(name);
  try {
    const { header, preview, plan } =
      await lookAtRows(file, mediaType, sheet === undefined ? {} : { sheet }, false);
    const template = templateOf(header);
    if (template !== null) return { template, name, header, preview, ...plan };
    // A supplement in other columns says nothing that a loan rests on: it is left out.
    const isTemplate = TEMPLATES.some((one) => one === named && !isSupplement(one));
    if (isTemplate && sheet === undefined) {
      throw new FormatError(`"${name}" lacks the columns that make it the template ${named} `
        + `(headers seen: ${header.slice(0, 50).join(", ").slice(0, 1000)})`);
    }
    notes.push(`"${name}" is left out: ` + (named === "relationship"
      ? `the template ${named} is not read`
      : "its columns are none of an EBA template that is read"));
  } catch (error) {
    const isEmpty = error instanceof FormatError && /empty|no rows/.test(error.message);
    if (!(error instanceof FormatError)) throw error;
    // A table without rows says that there is nothing; a damaged one says nothing.
    if (!isEmpty && named !== null) throw new FormatError(`"${name}": ${error.message}`);
    notes.push(`"${name}" is left out: ${error.message}`);
  }
  return null;
}

/** The rows of a set's tables, one table after the other. @throws FormatError */
export async function* readTables(
  file: RowsFile, mediaType: string, tables: readonly SetTable[], locale: Locale,
): AsyncGenerator<{ table: SetTable; batch: CsvBatch }> {
  const entries = mediaType === ZIP_TYPE ? await readZip(file.source, "archive") : null;
  for (const table of tables) {
    const entry = entries?.get(table.name);
    if (entries && !entry) throw new FormatError(`the archive no longer holds "${table.name}"`);
    const part = entry
      ? { source: file.source, chunks: () => readEntry(file.source, entry) } : file;
    const plan = { ...table, locale, mediaType: entry ? "text/csv" : mediaType };
    for await (const batch of readRows(part, plan)) yield { table, batch };
  }
}
