import { inTransaction, pool } from "../db/database";
import { cleanExports } from "../reports/export-artifacts";
import type { JobCode } from "../jobs/job-attempt";
import { forgetExpired } from "../imports/resumable-uploads";
import { forgetLeftOut } from "../imports/left-out-rows";
import { removeUploads } from "../datasets/uploads";
import { cleanResults } from "../stress/instrument-results";
import { dropErasedLoads, isScaledOut } from "../stress/scale-out-loads";
import { cleanColumns } from "../datasets/version-columns";

/** An upload that is being received has no job yet; none takes this long without a byte. */
const OLD_S = 3600;

/**
 * Removes upload files that no job and no upload in pieces needs any more and nobody has written
 * to for `oldS` seconds.
 */
export async function cleanUploads(oldS = OLD_S): Promise<{ removed: number; bytes: number }> {
  await forgetExpired();
  return removeUploads(oldS, async () => {
    const needed = await pool().query<{ file: string }>(
      `SELECT payload->>'file' AS file FROM job
       WHERE kind = 'import' AND state IN ('queued', 'running')
       UNION ALL SELECT upload_id::text FROM upload_session`);
    return new Set(needed.rows.map((row) => row.file));
  });
}

/**
 * The job that removes left-over uploads and rows, files that were exported long ago, and columns
 * of versions erased elsewhere.
 */
export const cleanUploadsJob: JobCode = {
  obeysSwitch: false,
  run: async (attempt) => {
    const removed = await cleanUploads();
    await cleanColumns();
    if (isScaledOut()) await dropErasedLoads();
    await forgetLeftOut();
    await cleanResults();
    await cleanExports();
    attempt.progress(removed.removed, removed.bytes);
    await inTransaction((client) => attempt.finish(client, removed, false));
  },
};
