"use client";

import { RollRateCard } from "@/components/compare/roll-rate-card";
import { Refusal } from "@/components/dataset/refusal";
import { KpiCard } from "@/components/kpi/kpi-card";
import { KpiHistoryCard, KpiSeriesCard } from "@/components/kpi/kpi-series-card";
import type { DatasetVersion } from "@/components/shell/current-version";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { moneyScale } from "@/components/ui/format";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { FormulaLink } from "./parts";

function Rolls({ version }: { version: DatasetVersion }) {
  const list = useOperation("listVersions",
    { query: { dataset_id: version.dataset_id, status: "sealed", limit: 1000 } });
  const before = list.data?.items.filter((other) => other.number < version.number)
    .reduce<DatasetVersion | null>((best, other) =>
      best === null || other.number > best.number ? other : best, null) ?? null;
  const query = useOperation("compareVersions",
    { query: { base: before?.dataset_version_id ?? "", other: version.dataset_version_id } },
    { enabled: before !== null, staleTime: Number.POSITIVE_INFINITY });
  const error = list.error ?? query.error;
  if (error) {
    return <Refusal error={error} what="The roll rates could not be read."
      onRetry={() => void (list.error ? list.refetch() : query.refetch())} />;
  }
  if (list.data && !before) {
    return (
      <Card id="rolls" title="No version before this one">
        <EmptyState icon="compare" title="Roll rates take two versions of a dataset"
          action={<ButtonLink href="/datasets/import">Import another version</ButtonLink>}>
          They say where loans moved between buckets of days past due.
        </EmptyState>
      </Card>
    );
  }
  if (!query.data) {
    return <Card id="rolls" title="Roll rates"><SkeletonStack lines={7} /></Card>;
  }
  const { opening, closing } = query.data.outstanding;
  const scale = moneyScale(Math.max(opening.amount, closing.amount), query.data.base_currency);
  return <RollRateCard comparison={query.data} scale={scale} />;
}

/** What is past due, and what moved since the version before. */
export function KpiTab({ version }: { version: DatasetVersion }) {
  const id = version.dataset_version_id;
  return (
    <div className="ana-stack">
      <div className="ana-bar">
        <FormulaLink section="kpis">Formulas of the KPIs</FormulaLink>
        <div className="row wrap">
          <ButtonLink small icon="table" href={`/versions/${id}?view=kpis`}>
            KPIs of the version
          </ButtonLink>
          <ButtonLink small icon="compare"
            href={`/datasets/${version.dataset_id}/compare?other=${id}`}>Compare versions</ButtonLink>
        </div>
      </div>
      <KpiCard versionId={id} datasetId={version.dataset_id} />
      <Rolls version={version} />
      <KpiHistoryCard versionId={id} />
      <KpiSeriesCard datasetId={version.dataset_id} />
    </div>
  );
}
