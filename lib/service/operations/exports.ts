import { createHash } from "node:crypto";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { EXPORT_DAYS, FILE_ROWS_PER_S } from "@/lib/contract/facts";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { artifactFolder, streamArtifact } from "../platform/artifact-store";
import { recordAudit, writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { dataFolderId } from "../platform/data-folder";
import { prisma, type Job as Row, type Prisma } from "../db/database";
import { exportArtifact } from "../reports/export-artifacts";
import { fileOf, type ExportPayload, type ExportRequest, type ExportResult } from "../reports/export-job";
import type { ExportedFile } from "../platform/exported-file";
import { handOut, type FileSource } from "../datasets/file-source";
import { enqueue } from "../jobs/job-store";
import { cancelOwn, getJob, toJob } from "./jobs";
import { afterCursor, pageOf } from "../platform/paging";

type Job = ResponseOf<"getJob">;

/** A worker that ends hands the file on to another; what fails by itself fails for good. */
const ATTEMPTS = 3;
/** Files that one person has made at a time: imports and reports wait for the same workers. */
const OPEN_LIMIT = 5;
const tooManyOpen = (): AppError => new AppError("RATE_LIMITED", { retryAfterS: 10,
  message: `${OPEN_LIMIT} files are being made for you. Wait until one is there, or cancel one.` });

/** How an answer is preferred: by a job, and only where making it takes longer than `waitS`. */
export type Preference = { isAsync: boolean; waitS: number };

/**
 * The file that a request asks for, or the job that makes it where that is preferred.
 * @throws AppError as the operation does
 */
export async function exportFile(
  context: Context, request: ExportRequest, { isAsync, waitS }: Preference,
): Promise<{ file: ExportedFile } | { job: Job }> {
  const source = await fileOf(request);
  const isLong = waitS === 0 || source.rows / FILE_ROWS_PER_S >= waitS;
  return isAsync && isLong ? { job: await order(context, request, source) }
    : { file: await handOut(context, source) };
}

/**
 * Orders a job that makes a file; who waits for the same file already gets that job.
 * @throws AppError RATE_LIMITED beyond OPEN_LIMIT
 */
async function order(
  context: Context, request: ExportRequest, source: FileSource,
): Promise<Job> {
  const { name: createdBy } = context.caller;
  const wanted = JSON.parse(JSON.stringify(request)) as Prisma.InputJsonObject;
  const payload = { request: wanted, name: source.name, type: source.type,
    version_ids: [...source.versionIds], event: source.event } satisfies Prisma.InputJsonObject;
  const [datasetVersionId = ""] = source.versionIds;
  const mine = { kind: "export", createdBy, state: { in: ["queued", "running"] },
    cancelRequestedAt: null };
  const id = await prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${createdBy}))`;
    const open = await transaction.job.findFirst({ select: { id: true },
      where: { ...mine, payload: { path: ["request"], equals: wanted } } });
    if (open) return open.id;
    if (await transaction.job.count({ where: mine }) >= OPEN_LIMIT) throw tooManyOpen();
    const ordered = await enqueue(transaction, { kind: "export", createdBy, payload,
      subjectId: datasetVersionId, maxAttempts: ATTEMPTS,
      correlationId: context.correlationId,
      // A folder is seen by its own workers alone, a bucket by all.
      ...(artifactFolder() === null ? {} : { folderId: dataFolderId() }) });
    await recordAudit(transaction, context, { type: "job.started", subjectId: ordered,
      datasetVersionId, details: { kind: "export", of: source.event } });
    return ordered;
  });
  return getJob(id);
}

/** Cancels the making of a file, for who ordered it and for administrators. */
export const cancelExport = (context: Context, id: string): Promise<Job> =>
  cancelOwn(context, id, "export", "oneself");

function toExport(row: Row): ResponseOf<"listExports">["items"][number] {
  const { name, request } = row.payload as unknown as ExportPayload;
  const job = toJob(row);
  const made = job.state === "succeeded" ? job.result as ExportResult : null;
  return { export_id: row.id, name, operation: request.operation, job,
    file: made && { sha256: made.sha256, bytes: made.bytes, expires_at: made.expires_at } };
}

/** What the caller ordered and is kept, or was ordered lately and did not come to a file. */
export async function listExports(
  { caller }: Context, query: QueryOf<"listExports">,
): Promise<ResponseOf<"listExports">> {
  const from = new Date(Date.now() - EXPORT_DAYS * 86_400_000);
  const rows = await prisma().job.findMany({
    where: { AND: [{ kind: "export", createdBy: caller.name },
      { OR: [{ finishedAt: null }, { finishedAt: { gt: from } }] }, afterCursor(query.cursor)] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toExport);
}

/** @throws AppError JOB_NOT_FOUND, JOB_STATE_CONFLICT, EXPORT_FILE_NOT_FOUND */
export async function getExportFile(context: Context, id: string): Promise<ExportedFile> {
  const row = isUuid(id) ? await prisma().job.findUnique({ where: { id } }) : null;
  if (row?.kind !== "export") throw new AppError("JOB_NOT_FOUND");
  const { file } = toExport(row);
  if (!file) {
    const { message } = (row.failure ?? {}) as { message?: string };
    throw new AppError("JOB_STATE_CONFLICT", { message: `The job is ${row.state}: there is no ` +
      `file.${message === undefined ? "" : ` ${message}`}` });
  }
  const payload = row.payload as unknown as ExportPayload;
  const isOver = Date.parse(file.expires_at) <= Date.now();
  const kept = isOver ? null : await streamArtifact(exportArtifact(row.id));
  if (kept?.bytes !== file.bytes) {
    throw new AppError("EXPORT_FILE_NOT_FOUND", { message: (isOver
      ? `The file was kept until ${file.expires_at}.`
      : "The file is gone with its dataset version, lost or damaged.") + " Export it again." });
  }
  const { details, ...event } = payload.event;
  await writeAudit(context, { ...event, details: { ...details, job_id: row.id } });
  return { name: payload.name, type: payload.type, bytes: file.bytes,
    pieces: checked(kept.pieces, file.sha256) };
}

/** The pieces of a file; the last one only if all of them are what was made. */
async function* checked(
  pieces: AsyncIterable<Uint8Array>, sha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let held: Uint8Array | null = null;
  for await (const piece of pieces) {
    if (held) yield held;
    hash.update(piece);
    held = piece;
  }
  if (hash.digest("hex") !== sha256) throw new Error("an exported file was changed since");
  if (held) yield held;
}
