"use client";

import { ChartCard } from "@/components/chart/chart-card";
import { useRoving } from "@/components/chart/use-roving";
import { Dot, linePath, Readout, XyPlot } from "@/components/chart/xy-plot";
import { compactNumber, date, number, percentOf } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { ValueAtRisk, ValuePoint } from "@/lib/risk";
import { FormulaLink } from "./parts";

/** Beyond so many days a dot each would hide the line. */
const DOTS = 60;

function dayAxis(days: readonly string[]) {
  const each = Math.max(1, Math.ceil(days.length / 5));
  return {
    domain: [0, Math.max(1, days.length - 1)] as const,
    ticks: days.flatMap((_, index) => index % each === 0 ? [index] : []),
    format: (index: number) => date(days[Math.round(index)]), unit: "",
  };
}

/** The portfolio's value, day by day. */
export function ValueCard({ points, scale }: {
  points: readonly ValuePoint[]; scale: MoneyScale;
}) {
  const roving = useRoving(points.length);
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pad = (high - low || high || 1) * 0.08;
  const peak = values.reduce((best, value) => Math.max(best, value), 0);
  const last = points.at(-1);
  const fall = last && peak > 0 ? last.value / peak - 1 : 0;
  const textAt = ({ date: day, value, flow }: ValuePoint): string => `${date(day)}: ${
    scale.format(value)} ${scale.label}${flow === 0 ? "" : `, flow ${scale.signed(flow)}`}`;
  const active = roving.active === null ? undefined : points[roving.active];
  return (
    <ChartCard
      id="values"
      title={!last ? "No values" : fall >= 0 ? `The value is at its peak, ${
        scale.inWords(last.value)}` : `The value is ${percentOf(-fall)} below its peak`}
      sub="Value at the end of each day; the axis does not begin at 0"
      subject="value series"
      foot={<FormulaLink section="value-at-risk" />}
      table={{
        columns: [{ label: "Date" }, { label: "Value", unit: scale.label,
          csvUnit: scale.label.split(" ")[0], number: true, format: scale.format },
        { label: "Flow", unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
          format: scale.format }],
        rows: points.map((point) => [point.date, point.value, point.flow]),
      }}
    >
      <XyPlot label={`Value by day, ${scale.label}`} height={240} roving={roving}
        x={dayAxis(points.map((point) => point.date))}
        y={{ domain: [low - pad, high + pad], divisor: scale.divisor, format: scale.tick,
          unit: scale.label }}
        draw={(layout) => (
          <>
            <path fill="none" stroke="var(--chart-outstanding)" strokeWidth={2}
              d={linePath(layout, values.map((value, index) => [index, value]))} />
            {points.map((point, index) => (
              <Dot key={point.date} index={index} roving={roving} label={textAt(point)}
                x={layout.x(index)} y={layout.y(point.value)}
                fill={points.length > DOTS ? "transparent" : "var(--chart-outstanding)"} />
            ))}
          </>
        )}
      />
      <Readout text={active ? textAt(active) : null} hint="Arrow keys move between days." />
    </ChartCard>
  );
}

function returnsTitle({ returns, var: limits, value }: ValueAtRisk): string {
  const line = limits["0.99"];
  if (line === null) return "Too few returns for a value at risk";
  const worse = returns.filter((one) => one.day_return < -line / value).length;
  return `${number(worse)} of ${number(returns.length)} days lost more than the 99\u202f% line`;
}

/** Day returns with the lines behind which 5 % and 1 % of them lie. */
export function ReturnsCard({ risk }: { risk: ValueAtRisk }) {
  const { returns, value } = risk;
  const roving = useRoving(returns.length);
  const all = returns.map((one) => one.day_return);
  const lines = (["0.95", "0.99"] as const).flatMap((q) => {
    const amount = risk.var[q];
    return amount === null ? [] : [{ q, at: -amount / value }];
  });
  const low = Math.min(0, ...all, ...lines.map(({ at }) => at));
  const high = Math.max(0, ...all);
  const pad = (high - low || 0.01) * 0.08;
  const textAt = (index: number): string => {
    const one = returns[index];
    return one ? `${date(one.date)}: day return ${
      percentOf(one.day_return, { decimals: 3, plus: true })}` : "";
  };
  return (
    <ChartCard
      id="returns"
      terms={["day-return", "value-at-risk"]}
      title={returnsTitle(risk)}
      sub="Day returns, flows taken out; dashed: value at risk as a return"
      subject="day returns"
      foot={<FormulaLink section="value-at-risk" />}
      table={{
        columns: [{ label: "Date" }, { label: "Day return", unit: "%", number: true,
          format: (one) => number(Number(one), { decimals: 4 }) }],
        rows: returns.map((one) => [one.date, one.day_return * 100]),
      }}
    >
      <XyPlot label="Day returns, per cent" height={240} roving={roving}
        x={dayAxis(returns.map((one) => one.date))}
        y={{ domain: [low - pad, high + pad], divisor: 0.01, unit: "% a day",
          format: (one) => compactNumber(one * 100, 2) }}
        draw={(layout) => (
          <>
            {returns.map((one, index) => {
              const y = layout.y(one.day_return);
              const zero = layout.y(0);
              const width = Math.max(1, (layout.right - layout.left) / returns.length - 1);
              const x = layout.x(index) - width / 2;
              return (
                <g key={one.date} className="mark" role="img" aria-label={textAt(index)}
                  data-tip={textAt(index)} {...roving.point(index)}>
                  <rect x={x} y={Math.min(y, zero)} width={width} height={Math.abs(zero - y)}
                    fill="var(--chart-net)" />
                  <rect className="ring" x={x - 2} y={layout.top} width={width + 4}
                    height={layout.bottom - layout.top} />
                </g>
              );
            })}
            {lines.map(({ q, at }) => (
              <g key={q} pointerEvents="none">
                <line className="thr" x1={layout.left} x2={layout.right} y1={layout.y(at)}
                  y2={layout.y(at)} />
                <text className="thr-lab halo" x={layout.right} textAnchor="end"
                  y={layout.y(at) + (q === "0.95" ? -4 : 11)}>{q === "0.95" ? "95\u202f%" : "99\u202f%"}</text>
              </g>
            ))}
          </>
        )}
      />
      <Readout text={roving.active === null ? null : textAt(roving.active)}
        hint="Arrow keys move between days." />
    </ChartCard>
  );
}
