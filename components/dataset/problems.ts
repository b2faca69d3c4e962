"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { csvText } from "@/components/chart/csv";
import type { CsvCell } from "@/components/chart/csv";
import type { ApiError } from "@/lib/client/api";
import { call } from "@/lib/client/api";
import { tableRowOf } from "./table-row";
import type { Quality, RowProblem, Version } from "./types";
import { resultWords, ruleWords } from "./words";

const PAGE = 200;
const EXPORT_PAGE = 1000;
/** Raw rows are read from the tape's start: beyond this many only problems are exported. */
const RAW_ROWS_READ = 50_000;

/** Problems of one code, or of one quality rule. */
export type ProblemFilter = { code: string } | { rule: string };

/** The row problems of a version, the worst first, page by page. */
export function useProblems(versionId: string, filter: ProblemFilter | null = null) {
  return useInfiniteQuery<Quality, ApiError, { pages: Quality[] }, unknown[], string | null>({
    queryKey: ["getQuality", versionId, "pages", filter],
    initialPageParam: null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ pageParam, signal }) => call("getQuality", {
      path: { id: versionId }, signal,
      query: { limit: PAGE, ...filter, ...(pageParam ? { cursor: pageParam } : {}) },
    }),
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** How the file was read; null for a JSON tape. */
type FileLook = Quality["file"];

/** All problems, or those that left a row out. */
async function readProblems(
  versionId: string, onlyErrors: boolean,
): Promise<{ problems: RowProblem[]; file: FileLook }> {
  const found: RowProblem[] = [];
  let file: FileLook = null;
  let cursor: string | null = null;
  do {
    const page: Quality = await call("getQuality", {
      path: { id: versionId }, query: { limit: EXPORT_PAGE, ...(cursor ? { cursor } : {}) },
    });
    found.push(...page.problems);
    file = page.file;
    // Errors come first.
    const done = onlyErrors && page.problems.some((problem) => problem.severity !== "error");
    cursor = done ? null : page.next_cursor;
  } while (cursor !== null);
  return { file,
    problems: onlyErrors ? found.filter((problem) => problem.severity === "error") : found };
}

const HEAD = ["row", "table", "line", "column", "value", "rule", "result", "what is wrong", "what to do"];

const cells = (problem: RowProblem): CsvCell[] => [
  problem.row, problem.table ?? "", problem.line ?? "", problem.column, problem.value, ruleWords(problem.code), resultWords(problem),
  problem.message, problem.recommendation];

/** Every problem as a CSV. */
export async function problemsCsv(versionId: string): Promise<string> {
  const { problems } = await readProblems(versionId, false);
  return csvText(HEAD, problems.map(cells));
}

type Payload = Record<string, unknown>;

/** The cells of a raw row; of several tables with the table and line that they stood in. */
function rowOf(payload: Payload): Payload {
  const place = tableRowOf(payload);
  return place ? { ...place.cells as Payload, "table": place.table,
    "line of the table": place.line } : payload;
}

async function readRawRows(
  versionId: string, rows: ReadonlySet<number>, last: number,
): Promise<Map<number, Payload>> {
  const found = new Map<number, Payload>();
  let cursor: string | null = null;
  do {
    const page: { items: { row: number; payload: unknown }[]; next_cursor: string | null } =
      await call("listRecords", {
        path: { id: versionId },
        query: { kind: "raw", limit: EXPORT_PAGE, ...(cursor ? { cursor } : {}) },
      });
    for (const { row, payload } of page.items) {
      if (rows.has(row) && typeof payload === "object" && payload !== null) {
        found.set(row, rowOf(payload as Payload));
      }
    }
    const passed = (page.items.at(-1)?.row ?? 0) >= last;
    cursor = passed ? null : page.next_cursor;
  } while (cursor !== null);
  return found;
}

const cellText = (value: unknown): CsvCell =>
  value === null || value === undefined || typeof value === "number" || typeof value === "string"
    ? value : JSON.stringify(value);

/**
 * The left-out rows as they are in the file, in its columns' order and with its delimiter, each
 * with its problems, ready to be corrected; for a very long tape the problems alone.
 */
export async function leftOutCsv(version: Version): Promise<string> {
  const id = version.dataset_version_id;
  const { problems, file } = await readProblems(id, true);
  if (version.counts.raw > RAW_ROWS_READ) return csvText(HEAD, problems.map(cells));
  const byRow = new Map<number, RowProblem[]>();
  for (const problem of problems) {
    byRow.set(problem.row, [...byRow.get(problem.row) ?? [], problem]);
  }
  const last = Math.max(0, ...byRow.keys());
  const raw = await readRawRows(id, new Set(byRow.keys()), last);
  // Cells beyond the head have names of their own and come last.
  const columns = [...new Set(
    [...file?.header ?? [], ...[...raw.values()].flatMap((payload) => Object.keys(payload))])];
  const rows = [...byRow].sort(([a], [b]) => a - b).map(([row, found]) => {
    const payload = raw.get(row) ?? {};
    return [...columns.map((column) => cellText(payload[column])), row,
      found.map((problem) => `${problem.column ?? "row"}: ${problem.message}`).join("; ")];
  });
  return csvText(
    [...columns, "row in the file", "left out because"], rows, file?.delimiter ?? ",");
}
