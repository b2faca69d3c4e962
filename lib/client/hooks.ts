"use client";

import {
  useInfiniteQuery, useMutation, useQuery, useQueryClient, type UseQueryOptions,
} from "@tanstack/react-query";
import type { OperationName, ResponseOf } from "@/lib/contract/operations";
import { ApiError, call, type CallInput } from "./api";

type Options<N extends OperationName> = Omit<
  UseQueryOptions<ResponseOf<N>, ApiError>, "queryKey" | "queryFn">;

/** The cache key of a reading operation; its first part alone invalidates all its readings. */
export const keyOf = <N extends OperationName>(name: N, input: CallInput<N> = {}) =>
  [name, input.path ?? null, input.query ?? null] as const;

/** Reads an operation; answers are shared between components by their parameters. */
export function useOperation<N extends OperationName>(
  name: N, input: CallInput<N> = {}, options: Options<N> = {},
) {
  return useQuery<ResponseOf<N>, ApiError>({
    queryKey: keyOf(name, input),
    queryFn: ({ signal }) => call(name, { ...input, signal }),
    ...options,
  });
}

type Page = { items: unknown[]; next_cursor: string | null };

/** Reads a list page by page; `fetchNextPage` follows the cursor. */
export function useOperationPages<N extends OperationName>(
  name: ResponseOf<N> extends Page ? N : never, input: CallInput<N> = {}, enabled = true,
) {
  return useInfiniteQuery({
    queryKey: [...keyOf(name as N, input), "pages"],
    enabled,
    initialPageParam: null as string | null,
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
