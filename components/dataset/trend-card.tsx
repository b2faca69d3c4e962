"use client";

import { CartesianGrid, Line, LineChart, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { ChartCard } from "@/components/chart/chart-card";
import { niceTicks } from "@/components/chart/geometry";
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
  name: string;
  as_of: string | null;
  outstanding: number;
  net: number;
}

const HEIGHT = 224;
const SERIES = [
  { key: "outstanding", label: "Outstanding", colour: "var(--chart-outstanding)" },
  { key: "net", label: "Net exposure after recovery", colour: "var(--chart-net)" },
] as const;

function pointsOf(versions: readonly Version[]): Point[] {
  return versions.flatMap((version) => (version.consolidated ? [{
    name: `v${version.number}`, as_of: version.as_of,
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
  const most = Math.max(0, ...points.map((point) => point.outstanding));
  const ticks = niceTicks(0, most / scale.divisor, 4).map((tick) => tick * scale.divisor);
  const csvUnit = scale.label.split(" ")[0];
  const money = { unit: scale.label, csvUnit, number: true,
    format: (value: unknown) => scale.format(Number(value)) };
  const tick = { fill: "var(--text-3)", fontSize: 11 };
  return (
    <ChartCard
      id="trend"
      className={className}
      title={trendTitle(points)}
      subject="exposure over versions"
      sub={(
        <span className="legend">
          {SERIES.map(({ key, label, colour }) => (
            <span key={key}><i style={{ background: colour }} />{label}</span>
          ))}
          <span className="muted">{scale.label}</span>
        </span>
      )}
      table={{
        columns: [{ label: "Version" }, { label: "As of" }, { label: "Outstanding", ...money },
          { label: "Net exposure", ...money }],
        rows: points.map((point) =>
          [point.name, point.as_of ? date(point.as_of) : null, point.outstanding, point.net]),
      }}
    >
      <div className="chart" role="img" style={{ height: HEIGHT }}
        aria-label={`Outstanding and net exposure of ${points.length} versions, ${scale.label}`}>
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <LineChart data={points} margin={{ top: 8, right: 16, bottom: 0, left: 0 }}
            accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis dataKey="name" tick={tick} tickLine={false} stroke="var(--chart-axis)"
              padding={{ left: 24, right: 24 }} />
            <YAxis tick={tick} tickLine={false} axisLine={false} ticks={ticks} width={56}
              domain={[0, ticks.at(-1) ?? 1]}
              tickFormatter={(value: number) => scale.tick(value)} />
            {SERIES.map((series) => (
              <Line key={series.key} dataKey={series.key} stroke={series.colour} strokeWidth={2}
                dot={{ r: 3, fill: series.colour }} isAnimationActive={false} type="linear" />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </ChartCard>
  );
}
