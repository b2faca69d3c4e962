"use client";

import { useCallback, useMemo } from "react";
import { useQueries, useQueryClient } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMe } from "@/components/shell/me";
import { call } from "@/lib/client/api";
import type { Netting, Scenario, StressResult } from "@/lib/risk";
import type { Draft } from "./draft";
import { useSettled } from "./use-settled";

const REST_MS = 350;

/** Figures of scenarios that shock segments, which take the records and so the server. */
export interface SegmentStress {
  /** The figures under a netting; null while they are not known. */
  stressOf: (scenario: Scenario, netting: Netting) => StressResult | null;
  waiting: boolean;
  /** Of segments that shock no record, with the values that there are. */
  warnings: readonly string[];
  /** Why they cannot be shown. */
  problem: string | null;
  retry: () => void;
}

export const stressKey = (scenario: Scenario, netting: Netting): string =>
  JSON.stringify([netting, scenario]);

interface Known { stress: StressResult; warnings: string[] }

async function read(
  versionId: string, scenario: Scenario, netting: Netting, signal: AbortSignal,
): Promise<Known> {
  const { totals, warnings } = await call("analyzeStress", { signal, body: {
    dataset_version_id: versionId, netting, scenarios: [{ ...scenario }] } });
  const { collateral_shortfall: _, ...stress } = totals.scenarios[0] ?? {};
  return { stress: stress as StressResult, warnings: warnings.map(({ message }) => message) };
}

/** A scenario that shocks segments, on a version's records; a sealed version never changes. */
export const segmentQuery = (versionId: string, scenario: Scenario, netting: Netting) => ({
  queryKey: ["analyzeStress", versionId, stressKey(scenario, netting)],
  queryFn: ({ signal }: { signal: AbortSignal }) => read(versionId, scenario, netting, signal),
  staleTime: Infinity, retry: false,
});

type Answers = { data: (Known | null)[]; waiting: boolean; failure: string | null };

const combined = (queries: UseQueryResult<Known>[]): Answers => ({
  data: queries.map(({ data }) => data ?? null),
  waiting: queries.some(({ isFetching }) => isFetching),
  failure: queries.find(({ error }) => error !== null)?.error?.message ?? null,
});

/** Asks for each scenario of the draft that shocks segments. */
export function useSegmentStress(versionId: string, draft: Draft): SegmentStress {
  const client = useQueryClient();
  const may = useMe().can("EXECUTE");
  const settled = useSettled(draft, REST_MS);
  const { netting } = settled;
  const segmented = useMemo(() => settled.scenarios.map(({ scenario }) => scenario)
    .filter((scenario) => scenario.segment_shocks !== undefined), [settled]);
  const { data, waiting, failure } = useQueries({
    combine: combined,
    queries: segmented.map((scenario) =>
      ({ ...segmentQuery(versionId, scenario, netting), enabled: may })) });
  const known = useMemo(() => new Map(segmented.map((scenario, index) =>
    [stressKey(scenario, netting), data[index] ?? null])), [segmented, data, netting]);
  const stressOf = useCallback<SegmentStress["stressOf"]>(
    (scenario, by) => known.get(stressKey(scenario, by))?.stress ?? null, [known]);
  return {
    stressOf, waiting, warnings: data.flatMap((found) => found?.warnings ?? []),
    problem: segmented.length === 0 ? null : may ? failure : "It needs the Execute role.",
    retry: () => void client.refetchQueries({ queryKey: ["analyzeStress", versionId] }),
  };
}
