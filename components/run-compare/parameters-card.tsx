"use client";

import { scenarioName } from "@/lib/risk/scenario-name";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { Card } from "@/components/ui/card";
import { plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import {
  fieldWord, valueText, type ChangedParameter, type RunComparison,
} from "./compare-words";

const side = (id: "base" | "other", header: string): DataColumn<ChangedParameter> => ({
  id, header, className: "name-cell",
  cell: (row) => valueText(row.field, row[id]) ?? <Na reason="This run does not have it" />,
});

const COLUMNS: DataColumn<ChangedParameter>[] = [
  { id: "of", header: "Of", className: "name-cell",
    cell: (row) => row.scenario_id === null ? "The run" : scenarioName(row.scenario_id),
    sortValue: (row) => row.scenario_id ?? "" },
  { id: "field", header: "Parameter", fixed: true, cell: (row) => fieldWord(row.field),
    sortValue: (row) => fieldWord(row.field) },
  side("base", "Base run"), side("other", "Other run"),
];

/** What the runs were asked differently, old beside new. */
export function ParametersCard({ comparison: { parameters }, className }: {
  comparison: RunComparison; className?: string;
}) {
  return (
    <Card id="parameters" className={className} flush
      title={parameters.length === 0 ? "The parameters are the same"
        : `${plural(parameters.length, "parameter")} ${parameters.length === 1
          ? "differs" : "differ"}`}
      sub="Scenarios, netting, lines and groups that the runs were asked with">
      <DataTable label="Parameters that differ" rows={parameters} columns={COLUMNS}
        rowId={(row) => `${row.scenario_id ?? ""} ${row.field}`} height={330}
        empty={(
          <EmptyState icon="ok" title="Nothing was asked differently">
            What differs comes from the data.
          </EmptyState>
        )} />
    </Card>
  );
}
