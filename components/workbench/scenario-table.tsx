"use client";

import { useMemo } from "react";
import Link from "next/link";
import type { UnreachableReason } from "@/lib/risk";
import { csvText, downloadText, fileStem } from "@/components/chart/csv";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { SegmentList } from "@/components/run/segment-list";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { compactNumber, number, shortId } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Na } from "@/components/ui/na";
import type { BenchView, ScenarioFigures } from "./figures";
import { segmentSentence } from "@/components/run/segment-words";
import { breakEvenTitle } from "./titles";
import { asPercent } from "./words";
import { scenarioName } from "@/lib/risk/scenario-name";

export interface ScenarioTableProps {
  view: BenchView;
  selected: ScenarioFigures;
  scale: MoneyScale;
  currency: string;
  onSelect: (row: ScenarioFigures) => void;
}

const UNREACHED: Record<UnreachableReason, string> = {
  TARGET_NOT_REACHED: "Not even 20 times these shocks reach the line.",
  NO_DEBT_OUTSTANDING: "Nothing is owed.",
  NO_ASSETS_VALUE: "No assets are given.",
};

const NOT_HERE = "By instrument, with too many loans to work it out in the browser.";

const BY_LOAN = "Segment shocks: worked out loan by loan on the server, with the Execute role.";

const shockCell = (fraction: number) => compactNumber(asPercent(fraction), 2, true);

function columnsFor(
  view: BenchView, scale: MoneyScale, onSelect: (row: ScenarioFigures) => void,
): DataColumn<ScenarioFigures>[] {
  const outstanding = Math.max(1, view.exposure.total_outstanding);
  const figure = (row: ScenarioFigures, text: string, isKept = true) => (
    isKept && row.evidenceId
      ? <FigureLink href={`/evidence/${row.evidenceId}`} again>{text}</FigureLink>
      : (
        <FigureLink preview={row.evidenceId === null} onSelect={() => onSelect(row)}>
          {text}
        </FigureLink>
      )
  );
  return [
    { id: "name", header: "Scenario", fixed: true,
      cell: ({ scenario }) => (
        <>
          {scenarioName(scenario.scenario_id)}
          <SegmentList segments={scenario.segment_shocks} />
        </>
      ) },
    { id: "rate", header: "Rate", unit: "pts", number: true,
      cell: (row) => number(row.scenario.interest_rate_delta_pct, { decimals: 2, plus: true }) },
    { id: "collateral", header: "Collat.", name: "Collateral", unit: "%", number: true,
      cell: (row) => shockCell(row.scenario.collateral_market_impact_pct) },
    { id: "recovery", header: "Recov.", name: "Recoveries", unit: "%", number: true,
      cell: (row) => shockCell(row.scenario.recovery_degradation_pct) },
    { id: "default", header: "Default", name: "Default risk", unit: "%", number: true,
      cell: (row) => shockCell(row.scenario.default_risk_increment_pct) },
    { id: "net", header: "Net after", term: "net-exposure", unit: scale.label, number: true,
      cell: (row) => figure(row, scale.format(row.stress.net_exposure_after_recovery)) },
    { id: "loss", header: "Loss", term: "loss", unit: scale.label, number: true, className: "strong",
      cell: (row) => figure(row, scale.format(row.stress.loss_estimate)) },
    { id: "share", header: "Share", unit: "%", number: true,
      cell: (row) => figure(row,
        number((row.stress.loss_estimate / outstanding) * 100, { decimals: 1 }), false) },
    { id: "even", header: "Break-even", term: "break-even", unit: "× shock", number: true,
      cell: (row) => {
        const { breakEven, scenario } = row;
        if (breakEven === null) return <Na reason={scenario.segment_shocks ? BY_LOAN : NOT_HERE} />;
        return breakEven.reachable
          ? figure(row, number(breakEven.multiplier, { decimals: 2 }), false)
          : <Na reason={UNREACHED[breakEven.reason]} />;
      } },
    { id: "record", header: "Record",
      cell: (row) => row.evidenceId ? (
        <Link className="prov" href={`/evidence/${row.evidenceId}`}
          aria-label={`${shortId(row.evidenceId)}, evidence of ${
            scenarioName(row.scenario.scenario_id)}`}>
          <Icon name="seal" />{shortId(row.evidenceId)}
        </Link>
      ) : <Badge state="preview" /> },
  ];
}

function csvOf(view: BenchView, currency: string): string {
  const outstanding = Math.max(1, view.exposure.total_outstanding);
  return csvText(
    ["Scenario", "Interest rate (pts)", "Collateral (%)", "Recoveries (%)", "Default risk (%)",
      "Segment shocks", `Net after (${currency})`, `Loss (${currency})`, "Share of outstanding (%)",
      "Break-even (times the shock)", "Evidence"],
    view.rows.map(({ scenario, stress, breakEven, evidenceId }) => [
      scenario.scenario_id, scenario.interest_rate_delta_pct,
      asPercent(scenario.collateral_market_impact_pct),
      asPercent(scenario.recovery_degradation_pct), asPercent(scenario.default_risk_increment_pct),
      (scenario.segment_shocks ?? []).map(segmentSentence).join("; "),
      stress.net_exposure_after_recovery, stress.loss_estimate,
      (stress.loss_estimate / outstanding) * 100, breakEven?.multiplier ?? null, evidenceId ?? "preview",
    ]));
}

export function ScenarioTable({ view, selected, scale, currency, onSelect }: ScenarioTableProps) {
  const columns = useMemo(() => columnsFor(view, scale, onSelect),
    [view, scale, onSelect]);
  const id = selected.scenario.scenario_id;
  const title = selected.breakEven ? breakEvenTitle(selected.breakEven, id, view.lossLine)
    : "Scenarios and what they lose";
  return (
    <Card
      id="bench-table"
      title={title}
      flush
      tools={(
        <IconButton icon="dl" label="Download CSV: scenarios"
          onClick={() => downloadText(`${fileStem(title)}.csv`, csvOf(view, currency))} />
      )}
    >
      <DataTable
        label="Scenario table"
        rows={view.rows}
        columns={columns}
        density="snug"
        rowId={(row) => row.scenario.scenario_id}
        selectedId={id}
        isPreview={(row) => row.evidenceId === null}
        onRowClick={onSelect}
      />
    </Card>
  );
}
