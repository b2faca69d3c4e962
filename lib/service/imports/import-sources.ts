import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { NormalizedRecord, SideRecord } from "@/lib/kernel/record";
import {
  compileRowNormalizer, createDuplicateCheck, maskedPayload, maskedRows, normalizePayload,
  normalizeRows, rawWriter, readRows, type ByteSource, type Mapping, type NormalizeOptions,
  type RowProblem, type RowsPlan,
} from "@/lib/tape";
import type { StoredRaw } from "../db/raw-reader";
import type { WritePayload } from "../db/record-writer";
import type { Hiding } from "./privacy";
import { openSource, readUpload } from "../datasets/uploads";

/** One row on its way in: as received, and what became of it. */
export type SourceRow = {
  row: number;
  sourceRecordId: string | null;
  /** Writes the raw record as canonical JSON. */
  writeRaw: WritePayload;
  /** Null when the row is left out, or is not to be normalized now. */
  record: NormalizedRecord | SideRecord | null;
  problems: readonly RowProblem[];
};
/** `remarks` are of a file as a whole, or of rows that went before. */
export type SourceBatch =
  { rows: SourceRow[]; bytes: number; remarks?: readonly RowProblem[] };

export type JsonRecord = { source_record_id?: string | undefined; payload: unknown };
export type TabularPlan = RowsPlan & { mapping: Mapping; hiding: Hiding | null };

/**
 * Rows alive at a time: few, so that the collector of young objects finds little to copy and
 * that requests are answered in between.
 */
export const BATCH = 256;
/** Characters per batch, for tapes with long rows. */
export const BATCH_CHARACTERS = 4_000_000;

/** The rows of an upload in rows and columns; with `normalize` false only what was received. */
export async function* tabularRows(
  file: string, plan: TabularPlan, options: NormalizeOptions, normalize: boolean,
): AsyncGenerator<SourceBatch> {
  const { source, close } = await openSource(file);
  try {
    yield* rowsOf(file, source, plan, options, normalize);
  } finally {
    await close();
  }
}

/** A file whose bytes are counted while they are read, for the progress of its job. */
export function countedFile(file: string, { size, read }: ByteSource) {
  const counted = { bytes: 0 };
  const count = (bytes: number) => {
    // A workbook's contents are read before its rows, and more than once.
    counted.bytes = Math.min(size, counted.bytes + bytes);
  };
  const chunks = async function* () {
    for await (const chunk of readUpload(file)) {
      count(chunk.byteLength);
      yield chunk;
    }
  };
  const source = { size, read: (offset: number, length: number) => {
    count(length);
    return read(offset, length);
  } };
  return { counted, input: { chunks, source } };
}

async function* rowsOf(
  file: string, bytes: ByteSource, plan: TabularPlan, options: NormalizeOptions,
  normalize: boolean,
): AsyncGenerator<SourceBatch> {
  const { counted, input } = countedFile(file, bytes);
  const idColumn = plan.mapping.fields.get("instrument_id");
  const { hiding } = plan;
  const read = readRows(input, plan);
  const batches = hiding ? maskedRows(read, hiding.rules, hiding.tokenOf) : read;
  const source = normalize ? normalizeRows(batches, { ...plan, ...options }) : batches;
  let rows: SourceRow[] = [];
  let characters = 0;
  let header: string[] = [];
  let write = rawWriter(header);
  for await (const batch of source) {
    if (batch.header !== header) write = rawWriter(header = batch.header);
    const at = idColumn && "column" in idColumn ? batch.header.indexOf(idColumn.column ?? "") : -1;
    for (const row of batch.rows) {
      const { cells } = row;
      const writer = write;
      characters += charactersOf(cells);
      rows.push({
        row: row.line,
        sourceRecordId: cells[at] ?? null,
        writeRaw: (out) => writer(cells, out),
        record: "record" in row ? row.record : null,
        problems: "problems" in row ? row.problems : row.problem ? [row.problem] : [],
      });
    }
    if (rows.length < BATCH && characters < BATCH_CHARACTERS) continue;
    yield { rows, bytes: counted.bytes };
    rows = [];
    characters = 0;
  }
  if (rows.length > 0) yield { rows, bytes: counted.bytes };
}

/** What the cells of a row come to. */
export function charactersOf(cells: readonly string[]): number {
  let characters = 0;
  for (const cell of cells) characters += cell.length;
  return characters;
}

/** Writes a raw record that is at hand as JSON. */
export const writeJson = (payload: unknown): WritePayload => {
  const text = canonicalJson(payload as Json);
  return (out) => out.text(text);
};

/** The records of a JSON body. */
export async function* jsonRows(
  records: readonly JsonRecord[], options: NormalizeOptions, normalize: boolean,
  hiding: Hiding | null,
): AsyncGenerator<SourceBatch> {
  const sourceIds = createDuplicateCheck();
  const instrumentIds = createDuplicateCheck();
  for (let start = 0; start < records.length; start += BATCH) {
    const rows = records.slice(start, start + BATCH).map((entry, offset): SourceRow => {
      const row = start + offset + 1;
      const payload = hiding ? maskedPayload(entry.payload, hiding.rules, hiding.tokenOf)
        : entry.payload;
      const base = { row, sourceRecordId: entry.source_record_id ?? null,
        writeRaw: writeJson(payload) };
      if (!normalize) return { ...base, record: null, problems: [] };
      const { record, problems } = normalizePayload(payload, options, row);
      const instrumentId = record && record.record_kind !== "portfolio"
        ? record.instrument_id : undefined;
      const duplicates = [
        sourceIds.check(entry.source_record_id, row, "source_record_id"),
        instrumentIds.check(instrumentId, row, "instrument_id"),
      ].filter((problem) => problem !== null);
      return { ...base, record, problems: [...problems, ...duplicates.slice(0, 1)] };
    });
    yield { rows, bytes: 0 };
  }
}

/** Normalizes a stored raw record: of a CSV by its header and mapping, else as JSON. */
export function storedRowNormalizer(
  csv: { header: string[]; mapping: Mapping } | null, options: NormalizeOptions,
): (stored: StoredRaw) => SourceRow {
  const normalizeCells = csv ? compileRowNormalizer(csv.mapping, options) : null;
  const instrumentIds = createDuplicateCheck();
  const sourceIds = csv ? null : createDuplicateCheck();
  const idSource = csv?.mapping.fields.get("instrument_id");
  const idColumn = idSource?.kind === "column" ? idSource.column : "instrument_id";
  return (stored) => {
    const cells = csv?.header.map((column) =>
      (stored.payload as Record<string, string>)[column] ?? "");
    const { record, problems } = normalizeCells && cells
      ? normalizeCells(cells, stored.row_number)
      : normalizePayload(stored.payload, options, stored.row_number);
    const id = record && record.record_kind !== "portfolio" ? record.instrument_id : undefined;
    const duplicates = [
      sourceIds?.check(stored.source_record_id ?? undefined, stored.row_number, "source_record_id"),
      instrumentIds.check(id, stored.row_number, idColumn),
    ].filter((problem) => problem !== null && problem !== undefined);
    return {
      row: stored.row_number, sourceRecordId: stored.source_record_id,
      writeRaw: writeJson(stored.payload), record,
      problems: duplicates[0] ? [...problems, duplicates[0]] : problems,
    };
  };
}
