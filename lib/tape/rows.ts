import { readCsv, type CsvBatch, type CsvRow, type Delimiter, type Encoding } from "./csv";
import type { Locale } from "./locale";
import { readXlsx } from "./xlsx";
import { FormatError, type ByteSource } from "./zip";

/** How the rows of a file are found, whatever its format. */
export type RowsPlan = {
  mediaType: string;
  locale: Locale;
  /** Of text files. */
  encoding?: Encoding | undefined;
  delimiter?: Delimiter | undefined;
  /** Of workbooks. */
  sheet?: string | undefined;
  headerRow?: number | undefined;
};

/** A file, read from its beginning or at any place. */
export type RowsFile = { chunks: () => AsyncIterable<Uint8Array>; source: ByteSource };

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PREVIEW_ROWS = 50;

/** True for the media type of XLSX workbooks. */
export const isWorkbook = (mediaType: string): boolean => mediaType === XLSX;

/**
 * The rows of a file in its order, in batches of cells as text: what differs between formats ends
 * here. @throws FormatError when a workbook cannot be read; a text file is read whatever it holds.
 */
export function readRows(file: RowsFile, plan: RowsPlan): AsyncGenerator<CsvBatch> {
  const { encoding, delimiter, sheet, headerRow, locale } = plan;
  if (isWorkbook(plan.mediaType)) {
    return readXlsx(file.source, { sheet, headerRow, decimal: locale.decimal });
  }
  return readCsv(file.chunks(), { encoding: encoding ?? "utf-8", delimiter: delimiter ?? "," });
}

/**
 * The header and first rows of a workbook. @throws FormatError when it has no rows.
 */
export async function sniffRows(
  file: RowsFile, plan: RowsPlan,
): Promise<{ header: string[]; preview: CsvRow[] }> {
  const where = plan.sheet === undefined ? "the first sheet" : `sheet "${plan.sheet}"`;
  for await (const { header, rows } of readRows(file, plan)) {
    if (rows.length === 0) throw new FormatError(`${where} has a header and no rows`);
    return { header, preview: rows.slice(0, PREVIEW_ROWS) };
  }
  throw new FormatError(`${where} is empty`);
}
