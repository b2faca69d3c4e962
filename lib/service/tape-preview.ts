import { datasetOperations, PREVIEW_TEXT_BYTES } from "@/lib/contract/dataset";
import type { MappingRules } from "@/lib/contract/mapping-profile";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import {
  BUILT_IN_PROFILES, currenciesIn, currencyColumns, DEFAULT_LOCALE, fitProfile, FormatError,
  isReadWhole, lookAtRows, personalColumns, readRows, suggestColumns, unitHints,
  type CurrencyColumn, type RowsLook,
} from "@/lib/tape";
import { AppError } from "./app-error";
import { discardUpload, gunzipped, readUpload, receiveUpload, withSource } from "./uploads";

export type TapeBody = {
  mediaType: string; contentEncoding: string | null; bytes: AsyncIterable<Uint8Array>;
};
type SheetChoice = Pick<QueryOf<"previewTape">, "sheet" | "header_row">;

export const isPacked = ({ contentEncoding }: TapeBody): boolean =>
  contentEncoding === "gzip" || contentEncoding === "x-gzip";

/** A body's content, unpacked. @throws AppError MEDIA_TYPE_UNSUPPORTED for another encoding. */
export function plainBytes(body: TapeBody, cutOff = false): AsyncIterable<Uint8Array> {
  const { contentEncoding, bytes } = body;
  if (contentEncoding === null || contentEncoding === "identity") return bytes;
  if (isPacked(body)) return gunzipped(bytes, cutOff);
  throw new AppError("MEDIA_TYPE_UNSUPPORTED", {
    message: `Content-Encoding "${contentEncoding}" is not read here; send it plain or as gzip.` });
}

/** Looks at an upload before its rows are taken. @throws AppError FILE_UNREADABLE */
export const sniffUpload = (
  file: string, mediaType: string, choice: SheetChoice, cutOff = false,
): Promise<RowsLook> => withSource(file, async (source) => {
  try {
    return await lookAtRows({ source, chunks: () => readUpload(file) }, mediaType,
      { sheet: choice.sheet, headerRow: choice.header_row }, cutOff);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError("FILE_UNREADABLE", { message: error.message });
  }
});

/** The currencies that the received rows name. */
async function currenciesOf(
  file: string, mediaType: string, { header, preview, plan }: RowsLook,
): Promise<CurrencyColumn[]> {
  const columns = currencyColumns(header, preview);
  if (columns.length === 0) return [];
  return withSource(file, (source) => currenciesIn(readRows(
    { source, chunks: () => readUpload(file) },
    { ...plan, mediaType, header, locale: DEFAULT_LOCALE }), columns));
}

/** Looks at a tape's beginning, or at all of a workbook or Parquet file; nothing is kept. */
export async function previewTape(
  choice: SheetChoice, body: TapeBody,
): Promise<ResponseOf<"previewTape">> {
  const { mediaType } = body;
  const isWhole = isReadWhole(mediaType);
  const limit = isWhole ? datasetOperations.previewTape.maxBodyBytes : PREVIEW_TEXT_BYTES;
  const { file } = await receiveUpload(newId(), plainBytes(body, !isWhole), limit);
  try {
    const look = await sniffUpload(file, mediaType, choice, !isWhole);
    const { header, preview, sheets, plan, notes, headerRow } = look;
    const { suggested, missing, notes: doubts } = suggestColumns(header, preview);
    const profiles = BUILT_IN_PROFILES.flatMap((profile) => {
      const mapping = fitProfile(profile, header) as MappingRules | null;
      const { id, name, description } = profile;
      return mapping === null ? [] : [{ profile: id, name, description, mapping }];
    });
    return {
      encoding: plan.encoding ?? "", delimiter: plan.delimiter ?? "", sheets,
      header_row: headerRow, headers: header, suggested, missing,
      profiles, personal: personalColumns(header), units: unitHints(header, preview),
      currencies: await currenciesOf(file, mediaType, look),
      notes: [...notes, ...doubts],
      rows: preview.map((row) => ({ line: row.line, cells: row.cells })),
    };
  } finally {
    await discardUpload(file);
  }
}
