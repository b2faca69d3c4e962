"use client";

import type { ReactNode } from "react";
import { Sparkline } from "@/components/chart/sparkline";
import { groupingHref, workbenchHref } from "@/components/dataset/links";
import type { Exposure, Version } from "@/components/dataset/types";
import { stressOf, type KpiName } from "@/lib/risk";
import { Tile, TileGrid } from "@/components/ui/card";
import type { TileProps } from "@/components/ui/card";
import { number, percent, percentOf, points, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import type { StressBasis } from "./stress-basis";
import type { Kpis, Overview } from "./use-overview";

export interface TilesProps {
  version: Version;
  exposure: Exposure;
  basis: StressBasis;
  scale: MoneyScale;
  overview: Overview;
}

type Provenance = NonNullable<TileProps["provenance"]>;

function exposureSource({ version, basis }: TilesProps): Provenance {
  return basis.run
    ? { href: `/evidence/${basis.run.debt_exposure_evidence_id}`, label: "Exposure evidence" }
    : { href: `/versions/${version.dataset_version_id}`, label: `Version ${version.number}` };
}

/** The version before this one, when there is one. */
function before({ overview }: TilesProps): { exposure: Exposure; word: string } | null {
  const previous = overview.history.at(-2);
  if (!previous?.consolidated) return null;
  return { exposure: previous.consolidated, word: `v${previous.number}` };
}

/** With one version there is no trend, and no room is kept for it. */
const NO_SPARK = <span hidden />;

function sparkOf({ overview }: TilesProps, read: (exposure: Exposure) => number | null) {
  if (overview.history.length < 2) return NO_SPARK;
  return (
    <Sparkline values={overview.history.map((version) =>
      (version.consolidated ? read(version.consolidated) : null))} />
  );
}

function OutstandingTile(props: TilesProps) {
  const { exposure, scale } = props;
  const old = before(props);
  const base = old?.exposure.total_outstanding ?? 0;
  const change = base > 0 ? (exposure.total_outstanding / base - 1) * 100 : null;
  const source = exposureSource(props);
  return (
    <Tile
      title="Outstanding"
      term="outstanding"
      value={scale.format(exposure.total_outstanding)}
      unit={scale.label}
      href={source.href}
      delta={old && change !== null
        ? `${percent(change, { plus: true })} since ${old.word}` : "First version"}
      spark={sparkOf(props, (entry) => entry.total_outstanding)}
      provenance={source}
    />
  );
}

function NetTile(props: TilesProps) {
  const { exposure, scale, basis } = props;
  const net = exposure.net_exposure_after_recovery;
  const crossed = net >= basis.netLine;
  const source = exposureSource(props);
  return (
    <Tile
      title="Net exposure after recovery"
      term="net-exposure"
      value={scale.format(net)}
      unit={scale.label}
      href={source.href}
      state={crossed ? "critical" : "normal"}
      stateWord={crossed ? "Critical: reaches its line" : "Normal: below its line"}
      delta={basis.netLine > 0
        ? `${percentOf(net / basis.netLine, { decimals: 0 })} of its line` : null}
      spark={sparkOf(props, (entry) => entry.net_exposure_after_recovery)}
      provenance={source}
    />
  );
}

function CoverageTile(props: TilesProps) {
  const { exposure } = props;
  const old = before(props);
  const source = exposureSource(props);
  const known = exposure.total_outstanding > 0;
  const change = old ? exposure.collateral_coverage_ratio - old.exposure.collateral_coverage_ratio
    : null;
  return (
    <Tile
      title="Collateral coverage"
      term="coverage"
      value={known ? percentOf(exposure.collateral_coverage_ratio) : null}
      reason="Nothing is owed, so there is nothing to cover"
      href={source.href}
      delta={old && change !== null
        ? `${points(change * 100, { decimals: 1 })} since ${old.word}` : "Of what is owed"}
      spark={sparkOf(props, (entry) =>
        (entry.total_outstanding > 0 ? entry.collateral_coverage_ratio : null))}
      provenance={source}
    />
  );
}

function LeverageTile(props: TilesProps) {
  const { exposure } = props;
  const old = before(props);
  const source = exposureSource(props);
  const known = exposure.assets_value > 0;
  const was = old && old.exposure.assets_value > 0 ? ratio(old.exposure.leverage_ratio) : null;
  return (
    <Tile
      title="Leverage"
      term="leverage"
      value={known ? number(exposure.leverage_ratio, { decimals: 2 }) : null}
      unit="×"
      reason="The tape gives no value of assets"
      href={source.href}
      delta={!known ? "No value of assets"
        : was && old ? `Debt to assets, ${old.word} ${was}` : "Debt to assets"}
      spark={sparkOf(props, (entry) => (entry.assets_value > 0 ? entry.leverage_ratio : null))}
      provenance={source}
    />
  );
}


/** The limit that was crossed, else the one that comes first. */
const limitOf = (kpi: Kpis[KpiName]): number | null =>
  (kpi.state === "critical" ? kpi.critical : kpi.warning);

function limitWords(kpi: Kpis[KpiName]): ReactNode {
  if (kpi.value === null) return kpi.reason ?? "Not known";
  const limit = limitOf(kpi);
  if (limit === null) return null;
  const word = kpi.state === "critical" ? "Critical" : "Warning";
  return `${word} limit ${percent(limit, { decimals: Number.isInteger(limit) ? 0 : 1 })}`;
}

function KpiTile({ name, title, ...props }: TilesProps & { name: KpiName; title: string }) {
  const { version, overview } = props;
  const kpi = overview.kpis.data?.[name] ?? null;
  const evidenceId = overview.kpis.data?.evidence_id ?? null;
  const href = evidenceId !== null && kpi?.value != null ? `/evidence/${evidenceId}`
    : groupingHref(version.dataset_version_id, "dpd_bucket");
  const failed = overview.kpis.error?.message;
  return (
    <Tile
      title={title}
      term={name}
      loading={overview.kpis.isPending && !failed}
      value={kpi?.value == null ? null : percent(kpi.value)}
      reason={kpi?.reason ?? failed ?? "The tape gives no days past due"}
      state={kpi?.state ?? (failed ? "unknown" : undefined)}
      href={href}
      delta={kpi ? limitWords(kpi) : failed ? "Could not be read" : null}
      spark={overview.history.length < 2 ? NO_SPARK : (
        <Sparkline
          values={overview.kpiHistory.map((entry) => entry?.[name].value ?? null)}
          limit={kpi && kpi.state !== "normal" ? limitOf(kpi) : null}
        />
      )}
      provenance={{ href, label: evidenceId === null ? "Loan tape" : "KPI evidence" }}
    />
  );
}

function WorstTile(props: TilesProps) {
  const { version, basis, scale, overview } = props;
  const { worst, lossLine, run } = basis;
  const pending = overview.runPending;
  const href = run && worst?.evidenceId
    ? `/evidence/${worst.evidenceId}`
    : workbenchHref(version.dataset_version_id, worst?.scenario.scenario_id);
  const crossed = worst !== null && worst.loss >= lossLine;
  return (
    <Tile
      title={worst && !pending
        ? `Worst loss${run ? "" : ", preview"}: ${worst.name.toLowerCase()}` : "Worst loss"}
      term="loss"
      loading={pending}
      value={worst ? <span className={run ? undefined : "pv-num"}>{scale.format(worst.loss)}</span>
        : null}
      unit={scale.label}
      reason="The run has no scenarios"
      href={href}
      state={pending ? undefined : !worst ? "unknown" : crossed ? "critical" : "normal"}
      stateWord={crossed ? "Critical: reaches its line" : undefined}
      delta={worst && lossLine > 0 && !pending
        ? `${ratio(worst.loss / lossLine, { decimals: 1 })} its line` : null}
      spark={worst && !pending && !worst.scenario.segment_shocks
        ? sparkOf(props, (entry) => stressOf(entry, worst.scenario).loss_estimate) : NO_SPARK}
      provenance={run ? { href, label: "Scenario evidence" } : pending ? undefined
        : { href, label: overview.runError ? "Run not read" : "Not recorded yet", icon: "eye" }}
    />
  );
}

/** The key figures of the version. */
export function Tiles(props: TilesProps) {
  return (
    <TileGrid label="Key figures" count={7}>
      <OutstandingTile {...props} />
      <NetTile {...props} />
      <CoverageTile {...props} />
      <LeverageTile {...props} />
      <KpiTile {...props} name="par30_pct" title="PAR30" />
      <KpiTile {...props} name="par90_pct" title="PAR90" />
      <WorstTile {...props} />
    </TileGrid>
  );
}
