"use client";

import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { count } from "@/components/ui/format";
import { PickedNote, usePicked } from "@/components/ui/picked";
import type { GroupColumn } from "@/lib/contract/facts";
import { NOT_GIVEN, recordsHref } from "./links";
import type { Segment } from "./segments";
import { GROUP_CHOICES } from "./types";
import { useGrouping } from "./use-grouping";
import { groupValue } from "./words";

export interface PickedSegment {
  column: GroupColumn;
  /** As `segmentsOf` names it. */
  id: string;
  /** Null is what is not given. */
  value: string | null;
  label: string;
  count: number;
}

/**
 * A version's exposure by the column that the address names, else by the first that tells
 * something, and the segment of it that the address names.
 */
export function useSegments(versionId: string, columns: readonly GroupColumn[]) {
  const [by, setBy] = useQueryState("by", parseAsStringLiteral(columns));
  const query = useGrouping(versionId, by, GROUP_CHOICES);
  const { id, toggle, clear } = usePicked("segment");
  const grouping = query.data;
  const group = id === null ? undefined : grouping?.groups.find(({ key }) =>
    (key[grouping.column] ?? NOT_GIVEN) === id);
  const value = group && grouping ? group.key[grouping.column] ?? null : null;
  const segment: PickedSegment | null = group && grouping ? {
    column: grouping.column, value, count: group.count, id: value === null ? "null" : `=${value}`,
    label: groupValue(grouping.column, value),
  } : null;
  const choose = (column: GroupColumn): void => {
    clear();
    void setBy(column);
  };
  return {
    by, query, segment, clear,
    toggle: ({ value: next }: Segment) => {
      if (next !== undefined) toggle(next ?? NOT_GIVEN);
    },
    /** What a card of the segments shows and changes. */
    card: { versionId, query, chosen: by, selectedId: segment?.id ?? null, onChoose: choose },
  };
}

/** What is picked, with the way to its records. */
export function PickedSegmentNote({ versionId, segment, note, onClear }: {
  versionId: string; segment: PickedSegment | null; note?: string; onClear: () => void;
}) {
  return (
    <PickedNote name={segment?.label ?? null} note={note} onClear={onClear}>
      {segment ? (
        <Link href={recordsHref(versionId, segment.column, segment.value)}>
          {segment.count === 1 ? "Open its record" : `Open its ${count(segment.count)} records`}
        </Link>
      ) : null}
    </PickedNote>
  );
}
