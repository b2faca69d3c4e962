"use client";

import type { ReactNode } from "react";
import type { ApiError } from "@/lib/client/api";
import { useOperation } from "@/lib/client/hooks";
import { Button, ButtonLink } from "@/components/ui/button";
import { count, plural } from "@/components/ui/format";
import {
  EmptyState, ErrorState, Forbidden, Skeleton, SkeletonStack,
} from "@/components/ui/states";
import { useMe } from "@/components/shell/me";
import type { NettingGap } from "@/components/run/use-netted";

/** The page without a bench: why there is nothing to work on. */
function BenchState({ children }: { children: ReactNode }) {
  return (
    <main className="page" id="main" tabIndex={-1}>
      <div className="page-head"><div><h1>Workbench</h1></div></div>
      {children}
    </main>
  );
}

const UNDER_WAY = ["importing", "ingested", "normalizing"];

/** No sealed version at all; perhaps one is on its way. */
export function NoVersion() {
  const me = useMe();
  const list = useOperation("listVersions", { query: { limit: 20 } }, { refetchInterval: 4000 });
  const coming = list.data?.items.find((version) => UNDER_WAY.includes(version.status));
  if (coming) {
    const rows = coming.progress ? `${count(coming.progress.rows)} rows read so far. ` : "";
    return (
      <BenchState>
        <EmptyState icon="clock"
          title={`${coming.dataset_name}, version ${coming.number} is still importing`}
          action={<ButtonLink href="/datasets">Open the datasets</ButtonLink>}>
          {rows}The workbench opens as soon as the version is sealed.
        </EmptyState>
      </BenchState>
    );
  }
  return (
    <BenchState>
      <EmptyState icon="data" title="No sealed dataset version yet"
        action={me.can("INGEST")
          ? <ButtonLink kind="primary" href="/datasets/import">Import a tape</ButtonLink> : null}>
        Scenarios run on a sealed version.{" "}
        {me.can("INGEST") ? "Import a tape first."
          : "You need the Ingest role to import one. Ask an administrator."}
      </EmptyState>
    </BenchState>
  );
}

/** The version of the link cannot be worked with. */
export function VersionProblem({ error }: { error: ApiError }) {
  if (error.status === 403) return <BenchState><Forbidden role="Read" /></BenchState>;
  if (error.code === "NORMALIZED_RECORD_REQUIRED") {
    return (
      <BenchState>
        <EmptyState icon="clock" title="This version is not sealed"
          action={<ButtonLink href="/datasets">Open the datasets</ButtonLink>}>
          {error.message} Scenarios run on a sealed version.
        </EmptyState>
      </BenchState>
    );
  }
  const isGone = error.code === "DATASET_VERSION_NOT_FOUND"
    || error.code === "DATASET_VERSION_ERASED";
  if (isGone) {
    return (
      <BenchState>
        <EmptyState icon="data" title={error.code === "DATASET_VERSION_ERASED"
          ? "This version was erased" : "This version does not exist"}
          action={<ButtonLink href="/workbench">Open the newest version</ButtonLink>}>
          The link names a version that cannot be read.
        </EmptyState>
      </BenchState>
    );
  }
  return (
    <BenchState>
      <ErrorState what={error.code === "DATABASE_UNAVAILABLE" ? "The database did not answer."
        : "The dataset versions could not be read."}
        safe="Your edits are kept in the address of this page." todo="Try again."
        requestId={error.requestId}
        action={<Button onClick={() => window.location.reload()}>Try again</Button>} />
    </BenchState>
  );
}

/** The layout of the bench in grey, until version and run are there. */
export function BenchSkeleton() {
  return (
    <div className="bench" data-drawer="closed">
      <aside className="panel" aria-label="Inputs">
        <div className="panel-scroll">
          <section><SkeletonStack lines={9} height={28} label="Loading the inputs" /></section>
        </div>
      </aside>
      <main className="results" id="main" tabIndex={-1}>
        <h1>Workbench</h1>
        <div className="pair">
          {[0, 1, 2, 3].map((card) => (
            <div className="card" key={card}>
              <div className="card-body"><Skeleton height={240} /></div>
            </div>
          ))}
        </div>
      </main>
    </div>
  );
}

export interface NoRunsProps {
  versionNumber: number;
  edits: number;
  busy: boolean;
  blocked: string | null;
  onRun: () => void;
}

/** Evidence without a run. */
export function NoRuns({ versionNumber, edits, busy, blocked, onRun }: NoRunsProps) {
  return (
    <div className="card">
      <EmptyState icon="seal" title={`No runs for version ${versionNumber} yet`}
        action={(
          <Button busy={busy} disabledReason={blocked} onClick={onRun}>
            {edits === 0 ? "Run the default scenarios"
              : `Run and record with ${plural(edits, "edit")}`}
          </Button>
        )}>
        A run records exposure, losses and findings as evidence.
      </EmptyState>
    </div>
  );
}

export interface NoPreviewProps {
  gap: NettingGap;
  busy: boolean;
  blocked: string | null;
  onRun: () => void;
}

/** Netting by instrument where the browser does not have the loans, yet or at all. */
export function NoPreview({ gap, busy, blocked, onRun }: NoPreviewProps) {
  if (gap.kind === "loading") {
    return (
      <div className="card">
        <div className="card-body"><SkeletonStack lines={6} label="Reading the loans" /></div>
      </div>
    );
  }
  if (gap.kind === "failed") {
    return (
      <ErrorState what="The loans could not be read." safe="Your edits are kept."
        requestId={gap.error.requestId}
        action={<Button onClick={gap.retry}>Try again</Button>} />
    );
  }
  return (
    <div className="card">
      <EmptyState icon="data" title={`Too many loans to preview by instrument: ${count(gap.count)}`}
        action={(
          <Button busy={busy} disabledReason={blocked} onClick={onRun}>Run and record</Button>
        )}>
        The server nets any number of them. A run shows its figures under Evidence.
      </EmptyState>
    </div>
  );
}
