import type { JobKind, JobState } from "@/lib/contract/job";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { allows } from "@/lib/contract/roles";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, sourceOf, insertAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findDataset } from "../datasets/datasets";
import { inTransaction, prisma, type Job as Row, type PoolClient } from "../db/database";
import { DELIVER, TAKE_BACK } from "../db/queue";
import { CancelledError, ClaimLostError, type EndedJob, type FinalEnding } from "../jobs/job-attempt";
import { importAgain } from "../imports/import-again";
import { cleanUp, writeEnd } from "./job-code";
import { announce } from "../jobs/job-ends";
import { enqueue, isLoad, SILENCE_S, STUCK, UNCLAIMED_S } from "../jobs/job-store";
import { paceOf } from "../jobs/job-timing";
import { nudgeWorker } from "./job-worker";
import { afterCursor, pageOf } from "../platform/paging";
import { FREE_ATTEMPTS } from "./schedules";

type Job = ResponseOf<"getJob">;

const secondsSince = (time: Date | null): number =>
  time === null ? 0 : Math.max(0, Math.round((Date.now() - time.getTime()) / 1000));

function stuckReason(row: Row): string | null {
  const silent = secondsSince(row.heartbeatAt);
  if (row.state === "running" && silent > SILENCE_S) {
    return `Its worker ${row.worker ?? ""} shows no sign of life for ${silent} s.`;
  }
  const waiting = secondsSince(row.availableAt);
  if (row.state !== "queued" || waiting <= UNCLAIMED_S) return null;
  const { folder } = row.payload as { folder?: string };
  return `No worker has taken it for ${waiting} s.` + (folder === undefined ? ""
    : ` Its upload lies in the data folder ${folder}: a worker must share that folder ` +
      "(TODISCOPE_DATA_DIR).");
}

function progressOf(row: Row): Job["progress"] {
  const until = row.finishedAt?.getTime() ?? Date.now();
  const elapsedMs = row.startedAt && row.state !== "queued"
    ? Math.max(0, until - row.startedAt.getTime()) : null;
  const bytes = Number(row.bytesDone);
  const totalBytes = row.bytesTotal === null ? null : Number(row.bytesTotal);
  const pace = paceOf({ rows: row.rowsDone, totalRows: row.rowsTotal, bytes, totalBytes,
    elapsedMs: elapsedMs ?? 0 });
  return {
    rows: row.rowsDone, total_rows: row.rowsTotal, bytes, total_bytes: totalBytes,
    share: row.state === "succeeded" ? 1 : pace.share, rows_per_s: pace.rowsPerS,
    seconds_left: row.state === "running" ? pace.secondsLeft : null, elapsed_ms: elapsedMs,
  };
}

const isoOf = (time: Date | null): string | null => time?.toISOString() ?? null;

export const toJob = (row: Row): Job => ({
  job_id: row.id,
  kind: row.kind as JobKind,
  state: row.state as JobState,
  subject_id: row.subjectId,
  attempts: row.attempts,
  max_attempts: row.maxAttempts,
  progress: progressOf(row),
  stuck: stuckReason(row),
  worker: row.worker,
  result: row.result,
  failure: row.failure as Job["failure"],
  resolution: row.resolution as Job["resolution"],
  cancel_requested_at: isoOf(row.cancelRequestedAt),
  cancel_requested_by: row.cancelRequestedBy,
  schedule_id: row.scheduleId,
  correlation_id: row.correlationId,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  available_at: row.availableAt.toISOString(),
  started_at: isoOf(row.startedAt),
  heartbeat_at: isoOf(row.heartbeatAt),
  finished_at: isoOf(row.finishedAt),
});

export async function listJobs(query: QueryOf<"listJobs">): Promise<ResponseOf<"listJobs">> {
  const now = Date.now();
  const stuck = { OR: [
    { state: "running", heartbeatAt: { lt: new Date(now - SILENCE_S * 1000) } },
    { state: "queued", availableAt: { lt: new Date(now - UNCLAIMED_S * 1000) } },
  ] };
  const rows = await prisma().job.findMany({
    where: { AND: [
      query.state ? { state: query.state } : {}, query.kind ? { kind: query.kind } : {},
      query.subject ? { subjectId: query.subject } : {},
      query.stuck === undefined ? {} : query.stuck ? stuck : { NOT: stuck },
      afterCursor(query.cursor),
    ] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1,
  });
  return pageOf(rows, query.limit, (row) => {
    const job = toJob(row);
    return job.kind === "credit_loss" ? { ...job, result: null } : job;
  });
}

/** @throws AppError JOB_NOT_FOUND */
export async function getJob(id: string): Promise<Job> {
  const row = isUuid(id) ? await prisma().job.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("JOB_NOT_FOUND");
  return toJob(row);
}

/** Starts a job that needs no further input. */
export async function startJob(context: Context, body: BodyOf<"startJob">): Promise<Job> {
  if (body.report) await findDataset(body.report.dataset_id);
  const id = await prisma().$transaction(async (transaction) => {
    const started = await enqueue(transaction, { kind: body.kind,
      ...(body.report && { payload: body.report, subjectId: body.report.dataset_id }),
      maxAttempts: FREE_ATTEMPTS, createdBy: context.caller.name,
      correlationId: context.correlationId });
    await recordAudit(transaction, context,
      { type: "job.started", subjectId: started, details: { kind: body.kind } });
    return started;
  });
  return getJob(id);
}

type Locked = EndedJob & {
  state: JobState; stuck: boolean; resolved: boolean; created_by: string;
};

/** A job, locked until the transaction ends. @throws AppError JOB_NOT_FOUND */
async function locked(client: PoolClient, id: string): Promise<Locked> {
  const found = isUuid(id) ? await client.query<Locked>(
    `SELECT job_id::text, kind, subject_id, payload, attempts, correlation_id, created_by, state,
       ${STUCK} AS stuck, resolution IS NOT NULL AS resolved
     FROM job WHERE job_id = $1 FOR UPDATE`, [id]) : null;
  const row = found?.rows[0];
  if (!row) throw new AppError("JOB_NOT_FOUND");
  return row;
}

const conflict = (message: string): AppError => new AppError("JOB_STATE_CONFLICT", { message });

/** What an audit event says of a job that somebody acted on. */
const eventOf = (job: Locked, type: string, after: string) => ({
  type, subjectId: job.job_id, before: { state: job.state }, after: { state: after },
  details: { kind: job.kind, of: job.subject_id },
});

/** Ends a job that no worker has, or that is taken from the one that had it. */
async function end(
  client: PoolClient, context: Context, job: Locked, ending: FinalEnding,
): Promise<void> {
  await client.query(
    `UPDATE job SET state = $2, failure = $3, claim_id = NULL, worker_key = NULL,
       finished_at = clock_timestamp() WHERE job_id = $1`,
    [job.job_id, ending.kind, JSON.stringify(ending.failure)]);
  await writeEnd(client, job, ending, sourceOf(context));
}

/** Cancels a waiting job at once; a running one as soon as its worker has rolled back. */
export const cancelJob = (context: Context, id: string): Promise<Job> =>
  cancel(context, id, (found) => {
    if (isLoad(found) || allows(context.caller.roles, "ADMIN")) return;
    throw new AppError("FORBIDDEN", { message: `A job of kind ${found.kind} needs ADMIN.` });
  });

/** Cancels a job of one kind for a caller who may order such, or who alone may order this one. */
export const cancelOwn = (
  context: Context, id: string, kind: JobKind, of: "anybody" | "oneself" = "anybody",
): Promise<Job> => cancel(context, id, (found) => {
  if (found.kind !== kind) throw conflict(`The job is of kind ${found.kind}, not ${kind}.`);
  const { name, roles } = context.caller;
  if (of === "anybody" || found.created_by === name || allows(roles, "ADMIN")) return;
  throw new AppError("FORBIDDEN",
    { message: `${found.created_by} ordered it: only they and administrators may cancel it.` });
});

async function cancel(
  context: Context, id: string, judge: (found: Locked) => void,
): Promise<Job> {
  const by = context.caller.name;
  const job = await inTransaction(async (client) => {
    const found = await locked(client, id);
    judge(found);
    if (found.state !== "queued" && found.state !== "running") {
      throw conflict(`The job has ${found.state}; it cannot be cancelled.`);
    }
    await client.query(`UPDATE job SET cancel_requested_at = coalesce(cancel_requested_at, now()),
      cancel_requested_by = coalesce(cancel_requested_by, $2) WHERE job_id = $1`,
      [found.job_id, by]);
    await insertAudit(client, context,
      eventOf(found, "job.cancel_requested", found.state));
    if (found.state === "queued") {
      await end(client, context, found, { kind: "cancelled",
        failure: { code: "CANCELLED", message: `Cancelled by ${by}.` } });
    }
    return found;
  });
  if (job.state === "queued") await afterEnd(job);
  else nudgeWorker(job.job_id, new CancelledError(by));
  return getJob(id);
}

async function afterEnd(job: Locked): Promise<void> {
  await cleanUp(job);
  announce(job.job_id, "ended");
}

/** Runs a job again: one that is stuck, waits for its next attempt, failed or was cancelled. */
export async function restartJob(context: Context, id: string): Promise<Job> {
  const { kind, state } = await getJob(id);
  // An ended import stays ended, so nothing can come between this look and what it decides.
  if (kind === "import" && (state === "failed" || state === "cancelled")) {
    return getJob(await importAgain(context, id));
  }
  const job = await inTransaction(async (client) => {
    const found = await locked(client, id);
    if (found.state === "succeeded") throw conflict("The job has succeeded.");
    if (found.state === "running" && !found.stuck) throw conflict("The job is running.");
    if (found.state === "failed" || found.state === "cancelled") await reopen(client, found);
    await client.query(
      `UPDATE job SET state = 'queued', claim_id = NULL, worker = NULL, worker_key = NULL,
         attempts = 0, available_at = now(), finished_at = NULL, result = NULL, resolution = NULL,
         cancel_requested_at = NULL, cancel_requested_by = NULL, rows_done = 0, bytes_done = 0
       WHERE job_id = $1`, [found.job_id]);
    await client.query(TAKE_BACK, [found.job_id]);
    await client.query(DELIVER, [found.job_id, 0]);
    await insertAudit(client, context, eventOf(found, "job.restarted", "queued"));
    return found;
  });
  nudgeWorker(job.job_id, new ClaimLostError());
  return getJob(id);
}

/** Puts what a job works on back to where the job can start. */
async function reopen(client: PoolClient, job: Locked): Promise<void> {
  if (job.kind === "import") throw conflict("The import has just ended. Restart it again.");
  if (job.kind !== "normalize") return;
  const claimed = await client.query(
    `UPDATE dataset_version SET status = 'normalizing', rows_done = 0
     WHERE dataset_version_id = $1 AND status = 'ingested'`, [job.subject_id]);
  if (claimed.rowCount === 0) {
    throw conflict("The dataset version no longer waits to be normalized.");
  }
}

/** Ends a stuck job as failed, or marks a failed one as dealt with; either with a reason. */
export async function resolveJob(context: Context, id: string, reason: string): Promise<Job> {
  const job = await inTransaction(async (client) => {
    const found = await locked(client, id);
    if (found.resolved) throw conflict("The job is resolved already.");
    const isFailed = found.state === "failed";
    if (!isFailed && !found.stuck) {
      throw conflict(`The job is ${found.state}; a stuck or failed one can be resolved.`);
    }
    await client.query("UPDATE job SET resolution = $2 WHERE job_id = $1", [found.job_id,
      JSON.stringify({ by: context.caller.name, at: new Date().toISOString(), reason })]);
    await insertAudit(client, context,
      { ...eventOf(found, "job.resolved", "failed"), reason });
    if (!isFailed) {
      await end(client, context, found, { kind: "failed", failure: { code: "RESOLVED",
        message: `Ended by ${context.caller.name}: ${reason}` } });
    }
    return found;
  });
  if (job.state !== "failed") {
    nudgeWorker(job.job_id, new ClaimLostError());
    await afterEnd(job);
  }
  return getJob(id);
}
