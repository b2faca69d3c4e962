"use client";

import Link from "next/link";
import { Refusal } from "@/components/dataset/refusal";
import { Card } from "@/components/ui/card";
import { plural, shortId } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import { KPI_NAMES } from "@/lib/risk";
import { KpiTable, kpiTitle } from "./kpi-table";

export interface KpiCardProps {
  versionId: string;
  datasetId: string;
  /** One column for the limit, as beside other cards. */
  compact?: boolean;
  className?: string;
}

/** The KPIs of a version against the limits of its dataset. */
export function KpiCard({ versionId, datasetId, compact, className }: KpiCardProps) {
  const query = useOperation("getKpis", { path: { id: versionId } });
  const kpis = query.data;
  if (!kpis) {
    return (
      <Card id="kpis" title="KPIs" className={className}>
        {query.error
          ? <Refusal error={query.error} what="The KPIs could not be read."
              onRetry={() => void query.refetch()} />
          : <SkeletonStack lines={12} label="Loading the KPIs" />}
      </Card>
    );
  }
  const unknown = KPI_NAMES.filter((name) => kpis[name].value === null).length;
  return (
    <Card
      id="kpis"
      className={className}
      title={kpiTitle(kpis)}
      sub={unknown === 0 ? "The tape carries the columns of every KPI"
        : `${plural(unknown, "KPI")} without a value: the tape, or the dataset, lacks what it needs`}
      foot={(
        <>
          {kpis.evidence_id ? (
            <span>
              Evidence <Link className="mono" href={`/evidence/${kpis.evidence_id}`}>
                {shortId(kpis.evidence_id)}</Link>
            </span>
          ) : <span>Not recorded as evidence yet</span>}
          <span className="end">
            {compact
              ? <Link href={`/versions/${versionId}?view=kpis`}>All about them</Link>
              : <Link href={`/datasets/${datasetId}#limits`}>Limits of the dataset</Link>}
          </span>
        </>
      )}
      flush
    >
      <KpiTable kpis={kpis} compact={compact} />
    </Card>
  );
}
