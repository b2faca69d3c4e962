import { EXPORT_DAYS } from "@/lib/contract/facts";
import { dropUnfinished, listArtifacts, removeArtifact } from "../platform/artifact-store";
import { pool } from "../db/database";
import { log } from "../platform/log";

/** The artifact of a file that a job made. */
export const exportArtifact = (jobId: string): string => `${KIND}/${jobId}`;
const KIND = "exports";

const LASTS = `make_interval(days => ${EXPORT_DAYS})`;

/** Removes the files that were made of a version that is erased now. */
export async function removeExports(versionId: string): Promise<void> {
  try {
    const { rows } = await pool().query<{ id: string }>(`SELECT job_id::text AS id FROM job
      WHERE kind = 'export' AND state = 'succeeded' AND finished_at > now() - ${LASTS}
        AND payload->'version_ids' ? $1`, [versionId]);
    for (const { id } of rows) await removeArtifact(exportArtifact(id));
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "EXPORTS_NOT_REMOVED");
  }
}

/** Removes files that are not kept any more, and what was left of making some. */
export async function cleanExports(): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(`SELECT job_id::text AS id FROM job j
    WHERE kind = 'export' AND (state IN ('queued', 'running')
      OR state = 'succeeded' AND finished_at > now() - ${LASTS} AND NOT EXISTS (
        SELECT FROM dataset_version v WHERE v.status = 'erased' AND v.erased_at > j.created_at
          AND j.payload->'version_ids' ? v.dataset_version_id::text))`);
  const kept = new Set(rows.map(({ id }) => exportArtifact(id)));
  for (const name of await listArtifacts(KIND)) {
    const of = name.split(".")[0] ?? name;
    if (kept.has(of)) continue;
    await dropUnfinished(of);
    await removeArtifact(of);
  }
}
