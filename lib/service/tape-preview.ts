import { datasetOperations, PREVIEW_TEXT_BYTES } from "@/lib/contract/dataset";
import type { MappingRules } from "@/lib/contract/mapping-profile";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import {
  BUILT_IN_PROFILES, fitProfile, FormatError, isReadWhole, lookAtRows, normalizeRows,
  personalColumns, readRows, suggestColumns, type Mapping, type NormalizeOptions, type RowsLook,
  type RowsPlan,
} from "@/lib/tape";
import { AppError } from "./app-error";
import { discardUpload, gunzipped, readUpload, receiveUpload, withSource } from "./uploads";

export type TapeBody = {
  mediaType: string; contentEncoding: string | null; bytes: AsyncIterable<Uint8Array>;
};
type SheetChoice = Pick<QueryOf<"previewTape">, "sheet" | "header_row">;

/** A body's content, unpacked. @throws AppError MEDIA_TYPE_UNSUPPORTED for another encoding. */
export function plainBytes(body: TapeBody, cutOff = false): AsyncIterable<Uint8Array> {
  const { contentEncoding, bytes } = body;
  if (contentEncoding === null || contentEncoding === "identity") return bytes;
  if (contentEncoding === "gzip" || contentEncoding === "x-gzip") return gunzipped(bytes, cutOff);
  throw new AppError("MEDIA_TYPE_UNSUPPORTED", {
    message: `Content-Encoding "${contentEncoding}" is not read here; send it plain or as gzip.` });
}

const reading = <T>(
  file: string, work: (input: Parameters<typeof readRows>[0]) => Promise<T>,
): Promise<T> => withSource(file, async (source) => {
  try {
    return await work({ source, chunks: () => readUpload(file) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError("FILE_UNREADABLE", { message: error.message });
  }
});

/** Looks at an upload before its rows are taken. @throws AppError FILE_UNREADABLE */
export const sniffUpload = (
  file: string, mediaType: string, choice: SheetChoice, cutOff = false,
): Promise<RowsLook> => reading(file, (input) => lookAtRows(input, mediaType,
  { sheet: choice.sheet, headerRow: choice.header_row }, cutOff));

/**
 * The latest measurement date among the rows that count, in a pass of its own: which rows are the
 * position is known only at the end. Null where the tape has no such dates.
 */
export async function positionDateOf(
  file: string, plan: RowsPlan & { mapping: Mapping }, options: NormalizeOptions,
): Promise<string | null> {
  if (!plan.mapping.fields.has("measurement_date")) return null;
  return reading(file, async (input) => {
    let latest: string | null = null;
    for await (const { rows } of normalizeRows(readRows(input, plan), { ...plan, ...options })) {
      for (const { record } of rows) {
        if (record?.record_kind !== "instrument") continue;
        const { measurement_date: date } = record;
        if (date !== undefined && (latest === null || date > latest)) latest = date;
      }
    }
    return latest;
  });
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
    const { header, preview, sheets, plan, notes, headerRow } =
      await sniffUpload(file, mediaType, choice, !isWhole);
    const { suggested, missing, notes: doubts } = suggestColumns(header, preview);
    const profiles = BUILT_IN_PROFILES.flatMap((profile) => {
      const mapping = fitProfile(profile, header) as MappingRules | null;
      const { id, name, description } = profile;
      return mapping === null ? [] : [{ profile: id, name, description, mapping }];
    });
    return {
      encoding: plan.encoding ?? "", delimiter: plan.delimiter ?? "", sheets,
      header_row: headerRow, headers: header, suggested, missing,
      profiles, personal: personalColumns(header), notes: [...notes, ...doubts],
      rows: preview.map((row) => ({ line: row.line, cells: row.cells })),
    };
  } finally {
    await discardUpload(file);
  }
}
