"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { ChartCard } from "@/components/chart/chart-card";
import { Legend } from "@/components/chart/legend";
import { SeriesLines } from "@/components/chart/series-lines";
import { classes } from "@/components/ui/classes";
import { Select } from "@/components/ui/field";
import { compactNumber, date, number } from "@/components/ui/format";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { KPI_FACTS, type KpiName } from "@/lib/risk";
import "@/components/dataset/dataset.css";
import { seriesTitle, type SeriesPoint } from "./series-title";

/** KPIs that share an axis. */
const GROUPS = {
  past_due: { label: "Past due and NPL",
    names: ["par30_pct", "par60_pct", "par90_pct", "npl_ratio_pct"] },
  reserves: { label: "Coverage and Texas ratio", names: ["coverage_ratio_pct", "texas_ratio_pct"] },
  loans: { label: "Loan to value and debt to income", names: ["mean_ltv_pct", "mean_dti_pct"] },
  income: { label: "Yield and write-offs", names: ["yield_pct", "write_off_rate_pct"] },
  collection: { label: "Collection rate", names: ["collection_rate_pct"] },
  health: { label: "Portfolio health", names: ["portfolio_health"] },
} as const satisfies Record<string, { label: string; names: readonly KpiName[] }>;
type Group = keyof typeof GROUPS;
const GROUP_NAMES = Object.keys(GROUPS) as Group[];
const COLOURS =
  ["var(--chart-outstanding)", "var(--chart-net)", "var(--chart-collateral)",
    "var(--chart-recovery)"] as const;
const DASHES = ["", "6 3", "2 3", "8 3 2 3"] as const;
const SHOWN = 24;

type Item = ResponseOf<"listKpis">["items"][number];
type Point = SeriesPoint & { as_of: string | null; href?: string };

function pointsOf(items: readonly Item[], names: readonly KpiName[]): Point[] {
  return items.toReversed().map((item) => ({ name: `v${item.number}`, as_of: item.as_of,
    href: item.evidence_id ? `/evidence/${item.evidence_id}`
      : `/versions/${item.dataset_version_id}?view=kpis`,
    ...Object.fromEntries(names.map((name) => [name, item.kpis?.[name].value ?? null])) }));
}

/** The KPIs recorded over a dataset's versions. */
export function KpiSeriesCard({ datasetId, className }: {
  datasetId: string; className?: string;
}) {
  const query = useOperation("listKpis", { path: { id: datasetId }, query: { limit: SHOWN } });
  const items = query.data?.items ?? [];
  if (items.length < 2) return null;
  return <SeriesCard className={className} of="versions"
    pointsOf={(names) => pointsOf(items, names)} />;
}

export const useKpiHistory = (versionId: string) => useOperation("listKpiHistory",
  { path: { id: versionId }, query: { limit: SHOWN } });

/** The KPIs over the measurement dates of one tape; nothing where its rows have none. */
export function KpiHistoryCard({ versionId, className }: {
  versionId: string; className?: string;
}) {
  const items = useKpiHistory(versionId).data?.items ?? [];
  if (items.length < 2) return null;
  return <SeriesCard className={className} of="measurement dates"
    pointsOf={(names) => items.toReversed().map(({ measurement_date: day, kpis }) => ({
      name: date(day), as_of: day,
      ...Object.fromEntries(names.map((name) => [name, kpis[name].value])) }))} />;
}

/** A group of KPIs that shares an axis at a time. */
function SeriesCard({ of, pointsOf: pointsFor, className }: {
  of: "versions" | "measurement dates"; pointsOf: (names: readonly KpiName[]) => Point[];
  className: string | undefined;
}) {
  const [group, setGroup] = useQueryState(
    "kpi", parseAsStringLiteral(GROUP_NAMES).withDefault("past_due"));
  const names: readonly KpiName[] = GROUPS[group].names;
  const points = pointsFor(names);
  const unit = group === "health" ? "of 10" : "%";
  return (
    <ChartCard
      id={of === "versions" ? "kpi-series" : "kpi-history"}
      terms={names}
      className={classes("wraps", className)}
      title={seriesTitle(points, names[0] as KpiName)}
      subject={`KPIs over ${of}`}
      sub={<Legend unit={unit} items={names.map((name, index) =>
        ({ label: KPI_FACTS[name].label, colour: COLOURS[index] as string }))} />}
      action={(
        <Select aria-label="KPIs shown" value={group}
          options={GROUP_NAMES.map((value) => ({ value, label: GROUPS[value].label }))}
          onChange={(next) => void setGroup(next as Group)} />
      )}
      table={{
        columns: [{ label: of === "versions" ? "Version" : "Date" }, { label: "As of" },
          ...names.map((name) => ({ label: KPI_FACTS[name].label, unit, number: true,
            format: (value: unknown) => number(Number(value), { decimals: 2 }) }))],
        rows: points.map((point) => [point.name, point.as_of ? date(point.as_of) : null,
          ...names.map((name) => point[name] ?? null)]),
        hrefs: points.map(({ href }) => href),
      }}
    >
      <SeriesLines
        label={`${names.map((name) => KPI_FACTS[name].label).join(", ")} of `
          + `${points.length} ${of}, ${unit}`}
        names={points.map(({ name }) => String(name))}
        series={names.map((name, index) => ({ key: name, label: KPI_FACTS[name].label,
          colour: COLOURS[index] ?? COLOURS[0], dash: DASHES[index] ?? "",
          values: points.map((point) => point[name] ?? null) }))}
        format={(value) => compactNumber(value, 2)} unit={unit}
      />
    </ChartCard>
  );
}
