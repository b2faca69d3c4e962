"use client";

import { useMemo } from "react";
import { ChartCard } from "@/components/chart/chart-card";
import { useRoving } from "@/components/chart/use-roving";
import { Dot, linePath, Readout, XyPlot } from "@/components/chart/xy-plot";
import type { XyAxis } from "@/components/chart/xy-plot";
import { nameInText } from "@/lib/risk/scenario-name";
import { compactNumber, number, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { Netted, ReverseStress, ReverseTarget } from "@/lib/risk";
import { FormulaLink } from "./parts";
import { curveEnd, curveOf } from "./reverse-curve";
import { reverseTitle } from "./reverse-words";
import type { Basis } from "./use-basis";

const NAMES: Record<ReverseTarget["metric"], string> = {
  loss_share: "Loss, share of what is owed", loss_estimate: "Loss",
  coverage_ratio: "Stressed coverage", leverage_ratio: "Stressed leverage",
};

interface Measure {
  name: string;
  unit: string;
  divisor: number;
  /** For a tick, and with its unit in a sentence. */
  tick: (value: number) => string;
  text: (value: number) => string;
}

export function measureOf(metric: ReverseTarget["metric"], scale: MoneyScale): Measure {
  const name = NAMES[metric];
  if (metric === "loss_estimate") {
    return { name, unit: scale.label, divisor: scale.divisor, tick: scale.tick,
      text: (value) => `${scale.format(value)} ${scale.label}` };
  }
  if (metric === "loss_share") {
    return { name, unit: "% of what is owed", divisor: 0.01,
      tick: (value) => compactNumber(value * 100, 2),
      text: (value) => `${number(value * 100, { decimals: 2 })}\u202f%` };
  }
  return { name, unit: `${name}, ×`, divisor: 1, tick: (value) => compactNumber(value, 2),
    text: (value) => Number.isFinite(value) ? ratio(value) : "unlimited" };
}

function Curve({ points, measure, target, crossing, end }: {
  points: readonly (readonly [number, number])[]; measure: Measure; target: number;
  crossing: number | null; end: number;
}) {
  const roving = useRoving(points.length);
  const finite = points.map(([, value]) => value).filter(Number.isFinite);
  const top = Math.max(target, ...finite) * 1.06 || 1;
  const x: XyAxis = { domain: [0, end], format: (value) => compactNumber(value, 2),
    unit: "times the shocks" };
  const y: XyAxis = { domain: [0, top], divisor: measure.divisor, format: measure.tick,
    unit: measure.unit };
  const textAt = ([times, value]: readonly [number, number]): string =>
    `${number(times, { decimals: 2 })} times: ${measure.name.toLowerCase()} ${measure.text(value)}`;
  const active = roving.active === null ? undefined : points[roving.active];
  return (
    <>
      <XyPlot label={`${measure.name} over multiples of the shocks, ${measure.unit}`}
        height={260} x={x} y={y} roving={roving}
        draw={(layout) => (
          <>
            <line className="thr" x1={layout.left} x2={layout.right}
              y1={layout.y(target)} y2={layout.y(target)} />
            <path d={linePath(layout, points)} fill="none" stroke="var(--chart-loss)"
              strokeWidth={2} />
            {points.map((point, index) => Number.isFinite(point[1]) ? (
              <Dot key={index} index={index} roving={roving} label={textAt(point)}
                x={layout.x(point[0])} y={layout.y(point[1])} fill="var(--chart-loss)" hollow />
            ) : null)}
            {crossing === null ? null : (
              <g>
                <line className="ghost" x1={layout.x(crossing)} x2={layout.x(crossing)}
                  y1={layout.y(target) - 10} y2={layout.bottom} />
                <text className="val halo"
                  textAnchor={layout.x(crossing) > layout.right - 60 ? "end" : "start"}
                  x={layout.x(crossing) + (layout.x(crossing) > layout.right - 60 ? -6 : 6)}
                  y={layout.bottom - 8}>{ratio(crossing)}</text>
              </g>
            )}
            <text className="thr-lab halo" x={layout.left + 4} y={layout.y(target) - 5}>
              Target {measure.text(target)}
            </text>
          </>
        )}
      />
      <Readout text={active ? textAt(active) : null}
        hint="Arrow keys move along the curve." />
    </>
  );
}

/** The metric over multiples of all shocks together, and where it meets the target. */
export function CurveCard({ basis, netted, target, reverse }: {
  basis: Basis; netted: Netted; target: ReverseTarget; reverse: ReverseStress;
}) {
  const { scenario, scale, name } = basis;
  const measure = measureOf(target.metric, scale);
  const end = curveEnd(reverse.multiplier);
  const points = useMemo(() => curveOf(netted, scenario, target.metric, end),
    [netted, scenario, target.metric, end]);
  const crossing = reverse.multiplier === null
    ? { reachable: false as const, multiplier: null, reason: reverse.reason ?? "TARGET_NOT_REACHED" }
    : { reachable: true as const, multiplier: reverse.multiplier };
  return (
    <ChartCard
      id="break-even"
      terms={["break-even", "reverse-stress"]}
      title={reverseTitle(crossing, name, target, scale)}
      sub={`${measure.name} over multiples of the ${nameInText(name)}`}
      subject="break-even"
      foot={<FormulaLink section="reverse-stress" />}
      table={{
        columns: [{ label: "Multiplier", unit: "×", number: true,
          format: (value) => number(Number(value), { decimals: 3 }) },
        { label: measure.name, unit: measure.unit, number: true,
          format: (value) => measure.text(Number(value)) }],
        rows: points.map(([times, value]) => [times, Number.isFinite(value) ? value : null]),
      }}
    >
      <Curve points={points} measure={measure} target={target.value} end={end}
        crossing={reverse.multiplier} />
    </ChartCard>
  );
}
