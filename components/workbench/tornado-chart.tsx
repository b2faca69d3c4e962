"use client";

import type { Shocks, TornadoBar } from "@/lib/risk";
import { ChartCard } from "@/components/chart/chart-card";
import type { ChartCardInfo, ChartTable } from "@/components/chart/chart-card";
import { labelColumn, niceTicks, textWidth, tickTarget } from "@/components/chart/geometry";
import { Hatch, Mark, Plot, RowAxis, RowBand, RowName, usePatternId } from "@/components/chart/plot";
import type { Layout } from "@/components/chart/plot";
import type { MoneyScale } from "@/components/ui/format";
import { shockInWords, SHOCK_LABELS } from "./words";

export interface TornadoChartProps extends ChartCardInfo {
  bars: readonly TornadoBar[];
  shocks: Shocks;
  scale: MoneyScale;
  preview: boolean;
  selectedId?: keyof Shocks | null;
  /** Where a shock's bar can be picked. */
  onSelect?: (shock: string) => void;
}

const BAR = 14;
const ROW = 30;
const FOOT = 22;

const COLOUR: Record<keyof Shocks, string> = {
  interest_rate_delta_pct: "var(--unknown-solid)",
  collateral_market_impact_pct: "var(--chart-collateral)",
  recovery_degradation_pct: "var(--chart-recovery)",
  default_risk_increment_pct: "var(--chart-default)",
};

const nameOf = (bar: TornadoBar, shocks: Shocks): string =>
  `${SHOCK_LABELS[bar.shock]} ${shockInWords(bar.shock, shocks[bar.shock])}`;

function tableOf({ bars, shocks, scale }: TornadoChartProps): ChartTable {
  const money = { unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
    format: scale.format };
  return {
    columns: [{ label: "Shock alone" }, { label: "Half", ...money }, { label: "Full", ...money },
      { label: "Double", ...money }],
    ids: bars.map((bar) => bar.shock),
    rows: bars.map((bar) => [nameOf(bar, shocks), bar.low, bar.base, bar.high]),
  };
}

interface RowProps {
  bar: TornadoBar;
  layout: Layout;
  props: TornadoChartProps;
  pattern: string;
}

function Row({ bar, layout, props, pattern }: RowProps) {
  const { scale, shocks, preview, selectedId, onSelect } = props;
  const isPicked = selectedId === bar.shock;
  const middle = layout.band(bar.shock).middle;
  const low = layout.at(Math.min(bar.low, bar.high));
  const high = layout.at(Math.max(bar.low, bar.high));
  const base = layout.at(bar.base);
  const text = bar.high === bar.low && bar.high === 0 ? "no loss"
    : `${scale.format(bar.low)} to ${scale.format(bar.high)}`;
  const name = nameOf(bar, shocks);
  return (
    <g>
      <RowName text={name} x={layout.left - 8} middle={middle} width={layout.left - 12}
        strong={isPicked} />
      <Mark
        label={`${name}: loss ${scale.format(bar.low)} at half, ${scale.format(bar.base)} in full, `
          + `${scale.format(bar.high)} at double, ${scale.label}`}
        x={low}
        y={middle - BAR / 2}
        width={Math.max(bar.high > 0 ? 1 : 0, high - low)}
        height={BAR}
        fill={COLOUR[bar.shock]}
        pattern={preview ? `${pattern}-${bar.shock}` : undefined}
        selected={isPicked}
        onSelect={onSelect ? () => onSelect(bar.shock) : undefined}
      />
      {bar.base > 0 ? (
        <line className="ghost" x1={base} x2={base} y1={middle - 10} y2={middle + 10} />
      ) : null}
      <text className="val halo" x={high + 6} y={middle} dominantBaseline="central">{text}</text>
    </g>
  );
}

/** Each shock alone: a bar from half to double, an upright mark where it is now. */
export function TornadoChart(props: TornadoChartProps) {
  const { bars, shocks, scale, preview } = props;
  const pattern = usePatternId();
  const most = Math.max(0, ...bars.flatMap((bar) => [bar.low, bar.base, bar.high]));
  const valueWidth = Math.max(48, ...bars.map((bar) =>
    textWidth(`${scale.format(bar.low)} to ${scale.format(bar.high)}`, 12, true)));
  return (
    <ChartCard terms={["tornado"]} {...props} table={tableOf(props)}>
      <Plot
        label={`Loss of each shock alone at half and double, ${scale.label}`}
        height={4 + bars.length * ROW + FOOT}
        ids={bars.map((bar) => bar.shock)}
        direction="row"
        frame={(width) => {
          const left = labelColumn(bars.map((bar) => nameOf(bar, shocks)), width);
          const room = Math.max(40, width - left);
          const domain = (most || 1) * (room / Math.max(24, room - valueWidth - 12));
          const steps = niceTicks(0, domain / scale.divisor, tickTarget(room));
          return {
            margin: { top: 4, right: 0, bottom: FOOT, left },
            domain: [0, domain],
            ticks: steps.map((tick) => tick * scale.divisor).filter((tick) => tick <= domain),
          };
        }}
        draw={(layout, ticks) => (
          <>
            {preview ? bars.map((bar) => (
              <Hatch key={bar.shock} id={`${pattern}-${bar.shock}`} colour={COLOUR[bar.shock]} />
            )) : null}
            {props.selectedId ? <RowBand layout={layout} id={props.selectedId} /> : null}
            <RowAxis layout={layout} ticks={ticks} format={scale.tick} unit={scale.label} />
            {bars.map((bar) => (
              <Row key={bar.shock} bar={bar} layout={layout} props={props} pattern={pattern} />
            ))}
          </>
        )}
      />
    </ChartCard>
  );
}
