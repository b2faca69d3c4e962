"use client";

import { useMemo } from "react";
import { useMe } from "@/components/shell/me";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Scenario } from "@/lib/risk";

/** What a choice from the library begins with in the address; its id there follows. */
export const LIBRARY = "library:";
/** Library scenarios that one choice offers, the newest. */
export const LIBRARY_SHOWN = 200;

type Listed = ResponseOf<"listScenarios">["items"][number];

/** Approved scenarios, and drafts of one's own: nobody is measured by another's draft. */
export const isOffered = ({ latest, archived_at: archived }: Listed, email: string): boolean =>
  archived === null && (latest.state === "approved"
    || latest.state === "draft" && latest.author === email);

/** The scenarios that the library offers, and the chosen one in full. */
export function useLibrary(choice: string) {
  const me = useMe();
  const list = useOperation("listScenarios", { query: { limit: LIBRARY_SHOWN } });
  const id = choice.startsWith(LIBRARY) ? choice.slice(LIBRARY.length) : null;
  const one = useOperation("getScenario", { path: { id: id ?? "" } }, { enabled: id !== null });
  const options = useMemo(() => (list.data?.items ?? [])
    .filter((item) => isOffered(item, me.email))
    .map(({ library_scenario_id: key, latest }) => ({ value: `${LIBRARY}${key}`,
      label: latest.state === "draft" ? `${latest.name} (draft)` : latest.name })),
  [list.data, me.email]);
  const latest = id === null ? null : one.data?.latest ?? null;
  return {
    options,
    /** null while it is read, or where none of the library was chosen. */
    scenario: latest === null ? null : latest.scenario as Scenario,
    name: latest === null ? null : `${latest.name}, version ${latest.number}`,
    isCut: list.data?.next_cursor !== null && list.data !== undefined,
    /** Why the choice is not there: still read, or refused. */
    gap: id === null || latest !== null ? null
      : { error: one.error, retry: () => void one.refetch() },
  };
}
