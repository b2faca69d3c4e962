"use client";

import { useMemo } from "react";
import { scenarioName } from "@/lib/risk/scenario-name";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { FigureLink, HashText } from "@/components/ui/figure";
import { count, percentOf, points, shock, type MoneyScale } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Tried = ResponseOf<"listTriedScenarios">["items"][number];

const PAGE = 200;

function columnsOf(scale: MoneyScale): DataColumn<Tried>[] {
  const share = (id: "collateral_market_impact_pct" | "recovery_degradation_pct"
    | "default_risk_increment_pct", header: string): DataColumn<Tried> => ({
    id, header, number: true, cell: (row) => shock(row.scenario[id] * 100) });
  return [
    { id: "scenario", header: "Scenario", fixed: true, className: "name-cell", cell: (row) =>
      scenarioName(row.scenario.scenario_id) + (row.scenario.segment_shocks ? ", by segment" : "") },
    { id: "netting", header: "Netting", term: "netting", cell: (row) => `By ${row.netting}` },
    { id: "rate", header: "Rate", number: true,
      cell: (row) => points(row.scenario.interest_rate_delta_pct) },
    share("collateral_market_impact_pct", "Collateral"),
    share("recovery_degradation_pct", "Recovery"),
    share("default_risk_increment_pct", "Default"),
    { id: "net", header: "Net exposure", term: "net-exposure", unit: scale.label, number: true,
      cell: (row) => scale.format(row.net_exposure_after_recovery) },
    { id: "loss", header: "Loss", term: "loss", unit: scale.label, number: true, cell: (row) => (
      <FigureLink href={`/evidence/${row.evidence_id}`}>{scale.format(row.loss_estimate)}</FigureLink>
    ) },
    { id: "score", header: "Of outstanding", number: true,
      cell: (row) => percentOf(row.impact_score) },
    { id: "material", header: "Line", term: "materiality-line", cell: (row) => (
      <StateText state={row.is_material ? "critical" : "normal"}>
        {row.is_material ? "Material" : "Not material"}
      </StateText>
    ) },
    { id: "run", header: "Latest run",
      cell: (row) => <HashText short value={row.run_id} href={`/runs/${row.run_id}`} /> },
    { id: "runs", header: "Runs", number: true, cell: (row) => count(row.runs) },
  ];
}

/** Every scenario that was tried on a version, side by side; the largest loss first. */
export function TriedScenariosCard({ versionId, scale, className }: {
  versionId: string; scale: MoneyScale; className?: string;
}) {
  const list = useOperationPages("listTriedScenarios",
    { path: { id: versionId }, query: { limit: PAGE } });
  const rows = useItems<Tried>(list);
  const columns = useMemo(() => columnsOf(scale), [scale]);
  const [worst] = rows;
  return (
    <Card id="tried" className={className} flush
      title={worst ? `${scenarioName(worst.scenario.scenario_id)} loses most of all that was tried`
        : "Scenarios tried on this version"}
      sub="Each scenario and netting that a run recorded, once; the largest loss first">
      <PagedTable list={list} subject="The scenarios" label="Scenarios tried" rows={rows}
        columns={columns} rowId={(row) => row.evidence_id} columnMenu
        empty={(
          <EmptyState icon="scen" title="No scenario was run yet">
            Each scenario of each run on this version will stand here.
          </EmptyState>
        )} />
    </Card>
  );
}
