"use client";

import { ChartCard } from "@/components/chart/chart-card";
import type { ChartCardInfo, ChartTable } from "@/components/chart/chart-card";
import { labelColumn, niceTicks, textWidth, tickTarget } from "@/components/chart/geometry";
import { Legend } from "@/components/chart/legend";
import { Mark, Plot, RowAxis, RowBand, RowName } from "@/components/chart/plot";
import type { Layout } from "@/components/chart/plot";
import type { MoneyScale } from "@/components/ui/format";

type ExposurePart = "collateral" | "recovery" | "net";

export interface StackedRow {
  id: string;
  label: string;
  /** What of the owed amount is covered by collateral: the three parts add up to `total`. */
  collateral: number;
  recovery: number;
  net: number;
  total: number;
  /** What the two columns at the right show, when it is rounded to add up. */
  shown?: { net: number; total: number };
}

export interface StackedBarsProps extends ChartCardInfo {
  rows: readonly StackedRow[];
  scale: MoneyScale;
  /** The row the title speaks of. */
  strongId?: string | null;
  selectedId?: string | null;
  onSelect?: (id: string) => void;
  /** Heads of the two columns at the right. */
  totalLabel?: string;
  netLabel?: string;
  /** "Sector", head of the table's first column. */
  groupLabel?: string;
}

const PARTS: readonly { id: ExposurePart; label: string; fill: string }[] = [
  { id: "collateral", label: "Collateral", fill: "var(--chart-collateral)" },
  { id: "recovery", label: "Expected recovery", fill: "var(--chart-recovery)" },
  { id: "net", label: "Net exposure", fill: "var(--chart-net)" },
];
const BAR = 20;
const ROW = 36;
const TOP = 20;
const FOOT = 22;
const BOTH_COLUMNS_FROM = 330;

export const ExposureLegend = () => (
  <Legend items={PARTS.map(({ label, fill }) => ({ label, colour: fill }))} />
);

function tableOf(props: StackedBarsProps): ChartTable {
  const { rows, scale, totalLabel = "Owed", groupLabel = "Segment" } = props;
  const csvUnit = scale.label.split(" ")[0];
  const money = { unit: scale.label, csvUnit, number: true, format: scale.format };
  const parts = PARTS.map((part) => ({ label: part.label, ...money }));
  return {
    columns: [{ label: groupLabel }, ...parts, { label: totalLabel, ...money }],
    ids: rows.map((row) => row.id),
    rows: rows.map((row) => [row.label, row.collateral, row.recovery, row.net, row.total]),
  };
}

interface RowProps {
  row: StackedRow;
  layout: Layout;
  props: StackedBarsProps;
  columns: { total: number | null; net: number };
}

function Row({ row, layout, props, columns }: RowProps) {
  const { scale, selectedId, strongId, onSelect } = props;
  const middle = layout.band(row.id).middle;
  const isPicked = selectedId === row.id;
  const strong = isPicked || (!selectedId && strongId === row.id);
  const before = { collateral: 0, recovery: row.collateral, net: row.collateral + row.recovery };
  return (
    <g>
      <RowName text={row.label} x={layout.left - 8} middle={middle} width={layout.left - 10}
        strong={strong} />
      {PARTS.map((part) => {
        const start = layout.at(before[part.id]);
        const width = layout.at(before[part.id] + Math.max(0, row[part.id])) - start;
        if (width <= 0) return null;
        // One px of ground keeps neighbours apart without a stroke.
        const drawn = width > 3 ? width - 1 : width;
        return (
          <Mark
            key={part.id}
            label={`${row.label}, ${part.label}: ${scale.format(row[part.id])} ${scale.label}`}
            x={start}
            y={middle - BAR / 2}
            width={drawn}
            height={BAR}
            fill={part.fill}
            selected={isPicked}
            onSelect={onSelect ? () => onSelect(row.id) : undefined}
          />
        );
      })}
      {columns.total !== null ? (
        <text className="lab" x={columns.total} y={middle} textAnchor="end"
          dominantBaseline="central">{scale.format((row.shown ?? row).total)}</text>
      ) : null}
      <text className="val" x={columns.net} y={middle} textAnchor="end" dominantBaseline="central">
        {scale.format((row.shown ?? row).net)}
      </text>
    </g>
  );
}

function columnWidth(texts: readonly string[], head: string): number {
  const widths = texts.map((text) => textWidth(text, 12, true));
  return Math.ceil(Math.max(textWidth(head, 11), ...widths));
}

export function StackedBars(props: StackedBarsProps) {
  const { rows, scale, selectedId, totalLabel = "Owed", netLabel = "Net" } = props;
  const most = Math.max(0, ...rows.map((row) => Math.max(row.total,
    row.collateral + row.recovery + row.net)));
  const totalWidth = columnWidth(rows.map((row) => scale.format(row.total)), totalLabel);
  const netWidth = columnWidth(rows.map((row) => scale.format(row.net)), netLabel);
  return (
    <ChartCard terms={["collateral", "recovery", "net-exposure"]} {...props}
      sub={props.sub ?? <ExposureLegend />} table={tableOf(props)}>
      <Plot
        label={`Exposure by part, ${scale.label}`}
        height={TOP + rows.length * ROW + FOOT}
        ids={rows.map((row) => row.id)}
        direction="row"
        frame={(width) => {
          const left = labelColumn(rows.map((row) => row.label), width);
          const both = width >= BOTH_COLUMNS_FROM;
          const right = netWidth + 12 + (both ? totalWidth + 12 : 0);
          const room = width - left - right;
          const raw = niceTicks(0, most / scale.divisor, tickTarget(room));
          const ticks = raw.map((tick) => tick * scale.divisor);
          const domain = (most || 1) * 1.04;
          return { margin: { top: TOP, right, bottom: FOOT, left }, domain: [0, domain],
            ticks: ticks.filter((tick) => tick <= domain) };
        }}
        draw={(layout, ticks) => {
          const both = layout.width >= BOTH_COLUMNS_FROM;
          const columns = {
            total: both ? layout.width - netWidth - 12 : null,
            net: layout.width,
          };
          return (
            <>
              {selectedId && rows.some((row) => row.id === selectedId)
                ? <RowBand layout={layout} id={selectedId} /> : null}
              <RowAxis layout={layout} ticks={ticks} format={scale.tick} unit={scale.label} />
              {columns.total !== null ? (
                <text className="tick" x={columns.total} y={10} textAnchor="end">{totalLabel}</text>
              ) : null}
              <text className="tick" x={columns.net} y={10} textAnchor="end">{netLabel}</text>
              {rows.map((row) => (
                <Row key={row.id} row={row} layout={layout} props={props} columns={columns} />
              ))}
            </>
          );
        }}
      />
    </ChartCard>
  );
}
