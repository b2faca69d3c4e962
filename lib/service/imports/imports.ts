import { datasetOperations } from "@/lib/contract/dataset";
import type { ErrorCode } from "@/lib/contract/errors";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, sourceOf, type AuditSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import { dataFolderId } from "../platform/data-folder";
import { findContent, findDataset, getVersion, lockDataset, nextNumber } from "../datasets/datasets";
import { isDatabaseGone, prisma, type Prisma } from "../db/database";
import { askedOf, planTape, type TapePlan } from "./import-plan";
import { untilEnded } from "../jobs/job-ends";
import { enqueue, mayPass } from "../jobs/job-store";
import { dataFolderName } from "../controls/kill-switch-file";
import { qualityInForce } from "./quality-settings";
import { checkWhole, useUp, wholeUpload, type WholeUpload } from "./resumable-uploads";
import { isPacked, plainBytes, type TapeBody } from "./tape-preview";
import {
  discardUpload, hashUpload, linkUpload, measured, receiveUpload, type Upload,
} from "../datasets/uploads";
import { LOAD_ATTEMPTS, type StoredOptions } from "./version-jobs";

type Version = ResponseOf<"getVersion">;
type Query = QueryOf<"createVersion">;

/** A JSON tape is parsed as one value; larger tapes come as CSV, which streams. */
const { maxJsonBytes: JSON_LIMIT, maxBodyBytes: CSV_LIMIT } = datasetOperations.createVersion;
/**
 * Imports a body as a new version: received whole, looked at, then loaded by a job.
 * @returns the version once it has ended, or as it stands after `waitS` seconds.
 */
export async function createVersion(
  context: Context, datasetId: string, query: Query, body: TapeBody, waitS: number,
): Promise<Version> {
  const whole = query.upload === undefined ? null
    : await wholeUpload(context, query.upload, (await findDataset(datasetId)).id);
  const { versionId, jobId } = whole === null ? await takeIn(context, datasetId, query, body)
    : await takeIn(context, datasetId, { ...query, source_name: query.source_name ?? whole.name },
      whole, null, whole);
  if (whole !== null) await discardUpload(whole.file);
  return outcome(versionId, jobId, waitS);
}

/** What is different when nobody watches: a file that a folder had, and not a request. */
export type Unattended = {
  /** Kept with the job, for the end of the import. */
  payload: Prisma.InputJsonObject;
  /** A version of the same content that failed before this did not fail for this file. */
  arrivedAt: Date;
};

/** A version, and the job that loads it: null when the version was there already. */
type TakenIn = { versionId: string; jobId: string | null };

/**
 * Takes a body in and orders its load. Of an unattended file the saved mapping that fits its
 * columns is used, and content that the dataset has under this name already is not taken again.
 */
export async function takeIn(
  by: Context | AuditSource, datasetId: string, query: Query, body: TapeBody,
  unattended: Unattended | null = null, whole: WholeUpload | null = null,
): Promise<TakenIn> {
  const dataset = await findDataset(datasetId);
  const asked = await askedOf(query, body.mediaType, dataset, unattended !== null);
  const versionId = newId();
  const limit = body.mediaType === "application/json" ? JSON_LIMIT : CSV_LIMIT;
  const { upload, received } = await (whole === null ? receiveBody(versionId, body, limit)
    : receiveWhole(versionId, whole, limit));
  try {
    const known = unattended && await sameContent(prisma(), dataset.id, upload, query, unattended);
    const taken = known ?? await insertVersion(by, dataset.id, versionId, upload,
      await planTape(upload, asked), { ...query, received }, unattended, whole);
    if (taken.jobId === null) await discardUpload(upload.file);
    return taken;
  } catch (error) {
    // A commit whose answer got lost may have handed the upload over; `clean_uploads` knows.
    if (!isDatabaseGone(error)) await discardUpload(upload.file);
    throw error;
  }
}

/** An upload, with the file that it was packed in. */
type Received = { upload: Upload; received: ReceivedFile | null };
type ReceivedFile = { bytes: number; sha256: string };

async function receiveBody(versionId: string, body: TapeBody, limit: number): Promise<Received> {
  const packed = isPacked(body) ? measured(body.bytes) : null;
  const upload = await receiveUpload(versionId, plainBytes(packed === null ? body
    : { ...body, bytes: packed.bytes }), limit);
  return { upload, received: packed?.measure() ?? null };
}

/** The file that arrived in pieces: as it lies there, or unpacked beside it. */
async function receiveWhole(
  versionId: string, whole: WholeUpload, limit: number,
): Promise<Received> {
  const packed = await hashUpload(whole.file);
  checkWhole(whole, packed);
  if (whole.contentEncoding === null) {
    return { upload: { ...packed, file: await linkUpload(versionId, packed) }, received: null };
  }
  const upload = await receiveUpload(versionId, plainBytes(whole), limit);
  return { upload, received: { bytes: packed.bytes, sha256: packed.sha256 } };
}

/** The version that holds this content under this name; null where it is to be taken in. */
async function sameContent(
  transaction: Prisma.TransactionClient, datasetId: string, upload: Upload, query: Query,
  { arrivedAt }: Unattended,
): Promise<TakenIn | null> {
  const versions = await transaction.datasetVersion.findMany({
    where: { datasetId, sourceSha256: upload.sha256, sourceName: query.source_name ?? null },
    orderBy: { number: "desc" },
    select: { id: true, status: true, createdAt: true, failure: true } });
  const found = versions.find(({ status, createdAt, failure }) => status !== "failed"
    || createdAt >= arrivedAt && !mayPass(failure as Version["failure"]));
  return found ? { versionId: found.id, jobId: null } : null;
}

const FAILURE_CODES: Record<string, ErrorCode> = {
  DATABASE_UNAVAILABLE: "DATABASE_UNAVAILABLE", STORAGE_FULL: "STORAGE_FULL",
  NO_VALID_RECORD: "FILE_UNREADABLE", QUALITY_TOLERANCE_EXCEEDED: "QUALITY_TOLERANCE_EXCEEDED",
  FILE_UNREADABLE: "FILE_UNREADABLE", CANCELLED: "VERSION_STATE_CONFLICT",
  RESOLVED: "VERSION_STATE_CONFLICT", KILL_SWITCH_ACTIVE: "KILL_SWITCH_ACTIVE",
};

/** Waits for a load; a load that failed while somebody waited is an error with its address. */
async function outcome(
  versionId: string, jobId: string | null, waitS: number,
): Promise<Version> {
  if (waitS > 0 && jobId !== null) await untilEnded(jobId, waitS);
  const version = await getVersion(versionId);
  // Who did not wait is told that it was taken in, however soon it failed.
  if (version.status !== "failed" || waitS === 0) return version;
  const headers = { location: `/api/v3/dataset-versions/${versionId}` };
  const code = FAILURE_CODES[version.failure?.code ?? ""] ?? "INTERNAL_ERROR";
  throw new AppError(code, { message: version.failure?.message ?? "", headers,
    ...(code === "DATABASE_UNAVAILABLE" ? { retryAfterS: 2 } : {}),
    ...(code === "KILL_SWITCH_ACTIVE" ? { retryAfterS: 30 } : {}) });
}

/** Opens a version and hands its upload to a job; both or neither. */
async function insertVersion(
  by: Context | AuditSource, datasetId: string, versionId: string, upload: Upload,
  prepared: TapePlan, query: Query & { received: ReceivedFile | null },
  unattended: Unattended | null, whole: WholeUpload | null,
): Promise<TakenIn> {
  const source = "caller" in by ? sourceOf(by) : by;
  return prisma().$transaction(async (transaction) => {
    await lockDataset(transaction, datasetId);
    // Once more behind the lock: another look at the folder may have been first.
    const known = unattended
      && await sameContent(transaction, datasetId, upload, query, unattended);
    if (known) return known;
    if (whole) await useUp(transaction, whole.id);
    const quality = await qualityInForce(transaction, datasetId, source.actor, query);
    await transaction.datasetVersion.create({ data: {
      id: versionId, datasetId, number: await nextNumber(transaction, datasetId), status: "importing",
      asOf: prepared.asOf ? new Date(prepared.asOf) : null, sourceSystem: prepared.sourceSystem,
      sourceName: query.source_name ?? null, sourceMediaType: prepared.options.media_type,
      sourceBytes: BigInt(upload.bytes), sourceSha256: upload.sha256,
      options: { ...prepared.options, quality, ...(query.received ? { received: { encoding: "gzip",
        ...query.received } } : {}) } as object, createdBy: source.actor,
    } });
    await recordAudit(transaction, by, {
      type: "dataset_version.received", subjectId: versionId, datasetVersionId: versionId,
      after: { status: "importing", sha256: upload.sha256, bytes: upload.bytes },
    });
    const jobId = await enqueue(transaction, {
      ...orderOf(source, versionId), kind: "import", bytesTotal: BigInt(upload.bytes),
      folderId: dataFolderId(),
      payload: { file: versionId, folder: dataFolderName(), by: source,
        normalize: query.normalize ?? true, ...unattended?.payload },
    });
    return { versionId, jobId };
  });
}

const orderOf = ({ actor, correlationId }: AuditSource, versionId: string) => ({
  subjectId: versionId, maxAttempts: LOAD_ATTEMPTS, createdBy: actor,
  ...(correlationId === null ? {} : { correlationId }),
});

/** Normalizes and seals a version that holds raw records only, by the rules of today. */
export async function normalizeVersion(
  context: Context, versionId: string, query: QueryOf<"normalizeVersion">, waitS: number,
): Promise<Version> {
  const row = await findContent(versionId);
  const stored = row.options as unknown as StoredOptions;
  const { rows, principal } = stored.quality?.control ?? {};
  const jobId = await prisma().$transaction(async (transaction) => {
    const quality = await qualityInForce(transaction, row.datasetId, sourceOf(context).actor,
      { ...query, expected_rows: rows, expected_principal: principal });
    const changed = await transaction.datasetVersion.updateMany({
      where: { id: row.id, status: "ingested" },
      data: { status: "normalizing", rowsDone: 0, options: { ...stored, quality } as object } });
    if (changed.count === 0) return null;
    await recordAudit(transaction, context, {
      type: "dataset_version.normalizing", subjectId: row.id, datasetVersionId: row.id,
      before: { status: "ingested" }, after: { status: "normalizing" } });
    return enqueue(transaction, { ...orderOf(sourceOf(context), row.id), kind: "normalize",
      payload: { by: sourceOf(context) } });
  });
  if (jobId === null) {
    throw new AppError("VERSION_STATE_CONFLICT", {
      message: `The version is ${row.status}; only an ingested one can be normalized.` });
  }
  return outcome(row.id, jobId, waitS);
}
