"use client";

import { useMemo } from "react";
import { useQueries } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMe } from "@/components/shell/me";
import { call } from "@/lib/client/api";
import type { Crossing, Netting, Scenario } from "@/lib/risk";
import type { BenchView } from "./figures";
import { useSettled } from "./use-settled";

/** What the server is asked about one scenario that shocks segments. */
interface Ask { netting: Netting; scenario: Scenario; line: number }

async function read(versionId: string, ask: Ask, signal: AbortSignal): Promise<Crossing> {
  const { multiplier, reason } = await call("analyseReverseStress", { signal, body: {
    dataset_version_id: versionId, netting: ask.netting, scenario: ask.scenario,
    target: { metric: "loss_estimate", value: ask.line } } });
  return multiplier === null
    ? { reachable: false, multiplier, reason: reason ?? "TARGET_NOT_REACHED" }
    : { reachable: true, multiplier };
}

const answersOf = (queries: UseQueryResult<Crossing>[]) => queries.map(({ data }) => data ?? null);

const asksOf = ({ rows, basis: { netting }, lossLine }: BenchView): Ask[] =>
  rows.flatMap(({ scenario }) => scenario.segment_shocks
    ? [{ netting, scenario, line: lossLine }] : []);

/**
 * The view with the break-evens of scenarios that shock segments, which only the server can tell:
 * each loan is shocked by its own segment. They are absent until they are known.
 */
export function useSegmentBreakEvens<V extends BenchView | null>(versionId: string, view: V): V {
  const may = useMe().can("EXECUTE");
  const now = JSON.stringify(view ? asksOf(view) : []);
  const text = useSettled(now, 350);
  const asks = useMemo(() => JSON.parse(text) as Ask[], [text]);
  const crossings = useQueries({
    combine: answersOf,
    queries: asks.map((ask) => ({
      queryKey: ["breakEven", versionId, JSON.stringify(ask)],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(versionId, ask, signal),
      staleTime: Infinity, retry: false, enabled: may,
    })) });
  return useMemo(() => {
    // While a slider moves, the multiples are those of other shocks.
    if (view === null || text !== now || crossings.every((one) => one === null)) return view;
    const known = new Map(asks.map((ask, at) => [ask.scenario.scenario_id, crossings[at] ?? null]));
    return { ...view, rows: view.rows.map((row) => row.scenario.segment_shocks
      ? { ...row, breakEven: known.get(row.scenario.scenario_id) ?? null } : row) };
  }, [view, text, now, asks, crossings]);
}
