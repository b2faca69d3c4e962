/** The media type of XLSX workbooks. */
export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** The media type of files with one JSON object a line. */
export const NDJSON_TYPE = "application/x-ndjson";
/** The media type of Parquet files. */
export const PARQUET_TYPE = "application/vnd.apache.parquet";
/** The media type of an archive with the tables of one tape. */
export const ZIP_TYPE = "application/zip";
/** Tapes in rows and columns; a JSON document is taken too, record by record. */
export const TABLE_TYPES =
  ["text/csv", "text/tab-separated-values", XLSX_TYPE, NDJSON_TYPE, PARQUET_TYPE, ZIP_TYPE] as const;
export const TAPE_TYPES = ["application/json", ...TABLE_TYPES] as const;

const TYPES_BY_ENDING = new Map<string, (typeof TAPE_TYPES)[number]>([
  ["csv", "text/csv"], ["tsv", "text/tab-separated-values"], ["json", "application/json"],
  ["ndjson", NDJSON_TYPE], ["jsonl", NDJSON_TYPE], ["xlsx", XLSX_TYPE], ["parquet", PARQUET_TYPE],
  ["zip", ZIP_TYPE],
]);
/** How names of tapes end, each also with `.gz`. */
export const TAPE_ENDINGS = [...TYPES_BY_ENDING.keys()];

/** What a file's name says of it: its media type, and whether it is packed; null for no tape. */
export function tapeTypeOf(name: string): { mediaType: string; isPacked: boolean } | null {
  const [, ending = "", packed] = /\.([a-z]+)(\.gz)?$/i.exec(name) ?? [];
  const mediaType = TYPES_BY_ENDING.get(ending.toLowerCase());
  return mediaType === undefined ? null : { mediaType, isPacked: packed !== undefined };
}
