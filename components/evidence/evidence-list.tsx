"use client";

import { useMemo, useState } from "react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useCurrentVersion } from "@/components/shell/current-version";
import { Page } from "@/components/shell/page";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select, TextInput } from "@/components/ui/field";
import { HashText } from "@/components/ui/figure";
import { plural, shortId, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Segmented } from "@/components/ui/segmented";
import { EmptyState } from "@/components/ui/states";
import { scenarioName } from "@/components/run/scenario-name";
import { useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { EVIDENCE_KINDS } from "@/lib/evidence";
import { listAmounts } from "./list-amounts";
import { KIND_OPTIONS, kindWord } from "./evidence-words";
import { readExposure, readStress, readText } from "./payload";
import { Refusal } from "./refusal";
import type { Evidence } from "./use-evidence";

type Version = ResponseOf<"getVersion">;

const FILTERS = {
  q: parseAsString.withDefault(""),
  kind: parseAsStringLiteral(EVIDENCE_KINDS),
  scope: parseAsStringLiteral(["version", "all"]).withDefault("all"),
};

/** A row as it is shown: what the payload says, and where it belongs. */
interface EvidenceLine {
  evidence: Evidence;
  scenario: string | null;
  amount: number | null;
  isLoss: boolean;
  currency: string;
  versionName: string;
}

function lineOf(evidence: Evidence, versions: readonly Version[]): EvidenceLine {
  const version = versions.find((one) =>
    one.dataset_version_id === evidence.dataset_version_id);
  const stress = readStress(evidence.payload);
  const exposure = stress ? null : readExposure(evidence.payload);
  return {
    evidence,
    scenario: stress?.scenario_id ?? null,
    amount: stress?.loss_estimate ?? exposure?.net_exposure_after_recovery ?? null,
    isLoss: stress !== null,
    currency: readText(evidence.payload, "base_currency") ?? version?.base_currency ?? "",
    versionName: version ? `${version.dataset_name} v${version.number}`
      : shortId(evidence.dataset_version_id),
  };
}

function amountColumn(lines: readonly EvidenceLine[]): DataColumn<EvidenceLine> {
  const { unit, text } = listAmounts(
    lines.map(({ currency, amount }) => ({ currency, value: amount })));
  return {
    id: "amount", header: "Loss or net exposure", number: true, unit,
    cell: ({ evidence, amount, currency }) => amount === null
      ? <Na reason="This kind records no single figure" />
      : (
        <Link className="fig-link" href={`/evidence/${evidence.evidence_id}`}>
          {text(currency, amount)}
        </Link>
      ),
  };
}

function columnsOf(lines: readonly EvidenceLine[]): DataColumn<EvidenceLine>[] {
  return [
    { id: "id", header: "Evidence", cell: ({ evidence }) => (
      <HashText short value={evidence.evidence_id} href={`/evidence/${evidence.evidence_id}`} />
    ) },
    { id: "kind", header: "Kind", cell: ({ evidence }) => kindWord(evidence.kind) },
    { id: "scenario", header: "Scenario", cell: ({ scenario, isLoss }) => scenario
      ? scenarioName(scenario)
      : <Na reason={isLoss ? "Not named" : "An exposure is recorded before any scenario"} /> },
    amountColumn(lines),
    { id: "version", header: "Dataset version", cell: ({ evidence, versionName }) => (
      <Link href={`/versions/${evidence.dataset_version_id}`}>{versionName}</Link>
    ) },
    { id: "hash", header: "SHA-256", mono: true, cell: ({ evidence }) => (
      <span title={evidence.sha256}>{evidence.sha256.slice(0, 16)}</span>
    ) },
    { id: "created", header: "Recorded, UTC", cell: ({ evidence }) =>
      time(evidence.created_at, { seconds: true }).replace(" UTC", "") },
  ];
}

function useEvidenceFilters() {
  const [filters, setFilters] = useQueryStates(FILTERS, { history: "replace" });
  const [typed, setTyped] = useState(filters.q);
  // The address leads; what is typed follows it when it changes from outside.
  const [seen, setSeen] = useState(filters.q);
  if (filters.q !== seen) {
    setSeen(filters.q);
    if (filters.q !== typed.trim()) setTyped(filters.q);
  }
  return { filters, setFilters, typed, setTyped };
}

export function EvidenceList() {
  const router = useRouter();
  const current = useCurrentVersion();
  const { filters, setFilters, typed, setTyped } = useEvidenceFilters();
  const versionId = filters.scope === "version" ? current.version?.dataset_version_id : undefined;
  const isWaiting = filters.scope === "version" && current.isLoading;
  const pages = useOperationPages("listEvidence", { query: {
    ...(filters.q ? { q: filters.q } : {}),
    ...(filters.kind ? { kind: filters.kind } : {}),
    ...(versionId ? { dataset_version_id: versionId } : {}),
  } }, !isWaiting);
  const lines = useMemo(() => (pages.data?.pages ?? []).flatMap((page) =>
    page.items.map((item) => lineOf(item, current.versions))), [pages.data, current.versions]);
  const columns = useMemo(() => columnsOf(lines), [lines]);
  const isFiltered = filters.q !== "" || filters.kind !== null || filters.scope === "version";
  const clear = () => {
    setTyped("");
    void setFilters({ q: null, kind: null, scope: null });
  };
  const title = isFiltered ? "Evidence that fits" : "All evidence, newest first";
  return (
    <Page title="Evidence"
      sub="Every recorded figure with its hash. Open one to see where it comes from and verify it.">
      <Card id="evidence-list" flush title={lines.length > 0
        ? `${title}: ${plural(lines.length, "record")}${pages.hasNextPage ? " so far" : ""}` : title}>
        <DataTable
          label="Evidence records"
          rows={lines}
          columns={columns}
          rowId={(line) => line.evidence.evidence_id}
          onRowClick={(line) => router.push(`/evidence/${line.evidence.evidence_id}`)}
          loading={pages.isPending || (pages.isFetching && !pages.isFetchingNextPage)}
          error={pages.error ? (
            <div className="card-body">
              <Refusal error={pages.error as never} subject="The list"
                back={{ href: "/", label: "Overview" }} onRetry={() => void pages.refetch()} />
            </div>
          ) : undefined}
          empty={<Empty isFiltered={isFiltered} onClear={clear} />}
          hasMore={pages.hasNextPage}
          loadingMore={pages.isFetchingNextPage}
          onLoadMore={() => void pages.fetchNextPage()}
          toolbar={(
            <EvidenceToolbar
              typed={typed}
              onType={(text) => { setTyped(text); void setFilters({ q: text.trim() || null }); }}
              kind={filters.kind ?? ""}
              onKind={(kind) => void setFilters({
                kind: EVIDENCE_KINDS.find((one) => one === kind) ?? null })}
              scope={filters.scope}
              onScope={(scope) => void setFilters({ scope })}
              version={current.version}
            />
          )}
        />
      </Card>
    </Page>
  );
}

interface ToolbarProps {
  typed: string;
  onType: (text: string) => void;
  kind: string;
  onKind: (kind: string) => void;
  scope: "version" | "all";
  onScope: (scope: "version" | "all") => void;
  version: Version | null;
}

function EvidenceToolbar(props: ToolbarProps) {
  const { version } = props;
  return (
    <>
      <TextInput className="filter-id" type="search" aria-label="Beginning of the evidence id"
        placeholder="Id begins with" value={props.typed} onChange={props.onType}
        spellCheck={false} autoComplete="off" />
      <Select aria-label="Kind" value={props.kind} onChange={props.onKind}
        options={KIND_OPTIONS} placeholder="Every kind" />
      <Segmented label="Dataset version" value={props.scope} onChange={props.onScope}
        options={[
          { value: "all", label: "All versions" },
          { value: "version", label: version ? `${version.dataset_name} v${version.number}`
            : "Current version" },
        ]} />
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
