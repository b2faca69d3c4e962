"use client";

import { useMemo } from "react";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { ChartCard } from "@/components/chart/chart-card";
import { useRoving } from "@/components/chart/use-roving";
import { Dot, linePath, Readout, XyPlot } from "@/components/chart/xy-plot";
import { nameInText } from "@/lib/risk/scenario-name";
import { Field, Select } from "@/components/ui/field";
import { compactNumber } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { SHOCK_LABELS, shockInWords, shownShock } from "@/components/workbench/words";
import { breakEvenFrontier, type FrontierPoint, type FrontierWay } from "@/lib/risk";
import type { GridAxis, Netted, ReverseTarget, Scenario, Shocks } from "@/lib/risk";
import { SHOCK_OPTIONS, unitOf } from "./axis-fields";
import { FormulaLink } from "./parts";
import { targetInWords } from "./reverse-words";
import type { Basis } from "./use-basis";

/** From harmless to the worst that a scenario may say; the rate moves neither loss nor ratios. */
const WAYS = {
  collateral_market_impact_pct: -1, recovery_degradation_pct: -1, default_risk_increment_pct: 1,
} as const;
type Moving = keyof typeof WAYS;
const MOVING = Object.keys(WAYS) as Moving[];
const POINTS = 41;
/** Across, a book is asked about halves; the way down goes on to the end. */
const ACROSS = 0.5;

const KEYS = {
  fx: parseAsStringLiteral(MOVING).withDefault("collateral_market_impact_pct"),
  fy: parseAsStringLiteral(MOVING).withDefault("default_risk_increment_pct"),
};

/** The two axes of the frontier, as the address has them. */
export function useFrontier() {
  const [url, setUrl] = useQueryStates(KEYS);
  const fx = url.fx;
  const fy = url.fy === fx ? MOVING.find((name) => name !== fx) ?? "default_risk_increment_pct"
    : url.fy;
  return useMemo(() => ({
    x: { shock: fx, from: 0, to: WAYS[fx] * ACROSS, steps: POINTS } satisfies GridAxis,
    y: { shock: fy, from: 0, to: WAYS[fy] } satisfies FrontierWay,
    setX: (next: Moving) => void setUrl({ fx: next, ...(next === fy ? { fy: fx } : {}) }),
    setY: (next: Moving) => void setUrl({ fy: next, ...(next === fx ? { fx: fy } : {}) }),
  }), [fx, fy, setUrl]);
}

export type Frontier = ReturnType<typeof useFrontier>;

/** The frontier's points in this page; none where the axes are no frontier. */
export const useFrontierPoints = (
  netted: Netted, scenario: Scenario, target: ReverseTarget, { x, y }: Frontier,
) => useMemo(() => {
  const found = breakEvenFrontier(netted, scenario, target, x, y);
  return found.ok ? found.value : [];
}, [netted, scenario, target, x, y]);

function titleOf(
  points: readonly FrontierPoint[], { x, y }: Frontier, target: ReverseTarget, scale: MoneyScale,
): string {
  const goal = targetInWords(target, scale);
  const start = points[0]?.y ?? null;
  const free = points.find((point) => point.y === y.from);
  const nameY = SHOCK_LABELS[y.shock];
  const nameX = SHOCK_LABELS[x.shock].toLowerCase();
  if (start === y.from) return `The other shocks alone reach ${goal}`;
  const alone = start === null ? `${nameY} alone never reaches ${goal}`
    : `${nameY} of ${shockInWords(y.shock, start)} reaches ${goal}`;
  return free ? `${alone}; from ${nameX} ${shockInWords(x.shock, free.x)} none is needed` : alone;
}

function Curve({ points, frontier, label }: {
  points: readonly FrontierPoint[]; frontier: Frontier; label: string;
}) {
  const { x, y } = frontier;
  const known = points.flatMap((point) => point.y === null ? [] : [{ x: point.x, y: point.y }]);
  const roving = useRoving(known.length);
  const most = Math.max(0.01, ...known.map((point) => Math.abs(point.y))) * 1.15;
  const end = Math.sign(y.to) * Math.min(Math.abs(y.to), most);
  const tick = (shock: keyof Shocks) => (value: number) => compactNumber(
    shownShock(shock, value), 2, true);
  const textAt = (point: { x: number; y: number }): string =>
    `${SHOCK_LABELS[x.shock]} ${shockInWords(x.shock, point.x)}: ${
      SHOCK_LABELS[y.shock].toLowerCase()} ${shockInWords(y.shock, point.y)} reaches the target`;
  const active = roving.active === null ? undefined : known[roving.active];
  const line = known.map((point) => [point.x, point.y] as const);
  return (
    <>
      <XyPlot label={label} height={260} roving={roving}
        x={{ domain: [x.from, x.to], divisor: 0.01, format: tick(x.shock),
          unit: `${SHOCK_LABELS[x.shock]}, %` }}
        y={{ domain: [y.from, end], divisor: 0.01, format: tick(y.shock),
          unit: `${SHOCK_LABELS[y.shock]}, %` }}
        draw={(layout) => (
          <>
            {line.length > 1 ? (
              <path d={`${linePath(layout, line)}L${layout.x(line.at(-1)?.[0] ?? 0)} ${layout.top}L${
                layout.x(line[0]?.[0] ?? 0)} ${layout.top}Z`}
              fill="var(--chart-threshold)" opacity={0.1} />
            ) : null}
            <path d={linePath(layout, line)} fill="none" stroke="var(--chart-threshold)"
              strokeWidth={2} />
            {known.map((point, index) => (
              <Dot key={point.x} index={index} roving={roving} hollow label={textAt(point)}
                x={layout.x(point.x)} y={layout.y(point.y)} fill="var(--chart-threshold)" />
            ))}
            <text className="thr-lab halo" x={layout.right - 4} y={layout.top + 14}
              textAnchor="end">target reached</text>
          </>
        )}
      />
      <Readout text={active ? textAt(active) : null} hint="Arrow keys move along the frontier." />
    </>
  );
}

/** Which pairs of two shocks just reach the target, the others as in the scenario. */
export function FrontierCard({ basis, points, target, frontier }: {
  basis: Basis; points: readonly FrontierPoint[]; target: ReverseTarget; frontier: Frontier;
}) {
  const { scale } = basis;
  const { x, y } = frontier;
  const options = SHOCK_OPTIONS.filter(({ value }) => value in WAYS);
  return (
    <ChartCard
      id="frontier"
      terms={["break-even", "reverse-stress"]}
      title={titleOf(points, frontier, target, scale)}
      sub={`Break-even over two shocks; the others as in the ${nameInText(basis.name)}`}
      subject="break-even frontier"
      foot={<FormulaLink section="reverse-stress" />}
      table={{
        columns: [{ label: SHOCK_LABELS[x.shock], unit: unitOf(x.shock), number: true },
          { label: `${SHOCK_LABELS[y.shock]} at break-even`, unit: unitOf(y.shock), number: true,
            format: (value) => compactNumber(Number(value), 4) }],
        rows: points.map((point) => [shownShock(x.shock, point.x),
          point.y === null ? null : shownShock(y.shock, point.y)]),
      }}
    >
      <div className="ana-grid-inputs">
        <Field label="Across">
          <Select value={x.shock} options={options}
            onChange={(next) => frontier.setX(next as Moving)} />
        </Field>
        <Field label="Up">
          <Select value={y.shock} options={options}
            onChange={(next) => frontier.setY(next as Moving)} />
        </Field>
      </div>
      <Curve points={points} frontier={frontier}
        label={`Break-even frontier over ${SHOCK_LABELS[x.shock]} and ${SHOCK_LABELS[y.shock]}, %`} />
    </ChartCard>
  );
}
