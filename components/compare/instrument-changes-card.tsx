"use client";

import { useMemo } from "react";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { recordsHref } from "@/components/dataset/links";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { count, moneyScale, type MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { differenceOf, WorkedFigure, type WorkedSource } from "@/components/ui/worked";
import { EmptyState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { LISTED_CHANGES } from "@/lib/contract/facts";
import { MATCH_WORDS, sideName, type Comparison } from "./compare-words";

type Change = ResponseOf<"listInstrumentChanges">["items"][number];
type Side = "base" | "other";

const ABSENT = { base: "It was added", other: "It was removed" } as const;

function columnsOf(comparison: Comparison, scale: MoneyScale): DataColumn<Change>[] {
  const ids = { base: comparison.base.dataset_version_id,
    other: comparison.other.dataset_version_id };
  const name = (side: Side): string => sideName(comparison[side]);
  const owed = (side: Side): DataColumn<Change> => ({
    id: `${side}_owed`, header: `Owed, ${name(side)}`, unit: scale.label, number: true,
    cell: (change) => {
      const state = change[side];
      if (!state) return <Na reason={ABSENT[side]} />;
      return (
        <Link className="fig-link"
          href={recordsHref(ids[side], "instrument_id", change.instrument_id)}>
          {scale.format(state.outstanding.amount)}
        </Link>
      );
    },
  });
  const plain = (
    id: string, header: string, side: Side, read: (state: NonNullable<Change["base"]>) =>
      string | null, isNumber = true,
  ): DataColumn<Change> => ({
    id: `${side}_${id}`, header: `${header}, ${name(side)}`, number: isNumber,
    cell: (change) => {
      const state = change[side];
      return state === null ? <Na reason={ABSENT[side]} />
        : read(state) ?? <Na reason="The tape does not give it" />;
    },
  });
  const working = (change: Change) => {
    const source = (side: Side): WorkedSource => ({ name: name(side),
      text: scale.format(change[side]?.outstanding.amount ?? 0),
      href: recordsHref(ids[side], "instrument_id", change.instrument_id) });
    return differenceOf(`Difference of what ${change.instrument_id} owes, ${scale.label}`,
      source("base"), source("other"));
  };
  const days = (side: Side) => plain("days", "Days past due", side, (state) =>
    state.days_past_due === null ? null : count(state.days_past_due));
  const status = (side: Side) => plain("status", "Status", side, (state) => state.status, false);
  return [
    { id: "id", header: "Instrument", fixed: true, cell: (change) => change.instrument_id },
    { id: "match", header: "Change", cell: (change) => MATCH_WORDS[change.match] },
    owed("base"), owed("other"),
    { id: "moved", header: "Difference", unit: scale.label, number: true,
      cell: (change) => (
        <WorkedFigure work={() => working(change)}>
          {scale.signed(change.outstanding_change.amount)}
        </WorkedFigure>
      ) },
    days("base"), days("other"), status("base"), status("other"),
  ];
}

/** The instruments behind the figures, those that moved most first. */
export function InstrumentChangesCard({ comparison, className }: {
  comparison: Comparison; className?: string;
}) {
  const [match, setMatch] = useQueryState("match", parseAsStringLiteral(LISTED_CHANGES));
  const list = useOperationPages("listInstrumentChanges", { query: {
    base: comparison.base.dataset_version_id, other: comparison.other.dataset_version_id,
    ...(match ? { match } : {}),
  } });
  const rows = useItems(list);
  const columns = useMemo(() => {
    const owed = rows.flatMap(({ base, other }) =>
      [base?.outstanding.amount ?? 0, other?.outstanding.amount ?? 0]);
    return columnsOf(comparison, moneyScale(Math.max(0, ...owed), comparison.base_currency));
  }, [comparison, rows]);
  return (
    <Card
      id="instruments"
      className={className}
      title="The instruments that moved most"
      sub="By the difference of what they owe"
      action={(
        <Select aria-label="Kind of change" placeholder="Every change" value={match ?? ""}
          options={LISTED_CHANGES.map((value) => ({ value, label: MATCH_WORDS[value] }))}
          onChange={(next) => void setMatch(next === "" ? null : next as typeof match)} />
      )}
      flush
    >
      <PagedTable
        list={list}
        subject="The instruments"
        label="Table of changed instruments"
        rows={rows}
        columns={columns}
        rowId={(change) => change.instrument_id}
        empty={(
          <EmptyState icon="table" title="No such change">
            {match ? "No instrument changed in this way." : "Both versions hold the same instruments."}
          </EmptyState>
        )}
      />
    </Card>
  );
}
