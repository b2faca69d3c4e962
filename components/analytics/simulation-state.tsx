"use client";

import { Refusal } from "@/components/dataset/refusal";
import { isOpen, pastSimulationWords, progressWords } from "@/components/operations/job-words";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { time } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import { useOperation } from "@/lib/client/hooks";
import type { Simulation } from "./use-simulation";

/** How a job's simulation goes on, or why it has no result. */
export function SimulationState({ simulation }: { simulation: Simulation }) {
  const { job, error, cancel } = simulation;
  if (error) {
    return <Refusal error={error} role="Execute" what="The simulation did not succeed." />;
  }
  if (!job) return null;
  if (isOpen(job)) {
    const isStopping = job.cancel_requested_at !== null;
    return (
      <div className="card ana-progress">
        <Progress label={isStopping ? "The simulation is being stopped"
          : job.state === "queued" ? "The simulation waits for a worker"
            : "The simulation is under way; you may leave this page"}
        share={job.progress.share} shown note={progressWords(job)} />
        <Button small icon="x" busy={isStopping} onClick={cancel}>Cancel</Button>
      </div>
    );
  }
  if (job.state === "succeeded") return null;
  return (
    <Banner kind="warning" icon="warn" title={job.state === "cancelled"
      ? "The simulation was cancelled." : "The simulation failed."}>
      {job.state === "cancelled" ? "Nothing of it is kept." : job.failure?.message}
    </Banner>
  );
}

const LISTED = 5;

/** Simulations of a version that jobs did: what came out of them can be opened again. */
export function PastSimulations({ versionId, simulation }: {
  versionId: string; simulation: Simulation;
}) {
  const list = useOperation("listJobs",
    { query: { kind: "credit_loss", subject: versionId, limit: LISTED } });
  const jobs = list.data?.items ?? [];
  if (jobs.length === 0) return null;
  return (
    <Card id="simulations" title="Simulations by jobs">
      <ul className="edits">
        {jobs.map((job) => (
          <li key={job.job_id}>
            <Button small kind="quiet" aria-pressed={simulation.job?.job_id === job.job_id}
              onClick={() => simulation.open(job.job_id)}>
              {time(job.created_at)}
            </Button>
            <span className="num">{pastSimulationWords(job)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
