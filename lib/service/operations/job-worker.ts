import os from "node:os";
import { dataFolderId } from "../platform/data-folder";
import { isDatabaseGone } from "../db/database";
import { bePresent, type Presence } from "../db/presence";
import { receiveJobs, type Deliveries } from "../db/queue";
import { Attempt, ClaimLostError, HeldError, ReleasedError } from "../jobs/job-attempt";
import { afterAttempt, cleanUp, endAttempt, endingOf, INTERRUPTED, JOB_CODE } from "./job-code";
import { announce } from "../jobs/job-ends";
import {
  claimJob, deliverAgain, findAbandoned, isOpen, redeliverLost, type Claimed, type Ending,
} from "../jobs/job-store";
import { killSwitchStatus } from "../controls/kill-switch";
import { log } from "../platform/log";
import { noteJob } from "../platform/metrics";
import { processState } from "../platform/process-state";
import { inRequest } from "../platform/request-scope";
import { startDueSchedules } from "./schedules";
import { inSpan } from "../platform/tracing";

/** Jobs that one process works on at the same time. */
const CONCURRENCY = 3;
/** How often workers look for jobs of workers that are gone, and for schedules that are due. */
const SWEEP_MS = 1000;
/** A worker that lives and is silent for this long has lost its job; people may be sooner. */
const ABANDONED_S = 300;
const LOST_DELIVERY_S = 10;
/** What runs when the process is asked to stop gets this long, then goes back to the queue. */
const DRAIN_MS = 10_000;
const ROLL_BACK_MS = 5000;
const RETRY_MS = 1000;

type Running = { attempt: Attempt; done: Promise<void> };

/** Works on jobs in this process: takes deliveries, claims, runs, ends or gives back. */
class Worker {
  private readonly name = `${os.hostname()}:${process.pid}`;
  private readonly running = new Map<string, Running>();
  private readonly deliveries: Deliveries;
  private readonly timer: NodeJS.Timeout;
  private sweeping: Promise<void> | null = null;
  private draining = false;

  constructor(private readonly presence: Presence) {
    this.deliveries = receiveJobs(CONCURRENCY, dataFolderId(),
      (jobId) => this.take(jobId));
    this.timer = setInterval(() => { this.sweepOnce(); }, SWEEP_MS);
    this.timer.unref();
    this.sweepOnce();
  }

  /** The connection that showed life is gone, and with it every claim made under it. */
  loseClaims(): void {
    for (const { attempt } of this.running.values()) attempt.stop(new ClaimLostError());
  }

  /** Makes an attempt of this process notice at once what was written of its job. */
  nudge(jobId: string, reason: Error): void {
    for (const { attempt } of this.running.values()) {
      if (attempt.job.job_id === jobId) attempt.stop(reason);
    }
  }

  private async take(jobId: string): Promise<void> {
    try {
      const key = this.presence.key();
      if (this.draining || key === null) {
        await deliverAgain(jobId, this.draining ? 0 : 1);
        return;
      }
      const claim = await claimJob(jobId, this.name, key);
      if (!claim) return;
      const attempt = new Attempt(claim);
      const done = this.perform(attempt, key).finally(() => {
        this.running.delete(claim.claim_id);
      });
      this.running.set(claim.claim_id, { attempt, done });
      await done;
    } catch (error) {
      // The job still waits: the sweep delivers it again.
      log().warn({ job_id: jobId, err: error }, "JOB_NOT_TAKEN");
    }
  }

  /** In the name of the job: its log lines lead to the request it came from. */
  private perform(attempt: Attempt, key: number): Promise<void> {
    const { job_id, kind, correlation_id, created_by } = attempt.job;
    return inRequest({ job_id, operation: `job ${kind}`, caller: created_by,
      ...(correlation_id === null ? {} : { correlation_id }) }, () => this.carryOut(attempt, key));
  }

  private async carryOut(attempt: Attempt, key: number): Promise<void> {
    const { job } = attempt;
    const code = JOB_CODE[job.kind];
    const startedAt = performance.now();
    let outcome: string;
    try {
      const halt = code.obeysSwitch ? killSwitchStatus() : null;
      if (halt?.enabled) throw new HeldError(`The kill switch is active: ${halt.reason ?? ""}`);
      await inSpan(`job ${job.kind}`, { "todiscope.job_id": job.job_id,
        ...(job.subject_id ? { "todiscope.subject_id": job.subject_id } : {}),
        ...(job.correlation_id ? { "todiscope.correlation_id": job.correlation_id } : {}),
      }, () => code.run(attempt));
      outcome = "succeeded";
      await cleanUp(job);
    } catch (error) {
      outcome = await this.settle(job, key, error);
    }
    attempt.end();
    noteJob(job.kind, outcome, (performance.now() - startedAt) / 1000);
    const isOver = outcome !== "retry" && outcome !== "lost";
    announce(job.job_id, isOver ? "ended" : this.draining ? "released" : "again");
  }

  /** Ends or gives back a job whose attempt threw; while its claim is held, again and again. */
  private async settle(job: Claimed, key: number, error: unknown): Promise<string> {
    const ending: Ending = endingOf(job, error);
    const level = ending.kind === "retry" && ending.counts ? "error" : "debug";
    log()[level]({ job_id: job.job_id, kind: job.kind, attempt: job.attempts,
      correlation_id: job.correlation_id, err: error }, "JOB_ATTEMPT_FAILED");
    for (;;) {
      try {
        if (error instanceof ClaimLostError || !await endAttempt(job, ending, error)) {
          // A commit whose answer got lost is a success: then what is left over goes as well.
          if (!await isOpen(job.job_id)) await cleanUp(job);
          return "lost";
        }
        return ending.kind;
      } catch (failed) {
        log().warn({ job_id: job.job_id, err: failed }, "JOB_END_NOT_RECORDED");
        // Without its sign of life the job is somebody else's to end.
        if (!isDatabaseGone(failed) || this.presence.key() !== key) return "lost";
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  private sweepOnce(): void {
    this.sweeping ??= this.sweep()
      .catch((error: unknown) => {
        if (!isDatabaseGone(error)) log().error({ err: error }, "JOB_SWEEP_FAILED");
      })
      .finally(() => { this.sweeping = null; });
  }

  private async sweep(): Promise<void> {
    for (const job of await findAbandoned(ABANDONED_S)) {
      const again = afterAttempt(job, INTERRUPTED);
      const ending: Ending = job.cancel_requested_by !== null ? { kind: "cancelled",
        failure: { code: "CANCELLED", message: `Cancelled by ${job.cancel_requested_by}.` } }
        : again.kind === "retry" ? { ...again, takeBack: true } : again;
      if (!await endAttempt(job, ending)) continue;
      log().warn({ job_id: job.job_id, kind: job.kind, attempt: job.attempts,
        outcome: ending.kind }, "JOB_ABANDONED");
      announce(job.job_id, ending.kind === "retry" ? "again" : "ended");
    }
    await redeliverLost(LOST_DELIVERY_S);
    await startDueSchedules();
  }

  /** No new jobs; running ones get some time, then go back to the queue for another process. */
  async drain(): Promise<void> {
    this.draining = true;
    clearInterval(this.timer);
    const stopped = this.deliveries.stop().catch(() => undefined);
    await this.settled(DRAIN_MS);
    for (const { attempt } of this.running.values()) attempt.stop(new ReleasedError());
    await this.settled(ROLL_BACK_MS);
    await within(ROLL_BACK_MS, Promise.all([stopped, this.sweeping]));
    await this.presence.leave();
  }

  private settled(ms: number): Promise<void> {
    return within(ms, Promise.allSettled([...this.running.values()].map((each) => each.done)));
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, ms); });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

type Slot = { worker: Worker | null };
const slot = (): Slot => processState("job-worker", () => ({ worker: null }));

/** Starts to work on jobs in this process, once. */
export async function startWorker(): Promise<void> {
  if (slot().worker) return;
  const presence = await bePresent(() => slot().worker?.loseClaims());
  slot().worker = new Worker(presence);
}

/** Drains the worker of this process, if there is one. */
export async function stopWorker(): Promise<void> {
  await slot().worker?.drain();
  slot().worker = null;
}

/** Tells the worker of this process of what was just written of a job; others see it soon. */
export const nudgeWorker = (jobId: string, reason: Error): void =>
  slot().worker?.nudge(jobId, reason);
