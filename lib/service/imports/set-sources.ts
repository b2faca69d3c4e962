import { createHash } from "node:crypto";
import { XLSX_TYPE, ZIP_TYPE } from "@/lib/contract/tape-types";
import type { QueryOf } from "@/lib/contract/operations";
import { canonicalText } from "@/lib/kernel/canonical";
import {
  createSetNormalizer, currencyColumn, DEFAULT_LOCALE, EBA_PROFILE, FormatError, idColumn,
  lookAtTables, maskedBatch, rawWriter, readTables, type JoinSummary,
  type NormalizeOptions, type SeenTable, type SetTable,
} from "@/lib/tape";
import { AppError } from "../platform/app-error";
import type { StoredRaw } from "../db/raw-reader";
import {
  BATCH, BATCH_CHARACTERS, charactersOf, countedFile, writeJson, type SourceBatch, type SourceRow,
} from "./import-sources";
import type { Hiding } from "./privacy";
import { openSource, readUpload, withSource } from "../datasets/uploads";

/** One table of a version's set; of an archive's file also what identifies it. */
export type StoredTable = Omit<SetTable, "headerRow"> &
  { header_row?: number | undefined; bytes?: number; sha256?: string };

const tableOf = ({ header_row: headerRow, ...table }: StoredTable): SetTable =>
  ({ ...table, headerRow });

/** Whether what is asked leaves room for a set: one sheet, or a mapping, means one table. */
export const mayBeSet = (
  mediaType: string, query: Partial<QueryOf<"createVersion">>,
): boolean => mediaType === ZIP_TYPE || mediaType === XLSX_TYPE && query.sheet === undefined
  && query.header_row === undefined && query.mapping === undefined
  && (query.profile === undefined || query.profile === EBA_PROFILE);

/** Looks for a set of tables in an upload; null when it is none. @throws FILE_UNREADABLE */
export async function lookAtSet(file: string, mediaType: string): Promise<
  { tables: (StoredTable & Pick<SeenTable, "preview">)[]; notes: string[] } | null
> {
  const hashes = new Map<string, { bytes: number; hash: ReturnType<typeof createHash> }>();
  const watch = (name: string, chunk: Uint8Array): void => {
    const seen = hashes.get(name) ?? { bytes: 0, hash: createHash("sha256") };
    hashes.set(name, seen);
    seen.bytes += chunk.byteLength;
    seen.hash.update(chunk);
  };
  try {
    const look = await withSource(file, (source) =>
      lookAtTables({ source, chunks: () => readUpload(file) }, mediaType, watch));
    return look && { notes: look.notes, tables: look.tables.map(({ headerRow, ...table }) => {
      const seen = hashes.get(table.name);
      return { ...table, ...(headerRow === undefined ? {} : { header_row: headerRow }),
        ...(seen ? { bytes: seen.bytes, sha256: seen.hash.digest("hex") } : {}) };
    }) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError("FILE_UNREADABLE", { message: error.message });
  }
}

export type SetPlan = { mediaType: string; tables: readonly StoredTable[]; hiding: Hiding | null };

/** A row as it is kept: its cells by column, and where they stood. */
function rowWriter(
  table: SetTable,
): (cells: readonly string[], line: number) => SourceRow["writeRaw"] {
  const writeCells = rawWriter(table.header);
  const rest = `,"table":${canonicalText(table.name)},"template":${canonicalText(table.template)}}`;
  return (cells, line) => (out) => {
    out.text('{"cells":');
    writeCells(cells, out);
    out.text(`,"line":${line}${rest}`);
  };
}

/** The rows of a set, table by table, numbered through; the loans last, joined with the others. */
export async function* setRows(
  file: string, { mediaType, tables, hiding }: SetPlan, options: NormalizeOptions,
  normalize: boolean,
): AsyncGenerator<SourceBatch> {
  const { source, close } = await openSource(file);
  try {
    const { counted, input } = countedFile(file, source);
    const plans = tables.map(tableOf);
    const join = createSetNormalizer(plans, options);
    let batch: SourceBatch = { rows: [], bytes: 0, remarks: normalize ? join.absent() : [] };
    let [number, characters] = [0, 0];
    let [current, writer, id]: [SetTable | null, ReturnType<typeof rowWriter>, number] =
      [null, () => () => undefined, -1];
    for await (const { table, batch: read } of
      readTables(input, mediaType, plans, options.locale)) {
      if (table !== current) [current, writer, id] = [table, rowWriter(table), idColumn(table)];
      const { rows } = hiding ? maskedBatch(read, hiding.rules, hiding.tokenOf) : read;
      for (const { cells, line, problem } of rows) {
        const place = { row: number += 1, line };
        characters += charactersOf(cells);
        batch.rows.push({ row: number, sourceRecordId: cells[id] ?? null,
          writeRaw: writer(cells, line),
          ...(problem ? { record: null, problems: [{ ...problem, row: number, line,
            table: table.name }] }
            : normalize ? join.normalize(table, cells, place) : { record: null, problems: [] }) });
      }
      if (batch.rows.length < BATCH && characters < BATCH_CHARACTERS) continue;
      yield { ...batch, bytes: counted.bytes };
      [batch, characters] = [{ rows: [], bytes: 0 }, 0];
    }
    yield { rows: batch.rows, bytes: counted.bytes,
      remarks: [...batch.remarks ?? [], ...normalize ? join.orphans() : []] };
  } finally {
    await close();
  }
}

/** Normalizes the stored rows of a set in their order; what it says of tables comes beside. */
export function storedSetNormalizer(tables: readonly StoredTable[], options: NormalizeOptions) {
  const plans = tables.map(tableOf);
  const join = createSetNormalizer(plans, options);
  const byName = new Map(plans.map((table) => [table.name, table]));
  const row = (stored: StoredRaw): SourceRow => {
    const { cells, line, table } = stored.payload as
      { cells: Record<string, string>; line: number; table: string };
    const plan = byName.get(table) as SetTable;
    return { row: stored.row_number, sourceRecordId: stored.source_record_id,
      writeRaw: writeJson(stored.payload),
      ...join.normalize(plan, plan.header.map((column) => cells[column] ?? ""),
        { row: stored.row_number, line }) };
  };
  return { row, absent: () => join.absent(), orphans: () => join.orphans() };
}

/** Currencies that a look names at most. */
const CURRENCIES = 300;

/** How the rows of a set find each other, without keeping any. @throws FILE_UNREADABLE */
export async function joinOf(
  file: string, mediaType: string, tables: readonly StoredTable[],
): Promise<{ rows: Map<string, number>; currencies: Set<string>; summary: JoinSummary }> {
  const plans = tables.map(tableOf);
  // Amounts do not matter here, so neither do currencies and how numbers are written.
  const join = createSetNormalizer(plans, { locale: DEFAULT_LOCALE, baseCurrency: "" });
  const rows = new Map<string, number>();
  const currencies = new Set<string>();
  try {
    await withSource(file, async (source) => {
      for await (const { table, batch } of readTables({ source, chunks: () => readUpload(file) },
        mediaType, plans, DEFAULT_LOCALE)) {
        for (const { cells, line, problem } of batch.rows) {
          const row = (rows.get(table.name) ?? 0) + 1;
          rows.set(table.name, row);
          if (problem) continue;
          const currency = cells[currencyColumn(table)]?.trim().toUpperCase();
          if (currency && currencies.size < CURRENCIES) currencies.add(currency);
          join.normalize(table, cells, { row, line });
        }
      }
    });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError("FILE_UNREADABLE", { message: error.message });
  }
  return { rows, currencies, summary: join.summary() };
}
