"use client";

import { useState } from "react";
import { BasisButton } from "@/components/basis/basis-button";
import { CancelLoad, ImportSameFile } from "@/components/operations/cancel-load";
import { roleReason, useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { Banner } from "@/components/ui/banner";
import { Button, ButtonLink, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { date, moneyScale, percentOf, plural, time } from "@/components/ui/format";
import { Menu, type MenuItem } from "@/components/ui/menu";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useCommand } from "@/lib/client/hooks";
import { addressOf } from "@/lib/contract/addresses";
import { EraseVersion } from "./erase-version";
import { LegalHolds, PlaceLegalHold, useLegalHolds } from "./legal-holds";
import { LineageView } from "./lineage-card";
import { workbenchHref } from "./links";
import { FailedQuality } from "./quality-card";
import { Refusal } from "./refusal";
import { failureWords, StatusBadge, VersionProgress } from "./status";
import { isActive } from "./types";
import type { Version } from "./types";
import { useWatchedVersion } from "./use-watched-version";
import { VersionFacts } from "./version-facts";
import { SealedVersion } from "./version-views";

function Working({ version }: { version: Version }) {
  return (
    <Card id="progress" title={`Version ${version.number} is being imported`}
      sub="It goes on when you leave this page. It is sealed by itself when rows are valid."
      action={<CancelLoad versionId={version.dataset_version_id} />}>
      <VersionProgress version={version} shown />
    </Card>
  );
}

function Ingested({ version, onNormalize, busy, reason, error }: {
  version: Version; onNormalize: () => void; busy: boolean; reason: string | null;
  error: string | undefined;
}) {
  return (
    <Banner
      kind="warning"
      icon="warn"
      major
      title={`${plural(version.counts.raw, "row is", "rows are")} stored, none is normalized.`}
      action={(
        <Button kind="primary" busy={busy} disabledReason={reason} onClick={onNormalize}>
          Normalize and seal
        </Button>
      )}
    >
      {error ?? version.failure?.message ?? "Figures, records and runs need a sealed version."}
    </Banner>
  );
}

function Failed({ version }: { version: Version }) {
  const reason = roleReason(useMe(), "INGEST");
  return (
    <ErrorState
      what={`Version ${version.number} could not be imported`}
      safe={failureWords(version)}
      todo="Nothing of it was sealed and no other version was touched. Correct the file or the mapping, then import it again."
      action={(
        <span className="row wrap">
          <ImportSameFile versionId={version.dataset_version_id} />
          <ButtonLink icon="upload" disabledReason={reason}
            href={`/datasets/import?dataset=${version.dataset_id}`}>
            Import again
          </ButtonLink>
        </span>
      )}
    />
  );
}

function Body({ version }: { version: Version }) {
  const me = useMe();
  const normalize = useCommand("normalizeVersion", ["getVersion", "listVersions"]);
  const id = version.dataset_version_id;
  if (version.status === "sealed" && version.consolidated) {
    return <SealedVersion version={version} exposure={version.consolidated} />;
  }
  if (version.status === "ingested") {
    return (
      <Ingested
        version={version}
        busy={normalize.isPending}
        reason={roleReason(me, "INGEST")}
        error={normalize.error?.message}
        onNormalize={() => normalize.mutate({ path: { id } })}
      />
    );
  }
  if (version.status === "failed") {
    return <div className="stack"><Failed version={version} /><FailedQuality version={version} /></div>;
  }
  if (version.status === "erased") {
    return (
      <div className="stack">
        <Banner kind="plain" icon="trash" major
          title={`This version was erased on ${date(version.erased_at)}.`}>
          Its records and payloads are gone. Hashes and counts stay, so that old reports can still
          be told apart. The audit log says who erased it and why.
        </Banner>
        <LineageView version={version} runs={null} />
      </div>
    );
  }
  return <Working version={version} />;
}

function lede(version: Version) {
  const exposure = version.consolidated;
  if (!exposure || exposure.total_outstanding <= 0) return null;
  const scale = moneyScale(exposure.total_outstanding, version.base_currency);
  const net = exposure.net_exposure_after_recovery;
  return (
    <span>
      <b>{scale.inWords(exposure.total_outstanding)} is owed</b>, {scale.format(net)} of
      it ({percentOf(net / exposure.total_outstanding)}) is covered neither by collateral nor by
      expected recovery.
    </span>
  );
}

const FILES = [
  ["pdf", "PDF", "The portfolio, to print and to send"],
  ["xlsx", "Excel workbook", "The same, a sheet for each table"],
  ["csv", "CSV", "Every figure of the portfolio"],
  ["json", "JSON", "The answers of the API"],
] as const;

const exportItems = (id: string): MenuItem[] => FILES.map(([format, label, note]) => ({
  label, note, download: true, href: addressOf("exportVersion", { id }, { format }).url }));

function Actions({ version }: { version: Version }) {
  const me = useMe();
  const [erasing, setErasing] = useState(false);
  const [holding, setHolding] = useState(false);
  const id = version.dataset_version_id;
  const isHeld = useLegalHolds(id).length > 0;
  const erased = version.status === "erased" ? "It is erased already" : null;
  const state = erased ?? (isActive(version) ? "Wait until the import has ended"
    : isHeld ? "A legal hold keeps it" : null);
  return (
    <>
      {version.status === "sealed" ? (
        <>
          <ButtonLink href={`/?version=${id}`} icon="home">Overview</ButtonLink>
          <BasisButton versionIds={[id]} />
          <Menu items={exportItems(id)} trigger={<Button icon="dl">Export</Button>} />
          <ButtonLink kind="primary" icon="bench" href={workbenchHref(id)}>
            Open workbench
          </ButtonLink>
        </>
      ) : null}
      <Menu
        align="end"
        trigger={<IconButton icon="more" label="More actions" large />}
        items={[
          { label: "Import the next version", icon: "upload",
            disabledReason: roleReason(me, "INGEST"),
            href: `/datasets/import?dataset=${version.dataset_id}` },
          { label: "Compare versions", icon: "table",
            href: `/datasets/${version.dataset_id}/compare?other=${id}` },
          { kind: "line" },
          { label: "Place a legal hold", icon: "lock",
            disabledReason: roleReason(me, "ADMIN") ?? erased, onSelect: () => setHolding(true) },
          { label: "Erase this version", icon: "trash", danger: true,
            disabledReason: roleReason(me, "ADMIN") ?? state, onSelect: () => setErasing(true) },
        ]}
      />
      <EraseVersion version={version} open={erasing} onOpenChange={setErasing} />
      {holding ? <PlaceLegalHold version={version} onClose={() => setHolding(false)} /> : null}
    </>
  );
}

function factsTitle(version: Version): string {
  const name = version.source.name
    ?? (version.status === "erased" ? "a file whose name is erased" : "a file without a name");
  return version.sealed_at ? `Sealed ${time(version.sealed_at)} from ${name}` : `From ${name}`;
}

/** One dataset version in whatever state it is. */
export function VersionPage({ id }: { id: string }) {
  const query = useWatchedVersion(id);
  const version = query.data;
  const crumbs = [
    { label: "Datasets", href: "/datasets" },
    ...(version
      ? [{ label: version.dataset_name, href: `/datasets/${version.dataset_id}` },
        { label: `v${version.number}` }]
      : [{ label: "Version" }]),
  ];
  if (!version) {
    return (
      <Page title="Dataset version" crumbs={crumbs}>
        {query.error ? (
          <Refusal error={query.error} what="The version could not be read."
            onRetry={() => void query.refetch()} />
        ) : <SkeletonStack lines={10} label="Loading the version" />}
      </Page>
    );
  }
  // What must be done stands first where the version is not what it should be.
  const isSealed = version.status === "sealed";
  return (
    <Page
      title={<>{version.dataset_name} v{version.number} <StatusBadge status={version.status} /></>}
      crumbs={crumbs}
      sub={lede(version)}
      actions={<Actions version={version} />}
    >
      <div className="stack">
        <LegalHolds versionId={id} />
        {isSealed ? <VersionFacts version={version} title={factsTitle(version)} /> : null}
        <Body version={version} />
        {isSealed ? null : <VersionFacts version={version} title={factsTitle(version)} />}
      </div>
    </Page>
  );
}
