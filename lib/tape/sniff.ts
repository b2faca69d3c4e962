import { err, ok, type Result } from "../kernel/result";
import { CsvSplitter, type CsvRow, type Delimiter, type Encoding } from "./csv";

/** What one pass over the file found: how to read it, and its first rows. */
export type TapeSniff = {
  /** Bytes. */
  size: number;
  encoding: Encoding;
  delimiter: Delimiter;
  header: string[];
  /** The line that names the columns. */
  headerRow: number;
  /** The first rows, at most 50. */
  preview: CsvRow[];
};

/** Why a file cannot be a tape. */
export type SniffProblem = {
  code: "FILE_UNREADABLE";
  reason: "EMPTY" | "HEADER_ONLY" | "NUL_BYTES" | "HEADER_ROW";
  message: string;
};

const HEAD_BYTES = 1 << 18;
const PREVIEW_ROWS = 50;
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];
/** Lines whose cells are counted to find the delimiter. */
const DELIMITER_LINES = 20;
/** Lines of one cell that may stand above the columns' names: a title, a date, a note. */
const TITLE_LINES = 20;
/** A delimiter that the first line does not share with the others scores less. */
const SHARED = 0.5;

const MESSAGES = {
  EMPTY: "the file is empty",
  HEADER_ONLY: "the file has a header and no rows",
  NUL_BYTES: "the file contains NUL bytes: it is binary, or UTF-16 text; save it as UTF-8",
  HEADER_ROW: "the line that should name the columns is empty or not there",
} as const;

/**
 * Reads a file once, with bounded memory, before any row is taken: its size, whether it is UTF-8
 * as a whole (else Windows-1252; a last character cut in two is still UTF-8), its delimiter,
 * header and first rows. Lines of one cell above the columns' names are a title, if a wider line
 * of words follows soon; `headerRow` says which line it is. Empty, header-only and binary files
 * are refused, and those without such a line.
 */
export async function sniffTape(
  chunks: AsyncIterable<Uint8Array>, headerRow?: number,
): Promise<Result<TapeSniff, SniffProblem>> {
  const utf8 = utf8Check();
  const head: Uint8Array[] = [];
  let headSize = 0;
  let size = 0;
  let contentBehindHead = false;
  for await (const chunk of chunks) {
    if (chunk.includes(0)) return refuse("NUL_BYTES");
    utf8.push(chunk);
    size += chunk.length;
    const part = chunk.subarray(0, HEAD_BYTES - headSize);
    if (part.length > 0) head.push(part.slice());
    headSize += part.length;
    contentBehindHead ||= chunk.subarray(part.length).some((byte) => byte > 0x20);
  }
  const encoding: Encoding = utf8.valid() ? "utf-8" : "windows-1252";
  const text = decodeHead(head, encoding);
  const delimiter = headerRow === undefined ? detectDelimiter(text)
    : detectDelimiter(textFromLine(text, headerRow));
  const rowsFrom = (line: number | undefined) =>
    splitHead(text, { delimiter, headerRow: line }, size === headSize);
  const first = rowsFrom(headerRow);
  const titled = headerRow === undefined ? lineBelowTitle(first.splitter, first.preview) : null;
  const { splitter, preview } = titled === null ? first : rowsFrom(titled);
  const { header, headerLine } = splitter;
  if (header === null && headerRow === undefined && !contentBehindHead) return refuse("EMPTY");
  if (headerRow !== undefined && headerLine !== headerRow) return refuse("HEADER_ROW");
  if (preview.length === 0 && !contentBehindHead) return refuse("HEADER_ONLY");
  return ok({ size, encoding, delimiter, header: header ?? [], headerRow: headerLine, preview });
}

function splitHead(
  text: string, options: { delimiter: Delimiter; headerRow: number | undefined }, isAll: boolean,
): { splitter: CsvSplitter; preview: CsvRow[] } {
  const splitter = new CsvSplitter(options);
  splitter.push(text);
  if (isAll) splitter.end();
  return { splitter, preview: splitter.take(PREVIEW_ROWS) };
}

const filled = (cells: readonly string[]): string[] =>
  cells.filter((cell) => cell.trim() !== "");
const isWords = (cells: readonly string[]): boolean =>
  cells.length > 1 && cells.every((cell) => /\p{L}/u.test(cell));

/** The line of the columns' names under a title, null when the first line names them. */
function lineBelowTitle(splitter: CsvSplitter, rows: readonly CsvRow[]): number | null {
  if (filled(splitter.headerCells).length !== 1) return null;
  const wide = rows.slice(0, TITLE_LINES).find(({ cells }) => filled(cells).length > 1);
  return wide && isWords(filled(wide.cells)) ? wide.line : null;
}

/** The text from a line on; line ends count as the splitter counts them outside quotes. */
function textFromLine(text: string, line: number): string {
  const ends = text.matchAll(/\r\n|\n|\r/g);
  let at = 0;
  for (let seen = 1; seen < line; seen += 1) {
    const { value: end } = ends.next();
    if (!end) return text;
    at = end.index + end[0].length;
  }
  return text.slice(at);
}

function refuse(reason: SniffProblem["reason"]): { ok: false; error: SniffProblem } {
  return err({ code: "FILE_UNREADABLE", reason, message: MESSAGES[reason] });
}

/** Validates UTF-8 over a stream; an incomplete last character does not count against it. */
function utf8Check(): { push: (chunk: Uint8Array) => void; valid: () => boolean } {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let valid = true;
  return {
    push: (chunk) => {
      if (!valid) return;
      try {
        decoder.decode(chunk, { stream: true });
      } catch {
        valid = false;
      }
    },
    valid: () => valid,
  };
}

function decodeHead(head: readonly Uint8Array[], encoding: Encoding): string {
  const decoder = new TextDecoder(encoding);
  return head.map((part) => decoder.decode(part, { stream: true })).join("");
}

/**
 * The delimiter that cuts the first lines into most cells, alike in every line; counted outside
 * quotes. A file of one column has none: then one that does not occur at all. A title above the
 * columns' names does not count when the lines below it agree better.
 */
export function detectDelimiter(text: string): Delimiter {
  const unused = DELIMITERS.find((delimiter) => !text.includes(delimiter)) ?? ",";
  const [best, score] = bestDelimiter(text);
  if (score < SHARED) {
    for (let line = 2; line <= TITLE_LINES + 1; line += 1) {
      const below = textFromLine(text, line);
      const [other, otherScore] = bestDelimiter(below);
      if (otherScore < SHARED || otherScore <= score) continue;
      if (isWords(filled((/[^\r\n]+/.exec(below)?.[0] ?? "").split(other)))) return other;
      break;
    }
  }
  return score > 0 ? best : unused;
}

function bestDelimiter(text: string): [Delimiter, number] {
  let best: [Delimiter, number] = [",", 0];
  for (const delimiter of DELIMITERS) {
    const score = delimiterScore(text, delimiter);
    if (score > best[1]) best = [delimiter, score];
  }
  return best;
}

/** Cells of the header beyond the first, weighed by the share of lines that have as many. */
function delimiterScore(text: string, delimiter: Delimiter): number {
  const counts: number[] = [];
  let count = 0;
  let quoted = false;
  let content = false;
  for (let at = 0; at < text.length && counts.length < DELIMITER_LINES; at++) {
    const char = text[at] as string;
    if (char === '"') quoted = !quoted;
    if (quoted) continue;
    if (char === "\n" || char === "\r") {
      if (content) counts.push(count);
      [count, content] = [0, false];
    } else {
      content = true;
      if (char === delimiter) count++;
    }
  }
  if (content && counts.length === 0) counts.push(count);
  const header = counts[0] ?? 0;
  const alike = counts.filter((other) => other === header).length;
  return counts.length === 0 ? 0 : header * (alike / counts.length) ** 2;
}
