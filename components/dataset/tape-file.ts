import { ApiError, call } from "@/lib/client/api";
import type { ResponseOf } from "@/lib/contract/operations";

export type TapePreview = ResponseOf<"previewTape">;

export type Tape = {
  name: string;
  /** What is sent, and as what. */
  body: Blob;
  type: "text/csv" | "text/tab-separated-values" | "application/json";
} & ({ kind: "csv"; preview: TapePreview } | { kind: "json"; json: JsonTape });

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
const CSV_MOST = 20 * 1024 ** 3;
const JSON_MOST = 64 * 1024 ** 2;
const FIRST = 5;
const BINARY = /\.(xlsx?|xlsm|ods|parquet|zip|gz|7z|pdf|docx?)$/i;

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

async function readCsv(file: File): Promise<Tape> {
  if (file.size > CSV_MOST) throw new TapeRefused("The file is over 20 GB. Split it first.");
  const preview = await call("previewTape", {
    stream: { data: file.slice(0, PREVIEW_BYTES), type: "text/csv" } });
  const isTab = preview.delimiter === "\t";
  return {
    kind: "csv", name: file.name, body: file, preview,
    type: isTab ? "text/tab-separated-values" : "text/csv",
  };
}

/** Looks at a file before anything is stored. @throws TapeRefused | ApiError */
export async function readTape(file: File): Promise<Tape> {
  if (BINARY.test(file.name)) {
    throw new TapeRefused(
      `${file.name} is not a text file. Save it as CSV or TSV in UTF-8, then choose it again.`);
  }
  if (file.size === 0) throw new TapeRefused(`${file.name} is empty.`);
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
