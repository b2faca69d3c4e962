"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { RecordDialog } from "@/components/dataset/record-dialog";
import type { DataColumn, TableSort } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { HashText } from "@/components/ui/figure";
import { count, money } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import { addressOf } from "@/lib/contract/addresses";
import { useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { worstOf, type Run } from "./run-words";
import { scenarioName } from "@/lib/risk/scenario-name";

type Page = ResponseOf<"listRunInstruments">;
type Instrument = Page["items"][number];

const PAGE = 200;
const SORTS = ["-shortfall_increase", "-outstanding", "-stressed_collateral_shortfall",
  "-default_risk_buffer", "row"] as const;
const KEYS = {
  scenario: parseAsString,
  instruments: parseAsStringLiteral(SORTS).withDefault("-shortfall_increase"),
  record: parseAsString,
};

/** What each instrument comes to under one scenario of a run; nothing without a scenario. */
export function ReportInstruments({ run }: { run: Run }) {
  const worst = worstOf(run);
  return worst === null ? null : <InstrumentsCard run={run} worst={worst.scenario_id} />;
}

function InstrumentsCard({ run, worst }: { run: Run; worst: string }) {
  const [query, setQuery] = useQueryStates(KEYS);
  const known = run.report.stress_tests.map(({ scenario_id: id }) => id);
  const scenario = query.scenario !== null && known.includes(query.scenario)
    ? query.scenario : worst;
  const asked = { scenario_id: scenario, sort: query.instruments };
  const list = useOperationPages("listRunInstruments",
    { path: { id: run.run_id }, query: { ...asked, limit: PAGE } });
  const rows = useItems<Instrument>(list);
  const first = list.data?.pages[0];
  const csv = addressOf("listRunInstruments", { id: run.run_id }, { ...asked, format: "csv" }).url;
  return (
    <Card id="instruments" className="c12" flush
      title={`Instruments under ${scenarioName(scenario)}`} sub={<Sub run={run} page={first} />}
      action={(
        <a className="btn" href={csv} download aria-label="Download the instruments as CSV">
          <Icon name="dl" />CSV
        </a>
      )}>
      <PagedTable list={list} subject="The instruments" label="Instruments of the run" rows={rows}
        columns={columnsOf(run.base_currency)}
        rowId={(row) => `${row.normalized_record_id}:${row.part ?? ""}`}
        virtual height={480} columnMenu totalCount={first?.total ?? null}
        onRowClick={(row) => void setQuery({ record: row.normalized_record_id })}
        sort={sortOf(query.instruments)}
        onSortChange={(sort) => void setQuery({ instruments: textOf(sort) })}
        toolbar={(
          <Select aria-label="Scenario of the instruments" value={scenario}
            options={known.map((id) => ({ value: id, label: scenarioName(id) }))}
            onChange={(id) => void setQuery({ scenario: id })} />
        )}
        empty={<EmptyState icon="search" title="No instrument">This version has no debt.</EmptyState>} />
      <RecordDialog versionId={run.dataset_version_id} recordId={query.record}
        currency={run.base_currency} onClose={() => void setQuery({ record: null })} />
    </Card>
  );
}

function Sub({ run, page }: { run: Run; page: Page | undefined }) {
  return (
    <>
      {run.base_currency}; a shortfall is an instrument&apos;s own. A row opens its record.
      {page ? (
        <>
          {" "}Results{" "}
          <HashText short value={page.artifact.sha256} {...(page.artifact.evidence_id
            ? { href: `/evidence/${page.artifact.evidence_id}` } : {})} />
        </>
      ) : null}
    </>
  );
}

/** The server sorts by falling figures only; a head that is clicked twice goes back to the tape. */
const sortOf = (text: string): TableSort | null =>
  text === "row" ? null : { id: text.slice(1), descending: true };

function textOf(sort: TableSort | null): (typeof SORTS)[number] {
  const text = SORTS.find((each) => each === `-${sort?.id ?? ""}`);
  return sort?.descending && text ? text : "row";
}

function columnsOf(currency: string): DataColumn<Instrument>[] {
  const amount = (
    id: Exclude<keyof Instrument, "normalized_record_id" | "row" | "part" | "instrument_id">,
    header: string, hidden = false,
  ): DataColumn<Instrument> => ({ id, header, unit: currency, number: true, hidden,
    sortable: SORTS.some((sort) => sort === `-${id}`), cell: (row) => money(row[id]) });
  return [
    { id: "instrument_id", header: "Instrument", cell: (row) => (row.instrument_id
      ?? <Na reason="The tape gives no id" />) },
    { id: "row", header: "Row", number: true,
      cell: (row) => count(row.row) + (row.part === null ? "" : `, part ${row.part + 1}`) },
    amount("outstanding", "Outstanding"),
    amount("collateral_value", "Collateral"),
    amount("stressed_collateral_value", "Collateral after"),
    amount("collateral_shortfall", "Shortfall", true),
    amount("stressed_collateral_shortfall", "Shortfall after"),
    amount("shortfall_increase", "Increase"),
    amount("default_risk_buffer", "Default buffer"),
  ];
}
