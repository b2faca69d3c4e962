import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findContent, findVersion } from "../datasets/datasets";
import { prisma, type LegalHold } from "../db/database";
import { afterCursor, pageOf } from "../platform/paging";

type Hold = ResponseOf<"createLegalHold">;

const toHold = (row: LegalHold): Hold => ({
  legal_hold_id: row.id,
  dataset_version_id: row.datasetVersionId,
  reason: row.reason,
  owner: row.owner,
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
  released_at: row.releasedAt?.toISOString() ?? null,
  released_by: row.releasedBy,
  release_reason: row.releaseReason,
});

export async function listLegalHolds(
  versionId: string, query: QueryOf<"listLegalHolds">,
): Promise<ResponseOf<"listLegalHolds">> {
  const version = await findVersion(versionId);
  const rows = await prisma().legalHold.findMany({
    where: { datasetVersionId: version.id, ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toHold);
}

/** Places a hold; an erasure of the version waits for this, or came first. */
export async function createLegalHold(
  context: Context, versionId: string, body: BodyOf<"createLegalHold">,
): Promise<Hold> {
  const version = await findContent(versionId);
  const row = await prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`
      SELECT 1 FROM dataset_version WHERE dataset_version_id = ${version.id}::uuid FOR SHARE`;
    const now = await transaction.datasetVersion.findUnique(
      { where: { id: version.id }, select: { status: true } });
    if (now?.status === "erased") return null;
    const created = await transaction.legalHold.create({ data: { id: newId(),
      datasetVersionId: version.id, reason: body.reason, owner: body.owner,
      createdBy: context.caller.name } });
    await recordAudit(transaction, context, { type: "legal_hold.placed", subjectId: created.id,
      datasetVersionId: version.id, reason: body.reason, after: { owner: body.owner } });
    return created;
  });
  if (!row) throw new AppError("DATASET_VERSION_ERASED");
  return toHold(row);
}

/** Releases a hold, once. */
export async function releaseLegalHold(
  context: Context, holdId: string, body: BodyOf<"releaseLegalHold">,
): Promise<Hold> {
  if (!isUuid(holdId)) throw new AppError("LEGAL_HOLD_NOT_FOUND");
  return prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`
      SELECT 1 FROM legal_hold WHERE legal_hold_id = ${holdId}::uuid FOR UPDATE`;
    const before = await transaction.legalHold.findUnique({ where: { id: holdId } });
    if (!before) throw new AppError("LEGAL_HOLD_NOT_FOUND");
    if (before.releasedAt) throw new AppError("LEGAL_HOLD_RELEASED");
    const after = await transaction.legalHold.update({ where: { id: holdId }, data: {
      releasedAt: new Date(), releasedBy: context.caller.name, releaseReason: body.reason } });
    await recordAudit(transaction, context, { type: "legal_hold.released", subjectId: holdId,
      datasetVersionId: before.datasetVersionId, reason: body.reason,
      before: { owner: before.owner, reason: before.reason } });
    return toHold(after);
  });
}
