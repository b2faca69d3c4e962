"use client";

import { useMemo } from "react";
import { useQueryState } from "nuqs";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { count, money, percent, plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import { isFullOf, parseAsChanges } from "@/components/workbench/what-if-url";
import type { ApiError } from "@/lib/client/api";
import { useOperationPages } from "@/lib/client/hooks";
import { RecordDialog } from "./record-dialog";
import { RecordFilters } from "./record-filters";
import { Refusal } from "./refusal";
import { exposedRecords } from "./types";
import type { Instrument, Version } from "./types";
import {
  activeFilters, FILTER_COLUMNS, sortOf, sortText, useRecordQuery,
} from "./use-record-query";
import type { RecordQuery } from "./use-record-query";
import { fieldWord, groupValue, groupWord } from "./words";

const PAGE = 200;
const absent = <Na reason="The tape does not give it" />;

type TextColumn = "obligor_id" | "obligor_group" | "legal_entity" | "asset_class" | "sector" |
  "country" | "region" | "currency" | "collateral_type" | "rating" | "status";

function text(id: TextColumn, header: string, hidden = false): DataColumn<Instrument> {
  return {
    id, header, sortable: true, hidden,
    cell: (row) => (row[id] === null ? absent
      : id === "obligor_id" || id === "obligor_group" || id === "legal_entity"
        ? row[id] : groupValue(id, row[id])),
  };
}

type AmountColumn = "principal" | "collateral_value" | "distressed_value" | "distressed_recovery";

const amount = (
  id: AmountColumn, header: string, currency: string, applies: (row: Instrument) => boolean,
): DataColumn<Instrument> => ({
  id, header, unit: currency, number: true, sortable: true,
  cell: (row) => (applies(row) ? money(row[id])
    : <Na reason={`A record of kind ${fieldWord(row.record_kind).toLowerCase()} has none`} />),
});

function columnsOf(currency: string): DataColumn<Instrument>[] {
  const owes = (row: Instrument) => row.record_kind !== "distressed_asset";
  const recovers = (row: Instrument) => row.record_kind !== "instrument";
  return [
    { id: "instrument_id", header: "Instrument", mono: true, sortable: true, fixed: true,
      cell: (row) => row.instrument_id ?? <span className="muted">Row {count(row.row)}</span> },
    { id: "row", header: "Row", number: true, sortable: true, cell: (row) => count(row.row) },
    { id: "record_kind", header: "Kind", sortable: true, hidden: true,
      cell: (row) => fieldWord(row.record_kind) },
    text("obligor_id", "Obligor"),
    text("sector", "Sector"),
    text("country", "Country"),
    text("rating", "Rating"),
    { id: "stage", header: "Stage", term: "stage", sortable: true, number: true,
      cell: (row) => row.stage ?? absent },
    { id: "days_past_due", header: "Days past due", term: "days-past-due", sortable: true, number: true,
      cell: (row) => (row.days_past_due === null ? absent : count(row.days_past_due)) },
    { id: "interest_rate_pct", header: "Rate", sortable: true, number: true,
      cell: (row) => (row.interest_rate_pct === null ? absent
        : percent(row.interest_rate_pct, { decimals: 2 })) },
    amount("principal", "Outstanding", currency, owes),
    amount("collateral_value", "Collateral", currency, owes),
    amount("distressed_value", "Distressed value", currency, recovers),
    amount("distressed_recovery", "Recovery", currency, recovers),
    text("status", "Status", true),
    text("asset_class", "Asset class", true),
    text("region", "Region", true),
    text("collateral_type", "Collateral type", true),
    text("obligor_group", "Obligor group", true),
    text("legal_entity", "Legal entity", true),
    text("currency", "Currency", true),
  ];
}

function titleOf(total: number | undefined, version: Version, narrowed: boolean): string {
  if (total === undefined) return "Records";
  if (!narrowed) return plural(total, "normalized record");
  const all = exposedRecords(version);
  return `${count(total)} of ${plural(all, "record")} fit the filters`;
}

/** What the operation is asked; the page parameter comes beside it. */
function operationQuery(query: RecordQuery) {
  const picked = Object.fromEntries(FILTER_COLUMNS.map((column) =>
    [column, query[column] ?? undefined]));
  return {
    ...picked, limit: PAGE, sort: query.sort,
    q: query.q.trim() === "" ? undefined : query.q.trim(),
    obligor: query.obligor ?? undefined, record_kind: query.record_kind ?? undefined,
  };
}

const CLEARED = Object.fromEntries(
  [...FILTER_COLUMNS, "obligor", "record_kind", "q"].map((column) => [column, null]));

/** Puts a record among those that the what-if below the table changes. */
function ChooseForWhatIf({ recordId }: { recordId: string }) {
  const [, setQuery] = useRecordQuery();
  const [changes, setChanges] = useQueryState("whatif", parseAsChanges.withDefault([]));
  const isChosen = changes.some(({ key }) => key === recordId);
  return (
    <Button icon="plus" disabledReason={isChosen ? "It is among the what-if's records."
      : isFullOf(changes) ? "No more changes fit into one address." : null}
      onClick={() => {
        void setChanges([...changes, { key: recordId, change: {} }]);
        void setQuery({ record: null });
      }}>
      Change it in a what-if
    </Button>
  );
}

/** The records of a version: search, filter, sort, open. */
export function RecordsCard({ version, className }: { version: Version; className?: string }) {
  const id = version.dataset_version_id;
  const [query, setQuery] = useRecordQuery();
  const columns = useMemo(() => columnsOf(version.base_currency), [version.base_currency]);
  const pages = useOperationPages("listInstruments", {
    path: { id }, query: operationQuery(query) });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const total = pages.data?.pages[0]?.total;
  const narrowed = activeFilters(query).length > 0 || query.q.trim() !== "";
  const error = pages.error as ApiError | null;
  return (
    <Card id="records" className={className} title={titleOf(total, version, narrowed)} flush>
      <DataTable
        label="Record table"
        rows={rows}
        columns={columns}
        rowId={(row) => row.normalized_record_id}
        selectedId={query.record}
        onRowClick={(row) => void setQuery({ record: row.normalized_record_id })}
        sort={query.sort === "row" ? null : sortOf(query.sort)}
        onSortChange={(sort) => void setQuery({ sort: sortText(sort) })}
        columnMenu
        virtual
        height={560}
        loading={pages.isPending && !error}
        toolbar={<RecordFilters versionId={id} query={query} onChange={setQuery} />}
        totalCount={total}
        hasMore={pages.hasNextPage}
        loadingMore={pages.isFetchingNextPage}
        onLoadMore={pages.hasNextPage ? () => void pages.fetchNextPage() : undefined}
        error={error ? (
          <Refusal error={error} what="The records could not be read."
            onRetry={() => void pages.refetch()} />
        ) : undefined}
        empty={(
          <EmptyState
            icon="search"
            title={narrowed ? "No record fits" : "No record"}
            action={narrowed
              ? <Button onClick={() => void setQuery(CLEARED)}>Clear filters</Button> : undefined}
          >
            {narrowed ? `Search looks in instrument and obligor ids. ${groupWord("sector")} and the `
              + "other filters narrow it further." : "This version holds one consolidated record."}
          </EmptyState>
        )}
      />
      <RecordDialog
        versionId={id}
        recordId={query.record}
        currency={version.base_currency}
        onClose={() => void setQuery({ record: null })}
        action={query.record ? <ChooseForWhatIf recordId={query.record} /> : null}
      />
    </Card>
  );
}
