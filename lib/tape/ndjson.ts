import type { CsvBatch, CsvRow } from "./csv";
import { checkJson } from "./json-guard";
import { detached, rowProblem, shorten } from "./problem";
import { FormatError } from "./zip";

export type NdjsonOptions = {
  /** The columns: names of members, as `ndjsonColumns` found them. */
  header: readonly string[];
  /** The decimal mark of the tape's locale, in which JSON's numbers are written out. */
  decimal: "." | ",";
};

const BATCH_ROWS = 256;
const MAX_LINE_CHARS = 1_000_000;
const RAW_CHARS = 500;
const MAX_COLUMNS = 16_384;
const NO_LINES = "it should hold one JSON object a line";

/**
 * Reads a file of one JSON object a line as batches of rows; `line` is the file's line. A number
 * keeps its digits as they are written, text stands as it is, null and members that are not there
 * are empty, an inner object or list stays JSON. A line that is no object carries a problem.
 * @throws FormatError for bytes that are no UTF-8.
 */
export async function* readNdjson(
  chunks: AsyncIterable<Uint8Array>, options: NdjsonOptions,
): AsyncGenerator<CsvBatch> {
  const header = [...options.header];
  const places = new Map(header.map((name, at) => [name, at]));
  let rows: CsvRow[] = [];
  let shown = false;
  for await (const { line, text } of linesOf(chunks)) {
    rows.push(rowOf(line, text, places, options.decimal));
    if (rows.length < BATCH_ROWS) continue;
    yield { header, rows };
    rows = [];
    shown = true;
  }
  if (rows.length > 0 || !shown) yield { header, rows };
}

/**
 * The members that a file's objects have, in the order in which they come up. With `cutOff` the
 * file may end inside a line, as the beginning of a file does.
 * @throws FormatError when the first line is no JSON object, or for bytes that are no UTF-8.
 */
export async function ndjsonColumns(
  chunks: AsyncIterable<Uint8Array>, cutOff = false,
): Promise<string[]> {
  const names = new Set<string>();
  let first = true;
  for await (const { line, text } of linesOf(chunks, cutOff)) {
    const parsed = parseLine(text);
    if (typeof parsed === "string") {
      if (first) throw new FormatError(`line ${line}: ${parsed}; ${NO_LINES}`);
    } else {
      for (const name of Object.keys(parsed)) names.add(name);
    }
    first = false;
    if (names.size > MAX_COLUMNS) {
      throw new FormatError(`line ${line}: the objects have more than ${MAX_COLUMNS} members`);
    }
  }
  if (first) throw new FormatError("the file is empty");
  if (names.size === 0) throw new FormatError("the objects have no members");
  return [...names];
}

type Line = { line: number; text: string };

/** Lines that hold something; of one that is too long the beginning, marked by its length. */
async function* linesOf(
  chunks: AsyncIterable<Uint8Array>, cutOff = false,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let line = 1;
  // What is longer than a row may be is dropped until its line ends.
  const keep = (part: string): void => {
    if (rest.length <= MAX_LINE_CHARS) rest += detached(part.slice(0, MAX_LINE_CHARS + 1));
  };
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      if (cutOff && chunk === undefined) return "";
      throw new FormatError(`line ${line} or soon after it: the text is no UTF-8`);
    }
  };
  for await (const chunk of chunks) {
    const text = decode(chunk);
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      if (rest !== "") keep(text.slice(from, end));
      const whole = rest === "" ? text.slice(from, end) : rest;
      if (whole.trim() !== "") yield { line, text: whole };
      rest = "";
      from = end + 1;
      line += 1;
    }
    keep(text.slice(from));
  }
  keep(decode());
  if (rest.trim() !== "" && !(cutOff && isCutOff(rest))) yield { line, text: rest };
}

function isCutOff(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** The object of a line, or what is wrong with it. */
function parseLine(text: string): Record<string, unknown> | string {
  if (text.length > MAX_LINE_CHARS) return `it is longer than ${MAX_LINE_CHARS} characters`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is no JSON (${shorten((error as Error).message, 120)})`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return "it is no JSON object";
  }
  const fault = checkJson(value);
  if (fault !== null) return `${fault.path || "the object"} ${fault.message}`;
  return value as Record<string, unknown>;
}

function rowOf(
  line: number, text: string, places: ReadonlyMap<string, number>, decimal: "." | ",",
): CsvRow {
  const parsed = parseLine(text);
  if (typeof parsed === "string") {
    const isLong = text.length > MAX_LINE_CHARS;
    const raw = text.length > RAW_CHARS ? `${detached(text.slice(0, RAW_CHARS))}…` : text.trim();
    return { line, cells: [raw], problem: rowProblem(isLong ? "ROW_TOO_LONG"
      : "RECORD_SHAPE_INVALID", line, null, raw, `line ${line}: ${parsed}`) };
  }
  const cells = new Array<string>(places.size).fill("");
  for (const [name, value] of memberTexts(text)) {
    const place = places.get(name);
    if (place !== undefined) cells[place] = cellOf(value, parsed[name], decimal);
  }
  return { line, cells, problem: null };
}

/** `value` as it is written in the file, of which `parsed` is the meaning. */
function cellOf(value: string, parsed: unknown, decimal: "." | ","): string {
  if (typeof parsed === "string") return parsed;
  if (parsed === null || parsed === undefined) return "";
  if (typeof parsed !== "number") return value;
  return decimal === "," ? value.replace(".", ",") : value;
}

/**
 * The members of an object as they are written, from text that is known to be JSON: a number that
 * went through a float64 would lose the digits of a long identifier. Of a name that comes twice
 * the last one counts, as it does for JSON.parse.
 */
function* memberTexts(text: string): Generator<[string, string]> {
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    if (text[at] !== '"') return;
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const from = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = valueEnd(text, from);
    yield [name, text.slice(from, end)];
    at = end;
  }
}

const isSpace = (code: number): boolean =>
  code === 32 || code === 9 || code === 10 || code === 13;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Behind the quote that closes the string that opens at `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === '"') return at + 1;
  }
}

/** Behind the value that begins at `from`. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; ; ) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (char === "," || isSpace(text.charCodeAt(at)))) return at;
    at += 1;
  }
}
