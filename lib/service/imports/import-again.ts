import { rename, utimes } from "node:fs/promises";
import type { ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, sourceOf } from "../audit/audit";
import type { Context } from "../platform/caller";
import { lockDataset, nextNumber } from "../datasets/datasets";
import { prisma, type Prisma } from "../db/database";
import { enqueue, mayBeAgain } from "../jobs/job-store";
import { uploadFile } from "../datasets/uploads";
import { LOAD_ATTEMPTS } from "./version-jobs";

const conflict = (message: string): AppError => new AppError("JOB_STATE_CONFLICT", { message });

/**
 * Imports what an import had received once more. The version that failed has ended and stays as it
 * is; the file goes over to a new version of the same dataset, so that this happens once.
 * @returns the id of the new job.
 * @throws AppError JOB_STATE_CONFLICT when it failed for its content, or the file is gone.
 */
export async function importAgain(context: Context, jobId: string): Promise<string> {
  let moved: { from: string; to: string } | null = null;
  try {
    return await prisma().$transaction(async (transaction) => {
      const { job, failed } = await ended(transaction, jobId);
      const versionId = newId();
      const { inbox: _, ...payload } = job.payload as Prisma.JsonObject;
      await lockDataset(transaction, failed.datasetId);
      const number = await nextNumber(transaction, failed.datasetId);
      const { asOf, sourceSystem, sourceName, sourceMediaType, sourceBytes, sourceSha256 } = failed;
      await transaction.datasetVersion.create({ data: {
        id: versionId, datasetId: failed.datasetId, number, status: "importing", asOf,
        sourceSystem, sourceName, sourceMediaType, sourceBytes, sourceSha256,
        options: failed.options as Prisma.InputJsonValue, createdBy: context.caller.name,
      } });
      await recordAudit(transaction, context, { type: "dataset_version.received",
        subjectId: versionId, datasetVersionId: versionId, details: { again: failed.id },
        after: { status: "importing", sha256: sourceSha256, bytes: Number(sourceBytes) } });
      await recordAudit(transaction, context, { type: "job.restarted", subjectId: jobId,
        details: { kind: job.kind, of: failed.id, as: versionId } });
      const order = await enqueue(transaction, {
        kind: "import", subjectId: versionId, maxAttempts: LOAD_ATTEMPTS,
        createdBy: context.caller.name, correlationId: context.correlationId,
        bytesTotal: sourceBytes, ...(job.folderId === null ? {} : { folderId: job.folderId }),
        payload: { ...payload as Prisma.InputJsonObject, file: versionId, by: sourceOf(context) },
      });
      moved = await handOver(String(payload.file), versionId);
      return order;
    });
  } catch (error) {
    const { from, to } = moved ?? { from: "", to: "" };
    if (moved !== null) await rename(to, from).catch(() => undefined);
    throw error;
  }
}

/** The import and its version, locked. */
async function ended(transaction: Prisma.TransactionClient, jobId: string) {
  await transaction.$queryRaw`SELECT 1 FROM job WHERE job_id = ${jobId}::uuid FOR UPDATE`;
  const job = await transaction.job.findUniqueOrThrow({ where: { id: jobId } });
  const failed = await transaction.datasetVersion.findUnique(
    { where: { id: job.subjectId ?? "" } });
  if (failed?.status !== "failed") {
    throw conflict(`The import has ended, and its version is ${failed?.status ?? "gone"}.`);
  }
  if ((job.payload as Prisma.JsonObject).inbox !== undefined) {
    throw conflict("The file lies in the watched folder: the next look takes it in again.");
  }
  const failure = failed.failure as ResponseOf<"getVersion">["failure"];
  if (!mayBeAgain(failure)) {
    throw conflict(`The import failed for what it received (${failure?.code ?? "unknown"}). ` +
      "Correct the file and import it again.");
  }
  return { job, failed };
}

/** Gives the file to the new version; as fresh as an upload, or `clean_uploads` would take it. */
async function handOver(name: string, versionId: string): Promise<{ from: string; to: string }> {
  const [from, to] = [uploadFile(name), uploadFile(versionId)];
  try {
    await utimes(from, new Date(), new Date());
    await rename(from, to);
    return { from, to };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw conflict("The received file is no longer kept here: it was imported again already, was " +
      "cleaned up, or lies on another server. Import the file again.");
  }
}
