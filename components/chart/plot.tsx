"use client";

import type { KeyboardEvent, ReactNode } from "react";
import { useId } from "react";
import { BarChart, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from "recharts";
import { useWidth } from "@/components/chart/use-width";
import { textWidth, wrapLabel } from "@/components/chart/geometry";

/** Where things are, in px, once recharts has laid the axes out. */
export interface Layout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  width: number;
  at: (value: number) => number;
  band: (id: string) => { start: number; end: number; middle: number };
}

interface SceneProps {
  vertical: boolean;
  width: number;
  firstId: string | undefined;
  draw: (layout: Layout) => ReactNode;
}

function Scene({ vertical, width, firstId, draw }: SceneProps) {
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  const values = vertical ? xScale : yScale;
  const names = vertical ? yScale : xScale;
  // Recharts knows the names one render later than the area.
  const isReady = firstId === undefined || names?.(firstId) !== undefined;
  if (!area || !values || !names || !isReady) return null;
  const layout: Layout = {
    left: area.x,
    right: area.x + area.width,
    top: area.y,
    bottom: area.y + area.height,
    width,
    at: (value) => values(value) ?? 0,
    band: (id) => ({
      start: names(id, { position: "start" }) ?? 0,
      end: names(id, { position: "end" }) ?? 0,
      middle: names(id, { position: "middle" }) ?? 0,
    }),
  };
  return <g>{draw(layout)}</g>;
}

export interface PlotProps {
  /** Accessible name of the whole drawing, with its unit. */
  label: string;
  height: number;
  ids: readonly string[];
  /** "row": bars lie, one per row. "column": bars stand. */
  direction: "row" | "column";
  frame: (width: number) => {
    margin: { top: number; right: number; bottom: number; left: number };
    domain: [number, number];
    ticks: readonly number[];
  };
  draw: (layout: Layout, ticks: readonly number[]) => ReactNode;
}

/**
 * Recharts gives axes, scales and layout; the marks are drawn here with keys of their own, so that
 * a mark keeps its keyboard focus while its value changes.
 */
export function Plot({ label, height, ids, direction, frame, draw }: PlotProps) {
  const [ref, width] = useWidth();
  const rows = direction === "row";
  const { margin, domain, ticks } = frame(width);
  const value = { type: "number", domain, ticks: [...ticks], hide: true } as const;
  const name = { type: "category", dataKey: "id", hide: true, interval: 0 } as const;
  return (
    <div className="chart chart-area" role="group" aria-label={label} ref={ref} style={{ height }}>
      {width > 0 ? (
        <BarChart
          width={width}
          height={height}
          data={ids.map((id) => ({ id }))}
          layout={rows ? "vertical" : "horizontal"}
          margin={margin}
          accessibilityLayer={false}
        >
          {rows ? <XAxis {...value} allowDataOverflow /> : <XAxis {...name} />}
          {rows ? <YAxis {...name} width={0} /> : <YAxis {...value} width={0} allowDataOverflow />}
          <Scene
            vertical={rows}
            width={width}
            firstId={ids[0]}
            draw={(layout) => draw(layout, ticks)}
          />
        </BarChart>
      ) : null}
    </div>
  );
}

export interface MarkProps {
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
  /** An id made with usePattern: the mark is a preview. */
  pattern?: string;
  selected?: boolean;
  onSelect?: () => void;
}

const LEAST_TARGET = 24;

export function Mark(props: MarkProps) {
  const { label, x, y, width, height, fill, pattern, selected, onSelect } = props;
  const grow = {
    x: Math.max(0, LEAST_TARGET - width) / 2,
    y: Math.max(0, LEAST_TARGET - height) / 2,
  };
  const outer = {
    x: x - grow.x,
    y: y - grow.y,
    width: width + 2 * grow.x,
    height: height + 2 * grow.y,
  };
  function keys(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // a shortcut of the page
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onSelect?.();
  }
  const control = onSelect
    ? { role: "button", tabIndex: 0, onClick: onSelect, onKeyDown: keys, "aria-pressed": selected }
    : { role: "img" };
  const look = pattern
    ? { fill: `url(#${pattern})`, stroke: fill, className: "bar pv" }
    : { fill, className: "bar" };
  return (
    <g className={onSelect ? "mark" : undefined} aria-label={label} {...control}>
      <title>{label}</title>
      {onSelect ? <rect className="hit" {...outer} /> : null}
      <rect {...look} x={x} y={y} width={Math.max(0, width)} height={Math.max(0, height)} />
      {onSelect ? (
        <rect
          className="ring"
          x={outer.x - 2}
          y={outer.y - 2}
          width={Math.max(0, outer.width + 4)}
          height={Math.max(0, outer.height + 4)}
          rx={3}
        />
      ) : null}
    </g>
  );
}

export function usePatternId(): string {
  return `hatch-${useId().replace(/[^a-zA-Z0-9]/g, "")}`;
}

/** Hatched ground of a preview bar, in the colour of the concept it stands for. */
export function Hatch({ id, colour }: { id: string; colour: string }) {
  return (
    <defs>
      <pattern
        id={id}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="6" height="6" fill="var(--chart-soft)" />
        <path d="M1.5 0v6" stroke={colour} strokeWidth="2" />
      </pattern>
    </defs>
  );
}

export interface NameProps {
  text: string;
  x: number;
  middle: number;
  width: number;
  strong?: boolean;
}

/** A name at the left of its bar, in up to two lines. */
export function RowName({ text, x, middle, width, strong }: NameProps) {
  const lines = wrapLabel(text, width, 12);
  const first = middle - ((lines.length - 1) * 14) / 2;
  return (
    <text className={strong ? "val" : "lab"} textAnchor="end" dominantBaseline="central">
      <title>{text}</title>
      {lines.map((line, index) => (
        <tspan key={index} x={x} y={first + index * 14}>{line}</tspan>
      ))}
    </text>
  );
}

export interface ValueAxisProps {
  layout: Layout;
  ticks: readonly number[];
  format: (value: number) => string;
  unit: string;
}

/** Upright grid lines with figures under them; the unit stands at the last figure. */
export function RowAxis({ layout, ticks, format, unit }: ValueAxisProps) {
  const { at, top, bottom } = layout;
  const last = ticks.length - 1;
  const texts = ticks.map((tick, index) => format(tick) + (index === last ? ` ${unit}` : ""));
  return (
    <g aria-hidden="true">
      {ticks.map((tick, index) => {
        const x = at(tick);
        const text = texts[index] ?? "";
        const half = textWidth(text, 11) / 2;
        const previous = ticks[index - 1];
        const after = previous === undefined ? 0
          : at(previous) + textWidth(texts[index - 1] ?? "", 11) / 2 + 6 + half;
        const inside = Math.min(x, layout.width - half - 2);
        // With nothing between them to leave out, the last steps aside from the first.
        const shifted = index === last && last === 1 ? Math.max(inside, after) : inside;
        const crowded = index > 0 && shifted < after;
        const next = texts[index + 1];
        const hidden = index > 0 && index < last && next !== undefined && index === last - 1
          && Math.min(at(ticks[last] ?? 0), layout.width - textWidth(next, 11) / 2 - 2)
            - textWidth(next, 11) / 2 < x + half + 6;
        return (
          <g key={tick}>
            <line
              className={tick === 0 ? "axis" : "grid"}
              x1={x}
              x2={x}
              y1={top}
              y2={bottom}
            />
            {(crowded && index < last) || hidden ? null : (
              <text className="tick" x={shifted} y={bottom + 14} textAnchor="middle">{text}</text>
            )}
          </g>
        );
      })}
    </g>
  );
}

export interface RowLineProps {
  layout: Layout;
  value: number;
  text: string;
}

/** The dashed line across all rows with its value in words above it. */
export function RowThreshold({ layout, value, text }: RowLineProps) {
  const x = layout.at(value);
  const width = textWidth(text, 11, true);
  const start = Math.max(0, Math.min(x - 2, layout.width - width - 2));
  return (
    <g>
      <line className="thr" x1={x} x2={x} y1={layout.top - 4} y2={layout.bottom} />
      <text className="thr-lab" x={start} y={layout.top - 9}>{text}</text>
    </g>
  );
}
