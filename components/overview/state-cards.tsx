"use client";

import Link from "next/link";
import { qualityHref } from "@/components/dataset/links";
import { StatusBadge } from "@/components/dataset/status";
import { exposedRecords } from "@/components/dataset/types";
import type { Version } from "@/components/dataset/types";
import { warningWords } from "@/components/dataset/words";
import { useOperation } from "@/lib/client/hooks";
import { Badge, StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { date, plural, time } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";

const WARNINGS_SHOWN = 4;

/** What was left out, kept with a remark, and warned of. */
export function VersionStateCard({ version }: { version: Version }) {
  const { counts } = version;
  // The count of rows left out has a line of its own.
  const warnings = version.warnings.filter((text) => !text.startsWith("ROWS_REJECTED"));
  const href = `/versions/${version.dataset_version_id}`;
  const shown = warnings.slice(0, WARNINGS_SHOWN);
  const isClean = counts.rejected === 0 && counts.warnings === 0 && warnings.length === 0;
  return (
    <Card
      id="version-state"
      title={<span className="row">Version {version.number} <StatusBadge status={version.status} />
      </span>}
      sub={`${version.as_of ? `As of ${date(version.as_of)}` : "No as-of date"}, `
        + plural(exposedRecords(version), "record")}
      foot={(
        <>
          <Link href={qualityHref(version.dataset_version_id)}>Data quality</Link>
          {version.content_hash
            ? <span className="end">Content <HashText value={version.content_hash} short
                href={href} /></span> : null}
        </>
      )}
      flush
    >
      <ul className="list" style={{ marginTop: "var(--s-1)" }}>
        {isClean ? (
          <li><StateText state="normal">No row was left out, none has a remark.</StateText></li>
        ) : null}
        {counts.rejected > 0 ? (
          <li>
            <StateText state="critical" iconOnly>Left out</StateText>
            <Link className="t" href={qualityHref(version.dataset_version_id)}>
              {plural(counts.rejected, "row")} left out
            </Link>
          </li>
        ) : null}
        {counts.warnings > 0 ? (
          <li>
            <StateText state="warning" iconOnly>Remarks</StateText>
            <Link className="t" href={qualityHref(version.dataset_version_id)}>
              {plural(counts.warnings, "remark")} on rows that were kept
            </Link>
          </li>
        ) : null}
        {shown.map((warning) => (
          <li key={warning}>
            <StateText state="warning" iconOnly>Warning</StateText>
            <span className="t">{warningWords(warning)}</span>
          </li>
        ))}
        {warnings.length > shown.length ? (
          <li><Link href={qualityHref(version.dataset_version_id)}>
            {plural(warnings.length - shown.length, "more warning")}
          </Link></li>
        ) : null}
      </ul>
    </Card>
  );
}

/** Whether runs and imports may go on. */
export function KillSwitchCard() {
  const query = useOperation("killSwitchStatus", {}, { refetchInterval: 30_000 });
  const state = query.data;
  if (!state && !query.error) {
    return <Card id="kill" title="Kill switch"><SkeletonStack lines={1} /></Card>;
  }
  if (!state) {
    return (
      <Card id="kill" kind="unknown" title={(
        <span className="row">Kill switch <Badge state="unknown">Unknown</Badge></span>
      )}>
        <p className="hint">Its state could not be read. {query.error?.message}</p>
      </Card>
    );
  }
  return (
    <Card
      id="kill"
      title={(
        <span className="row">
          Kill switch
          <Badge state={state.enabled ? "critical" : "normal"}>
            {state.enabled ? "On" : "Off"}
          </Badge>
        </span>
      )}
    >
      {state.enabled ? (
        <p className="hint wrap-any">
          Runs and imports are stopped
          {state.activated_at ? ` since ${time(state.activated_at)}` : null}
          {state.activated_by ? ` by ${state.activated_by}` : null}.
          {state.reason ? ` Reason: ${state.reason}` : null}
        </p>
      ) : <p className="hint">Runs and imports are allowed.</p>}
      <p className="hint"><Link href="/operations">Operations</Link></p>
    </Card>
  );
}
