"use client";

import { useMemo, useState } from "react";
import { useRouter } from "next/navigation";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useVersionFilter, VersionFilter } from "@/components/dataset/version-filter";
import { Page } from "@/components/shell/page";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select, TextInput } from "@/components/ui/field";
import { count, plural } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useOperation, useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { EVIDENCE_KINDS } from "@/lib/evidence";
import { evidenceColumns, evidenceLine } from "./evidence-columns";
import { KIND_OPTIONS } from "./evidence-words";

const FILTERS = {
  q: parseAsString.withDefault(""),
  kind: parseAsStringLiteral(EVIDENCE_KINDS),
};
const ALL_VERSIONS = { query: { limit: 1000 } } as const;
const NONE: ResponseOf<"getVersion">[] = [];

function useEvidenceFilters() {
  const [filters, setFilters] = useQueryStates(FILTERS, { history: "replace" });
  const version = useVersionFilter();
  const [typed, setTyped] = useState(filters.q);
  // The address leads; what is typed follows it when it changes from outside.
  const [seen, setSeen] = useState(filters.q);
  if (filters.q !== seen) {
    setSeen(filters.q);
    if (filters.q !== typed.trim()) setTyped(filters.q);
  }
  const isSet = filters.q !== "" || filters.kind !== null || version.isSet;
  const clear = () => {
    setTyped("");
    void setFilters({ q: null, kind: null });
    version.clear();
  };
  const query = { ...(filters.q ? { q: filters.q } : {}),
    ...(filters.kind ? { kind: filters.kind } : {}), ...version.query };
  return { filters, setFilters, version, typed, setTyped, isSet, clear, query };
}

function titleOf(shown: number, isComplete: boolean, isFiltered: boolean): string {
  if (shown === 0) return isFiltered ? "Evidence that fits" : "All evidence, newest first";
  const records = isComplete ? plural(shown, "record") : `The newest ${count(shown)} records`;
  if (isFiltered) return `${records} that ${shown === 1 ? "fits" : "fit"}`;
  return isComplete ? `${records}, newest first` : records;
}

export function EvidenceList() {
  const router = useRouter();
  const filter = useEvidenceFilters();
  const list = useOperationPages("listEvidence", { query: filter.query });
  const versions = useOperation("listVersions", ALL_VERSIONS).data?.items ?? NONE;
  const items = useItems(list);
  const lines = useMemo(
    () => items.map((item) => evidenceLine(item, versions)), [items, versions]);
  const columns = useMemo(() => evidenceColumns(lines), [lines]);
  return (
    <Page title="Evidence"
      sub="Every recorded figure with its hash. Open one to see where it comes from and verify it."
      actions={<ButtonLink href="/evidence/log">Evidence log</ButtonLink>}>
      <Card id="evidence-list" flush
        title={titleOf(lines.length, !list.hasNextPage, filter.isSet)}>
        <PagedTable
          list={list}
          subject="The records"
          label="Evidence records"
          rows={lines}
          columns={columns}
          rowId={(line) => line.evidence.evidence_id}
          onRowClick={(line) => router.push(`/evidence/${line.evidence.evidence_id}`)}
          empty={<Empty isFiltered={filter.isSet} onClear={filter.clear} />}
          toolbar={<Toolbar filter={filter} />}
        />
      </Card>
    </Page>
  );
}

function Toolbar({ filter }: { filter: ReturnType<typeof useEvidenceFilters> }) {
  const { filters, setFilters, typed, setTyped } = filter;
  const type = (text: string) => {
    setTyped(text);
    void setFilters({ q: text.trim() || null });
  };
  return (
    <>
      <TextInput className="filter-id" type="search" aria-label="Beginning of the evidence id"
        placeholder="Id begins with" value={typed} onChange={type}
        spellCheck={false} autoComplete="off" />
      <Select aria-label="Kind" value={filters.kind ?? ""} options={KIND_OPTIONS}
        placeholder="Every kind" onChange={(kind) => void setFilters({
          kind: EVIDENCE_KINDS.find((one) => one === kind) ?? null })} />
      <VersionFilter filter={filter.version} />
      {filter.isSet ? (
        <Button small kind="quiet" icon="x" onClick={filter.clear}>Show all</Button>
      ) : null}
    </>
  );
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState icon="filter" title="No evidence fits"
        action={<Button icon="x" onClick={onClear}>Show all evidence</Button>}>
        The search compares the beginning of the id only.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="seal" title="No evidence yet"
      action={<ButtonLink href="/workbench" kind="primary">Open workbench</ButtonLink>}>
      A run records one piece of evidence for the exposure and one for each scenario.
    </EmptyState>
  );
}
