"use client";

import { useState } from "react";
import { Refusal } from "@/components/dataset/refusal";
import { roleReason, useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { moneyWithCurrency, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { SkeletonStack } from "@/components/ui/states";
import { Term } from "@/components/ui/term";
import { useOperation } from "@/lib/client/hooks";
import { KPI_FACTS, KPI_NAMES, type KpiName } from "@/lib/risk";
import { EditKpiLimits } from "./edit-kpi-limits";
import { limitWords } from "./kpi-words";
import { LimitHistory } from "./limit-history";
import type { KpiSettings } from "./limits-draft";


const isOwn = ({ limits, defaults }: KpiSettings["kpis"][KpiName]): boolean =>
  limits?.warning !== defaults?.warning || limits?.critical !== defaults?.critical;

function LimitsTable({ settings }: { settings: KpiSettings }) {
  const judged = KPI_NAMES.filter((name) => settings.kpis[name].limits !== null);
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Limit table">
      <table>
        <thead>
          <tr>
            <th scope="col">KPI</th><th scope="col">Warning</th><th scope="col">Critical</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {judged.map((name) => {
            const kpi = settings.kpis[name];
            const { limits, worse } = kpi;
            return (
              <tr key={name}>
                <th scope="row"><Term id={name}>{KPI_FACTS[name].label}</Term></th>
                <td>{limits ? limitWords(name, worse, limits.warning) : null}</td>
                <td>{limits ? limitWords(name, worse, limits.critical) : null}</td>
                <td className="muted">{isOwn(kpi) ? "This dataset" : "Default"}</td>
              </tr>
            );
          })}
          <tr>
            <th scope="row">Tangible equity</th>
            <td colSpan={3}>
              {settings.tangible_equity === null
                ? <Na reason="Not set: there is no Texas ratio without it" />
                : moneyWithCurrency(settings.tangible_equity, settings.base_currency)}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** What a dataset's KPIs are judged by, and the way to change it. */
export function KpiLimitsCard({ datasetId, className }: {
  datasetId: string; className?: string;
}) {
  const [isEditing, setEditing] = useState(false);
  const reason = roleReason(useMe(), "INGEST");
  const query = useOperation("getKpiSettings", { path: { id: datasetId } });
  const settings = query.data;
  if (!settings) {
    return (
      <Card id="limits" title="Limits of the KPIs" className={className}>
        {query.error
          ? <Refusal error={query.error} what="The limits could not be read."
              onRetry={() => void query.refetch()} />
          : <SkeletonStack lines={6} label="Loading the limits" />}
      </Card>
    );
  }
  const own = KPI_NAMES.filter((name) => isOwn(settings.kpis[name])).length;
  return (
    <Card
      id="limits"
      className={className}
      title={own === 0 ? "KPIs are judged by the default limits"
        : `${own} ${own === 1 ? "KPI has limits" : "KPIs have limits"} of this dataset’s own`}
      sub="A new version is judged when it is sealed, the newest one also when limits change"
      action={(
        <Button icon="edit" disabledReason={reason} onClick={() => setEditing(true)}>
          Change limits
        </Button>
      )}
      foot={settings.changed_at ? (
        <span>Changed {time(settings.changed_at)} by {settings.changed_by}</span>
      ) : undefined}
      flush
    >
      <LimitsTable settings={settings} />
      <LimitHistory datasetId={datasetId} />
      {isEditing ? <EditKpiLimits settings={settings} onClose={() => setEditing(false)} /> : null}
    </Card>
  );
}
