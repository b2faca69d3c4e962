"use client";

import { useMemo } from "react";
import Link from "next/link";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { count, percentOf } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { WorkedFigure } from "@/components/ui/worked";
import type { GroupColumn } from "@/lib/contract/facts";
import { recordsHref, SEGMENT_TABLE } from "./links";
import { segmentsOf } from "./segments";
import { workedSegment, workedSum, type SegmentFigure } from "./segment-workings";
import type { Segment, ShownAmounts } from "./segments";
import type { Grouping } from "./use-grouping";
import { groupWord } from "./words";

function columnsOf(
  versionId: string, column: GroupColumn, scale: MoneyScale,
): DataColumn<Segment>[] {
  const worked = (segment: Segment, figure: SegmentFigure, text: string) => (
    <WorkedFigure work={() => workedSegment({ versionId, column, segment, scale }, figure)}>
      {text}
    </WorkedFigure>
  );
  const amount = (id: SegmentFigure, header: string, name: keyof ShownAmounts) => ({
    id, header, unit: scale.label, number: true, sortValue: (segment: Segment) => segment[name],
    cell: (segment: Segment) => worked(segment, id, scale.format(segment.shown[name])),
  });
  return [
    { id: "label", header: groupWord(column), fixed: true, sortValue: (segment) => segment.label,
      cell: (segment) => (
        <Link className="long" href={recordsHref(versionId, column, segment.value ?? null)}>
          {segment.label}
        </Link>
      ) },
    { id: "count", header: "Records", number: true, sortValue: (segment) => segment.count,
      cell: (segment) => (
        <FigureLink href={recordsHref(versionId, column, segment.value ?? null)}>
          {count(segment.count)}
        </FigureLink>
      ) },
    amount("outstanding", "Outstanding", "total"),
    amount("collateral", "Collateral", "givenCollateral"),
    { id: "coverage", header: "Coverage", term: "coverage", number: true,
      sortValue: (segment) => (segment.total > 0 ? segment.givenCollateral / segment.total : null),
      cell: (segment) => (segment.total > 0
        ? worked(segment, "coverage", percentOf(segment.givenCollateral / segment.total))
        : <Na reason="Nothing is owed in this segment" />) },
    amount("recovery", "Recovery", "givenRecovery"),
    amount("net", "Net on its own", "net"),
  ];
}

export interface SegmentTableProps {
  versionId: string;
  grouping: Grouping;
  scale: MoneyScale;
  stale: boolean;
  selectedId: string | null;
  onSelect: (segment: Segment) => void;
  className?: string;
}

/** Every segment with its figures; the foot is the portfolio. */
export function SegmentTable(props: SegmentTableProps) {
  const { versionId, grouping, scale, stale, selectedId, onSelect, className } = props;
  const { column, groups, totals } = grouping;
  const rows = useMemo(() => segmentsOf(groups, column, scale.step),
    [groups, column, scale.step]);
  const columns = useMemo(() => columnsOf(versionId, column, scale), [versionId, column, scale]);
  const sum = (read: (segment: Segment) => number) =>
    rows.reduce((total, segment) => total + read(segment), 0);
  function footText(id: string) {
    if (id === "count") return count(sum((segment) => segment.count));
    if (id === "outstanding") return scale.format(totals.total_outstanding);
    if (id === "collateral") return scale.format(totals.collateral_value);
    if (id === "coverage") {
      return totals.total_outstanding > 0 ? percentOf(totals.collateral_coverage_ratio) : null;
    }
    if (id === "recovery") return scale.format(totals.distressed_asset_recovery);
    return scale.format(sum((segment) => segment.net));
  }
  function foot(id: string) {
    if (id === "label") return "Sum";
    const text = footText(id);
    return text === null ? null : (
      <WorkedFigure work={() => workedSum(versionId, rows.length, totals, id, scale)}>
        {text}
      </WorkedFigure>
    );
  }
  return (
    <Card
      id={SEGMENT_TABLE}
      className={className}
      title={`The figures by ${groupWord(column).toLowerCase()}`}
      sub="Net on its own: excess collateral of one segment does not help another"
      flush
    >
      <DataTable
        key={column}
        label="Segment table"
        rows={rows}
        columns={columns}
        rowId={(segment) => segment.id}
        initialSort={{ id: "outstanding", descending: true }}
        loading={stale}
        selectedId={selectedId}
        onRowClick={onSelect}
        footRow={rows.length > 1 ? foot : undefined}
      />
    </Card>
  );
}
