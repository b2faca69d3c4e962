/** A file to hand out: as text, or in pieces that are made while they are sent. */
export type ExportedFile = { name: string; type: string; bytes?: number } & FileContent;
export type FileContent = { text: string } | { pieces: AsyncIterable<Uint8Array> };

/** The media type of each format. */
export const FILE_TYPES = {
  json: "application/json", csv: "text/csv; charset=utf-8", pdf: "application/pdf",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet", zip: "application/zip",
} as const;
