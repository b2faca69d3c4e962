"use client";

import { useState } from "react";
import Link from "next/link";
import { StatusBadge, statusWord } from "@/components/dataset/status";
import { exposedRecords } from "@/components/dataset/types";
import { useCurrentVersion, usePinnedVersion } from "@/components/shell/current-version";
import type { DatasetVersion } from "@/components/shell/current-version";
import { groupVersions } from "@/components/shell/version-groups";
import type { VersionGroup } from "@/components/shell/version-groups";
import { VersionButton } from "@/components/shell/version-button";
import { Button } from "@/components/ui/button";
import { TextInput } from "@/components/ui/field";
import { date, plural } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/popover";
import { EmptyState, ErrorState, Forbidden, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";

/** More versions than this get a field to narrow them down. */
const FILTER_FROM = 8;

function Row(props: { version: DatasetVersion; isCurrent: boolean; onPick: () => void }) {
  const { version, isCurrent, onPick } = props;
  const isSealed = version.status === "sealed";
  return (
    <li>
      <button
        type="button"
        className="version-row"
        aria-current={isCurrent || undefined}
        aria-disabled={!isSealed || undefined}
        data-tip={isSealed ? undefined : "Only a sealed version can be shown."}
        onClick={isSealed ? onPick : undefined}
      >
        <span className="menu-check">{isCurrent ? <Icon name="check" small /> : null}</span>
        <span className="v">v{version.number}</span>
        <span className="as-of">
          {version.as_of ? `As of ${date(version.as_of)}` : `From ${date(version.created_at)}`}
          {isSealed ? <small>{plural(exposedRecords(version), "record")}</small> : null}
        </span>
        {isSealed
          ? <span className="sealed"><Icon name="lock" small />{statusWord(version.status)}</span>
          : <StatusBadge status={version.status} />}
      </button>
    </li>
  );
}

type Pick = (id: string) => void;

function Groups(props: { groups: VersionGroup[]; currentId: string | null; onPick: Pick }) {
  return props.groups.map((group) => (
    <section key={group.id} aria-labelledby={`versions-${group.id}`}>
      <h3 id={`versions-${group.id}`}>
        <span>{group.name}</span><span className="currency">{group.currency}</span>
      </h3>
      <ul>
        {group.versions.map((version) => (
          <Row
            key={version.dataset_version_id}
            version={version}
            isCurrent={version.dataset_version_id === props.currentId}
            onPick={() => props.onPick(version.dataset_version_id)}
          />
        ))}
      </ul>
    </section>
  ));
}

function VersionList({ currentId, onPick }: { currentId: string | null; onPick: Pick }) {
  const [filter, setFilter] = useState("");
  const list = useOperation("listVersions", { query: { limit: 200 } });
  if (list.isPending) return <div className="popover-part"><SkeletonStack lines={4} height={28} /></div>;
  if (list.error?.status === 403) return <Forbidden role="Read" />;
  if (list.error) {
    return (
      <ErrorState what="The versions are not shown." todo={list.error.message}
        requestId={list.error.requestId}
        action={<Button small onClick={() => void list.refetch()}>Try again</Button>} />
    );
  }
  const all = list.data.items;
  if (all.length === 0) {
    return <EmptyState icon="data" title="No dataset yet">Import a loan tape to begin.</EmptyState>;
  }
  const groups = groupVersions(all, filter);
  return (
    <>
      {all.length > FILTER_FROM ? (
        <div className="popover-part">
          <TextInput aria-label="Narrow the list of versions" placeholder="Name, version or date"
            value={filter} onChange={setFilter} />
        </div>
      ) : null}
      <div className="version-groups">
        <Groups groups={groups} currentId={currentId} onPick={onPick} />
        {groups.length === 0 ? <p className="popover-part hint">Nothing found for {filter}</p> : null}
      </div>
    </>
  );
}

/** The dataset version in the top bar, and the list to choose another one from. */
export function VersionSwitcher() {
  const [isOpen, setIsOpen] = useState(false);
  const { version, versions, isLoading, error, select } = useCurrentVersion();
  usePinnedVersion();
  const name = version?.dataset_name
    ?? (isLoading ? "Loading versions"
      : error ? versions.length ? "Choose a version" : "Versions not read" : versions.length ? "Choose a version"
      : "No dataset yet");
  function pick(id: string) {
    setIsOpen(false);
    select(id);
  }
  return (
    <Popover
      label="Dataset versions"
      flush
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={<VersionButton name={name} version={version?.number ?? null} />}
    >
      <div className="version-list">
        <VersionList currentId={version?.dataset_version_id ?? null} onPick={pick} />
        <div className="popover-foot">
          <Link href="/datasets" onClick={() => setIsOpen(false)}>All datasets</Link>
          <Link href="/datasets/import" onClick={() => setIsOpen(false)}>Import a loan tape</Link>
        </div>
      </div>
    </Popover>
  );
}
