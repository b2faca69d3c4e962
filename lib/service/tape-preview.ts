import { datasetOperations, PREVIEW_TEXT_BYTES } from "@/lib/contract/dataset";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import {
  DEFAULT_LOCALE, FormatError, isWorkbook, sheetNames, sniffRows, sniffTape, suggestMapping,
  type CsvRow, type Delimiter, type Encoding,
} from "@/lib/tape";
import { AppError } from "./app-error";
import { discardUpload, gunzipped, readUpload, receiveUpload, withSource } from "./uploads";

export type TapeBody = {
  mediaType: string; contentEncoding: string | null; bytes: AsyncIterable<Uint8Array>;
};
type SheetChoice = Pick<QueryOf<"previewTape">, "sheet" | "header_row">;

/** What a look at an upload found; the rest beside header and rows is kept with the version. */
type Sniffed = {
  header: string[]; preview: CsvRow[]; sheets: string[];
  encoding?: Encoding; delimiter?: Delimiter; sheet?: string; header_row?: number;
};

/** A body's content, unpacked. @throws AppError MEDIA_TYPE_UNSUPPORTED for another encoding. */
export function plainBytes(body: TapeBody, cutOff = false): AsyncIterable<Uint8Array> {
  const { contentEncoding, bytes } = body;
  if (contentEncoding === null || contentEncoding === "identity") return bytes;
  if (contentEncoding === "gzip" || contentEncoding === "x-gzip") return gunzipped(bytes, cutOff);
  throw new AppError("MEDIA_TYPE_UNSUPPORTED", {
    message: `Content-Encoding "${contentEncoding}" is not read here; send it plain or as gzip.` });
}

/** Looks at an upload before its rows are taken. @throws AppError FILE_UNREADABLE */
export async function sniffUpload(
  file: string, mediaType: string, choice: SheetChoice,
): Promise<Sniffed> {
  if (isWorkbook(mediaType)) return sniffWorkbook(file, mediaType, choice);
  const sniffed = await sniffTape(readUpload(file));
  if (!sniffed.ok) throw new AppError("FILE_UNREADABLE", { message: sniffed.error.message });
  const { encoding, delimiter, header, preview } = sniffed.value;
  return { encoding, delimiter, header, preview, sheets: [] };
}

const sniffWorkbook = (
  file: string, mediaType: string, choice: SheetChoice,
): Promise<Sniffed> => withSource(file, async (source) => {
  try {
    const sheets = await sheetNames(source);
    const sheet = choice.sheet ?? sheets[0];
    const found = await sniffRows({ source, chunks: () => readUpload(file) },
      { mediaType, locale: DEFAULT_LOCALE, sheet, headerRow: choice.header_row });
    return { ...found, sheets, ...(sheet === undefined ? {} : { sheet }),
      ...(choice.header_row === undefined ? {} : { header_row: choice.header_row }) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError("FILE_UNREADABLE", { message: error.message });
  }
});

/** Looks at a tape's beginning, or at a workbook, for the import wizard; nothing is kept. */
export async function previewTape(
  choice: SheetChoice, body: TapeBody,
): Promise<ResponseOf<"previewTape">> {
  const { mediaType } = body;
  const limit = isWorkbook(mediaType) ? datasetOperations.previewTape.maxBodyBytes
    : PREVIEW_TEXT_BYTES;
  const { file } = await receiveUpload(newId(), plainBytes(body, true), limit);
  try {
    const { header, preview, sheets, ...found } = await sniffUpload(file, mediaType, choice);
    const { mapping, missing } = suggestMapping(header);
    const suggested = [...mapping.fields].flatMap(([field, source]) =>
      source.kind === "column" ? [{ field, column: source.column }] : []);
    return {
      encoding: found.encoding ?? "", delimiter: found.delimiter ?? "", sheets,
      headers: header, suggested, missing, notes: mapping.notes,
      rows: preview.map((row) => ({ line: row.line, cells: row.cells })),
    };
  } finally {
    await discardUpload(file);
  }
}
