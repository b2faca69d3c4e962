"use client";

import {
  useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient, type InfiniteData,
  type UseQueryOptions, type UseQueryResult,
} from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { OperationName, ResponseOf } from "@/lib/contract/operations";
import { call, type ApiError, type CallInput } from "./api";

type Options<N extends OperationName> = Omit<
  UseQueryOptions<ResponseOf<N>, ApiError>, "queryKey" | "queryFn">;

/** The cache key of a reading operation; its first part alone invalidates all its readings. */
export const keyOf = <N extends OperationName>(name: N, input: CallInput<N> = {}) =>
  [name, input.path ?? null, input.query ?? null] as const;

const never = () => () => undefined;

/**
 * False on the server and while its page is taken over, true ever after. A part of the page that is
 * taken over late must first show what the server showed, whatever the cache holds by then.
 */
const useHydrated = (): boolean => useSyncExternalStore(never, () => true, () => false);
const NOT_YET = ["not hydrated"] as const;

/** Reads an operation; answers are shared between components by their parameters. */
export function useOperation<N extends OperationName>(
  name: N, input: CallInput<N> = {}, options: Options<N> = {},
) {
  const isHydrated = useHydrated();
  return useQuery<ResponseOf<N>, ApiError>({
    queryFn: ({ signal }) => call(name, { ...input, signal }),
    ...options,
    queryKey: isHydrated ? keyOf(name, input) : NOT_YET,
    enabled: isHydrated && options.enabled !== false,
  });
}

type Page = { items: unknown[]; next_cursor: string | null };

/** Reads a list page by page; `fetchNextPage` follows the cursor. */
export function useOperationPages<N extends OperationName>(
  name: ResponseOf<N> extends Page ? N : never, input: CallInput<N> = {}, enabled = true,
) {
  const isHydrated = useHydrated();
  return useInfiniteQuery<
    ResponseOf<N>, ApiError, InfiniteData<ResponseOf<N>>, readonly unknown[], string | null
  >({
    queryKey: isHydrated ? [...keyOf(name as N, input), "pages"] : [...NOT_YET, "pages"],
    enabled: enabled && isHydrated,
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) => call(name as N, {
      ...input, signal,
      query: { ...(input.query as object), ...(pageParam ? { cursor: pageParam } : {}) } as never,
    }),
    getNextPageParam: (page) => (page as unknown as Page).next_cursor,
  });
}

/** Calls a changing operation and then refreshes the readings named in `refreshes`. */
export function useCommand<N extends OperationName>(
  name: N, refreshes: readonly OperationName[] = [],
) {
  const client = useQueryClient();
  return useMutation<ResponseOf<N>, ApiError, CallInput<N>>({
    mutationFn: (input) => call(name, input),
    onSettled: () => Promise.all(
      refreshes.map((reading) => client.invalidateQueries({ queryKey: [reading] }))),
  });
}

/** Reads one operation for several inputs at once, each shared like `useOperation`'s. */
export function useOperations<N extends OperationName>(
  name: N, inputs: readonly CallInput<N>[], options: Options<N> = {},
) {
  const isHydrated = useHydrated();
  return useQueries({ queries: inputs.map((input) => ({
    queryFn: ({ signal }: { signal: AbortSignal }) => call(name, { ...input, signal }),
    ...options,
    queryKey: isHydrated ? keyOf(name, input) : NOT_YET,
    enabled: isHydrated,
  })) }) as UseQueryResult<ResponseOf<N>, ApiError>[];
}
