"use client";

import { CancelLoad } from "@/components/operations/cancel-load";
import { StateText } from "@/components/ui/badge";
import { ButtonLink, Button } from "@/components/ui/button";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { count, moneyScale, percentOf, plural } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { workbenchHref } from "./links";
import { ProblemTable } from "./problem-table";
import { FailedQuality } from "./quality-card";
import { Refusal } from "./refusal";
import { failureWords, paceOf, paceWords } from "./status";
import { exposedRecords, isActive } from "./types";
import type { Exposure, Version } from "./types";
import type { useWatchedVersion } from "./use-watched-version";
import "./import.css";

function Reading({ version }: { version: Version }) {
  const { share, rowsPerSecond, leftMs } = paceOf(version);
  const facts: [string, string][] = [
    ["Rows read", count(version.progress?.rows ?? 0)],
    ["Rate", rowsPerSecond === null ? "not known yet" : `${count(rowsPerSecond)} rows/s`],
  ];
  return (
    <Card id="reading" title="Reading rows"
      sub="You may leave or reload this page: the import goes on, and this address shows it."
      action={<CancelLoad versionId={version.dataset_version_id} />}>
      <Progress label="Reading rows" shown share={share}
        note={leftMs === null ? paceWords(version) : paceWords(version).split(", ").at(-1)} />
      <dl className="import-facts" style={{ marginTop: "var(--s-2)" }}>
        {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
    </Card>
  );
}

/** Rows that became other records than loans and assets in distress, else all rows. */
function besidesOf({ counts }: Version): string {
  const { raw, obligors, collaterals, supplements = 0, eliminated } = counts;
  if (obligors === undefined || collaterals === undefined) {
    return `of ${plural(raw, "row")}${eliminated > 0
      ? `, ${count(eliminated)} owed inside the group` : ""}`;
  }
  return `and ${plural(obligors, "obligor")}, ${plural(collaterals, "collateral")}${
    supplements > 0 ? `, ${plural(supplements, "supplement")}` : ""}`;
}

const NO_SPARK = <span hidden />;

function Figures({ version, exposure }: { version: Version; exposure: Exposure }) {
  const scale = moneyScale(exposure.total_outstanding, version.base_currency);
  const href = `/versions/${version.dataset_version_id}#exposure`;
  const owed = exposure.total_outstanding;
  const { counts } = version;
  const source = { href, label: `Version ${version.number}` };
  return (
    <TileGrid label="Result of the import" count={6}>
      <Tile spark={NO_SPARK} title="Records" value={count(exposedRecords(version))} href={href}
        delta={besidesOf(version)} provenance={source} />
      <Tile spark={NO_SPARK} title="Left out" value={count(counts.rejected)}
        state={counts.rejected > 0 ? "critical" : "normal"}
        delta={counts.raw > 0
          ? `${percentOf(counts.rejected / counts.raw, { decimals: 2 })} of the rows` : null} />
      <Tile spark={NO_SPARK} title="Remarks" value={count(counts.warnings)}
        state={counts.warnings > 0 ? "warning" : "normal"} delta="on rows that were kept" />
      <Tile spark={NO_SPARK} title="Outstanding" value={scale.format(owed)} unit={scale.label} href={href}
        provenance={source} />
      <Tile spark={NO_SPARK} title="Collateral" value={scale.format(exposure.collateral_value)} unit={scale.label}
        href={href} delta={owed > 0
          ? `covers ${percentOf(exposure.collateral_coverage_ratio)}` : null} provenance={source} />
      <Tile spark={NO_SPARK} title="Net exposure after recovery"
        value={scale.format(exposure.net_exposure_after_recovery)} unit={scale.label} href={href}
        delta={owed > 0
          ? `${percentOf(exposure.net_exposure_after_recovery / owed)} of what is owed` : null}
        provenance={source} />
    </TileGrid>
  );
}

function Sealed({ version, exposure, onAgain }: {
  version: Version; exposure: Exposure; onAgain: () => void;
}) {
  return (
    <div className="stack">
      <Card
        id="sealed"
        title={`Version ${version.number} of ${version.dataset_name} is sealed`}
        sub={version.content_hash ? (
          <>Content hash <HashText value={version.content_hash} copy="the content hash" /></>
        ) : undefined}
        action={<StateText state="normal">Sealed</StateText>}
      >
        <div className="row wrap">
          <ButtonLink kind="primary" icon="bench" href={workbenchHref(version.dataset_version_id)}>
            Open workbench
          </ButtonLink>
          <ButtonLink icon="data" href={`/versions/${version.dataset_version_id}`}>
            Open the version
          </ButtonLink>
          <Button icon="upload" onClick={onAgain}>Import another tape</Button>
        </div>
      </Card>
      <Figures version={version} exposure={exposure} />
      <ProblemTable version={version} />
    </div>
  );
}

/** Last steps: reading with its progress, then the sealed version or why it failed. */
export function ImportResult({ query, onAgain }: {
  query: ReturnType<typeof useWatchedVersion>; onAgain: () => void;
}) {
  const version = query.data;
  if (!version) {
    return query.error ? (
      <Refusal error={query.error} what="The import could not be read."
        action={<Button onClick={onAgain}>Start over</Button>} />
    ) : <SkeletonStack lines={6} label="Loading the import" />;
  }
  if (version.status === "sealed" && version.consolidated) {
    return <Sealed version={version} exposure={version.consolidated} onAgain={onAgain} />;
  }
  if (version.status === "failed") {
    return (
      <div className="stack">
        <ErrorState
          what={`Version ${version.number} could not be imported`}
          safe={failureWords(version)}
          todo="Nothing of it was sealed. Correct the file, the columns or the locale, then import it again."
          action={<Button icon="upload" onClick={onAgain}>Import again</Button>}
        />
        <FailedQuality version={version} />
      </div>
    );
  }
  if (isActive(version)) return <Reading version={version} />;
  return (
    <Card id="stored" title={`Version ${version.number} is stored`}>
      <ButtonLink href={`/versions/${version.dataset_version_id}`}>Open the version</ButtonLink>
    </Card>
  );
}
