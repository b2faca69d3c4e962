"use client";

import { ChartCard } from "@/components/chart/chart-card";
import type { ChartCardInfo, ChartTable } from "@/components/chart/chart-card";
import { niceTicks, textWidth } from "@/components/chart/geometry";
import { Hatch, Mark, Plot, usePatternId } from "@/components/chart/plot";
import type { Layout } from "@/components/chart/plot";
import { addsUp, roundedNote } from "@/components/chart/rounded-parts";
import { number, type MoneyScale } from "@/components/ui/format";

export type ExposureStep = "outstanding" | "collateral" | "recovery" | "excess" | "net";

export interface ExposureWaterfallProps extends ChartCardInfo {
  /** Where the figures come from. */
  href?: string | null;
  /** Amounts in currency units. */
  outstanding: number;
  collateral: number;
  recovery: number;
  net: number;
  scale: MoneyScale;
  /** The line judges net exposure only. */
  line?: number | null;
  preview?: boolean;
  selected?: ExposureStep | null;
  onSelect?: (step: ExposureStep) => void;
}

interface Step {
  id: ExposureStep;
  label: string;
  short: string;
  amount: number;
  from: number;
  to: number;
  fill: string;
}

const TERMS = ["outstanding", "collateral", "recovery", "net-exposure"] as const;
const HEIGHT = 212;
const NARROW_WIDTH = 250;

/** Cover above what is owed does not count: without that step the bars would not add up. */
function stepsOf(props: ExposureWaterfallProps): Step[] {
  const { outstanding, collateral, recovery, net } = props;
  const covered = outstanding - collateral;
  const rest = covered - recovery;
  const excess = net - rest;
  const steps: Step[] = [
    { id: "outstanding", label: "Outstanding", short: "Owed", amount: outstanding, from: 0,
      to: outstanding, fill: "var(--chart-outstanding)" },
    { id: "collateral", label: "Collateral", short: "Collat.", amount: -collateral,
      from: outstanding, to: covered, fill: "var(--chart-collateral)" },
    { id: "recovery", label: "Recovery", short: "Recov.", amount: -recovery, from: covered,
      to: rest, fill: "var(--chart-recovery)" },
  ];
  if (excess > Math.abs(outstanding) * 1e-6 + 0.005) {
    steps.push({ id: "excess", label: "Excess", short: "Excess", amount: excess, from: rest,
      to: net, fill: "var(--chart-axis)" });
  }
  steps.push({ id: "net", label: "Net", short: "Net", amount: net, from: 0, to: net,
    fill: "var(--chart-net)" });
  return steps;
}

function tableOf(steps: readonly Step[], props: ExposureWaterfallProps): ChartTable {
  const { scale, line } = props;
  const rows: [string, number][] = steps.map((step) => [step.label, step.amount]);
  if (line != null) rows.push(["Materiality line", line]);
  const csvUnit = scale.label.split(" ")[0];
  return {
    columns: [{ label: "Step" }, { label: "Amount", unit: scale.label, csvUnit, number: true,
      format: scale.format }],
    ids: steps.map((step) => step.id),
    hrefs: steps.map(() => props.href),
    rows,
  };
}

interface DrawProps {
  layout: Layout;
  steps: readonly Step[];
  props: ExposureWaterfallProps;
  pattern: string;
}

const barWidthOf = (start: number, end: number): number => Math.min(56, (end - start) * 0.7);

function valueTop(layout: Layout, step: Step, line: number | null | undefined): number {
  const top = layout.at(Math.max(step.from, step.to));
  const lineY = step.id === "net" && line != null ? layout.at(line) : null;
  if (lineY === null) return top - 6;
  const gap = top - lineY;
  // A figure fits between bar and line from 14 px; below that it steps over the line.
  if (gap >= 14 && gap < 19) return top - 3;
  return gap > 1 && gap < 14 ? lineY - 19 : top - 6;
}

/** In full while the figures stand side by side, else without decimals. */
function valueTexts(layout: Layout, steps: readonly Step[], scale: MoneyScale): string[] {
  const full = steps.map((step) =>
    step.id === "excess" ? scale.signed(step.amount) : scale.format(step.amount));
  const room = (layout.right - layout.left) / steps.length;
  if (full.every((text) => textWidth(text, 12, true) < room)) return full;
  return steps.map((step) =>
    number(step.amount / scale.divisor, { plus: step.id === "excess" }));
}

function Bars({ layout, steps, props, pattern }: DrawProps) {
  const { scale, line, preview, selected, onSelect } = props;
  const texts = valueTexts(layout, steps, scale);
  return steps.map((step, index) => {
    const { start, end, middle } = layout.band(step.id);
    const barWidth = barWidthOf(start, end);
    const top = layout.at(Math.max(step.from, step.to));
    const bottom = layout.at(Math.min(step.from, step.to));
    const next = steps[index + 1];
    const reach = step.id === "excess" || next ? layout.at(step.to) : null;
    const nextBand = next ? layout.band(next.id) : null;
    const name = textWidth(step.label, 11) < end - start - 4 ? step.label : step.short;
    const text = texts[index] ?? "";
    return (
      <g key={step.id}>
        {reach !== null && nextBand ? (
          <line
            className="link"
            x1={middle + barWidth / 2}
            x2={nextBand.middle - barWidth / 2}
            y1={reach}
            y2={reach}
          />
        ) : null}
        <Mark
          label={`${step.label}: ${text} ${scale.label}${preview ? ", preview" : ""}`}
          x={middle - barWidth / 2}
          y={top}
          width={barWidth}
          height={Math.max(1, bottom - top)}
          fill={step.fill}
          pattern={preview && step.id === "net" ? pattern : undefined}
          selected={selected === step.id}
          onSelect={onSelect ? () => onSelect(step.id) : undefined}
        />
        <text className="val halo" x={middle} y={valueTop(layout, step, line)} textAnchor="middle">
          {text}
        </text>
        <text className="tick chart-name" x={middle} y={layout.bottom + 15} textAnchor="middle">
          {name}
        </text>
      </g>
    );
  });
}

function NetLine({ layout, line, text, top }: {
  layout: Layout; line: number; text: string; top: number;
}) {
  const y = layout.at(line);
  const { start, end, middle } = layout.band("net");
  // Where the bar rises above the line, the words stand in the free ground at the bar's left.
  const crosses = y > top - 1;
  const left = middle - barWidthOf(start, end) / 2 - 6;
  const from = crosses ? left - textWidth(text, 11, true) : start - 4;
  return (
    <g>
      <line className="thr" x1={from} x2={layout.right} y1={y} y2={y} />
      <text className="thr-lab halo" x={crosses ? left : layout.right}
        y={crosses && layout.bottom - y > 20 ? y + 14 : y - 6} textAnchor="end">
        {text}
      </text>
    </g>
  );
}

function Grid({ layout, ticks, scale }: {
  layout: Layout; ticks: readonly number[]; scale: MoneyScale;
}) {
  const labelled = layout.left > 8;
  return (
    <g aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            className={tick === 0 ? "axis" : "grid"}
            x1={layout.left}
            x2={layout.right}
            y1={layout.at(tick)}
            y2={layout.at(tick)}
          />
          {labelled ? (
            <text
              className="tick"
              x={layout.left - 6}
              y={layout.at(tick)}
              textAnchor="end"
              dominantBaseline="central"
            >
              {scale.tick(tick)}
            </text>
          ) : null}
        </g>
      ))}
      <text className="tick" x={0} y={8}>{scale.label}</text>
    </g>
  );
}

export function ExposureWaterfall(props: ExposureWaterfallProps) {
  const { scale, line, preview, selected, onSelect, ...card } = props;
  const pattern = usePatternId();
  const steps = stepsOf(props);
  const pick = onSelect && ((id: string) => {
    const step = steps.find((each) => each.id === id);
    if (step) onSelect(step.id);
  });
  const isExact = addsUp(
    steps.slice(0, -1).map((step) => step.amount), props.net, scale.step);
  const ends = steps.flatMap((step) => [step.from, step.to]);
  const ticks = niceTicks(
    Math.min(...ends) / scale.divisor,
    Math.max(...ends, line ?? 0) / scale.divisor,
    4,
  ).map((tick) => tick * scale.divisor);
  const widest = Math.max(...ticks.map((tick) => textWidth(scale.tick(tick), 11)));
  return (
    <ChartCard terms={TERMS} {...card} sub={isExact ? props.sub : roundedNote(props.sub)}
      table={tableOf(steps, props)} selectedId={selected} onSelect={pick}>
      <Plot
        label={`Exposure waterfall, ${scale.label}`}
        height={HEIGHT}
        ids={steps.map((step) => step.id)}
        direction="column"
        frame={(width) => ({
          margin: { top: 30, right: 0, bottom: 24,
            left: width < NARROW_WIDTH ? 0 : Math.ceil(widest) + 8 },
          domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1],
          ticks,
        })}
        draw={(layout) => (
          <>
            {preview ? <Hatch id={pattern} colour="var(--chart-net)" /> : null}
            <Grid layout={layout} ticks={ticks} scale={scale} />
            <Bars layout={layout} steps={steps} props={props} pattern={pattern} />
            {line != null ? (
              <NetLine
                layout={layout}
                line={line}
                text={`Line ${scale.format(line)}`}
                top={layout.at(props.net)}
              />
            ) : null}
          </>
        )}
      />
    </ChartCard>
  );
}
