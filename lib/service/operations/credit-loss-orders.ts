import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid } from "@/lib/kernel/ids";
import type { Json } from "@/lib/kernel/canonical";
import { keepAnalysis, refuseKeeping } from "../analyses/analysis-records";
import { AppError } from "../platform/app-error";
import { recordAudit, sourceOf } from "../audit/audit";
import type { Context } from "../platform/caller";
import { creditRequestOf } from "../analyses/credit-analysis";
import type { SimulationPayload } from "../analyses/credit-loss-job";
import { prisma, type Prisma } from "../db/database";
import { enqueue } from "../jobs/job-store";
import { cancelOwn, getJob } from "./jobs";
import { sealedVersion } from "../datasets/sealed-versions";

type Job = ResponseOf<"getJob">;

/** A worker that ends hands the simulation on to another; what fails by itself fails for good. */
const ATTEMPTS = 3;

/** Orders a job that simulates a version's credit loss. @throws AppError as the analysis does */
export async function startCreditLoss(
  context: Context, body: BodyOf<"analyseCreditLoss">,
): Promise<Job> {
  if (body.persist) refuseKeeping();
  const { datasetVersionId } = await sealedVersion(body.dataset_version_id ?? "");
  const payload: SimulationPayload = { request: creditRequestOf(body),
    persist: body.persist === true, by: sourceOf(context) };
  const id = await prisma().$transaction(async (transaction) => {
    const ordered = await enqueue(transaction, { kind: "credit_loss", subjectId: datasetVersionId,
      payload: payload as unknown as Prisma.InputJsonObject, maxAttempts: ATTEMPTS,
      createdBy: context.caller.name, correlationId: context.correlationId });
    await recordAudit(transaction, context, { type: "job.started", subjectId: ordered,
      datasetVersionId, details: { kind: "credit_loss" } });
    return ordered;
  });
  return getJob(id);
}

/** Cancels a simulation, which whoever may ask for one may. */
export const cancelCreditLoss = (context: Context, id: string): Promise<Job> =>
  cancelOwn(context, id, "credit_loss");

/** Keeps what a job has simulated; a verification simulates it again. */
export async function keepCreditLoss(
  context: Context, id: string,
): Promise<ResponseOf<"keepCreditLoss">> {
  const row = isUuid(id) ? await prisma().job.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("JOB_NOT_FOUND");
  if (row.kind !== "credit_loss" || row.state !== "succeeded") {
    throw stateConflict(row.kind === "credit_loss"
      ? `The simulation is ${row.state}; what has succeeded can be kept.`
      : `The job is of kind ${row.kind}: it has no simulation to keep.`);
  }
  if (row.result === null) throw stateConflict("Its dataset version was erased.");
  const { request } = row.payload as unknown as SimulationPayload;
  const { evidence_id: known, ...result } = row.result as { evidence_id?: string };
  if (known !== undefined) return { evidence_id: known };
  try {
    const sealed = await sealedVersion(row.subjectId ?? "");
    return { evidence_id: await keepAnalysis(context, sealed, "credit-loss", request as Json,
      result as unknown as Json) };
  } catch (error) {
    const isConflict = error instanceof AppError && (error.code === "DATASET_VERSION_ERASED"
      || error.code === "IMMUTABLE_EVIDENCE_MISMATCH");
    throw isConflict ? stateConflict(error.message) : error;
  }
}

const stateConflict = (message: string): AppError =>
  new AppError("JOB_STATE_CONFLICT", { message });
