"use client";

import { useRouter } from "next/navigation";
import { BasisButton } from "@/components/basis/basis-button";
import { ExposureWaterfall } from "@/components/chart/exposure-waterfall";
import { groupingHref, workbenchHref } from "@/components/dataset/links";
import { PickedSegmentNote, useSegments } from "@/components/dataset/picked-segment";
import { Refusal } from "@/components/dataset/refusal";
import { RunsCard } from "@/components/dataset/runs-card";
import { SegmentCard } from "@/components/dataset/segment-card";
import { GROUP_CHOICES } from "@/components/dataset/types";
import type { Exposure, Version } from "@/components/dataset/types";
import { useGrouping } from "@/components/dataset/use-grouping";
import { KpiCard } from "@/components/kpi/kpi-card";
import { useCurrentVersion } from "@/components/shell/current-version";
import { roleReason, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { ButtonLink } from "@/components/ui/button";
import { Card, TileGrid, Tile } from "@/components/ui/card";
import { date, moneyScale, percentOf } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { EmptyState, SkeletonStack } from "@/components/ui/states";
import { Lede } from "./lede";
import { ShareCard } from "./share-card";
import { KillSwitchCard, VersionStateCard } from "./state-cards";
import { previewBasis, recordedBasis } from "./stress-basis";
import type { StressBasis } from "./stress-basis";
import { StressCard } from "./stress-card";
import { Tiles } from "./tiles";
import "./overview.css";
import { useOverview } from "./use-overview";
import type { Overview } from "./use-overview";

const SHARE_CHOICES =
  ["country", "region", "asset_class", "rating", "stage", "dpd_bucket", "currency", "sector",
    "status", "obligor"] as const;

/** What is owed and what covers it, for a book that has no segments. */
function WholeBook({ exposure, basis, scale, className }: {
  exposure: Exposure; basis: StressBasis; scale: MoneyScale; className?: string;
}) {
  const owed = exposure.total_outstanding;
  const covered = owed > 0 ? 1 - exposure.net_exposure_after_recovery / owed : null;
  return (
    <ExposureWaterfall
      id="segments"
      className={className}
      title={covered === null ? "Nothing is owed in this version"
        : `Collateral and recovery cover ${percentOf(covered, { decimals: 0 })} of what is owed`}
      sub="The whole book: the tape gives no segments"
      subject="exposure"
      outstanding={owed}
      collateral={exposure.collateral_value}
      recovery={exposure.distressed_asset_recovery}
      net={exposure.net_exposure_after_recovery}
      line={basis.netLine}
      scale={scale}
    />
  );
}

interface BodyProps {
  version: Version;
  exposure: Exposure;
  basis: StressBasis;
  scale: MoneyScale;
  overview: Overview;
}

function Charts({ version, exposure, basis, scale, overview }: BodyProps) {
  const router = useRouter();
  const id = version.dataset_version_id;
  const { by, query: segments, segment, toggle, card } = useSegments(id, GROUP_CHOICES);
  const first = segments.data?.column ?? null;
  const others = SHARE_CHOICES.filter((column) => column !== first);
  const shares = useGrouping(id, null, others, first !== null || segments.isError);
  const whole = by === null && segments.data?.telling === false && shares.data?.telling === false;
  if (whole) {
    return (
      <>
        <WholeBook exposure={exposure} basis={basis} scale={scale} className="c6" />
        <StressCard versionId={id} basis={basis} scale={scale} overview={overview}
          className="c6" />
      </>
    );
  }
  return (
    <>
      <SegmentCard
        id="segments"
        className="c5"
        scale={scale}
        {...card}
        onSelect={(chosen, { column }) => {
          if (chosen.value === undefined) router.push(groupingHref(id, column));
          else toggle(chosen);
        }}
      />
      <StressCard versionId={id} basis={basis} scale={scale} overview={overview} className="c4" />
      <ShareCard versionId={id} query={shares} scale={scale} within={segment} className="c3" />
    </>
  );
}

/** Beside the grid, not in it, so that it stays in sight. */
function SegmentNote({ versionId }: { versionId: string }) {
  const { segment, clear } = useSegments(versionId, GROUP_CHOICES);
  return (
    <PickedSegmentNote versionId={versionId} segment={segment} onClear={clear}
      note="in the shares beside it too" />
  );
}

function Sealed({ version, exposure }: { version: Version; exposure: Exposure }) {
  const overview = useOverview(version);
  const scale = moneyScale(exposure.total_outstanding, version.base_currency);
  const basis = overview.run ? recordedBasis(overview.run) : previewBasis(exposure);
  const body = { version, exposure, basis, scale, overview };
  const id = version.dataset_version_id;
  return (
    <Page
      className="overview"
      title="Overview"
      actions={(
        <>
          <span className="hint desk-only">
            {version.as_of ? `As of ${date(version.as_of)}, sealed ` : "Sealed "}
            {date(version.sealed_at)}
          </span>
          <BasisButton {...overview.run ? { runIds: [overview.run.run_id] }
            : { versionIds: [id], preview: {} }} />
          {overview.run
            ? <ButtonLink icon="docs" href={`/runs/${overview.run.run_id}`}>Report</ButtonLink>
            : null}
          <ButtonLink kind="primary" icon="bench" href={workbenchHref(id)}>
            Open workbench
          </ButtonLink>
        </>
      )}
    >
      {overview.runPending
        ? <p className="lede">{scale.inWords(exposure.total_outstanding)} is owed.</p>
        : <Lede exposure={exposure} basis={basis} scale={scale} />}
      <Tiles {...body} />
      <div className="grid" style={{ marginTop: "var(--s-3)" }}>
        <Charts {...body} />
        <div className="c8 stack">
          <RunsCard versionId={id} runs={overview.runs} scale={scale}
            emptyTitle="No runs of this dataset yet" />
          <div className="grid">
            <div className="c7"><VersionStateCard version={version} /></div>
            <div className="c5"><KillSwitchCard /></div>
          </div>
        </div>
        <KpiCard className="c4" versionId={id} datasetId={version.dataset_id} compact />
      </div>
      <SegmentNote versionId={id} />
    </Page>
  );
}

const TILE_NAMES = ["Outstanding", "Net exposure after recovery", "Collateral coverage",
  "Leverage", "PAR30", "PAR90", "Worst loss"];

const CARD_NAMES = [["Exposure by segment", "c5"], ["Stress losses", "c4"],
  ["Shares of the book", "c3"]] as const;

function Waiting() {
  return (
    <Page className="overview" title="Overview">
      <div className="lede"><SkeletonStack lines={1} label="Loading the overview" /></div>
      <TileGrid label="Key figures" count={7}>
        {TILE_NAMES.map((name) => <Tile key={name} title={name} value={null} loading />)}
      </TileGrid>
      <div className="grid" style={{ marginTop: "var(--s-3)" }}>
        {CARD_NAMES.map(([name, width]) => (
          <Card key={name} id={`waiting-${width}`} title={name} className={width}>
            <SkeletonStack lines={8} label={`Loading ${name.toLowerCase()}`} />
          </Card>
        ))}
      </div>
    </Page>
  );
}

/** How exposed are we, what breaks us, and where does it come from. */
export function OverviewPage() {
  const me = useMe();
  const { version, versions, isLoading, error } = useCurrentVersion();
  if (version?.consolidated) {
    return <Sealed key={version.dataset_version_id} version={version}
      exposure={version.consolidated} />;
  }
  if (isLoading) return <Waiting />;
  if (error) {
    return (
      <Page title="Overview">
        <Refusal error={error} what="The version could not be shown."
          onRetry={() => window.location.reload()}
          action={<ButtonLink href="/">Show the newest version</ButtonLink>} />
      </Page>
    );
  }
  const none = versions.length === 0;
  return (
    <Page title="Overview">
      <EmptyState
        icon="data"
        title={none ? "No loan tape yet" : "No version is sealed yet"}
        action={none
          ? (
            <ButtonLink kind="primary" href="/datasets/import"
              disabledReason={roleReason(me, "INGEST")}>
              Import a loan tape
            </ButtonLink>
          )
          : <ButtonLink kind="primary" href="/datasets">Open the datasets</ButtonLink>}
      >
        Import a CSV or JSON tape. Its exposure, its stress losses and where they come from are
        shown here.
      </EmptyState>
    </Page>
  );
}
