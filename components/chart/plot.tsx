"use client";

import type { KeyboardEvent, ReactNode } from "react";
import { useId } from "react";
import { useWidth } from "@/components/chart/use-width";
import { textWidth, wrapLabel } from "@/components/chart/geometry";

/** Where things are, in px. */
export interface Layout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  width: number;
  at: (value: number) => number;
  band: (id: string) => { start: number; end: number; middle: number };
}

type Frame = ReturnType<PlotProps["frame"]>;

/** One axis over amounts, one over names that share the other's length evenly. */
export function layoutOf(
  { margin, domain: [low, high] }: Pick<Frame, "margin" | "domain">, ids: readonly string[],
  direction: PlotProps["direction"], width: number, height: number,
): Layout {
  const box = { left: margin.left, right: Math.max(margin.left, width - margin.right),
    top: margin.top, bottom: Math.max(margin.top, height - margin.bottom) };
  const isRow = direction === "row";
  const [from, to] = isRow ? [box.left, box.right] : [box.bottom, box.top];
  const [first, last] = isRow ? [box.top, box.bottom] : [box.left, box.right];
  const step = (last - first) / Math.max(1, ids.length);
  return {
    ...box, width,
    at: (value) => from + (high === low ? 0 : (value - low) / (high - low)) * (to - from),
    band: (id) => {
      const start = first + Math.max(0, ids.indexOf(id)) * step;
      return { start, end: start + step, middle: start + step / 2 };
    },
  };
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
 * Bars over one axis of amounts. The marks have keys of their own, so that a mark keeps its
 * keyboard focus while its value changes.
 */
export function Plot({ label, height, ids, direction, frame, draw }: PlotProps) {
  const [ref, width] = useWidth();
  const framed = frame(width);
  return (
    <div className="chart chart-area" role="group" aria-label={label} ref={ref} style={{ height }}>
      {width > 0 ? (
        <svg width={width} height={height} overflow="visible">
          {draw(layoutOf(framed, ids, direction, width, height), framed.ticks)}
        </svg>
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
    <g className={onSelect ? "mark" : undefined} aria-label={label} data-tip={label} {...control}>
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

/** The ground behind the row that is picked. */
export function RowBand({ layout, id }: { layout: Layout; id: string }) {
  const { middle, start, end } = layout.band(id);
  const height = Math.max(0, Math.min(end - start, 40) - 2);
  return (
    <rect className="band" x={-8} width={layout.width + 16} y={middle - height / 2} height={height}
      rx={4} />
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
    <text className={strong ? "val" : "lab"} textAnchor="end" dominantBaseline="central"
      data-tip={lines.join(" ") === text ? undefined : text}>
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
export function RowAxis({ layout, ticks: all, format, unit }: ValueAxisProps) {
  const { at, top, bottom } = layout;
  // Steps too small for the format would all be "0".
  const ticks = all.filter((tick, index) =>
    index === 0 || format(tick) !== format(all[index - 1] as number));
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
