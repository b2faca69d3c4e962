import { ApiError, call } from "@/lib/client/api";
import { datasetOperations, XLSX_TYPE } from "@/lib/contract/dataset";
import type { ResponseOf } from "@/lib/contract/operations";

export type TapePreview = ResponseOf<"previewTape">;

export type Tape = {
  name: string;
  /** What is sent, and as what. */
  body: Blob;
  type: string;
  /** How the bytes are packed, if they are. */
  encoding?: "gzip";
} & ({ kind: "csv"; preview: TapePreview; sheet?: string } | { kind: "json"; json: JsonTape });

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
/** Of a packed file: what unpacks to no more than a preview may have. */
const PACKED_PREVIEW_BYTES = 20_000;
const CSV_MOST = 20 * 1024 ** 3;
const JSON_MOST = 64 * 1024 ** 2;
const FIRST = 5;
const BINARY = /\.(xls|xlsm|ods|parquet|zip|7z|pdf|docx?)$/i;
const BOOK_MOST = datasetOperations.previewTape.maxBodyBytes;

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

async function readBook(file: File, sheet: string | undefined): Promise<Tape> {
  if (file.size > BOOK_MOST) {
    throw new TapeRefused("A workbook may have 64 MB here. Save the sheet as CSV.");
  }
  const preview = await call("previewTape", { stream: { data: file, type: XLSX_TYPE },
    query: sheet === undefined ? {} : { sheet } });
  const chosen = sheet ?? preview.sheets[0];
  return { kind: "csv", name: file.name, body: file, preview, type: XLSX_TYPE,
    ...(chosen === undefined ? {} : { sheet: chosen }) };
}

async function readCsv(file: File): Promise<Tape> {
  if (file.size > CSV_MOST) throw new TapeRefused("The file is over 20 GB. Split it first.");
  const encoding = /\.gz$/i.test(file.name) ? "gzip" : undefined;
  const preview = await call("previewTape", {
    stream: { data: file.slice(0, encoding ? PACKED_PREVIEW_BYTES : PREVIEW_BYTES),
      type: "text/csv" },
    ...(encoding ? { headers: { "content-encoding": encoding } } : {}) });
  const isTab = preview.delimiter === "\t";
  return {
    kind: "csv", name: file.name, body: file, preview,
    type: isTab ? "text/tab-separated-values" : "text/csv",
    ...(encoding ? { encoding } : {}),
  };
}

/** Looks at a file before anything is stored. @throws TapeRefused | ApiError */
export async function readTape(file: File, sheet?: string): Promise<Tape> {
  if (BINARY.test(file.name)) {
    throw new TapeRefused(
      `${file.name} cannot be read here. Save it as XLSX or CSV, then choose it again.`);
  }
  if (file.size === 0) throw new TapeRefused(`${file.name} is empty.`);
  if (/\.xlsx$/i.test(file.name)) return readBook(file, sheet);
  if (/\.(json|xlsx)\.gz$/i.test(file.name)) throw new TapeRefused("Unpack the file first.");
  const isJson = /\.json$/i.test(file.name) || file.type === "application/json";
  if (!isJson) return readCsv(file);
  if (file.size > JSON_MOST) {
    throw new TapeRefused("A JSON tape may have 64 MB at most. Save it as CSV, which may be larger.");
  }
  const { json, body } = jsonTape(await file.text());
  return {
    kind: "json", name: file.name, json, type: "application/json",
    body: new Blob([body], { type: "application/json" }),
  };
}

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
