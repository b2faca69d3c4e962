"use client";

import type { KeyboardEvent } from "react";
import { textWidth } from "@/components/chart/geometry";
import type { Roving } from "@/components/chart/use-roving";
import { useWidth } from "@/components/chart/use-width";

export interface HeatAxis {
  /** Stands once at the axis: "Collateral". */
  name: string;
  /** One per column or row, with its unit: "−25 %". */
  labels: readonly string[];
}

export interface HeatGridProps {
  label: string;
  x: HeatAxis;
  y: HeatAxis;
  /** `values[row][column]`, >= 0; the first row stands at the top. */
  values: readonly (readonly number[])[];
  format: (value: number) => string;
  /** Accessible name of a cell, with units. */
  cellLabel: (row: number, column: number) => string;
  /** Cells at or above it are outlined. */
  line?: number | null;
  selected?: { row: number; column: number } | null;
  onSelect: (row: number, column: number) => void;
  roving: Roving;
}

const TOP = 22;
const FOOT = 42;
const GAP = 1;
const SHADES = 6;

/** 1 for nothing, 6 for the most; by rounding up, so that a loss is never shown as none. */
function shadeOf(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 1;
  return Math.min(SHADES, 1 + Math.ceil((value / most) * (SHADES - 1)));
}

interface Geometry {
  left: number;
  cellWidth: number;
  cellHeight: number;
  isPrinted: boolean;
}

function geometryOf(props: HeatGridProps, width: number): Geometry {
  const { x, y, values, format } = props;
  const left = Math.ceil(Math.max(36, ...y.labels.map((text) => textWidth(text, 11)))) + 8;
  const cellWidth = Math.max(2, (width - left) / Math.max(1, x.labels.length));
  const widest = Math.max(0, ...values.flatMap((row) =>
    row.map((value) => textWidth(format(value), 11, true))));
  const isPrinted = widest + 6 <= cellWidth && y.labels.length <= 21;
  const cellHeight = isPrinted ? 28 : Math.max(8, Math.min(24, 420 / y.labels.length));
  return { left, cellWidth, cellHeight, isPrinted };
}

/** Labels that do not touch: every one, else every second, and so on; the last one always. */
function thinned(labels: readonly string[], room: number, across: boolean): boolean[] {
  const each = across ? Math.max(...labels.map((text) => textWidth(text, 11))) + 8 : 14;
  const step = Math.max(1, Math.ceil(each / room));
  return labels.map((_, index) => (labels.length - 1 - index) % step === 0);
}

function Axes({ x, y, geometry, width }: {
  x: HeatAxis; y: HeatAxis; geometry: Geometry; width: number;
}) {
  const { left, cellWidth, cellHeight } = geometry;
  const bottom = TOP + y.labels.length * cellHeight;
  const shownX = thinned(x.labels, cellWidth, true);
  const shownY = thinned(y.labels, cellHeight, false);
  return (
    <g aria-hidden="true">
      <text className="tick" x={0} y={12}>{y.name}</text>
      <text className="tick" x={width} y={bottom + 34} textAnchor="end">{x.name}</text>
      {y.labels.map((text, row) => shownY[row] ? (
        <text key={row} className="tick" x={left - 6} y={TOP + (row + 0.5) * cellHeight}
          textAnchor="end" dominantBaseline="central">{text}</text>
      ) : null)}
      {x.labels.map((text, column) => {
        const half = textWidth(text, 11) / 2;
        const middle = Math.min(width - half, left + (column + 0.5) * cellWidth);
        return shownX[column] ? (
          <text key={column} className="tick" x={middle} y={bottom + 15} textAnchor="middle">
            {text}
          </text>
        ) : null;
      })}
    </g>
  );
}

interface CellProps {
  props: HeatGridProps;
  geometry: Geometry;
  row: number;
  column: number;
  most: number;
}

function Cell({ props, geometry, row, column, most }: CellProps) {
  const { values, format, cellLabel, line, selected, onSelect, roving } = props;
  const value = values[row]?.[column] ?? 0;
  const shade = shadeOf(value, most);
  const x = geometry.left + column * geometry.cellWidth;
  const y = TOP + row * geometry.cellHeight;
  const width = Math.max(1, geometry.cellWidth - GAP);
  const height = Math.max(1, geometry.cellHeight - GAP);
  const isSelected = selected?.row === row && selected.column === column;
  const label = cellLabel(row, column);
  const isOver = line !== null && line !== undefined && value >= line;
  function keys(event: KeyboardEvent) {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSelect(row, column);
  }
  return (
    <g className="mark" role="button" aria-label={label} data-tip={label} aria-pressed={isSelected}
      onClick={() => onSelect(row, column)} onKeyDown={keys}
      {...roving.point(row * props.x.labels.length + column)}>
      <rect x={x} y={y} width={width} height={height} fill={`var(--seq-${shade})`} />
      {geometry.isPrinted ? (
        <text x={x + width / 2} y={y + height / 2} textAnchor="middle" dominantBaseline="central"
          style={{ fontSize: 11, fontWeight: isOver ? 600 : 400,
            fill: shade > 4 ? "var(--on-seq-high)" : "var(--on-seq-low)" }}>
          {format(value)}
        </text>
      ) : null}
      {isSelected ? (
        <rect x={x + 1} y={y + 1} width={Math.max(0, width - 2)} height={Math.max(0, height - 2)}
          fill="none" stroke="var(--text-1)" strokeWidth={2} />
      ) : null}
      <rect className="ring" x={x} y={y} width={width} height={height} />
    </g>
  );
}

/** Where cells that reach the line border on cells that do not. */
function borderPath(props: HeatGridProps, geometry: Geometry): string {
  const { values, line, x, y } = props;
  if (line === null || line === undefined) return "";
  const reaches = (row: number, column: number): boolean | null => {
    const value = values[row]?.[column];
    return value === undefined ? null : value >= line;
  };
  const { left, cellWidth, cellHeight } = geometry;
  const parts: string[] = [];
  for (let row = 0; row < y.labels.length; row += 1) {
    for (let column = 0; column < x.labels.length; column += 1) {
      const here = reaches(row, column);
      const startX = left + column * cellWidth - GAP / 2;
      const startY = TOP + row * cellHeight - GAP / 2;
      if (column > 0 && reaches(row, column - 1) !== here) {
        parts.push(`M${startX} ${startY}v${cellHeight}`);
      }
      if (row > 0 && reaches(row - 1, column) !== here) {
        parts.push(`M${startX} ${startY}h${cellWidth}`);
      }
    }
  }
  return parts.join("");
}

/** Two shocks against each other: the darker (in the dark, the lighter) a cell, the more. */
export function HeatGrid(props: HeatGridProps) {
  const { label, x, y, values, roving } = props;
  const [ref, width] = useWidth();
  const geometry = geometryOf(props, width);
  const most = Math.max(0, ...values.flat());
  const height = TOP + y.labels.length * geometry.cellHeight + FOOT;
  return (
    <div className="chart chart-area" role="group" aria-label={label} ref={ref} style={{ height }}>
      {width > 0 ? (
        <svg width={width} height={height} overflow="visible" {...roving.group}>
          {y.labels.map((_, row) => x.labels.map((__, column) => (
            <Cell key={`${row} ${column}`} props={props} geometry={geometry} row={row}
              column={column} most={most} />
          )))}
          <path d={borderPath(props, geometry)} fill="none" stroke="var(--chart-threshold)"
            strokeWidth={2} pointerEvents="none" />
          <Axes x={x} y={y} geometry={geometry} width={width} />
        </svg>
      ) : null}
    </div>
  );
}
