"use client";

import { useEffect, useMemo } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Card } from "@/components/ui/card";
import { SkeletonStack } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { count, moneyScale } from "@/components/ui/format";
import { useOperation } from "@/lib/client/hooks";
import { CurrencyCard } from "./currency-card";
import { ExposureFigures } from "./exposure-figures";
import { SEGMENT_TABLE } from "./links";
import { PickedSegmentNote, useSegments } from "./picked-segment";
import { SegmentCard } from "./segment-card";
import { SegmentTable } from "./segment-table";
import { exposedRecords, GROUP_CHOICES } from "./types";
import type { Exposure, Version } from "./types";
import { later } from "@/components/ui/later";

const KpiView = later(() => import("@/components/kpi/kpi-view").then((part) => part.KpiView));
const LineageView = later(() => import("./lineage-card").then((part) => part.LineageView));
const QualityView = later(() => import("./quality-card").then((part) => part.QualityView));
const RecordsCard = later(() => import("./records-card").then((part) => part.RecordsCard));
const WhatIfCard = later(() => import("./what-if-card").then((part) => part.WhatIfCard));
const RunsCard = later(() => import("./runs-card").then((part) => part.RunsCard));

const TriedScenarios = later(() =>
  import("./tried-scenarios-card").then((part) => part.TriedScenariosCard));

const VIEWS = ["exposure", "kpis", "records", "quality", "runs", "lineage"] as const;
const RUNS_SHOWN = 50;
const BY = [...GROUP_CHOICES, "currency", "status", "obligor"] as const;

/** The picture sums up what it does not show; the table shows all. */
function showTable(): void {
  const table = document.getElementById(SEGMENT_TABLE)?.querySelector<HTMLElement>("[role='region']");
  table?.focus({ preventScroll: true });
  table?.closest("section")?.scrollIntoView({ block: "nearest" });
}

function ExposureView({ version, exposure }: { version: Version; exposure: Exposure }) {
  const id = version.dataset_version_id;
  const { by, query, segment, toggle, clear, card } = useSegments(id, BY);
  const scale = useMemo(() => moneyScale(exposure.total_outstanding, version.base_currency),
    [exposure.total_outstanding, version.base_currency]);
  const isThere = query.data !== undefined;
  useEffect(() => {
    // The table is drawn after the address was opened.
    if (isThere && window.location.hash === `#${SEGMENT_TABLE}`) showTable();
  }, [isThere]);
  const hasSegments = query.data ? query.data.telling || by !== null : true;
  return (
    <>
      <div className="grid">
        {hasSegments ? (
          <SegmentCard id="segments" className="c5" scale={scale} {...card}
            onSelect={(chosen) => chosen.value === undefined ? showTable() : toggle(chosen)} />
        ) : null}
        {hasSegments && query.data ? (
          <SegmentTable className="c7" versionId={id} grouping={query.data} scale={scale}
            stale={query.isPlaceholderData} selectedId={segment?.id ?? null} onSelect={toggle} />
        ) : null}
        {query.isPending ? (
          <Card id={SEGMENT_TABLE} className="c7" title="The figures by segment">
            <SkeletonStack lines={8} label="Loading the figures by segment" />
          </Card>
        ) : null}
        <ExposureFigures version={version} exposure={exposure} className="c12" />
        <CurrencyCard version={version} className="c12" />
      </div>
      <PickedSegmentNote versionId={id} segment={segment} onClear={clear} />
    </>
  );
}

/** The views of a sealed version. */
export function SealedVersion({ version, exposure }: { version: Version; exposure: Exposure }) {
  const [view, setView] = useQueryState(
    "view", parseAsStringLiteral(VIEWS).withDefault("exposure"));
  const id = version.dataset_version_id;
  const runs = useOperation(
    "listRuns", { query: { dataset_version_id: id, limit: RUNS_SHOWN } });
  const scale = useMemo(() => moneyScale(exposure.total_outstanding, version.base_currency),
    [exposure.total_outstanding, version.base_currency]);
  const runCount = runs.data?.items.length ?? null;
  const problems = version.counts.rejected + version.counts.warnings;
  const tabs = [
    { value: "exposure", label: "Exposure",
      content: <ExposureView version={version} exposure={exposure} /> },
    { value: "kpis", label: "KPIs", content: <KpiView version={version} /> },
    { value: "records", label: `Records (${count(exposedRecords(version))})`,
      content: (
        <div className="stack">
          <RecordsCard version={version} />
          <WhatIfCard version={version} />
        </div>
      ) },
    { value: "quality", label: problems > 0 ? `Data quality (${count(problems)})` : "Data quality",
      content: <QualityView version={version} /> },
    { value: "runs", label: runCount === null ? "Runs"
      : `Runs (${runCount === RUNS_SHOWN ? `${RUNS_SHOWN} newest` : runCount})`,
    content: (
      <div className="stack">
        <RunsCard versionId={id} runs={runs} scale={scale} title="Runs on this version"
          emptyTitle={`No runs for version ${version.number} yet`} />
        {runCount ? <TriedScenarios versionId={id} scale={scale} /> : null}
      </div>
    ) },
    { value: "lineage", label: "Lineage",
      content: <LineageView version={version} runs={runCount} /> },
  ];
  return (
    <Tabs label="Views of the version" tabs={tabs} value={view}
      onChange={(next) => void setView(next as typeof view)} />
  );
}
