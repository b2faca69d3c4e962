import {
  parquetMetadata, parquetSchema, type FileMetaData, type RowGroup, type SchemaTree,
} from "hyparquet";
import type { CsvBatch, CsvRow } from "./csv";
import { ColumnPages, type FlatColumn } from "./parquet-pages";
import { rowProblem, shorten } from "./problem";
import { FormatError, type ByteSource } from "./zip";

export type ParquetOptions = {
  /** The decimal mark of the tape's locale, in which numbers are written out. */
  decimal: "." | ",";
};

/** Columns of a Parquet file: those that are a table's, and those that hold lists or structures. */
export type ParquetColumns = { header: string[]; nested: string[] };

const BATCH_ROWS = 256;
const MAX_ROW_CHARS = 1_000_000;
const MAX_FOOTER = 16 * 1024 ** 2;
const [PLAIN_END, ENCRYPTED_END] = ["PAR1", "PARE"];
const DAMAGED = "it is no Parquet file, damaged, or cut off";

/**
 * Reads a Parquet file as batches of rows, page by page: memory holds one page of each column,
 * however large the row groups are. `line` is the row's number from 1. Columns of lists, maps and
 * structures are left out (`parquetColumns` names them).
 * @throws FormatError naming row group and column for what cannot be read.
 */
export async function* readParquet(
  source: ByteSource, options: ParquetOptions,
): AsyncGenerator<CsvBatch> {
  const metadata = await metadataOf(source);
  const columns = flatColumns(metadata);
  const header = columns.map(({ name }) => name);
  let line = 1;
  let shown = false;
  for (const [at, group] of metadata.row_groups.entries()) {
    const pages = pagesOf(source, group, at + 1, columns, options);
    for (let left = Number(group.num_rows); left > 0;) {
      const rows = await takeRows(pages, Math.min(left, BATCH_ROWS), line);
      left -= rows.length;
      line += rows.length;
      shown = true;
      yield { header, rows };
    }
  }
  if (!shown) yield { header, rows: [] };
}

/** The columns of a Parquet file. @throws FormatError */
export async function parquetColumns(source: ByteSource): Promise<ParquetColumns> {
  const metadata = await metadataOf(source);
  const header = flatColumns(metadata).map(({ name }) => name);
  const all = treeOf(metadata).children.map(({ element }) => element.name);
  return { header, nested: all.filter((name) => !header.includes(name)) };
}

async function metadataOf(source: ByteSource): Promise<FileMetaData> {
  const end = await source.read(Math.max(0, source.size - 8), 8);
  const mark = new TextDecoder("latin1").decode(end.subarray(-4));
  if (mark === ENCRYPTED_END) {
    throw new FormatError("the Parquet file is encrypted; save it without encryption");
  }
  if (source.size < 12 || mark !== PLAIN_END) throw new FormatError(DAMAGED);
  const length = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  if (length > MAX_FOOTER) {
    throw new FormatError(`the Parquet file's footer has ${length} bytes, more than are read`);
  }
  if (length + 12 > source.size) throw new FormatError(DAMAGED);
  const footer = await source.read(source.size - length - 8, length + 8);
  try {
    const metadata = parquetMetadata(Uint8Array.from(footer), { geoparquet: false });
    parquetSchema(metadata);
    return metadata;
  } catch {
    throw new FormatError(`the Parquet file's footer cannot be read: ${DAMAGED}`);
  }
}

const treeOf = (metadata: FileMetaData): SchemaTree => parquetSchema(metadata);

function flatColumns(metadata: FileMetaData): FlatColumn[] {
  const root = treeOf(metadata);
  const columns = root.children.flatMap((node): FlatColumn[] =>
    node.children.length > 0 || node.element.repetition_type === "REPEATED"
      || node.element.type === undefined ? []
      : [{ name: node.element.name, element: node.element, root }]);
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) {
    throw new FormatError(`the Parquet file has the column "${shorten(twice, 60)}" twice`);
  }
  if (names.some((name) => name.includes("\0"))) {
    throw new FormatError("a column's name holds a NUL character");
  }
  if (columns.length > 0) return columns;
  throw new FormatError("the Parquet file has no column of plain values");
}

function pagesOf(
  source: ByteSource, group: RowGroup, number: number, columns: readonly FlatColumn[],
  options: ParquetOptions,
): ColumnPages[] {
  return columns.map((column) => {
    const where = `row group ${number}, column "${shorten(column.name, 60)}"`;
    const chunk = group.columns.find(({ meta_data: meta }) =>
      meta?.path_in_schema.length === 1 && meta.path_in_schema[0] === column.name);
    if (chunk?.crypto_metadata) throw new FormatError(`${where}: the column is encrypted`);
    if (chunk?.file_path) throw new FormatError(`${where}: its values lie in another file`);
    if (!chunk?.meta_data) throw new FormatError(`${where}: the column is not there`);
    return new ColumnPages(source, where, column, chunk.meta_data, options.decimal);
  });
}

async function takeRows(
  pages: readonly ColumnPages[], count: number, line: number,
): Promise<CsvRow[]> {
  const rows = Array.from({ length: count }, (_, at): CsvRow =>
    ({ line: line + at, cells: new Array<string>(pages.length), problem: null }));
  for (const [place, column] of pages.entries()) {
    for (let done = 0; done < count;) {
      if (column.left === 0) await column.next();
      const taken = Math.min(column.left, count - done);
      for (let at = 0; at < taken; at += 1) {
        (rows[done + at] as CsvRow).cells[place] = column.take();
      }
      done += taken;
    }
  }
  for (const row of rows) checkLength(row);
  return rows;
}

function checkLength(row: CsvRow): void {
  let length = 0;
  for (const cell of row.cells) length += cell.length;
  if (length <= MAX_ROW_CHARS) return;
  row.problem = rowProblem("ROW_TOO_LONG", row.line, null, null,
    `row ${row.line}: the row is longer than ${MAX_ROW_CHARS} characters`);
  row.cells = row.cells.map((cell) => shorten(cell));
}
