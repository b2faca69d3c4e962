"use client";

import { useEffect, useMemo, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMe } from "@/components/shell/me";
import { useSettled } from "@/components/workbench/use-settled";
import { call, type ApiError } from "@/lib/client/api";
import type { BodyInputOf, OperationName, ResponseOf } from "@/lib/contract/operations";

export type AnalysisName = Extract<OperationName, `analyse${string}`>;
type Body<N extends AnalysisName> = BodyInputOf<N>;

const keyOfAnalysis = (name: AnalysisName, body: unknown) =>
  ["analysis", name, JSON.stringify(body)] as const;

/** A request once it is at rest: a slider that is dragged asks the server once. */
export function useSettledBody<T extends object>(body: T): { body: T; isSettled: boolean } {
  const now = JSON.stringify(body);
  const text = useSettled(now, 250);
  return { body: useMemo(() => JSON.parse(text) as T, [text]), isSettled: text === now };
}

/** Seconds since `isRunning` became true, for whoever waits. */
function useSeconds(isRunning: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    const started = performance.now();
    const timer = setInterval(
      () => setSeconds(Math.floor((performance.now() - started) / 1000)), 1000);
    return () => {
      clearInterval(timer);
      setSeconds(0);
    };
  }, [isRunning]);
  return isRunning ? seconds : 0;
}

/**
 * An analysis that the server carries out. Its answer depends on nothing but the request, so it
 * is kept; `auto` asks as soon as the page shows, else `start` does. The old answer stays, marked
 * stale, while another is asked for. Cancelling drops the request, at which the server stops.
 */
export function useAnalysis<N extends AnalysisName>(
  name: N, body: Body<N>, { auto = false } = {},
) {
  const client = useQueryClient();
  const mayAsk = useMe().can("EXECUTE");
  const queryKey = keyOfAnalysis(name, body);
  const [asked, setAsked] = useState<string | null>(null);
  const [cancelled, setCancelled] = useState<string | null>(null);
  const text = queryKey[2];
  const query = useQuery<ResponseOf<N>, ApiError>({
    queryKey,
    queryFn: ({ signal }) => call(name, { body, signal }),
    enabled: mayAsk && cancelled !== text && (auto || asked === text),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: (before, last) => last?.queryKey[1] === name ? before : undefined,
  });
  const isRunning = query.isFetching;
  return {
    mayAsk,
    data: query.data ?? null,
    error: query.error,
    /** The answer on the page is that of another request. */
    isStale: query.data !== undefined && query.isPlaceholderData,
    isRunning,
    isCancelled: cancelled === text,
    seconds: useSeconds(isRunning),
    start: () => {
      setCancelled(null);
      setAsked(text);
      if (query.error) void query.refetch();
    },
    cancel: () => {
      setCancelled(text);
      setAsked(null);
      void client.cancelQueries({ queryKey });
    },
  };
}

export type Analysis<N extends AnalysisName> = ReturnType<typeof useAnalysis<N>>;

type Kept = Extract<AnalysisName, "analyseAttribution" | "analyseSensitivity"
  | "analyseReverseStress" | "analyseConcentration" | "analyseCreditLoss" | FigureAnalysis>;

/** Analyses of figures that the page itself holds. */
export type FigureAnalysis = Extract<AnalysisName,
  "analyseIrb" | "analyseProjection" | "analyseValueAtRisk">;

/** Keeps an analysis of a version as evidence; knows what this browser has kept. */
export function useKept<N extends Kept>(name: N, body: Body<N>) {
  const client = useQueryClient();
  const queryKey = ["kept", ...keyOfAnalysis(name, body)];
  const known = useQuery<string | null>({
    queryKey, queryFn: () => null, enabled: false, staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const command = useMutation<ResponseOf<N>, ApiError>({
    mutationFn: () => call(name, { body: { ...(body as object), persist: true } as Body<N> }),
    onSuccess: (answer) => {
      client.setQueryData(queryKey, answer.evidence_id ?? null);
      return client.invalidateQueries({ queryKey: ["listEvidence"] });
    },
  });
  return {
    evidenceId: known.data ?? null,
    keep: () => command.mutate(),
    isBusy: command.isPending,
    error: command.error,
  };
}

export type KeptState = ReturnType<typeof useKept>;
