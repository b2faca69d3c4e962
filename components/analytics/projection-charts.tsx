"use client";

import { ChartCard } from "@/components/chart/chart-card";
import { Legend } from "@/components/chart/legend";
import { useRoving } from "@/components/chart/use-roving";
import { Dot, linePath, Readout, XyPlot } from "@/components/chart/xy-plot";
import { compactNumber, date, number, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { ProjectedMonth } from "@/lib/risk";
import { FormulaLink } from "./parts";
import { SET_LABELS } from "./use-projection";
import type { ProjectionState, SetName } from "./use-projection";

const COLOURS: Record<SetName, string> = {
  none: "var(--cat-8)", mild: "var(--cat-3)", moderate: "var(--cat-1)", severe: "var(--cat-2)",
  own: "var(--cat-4)",
};
const DASHES: Record<SetName, string> = {
  none: "", mild: "6 3", moderate: "2 3", severe: "8 3 2 3", own: "10 3",
};
/** MODEL.md section 11. */
const ADEQUATE = 1.25;
const MARGINAL = 1;

const monthTicks = (months: readonly ProjectedMonth[]) => ({
  domain: [1, Math.max(2, months.length)] as const,
  ticks: months.map((_, index) => index + 1)
    .filter((month) => month % (months.length > 24 ? 12 : months.length > 12 ? 6 : 3) === 0),
  format: (month: number) => String(month), unit: "month",
});

function CashPlot({ state, scale }: { state: ProjectionState; scale: MoneyScale }) {
  const { projections, shown, set } = state;
  const chosen = projections[set].months;
  const roving = useRoving(chosen.length);
  const all = shown.flatMap((name) => projections[name].months.map(({ cash }) => cash));
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const pad = (high - low || 1) * 0.06;
  const textAt = (month: ProjectedMonth): string => `${date(month.date)}: cash ${
    scale.format(month.cash)} ${scale.label}, cash flow ${scale.signed(month.cash_flow)}`;
  const active = roving.active === null ? undefined : chosen[roving.active];
  return (
    <>
      <XyPlot label={`Cash at the end of each month, ${scale.label}`} height={280} roving={roving}
        x={monthTicks(chosen)}
        y={{ domain: [low < 0 ? low - pad : 0, high + pad], divisor: scale.divisor,
          format: scale.tick, unit: scale.label }}
        draw={(layout) => (
          <>
            {shown.map((name) => (
              <path key={name} fill="none" stroke={COLOURS[name]}
                strokeWidth={name === set ? 2.5 : 1.5}
                strokeDasharray={name === set ? undefined : DASHES[name]}
                d={linePath(layout, projections[name].months.map(({ cash }, index) =>
                  [index + 1, cash]))} />
            ))}
            {chosen.map((month, index) => (
              <Dot key={month.date} index={index} roving={roving} label={textAt(month)}
                x={layout.x(index + 1)} y={layout.y(month.cash)} fill={COLOURS[set]}
                hollow={month.cash >= 0} />
            ))}
          </>
        )}
      />
      <Readout text={active ? textAt(active) : null}
        hint={`Dots: ${SET_LABELS[set].toLowerCase()}; full where cash is short.`} />
    </>
  );
}

/** Cash over the months, under each set of assumptions. */
export function CashCard({ state, scale }: { state: ProjectionState; scale: MoneyScale }) {
  const { projections, shown, set } = state;
  const { summary, months } = projections[set];
  const end = months.at(-1)?.cash ?? 0;
  const label = SET_LABELS[set];
  const title = summary.first_shortfall === null
    ? `${label}: cash lasts, ${scale.inWords(end)} are left`
    : `${label}: cash is short from ${date(summary.first_shortfall)}, by up to ${
      scale.inWords(summary.peak_shortfall)}`;
  return (
    <ChartCard
      id="cash"
      terms={["dscr"]}
      title={title}
      sub={<Legend items={shown.map((name) =>
        ({ label: SET_LABELS[name], colour: COLOURS[name] }))} />}
      subject="cash"
      foot={<FormulaLink section="projection" />}
      table={{
        columns: [{ label: "Month" }, ...shown.map((name) => ({ label: SET_LABELS[name],
          unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
          format: scale.format }))],
        rows: months.map((month, index) => [month.date,
          ...shown.map((name) => projections[name].months[index]?.cash ?? null)]),
      }}
    >
      <CashPlot state={state} scale={scale} />
    </ChartCard>
  );
}

function DscrPlot({ months }: { months: readonly ProjectedMonth[] }) {
  const roving = useRoving(months.length);
  const known = months.flatMap(({ dscr }) => dscr === null ? [] : [dscr]);
  const high = Math.max(1.6, ...known) * 1.06;
  const least = Math.min(0, ...known);
  const low = least < 0 ? least - high * 0.06 : 0;
  const textAt = (month: ProjectedMonth): string => `${date(month.date)}: ${month.dscr === null
    ? "nothing is due" : `DSCR ${ratio(month.dscr)}, ${month.status}`}`;
  const active = roving.active === null ? undefined : months[roving.active];
  return (
    <>
      <XyPlot label="Debt service coverage ratio of each month" height={280} roving={roving}
        x={monthTicks(months)}
        y={{ domain: [low, high], format: (value) => compactNumber(value, 2), unit: "DSCR, ×" }}
        draw={(layout) => (
          <>
            {[ADEQUATE, MARGINAL].map((line) => (
              <g key={line} pointerEvents="none">
                <line className="thr" x1={layout.left} x2={layout.right} y1={layout.y(line)}
                  y2={layout.y(line)} />
                <text className="thr-lab halo" x={layout.right} textAnchor="end"
                  y={layout.y(line) - 4}>{line === ADEQUATE ? "adequate from 1.25"
                    : "marginal from 1.00"}</text>
              </g>
            ))}
            <path fill="none" stroke="var(--cat-1)" strokeWidth={2}
              d={linePath(layout, months.map(({ dscr }, index) => [index + 1, dscr]))} />
            {months.map((month, index) => month.dscr === null ? null : (
              <Dot key={month.date} index={index} roving={roving} label={textAt(month)} hollow
                x={layout.x(index + 1)} y={layout.y(month.dscr)} fill="var(--cat-1)" />
            ))}
          </>
        )}
      />
      <Readout text={active ? textAt(active) : null} hint="Arrow keys move between months." />
    </>
  );
}

/** Whether what is earned serves what is due. */
export function DscrCard({ state }: { state: ProjectionState }) {
  const { months, summary } = state.projections[state.set];
  const weak = months.filter(({ status }) => status === "insufficient").length;
  const title = summary.min_dscr === null ? "Nothing is due, so there is no debt service to cover"
    : weak > 0 ? `Debt service is not covered in ${weak} of ${months.length} months`
      : `Debt service is covered at least ${ratio(summary.min_dscr)}`;
  return (
    <ChartCard
      id="dscr"
      terms={["dscr"]}
      title={title}
      sub={`Debt service coverage, ${SET_LABELS[state.set].toLowerCase()}`}
      subject="debt service coverage"
      foot={<FormulaLink section="projection" />}
      table={{
        columns: [{ label: "Month" }, { label: "DSCR", unit: "×", number: true,
          format: (value) => number(Number(value), { decimals: 2 }) }, { label: "Status" }],
        rows: months.map((month) => [month.date, month.dscr, month.status]),
      }}
    >
      <DscrPlot months={months} />
    </ChartCard>
  );
}
