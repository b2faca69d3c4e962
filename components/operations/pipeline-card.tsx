"use client";

import type { ReactNode } from "react";
import Link from "next/link";
import { Badge, type BadgeState } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/figure";
import { count, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

const REFRESH_MS = 10_000;

type Pipeline = ResponseOf<"pipelineHealth">;

const STATES: Record<Pipeline["status"], { state: BadgeState; word: string }> = {
  ok: { state: "normal", word: "In order" },
  degraded: { state: "warning", word: "Needs a look" },
  failed: { state: "critical", word: "Failed" },
  idle: { state: "unknown", word: "Nothing imported yet" },
};
const OUTCOMES = { succeeded: "imported", failed: "failed", cancelled: "cancelled" } as const;

function lastRun(run: Pipeline["last_run"]): ReactNode {
  if (run === null) return <Na reason="Nothing was imported yet." />;
  const words = run.outcome === "succeeded" ? plural(run.rows, "row") : OUTCOMES[run.outcome];
  return (
    <p>
      <Link href={`/versions/${run.dataset_version_id}`}>
        {run.dataset_name}, version {count(run.version)}
      </Link>, {words}, {time(run.at)}
    </p>
  );
}

function metrics(computed: Pipeline["metrics_computed"]): ReactNode {
  if (computed === null) return <Na reason="No version is sealed." />;
  if (computed.evidence_id === null) {
    return <Na reason="The last sealed version has no KPIs recorded." />;
  }
  return (
    <Link href={`/versions/${computed.dataset_version_id}`}>
      {plural(computed.count, "KPI")} of the last sealed version
    </Link>
  );
}

function Facts({ pipeline }: { pipeline: Pipeline }) {
  const { last_run: run, next_run: next, last_error: error } = pipeline;
  return (
    <KeyValueList items={[
      { key: "Last import", value: lastRun(run) },
      { key: "Next look at the watched folder", value: next ? time(next.at)
        : <Na reason="No schedule imports the watched folder." /> },
      { key: "Computed", value: metrics(pipeline.metrics_computed) },
      { key: "Last error", value: error ? `${error.message} (${time(error.at)})`
        : "None that is not resolved" },
    ]} />
  );
}

/** How imports fare, whoever or whatever starts them. */
export function PipelineCard() {
  const health = useOperation("pipelineHealth", {}, { refetchInterval: REFRESH_MS });
  const look = health.data ? STATES[health.data.status] : null;
  return (
    <Card id="pipeline" title="Imports"
      sub="The watched folder is looked at by the schedule “Import watched folder”."
      action={look ? <Badge state={look.state}>{look.word}</Badge> : undefined}>
      {health.data ? <Facts pipeline={health.data} /> : health.error ? (
        <ErrorState what="It is not known how imports fare." todo={health.error.message}
          action={<Button onClick={() => void health.refetch()}>Try again</Button>} />
      ) : <SkeletonStack />}
    </Card>
  );
}
