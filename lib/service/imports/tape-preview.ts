import { datasetOperations, PREVIEW_TEXT_BYTES } from "@/lib/contract/dataset";
import { ZIP_TYPE } from "@/lib/contract/tape-types";
import type { MappingRules } from "@/lib/contract/mapping-profile";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import {
  absentFields, BUILT_IN_PROFILES, currenciesIn, currencyColumns, DEFAULT_LOCALE, fitProfile,
  FormatError, isReadWhole, lookAtRows, normalizeRows, personalColumns, readRows, suggestColumns,
  unitHints, type CurrencyColumn, type Mapping, type NormalizeOptions, type RowsLook, type RowsPlan,
} from "@/lib/tape";
import { AppError } from "../platform/app-error";
import { joinOf, lookAtSet, mayBeSet } from "./set-sources";
import { discardUpload, gunzipped, readUpload, receiveUpload, withSource } from "../datasets/uploads";

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
  const isWhole = isReadWhole(mediaType) || mediaType === ZIP_TYPE;
  const limit = isWhole ? datasetOperations.previewTape.maxBodyBytes : PREVIEW_TEXT_BYTES;
  const { file } = await receiveUpload(newId(), plainBytes(body, !isWhole), limit);
  try {
    const set = mayBeSet(mediaType, choice) ? await lookAtSet(file, mediaType) : null;
    if (set) return await previewOfSet(file, mediaType, set);
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
      set: null, notes: [...notes, ...doubts],
      rows: preview.map((row) => ({ line: row.line, cells: row.cells })),
    };
  } finally {
    await discardUpload(file);
  }
}

/** What an archive or workbook of several tables is, and how its rows find each other. */
async function previewOfSet(
  file: string, mediaType: string, { tables, notes }: NonNullable<
    Awaited<ReturnType<typeof lookAtSet>>>,
): Promise<ResponseOf<"previewTape">> {
  const { rows, currencies, summary } = await joinOf(file, mediaType, tables);
  const loans = tables.find(({ template }) => template === "loan");
  const columns = [...new Set(tables.flatMap(({ header }) => header))];
  return {
    encoding: loans?.encoding ?? "", delimiter: loans?.delimiter ?? "",
    sheets: tables.flatMap(({ sheet }) => (sheet === undefined ? [] : [sheet])),
    header_row: null, headers: loans?.header ?? [], suggested: [], profiles: [], missing: [],
    personal: personalColumns(columns), currencies: [], units: [], notes,
    rows: (loans?.preview ?? []).map(({ line, cells }) => ({ line, cells })),
    set: { join: summary, currencies: [...currencies].sort(),
      tables: tables.map(({ template, name, header }) => ({ template, name,
        rows: rows.get(name) ?? 0, columns: header.length,
        missing: absentFields(template, header) })) },
  };
}
