"use client";

import type { QueryClient } from "@tanstack/react-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, call } from "@/lib/client/api";
import { keyOf } from "@/lib/client/hooks";
import type { GroupColumn } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";

type Answer = ResponseOf<"getExposure">;

export interface Grouping {
  column: GroupColumn;
  groups: Answer["groups"];
  totals: Answer["totals"];
  /** More than one value: worth a picture. */
  telling: boolean;
}

async function read(
  client: QueryClient, versionId: string, column: GroupColumn,
): Promise<Grouping> {
  const input = { path: { id: versionId }, query: { group_by: column } };
  // The grouping as a whole is tried again, not each of its parts as well.
  const answer = await client.fetchQuery<Answer>({
    retry: false,
    queryKey: keyOf("getExposure", input),
    queryFn: ({ signal }) => call("getExposure", { ...input, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { column, ...answer, telling: answer.groups.length > 1 };
}

/** A column with more values than an answer holds is no picture: the next one may be. */
function unlessTooMany(error: unknown): null {
  if (error instanceof ApiError && error.code === "PARAMETERS_INVALID") return null;
  throw error;
}

/**
 * Exposure by the chosen column, or by the first of `choices` with more than one value; when none
 * has, by the first. A sealed version never changes, so answers are kept.
 */
export function useGrouping(
  versionId: string | null, chosen: GroupColumn | null, choices: readonly GroupColumn[],
  enabled = true,
) {
  const client = useQueryClient();
  return useQuery<Grouping, ApiError>({
    queryKey: ["grouping", versionId, chosen, choices.join(",")],
    enabled: enabled && versionId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before, query) =>
      query?.queryKey[1] === versionId ? before : undefined,
    queryFn: async () => {
      const id = versionId ?? "";
      if (chosen) return read(client, id, chosen);
      let first: Grouping | null = null;
      for (const column of choices) {
        const grouping = await read(client, id, column).catch(unlessTooMany);
        if (grouping?.telling) return grouping;
        first ??= grouping;
      }
      return first ?? read(client, id, "sector");
    },
  });
}
