"use client";

import { useQueries } from "@tanstack/react-query";
import { call } from "@/lib/client/api";
import { keyOf, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { newestByPortfolio, RUNS_LOOKED_AT } from "@/components/run/run-words";
import type { Version } from "@/components/dataset/types";

const SHOWN_VERSIONS = 6;
const RUNS_SHOWN = 8;

export type Kpis = ResponseOf<"getKpis">;

/** The last sealed versions of the dataset up to this one, oldest first. */
function useHistory(version: Version | null): readonly Version[] {
  const query = useOperation(
    "listVersions",
    { query: { dataset_id: version?.dataset_id, status: "sealed", limit: 50 } },
    { enabled: version !== null },
  );
  if (!version) return [];
  const before = (query.data?.items ?? [])
    .filter((other) => other.number < version.number && other.consolidated !== null)
    .sort((a, b) => b.number - a.number)
    .slice(0, SHOWN_VERSIONS - 1);
  return [...before.reverse(), version];
}

/** Indicators of each version of the history; a sealed version's never change. */
function useKpiHistory(history: readonly Version[], enabled: boolean): (Kpis | null)[] {
  const results = useQueries({
    queries: history.map((version) => ({
      queryKey: keyOf("getKpis", { path: { id: version.dataset_version_id } }),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call("getKpis", { path: { id: version.dataset_version_id }, signal }),
      staleTime: Number.POSITIVE_INFINITY,
      enabled,
    })),
  });
  return results.map((result) => result.data ?? null);
}

/** Everything the overview shows of one sealed version. */
export function useOverview(version: Version | null) {
  const id = version?.dataset_version_id ?? "";
  const enabled = version !== null && version.consolidated !== null;
  const history = useHistory(enabled ? version : null);
  const kpis = useOperation("getKpis", { path: { id } }, { enabled });
  const kpiHistory = useKpiHistory(history, kpis.isSuccess && history.length > 1);
  const newest = useOperation(
    "listRuns", { query: { dataset_version_id: id, limit: RUNS_LOOKED_AT } }, { enabled });
  const newestId = newestByPortfolio(newest.data?.items);
  const run = useOperation(
    "getRun", { path: { id: newestId ?? "" } },
    { enabled: newestId !== null, staleTime: Number.POSITIVE_INFINITY });
  const runs = useOperation(
    "listRuns", { query: { dataset_id: version?.dataset_id, limit: RUNS_SHOWN } }, { enabled });
  const runPending = newest.isPending || (newestId !== null && run.isPending);
  return {
    history, kpis, kpiHistory, runs,
    run: run.data ?? null,
    runPending: enabled && runPending && !newest.error && !run.error,
    runError: newest.error ?? run.error,
    retryRun: () => void (newest.error ? newest.refetch() : run.refetch()),
  };
}

export type Overview = ReturnType<typeof useOverview>;
