import type { JobKind } from "@/lib/contract/job";
import { systemSource, insertAudit, type AuditSource } from "../audit/audit";
import { cleanUploadsJob } from "../retention/clean-uploads";
import { creditLossJob } from "../analyses/credit-loss-job";
import { inTransaction, isDatabaseGone, type PoolClient } from "../db/database";
import { exportJob } from "../reports/export-job";
import { importInboxJob } from "../imports/inbox-job";
import {
  CancelledError, HeldError, JobFailedError, ReleasedError, type EndedJob, type FinalEnding,
  type JobCode,
} from "../jobs/job-attempt";
import { endClaim, isLoad, type Claimed, type Ending, type Failure } from "../jobs/job-store";
import { backoffS } from "../jobs/job-timing";
import { isHalt, killSwitchStatus } from "../controls/kill-switch";
import { log } from "../platform/log";
import { reportJob } from "../reports/report-files";
import { applyRetentionJob } from "../retention/retention-job";
import { isStorageFull, storageFull } from "../platform/storage";
import { verifyEvidenceJob } from "../evidence/verify-job";
import { importJob, normalizeJob } from "../imports/version-jobs";

/** What is done for each kind of job. */
export const JOB_CODE: Record<JobKind, JobCode> = {
  import: importJob,
  normalize: normalizeJob,
  credit_loss: creditLossJob,
  export: exportJob,
  report: reportJob,
  verify_evidence: verifyEvidenceJob,
  clean_uploads: cleanUploadsJob,
  import_inbox: importInboxJob,
  apply_retention: applyRetentionJob,
};

/** A job that the kill switch keeps from starting is looked at again after this time. */
const HELD_S = 5;

/** Failures that another attempt would not mend, or must not try to. */
const FINAL = new Set(["STORAGE_FULL", "KILL_SWITCH_ACTIVE"]);

export const INTERRUPTED: Failure = {
  code: "INTERRUPTED", message: "The worker ended during the work. Nothing was kept." };

/** What a failure says to people; its cause stays in the log. */
export function failureOf(error: unknown): Failure {
  if (error instanceof JobFailedError) return error.failure;
  if (isHalt(error)) {
    return { code: "KILL_SWITCH_ACTIVE", message: "The kill switch stopped the work. " +
      `Nothing was kept. ${killSwitchStatus().reason ?? ""}`.trim() };
  }
  if (isDatabaseGone(error)) {
    return { code: "DATABASE_UNAVAILABLE",
      message: "The database went away during the work. Nothing was kept." };
  }
  if (isStorageFull(error)) return { code: "STORAGE_FULL", message: storageFull().message };
  return { code: "INTERNAL_ERROR", message: "The work failed. Nothing was kept." };
}

/** How an attempt that threw goes on: again after a while, or not. */
export function endingOf(job: Claimed, error: unknown): Ending {
  if (error instanceof CancelledError) {
    return { kind: "cancelled", failure: { code: "CANCELLED", message: error.message } };
  }
  if (error instanceof ReleasedError) {
    return { kind: "retry", failure: null, delayS: 0, counts: false };
  }
  if (error instanceof HeldError) {
    return { kind: "retry", delayS: HELD_S, counts: false,
      failure: { code: "KILL_SWITCH_ACTIVE", message: error.message } };
  }
  const failure = failureOf(error);
  if (error instanceof JobFailedError) {
    return { kind: "failed", failure,
      ...(error.result === undefined ? {} : { result: error.result }) };
  }
  return FINAL.has(failure.code) ? { kind: "failed", failure } : afterAttempt(job, failure);
}

/** Another attempt while there are some left. */
export function afterAttempt(job: Claimed, failure: Failure): Ending {
  if (job.attempts < job.max_attempts) {
    return { kind: "retry", failure, delayS: backoffS(job.attempts), counts: true };
  }
  const times = job.attempts === 1 ? "" : ` It was tried ${job.attempts} times.`;
  return { kind: "failed", failure: { ...failure, message: failure.message + times } };
}

/** Ends a claim with all that belongs to it; false when the job was no longer in these hands. */
export async function endAttempt(
  claim: Claimed, ending: Ending, error?: unknown,
): Promise<boolean> {
  const ended = await inTransaction(async (client) => {
    if (!await endClaim(client, claim, ending)) return false;
    if (ending.kind !== "retry") {
      await writeEnd(client, claim, ending,
        systemSource("system:worker", claim.correlation_id), error);
    }
    return true;
  });
  if (ended && ending.kind !== "retry") await cleanUp(claim);
  return ended;
}

/** What ends with a job that has no result: its subject's own state, and the audit event. */
export async function writeEnd(
  client: PoolClient, job: EndedJob, ending: FinalEnding, source: AuditSource, error?: unknown,
): Promise<void> {
  await JOB_CODE[job.kind].ended?.(client, job, ending, error);
  if (isLoad(job)) return;
  await insertAudit(client, source, {
    type: `job.${ending.kind}`, subjectId: job.job_id, reason: ending.failure.code,
    details: { kind: job.kind, attempts: job.attempts },
  });
}

/** Removes what an ended job needs no more; what cannot go now is left to `clean_uploads`. */
export async function cleanUp(job: EndedJob): Promise<void> {
  await JOB_CODE[job.kind].cleanUp?.(job).catch((error: unknown) =>
    log().warn({ job_id: job.job_id, err: error }, "JOB_CLEAN_UP_FAILED"));
}
