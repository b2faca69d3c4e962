import { pool } from "../db/database";
import { STUCK } from "../jobs/job-store";

/** Failures that say something of what was sent in, not of the product. */
const NOT_OUR_FAULT = ["NO_VALID_RECORD", "TAPES_REFUSED", "RESOLVED"];

/** What people should know of the jobs: stuck ones, and failures of the last day. */
export async function jobsHealth(): Promise<{ status: "ok" | "degraded"; message?: string }> {
  const { rows: [row] } = await pool().query<{ stuck: number; failed: number; broken: number }>(
    `SELECT count(*) FILTER (WHERE ${STUCK})::int AS stuck,
       count(*) FILTER (WHERE state = 'failed')::int AS failed,
       count(*) FILTER (WHERE state = 'failed' AND resolution IS NULL
         AND NOT failure->>'code' = ANY($1))::int AS broken
     FROM job WHERE state IN ('queued', 'running')
       OR state = 'failed' AND finished_at > now() - interval '1 day'`, [NOT_OUR_FAULT]);
  const { stuck = 0, failed = 0, broken = 0 } = row ?? {};
  const words = [
    stuck > 0 ? `${stuck} stuck` : "", failed > 0 ? `${failed} failed in the last day` : "",
  ].filter((word) => word !== "");
  const message = words.length === 0 ? {} : { message: `Jobs: ${words.join(", ")}.` };
  return { status: stuck + broken > 0 ? "degraded" : "ok", ...message };
}
