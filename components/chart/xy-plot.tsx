"use client";

import type { ReactNode } from "react";
import { textWidth, tickTarget, ticksBetween } from "@/components/chart/geometry";
import type { Roving } from "@/components/chart/use-roving";
import { useWidth } from "@/components/chart/use-width";

/** One axis over numbers; `format` shows a tick, `unit` stands once. */
export interface XyAxis {
  /** What stands at the left or bottom, and at the other end; may fall. */
  domain: readonly [low: number, high: number];
  /** Round steps of the domain when not given. */
  ticks?: readonly number[];
  format: (value: number) => string;
  unit: string;
  /** The axis in shown units for its ticks: 1e6 makes round steps of millions. */
  divisor?: number;
}

/** Where things are, in px. */
export interface XyLayout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  width: number;
  x: (value: number) => number;
  y: (value: number) => number;
}

export interface XyPlotProps {
  /** Accessible name of the whole drawing, with its units. */
  label: string;
  height: number;
  x: XyAxis;
  y: XyAxis;
  roving?: Roving;
  draw: (layout: XyLayout) => ReactNode;
}

const TOP = 26;
const FOOT = 24;
const RIGHT = 12;

const scaleOf = ([low, high]: readonly [number, number], from: number, to: number) =>
  (value: number): number =>
    high !== low ? from + ((value - low) / (high - low)) * (to - from) : (from + to) / 2;

function ticksOf(axis: XyAxis, room: number, each: number): readonly number[] {
  if (axis.ticks) return axis.ticks;
  const divisor = axis.divisor ?? 1;
  const [low, high] = axis.domain;
  const target = Math.min(tickTarget(room), Math.max(1, Math.floor(room / each)));
  const ticks = ticksBetween(Math.min(low, high) / divisor, Math.max(low, high) / divisor, target)
    .map((tick) => tick * divisor);
  // From left to right and from the bottom up, also where the axis falls.
  return low > high ? ticks.reverse() : ticks;
}

function YAxisMarks({ axis, ticks, layout }: {
  axis: XyAxis; ticks: readonly number[]; layout: XyLayout;
}) {
  return (
    <g aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={tick === 0 ? "axis" : "grid"} x1={layout.left} x2={layout.right}
            y1={layout.y(tick)} y2={layout.y(tick)} />
          <text className="tick" x={layout.left - 6} y={layout.y(tick)} textAnchor="end"
            dominantBaseline="central">{axis.format(tick)}</text>
        </g>
      ))}
      <text className="tick" x={0} y={10}>{axis.unit}</text>
    </g>
  );
}

/** The ticks whose figures do not touch, and where the last of them ends. */
function spaced(ticks: readonly number[], axis: XyAxis, layout: XyLayout) {
  let end = -Infinity;
  const shown: { tick: number; text: string; middle: number }[] = [];
  for (const tick of ticks) {
    const text = axis.format(tick);
    const half = textWidth(text, 11) / 2;
    const middle = Math.min(layout.width - half, Math.max(half, layout.x(tick)));
    if (middle - half < end + 8) continue;
    end = middle + half;
    shown.push({ tick, text, middle });
  }
  return { shown, end };
}

function XAxisMarks({ axis, ticks, layout }: {
  axis: XyAxis; ticks: readonly number[]; layout: XyLayout;
}) {
  const { shown, end } = spaced(ticks, axis, layout);
  const room = layout.width - end > textWidth(axis.unit, 11) + 6;
  return (
    <g aria-hidden="true">
      <line className="axis" x1={layout.left} x2={layout.right} y1={layout.bottom}
        y2={layout.bottom} />
      {shown.map(({ tick, text, middle }) => (
        <text key={tick} className="tick" x={middle} y={layout.bottom + 15} textAnchor="middle">
          {text}
        </text>
      ))}
      <text className="tick" x={layout.width} textAnchor="end"
        y={layout.bottom + (room ? 15 : 29)}>{axis.unit}</text>
    </g>
  );
}

/** Two axes over numbers; what stands between them is drawn by the caller, in px. */
export function XyPlot({ label, height, x, y, roving, draw }: XyPlotProps) {
  const [ref, width] = useWidth();
  const yTicks = ticksOf(y, height * 1.4, 28);
  const left = Math.ceil(Math.max(24,
    ...yTicks.map((tick) => textWidth(y.format(tick), 11)))) + 8;
  const layout: XyLayout = {
    left, right: Math.max(left + 40, width - RIGHT), top: TOP, bottom: height - FOOT - 12, width,
    x: () => 0, y: () => 0,
  };
  layout.x = scaleOf(x.domain, layout.left, layout.right);
  layout.y = scaleOf(y.domain, layout.bottom, layout.top);
  const xTicks = ticksOf(x, layout.right - left, 56);
  return (
    <div className="chart chart-area" role="group" aria-label={label} ref={ref} style={{ height }}>
      {width > 0 ? (
        <svg width={width} height={height} overflow="visible" {...roving?.group}>
          <YAxisMarks axis={y} ticks={yTicks} layout={layout} />
          {draw(layout)}
          <XAxisMarks axis={x} ticks={xTicks} layout={layout} />
        </svg>
      ) : null}
    </div>
  );
}

/** A line through points; what is not finite leaves a gap. */
export function linePath(
  layout: XyLayout, points: readonly (readonly [number, number | null])[],
): string {
  let isDown = false;
  return points.map(([x, y]) => {
    if (y === null || !Number.isFinite(y)) {
      isDown = false;
      return "";
    }
    const step = `${isDown ? "L" : "M"}${layout.x(x).toFixed(2)} ${layout.y(y).toFixed(2)}`;
    isDown = true;
    return step;
  }).join("");
}

/** A point of a line that the keyboard reaches; `label` says its figures with units. */
export function Dot({ label, x, y, fill, roving, index, hollow }: {
  label: string; x: number; y: number; fill: string; roving: Roving; index: number;
  hollow?: boolean;
}) {
  return (
    <g className="mark" role="img" aria-label={label} data-tip={label} {...roving.point(index)}>
      <circle className="hit" cx={x} cy={y} r={12} />
      <circle cx={x} cy={y} r={3.5} fill={hollow ? "var(--bg-surface)" : fill} stroke={fill}
        strokeWidth={hollow ? 1.5 : 0} />
      <circle className="ring" cx={x} cy={y} r={8} />
    </g>
  );
}

/** The figures of the mark in focus or under the pointer, for eyes. */
export function Readout({ text, hint }: { text: string | null; hint: string }) {
  return <p className="hint chart-readout" aria-hidden="true">{text ?? hint}</p>;
}
