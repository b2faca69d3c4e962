import { removeArtifact } from "../platform/artifact-store";
import { pool } from "../db/database";
import { log } from "../platform/log";

/** The artifact of a report: its bytes are found by their hash. */
export const reportArtifact = ({ sha256, format }: { sha256: string; format: string }): string =>
  `reports/${sha256}.${format}`;

/** Removes the reports of an erased version's runs; that there were some stays. */
export async function removeReports(versionId: string): Promise<void> {
  try {
    const { rows } = await pool().query<{ sha256: string; format: string }>(
      `SELECT DISTINCT f.sha256, f.format FROM report_file f JOIN run r ON r.run_id = f.run_id
       WHERE r.dataset_version_id = $1`, [versionId]);
    for (const row of rows) await removeArtifact(reportArtifact(row));
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "REPORTS_NOT_REMOVED");
  }
}
