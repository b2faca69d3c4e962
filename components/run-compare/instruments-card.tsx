"use client";

import { useMemo } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { recordsHref } from "@/components/dataset/links";
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
import type { ResponseOf } from "@/lib/contract/operations";
import type { RunComparison } from "./compare-words";

type Instrument = ResponseOf<"compareRunInstruments">["items"][number];
type Side = "base" | "other";

const PAGE = 200;
const ORDERS = ["-loss_difference", "-outstanding_difference"] as const;
const ORDER_WORDS = { "-loss_difference": "By what they lose",
  "-outstanding_difference": "By what they owe" } as const;
const ABSENT = { base: "Not in the base run's data", other: "Not in the other run's data" } as const;

function columnsOf({ base, other, base_currency: unit }: RunComparison): DataColumn<Instrument>[] {
  const versions = { base: base.dataset_version_id, other: other.dataset_version_id };
  const figure = (
    side: Side, header: string, read: (found: NonNullable<Instrument["base"]>) => number,
  ): DataColumn<Instrument> => ({ id: `${side} ${header}`, header: `${header}, ${side}`, unit,
    number: true, cell: (row) => {
      const found = row[side];
      if (!found) return <Na reason={ABSENT[side]} />;
      return (
        <FigureLink href={recordsHref(versions[side], "instrument_id", row.instrument_id)}>
          {money(read(found))}
        </FigureLink>
      );
    } });
  const sides: Side[] = ["base", "other"];
  const working = (
    row: Instrument, title: string, read: (found: NonNullable<Instrument["base"]>) => number,
  ) => {
    const source = (name: string, side: Side): WorkedSource => ({ name,
      text: money(row[side] ? read(row[side]) : 0),
      href: recordsHref(versions[side], "instrument_id", row.instrument_id) });
    return differenceOf(`${title}, ${unit}`, source("Base run", "base"),
      source("Other run", "other"));
  };
  return [
    { id: "id", header: "Instrument", fixed: true, className: "name-cell",
      cell: (row) => row.instrument_id ?? "All without an id" },
    ...sides.map((side) => figure(side, "Owed", (found) => found.outstanding)),
    ...sides.map((side) => figure(side, "Collateral after",
      (found) => found.stressed_collateral_value)),
    ...sides.map((side) => figure(side, "Own loss", (found) => found.own_loss)),
    { id: "owed", header: "Owed difference", unit, number: true,
      cell: (row) => (
        <WorkedFigure work={() => working(row, "Difference of what is owed",
          (found) => found.outstanding)}>
          {money(row.outstanding_difference, { plus: true })}
        </WorkedFigure>
      ) },
    { id: "loss", header: "Loss difference", unit, number: true,
      cell: (row) => (
        <WorkedFigure work={() => working(row, "Difference of the own loss",
          (found) => found.own_loss)}>
          {money(row.loss_difference, { plus: true })}
        </WorkedFigure>
      ) },
  ];
}

/** Of the first in their order; null while it is not known. */
const titleOf = (first: Instrument | null | undefined): string =>
  first && (first.loss_difference !== 0 || first.outstanding_difference !== 0) || first === null
    ? "The instruments that differ most" : "No instrument differs on its own";

/** The instruments behind the difference, those that differ most first. */
export function InstrumentsCard({ comparison, scenario, className }: {
  comparison: RunComparison; scenario: string; className?: string;
}) {
  const [order, setOrder] = useQueryState("order",
    parseAsStringLiteral(ORDERS).withDefault("-loss_difference"));
  const list = useOperationPages("compareRunInstruments", { query: {
    base: comparison.base.run_id, other: comparison.other.run_id, scenario_id: scenario,
    sort: order, limit: PAGE } });
  const rows = useItems<Instrument>(list);
  const columns = useMemo(() => columnsOf(comparison), [comparison]);
  return (
    <Card id="instruments" className={className} flush title={titleOf(list.isSuccess ? rows[0] : null)}
      sub={`Under ${nameInText(scenario)}, matched by id. An instrument's own loss is what it lacks `
        + "more in its own collateral, and its default buffer."}
      action={(
        <Select aria-label="Order of the instruments" value={order}
          options={ORDERS.map((value) => ({ value, label: ORDER_WORDS[value] }))}
          onChange={(next) => void setOrder(next as typeof order)} />
      )}>
      <PagedTable list={list} subject="The instruments" label="Instruments of both runs" rows={rows}
        columns={columns} rowId={(row) => row.instrument_id ?? ""} virtual height={480} columnMenu
        totalCount={list.data?.pages[0]?.total ?? null}
        empty={(
          <EmptyState icon="table" title="No instrument">Neither version has a debt.</EmptyState>
        )} />
    </Card>
  );
}
