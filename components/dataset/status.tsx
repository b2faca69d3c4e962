"use client";

import { Badge } from "@/components/ui/badge";
import type { BadgeState } from "@/components/ui/badge";
import type { IconName } from "@/components/ui/icon";
import { bytes, count, duration, percentOf } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import type { Version, VersionStatus } from "./types";
import { asSentence } from "./words";

const LOOK: Record<VersionStatus, { word: string; state: BadgeState; icon?: IconName }> = {
  importing: { word: "Importing", state: "unknown", icon: "clock" },
  ingested: { word: "Stored, not normalized", state: "warning" },
  normalizing: { word: "Normalizing", state: "unknown", icon: "clock" },
  sealed: { word: "Sealed", state: "evidence", icon: "lock" },
  failed: { word: "Failed", state: "critical" },
  erased: { word: "Erased", state: "unknown", icon: "trash" },
};

export const statusWord = (status: VersionStatus): string => LOOK[status].word;

export function StatusBadge({ status }: { status: VersionStatus }) {
  const { word, state, icon } = LOOK[status];
  return <Badge state={state} icon={icon}>{word}</Badge>;
}

/** Why a version failed, as a sentence. */
export function failureWords(version: Version): string {
  const message = version.failure?.message.trim() ?? "";
  if (message === "") return "The reason is not known.";
  return asSentence(message);
}

export interface Pace {
  /** 0 to 1; null while the size is not known. */
  share: number | null;
  rowsPerSecond: number | null;
  leftMs: number | null;
}

const LEAST_MS = 400;

/** Rate and time left from what is done so far; null where there is too little to tell. */
export function paceOf(version: Version): Pace {
  const { progress, counts, status } = version;
  if (!progress) return { share: null, rowsPerSecond: null, leftMs: null };
  const { rows, bytes: done, total_bytes: total, elapsed_ms: elapsed } = progress;
  // Stored rows are normalized long after they came in: the clock of the import says nothing.
  if (status === "normalizing") {
    const share = counts.raw > 0 ? Math.min(1, rows / counts.raw) : null;
    return { share, rowsPerSecond: null, leftMs: null };
  }
  const share = total > 0 ? Math.min(1, done / total) : null;
  const known = elapsed >= LEAST_MS;
  return {
    share,
    rowsPerSecond: known && rows > 0 ? Math.round(rows / (elapsed / 1000)) : null,
    leftMs: known && share !== null && share > 0.01 ? (elapsed / share) * (1 - share) : null,
  };
}

const left = (milliseconds: number): string =>
  `${duration(Math.ceil(milliseconds / 1000) * 1000)} left`;

/** "742,006 rows, 187,000 rows/s, 3 s left" */
export function paceWords(version: Version): string {
  const { rowsPerSecond, leftMs } = paceOf(version);
  const parts = [`${count(version.progress?.rows ?? 0)} rows`];
  if (rowsPerSecond !== null) parts.push(`${count(rowsPerSecond)} rows/s`);
  if (leftMs !== null) parts.push(left(leftMs));
  return parts.join(", ");
}

/** The bar of a version the server works on. */
export function VersionProgress({ version, shown }: { version: Version; shown?: boolean }) {
  const label = version.status === "normalizing" ? "Normalizing rows" : "Reading rows";
  if (!version.progress) return <Progress label={label} share={null} shown={shown} />;
  return (
    <Progress label={label} share={paceOf(version).share} shown={shown}
      note={paceWords(version)} />
  );
}

/** The same in one line of a table. */
export function ProgressCell({ version }: { version: Version }) {
  if (!version.progress) return <span className="muted">Waiting to start</span>;
  const { share, leftMs } = paceOf(version);
  return (
    <span className="row nowrap">
      <span style={{ width: "calc(var(--s-6) * 2)" }}>
        <Progress label={`Version ${version.number}`} share={share} />
      </span>
      <span>
        {share === null
          ? bytes(version.progress.bytes) : percentOf(share, { decimals: 0 })}
        {leftMs === null ? null : `, ${left(leftMs)}`}
      </span>
    </span>
  );
}
