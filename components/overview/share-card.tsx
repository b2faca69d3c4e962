"use client";

import { BarListCard } from "@/components/chart/bar-list-card";
import { groupingHref, recordsHref } from "@/components/dataset/links";
import { Refusal } from "@/components/dataset/refusal";
import type { PickedSegment } from "@/components/dataset/picked-segment";
import { segmentsOf, shareFinding } from "@/components/dataset/segments";
import type { useGrouping } from "@/components/dataset/use-grouping";
import { groupWord } from "@/components/dataset/words";
import { Card } from "@/components/ui/card";
import type { GroupColumn } from "@/lib/contract/facts";
import type { MoneyScale } from "@/components/ui/format";
import { plural } from "@/components/ui/format";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import Link from "next/link";

export interface ShareCardProps {
  versionId: string;
  query: ReturnType<typeof useGrouping>;
  scale: MoneyScale;
  /** The segment that is picked beside it: only what it holds is shared out. */
  within: PickedSegment | null;
  className?: string;
}

const MOST = 7;

/** The groups of a column within a segment; undefined without one and until they are read. */
function useSegmentCut(
  versionId: string, column: GroupColumn | undefined, within: PickedSegment | null,
) {
  const isAsked = within !== null && column !== undefined && column !== within.column;
  const query = useOperation("getExposure",
    { path: { id: versionId }, query: { group_by: `${within?.column},${column}` } },
    { enabled: isAsked, staleTime: Number.POSITIVE_INFINITY });
  const groups = isAsked ? query.data?.groups.filter(({ key }) =>
    (key[within.column] ?? null) === within.value) : undefined;
  return { groups, isPending: isAsked && query.isPending };
}

/** Who holds the book: one measure over few names. */
export function ShareCard({ versionId, query, scale, within, className }: ShareCardProps) {
  const grouping = query.data;
  const cut = useSegmentCut(versionId, grouping?.column, within);
  if (!grouping) {
    return (
      <Card id="share" title="Shares of the book" className={className}>
        {query.error
          ? <Refusal error={query.error} what="The shares could not be read."
              onRetry={() => void query.refetch()} />
          : <SkeletonStack lines={7} label="Loading shares" />}
      </Card>
    );
  }
  const { column } = grouping;
  if (!grouping.telling) {
    return (
      <Card id="share" title="Shares of the book" className={className}>
        <EmptyState icon="table" title="Nothing to compare">
          The tape gives no country, region, rating or other field with more than one value.
        </EmptyState>
      </Card>
    );
  }
  const all = segmentsOf(cut.groups ?? grouping.groups, column, scale.step);
  const part = cut.groups ? within : null;
  const total = all.reduce((sum, segment) => sum + segment.total, 0);
  const listed = all.length > MOST ? all.slice(0, MOST - 1) : all;
  const rest = all.slice(listed.length);
  return (
    <BarListCard
      id="share"
      title={shareFinding(all, column, part?.label)}
      sub={`Outstanding by ${groupWord(column).toLowerCase()}${
        part ? ` within ${part.label}` : ""}, ${scale.label} and share`}
      stale={cut.isPending}
      subject={`shares by ${groupWord(column).toLowerCase()}`}
      className={className}
      items={listed.map((segment) => ({
        id: segment.id, label: segment.label, value: segment.total,
        text: scale.format(segment.shown.total),
        href: recordsHref(versionId, column, segment.value ?? null, part),
        tip: plural(segment.count, "record"),
      }))}
      others={rest.length > 0 ? {
        label: plural(rest.length, "other"),
        value: rest.reduce((sum, segment) => sum + segment.total, 0),
        text: scale.format(rest.reduce((sum, segment) => sum + segment.shown.total, 0)),
      } : null}
      total={total > 0 ? total : undefined}
      format={scale.format}
      colour="outstanding"
      roomy
      groupLabel={groupWord(column)}
      valueLabel="Outstanding"
      unit={scale.label}
      csvUnit={scale.label.split(" ")[0]}
      foot={(
        <>
          <span>Sum {scale.format(total)}</span>
          <Link href={groupingHref(versionId, column)}>As table</Link>
        </>
      )}
    />
  );
}
