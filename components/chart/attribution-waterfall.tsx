"use client";

import { ChartCard } from "@/components/chart/chart-card";
import type { ChartCardInfo, ChartTable } from "@/components/chart/chart-card";
import { labelColumn, niceTicks, textWidth, tickTarget } from "@/components/chart/geometry";
import { Hatch, Mark, Plot, RowAxis, RowName, usePatternId } from "@/components/chart/plot";
import type { Layout } from "@/components/chart/plot";
import { addsUp, roundedNote } from "@/components/chart/rounded-parts";
import type { MoneyScale } from "@/components/ui/format";

export interface Driver {
  /** "collateral", "recovery", "default" carry their concept's colour; others are neutral. */
  id: string;
  label: string;
  /** What it adds to net exposure, in currency units; below zero when it takes away. */
  amount: number;
}

export interface AttributionWaterfallProps extends ChartCardInfo {
  /** What the bars measure, for the drawing's name: "Net exposure by driver". */
  measure?: string;
  base: { label?: string; amount: number; colour?: string };
  /** In the model's order; base and drivers add up to the result. */
  drivers: readonly Driver[];
  result: { label?: string; amount: number; colour?: string };
  scale: MoneyScale;
  /** Where the axis begins, when what moves is small beside the totals; say so in `sub`. */
  from?: number;
  preview?: boolean;
  selectedId?: string | null;
  /** Gets "base", "result" or a driver's id. */
  onSelect?: (id: string) => void;
}

interface Step extends Driver {
  colour?: string;
  from: number;
  to: number;
  isTotal: boolean;
}

const COLOUR: Record<string, string> = {
  collateral: "var(--chart-collateral)",
  recovery: "var(--chart-recovery)",
  default: "var(--chart-default)",
  new: "var(--chart-net)",
  drawn: "var(--chart-net)",
  repaid: "var(--chart-recovery)",
  written_off: "var(--chart-default)",
  base: "var(--chart-net)",
  result: "var(--chart-net)",
};
const BAR = 18;
const ROW = 33;
const FOOT = 22;

function stepsOf({ base, drivers, result }: AttributionWaterfallProps): Step[] {
  let level = base.amount;
  const middle = drivers.map((driver) => {
    const from = level;
    level += driver.amount;
    return { ...driver, from, to: level, isTotal: false };
  });
  return [
    { id: "base", label: base.label ?? "Net now", amount: base.amount, from: 0, to: base.amount,
      isTotal: true, colour: base.colour },
    ...middle,
    { id: "result", label: result.label ?? "Net stressed", amount: result.amount, from: 0,
      to: result.amount, isTotal: true, colour: result.colour },
  ];
}

function tableOf(steps: readonly Step[], { scale }: AttributionWaterfallProps): ChartTable {
  const csvUnit = scale.label.split(" ")[0];
  return {
    columns: [{ label: "Step" }, { label: "Amount", unit: scale.label, csvUnit, number: true,
      format: scale.format }],
    ids: steps.map((step) => step.id),
    rows: steps.map((step) => [step.label, step.amount]),
  };
}

interface DrawProps {
  layout: Layout;
  steps: readonly Step[];
  props: AttributionWaterfallProps;
  pattern: string;
}

function Rows({ layout, steps, props, pattern }: DrawProps) {
  const { scale, preview, selectedId, onSelect } = props;
  return steps.map((step, index) => {
    const middle = layout.band(step.id).middle;
    // A total begins where the axis does.
    const start = Math.max(layout.left, layout.at(Math.min(step.from, step.to)));
    const end = layout.at(Math.max(step.from, step.to));
    const text = step.isTotal ? scale.format(step.amount) : scale.signed(step.amount);
    const next = steps[index + 1];
    const reach = layout.at(step.to);
    return (
      <g key={step.id}>
        <RowName
          text={step.label}
          x={layout.left - 8}
          middle={middle}
          width={layout.left - 10}
          strong={selectedId === step.id}
        />
        {next ? (
          <line
            className="link"
            x1={reach}
            x2={reach}
            y1={middle + BAR / 2}
            y2={layout.band(next.id).middle - BAR / 2}
          />
        ) : null}
        <Mark
          label={`${step.label}: ${text} ${scale.label}${preview ? ", preview" : ""}`}
          x={start}
          y={middle - BAR / 2}
          width={Math.max(1, end - start)}
          height={BAR}
          fill={step.colour ?? COLOUR[step.id] ?? "var(--unknown-solid)"}
          pattern={preview && step.id === "result" ? pattern : undefined}
          selected={selectedId === step.id}
          onSelect={onSelect ? () => onSelect(step.id) : undefined}
        />
        <text className="val halo" x={end + 5} y={middle} dominantBaseline="central">{text}</text>
      </g>
    );
  });
}

export function AttributionWaterfall(props: AttributionWaterfallProps) {
  const { scale, preview } = props;
  const pattern = usePatternId();
  const steps = stepsOf(props);
  const isExact = addsUp(
    steps.slice(0, -1).map((step) => step.amount), props.result.amount, scale.step);
  const ends = steps.flatMap((step) => [step.from, step.to]);
  const low = props.from ?? Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const texts = steps.map((step) => scale.signed(step.amount));
  const valueWidth = Math.max(...texts.map((text) => textWidth(text, 12, true)));
  return (
    <ChartCard {...props} sub={isExact ? props.sub : roundedNote(props.sub)}
      table={tableOf(steps, props)}>
      <Plot
        label={`${props.measure ?? "Net exposure by driver"}, ${scale.label}`}
        height={4 + steps.length * ROW + FOOT}
        ids={steps.map((step) => step.id)}
        direction="row"
        frame={(width) => {
          const left = labelColumn(steps.map((step) => step.label), width);
          const room = Math.max(40, width - left);
          const span = (high - low || 1) * (room / Math.max(24, room - valueWidth - 8));
          const top = low + span;
          // Ticks of an axis that begins above 0 are counted from where it begins.
          const origin = props.from ?? 0;
          const raw = niceTicks(
            (low - origin) / scale.divisor, (top - origin) / scale.divisor, tickTarget(room));
          const ticks = raw.map((tick) => origin + tick * scale.divisor);
          return {
            margin: { top: 4, right: 0, bottom: FOOT, left },
            domain: [low, top],
            ticks: ticks.filter((tick) => tick >= low && tick <= top),
          };
        }}
        draw={(layout, ticks) => (
          <>
            {preview ? <Hatch id={pattern} colour="var(--chart-net)" /> : null}
            <RowAxis layout={layout} ticks={ticks} format={scale.tick} unit={scale.label} />
            <Rows layout={layout} steps={steps} props={props} pattern={pattern} />
          </>
        )}
      />
    </ChartCard>
  );
}
