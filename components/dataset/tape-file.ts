import { ApiError, call } from "@/lib/client/api";
import { ARCHIVE_BYTES, PREVIEW_TAPE_BYTES } from "@/lib/contract/facts";
import { NDJSON_TYPE, PARQUET_TYPE, XLSX_TYPE, ZIP_TYPE } from "@/lib/contract/tape-types";
import type { ResponseOf } from "@/lib/contract/operations";

export type TapePreview = ResponseOf<"previewTape">;

export type Tape = {
  name: string;
  /** What is sent, and as what. */
  body: Blob;
  type: string;
  /** How the bytes are packed, if they are. */
  encoding?: "gzip";
} & ({ kind: "table"; preview: TapePreview; part: TablePart } | { kind: "json"; json: JsonTape }
  | { kind: "set"; preview: TapePreview; set: NonNullable<TapePreview["set"]>;
    /** Only the files' beginnings were looked at: rows and references are not counted. */
    isBeginning: boolean });
/** Several tables that are imported as one tape. */
export type TableSetTape = Extract<Tape, { kind: "set" }>;

/** Which part of a file is the table: what the person chose, not what was found. */
export interface TablePart {
  sheet?: string;
  headerRow?: number;
}

export interface JsonTape {
  records: number;
  asOf: string;
  sourceSystem: string;
  /** The first records, for a look. */
  first: { id: string; payload: string }[];
}

/** Why a file was not taken, in words. */
export class TapeRefused extends Error {
  override name = "TapeRefused";
}

const PREVIEW_BYTES = 1e6;
/** Of each table of a large set: all of them together are one preview. */
const TABLE_PREVIEW_BYTES = 500_000;
/** Of a packed file: what unpacks to no more than a preview may have. */
const PACKED_PREVIEW_BYTES = 20_000;
const CSV_MOST = 20 * 1024 ** 3;
const JSON_MOST = 64 * 1024 ** 2;
const FIRST = 5;
const BINARY = /\.(xls|xlsm|ods|7z|pdf|docx?)$/i;
const TOO_LARGE = "A workbook or Parquet file may have 64 MB here. Send larger ones with the "
  + "command line, or as CSV.";
const WHOLE_MOST = PREVIEW_TAPE_BYTES;

type Members = Record<string, unknown>;
const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function jsonTape(text: string): { json: JsonTape; body: string } {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new TapeRefused(
      `The text is not JSON: ${error instanceof Error ? error.message : "it cannot be parsed"}.`);
  }
  const tape: Members = Array.isArray(given) ? { records: given } : isObject(given) ? given : {};
  const records = tape["records"];
  if (!Array.isArray(records) || records.length === 0) {
    throw new TapeRefused("The JSON holds no records. It needs a list under “records”.");
  }
  // A bare list of payloads is taken for what it means.
  const wrapped = records.map((record: unknown) =>
    (isObject(record) && "payload" in record ? record : { payload: record }));
  const textAt = (name: string) => (typeof tape[name] === "string" ? tape[name] : "");
  return {
    json: {
      records: records.length, asOf: textAt("as_of"), sourceSystem: textAt("source_system"),
      first: wrapped.slice(0, FIRST).map((record, index) => ({
        id: typeof record["source_record_id"] === "string"
          ? record["source_record_id"] : `Record ${index + 1}`,
        payload: JSON.stringify(record["payload"]) ?? "",
      })),
    },
    body: JSON.stringify({ ...tape, records: wrapped }),
  };
}

/** What a file's name says of it, without the end that says that it is packed. */
const TYPES: readonly [RegExp, string][] = [
  [/\.xlsx$/i, XLSX_TYPE], [/\.parquet$/i, PARQUET_TYPE],
  [/\.zip$/i, ZIP_TYPE], [/\.(ndjson|jsonl)$/i, NDJSON_TYPE],
  [/\.(tsv|tab)$/i, "text/tab-separated-values"],
];

const bareName = (name: string): string => name.replace(/\.gz$/i, "");

function typeOf(name: string): string {
  return TYPES.find(([end]) => end.test(bareName(name)))?.[1] ?? "text/csv";
}

async function readTable(
  file: File, part: TablePart, beginning: File | null = null,
): Promise<Tape> {
  const type = typeOf(file.name);
  const isPacked = /\.gz$/i.test(file.name);
  // Their tables of contents stand at the end: the server looks at all of the file.
  const isWhole = type === XLSX_TYPE || type === PARQUET_TYPE || type === ZIP_TYPE;
  if (type === ZIP_TYPE && !beginning && file.size > WHOLE_MOST) {
    return readTable(file, part, await lookIntoZip(file));
  }
  if (isWhole && !beginning && file.size > WHOLE_MOST) throw new TapeRefused(TOO_LARGE);
  if (file.size > CSV_MOST) throw new TapeRefused("The file is over 20 GB. Split it first.");
  const encoding = isPacked ? { encoding: "gzip" as const } : {};
  const first = beginning ?? (isWhole ? file
    : file.slice(0, isPacked ? PACKED_PREVIEW_BYTES : PREVIEW_BYTES));
  const preview = await call("previewTape", {
    stream: { data: first, type },
    query: { ...(part.sheet === undefined ? {} : { sheet: part.sheet }),
      ...(part.headerRow === undefined ? {} : { header_row: part.headerRow }) },
    ...(isPacked ? { headers: { "content-encoding": "gzip" } } : {}) });
  if (preview.set) {
    return { kind: "set", name: file.name, body: file, type, preview, set: preview.set,
      isBeginning: beginning !== null, ...encoding };
  }
  const [sheet] = preview.sheets;
  return { kind: "table", name: file.name, body: file, type, preview, ...encoding,
    part: { ...(sheet === undefined ? {} : { sheet }), ...part } };
}

/** The beginnings of the tables in a large archive. @throws TapeRefused */
async function lookIntoZip(file: File): Promise<File> {
  const { beginningsOfZip } = await import("./set-archive");
  return beginningsOfZip(file, TABLE_PREVIEW_BYTES).catch((error: unknown) => {
    throw new TapeRefused(`${file.name} cannot be read: ${
      error instanceof Error ? error.message : "it is no archive"}.`);
  });
}

/** Several files as the tables of one tape. @throws TapeRefused for what is no table. */
async function readSet(files: readonly File[]): Promise<Tape> {
  const wrong = files.find(({ name }) => !/\.(csv|tsv|txt)$/i.test(name));
  if (wrong) {
    throw new TapeRefused(`${wrong.name} cannot be one of several files: drop the CSV files of one `
      + "tape together, or any other tape alone.");
  }
  const twice = files.find(({ name }, at) => files.findIndex((file) => file.name === name) < at);
  if (twice) throw new TapeRefused(`Two of the files are called ${twice.name}. Rename one of them.`);
  if (files.reduce((sum, { size }) => sum + size, 0) > ARCHIVE_BYTES) {
    throw new TapeRefused("The files are over 16 GB together. Split the tape first.");
  }
  const { archiveOf, archiveOfBeginnings } = await import("./set-archive");
  const archive = await archiveOf(files);
  return readTable(archive, {}, archive.size <= WHOLE_MOST ? null
    : await archiveOfBeginnings(files, TABLE_PREVIEW_BYTES));
}

/** JSON as one value; true for text that holds one object a line instead. */
function isLines(text: string): boolean {
  const [first = "", ...others] = text.split("\n", 2);
  try {
    return isObject(JSON.parse(first)) && (others[0] ?? "").trim().startsWith("{");
  } catch {
    return false;
  }
}

async function readTape(file: File, part: TablePart = {}): Promise<Tape> {
  if (BINARY.test(file.name)) {
    throw new TapeRefused(
      `${file.name} cannot be read here. Save it as XLSX or CSV, then choose it again.`);
  }
  if (file.size === 0) throw new TapeRefused(`${file.name} is empty.`);
  if (/\.json\.gz$/i.test(file.name)) throw new TapeRefused("Unpack the file first.");
  const isJson = /\.json$/i.test(file.name)
    || (file.type === "application/json" && typeOf(file.name) === "text/csv");
  if (!isJson) return readTable(file, part);
  if (file.size > JSON_MOST) {
    throw new TapeRefused("A JSON document may have 64 MB at most. "
      + "Save it as CSV, or as one object a line (.ndjson), which may be larger.");
  }
  const text = await file.text();
  if (isLines(text)) {
    return readTable(new File([file], `${file.name.slice(0, -5)}.ndjson`,
      { lastModified: file.lastModified }), part);
  }
  const { json, body } = jsonTape(text);
  return {
    kind: "json", name: file.name, json, type: "application/json",
    body: new Blob([body], { type: "application/json" }),
  };
}

/**
 * Looks at a file before anything is stored, at several as at the tables of one tape.
 * @throws TapeRefused | ApiError
 */
export const readTapes = async (files: readonly File[], part?: TablePart): Promise<Tape> =>
  files.length === 1 ? readTape(files[0] as File, part) : readSet(files);

/** Pasted text: JSON when it begins like it, else CSV. */
export function fileFromText(text: string): File {
  const isJson = /^\s*[[{]/.test(text);
  return new File([text], isJson ? "pasted.json" : "pasted.csv",
    { type: isJson ? "application/json" : "text/csv" });
}

export type TapeError = TapeRefused | ApiError;

export const asTapeError = (error: unknown): TapeError =>
  error instanceof ApiError || error instanceof TapeRefused ? error
    : new TapeRefused("The file could not be read. Choose it again.");
