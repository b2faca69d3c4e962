"use client";

import Link from "next/link";
import { count } from "@/components/ui/format";
import { PickedNote, usePicked } from "@/components/ui/picked";
import type { GroupColumn } from "@/lib/contract/facts";
import { NOT_GIVEN, recordsHref } from "./links";
import type { Segment } from "./segments";
import type { Grouping } from "./use-grouping";
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

/** The segment of a grouping that the address names, if it has one of that name. */
export function usePickedSegment(grouping: Grouping | undefined) {
  const { id, toggle, clear } = usePicked("segment");
  const group = id === null ? undefined : grouping?.groups.find(({ key }) =>
    (key[grouping.column] ?? NOT_GIVEN) === id);
  const value = group && grouping ? group.key[grouping.column] ?? null : null;
  const segment: PickedSegment | null = group && grouping ? {
    column: grouping.column, value, count: group.count, id: value === null ? "null" : `=${value}`,
    label: groupValue(grouping.column, value),
  } : null;
  return {
    segment, clear,
    toggle: ({ value: next }: Segment) => {
      if (next !== undefined) toggle(next ?? NOT_GIVEN);
    },
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
