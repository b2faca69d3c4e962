import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { datasetOperations } from "@/lib/contract/dataset";
import { UPLOAD_PIECE_BYTES } from "@/lib/contract/facts";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { dataFolderId } from "../platform/data-folder";
import { findDataset } from "../datasets/datasets";
import { prisma, type Prisma, type UploadSession as Row } from "../db/database";
import { isStorageFull, storageFull } from "../platform/storage";
import {
  discardUpload, readUpload, receiveUpload, sizeOfUpload, tooLarge, uploadFile, writeInto,
  type Upload,
} from "../datasets/uploads";

type Shown = ResponseOf<"getUpload">;

/** How long an upload waits for its next piece. */
const KEPT_MS = 48 * 3600 * 1000;
const expiry = (): Date => new Date(Date.now() + KEPT_MS);

/** The name under which an upload's bytes lie in the data folder. */
const fileOf = (id: string): string => uploadFile(id);

const toUpload = (row: Row): Shown => ({
  upload_id: row.id, dataset_id: row.datasetId, name: row.name, media_type: row.mediaType,
  content_encoding: row.contentEncoding, bytes: Number(row.bytes), offset: Number(row.received),
  sha256: row.sha256, created_at: row.createdAt.toISOString(), created_by: row.createdBy,
  expires_at: row.expiresAt.toISOString(),
});

/** Begins an upload in pieces; nothing lies on the disk before the first one. */
export async function createUpload(
  context: Context, datasetId: string, body: BodyOf<"createUpload">,
): Promise<Shown> {
  const dataset = await findDataset(datasetId);
  const { maxJsonBytes } = datasetOperations.createVersion;
  if (body.media_type === "application/json" && body.bytes > maxJsonBytes) {
    throw tooLarge(maxJsonBytes);
  }
  return toUpload(await prisma().$transaction(async (transaction) => {
    const row = await transaction.uploadSession.create({ data: { id: newId(),
      datasetId: dataset.id, folderId: dataFolderId(), name: body.name,
      mediaType: body.media_type, contentEncoding: body.content_encoding ?? null,
      bytes: BigInt(body.bytes), sha256: body.sha256 ?? null, expiresAt: expiry(),
      createdBy: context.caller.name } });
    await recordAudit(transaction, context, { type: "upload.created", subjectId: row.id,
      details: { dataset_id: dataset.id, bytes: body.bytes } });
    return row;
  }));
}

/** An upload of the caller's own. @throws AppError UPLOAD_NOT_FOUND */
async function findOwn(
  context: Context, id: string, client: Prisma.TransactionClient = prisma(),
): Promise<Row> {
  const row = isUuid(id) ? await client.uploadSession.findFirst({
    where: { id, createdBy: context.caller.name, expiresAt: { gt: new Date() } } }) : null;
  if (!row) throw new AppError("UPLOAD_NOT_FOUND");
  if (row.folderId !== dataFolderId()) {
    throw new AppError("UPLOAD_NOT_FOUND", { message: "The upload lies in another server's data "
      + "folder. Begin it anew, or send it to that server." });
  }
  if (sizeOfUpload(fileOf(row.id)) >= row.received) return row;
  throw new AppError("UPLOAD_NOT_FOUND", { message: "Its bytes are gone. Begin it anew." });
}

export const getUpload = async (context: Context, id: string): Promise<Shown> =>
  toUpload(await findOwn(context, id));

const conflict = (row: Row): AppError => new AppError("UPLOAD_OFFSET_CONFLICT", {
  message: `The next piece begins at ${row.received}; expected offset=${row.received}.`,
  errors: [{ path: "offset", message: `must be ${row.received}` }] });

const mismatch = (what: string): AppError => new AppError("UPLOAD_CHECKSUM_MISMATCH",
  { message: `The SHA-256 of ${what} is not the one that was given. Send it again.` });

/**
 * Adds a piece. It is received beside the file first, so that one that breaks off or has another
 * checksum leaves nothing; of two that come at once the lock lets one be first, and the other no
 * longer begins where the file ends.
 */
export async function appendUpload(
  context: Context, id: string, query: QueryOf<"appendUpload">, bytes: AsyncIterable<Uint8Array>,
): Promise<Shown> {
  const row = await findOwn(context, id);
  if (Number(row.received) !== query.offset) throw conflict(row);
  const room = Number(row.bytes - row.received);
  const piece = await receiveUpload(newId(), bytes, Math.min(UPLOAD_PIECE_BYTES, room));
  try {
    if (query.sha256 !== undefined && query.sha256 !== piece.sha256) throw mismatch("the piece");
    return toUpload(await prisma().$transaction(async (transaction) => {
      await transaction.$executeRaw`
        SELECT 1 FROM upload_session WHERE upload_id = ${row.id}::uuid FOR UPDATE`;
      const now = await findOwn(context, id, transaction);
      if (Number(now.received) !== query.offset) throw conflict(now);
      await writeInto(fileOf(row.id), query.offset, piece.file);
      return transaction.uploadSession.update({ where: { id: row.id }, data: {
        received: now.received + BigInt(piece.bytes), expiresAt: expiry() } });
    }));
  } catch (error) {
    throw isStorageFull(error) && !(error instanceof AppError) ? storageFull(error) : error;
  } finally {
    await discardUpload(piece.file);
  }
}

export async function deleteUpload(context: Context, id: string): Promise<Shown> {
  const row = await prisma().$transaction(async (transaction) => {
    const found = await findOwn(context, id, transaction);
    const { count } = await transaction.uploadSession.deleteMany({ where: { id: found.id } });
    if (count === 0) throw new AppError("UPLOAD_NOT_FOUND");
    await recordAudit(transaction, context, { type: "upload.deleted", subjectId: found.id });
    return found;
  });
  await discardUpload(fileOf(row.id));
  return toUpload(row);
}

/** An upload that has arrived in full, as the body of an import into its dataset. */
export type WholeUpload = {
  id: string; name: string; mediaType: string; contentEncoding: string | null;
  file: string; sha256: string | null; bytes: AsyncIterable<Uint8Array>;
};

/** @throws AppError UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE */
export async function wholeUpload(
  context: Context, id: string, datasetId: string,
): Promise<WholeUpload> {
  const row = await findOwn(context, id);
  if (row.datasetId !== datasetId) {
    throw new AppError("UPLOAD_NOT_FOUND", { message: "The upload belongs to another dataset." });
  }
  if (row.received < row.bytes) {
    throw new AppError("UPLOAD_INCOMPLETE", { message:
      `${row.received} of ${row.bytes} bytes have arrived; go on at offset=${row.received}.` });
  }
  const file = fileOf(row.id);
  return { id: row.id, name: row.name, mediaType: row.mediaType, file, sha256: row.sha256,
    contentEncoding: row.contentEncoding, bytes: readUpload(file) };
}

/** @throws AppError UPLOAD_CHECKSUM_MISMATCH */
export function checkWhole(upload: WholeUpload, received: Upload): void {
  if (upload.sha256 !== null && upload.sha256 !== received.sha256) throw mismatch("the file");
}

/** Takes an upload out of the table: its version has the bytes. @throws UPLOAD_NOT_FOUND */
export async function useUp(transaction: Prisma.TransactionClient, id: string): Promise<void> {
  const { count } = await transaction.uploadSession.deleteMany({ where: { id } });
  if (count === 0) throw new AppError("UPLOAD_NOT_FOUND");
}

/** Forgets uploads that nobody went on with; their files are left-overs from then on. */
export const forgetExpired = async (): Promise<void> => {
  await prisma().uploadSession.deleteMany({ where: { expiresAt: { lte: new Date() } } });
};
