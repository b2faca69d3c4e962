"use client";

import { BarListCard } from "@/components/chart/bar-list-card";
import { recordsHref } from "@/components/dataset/links";
import { groupValue } from "@/components/dataset/words";
import type { Version } from "@/components/dataset/types";
import { roleReason, useMe } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { moneyScale, percent } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import { KPI_NAMES } from "@/lib/risk";
import { KpiCard } from "./kpi-card";
import { KpiHistoryCard, useKpiHistory } from "./kpi-series-card";
import type { Kpis } from "./kpi-table";

/** What was not judged by the limits as they are now, or not recorded at all. */
function isOpen(kpis: Kpis): boolean {
  return kpis.evidence_id === null || KPI_NAMES.some((name) =>
    kpis[name].value !== null && kpis[name].warning !== null && kpis[name].finding_id === null);
}

function Unrecorded({ kpis }: { kpis: Kpis }) {
  const toast = useToast();
  const reason = roleReason(useMe(), "EXECUTE");
  const command = useCommand("recordKpis", ["getKpis", "listKpis", "listEvidence", "listFindings"]);
  const isNew = kpis.evidence_id === null;
  return (
    <Banner
      kind="warning"
      icon="warn"
      title={isNew ? "These KPIs are not recorded." : "The limits changed after these were judged."}
      action={(
        <Button
          busy={command.isPending}
          disabledReason={reason}
          onClick={() => command.mutate({ path: { id: kpis.dataset_version_id } }, {
            onSuccess: () => toast.show({ title: "The KPIs are recorded and judged" }),
          })}
        >
          {isNew ? "Record as evidence" : "Judge by today’s limits"}
        </Button>
      )}
    >
      {command.error?.message ?? (isNew
        ? "They are computed from the sealed records each time they are shown."
        : "States below are by today’s limits; no finding says so yet.")}
    </Banner>
  );
}

function BucketCard({ kpis, className }: { kpis: Kpis; className?: string }) {
  const { buckets, receivable, without_days_past_due: without } = kpis;
  const id = kpis.dataset_version_id;
  // A pool has balances in every bucket: no record is in one of them.
  const isPool = (useKpiHistory(id).data?.items.length ?? 0) > 0;
  const scale = moneyScale(receivable, kpis.base_currency);
  const late = kpis.par30_pct.value;
  if (late === null) {
    return (
      <Card id="buckets" className={className} title="Days past due">
        <EmptyState icon="table" title="No buckets">{kpis.par30_pct.reason}</EmptyState>
      </Card>
    );
  }
  return (
    <BarListCard
      id="buckets"
      className={className}
      title={late === 0 ? "Nothing is 30 days past due"
        : `${percent(late)} of what is owed is 30 days past due and more`}
      sub={`Outstanding by days past due, ${scale.label} and share`}
      subject="days past due"
      items={buckets.map(({ bucket, balance }) => ({
        id: bucket, label: groupValue("dpd_bucket", bucket), value: balance ?? 0,
        text: scale.format(balance ?? 0),
        ...(isPool ? {} : { href: recordsHref(id, "dpd_bucket", bucket) }),
      }))}
      others={without > 0
        ? { label: "Not given", value: without, text: scale.format(without) } : null}
      total={receivable}
      format={scale.format}
      colour="outstanding"
      roomy
      groupLabel="Days past due"
      valueLabel="Outstanding"
      unit={scale.label}
      csvUnit={scale.label.split(" ")[0]}
      foot={<span>{without > 0
        ? "What is not given counts as owed, and as not past due" : `Sum ${scale.format(receivable)}`
      }</span>}
    />
  );
}

/** KPIs, days past due and the way to another version. */
export function KpiView({ version }: { version: Version }) {
  const kpis = useOperation("getKpis", { path: { id: version.dataset_version_id } }).data;
  return (
    <div className="stack">
      {kpis && isOpen(kpis) ? <Unrecorded kpis={kpis} /> : null}
      <div className="grid">
        <KpiHistoryCard className="c12" versionId={version.dataset_version_id} />
        <KpiCard className="c7" versionId={version.dataset_version_id}
          datasetId={version.dataset_id} />
        <div className="c5 stack">
          {kpis ? <BucketCard kpis={kpis} /> : null}
          <Card id="rolls" title="Where loans moved since another version"
            sub="Roll rates, bridge and changed instruments">
            <ButtonLink icon="table" href={compareHref(version)}>Compare versions</ButtonLink>
          </Card>
        </div>
      </div>
    </div>
  );
}

const compareHref = (version: Version): string =>
  `/datasets/${version.dataset_id}/compare?other=${version.dataset_version_id}`;
