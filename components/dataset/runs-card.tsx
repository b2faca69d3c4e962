"use client";

import { useMemo } from "react";
import { roleReason, useMe } from "@/components/shell/me";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { FigureLink, HashText } from "@/components/ui/figure";
import { plural, timeShort } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import type { ResponseOf } from "@/lib/contract/operations";
import { workbenchHref } from "./links";
import { Refusal } from "./refusal";
import { scenarioName } from "@/components/run/scenario-name";

type RunSummary = ResponseOf<"listRuns">["items"][number];

function columnsOf(scale: MoneyScale): DataColumn<RunSummary>[] {
  return [
    { id: "run", header: "Run", cell: (run) =>
      <HashText value={run.run_id} short href={`/runs/${run.run_id}`} /> },
    { id: "recorded", header: "Recorded, UTC", cell: (run) => timeShort(run.recorded_at) },
    { id: "by", header: "By", cell: (run) => run.recorded_by },
    { id: "inputs", header: "Inputs", cell: (run) =>
      `v${run.dataset_version_number}, ${plural(run.scenarios, "scenario")}` },
    { id: "scenario", header: "Worst scenario", cell: (run) => (run.worst_scenario_id
      ? scenarioName(run.worst_scenario_id) : <Na reason="The run has no scenarios" />) },
    { id: "loss", header: "Worst loss", term: "loss", unit: scale.label, number: true, cell: (run) =>
      (run.worst_loss_estimate === null
        ? <Na reason="The run has no scenarios" />
        : <FigureLink href={`/runs/${run.run_id}`}>{scale.format(run.worst_loss_estimate)}</FigureLink>) },
    { id: "material", header: "Material", term: "materiality-line", number: true, cell: (run) =>
      (run.material_findings === null
        ? <Na reason="The evidence was erased" /> : `${run.material_findings} of ${run.findings}`) },
    { id: "state", header: "State", cell: () => <StateText state="normal">Recorded</StateText> },
  ];
}

export interface RunsCardProps {
  versionId: string;
  runs: {
    data?: { items: RunSummary[] }; isPending: boolean;
    error: Parameters<typeof Refusal>[0]["error"] | null; refetch: () => unknown;
  };
  scale: MoneyScale;
  title?: string;
  emptyTitle: string;
  className?: string;
}

/** The newest runs as a table. */
export function RunsCard(props: RunsCardProps) {
  const { versionId, runs, scale, title = "Latest runs", emptyTitle, className } = props;
  const columns = useMemo(() => columnsOf(scale), [scale]);
  const reason = roleReason(useMe(), "EXECUTE");
  return (
    <Card
      id="runs"
      title={title}
      className={className}
      flush
      action={<ButtonLink kind="quiet" small iconEnd="right" href="/runs">All runs</ButtonLink>}
    >
      <DataTable
        label="Run table"
        rows={runs.data?.items ?? []}
        columns={columns}
        rowId={(run) => run.run_id}
        loading={runs.isPending && !runs.error}
        error={runs.error ? (
          <Refusal error={runs.error} what="The runs could not be read."
            onRetry={() => void runs.refetch()} />
        ) : undefined}
        empty={(
          <EmptyState
            icon="run"
            title={emptyTitle}
            action={(
              <ButtonLink href={workbenchHref(versionId)} disabledReason={reason}>
                Run the default scenarios
              </ButtonLink>
            )}
          >
            A run records stress losses as evidence that can be verified later.
          </EmptyState>
        )}
      />
    </Card>
  );
}
