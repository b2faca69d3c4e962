"use client";

import { useMemo } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { recordsHref } from "@/components/dataset/links";
import { groupValue, groupWord } from "@/components/dataset/words";
import { nameInText } from "@/lib/risk/scenario-name";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { FigureLink } from "@/components/ui/figure";
import { money } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { differenceOf, WorkedFigure, type WorkedSource } from "@/components/ui/worked";
import { EmptyState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import { GROUP_COLUMNS, type GroupColumn } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import type { ComparedRun, RunComparison } from "./compare-words";

type Page = ResponseOf<"compareRunGroups">;
type Group = Page["items"][number];
type Side = "base" | "other";

const PAGE = 200;
const ABSENT = { base: "The base run's data have no such group",
  other: "The other run's data have no such group" } as const;

/** The evidence of a group where it is recorded, else the records that it is made of. */
function hrefOf(found: Group[Side], row: Group, run: ComparedRun): string {
  if (found?.evidence_id) return `/evidence/${found.evidence_id}`;
  const [first, second] = (Object.keys(row.key) as GroupColumn[])
    .map((column) => ({ column, value: row.key[column] ?? null }));
  return first ? recordsHref(run.dataset_version_id, first.column, first.value, second)
    : `/versions/${run.dataset_version_id}`;
}

function figure(
  side: Side, run: ComparedRun, header: string, unit: string,
  read: (found: NonNullable<Group["base"]>) => number | null,
): DataColumn<Group> {
  return { id: `${side} ${header}`, header, unit, number: true, cell: (row) => {
    const found = row[side];
    const value = found && read(found);
    if (!found || value === null) return <Na reason={ABSENT[side]} />;
    return <FigureLink href={hrefOf(found, row, run)}>{money(value)}</FigureLink>;
  } };
}

/** A group that a side does not have lost nothing there. */
function lossWorking(row: Group, { base, other, base_currency: currency }: RunComparison) {
  const source = (name: string, found: Group[Side], run: ComparedRun): WorkedSource =>
    ({ name, text: money(found?.allocated_loss ?? 0), href: hrefOf(found, row, run) });
  return differenceOf(`Difference of the allocated loss, ${currency}`,
    source("Base run", row.base, base), source("Other run", row.other, other));
}

function columnsOf(by: readonly GroupColumn[], comparison: RunComparison): DataColumn<Group>[] {
  const { base, other, base_currency: currency } = comparison;
  const [owed, loss] = [(found: NonNullable<Group["base"]>) => found.total_outstanding,
    (found: NonNullable<Group["base"]>) => found.allocated_loss];
  return [
    ...by.map((name): DataColumn<Group> => ({ id: name, header: groupWord(name),
      className: "name-cell", cell: (row) => groupValue(name, row.key[name]) })),
    figure("base", base, "Owed, base", currency, owed),
    figure("other", other, "Owed, other", currency, owed),
    figure("base", base, "Loss, base", currency, loss),
    figure("other", other, "Loss, other", currency, loss),
    { id: "difference", header: "Loss difference", term: "allocated-loss", unit: currency, number: true,
      cell: (row) => row.loss_difference === null ? <Na reason="Neither run has the scenario" />
        : (
          <WorkedFigure work={() => lossWorking(row, comparison)}>
            {money(row.loss_difference, { plus: true })}
          </WorkedFigure>
        ) },
  ];
}

/** The losses by groups: as both runs recorded them, or by a column of choice. */
export function GroupsCard({ comparison, scenario, className }: {
  comparison: RunComparison; scenario: string | null; className?: string;
}) {
  const recorded = comparison.group_by;
  const [chosen, setChosen] = useQueryState("by", parseAsStringLiteral(GROUP_COLUMNS));
  const by: readonly GroupColumn[] = useMemo(
    () => chosen ? [chosen] : recorded ?? ["sector"], [chosen, recorded]);
  const list = useOperationPages("compareRunGroups", { query: {
    base: comparison.base.run_id, other: comparison.other.run_id, limit: PAGE,
    group_by: by.join(","), ...(scenario ? { scenario_id: scenario } : {}) } });
  const rows = useItems<Group>(list);
  const first = list.data?.pages[0];
  const columns = useMemo(() => columnsOf(by, comparison), [by, comparison]);
  const words = by.map(groupWord).join(" and ").toLowerCase();
  return (
    <Card id="groups" className={className} flush
      title={`Where the loss differs, by ${words}`}
      sub={(scenario ? `Under ${nameInText(scenario)}; the shares add up to the loss. ` : "")
        + (first?.is_recorded ? "As both runs recorded them." : "Computed now, not recorded.")}
      action={(
        <Select aria-label="Group by" value={chosen ?? ""}
          {...(recorded ? { placeholder: "As recorded" } : {})}
          options={GROUP_COLUMNS.map((value) => ({ value, label: groupWord(value) }))}
          onChange={(next) => void setChosen(next === "" ? null : next as GroupColumn)} />
      )}>
      <PagedTable list={list} subject="The groups" label="Groups of both runs" rows={rows}
        columns={columns} rowId={(row) => JSON.stringify(row.key)} height={420}
        totalCount={first?.total ?? null}
        empty={(
          <EmptyState icon="table" title="No groups">Neither version has a debt.</EmptyState>
        )} />
    </Card>
  );
}
