"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { parseAsBoolean, useQueryState } from "nuqs";
import { roleReason, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { date, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useOperationPages } from "@/lib/client/hooks";
import { CreateDataset } from "./create-dataset";
import { Refusal } from "./refusal";
import { StatusBadge } from "./status";
import type { Dataset } from "./types";

const COLUMNS: DataColumn<Dataset>[] = [
  { id: "name", header: "Dataset", fixed: true, sortValue: (row) => row.name, cell: (row) => (
    <Link className="long" href={`/datasets/${row.dataset_id}`} data-tip={row.description ?? undefined}>
      {row.name}
    </Link>
  ) },
  { id: "currency", header: "Base currency", sortValue: (row) => row.base_currency,
    cell: (row) => row.base_currency },
  { id: "versions", header: "Versions", number: true, sortValue: (row) => row.versions,
    cell: (row) => row.versions },
  { id: "latest", header: "Latest version", cell: (row) => (row.latest_version ? (
    <span className="row">
      <Link href={`/versions/${row.latest_version.dataset_version_id}`}>
        v{row.latest_version.number}
      </Link>
      <StatusBadge status={row.latest_version.status} />
    </span>
  ) : <Na reason="No tape was imported yet" />) },
  { id: "as_of", header: "As of", sortValue: (row) => row.latest_version?.as_of,
    cell: (row) => (row.latest_version?.as_of
      ? date(row.latest_version.as_of) : <Na reason="The latest version gives no as-of date" />) },
  { id: "imported", header: "Latest import", sortValue: (row) => row.latest_version?.created_at,
    cell: (row) => (row.latest_version
      ? time(row.latest_version.created_at) : <Na reason="No tape was imported yet" />) },
  { id: "created", header: "Created", sortValue: (row) => row.created_at,
    cell: (row) => date(row.created_at) },
  { id: "by", header: "By", sortValue: (row) => row.created_by, cell: (row) => row.created_by },
];

function titleOf(rows: readonly Dataset[], hasMore: boolean): string {
  if (rows.length === 0) return "Datasets";
  const versions = rows.reduce((sum, row) => sum + row.versions, 0);
  const start = hasMore ? `The newest ${rows.length} datasets`
    : plural(rows.length, "dataset");
  return `${start}, ${plural(versions, "version")}`;
}

/** Portfolios whose tapes become versions. */
export function DatasetList() {
  const me = useMe();
  const router = useRouter();
  const toast = useToast();
  const [creating, setCreating] = useQueryState("create", parseAsBoolean.withDefault(false));
  const query = useOperationPages("listDatasets", { query: { limit: 100 } });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const reason = roleReason(me, "INGEST");
  const error = query.error as Parameters<typeof Refusal>[0]["error"] | null;
  return (
    <Page
      title="Datasets"
      sub="A dataset is a portfolio. Each tape you import becomes a sealed version of it."
      actions={(
        <>
          <Button icon="plus" disabledReason={reason} onClick={() => void setCreating(true)}>
            Create dataset
          </Button>
          <ButtonLink kind="primary" icon="upload" href="/datasets/import"
            disabledReason={reason}>
            Import a loan tape
          </ButtonLink>
        </>
      )}
    >
      <Card id="datasets" title={titleOf(rows, query.hasNextPage)} flush>
        <DataTable
          label="Dataset table"
          rows={rows}
          columns={COLUMNS}
          rowId={(row) => row.dataset_id}
          onRowClick={(row) => router.push(`/datasets/${row.dataset_id}`)}
          density="roomy"
          loading={query.isPending && !error}
          error={error ? (
            <Refusal error={error} what="The datasets could not be read."
              onRetry={() => void query.refetch()} />
          ) : undefined}
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onLoadMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          empty={(
            <EmptyState
              icon="data"
              title="No dataset yet"
              action={(
                <ButtonLink href="/datasets/import" disabledReason={reason}>
                  Import a loan tape
                </ButtonLink>
              )}
            >
              The import creates the dataset on the way.
            </EmptyState>
          )}
        />
      </Card>
      <CreateDataset
        open={creating && reason === null}
        onOpenChange={(open) => void setCreating(open)}
        onCreated={(dataset) => {
          toast.show({ title: `Dataset ${dataset.name} is created` });
          router.push(`/datasets/${dataset.dataset_id}`);
        }}
      />
    </Page>
  );
}
