import { systemSource, insertAudit } from "../audit/audit";
import { AppError } from "../platform/app-error";
import { inTransaction, pool } from "../db/database";
import { JobFailedError, type JobCode } from "../jobs/job-attempt";
import { log } from "../platform/log";
import { verifyEvidence } from "./verification";

/** Verifies the evidence of every sealed version; ends at the first bad record. */
export const verifyEvidenceJob: JobCode = {
  obeysSwitch: false,
  run: async (attempt) => {
    const sealed = await pool().query<{ id: string; evidence: number }>(
      `SELECT v.dataset_version_id::text AS id, (SELECT count(*)::int FROM evidence_records e
         WHERE e.dataset_version_id = v.dataset_version_id) AS evidence
       FROM dataset_version v WHERE status = 'sealed' ORDER BY sealed_at, dataset_version_id`);
    attempt.expect(sealed.rows.reduce((sum, row) => sum + row.evidence, 0));
    let checked = 0;
    for (const { id } of sealed.rows) {
      attempt.stopIfAsked();
      const found = await verifyUnlessErased(id);
      checked += found.checked;
      attempt.progress(checked);
      if (found.first_bad === null) continue;
      const bad = { dataset_version_id: id, ...found.first_bad };
      log().error({ ...bad, job_id: attempt.job.job_id }, "EVIDENCE_VERIFICATION_FAILED");
      throw new JobFailedError({ code: "EVIDENCE_NOT_INTACT",
        message: `Record ${bad.id} of dataset version ${id} is not intact: ${bad.reason}.`,
      }, { ok: false, versions: sealed.rows.length, checked, first_bad: bad });
    }
    await inTransaction((client) => attempt.finish(client,
      { ok: true, versions: sealed.rows.length, checked, first_bad: null }, false));
  },
  ended: async (client, job, ending) => {
    if (ending.failure.code !== "EVIDENCE_NOT_INTACT") return;
    await insertAudit(client, systemSource("system:worker", job.correlation_id), {
      type: "evidence.verification_failed", subjectId: job.job_id, reason: ending.failure.message,
      details: ending.result as Record<string, never>,
    });
  },
};

async function verifyUnlessErased(id: string): ReturnType<typeof verifyEvidence> {
  try {
    return await verifyEvidence({ dataset_version_id: id });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "DATASET_VERSION_ERASED")) throw error;
    return { ok: true, checked: 0, first_bad: null };
  }
}
