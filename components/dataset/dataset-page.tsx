"use client";

import { useMemo, useState } from "react";
import { useRouter } from "next/navigation";
import { KpiLimitsCard } from "@/components/kpi/kpi-limits-card";
import { KpiSeriesCard } from "@/components/kpi/kpi-series-card";
import { QualityRulesCard } from "@/components/quality/rules-card";
import { roleReason, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { DataTable } from "@/components/table/data-table";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { moneyScale, plural } from "@/components/ui/format";
import { later } from "@/components/ui/later";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { EditDataset } from "./edit-dataset";
import { Refusal } from "./refusal";
import { RetentionDialog } from "./retention-dialog";
import { TrendCard } from "./trend-card";
import { isActive } from "./types";
import type { Dataset, Version } from "./types";
import { versionColumns } from "./version-columns";

const LossSeries = later(() =>
  import("./loss-series-card").then((part) => part.LossSeriesCard));

const Reports = later(() => import("./reports-card").then((part) => part.ReportsCard));

const POLL_MS = 1000;
const MOST = 1000;

function useVersions(datasetId: string, limit: number) {
  return useOperation("listVersions", { query: { dataset_id: datasetId, limit } }, {
    refetchInterval: (query) => (query.state.data?.items.some(isActive) ? POLL_MS : false),
    placeholderData: (before) => before,
  });
}

function versionsTitle(rows: readonly Version[], hasMore: boolean): string {
  if (rows.length === 0) return "Versions";
  const active = rows.filter(isActive).length;
  const sealed = rows.filter((row) => row.status === "sealed").length;
  const start = hasMore ? `The newest ${rows.length} versions` : plural(rows.length, "version");
  const work = active > 0 ? `, ${active} being imported` : "";
  return `${start}, ${sealed} sealed${work}`;
}

function Versions({ dataset, reason }: { dataset: Dataset; reason: string | null }) {
  const router = useRouter();
  const [limit, setLimit] = useState(50);
  const query = useVersions(dataset.dataset_id, limit);
  const rows = query.data?.items ?? [];
  const sealed = rows.filter((row) => row.status === "sealed").toReversed();
  const most = Math.max(0, ...sealed.map((row) => row.consolidated?.total_outstanding ?? 0));
  const scale = useMemo(
    () => moneyScale(most, dataset.base_currency), [most, dataset.base_currency]);
  const columns = useMemo(() => versionColumns(scale), [scale]);
  const hasMore = query.data?.next_cursor != null && limit < MOST;
  return (
    <div className="grid">
      {sealed.length > 1
        ? <TrendCard className="c6" versions={sealed.slice(-24)} scale={scale} /> : null}
      {sealed.length > 1
        ? <KpiSeriesCard className="c6" datasetId={dataset.dataset_id} /> : null}
      {sealed.length > 1
        ? <LossSeries className="c12" datasetId={dataset.dataset_id} scale={scale} /> : null}
      <Card id="versions" className="c12" flush title={versionsTitle(rows, hasMore)}>
        <DataTable
          label="Version table"
          rows={rows}
          columns={columns}
          rowId={(row) => row.dataset_version_id}
          onRowClick={(row) => router.push(`/versions/${row.dataset_version_id}`)}
          density="tall"
          loading={query.isPending && !query.error}
          error={query.error ? (
            <Refusal error={query.error} what="The versions could not be read."
              onRetry={() => void query.refetch()} />
          ) : undefined}
          hasMore={hasMore}
          loadingMore={query.isPlaceholderData}
          onLoadMore={hasMore ? () => setLimit(Math.min(MOST, limit * 4)) : undefined}
          empty={(
            <EmptyState
              icon="file"
              title="No version yet"
              action={(
                <ButtonLink href={`/datasets/import?dataset=${dataset.dataset_id}`}
                  disabledReason={reason}>
                  Import the first tape
                </ButtonLink>
              )}
            >
              A tape is read, checked and sealed; from then on it never changes.
            </EmptyState>
          )}
        />
      </Card>
      <Reports className="c12" datasetId={dataset.dataset_id} />
      <QualityRulesCard className="c12" datasetId={dataset.dataset_id} />
      <KpiLimitsCard className="c12" datasetId={dataset.dataset_id} />
    </div>
  );
}

/** A dataset with its versions. */
export function DatasetPage({ id }: { id: string }) {
  const me = useMe();
  const [isEditing, setEditing] = useState(false);
  const [isKeeping, setKeeping] = useState(false);
  const query = useOperation("getDataset", { path: { id } });
  const dataset = query.data;
  const crumbs = [{ label: "Datasets", href: "/datasets" }, { label: dataset?.name ?? "Dataset" }];
  if (!dataset) {
    return (
      <Page title="Dataset" crumbs={crumbs}>
        {query.error ? (
          <Refusal error={query.error} what="The dataset could not be read."
            onRetry={() => void query.refetch()} />
        ) : <SkeletonStack lines={8} label="Loading the dataset" />}
      </Page>
    );
  }
  const latest = dataset.latest_version;
  const reason = roleReason(me, "INGEST");
  return (
    <Page
      title={dataset.name}
      crumbs={crumbs}
      sub={(
        <p>
          Base currency {dataset.base_currency}. Created by {dataset.created_by}.
          {dataset.description ? ` ${dataset.description}` : null}
        </p>
      )}
      actions={(
        <>
          <Button icon="edit" disabledReason={reason} onClick={() => setEditing(true)}>
            Edit
          </Button>
          <Button icon="clock" onClick={() => setKeeping(true)}>Retention</Button>
          {dataset.versions > 1 ? (
            <ButtonLink icon="table" href={`/datasets/${id}/compare`}>Compare versions</ButtonLink>
          ) : null}
          {latest?.status === "sealed" ? (
            <ButtonLink icon="bench" href={`/workbench?version=${latest.dataset_version_id}`}>
              Workbench
            </ButtonLink>
          ) : null}
          <ButtonLink kind="primary" icon="upload" href={`/datasets/import?dataset=${id}`}
            disabledReason={reason}>
            Import a version
          </ButtonLink>
        </>
      )}
    >
      <Versions dataset={dataset} reason={reason} />
      {isKeeping ? <RetentionDialog datasetId={id} onClose={() => setKeeping(false)} /> : null}
      {isEditing ? <EditDataset dataset={dataset} onClose={() => setEditing(false)} /> : null}
    </Page>
  );
}
