import { mayImportAgain, PASSING_FAILURES } from "@/lib/contract/facts";
import type { JobKind } from "@/lib/contract/job";
import type { Json } from "@/lib/kernel/canonical";
import { newId } from "@/lib/kernel/ids";
import { inTransaction, pool, type PoolClient, type Prisma } from "../db/database";
import { LIVING_WORKERS } from "../db/presence";
import { DELIVER, IS_DELIVERED, TAKE_BACK } from "../db/queue";

/** A job that somebody wants done. */
export type Order = {
  kind: JobKind;
  subjectId?: string;
  /** The data folder whose workers alone can do it. */
  folderId?: string;
  payload?: Prisma.InputJsonObject;
  maxAttempts: number;
  createdBy: string;
  correlationId?: string;
  scheduleId?: string;
  bytesTotal?: bigint;
};

/** A job in the hands of this process, until its claim ends. */
export type Claimed = {
  job_id: string; kind: JobKind; subject_id: string | null; payload: Record<string, Json>;
  attempts: number; max_attempts: number; claim_id: string; correlation_id: string | null;
  created_by: string; cancel_requested_by: string | null;
};

/** Whether a job loads a dataset version, whose own events then say what became of it. */
export const isLoad = (job: { kind: JobKind }): boolean =>
  job.kind === "import" || job.kind === "normalize";

export type Failure = { code: string; message: string };
/** Failures that say nothing of the tape: the same file may well be loaded another time. */
const PASSING: ReadonlySet<string> = new Set(PASSING_FAILURES);
export const mayPass = (failure: Failure | null): boolean =>
  failure !== null && PASSING.has(failure.code);
/** Failures after which a person may import what was received once more. */
export const mayBeAgain = (failure: Failure | null): boolean =>
  failure !== null && mayImportAgain(failure.code);
/** How a claim ends without a result: for good, or to be tried again. */
export type Ending =
  | { kind: "failed" | "cancelled"; failure: Failure; result?: Json }
  | {
    kind: "retry"; failure: Failure | null; delayS: number;
    /** Whether the attempt is one of the few that a job has. */
    counts: boolean;
    /** Whether the delivery is still in hands that are gone. */
    takeBack?: boolean;
  };

/** A running job without a sign of life for this long is taken to be stuck. */
export const SILENCE_S = 30;
/** A job that nobody has taken for this long is too. */
export const UNCLAIMED_S = 300;

/** True for a job that people should look at. */
export const STUCK = `(state = 'running' AND heartbeat_at < now() - interval '${SILENCE_S} s'
  OR state = 'queued' AND available_at < now() - interval '${UNCLAIMED_S} s')`;

/** Writes a job and its delivery; both are there once the transaction commits. */
export async function enqueue(
  transaction: Prisma.TransactionClient, order: Order,
): Promise<string> {
  const id = newId();
  await transaction.job.create({ data: {
    id, kind: order.kind, subjectId: order.subjectId ?? null, payload: order.payload ?? {},
    folderId: order.folderId ?? null,
    maxAttempts: order.maxAttempts, createdBy: order.createdBy,
    correlationId: order.correlationId ?? null, scheduleId: order.scheduleId ?? null,
    bytesTotal: order.bytesTotal ?? null,
  } });
  await transaction.$executeRawUnsafe(DELIVER, id, 0);
  return id;
}

const CLAIMED = `job_id::text, kind, subject_id, payload, attempts, max_attempts,
  claim_id::text, correlation_id, created_by, cancel_requested_by`;

/** Takes a waiting job; null when another was first, or it no longer waits. */
export async function claimJob(
  jobId: string, worker: string, workerKey: number,
): Promise<Claimed | null> {
  const result = await pool().query<Claimed>(
    `UPDATE job SET state = 'running', claim_id = $2, worker = $3, worker_key = $4,
       attempts = attempts + 1, started_at = now(), heartbeat_at = now(), rows_done = 0,
       rows_total = NULL, bytes_done = 0
     WHERE job_id = $1 AND state = 'queued' AND available_at <= now() RETURNING ${CLAIMED}`,
    [jobId, newId(), worker, workerKey]);
  return result.rows[0] ?? null;
}

export type Progress = { rows: number; totalRows: number | null; bytes: number };

/**
 * Writes how far a claim got, and that it lives; also where the version shows it.
 * @returns whether it is to be cancelled; null when the claim is no longer this one.
 */
export async function beat(
  claim: Claimed, { rows, totalRows, bytes }: Progress,
): Promise<{ cancelled: boolean; by: string | null } | null> {
  // The job first, then the version: every transaction that touches both keeps this order.
  const result = await pool().query<{ cancelled: boolean; by: string | null }>(
    `WITH j AS (
       UPDATE job SET rows_done = $3, rows_total = $4, bytes_done = $5,
         heartbeat_at = clock_timestamp()
       WHERE job_id = $1 AND claim_id = $2 AND state = 'running'
       RETURNING kind, subject_id, cancel_requested_at, cancel_requested_by),
     v AS (
       UPDATE dataset_version v SET rows_done = $3, bytes_done = $5 FROM j
       WHERE j.kind IN ('import', 'normalize') AND v.dataset_version_id = j.subject_id::uuid
         AND v.status IN ('importing', 'normalizing') RETURNING 1)
     SELECT cancel_requested_at IS NOT NULL AS cancelled, cancel_requested_by AS by FROM j`,
    [claim.job_id, claim.claim_id, rows, totalRows, bytes]);
  return result.rows[0] ?? null;
}

/** Gives a job its one result, inside the transaction that makes the result; false if too late. */
export async function succeed(
  client: PoolClient, claim: Claimed, { rows, totalRows, bytes }: Progress, result: Json,
): Promise<boolean> {
  const ended = await client.query(
    `UPDATE job SET state = 'succeeded', claim_id = NULL, worker_key = NULL, result = $3,
       failure = NULL, rows_done = $4, rows_total = $5, bytes_done = $6,
       heartbeat_at = clock_timestamp(), finished_at = clock_timestamp()
     WHERE job_id = $1 AND claim_id = $2 AND state = 'running' AND cancel_requested_at IS NULL`,
    [claim.job_id, claim.claim_id, JSON.stringify(result), rows, totalRows, bytes]);
  return ended.rowCount === 1;
}

/** Ends a claim without a result; false when the job is no longer in these hands. */
export async function endClaim(
  client: PoolClient, claim: Claimed, ending: Ending,
): Promise<boolean> {
  const failure = ending.failure === null ? null : JSON.stringify(ending.failure);
  if (ending.kind === "retry") {
    const again = await client.query(
      `UPDATE job SET state = 'queued', claim_id = NULL, worker = NULL, worker_key = NULL,
         failure = $3, attempts = attempts - $4, rows_done = 0, bytes_done = 0,
         available_at = now() + make_interval(secs => $5)
       WHERE job_id = $1 AND claim_id = $2 AND state = 'running'`,
      [claim.job_id, claim.claim_id, failure, ending.counts ? 0 : 1, ending.delayS]);
    if (again.rowCount !== 1) return false;
    if (ending.takeBack) await client.query(TAKE_BACK, [claim.job_id]);
    await client.query(DELIVER, [claim.job_id, ending.delayS]);
    return true;
  }
  const ended = await client.query(
    `UPDATE job SET state = $3, claim_id = NULL, worker_key = NULL, failure = $4, result = $5,
       finished_at = clock_timestamp()
     WHERE job_id = $1 AND claim_id = $2 AND state = 'running'`,
    [claim.job_id, claim.claim_id, ending.kind, failure,
      ending.result === undefined ? null : JSON.stringify(ending.result)]);
  return ended.rowCount === 1;
}

/** Jobs that run in the hands of a worker that is gone, or silent for `silenceS` seconds. */
export async function findAbandoned(silenceS: number): Promise<Claimed[]> {
  const result = await pool().query<Claimed>(
    `SELECT ${CLAIMED} FROM job WHERE state = 'running'
       AND (heartbeat_at < now() - make_interval(secs => $1)
         OR worker_key NOT IN (${LIVING_WORKERS}))`, [silenceS]);
  return result.rows;
}

/** Delivers again what waits and is not on its way, e.g. when a worker died while taking it. */
export async function redeliverLost(graceS: number): Promise<number> {
  const lost = await pool().query<{ job_id: string }>(
    `SELECT job_id::text FROM job j WHERE state = 'queued'
       AND available_at < now() - make_interval(secs => $1) AND NOT ${IS_DELIVERED}`, [graceS]);
  for (const { job_id: jobId } of lost.rows) await deliverAgain(jobId);
  return lost.rowCount ?? 0;
}

/** Delivers a waiting job, now or later, whoever holds an earlier delivery. */
export async function deliverAgain(jobId: string, delayS = 0): Promise<void> {
  await inTransaction(async (client) => {
    await client.query(TAKE_BACK, [jobId]);
    await client.query(DELIVER, [jobId, delayS]);
  });
}

/** Whether a job is still to be done. */
export async function isOpen(jobId: string): Promise<boolean> {
  const found = await pool().query(
    "SELECT FROM job WHERE job_id = $1 AND state IN ('queued', 'running')", [jobId]);
  return found.rowCount === 1;
}
