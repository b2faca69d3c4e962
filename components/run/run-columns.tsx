import Link from "next/link";
import { listAmounts } from "@/components/evidence/list-amounts";
import type { DataColumn } from "@/components/table/data-table";
import { Badge, StateText } from "@/components/ui/badge";
import { HashText } from "@/components/ui/figure";
import { time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { scenarioName } from "@/lib/risk/scenario-name";
import { SIGN_OFF_BADGES, SIGN_OFF_LABELS } from "@/components/run/sign-off-words";
import { SIGN_OFF_STATES } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";

export type RunSummary = ResponseOf<"listRuns">["items"][number];
type Column = DataColumn<RunSummary>;

const ERASED = "The figures were erased with the dataset version";

function Material({ run }: { run: RunSummary }) {
  if (run.material_findings === null) return <Na reason={ERASED} />;
  const state = run.material_findings > 0 ? "critical" : "normal";
  return (
    <StateText state={state}>{`${run.material_findings} of ${run.findings}`}</StateText>
  );
}

const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} data-tip={at}>{time(at).replace(" UTC", "")}</time>
);

function identityColumns(): Column[] {
  return [
    { id: "run", header: "Run", fixed: true, cell: (run) => (
      <HashText short value={run.run_id} href={`/runs/${run.run_id}`} />
    ) },
    { id: "recorded", header: "Recorded, UTC", cell: (run) => <Moment at={run.recorded_at} />,
      sortValue: (run) => run.recorded_at },
    // As the caller stated it, in any order: not what the list is sorted by.
    { id: "started", header: "Started, UTC", hidden: true,
      cell: (run) => <Moment at={run.started_at} />, sortValue: (run) => run.started_at },
    { id: "by", header: "Recorded by", cell: (run) => run.recorded_by,
      sortValue: (run) => run.recorded_by },
    { id: "version", header: "Dataset version", className: "name-cell", cell: (run) => (
      <Link href={`/versions/${run.dataset_version_id}`}>
        {run.dataset_name} v{run.dataset_version_number}
      </Link>
    ), sortValue: (run) => `${run.dataset_name} ${run.dataset_version_number}` },
    { id: "scenarios", header: "Scenarios", number: true, cell: (run) => run.scenarios,
      sortValue: (run) => run.scenarios },
  ];
}

function figureColumns(rows: readonly RunSummary[]): Column[] {
  const { unit, text } = listAmounts(rows.flatMap((run) => [
    { currency: run.base_currency, value: run.net_exposure_after_recovery },
    { currency: run.base_currency, value: run.worst_loss_estimate },
  ]));
  const amount = (run: RunSummary, value: number | null) => value === null
    ? <Na reason={run.worst_scenario_id === null && run.net_exposure_after_recovery !== null
      ? "No scenario was run" : ERASED} />
    : <Link className="fig-link" href={`/runs/${run.run_id}`}>{text(run.base_currency, value)}</Link>;
  return [
    { id: "net", header: "Net exposure", term: "net-exposure", unit, number: true,
      cell: (run) => amount(run, run.net_exposure_after_recovery),
      sortValue: (run) => run.net_exposure_after_recovery },
    { id: "loss", header: "Worst loss", term: "loss", unit, number: true,
      cell: (run) => amount(run, run.worst_loss_estimate),
      sortValue: (run) => run.worst_loss_estimate },
    { id: "worst", header: "Worst scenario", className: "name-cell", cell: (run) => run.worst_scenario_id
      ? scenarioName(run.worst_scenario_id)
      : <Na reason={run.scenarios === 0 ? "No scenario was run" : ERASED} />,
    sortValue: (run) => run.worst_scenario_id },
    { id: "material", header: "Material", className: "whole", term: "materiality-line",
      cell: (run) => <Material run={run} />, sortValue: (run) => run.material_findings },
    { id: "sign-off", header: "Sign-off", cell: (run) => (
      <Badge state={SIGN_OFF_BADGES[run.sign_off]}>{SIGN_OFF_LABELS[run.sign_off]}</Badge>
    ), sortValue: (run) => SIGN_OFF_STATES.indexOf(run.sign_off) },
  ];
}

/** Sorting by a column is honest only when every run is here. */
export function runColumns(rows: readonly RunSummary[], isComplete: boolean): Column[] {
  const columns = [...identityColumns(), ...figureColumns(rows)];
  if (isComplete) return columns;
  return columns.map((column) => ({ ...column, sortValue: undefined }));
}
