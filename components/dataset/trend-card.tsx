"use client";

import { ChartCard } from "@/components/chart/chart-card";
import { Legend } from "@/components/chart/legend";
import { SeriesLines } from "@/components/chart/series-lines";
import { date, percent } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { Version } from "./types";

export interface TrendCardProps {
  /** Sealed versions, oldest first. */
  versions: readonly Version[];
  scale: MoneyScale;
  className?: string;
}

interface Point {
  id: string;
  name: string;
  as_of: string | null;
  outstanding: number;
  net: number;
}

const SERIES = [
  { key: "outstanding", label: "Outstanding", colour: "var(--chart-outstanding)" },
  { key: "net", label: "Net exposure after recovery", colour: "var(--chart-net)" },
] as const;

function pointsOf(versions: readonly Version[]): Point[] {
  return versions.flatMap((version) => (version.consolidated ? [{
    id: version.dataset_version_id, name: `v${version.number}`, as_of: version.as_of,
    outstanding: version.consolidated.total_outstanding,
    net: version.consolidated.net_exposure_after_recovery,
  }] : []));
}

/** "Net exposure fell by 4.2 % since v9", from the first point to the last. */
export function trendTitle(points: readonly { name: string; net: number }[]): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return "One version is sealed so far";
  if (first.net === last.net) return `Net exposure is the same as in ${first.name}`;
  if (first.net <= 0) return `Net exposure was 0 in ${first.name} and is no longer`;
  const change = (last.net / first.net - 1) * 100;
  const verb = change < 0 ? "fell" : "rose";
  return `Net exposure ${verb} by ${percent(Math.abs(change))} since ${first.name}`;
}

/** Outstanding and net exposure over the sealed versions. */
export function TrendCard({ versions, scale, className }: TrendCardProps) {
  const points = pointsOf(versions);
  const csvUnit = scale.label.split(" ")[0];
  const money = { unit: scale.label, csvUnit, number: true,
    format: (value: unknown) => scale.format(Number(value)) };
  return (
    <ChartCard
      id="trend"
      terms={["outstanding", "net-exposure"]}
      className={className}
      title={trendTitle(points)}
      subject="exposure over versions"
      sub={<Legend items={SERIES} unit={scale.label} />}
      table={{
        columns: [{ label: "Version" }, { label: "As of" }, { label: "Outstanding", ...money },
          { label: "Net exposure", ...money }],
        rows: points.map((point) =>
          [point.name, point.as_of ? date(point.as_of) : null, point.outstanding, point.net]),
        hrefs: points.map(({ id }) => `/versions/${id}#exposure`),
      }}
    >
      <SeriesLines
        label={`Outstanding and net exposure of ${points.length} versions, ${scale.label}`}
        names={points.map(({ name }) => name)}
        series={SERIES.map(({ key, label, colour }) =>
          ({ key, label, colour, values: points.map((point) => point[key]) }))}
        format={scale.tick} unit={scale.label} divisor={scale.divisor}
      />
    </ChartCard>
  );
}
