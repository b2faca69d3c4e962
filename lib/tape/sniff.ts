import { err, ok, type Result } from "../kernel/result";
import { CsvSplitter, type CsvRow, type Delimiter, type Encoding } from "./csv";

/** What one pass over the file found: how to read it, and its first rows. */
export type TapeSniff = {
  /** Bytes. */
  size: number;
  encoding: Encoding;
  delimiter: Delimiter;
  header: string[];
  /** The first rows, at most 50. */
  preview: CsvRow[];
};

/** Why a file cannot be a tape. */
export type SniffProblem = {
  code: "FILE_UNREADABLE";
  reason: "EMPTY" | "HEADER_ONLY" | "NUL_BYTES";
  message: string;
};

const HEAD_BYTES = 1 << 18;
const PREVIEW_ROWS = 50;
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];
/** Lines whose cells are counted to find the delimiter. */
const DELIMITER_LINES = 20;

const MESSAGES = {
  EMPTY: "the file is empty",
  HEADER_ONLY: "the file has a header and no rows",
  NUL_BYTES: "the file contains NUL bytes: it is binary, or UTF-16 text; save it as UTF-8",
} as const;

/**
 * Reads a file once, with bounded memory, before any row is taken: its size, whether it is UTF-8
 * as a whole (else Windows-1252; a last character cut in two is still UTF-8), its delimiter,
 * header and first rows. Empty, header-only and binary files are refused.
 */
export async function sniffTape(
  chunks: AsyncIterable<Uint8Array>,
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
  const delimiter = detectDelimiter(text);
  const splitter = new CsvSplitter({ delimiter });
  splitter.push(text);
  if (size === headSize) splitter.end();
  const preview = splitter.take(PREVIEW_ROWS);
  const { header } = splitter;
  if (header === null && !contentBehindHead) return refuse("EMPTY");
  if (preview.length === 0 && !contentBehindHead) return refuse("HEADER_ONLY");
  return ok({ size, encoding, delimiter, header: header ?? [], preview });
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
 * quotes. A file of one column has none: then one that does not occur at all.
 */
export function detectDelimiter(text: string): Delimiter {
  let best: Delimiter = DELIMITERS.find((delimiter) => !text.includes(delimiter)) ?? ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = delimiterScore(text, delimiter);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
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
