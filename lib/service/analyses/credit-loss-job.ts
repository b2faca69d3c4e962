import type { ResponseOf } from "@/lib/contract/operations";
import type { Json } from "@/lib/kernel/canonical";
import { analysisEvidence, recordAnalysis, refuseKeeping } from "./analysis-records";
import { AppError } from "../platform/app-error";
import type { AuditSource } from "../audit/audit";
import { versionCreditLoss, type CreditRequest } from "./credit-analysis";
import { inTransaction } from "../db/database";
import { holdSealed } from "../db/kpi-records";
import { isHalt } from "../controls/kill-switch";
import { JobFailedError, type Attempt, type JobCode } from "../jobs/job-attempt";
import { sealedVersion, type SealedVersion } from "../datasets/sealed-versions";

/** What a job is to simulate, for whom, and whether its result becomes evidence. */
export type SimulationPayload = { request: CreditRequest; persist: boolean; by: AuditSource };

/** Simulates; with `persist` the evidence is written with the job's result. */
export const creditLossJob: JobCode = {
  obeysSwitch: false,
  run: async (attempt) => {
    const { request, persist, by } = attempt.job.payload as unknown as SimulationPayload;
    const { sealed, result } = await simulated(attempt, request, persist);
    const isDone = await inTransaction(async (client) => {
      // An erasure waits for this, or came first: a result names obligors.
      if (!await holdSealed(client, sealed.datasetVersionId)) return false;
      const evidenceId = persist ? await recordAnalysis(client, by, "credit-loss",
        analysisEvidence(sealed, "credit-loss", request as Json, result as unknown as Json)) : null;
      await attempt.finish(client, { ...result,
        ...(evidenceId === null ? {} : { evidence_id: evidenceId }) } as unknown as Json, persist);
      return true;
    });
    if (!isDone) throw final(new AppError("DATASET_VERSION_ERASED"));
  },
};

async function simulated(
  attempt: Attempt, request: CreditRequest, persist: boolean,
): Promise<{ sealed: SealedVersion; result: ResponseOf<"analyseCreditLoss"> }> {
  try {
    if (persist) refuseKeeping();
    const sealed = await sealedVersion(attempt.subjectId);
    if (request.method === "monte_carlo") attempt.expect(request.paths);
    return { sealed, result: await versionCreditLoss(attempt.subjectId, request, {
      signal: attempt.signal,
      onProgress: (fraction) => attempt.progress(Math.floor(fraction * request.paths)) }) };
  } catch (error) {
    throw error instanceof AppError && !isHalt(error) ? final(error) : error;
  }
}

/** What another attempt would not mend: an end with the words that a request would have got. */
const final = ({ code, message }: AppError): JobFailedError =>
  new JobFailedError({ code, message });
