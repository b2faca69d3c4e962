"use client";

import { DataTable, type DataColumn } from "@/components/table/data-table";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { count, money, percentOf, points, ratio } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { differenceOf, WorkedFigure, type WorkedSource } from "@/components/ui/worked";
import type { RunComparison } from "./compare-words";

type Figure = RunComparison["exposure"][number];
type Shown = readonly [label: string, format: (value: number, plus: boolean) => string];

const amount = (value: number, plus: boolean): string => money(value, { plus });
const times = (value: number, plus: boolean): string => (plus && value > 0 ? "+" : "") + ratio(value);
const FIGURES: Readonly<Record<string, Shown>> = {
  total_outstanding: ["Total outstanding", amount],
  interest_rate_pct: ["Interest rate, weighted", (value, plus) => points(value, { plus })],
  interest_payment: ["Interest payment per year", amount],
  collateral_value: ["Collateral value", amount],
  collateral_shortfall: ["Collateral shortfall", amount],
  collateral_coverage_ratio: ["Collateral coverage", times],
  assets_value: ["Assets value", amount],
  leverage_ratio: ["Leverage", times],
  distressed_asset_value: ["Distressed asset value", amount],
  distressed_asset_recovery: ["Distressed asset recovery", amount],
  distressed_asset_recovery_ratio: ["Distressed asset recovery ratio", times],
  distressed_asset_count: ["Distressed assets",
    (value, plus) => (plus && value > 0 ? "+" : "") + count(value)],
  net_exposure_after_recovery: ["Net exposure after recovery", amount],
};

const labelOf = ({ figure }: Figure): string => FIGURES[figure]?.[0] ?? figure;
const textOf = ({ figure }: Figure, value: number, plus = false): string =>
  (FIGURES[figure]?.[1] ?? amount)(value, plus);

function columnsOf({ base, other }: RunComparison): DataColumn<Figure>[] {
  const side = (id: "base" | "other", header: string, evidence: string): DataColumn<Figure> => ({
    id, header, number: true, cell: (row) => (
      <FigureLink href={`/evidence/${evidence}`}>{textOf(row, row[id])}</FigureLink>
    ) });
  const source = (name: string, text: string, evidence: string): WorkedSource =>
    ({ name, text, href: `/evidence/${evidence}` });
  const working = (row: Figure, relative: boolean) => differenceOf(
    `${relative ? "Relative difference" : "Difference"} of ${labelOf(row).toLowerCase()}`,
    source("Base run", textOf(row, row.base), base.debt_exposure_evidence_id),
    source("Other run", textOf(row, row.other), other.debt_exposure_evidence_id), relative);
  return [
    { id: "figure", header: "Figure", fixed: true, className: "name-cell", cell: labelOf,
      sortValue: labelOf },
    side("base", "Base run", base.debt_exposure_evidence_id),
    side("other", "Other run", other.debt_exposure_evidence_id),
    { id: "difference", header: "Difference", number: true,
      cell: (row) => (
        <WorkedFigure work={() => working(row, false)}>
          {textOf(row, row.difference, true)}
        </WorkedFigure>
      ) },
    { id: "relative", header: "Relative", number: true, sortValue: (row) => row.relative,
      cell: (row) => row.relative === null ? <Na reason="The base run's figure is 0" />
        : (
          <WorkedFigure work={() => working(row, true)}>
            {percentOf(row.relative, { plus: true })}
          </WorkedFigure>
        ) },
  ];
}

function titleOf({ exposure }: RunComparison): string {
  const net = exposure.find(({ figure }) => figure === "net_exposure_after_recovery");
  if (!net || exposure.every(({ difference }) => difference === 0)) {
    return "The exposure is the same";
  }
  if (net.difference === 0) return "Net exposure is the same, other figures differ";
  return `Net exposure ${net.difference > 0 ? "rises" : "falls"}`
    + (net.relative === null ? "" : ` by ${percentOf(Math.abs(net.relative))}`);
}

/** The exposure before any scenario, figure by figure. */
export function ExposureCard({ comparison, className }: {
  comparison: RunComparison; className?: string;
}) {
  return (
    <Card id="exposure" className={className} flush title={titleOf(comparison)}
      sub={`Before any scenario; amounts in ${comparison.base_currency}`}>
      <DataTable label="Exposure of both runs" rows={comparison.exposure}
        columns={columnsOf(comparison)} rowId={(row) => row.figure} />
    </Card>
  );
}
