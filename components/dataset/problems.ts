"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { csvText } from "@/components/chart/csv";
import type { CsvCell } from "@/components/chart/csv";
import type { ApiError } from "@/lib/client/api";
import { call } from "@/lib/client/api";
import type { Quality, RowProblem } from "./types";
import { resultWords, ruleWords } from "./words";

const PAGE = 200;
const EXPORT_PAGE = 1000;

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

/** All problems of a version. */
async function readProblems(versionId: string): Promise<RowProblem[]> {
  const found: RowProblem[] = [];
  let cursor: string | null = null;
  do {
    const page: Quality = await call("getQuality", {
      path: { id: versionId }, query: { limit: EXPORT_PAGE, ...(cursor ? { cursor } : {}) },
    });
    found.push(...page.problems);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

const HEAD = ["row", "table", "line", "column", "value", "rule", "result", "what is wrong", "what to do"];

const cells = (problem: RowProblem): CsvCell[] => [
  problem.row, problem.table ?? "", problem.line ?? "", problem.column, problem.value, ruleWords(problem.code), resultWords(problem),
  problem.message, problem.recommendation];

/** Every problem as a CSV. */
export async function problemsCsv(versionId: string): Promise<string> {
  return csvText(HEAD, (await readProblems(versionId)).map(cells));
}
