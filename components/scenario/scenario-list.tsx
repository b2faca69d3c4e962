"use client";

import "./scenario.css";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { roleReason, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select, TextInput } from "@/components/ui/field";
import { plural, points, shock, time } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useOperationPages } from "@/lib/client/hooks";
import { SCENARIO_STATES } from "@/lib/contract/facts";
import { downloadScenarios } from "./export-file";
import type { LibraryScenario } from "./scenario-words";
import { STATE_OPTIONS } from "./scenario-words";
import { StateBadge, Tags } from "./state-badge";
import { TemplatesCard } from "./templates-card";
import { later, laterOverlay } from "@/components/ui/later";
const MacroCard = later(() => import("./macro-card").then((part) => part.MacroCard));

const ScenarioForm = laterOverlay(
  () => import("./scenario-form").then((part) => part.ScenarioForm));
const ImportDialog = laterOverlay(
  () => import("./import-dialog").then((part) => part.ImportDialog));

const FILTERS = {
  q: parseAsString.withDefault(""),
  tag: parseAsString,
  state: parseAsStringLiteral(SCENARIO_STATES),
  archived: parseAsBoolean.withDefault(false),
};

const fraction = (value: number): string => shock(Number((value * 100).toFixed(8)));

const COLUMNS: DataColumn<LibraryScenario>[] = [
  { id: "name", header: "Scenario", fixed: true, className: "name-cell",
    sortValue: ({ latest }) => latest.name.toLowerCase(), cell: (row) => (
      <Link className="long" href={`/scenarios/${row.library_scenario_id}`}
        data-tip={row.latest.scenario.description || undefined}>{row.latest.name}</Link>
    ) },
  { id: "state", header: "State", sortValue: ({ latest }) => latest.state,
    cell: ({ latest }) => <StateBadge state={latest.state} /> },
  { id: "version", header: "Version", number: true, sortValue: ({ latest }) => latest.number,
    cell: ({ latest }) => latest.number },
  { id: "approved", header: "Approved", number: true, name: "Approved version",
    cell: (row) => row.approved_version === null ? "none" : `v${row.approved_version}` },
  { id: "rate", header: "Rate", number: true,
    cell: ({ latest }) => points(latest.scenario.interest_rate_delta_pct) },
  { id: "collateral", header: "Collateral", number: true,
    cell: ({ latest }) => fraction(latest.scenario.collateral_market_impact_pct) },
  { id: "recovery", header: "Recovery", number: true,
    cell: ({ latest }) => fraction(latest.scenario.recovery_degradation_pct) },
  { id: "default", header: "Default risk", number: true,
    cell: ({ latest }) => fraction(latest.scenario.default_risk_increment_pct) },
  { id: "segments", header: "Segments", number: true,
    cell: ({ latest }) => latest.scenario.segment_shocks?.length ?? 0 },
  { id: "tags", header: "Tags", cell: ({ latest }) => <Tags tags={latest.tags} /> },
  { id: "author", header: "Author", cell: ({ latest }) => latest.author },
  { id: "updated", header: "Changed", sortValue: (row) => row.updated_at,
    cell: (row) => time(row.updated_at) },
];

function useFilters() {
  const [filters, setFilters] = useQueryStates(FILTERS, { history: "replace" });
  const isSet = filters.q !== "" || filters.tag !== null || filters.state !== null
    || filters.archived;
  const query = {
    limit: 100,
    ...(filters.q.trim() ? { q: filters.q.trim() } : {}),
    ...(filters.tag ? { tag: filters.tag } : {}),
    ...(filters.state ? { state: filters.state } : {}),
    ...(filters.archived ? { archived: "true" as const } : {}),
  };
  return { filters, setFilters, isSet, query };
}

function Toolbar({ filter, tags }: {
  filter: ReturnType<typeof useFilters>; tags: readonly string[];
}) {
  const { filters, setFilters, isSet } = filter;
  return (
    <>
      <TextInput type="search" aria-label="Search the library" placeholder="Name, id or description"
        value={filters.q} maxLength={200} onChange={(q) => void setFilters({ q: q || null })} />
      <Select aria-label="State" value={filters.state ?? ""} placeholder="Any state"
        options={STATE_OPTIONS} onChange={(state) => void setFilters(
          { state: SCENARIO_STATES.find((known) => known === state) ?? null })} />
      <Select aria-label="Tag" value={filters.tag ?? ""} placeholder="Any tag"
        options={tags.map((value) => ({ value, label: value }))}
        onChange={(tag) => void setFilters({ tag: tag || null })} />
      <Select aria-label="Archive" value={filters.archived ? "archived" : "current"}
        options={[{ value: "current", label: "In use" }, { value: "archived", label: "Archived" }]}
        onChange={(value) => void setFilters({ archived: value === "archived" ? true : null })} />
      {isSet ? <Button small kind="quiet" onClick={() => void setFilters(null)}>Clear</Button> : null}
    </>
  );
}

function titleOf(rows: readonly LibraryScenario[], isSet: boolean, hasMore: boolean): string {
  if (rows.length === 0) return isSet ? "Scenarios that fit" : "The library is empty";
  const start = hasMore ? `The newest ${rows.length} scenarios` : plural(rows.length, "scenario");
  const waiting = rows.filter(({ latest }) => latest.state === "submitted").length;
  return waiting > 0 ? `${start}, ${waiting} ${waiting === 1 ? "waits" : "wait"} for approval` : start;
}

function useTags(rows: readonly LibraryScenario[], chosen: string | null): string[] {
  return useMemo(() => [...new Set([...rows.flatMap(({ latest }) => latest.tags),
    ...(chosen ? [chosen] : [])])].sort((a, b) => a.localeCompare(b, "en")), [rows, chosen]);
}

function useExport(rows: readonly LibraryScenario[], isSet: boolean) {
  const toast = useToast();
  return () => {
    downloadScenarios(isSet ? rows.map((row) => row.library_scenario_id) : null, "scenarios")
      .catch((error: Error) => toast.show({ title: `Nothing was exported. ${error.message}`,
        state: "critical" }));
  };
}

/** The scenario library: what the house agreed to run, and what to start from. */
export function ScenarioLibrary() {
  const router = useRouter();
  const filter = useFilters();
  const [asked, setAsked] = useState<"create" | "import" | null>(null);
  const reason = roleReason(useMe(), "EXECUTE");
  const list = useOperationPages("listScenarios", { query: filter.query });
  const rows = useItems(list);
  const tags = useTags(rows, filter.filters.tag);
  const open = (entry: LibraryScenario) => router.push(`/scenarios/${entry.library_scenario_id}`);
  const exportAll = useExport(rows, filter.isSet);
  return (
    <Page title="Scenarios"
      sub="Versions never change. Somebody other than the author approves one."
      actions={(
        <>
          <Button icon="dl" disabledReason={rows.length === 0 ? "There is nothing to export" : null}
            onClick={exportAll}>Export</Button>
          <Button icon="upload" disabledReason={reason} onClick={() => setAsked("import")}>
            Import
          </Button>
          <Button kind="primary" icon="plus" disabledReason={reason}
            onClick={() => setAsked("create")}>Create scenario</Button>
        </>
      )}>
      <div className="scenario-stack">
        <Card id="library" flush title={rows.length === 0 && !list.isSuccess ? "Library"
          : titleOf(rows, filter.isSet, list.hasNextPage)}>
          <PagedTable list={list} subject="The scenarios" label="Scenario library" rows={rows}
            columns={COLUMNS} density="tall" columnMenu
            rowId={(row) => row.library_scenario_id} onRowClick={open}
            toolbar={<Toolbar filter={filter} tags={tags} />}
            empty={filter.isSet ? (
              <EmptyState icon="search" title="No scenario fits"
                action={<Button onClick={() => void filter.setFilters(null)}>Show all</Button>}>
                Ask for less, or look into the archive.
              </EmptyState>
            ) : (
              <EmptyState icon="scen" title="No scenario yet">
                Create one, import a file, or clone a template below.
              </EmptyState>
            )} />
        </Card>
        <TemplatesCard onCloned={open} />
        <MacroCard />
      </div>
      {asked === "create" ? <ScenarioForm entry={null} onClose={() => setAsked(null)}
        onSaved={open} /> : null}
      {asked === "import" ? <ImportDialog onClose={() => setAsked(null)} /> : null}
    </Page>
  );
}
