"use client";

import { useMemo } from "react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { type ApiError, call } from "@/lib/client/api";
import { keyOf } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import type { EvidenceRecord } from "@/lib/evidence";
import { checkRecord, type RecordCheck } from "./checks";
import { readExposure, readText } from "./payload";

export type Evidence = ResponseOf<"getEvidence">;

/** The contract says `unknown` of a payload; an answer was JSON, so it is. */
const asRecord = (evidence: Evidence): EvidenceRecord => evidence as EvidenceRecord;

/** Several records by id; each is read once and shared with the other pages. */
export function useEvidenceRecords(ids: readonly string[]) {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: keyOf("getEvidence", { path: { id } }),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call("getEvidence", { path: { id }, signal }),
    })),
    combine: (results) => ({
      records: results.flatMap((result) => result.data ? [result.data] : []),
      isLoading: results.some((result) => result.isPending),
      error: results.find((result) => result.error)?.error as ApiError | undefined ?? null,
      refetch: () => Promise.all(results.map((result) => result.refetch())),
    }),
  });
}

/** Id of the exposure record that a stress record rests on. */
export const baseIdOf = (evidence: Evidence): string | null =>
  evidence.kind === "stress_test" ? readText(evidence.payload, "debt_exposure_evidence_id") : null;

/** Hashes and figures of these records, computed again in this browser. */
export function useRecordChecks(records: readonly Evidence[]): RecordCheck[] {
  return useMemo(() => {
    const exposures = new Map(records.filter((record) => record.kind === "debt_exposure")
      .map((record) => [record.evidence_id, readExposure(record.payload)]));
    return records.map((record) =>
      checkRecord(asRecord(record), exposures.get(baseIdOf(record) ?? "") ?? null));
  }, [records]);
}

export type ServerVerdict = ResponseOf<"verifyEvidence"> & { elapsedMs: number };

/** Asks the server to recompute every hash of a version; asked again with `refetch` only. */
export function useServerVerdict(versionId: string | null, enabled: boolean) {
  return useQuery<ServerVerdict, ApiError>({
    queryKey: ["verifyEvidence", versionId],
    enabled: enabled && versionId !== null,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const start = performance.now();
      const verdict = await call("verifyEvidence", {
        body: { dataset_version_id: versionId ?? "" }, signal,
      });
      return { ...verdict, elapsedMs: performance.now() - start };
    },
  });
}
