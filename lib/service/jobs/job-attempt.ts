import type { Json } from "@/lib/kernel/canonical";
import { systemSource, insertAudit } from "../audit/audit";
import type { PoolClient } from "../db/database";
import {
  beat, isLoad, succeed, type Claimed, type Ending, type Failure, type Progress,
} from "./job-store";
import { refuseWhenHalted } from "../controls/kill-switch";

/** Somebody asked for the job's end. */
export class CancelledError extends Error {
  override name = "CancelledError";
  constructor(readonly by: string) {
    super(`Cancelled by ${by}.`);
  }
}
/** The process is about to end; another goes on with the job. */
export class ReleasedError extends Error {
  override name = "ReleasedError";
}
/** The kill switch is active: the job waits until it may start. */
export class HeldError extends Error {
  override name = "HeldError";
}
/** The job is in other hands by now: whatever this attempt did must not count. */
export class ClaimLostError extends Error {
  override name = "ClaimLostError";
}
/** The job cannot succeed, however often it is tried. */
export class JobFailedError extends Error {
  override name = "JobFailedError";
  constructor(readonly failure: Failure, readonly result?: Json) {
    super(failure.message);
  }
}

const PROGRESS_MS = 500;
const HEARTBEAT_MS = 2000;

/** What the code of a job sees of it: what to do, whether to stop, and where to say how far. */
export class Attempt {
  private readonly stopper = new AbortController();
  private readonly at: Progress = { rows: 0, totalRows: null, bytes: 0 };
  private readonly heartbeat: NodeJS.Timeout;
  private said = 0;

  constructor(readonly job: Claimed) {
    this.heartbeat = setInterval(() => { void this.say(); }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  get subjectId(): string {
    return this.job.subject_id ?? "";
  }

  /** Aborted with the reason for which the work is to stop. */
  get signal(): AbortSignal {
    return this.stopper.signal;
  }

  /** @throws CancelledError, ReleasedError, ClaimLostError when the work is to stop here. */
  stopIfAsked(): void {
    this.stopper.signal.throwIfAborted();
  }

  /** Makes the work stop at the next place where it can. */
  stop(reason: Error): void {
    this.stopper.abort(reason);
  }

  expect(totalRows: number): void {
    this.at.totalRows = totalRows;
  }

  /** Notes how far the work got; written now and then, outside the work's transaction. */
  progress(rows: number, bytes = this.at.bytes): void {
    this.at.rows = rows;
    this.at.bytes = bytes;
    const now = Date.now();
    if (now - this.said < PROGRESS_MS) return;
    void this.say();
  }

  private async say(): Promise<void> {
    this.said = Date.now();
    const answer = await beat(this.job, this.at).catch(() => undefined);
    if (answer === null) this.stop(new ClaimLostError());
    else if (answer?.cancelled) this.stop(new CancelledError(answer.by ?? "somebody"));
  }

  /**
   * Gives the job its result in the transaction of the work, before anything else that others
   * wait for: either both are there or neither.
   */
  async finish(client: PoolClient, result: Json, obeysSwitch = true): Promise<void> {
    this.stopIfAsked();
    if (obeysSwitch) refuseWhenHalted();
    if (!await succeed(client, this.job, this.at, result)) {
      await this.say();
      this.stopIfAsked();
      throw new ClaimLostError();
    }
    // What a load did is an event of its version, written with the seal.
    if (isLoad(this.job)) return;
    await insertAudit(client, systemSource("system:worker", this.job.correlation_id), {
      type: "job.succeeded", subjectId: this.job.job_id,
      details: { kind: this.job.kind, attempts: this.job.attempts },
    });
  }

  /** No more signs of life from here. */
  end(): void {
    clearInterval(this.heartbeat);
  }
}

/** A job as far as its end needs it, whoever ends it. */
export type EndedJob = Pick<Claimed, "job_id" | "kind" | "subject_id" | "payload" | "attempts" |
  "correlation_id">;
export type FinalEnding = Exclude<Ending, { kind: "retry" }>;

/** The code of one kind of job. */
export type JobCode = {
  /** Whether the kill switch stops it. */
  obeysSwitch: boolean;
  /** Does the work; gives the job its result by `attempt.finish` in the work's transaction. */
  run(attempt: Attempt): Promise<void>;
  /** What else is written when it ends without a result, in the same transaction. */
  ended?(client: PoolClient, job: EndedJob, ending: FinalEnding, error?: unknown): Promise<void>;
  /** Afterwards, once it has ended one way or the other. */
  cleanUp?(job: EndedJob): Promise<void>;
};
