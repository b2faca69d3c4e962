import { newId } from "@/lib/kernel/ids";
import type { ResponseOf, QueryOf } from "@/lib/contract/operations";
import type { Context } from "./caller";
import { prisma, type Prisma } from "./db/database";
import { afterCursor, pageOf } from "./paging";

export type AuditEntry = {
  type: string;
  subjectId?: string;
  datasetVersionId?: string;
  reason?: string;
  details?: Prisma.InputJsonObject;
};

/** The row of an audit event; written in the transaction of what it records. */
export const auditRow = (entry: AuditEntry, actor: string, requestId: string | null) => ({
  id: newId(),
  type: entry.type,
  actor,
  requestId,
  subjectId: entry.subjectId ?? null,
  datasetVersionId: entry.datasetVersionId ?? null,
  reason: entry.reason ?? null,
  ...(entry.details ? { details: entry.details } : {}),
});

/** Writes an event of a change that Prisma makes, inside its transaction. */
export const recordAudit = (
  transaction: Prisma.TransactionClient, context: Context, entry: AuditEntry,
) => transaction.auditEvent.create({
  data: auditRow(entry, context.caller.name, context.requestId),
});

/** Audit events, newest first. */
export async function listAudit(query: QueryOf<"listAudit">): Promise<ResponseOf<"listAudit">> {
  const rows = await prisma().auditEvent.findMany({
    where: { ...(query.type ? { type: query.type } : {}), ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, (row) => ({
    audit_event_id: row.id,
    type: row.type,
    actor: row.actor,
    request_id: row.requestId,
    dataset_version_id: row.datasetVersionId,
    subject_id: row.subjectId,
    reason: row.reason,
    details: row.details,
    created_at: row.createdAt.toISOString(),
  }));
}
