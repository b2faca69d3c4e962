"use client";

import type { ReactNode } from "react";
import { ExposureLegend, StackedBars } from "@/components/chart/stacked-bars";
import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import { Select } from "@/components/ui/field";
import { FigureLink } from "@/components/ui/figure";
import type { MoneyScale } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import "./dataset.css";
import { groupingHref, recordsHref } from "./links";
import { Refusal } from "./refusal";
import type { Finding, Segment } from "./segments";
import { segmentFinding, segmentsOf, withOthers } from "./segments";
import type { GroupColumn } from "@/lib/contract/facts";
import { GROUP_CHOICES } from "./types";
import type { GroupChoice } from "./types";
import type { Grouping, useGrouping } from "./use-grouping";
import { groupWord, groupWords } from "./words";

const ROWS = 7;

export interface GroupSelectProps {
  value: GroupColumn;
  onChange: (column: GroupChoice) => void;
}

/** "By sector": the switch between grouping columns. */
export function GroupSelect({ value, onChange }: GroupSelectProps) {
  const columns: readonly GroupColumn[] = GROUP_CHOICES;
  const offered = columns.includes(value) ? columns : [value, ...columns];
  const options = offered.map((column) => (
    { value: column, label: `By ${groupWord(column).toLowerCase()}` }));
  return (
    <Select
      aria-label="Group the exposure by"
      value={value}
      options={options}
      onChange={(column) => onChange(column as GroupChoice)}
    />
  );
}

export interface SegmentCardProps {
  id: string;
  versionId: string;
  query: ReturnType<typeof useGrouping>;
  scale: MoneyScale;
  chosen: GroupColumn | null;
  onChoose: (column: GroupChoice) => void;
  onSelect?: (segment: Segment, grouping: Grouping) => void;
  /** What is picked on the page. */
  selectedId?: string | null;
  className?: string;
}

function Drawn(props: SegmentCardProps & { grouping: Grouping }): ReactNode {
  const { grouping, scale, chosen, onChoose, onSelect, selectedId, className, id, query, versionId }
    = props;
  const { column } = grouping;
  const all = segmentsOf(grouping.groups, column, scale.step);
  const finding: Finding = segmentFinding(all, column);
  const rows = withOthers(all, ROWS, selectedId ?? finding.segmentId);
  const sum = all.reduce((total, segment) => total + segment.net, 0);
  return (
    <StackedBars
      id={id}
      title={finding.title}
      sub={<ExposureLegend />}
      subject={`exposure by ${groupWord(column).toLowerCase()}`}
      className={classes("wraps", className)}
      scale={scale}
      rows={rows}
      strongId={finding.segmentId}
      selectedId={selectedId}
      groupLabel={groupWord(column)}
      stale={query.isPlaceholderData}
      figure={(rowId, text) => {
        const value = rows.find((row) => row.id === rowId)?.value;
        return (
          <FigureLink href={value === undefined ? groupingHref(versionId, column)
            : recordsHref(versionId, column, value)}>{text}</FigureLink>
        );
      }}
      action={<GroupSelect value={chosen ?? column} onChange={onChoose} />}
      onSelect={onSelect ? (rowId) => {
        const segment = rows.find((row) => row.id === rowId);
        if (segment) onSelect(segment, grouping);
      } : undefined}
      foot={<SegmentFoot column={groupWords(column)} sum={sum} scale={scale}
        net={grouping.totals.net_exposure_after_recovery} />}
    />
  );
}

interface FootProps {
  column: string;
  sum: number;
  net: number;
  scale: MoneyScale;
}

function SegmentFoot({ column, sum, net, scale }: FootProps) {
  const apart = Math.abs(sum - net) > Math.max(1, sum) * 1e-9;
  return (
    <span>
      Before netting across {column}: {scale.format(sum)}.
      {apart ? ` Excess cover of some makes it ${scale.format(net)} for the portfolio.` : null}
    </span>
  );
}

/** Exposure by segment with its switch, in every state. */
export function SegmentCard(props: SegmentCardProps) {
  const { id, query, className } = props;
  if (query.data) return <Drawn {...props} grouping={query.data} />;
  return (
    <Card id={id} title="Exposure by segment" className={className}>
      {query.error
        ? <Refusal error={query.error} what="The exposure by segment could not be read."
            onRetry={() => void query.refetch()} />
        : <SkeletonStack lines={8} height={20} label="Loading exposure by segment" />}
    </Card>
  );
}
