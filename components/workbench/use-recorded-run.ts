"use client";

import { useOperation } from "@/lib/client/hooks";
import type { ApiError } from "@/lib/client/api";
import type { RecordedRun } from "./figures";

export interface RecordedRunState {
  /** The run that the page compares with: the one of the link, else the newest. */
  run: RecordedRun | null;
  /** The newest run's id when the link asks for an older one. */
  newerId: string | null;
  /** The link's run when it does not exist; one of another version is simply passed over. */
  missingId: string | null;
  isLoading: boolean;
  error: ApiError | null;
  retry: () => void;
}

// What a run recorded never changes.
const FOREVER = { staleTime: Infinity };

export function useRecordedRun(
  versionId: string | null, wantedId: string | null,
): RecordedRunState {
  const list = useOperation("listRuns",
    { query: { dataset_version_id: versionId ?? "", limit: 1 } }, { enabled: versionId !== null });
  const newestId = list.data?.items[0]?.run_id ?? null;
  const wanted = useOperation("getRun", { path: { id: wantedId ?? "" } },
    { ...FOREVER, enabled: versionId !== null && wantedId !== null });
  const isHere = wanted.data?.dataset_version_id === versionId;
  const isMissing = wantedId !== null && (wanted.error !== null || (wanted.isSuccess && !isHere));
  const needsNewest = newestId !== null && (wantedId === null || isMissing);
  const newest = useOperation("getRun", { path: { id: newestId ?? "" } },
    { ...FOREVER, enabled: needsNewest,
      // While somebody else's newer run is read, the one before stays.
      placeholderData: (before) => before?.dataset_version_id === versionId ? before : undefined });
  const run = wantedId !== null && !isMissing ? wanted.data : needsNewest ? newest.data : null;
  const waits = list.isLoading || (wantedId !== null && wanted.isLoading)
    || (needsNewest && newest.isLoading);
  return {
    run: run ?? null,
    newerId: run && newestId !== null && newestId !== run.run_id ? newestId : null,
    missingId: wanted.error?.code === "RUN_NOT_FOUND" ? wantedId : null,
    isLoading: waits && !run,
    error: list.error ?? (needsNewest ? newest.error : null),
    retry: () => {
      void list.refetch();
      if (needsNewest) void newest.refetch();
    },
  };
}
