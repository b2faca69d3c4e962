"use client";

import { BarList } from "@/components/chart/bar-list";
import type { BarListProps } from "@/components/chart/bar-list";
import { ChartCard } from "@/components/chart/chart-card";
import type { ChartCardInfo, ChartTable } from "@/components/chart/chart-card";
import { percentOf } from "@/components/ui/format";

export interface BarListCardProps extends ChartCardInfo, Omit<BarListProps, "label"> {
  /** Heads in the table and the CSV: "Country", "Outstanding", "EUR m", "EUR". */
  groupLabel: string;
  valueLabel: string;
  unit: string;
  csvUnit?: string;
}

function tableOf(props: BarListCardProps): ChartTable {
  const { items, others, total, format, groupLabel, valueLabel, unit, csvUnit } = props;
  const all = others ? [...items, others] : items;
  const columns: ChartTable["columns"][number][] = [
    { label: groupLabel },
    { label: valueLabel, unit, csvUnit, number: true, format: (value) => format(Number(value)) },
  ];
  if (total) {
    columns.push({ label: "Share", number: true, format: (value) => percentOf(Number(value)) });
  }
  return {
    columns,
    ids: items.map((item) => item.id),
    hrefs: items.map((item) => item.href),
    rows: all.map((item) => [item.label, item.value, ...(total ? [item.value / total] : [])]),
  };
}

export function BarListCard(props: BarListCardProps) {
  return (
    <ChartCard {...props} selectedId={props.currentId} table={tableOf(props)} noPng>
      <BarList {...props} label={props.title} />
    </ChartCard>
  );
}
