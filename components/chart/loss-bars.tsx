"use client";

import { ChartCard } from "@/components/chart/chart-card";
import type { ChartCardInfo, ChartTable } from "@/components/chart/chart-card";
import {
  besideLine, labelColumn, niceTicks, textWidth, tickTarget,
} from "@/components/chart/geometry";
import {
  Hatch, Mark, Plot, RowAxis, RowBand, RowName, RowThreshold, usePatternId,
} from "@/components/chart/plot";
import type { Layout } from "@/components/chart/plot";
import { ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";

export interface LossRow {
  id: string;
  label: string;
  /** In currency units; null when it could not be computed. */
  loss: number | null;
  /** Not recorded: hatched. */
  preview?: boolean;
  /** Where the loss comes from. */
  href?: string | null;
  /** The last recorded value, an upright mark. */
  recorded?: number | null;
}

export interface LossBarsProps extends ChartCardInfo {
  rows: readonly LossRow[];
  scale: MoneyScale;
  /** `text` stands before the value: "Materiality line" gives "Materiality line 94.0 (5 %)". */
  line?: { value: number; text?: string; note?: string } | null;
  selectedId?: string | null;
  onSelect?: (id: string) => void;
  rowHeight?: number;
}

const BAR = 18;
const TOP_WITH_LINE = 24;
const FOOT = 22;

function tableOf({ rows, scale, line }: LossBarsProps): ChartTable {
  const csvUnit = scale.label.split(" ")[0];
  const money = { unit: scale.label, csvUnit, number: true, format: scale.format };
  const columns: ChartTable["columns"][number][] = [
    { label: "Scenario" }, { label: "Loss", ...money }, { label: "State" },
  ];
  const withRecorded = rows.some((row) => row.recorded != null);
  if (withRecorded) columns.push({ label: "Last recorded", ...money });
  if (line) {
    columns.push({ label: "Line", ...money });
    columns.push({ label: "Times the line", number: true,
      format: (value) => ratio(Number(value), { decimals: 1 }) });
  }
  return {
    columns,
    ids: rows.map((row) => row.id),
    hrefs: rows.map((row) => row.href),
    rows: rows.map((row) => [
      row.label,
      row.loss,
      row.preview ? "Preview" : "Recorded",
      ...(withRecorded ? [row.recorded ?? null] : []),
      ...(line ? [line.value, timesOf(row.loss, line.value)] : []),
    ]),
  };
}

function timesOf(loss: number | null, line: number): number | null {
  return loss === null || line <= 0 ? null : loss / line;
}

function markLabel(row: LossRow, { scale, line }: LossBarsProps): string {
  if (row.loss === null) return `${row.label}: no loss known`;
  const times = line ? timesOf(row.loss, line.value) : null;
  const parts = [`${row.label}: loss ${scale.format(row.loss)} ${scale.label}`];
  if (times !== null) parts.push(`${times.toFixed(1)} times the line`);
  if (row.preview) parts.push("preview");
  if (row.recorded != null) parts.push(`last recorded ${scale.format(row.recorded)}`);
  return parts.join(", ");
}

interface RowProps {
  row: LossRow;
  layout: Layout;
  props: LossBarsProps;
  pattern: string;
}

const lengthOf = (row: LossRow, layout: Layout): number => layout.at(Math.max(0, row.loss ?? 0));

function Row({ row, layout, props, pattern }: RowProps) {
  const { selectedId, onSelect } = props;
  const isSelected = selectedId === row.id;
  const middle = layout.band(row.id).middle;
  const zero = layout.at(0);
  return (
    <g>
      <RowName
        text={row.label}
        x={layout.left - 8}
        middle={middle}
        width={layout.left - 10}
        strong={isSelected}
      />
      <Mark
        label={markLabel(row, props)}
        x={zero}
        y={middle - BAR / 2}
        width={Math.max(row.loss ? 1 : 0, lengthOf(row, layout) - zero)}
        height={BAR}
        fill="var(--chart-loss)"
        pattern={row.preview ? pattern : undefined}
        selected={isSelected}
        onSelect={onSelect ? () => onSelect(row.id) : undefined}
      />
    </g>
  );
}

/** Over the threshold line, which would else strike the figure through. */
function RowValue({ row, layout, props }: Omit<RowProps, "pattern">) {
  const { scale, selectedId } = props;
  const middle = layout.band(row.id).middle;
  const end = lengthOf(row, layout);
  const ghost = row.recorded != null ? layout.at(row.recorded) : null;
  const covers = ghost !== null && ghost > end - 2 && ghost < end + 60;
  const text = scale.format(row.loss);
  const start = besideLine((covers ? Math.max(end, ghost) : end) + 6, textWidth(text, 12, true),
    props.line ? layout.at(props.line.value) : null);
  return (
    <g>
      {ghost !== null ? (
        <line className="ghost" x1={ghost} x2={ghost} y1={middle - 12} y2={middle + 12} />
      ) : null}
      <text
        className={selectedId === row.id ? "val halo on-band" : "val halo"}
        x={start}
        y={middle}
        dominantBaseline="central"
      >
        {text}
      </text>
    </g>
  );
}

export function LossBars(props: LossBarsProps) {
  const { rows, scale, line, selectedId, rowHeight = 40 } = props;
  const pattern = usePatternId();
  const amounts = rows.flatMap((row) => [row.loss ?? 0, row.recorded ?? 0]);
  const most = Math.max(0, ...amounts, line?.value ?? 0);
  const texts = rows.map((row) => scale.format(row.loss));
  const valueWidth = Math.max(24, ...texts.map((text) => textWidth(text, 12, true)));
  const top = line ? TOP_WITH_LINE : 4;
  const lineText = line
    ? [line.text ?? "Materiality line", scale.format(line.value), line.note]
      .filter(Boolean).join(" ")
    : "";
  return (
    <ChartCard terms={["loss", "materiality-line"]} {...props} table={tableOf(props)}>
      <Plot
        label={`Stress loss per scenario, ${scale.label}`}
        height={top + rows.length * rowHeight + FOOT}
        ids={rows.map((row) => row.id)}
        direction="row"
        frame={(width) => {
          const left = labelColumn(rows.map((row) => row.label), width);
          const room = Math.max(40, width - left);
          // The longest bar leaves room for its figure.
          const domain = (most || 1) * (room / Math.max(24, room - valueWidth - 12));
          const steps = niceTicks(0, domain / scale.divisor, tickTarget(room));
          return {
            margin: { top, right: 0, bottom: FOOT, left },
            domain: [0, domain],
            ticks: steps.map((tick) => tick * scale.divisor).filter((tick) => tick <= domain),
          };
        }}
        draw={(layout, ticks) => (
          <>
            <Hatch id={pattern} colour="var(--chart-loss)" />
            {selectedId && rows.some((row) => row.id === selectedId) ? (
              <RowBand layout={layout} id={selectedId} />
            ) : null}
            <RowAxis layout={layout} ticks={ticks} format={scale.tick} unit={scale.label} />
            {rows.map((row) => (
              <Row key={row.id} row={row} layout={layout} props={props} pattern={pattern} />
            ))}
            {line ? <RowThreshold layout={layout} value={line.value} text={lineText} /> : null}
            {rows.map((row) => (
              <RowValue key={row.id} row={row} layout={layout} props={props} />
            ))}
          </>
        )}
      />
    </ChartCard>
  );
}
