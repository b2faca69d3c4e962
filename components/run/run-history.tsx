"use client";

import { useMemo } from "react";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { Refusal } from "@/components/evidence/refusal";
import { Page } from "@/components/shell/page";
import { DataTable } from "@/components/table/data-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { date, plural } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useOperation, useOperationPages } from "@/lib/client/hooks";
import { runColumns } from "./run-columns";

const FILTERS = { dataset: parseAsString, of: parseAsString };

/** Datasets and versions to filter by; a version belongs to the chosen dataset. */
function useFilterOptions(datasetId: string | null) {
  const datasets = useOperation("listDatasets", { query: { limit: 1000 } });
  const versions = useOperation("listVersions",
    { query: { dataset_id: datasetId ?? "", limit: 1000 } }, { enabled: datasetId !== null });
  return {
    datasets: (datasets.data?.items ?? []).map((dataset) =>
      ({ value: dataset.dataset_id, label: dataset.name })),
    versions: (versions.data?.items ?? []).map((version) => ({
      value: version.dataset_version_id,
      label: `v${version.number}${version.as_of ? `, as of ${date(version.as_of)}` : ""}`
        + (version.status === "sealed" ? "" : `, ${version.status}`),
    })),
  };
}

export function RunHistory() {
  const router = useRouter();
  const [filters, setFilters] = useQueryStates(FILTERS, { history: "push" });
  const options = useFilterOptions(filters.dataset);
  const pages = useOperationPages("listRuns", { query: {
    ...(filters.dataset ? { dataset_id: filters.dataset } : {}),
    ...(filters.of ? { dataset_version_id: filters.of } : {}),
  } });
  const rows = useMemo(() => (pages.data?.pages ?? []).flatMap((page) => page.items), [pages.data]);
  const isComplete = !pages.hasNextPage;
  const columns = useMemo(() => runColumns(rows, isComplete), [rows, isComplete]);
  const isFiltered = filters.dataset !== null || filters.of !== null;
  return (
    <Page title="Runs"
      sub="Every recorded run. Open one to read it as a report, print it or verify it."
      actions={<ButtonLink href="/workbench" kind="primary" icon="bench">Open workbench</ButtonLink>}
    >
      <Card id="run-list" flush
        title={rows.length === 0 ? "Run history, newest first"
          : `${plural(rows.length, "run")}${isComplete ? "" : " so far"}, newest first`}>
        <DataTable
          label="Runs"
          rows={rows}
          columns={columns}
          rowId={(run) => run.run_id}
          onRowClick={(run) => router.push(`/runs/${run.run_id}`)}
          columnMenu
          loading={pages.isPending || (pages.isFetching && !pages.isFetchingNextPage)}
          error={pages.error ? (
            <div className="card-body">
              <Refusal error={pages.error as never} subject="The history"
                back={{ href: "/runs", label: "All runs" }} onRetry={() => void pages.refetch()} />
            </div>
          ) : undefined}
          empty={<Empty isFiltered={isFiltered}
            onClear={() => void setFilters({ dataset: null, of: null })} />}
          hasMore={pages.hasNextPage}
          loadingMore={pages.isFetchingNextPage}
          onLoadMore={() => void pages.fetchNextPage()}
          toolbar={(
            <>
              <Select aria-label="Dataset" placeholder="Every dataset"
                options={options.datasets} value={filters.dataset ?? ""}
                onChange={(dataset) => void setFilters({ dataset: dataset || null, of: null })} />
              <Select aria-label="Dataset version" options={options.versions}
                placeholder={filters.dataset ? "Every version" : "Choose a dataset for its versions"}
                value={filters.of ?? ""} disabled={filters.dataset === null}
                onChange={(of) => void setFilters({ of: of || null })} />
              {isFiltered ? (
                <Button small kind="quiet" icon="x"
                  onClick={() => void setFilters({ dataset: null, of: null })}>
                  Show all
                </Button>
              ) : null}
            </>
          )}
        />
      </Card>
    </Page>
  );
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <EmptyState icon="filter" title="No runs here yet"
        action={<Button icon="x" onClick={onClear}>Show all runs</Button>}>
        Nothing was run on the chosen dataset or version.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="run" title="No runs yet"
      action={<ButtonLink href="/workbench" kind="primary">Open workbench</ButtonLink>}>
      A run stresses a sealed dataset version and records the result as evidence. Run the default
      scenarios to begin.
    </EmptyState>
  );
}
