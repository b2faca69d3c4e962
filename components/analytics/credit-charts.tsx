"use client";

import { ChartCard } from "@/components/chart/chart-card";
import { labelColumn, niceTicks, tickTarget } from "@/components/chart/geometry";
import { Mark, Plot, RowAxis, RowName } from "@/components/chart/plot";
import type { Layout } from "@/components/chart/plot";
import { useRoving } from "@/components/chart/use-roving";
import { Readout, XyPlot } from "@/components/chart/xy-plot";
import { compactNumber, number, percentOf, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";
import { FormulaLink } from "./parts";

export type CreditLoss = ResponseOf<"analyseCreditLoss">;
type Quantile = CreditLoss["quantiles"][number];

/** "99.9 %" */
export const levelText = (q: number): string => `${compactNumber(q * 100, 1)}\u202f%`;
/** Two-sided 95 % of a normal error. */
const ERROR_BARS = 1.96;

function Bars({ result, scale }: { result: CreditLoss; scale: MoneyScale }) {
  const { histogram, quantiles, expected_loss: expected } = result;
  const roving = useRoving(histogram.length);
  const high = histogram.at(-1)?.to ?? 1;
  const most = Math.max(0, ...histogram.map((bin) => bin.share)) * 1.08 || 1;
  const marks = [{ name: "Expected", value: expected },
    ...quantiles.map(({ q, var: value }) => ({ name: `VaR ${levelText(q)}`, value }))];
  const textAt = (index: number): string => {
    const bin = histogram[index];
    return bin ? `Loss ${scale.format(bin.from)} to ${scale.format(bin.to)} ${scale.label}: ${
      percentOf(bin.share, { decimals: 2 })} of paths` : "";
  };
  return (
    <>
      <XyPlot label={`Distribution of credit losses, ${scale.label}, share of paths`} height={300}
        roving={roving}
        x={{ domain: [0, high], divisor: scale.divisor, format: scale.tick, unit: scale.label }}
        y={{ domain: [0, most], divisor: 0.01, format: (value) => compactNumber(value * 100, 2),
          unit: "% of paths" }}
        draw={(layout) => (
          <>
            {histogram.map((bin, index) => {
              const x = layout.x(bin.from);
              const width = Math.max(1, layout.x(bin.to) - x - 1);
              const y = layout.y(bin.share);
              return (
                <g key={bin.from} className="mark" role="img" aria-label={textAt(index)}
                  data-tip={textAt(index)} {...roving.point(index)}>
                  <rect className="hit" x={x} y={layout.top} width={width}
                    height={layout.bottom - layout.top} />
                  <rect x={x} y={y} width={width} height={Math.max(0, layout.bottom - y)}
                    fill="var(--chart-loss)" />
                  <rect className="ring" x={x - 1} y={layout.top} width={width + 2}
                    height={layout.bottom - layout.top} />
                </g>
              );
            })}
            {marks.map(({ name, value }, index) => (
              <g key={name} pointerEvents="none">
                <line className={index === 0 ? "ghost" : "thr"} x1={layout.x(value)}
                  x2={layout.x(value)} y1={layout.top + index * 14 + 4} y2={layout.bottom} />
                <text className={index === 0 ? "val halo" : "thr-lab halo"}
                  x={layout.x(value) + (layout.x(value) > layout.right - 90 ? -4 : 4)}
                  textAnchor={layout.x(value) > layout.right - 90 ? "end" : "start"}
                  y={layout.top + index * 14 + 12}>{name}</text>
              </g>
            ))}
          </>
        )}
      />
      <Readout text={roving.active === null ? null : textAt(roving.active)}
        hint="Arrow keys move between bars." />
    </>
  );
}

/** How often which loss came up. */
export function HistogramCard({ result, scale, stale }: {
  result: CreditLoss; scale: MoneyScale; stale: boolean;
}) {
  const worst = result.quantiles.at(-1);
  const money = { unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
    format: scale.format };
  return (
    <ChartCard
      id="histogram"
      terms={["vasicek", "expected-loss", "value-at-risk"]}
      stale={stale}
      title={worst ? `One path in 1,000 loses ${scale.inWords(worst.var)} or more`
        : "Distribution of losses"}
      sub={`${number(result.paths)} paths, seed ${result.seed}`}
      subject="loss distribution"
      foot={<FormulaLink section="credit-loss" />}
      table={{
        columns: [{ label: "Loss from", ...money }, { label: "Loss to", ...money },
          { label: "Share of paths", unit: "%", number: true,
            format: (value) => number(Number(value), { decimals: 3 }) }],
        rows: result.histogram.map((bin) => [bin.from, bin.to, bin.share * 100]),
      }}
    >
      <Bars result={result} scale={scale} />
    </ChartCard>
  );
}

interface Row {
  id: string;
  label: string;
  value: number;
  error: number;
  closed: number | null;
}

function rowsOf(result: CreditLoss): Row[] {
  const closed = (q: number) => result.closed_form.find((one) => one.q === q);
  const of = (kind: "var" | "es", one: Quantile): Row => ({
    id: `${kind}-${one.q}`, label: `${kind === "var" ? "VaR" : "ES"} ${levelText(one.q)}`,
    value: one[kind], error: kind === "var" ? one.standard_error : one.es_standard_error,
    closed: closed(one.q)?.[kind] ?? null });
  return [...result.quantiles.map((one) => of("var", one)),
    ...result.quantiles.map((one) => of("es", one))];
}

function QuantileRow({ row, layout, scale }: { row: Row; layout: Layout; scale: MoneyScale }) {
  const middle = layout.band(row.id).middle;
  const end = layout.at(row.value);
  const [low, high] = [layout.at(Math.max(0, row.value - ERROR_BARS * row.error)),
    layout.at(row.value + ERROR_BARS * row.error)];
  const label = `${row.label}: ${scale.format(row.value)} ${scale.label}, standard error ${
    scale.format(row.error)}${row.closed === null ? ""
    : `, closed form ${scale.format(row.closed)}`}`;
  return (
    <g>
      <RowName text={row.label} x={layout.left - 8} middle={middle} width={layout.left - 10} />
      <Mark label={label} x={layout.at(0)} y={middle - 8} width={end - layout.at(0)} height={16}
        fill="var(--chart-loss)" />
      {row.error > 0 ? (
        <path d={`M${low} ${middle}H${high}M${low} ${middle - 5}v10M${high} ${middle - 5}v10`}
          stroke="var(--chart-default)" strokeWidth={2} fill="none" />
      ) : null}
      {row.closed === null ? null : (
        <line className="ghost" x1={layout.at(row.closed)} x2={layout.at(row.closed)}
          y1={middle - 12} y2={middle + 12} />
      )}
      <text className="val halo" y={middle} dominantBaseline="central"
        x={Math.max(high, layout.at(row.closed ?? 0)) + 6}>{scale.format(row.value)}</text>
    </g>
  );
}

/** Value at risk and expected shortfall with their errors, the granular closed form beside. */
export function QuantileCard({ result, scale, stale }: {
  result: CreditLoss; scale: MoneyScale; stale: boolean;
}) {
  const rows = rowsOf(result);
  const most = Math.max(1, ...rows.map((row) =>
    Math.max(row.value + ERROR_BARS * row.error, row.closed ?? 0)));
  const money = { unit: scale.label, csvUnit: scale.label.split(" ")[0], number: true,
    format: scale.format };
  const top = result.quantiles.at(-1);
  const closed = result.closed_form.at(-1);
  const title = !top ? "No quantiles" : result.method === "granular" || !closed || closed.var <= 0
    ? `The loss at ${levelText(top.q)} is ${scale.inWords(top.var)}`
    : `Single names make the ${levelText(top.q)} loss ${ratio(top.var / closed.var)} that of the `
      + "granular portfolio";
  return (
    <ChartCard
      id="quantiles"
      terms={["value-at-risk", "expected-shortfall", "standard-error"]}
      stale={stale}
      title={title}
      sub={result.method === "granular" ? `Closed form of the infinitely granular portfolio, ${
        scale.label}` : `${scale.label}; whiskers: 95\u202f% of the sampling error; upright mark: `
        + "closed form of the infinitely granular portfolio"}
      subject="loss quantiles"
      foot={<FormulaLink section="credit-loss" />}
      table={{
        columns: [{ label: "Figure" }, { label: "Loss", ...money },
          { label: "Standard error", ...money }, { label: "Closed form", ...money }],
        rows: rows.map((row) => [row.label, row.value, row.error, row.closed]),
      }}
    >
      <Plot label={`Loss quantiles, ${scale.label}`} height={4 + rows.length * 36 + 22}
        ids={rows.map((row) => row.id)} direction="row"
        frame={(width) => {
          const left = labelColumn(rows.map((row) => row.label), width);
          const room = Math.max(40, width - left);
          const domain = most * (room / Math.max(24, room - 68));
          return { margin: { top: 4, right: 0, bottom: 22, left }, domain: [0, domain],
            ticks: niceTicks(0, domain / scale.divisor, tickTarget(room))
              .map((tick) => tick * scale.divisor).filter((tick) => tick <= domain) };
        }}
        draw={(layout, ticks) => (
          <>
            <RowAxis layout={layout} ticks={ticks} format={scale.tick} unit={scale.label} />
            {rows.map((row) => (
              <QuantileRow key={row.id} row={row} layout={layout} scale={scale} />
            ))}
          </>
        )} />
    </ChartCard>
  );
}
