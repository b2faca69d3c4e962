import { Logger, run, runMigrations, type Runner } from "graphile-worker";
import pg from "pg";
import { environment } from "../platform/environment";
import { log } from "../platform/log";

const TASK = "job";
const RESTART_MS = 1000;
/** How often an idle worker looks for deliveries that are due; new ones are announced to it. */
const POLL_MS = 1000;
/** The longest that a stop may take; the worker itself drains sooner. */
const STOP_MS = 30_000;

const logger = new Logger(() => (level, message) => {
  // The queue's own words are for who looks into the queue: what matters is logged by the worker.
  if (level === "error" || level === "warning") log().warn({ queue: message }, "JOB_QUEUE");
  else log().debug({ queue: message }, "JOB_QUEUE");
});

/** Creates or updates the queue's own tables, in a schema of their own. */
export async function migrateQueue(url: string): Promise<void> {
  const pgPool = quietPool({ connectionString: url, max: 1 });
  try {
    await runMigrations({ pgPool, logger });
  } finally {
    await pgPool.end();
  }
}

/** A connection that breaks must not end the process: the queue opens another. */
function quietPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(options);
  const note = (error: Error): void =>
    log().warn({ error: error.message }, "DATABASE_CONNECTION_LOST");
  pool.on("error", note);
  pool.on("connect", (client) => { client.on("error", note); });
  return pool;
}

/** Of a job whose upload lies in a data folder: only who shares the folder takes it. */
const taskOf = (folderId: string): string => `${TASK}@${folderId}`;

/**
 * Delivers a job after `delayS` seconds, in place of an earlier delivery; who waits for work is
 * told when the surrounding transaction commits. Parameters: job id, delay in seconds.
 */
export const DELIVER = `SELECT 1 FROM graphile_worker.add_job(
  (SELECT '${TASK}' || coalesce('@' || folder_id, '') FROM job WHERE job_id = $1::uuid),
  json_build_object('job_id', $1::text), run_at := now() + make_interval(secs => $2::float8),
  max_attempts := 1, job_key := $1::text)`;

/** Takes a job's delivery from whoever holds it: for a holder that is gone or silent. */
export const TAKE_BACK = `SELECT graphile_worker.force_unlock_workers(ARRAY(
  SELECT locked_by FROM graphile_worker.jobs WHERE key = $1::text AND locked_by IS NOT NULL))`;

/** True where a delivery of job `j` waits to be taken. */
export const IS_DELIVERED = `EXISTS (SELECT FROM graphile_worker.jobs d
  WHERE d.key = j.job_id::text AND d.locked_at IS NULL AND d.attempts < d.max_attempts)`;

/** Deliveries coming in; `stop` takes no more and resolves when the last was dealt with. */
export type Deliveries = { stop(): Promise<void> };

/**
 * Hands every delivery that a worker of this data folder may take to `take`, up to `concurrency`
 * at a time. A queue that breaks with the database is taken up again.
 */
export function receiveJobs(
  concurrency: number, folderId: string, take: (jobId: string) => Promise<void>,
): Deliveries {
  const task = (payload: unknown): Promise<void> => take((payload as { job_id: string }).job_id);
  const pool = quietPool({
    connectionString: environment().TODISCOPE_DATABASE_URL, max: concurrency + 1,
    application_name: "todiscope queue", keepAlive: true,
  });
  let stopping = false;
  let runner: Runner | null = null;
  const keepRunning = async (): Promise<void> => {
    while (!stopping) {
      try {
        runner = await run({
          pgPool: pool, concurrency, pollInterval: POLL_MS, noHandleSignals: true, logger,
          crontab: "", preset: { worker: {
            gracefulShutdownAbortTimeout: STOP_MS,
            // In batches its last word on a delivery is tried again when the database is away;
            // without, a rejection that nobody handles would end the process.
            completeJobBatchDelay: 0, failJobBatchDelay: 0,
          } },
          taskList: { [TASK]: task, [taskOf(folderId)]: task },
        });
        if (stopping) await runner.stop();
        else await runner.promise;
      } catch (error) {
        log().warn({ err: error }, "JOB_QUEUE_LOST");
      }
      runner = null;
      if (!stopping) await new Promise((resolve) => setTimeout(resolve, RESTART_MS).unref());
    }
  };
  const ended = keepRunning();
  return {
    stop: async () => {
      stopping = true;
      await runner?.stop().catch(() => undefined);
      await ended;
      await pool.end();
    },
  };
}
