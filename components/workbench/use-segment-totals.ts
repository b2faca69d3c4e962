"use client";

import { useMemo } from "react";
import { useQueries } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMe } from "@/components/shell/me";
import { call } from "@/lib/client/api";
import type { PortfolioStressResult } from "@/lib/portfolio";
import type { Netting, Scenario } from "@/lib/risk";
import type { Version } from "./figures";
import { stressKey } from "./use-segment-stress";
import type { segmentedLoss } from "./what-if-segments";

/** What a what-if is about: a sealed version under a netting, and scenarios to stress it with. */
export interface WhatIfSubject {
  version: Version;
  netting: Netting;
  scenarios: readonly Scenario[];
}

/** The version's figures under a scenario, and what computes them with other records. */
interface Known { stress: PortfolioStressResult; lossOf: typeof segmentedLoss }

export interface SegmentTotals {
  /** Null while they are not known. */
  of: (scenario: Scenario) => Known | null;
  /** Why some will not be known. */
  problem: string | null;
}

async function read(
  versionId: string, scenario: Scenario, netting: Netting, signal: AbortSignal,
): Promise<Known> {
  const [{ totals }, { segmentedLoss: lossOf }] = await Promise.all([
    call("analyzeStress", { signal, body: {
      dataset_version_id: versionId, netting, scenarios: [{ ...scenario }] } }),
    // The engine in columns comes when a scenario needs it.
    import("./what-if-segments"),
  ]);
  return { stress: totals.scenarios[0] as PortfolioStressResult, lossOf };
}

const combined = (queries: UseQueryResult<Known>[]) => ({
  data: queries.map(({ data }) => data ?? null),
  failure: queries.find(({ error }) => error !== null)?.error?.message ?? null,
});

/** What those of a what-if's scenarios that shock segments do to the version as it is. */
export function useSegmentTotals(
  { version, netting, scenarios }: WhatIfSubject, isNeeded: boolean,
): SegmentTotals {
  const may = useMe().can("EXECUTE");
  const versionId = version.dataset_version_id;
  const segmented = useMemo(() => scenarios.filter((one) => one.segment_shocks), [scenarios]);
  const { data, failure } = useQueries({
    combine: combined,
    queries: segmented.map((scenario) => ({
      queryKey: ["segmentTotals", versionId, stressKey(scenario, netting)],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(versionId, scenario, netting, signal),
      staleTime: Infinity, retry: false, enabled: may && isNeeded,
    })) });
  return useMemo(() => {
    const known = new Map(segmented.map((one, index) => [one, data[index] ?? null]));
    return { of: (scenario) => known.get(scenario) ?? null,
      problem: may ? failure : "Segments are stressed on the server: it needs the Execute role." };
  }, [segmented, data, failure, may]);
}
