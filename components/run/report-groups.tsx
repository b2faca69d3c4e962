"use client";

import { groupValue, groupWord } from "@/components/dataset/words";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { count, money, plural } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { addressOf } from "@/lib/contract/addresses";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import type { GroupDimension } from "@/lib/risk";
import type { Run } from "./run-words";
import { scenarioName } from "@/lib/risk/scenario-name";

type Group = ResponseOf<"listRunGroups">["items"][number];

/** A run keeps at most 1,000 groups: one page has them all. */
const ALL = 1000;

/** The groups that a run recorded: a row each, with its share of every scenario's loss. */
export function ReportGroups({ run, scenario }: { run: Run; scenario: string | null }) {
  const by = run.report.metadata.parameters.group_by;
  return by === undefined ? null : <GroupsCard run={run} by={by} scenario={scenario} />;
}

interface GroupsProps {
  run: Run;
  by: readonly GroupDimension[];
  /** Only its losses are shown, when one is picked. */
  scenario: string | null;
}

function GroupsCard({ run, by, scenario }: GroupsProps) {
  const read = useOperation("listRunGroups",
    { path: { id: run.run_id }, query: { limit: ALL } }, { staleTime: Infinity });
  const words = by.map(groupWord).join(" and ").toLowerCase();
  const csv = addressOf("listRunGroups", { id: run.run_id }, { format: "csv" }).url;
  return (
    <Card id="groups" className="c12" flush title={`Loss by ${words}`}
      sub={`${run.base_currency}; each group's share of the loss, which add up to it`}
      action={read.data ? (
        <a className="btn" href={csv} download aria-label="Download the groups as CSV">
          <Icon name="dl" />CSV
        </a>
      ) : undefined}>
      {read.data ? <GroupsTable run={run} by={by} scenario={scenario} groups={read.data.items} />
        : read.error ? (
          <div className="card-body">
            <ErrorState what="The groups could not be read." todo={read.error.message} />
          </div>
        ) : <SkeletonStack lines={6} label="Loading the groups" />}
    </Card>
  );
}

function GroupsTable({ groups, ...props }: GroupsProps & { groups: readonly Group[] }) {
  return (
    <DataTable label="Groups of the run" rows={groups} columns={columnsOf(props)}
      rowId={(group) => group.evidence_id} columnMenu height={420}
      toolbar={<span className="hint">{plural(groups.length, "group")}</span>} />
  );
}

function columnsOf({ run, by, scenario }: GroupsProps): DataColumn<Group>[] {
  const linked = (group: Group, value: number) => (
    <FigureLink href={`/evidence/${group.evidence_id}`}>{money(value)}</FigureLink>
  );
  return [
    ...by.map((name): DataColumn<Group> => ({ id: name, header: groupWord(name),
      cell: (group) => groupValue(name, group.key[name]),
      sortValue: (group) => group.key[name] ?? null })),
    { id: "count", header: "Records", number: true, cell: (group) => count(group.count),
      sortValue: (group) => group.count },
    { id: "owed", header: "Outstanding", term: "outstanding", number: true,
      cell: (group) => linked(group, group.base.total_outstanding),
      sortValue: (group) => group.base.total_outstanding },
    { id: "lacking", header: "Shortfall", term: "shortfall", number: true,
      cell: (group) => linked(group, group.base.collateral_shortfall),
      sortValue: (group) => group.base.collateral_shortfall },
    ...run.report.stress_tests.map(({ scenario_id: id }, at): DataColumn<Group> => ({
      id: `loss.${id}`, header: `Loss, ${scenarioName(id)}`, number: true,
      term: "allocated-loss",
      hidden: scenario !== null && scenario !== id,
      cell: (group) => linked(group, group.scenarios[at]?.allocated_loss ?? 0),
      sortValue: (group) => group.scenarios[at]?.allocated_loss ?? null })),
  ];
}
