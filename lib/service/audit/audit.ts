import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { newId } from "@/lib/kernel/ids";
import type { Context } from "../platform/caller";
import { pool, type Prisma } from "../db/database";
import { markEffective, markEffectiveOn } from "../platform/idempotency";
import { noteAuditEvents } from "../platform/metrics";

export type AuditEntry = {
  /** Noun and past participle, e.g. `token.revoked`. */
  type: string;
  subjectId?: string;
  datasetVersionId?: string;
  reason?: string;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
  details?: Prisma.InputJsonObject;
};

/** Who stands behind an event: the caller of a request, or a part of the product. */
export type AuditSource = {
  actor: string; role: string | null; requestId: string | null; correlationId: string | null;
};

/** The source of what a request does. */
export const sourceOf = ({ caller, requestId, correlationId }: Context): AuditSource => ({
  actor: caller.name, role: caller.roles.join("+") || null, requestId, correlationId });

/** What a part of the product does by itself, e.g. `system:worker`. */
export const systemSource = (actor: string, correlationId: string | null = null): AuditSource =>
  ({ actor, role: null, requestId: null, correlationId });

/** The members of an event that its hash covers, named as the contract and the table name them. */
export type AuditForm = {
  audit_event_id: string; type: string; actor: string; role: string | null;
  request_id: string | null; correlation_id: string | null; dataset_version_id: string | null;
  subject_id: string | null; reason: string | null; before: Json; after: Json; details: Json;
  created_at: string;
};

/** An event with the SHA-256 of its canonical form. */
export function auditForm(entry: AuditEntry, source: AuditSource): AuditForm & { sha256: string } {
  const form: AuditForm = {
    audit_event_id: newId(), type: entry.type, actor: source.actor, role: source.role,
    request_id: source.requestId, correlation_id: source.correlationId,
    dataset_version_id: entry.datasetVersionId ?? null, subject_id: entry.subjectId ?? null,
    reason: entry.reason ?? null, before: (entry.before ?? null) as Json,
    after: (entry.after ?? null) as Json, details: (entry.details ?? null) as Json,
    created_at: new Date().toISOString(),
  };
  return { ...form, sha256: canonicalHash(form) };
}

/** The row of an audit event; written in the transaction of what it records. */
export function auditRow(entry: AuditEntry, source: AuditSource) {
  const form = auditForm(entry, source);
  return {
    id: form.audit_event_id, type: form.type, actor: form.actor, role: form.role,
    requestId: form.request_id, correlationId: form.correlation_id,
    datasetVersionId: form.dataset_version_id, subjectId: form.subject_id, reason: form.reason,
    ...(entry.before ? { before: entry.before } : {}),
    ...(entry.after ? { after: entry.after } : {}),
    ...(entry.details ? { details: entry.details } : {}),
    createdAt: form.created_at, sha256: form.sha256,
  };
}

/** Writes an event of a change that Prisma makes, inside its transaction. */
export async function recordAudit(
  transaction: Prisma.TransactionClient, by: Context | AuditSource, entry: AuditEntry,
): Promise<void> {
  const isRequest = "caller" in by;
  await transaction.auditEvent.create({ data: auditRow(entry, isRequest ? sourceOf(by) : by) });
  noteAuditEvents(entry.type, 1);
  if (isRequest && by.idempotency) {
    await markEffective(transaction, by.idempotency, entry.subjectId);
  }
}

const INSERT = `INSERT INTO audit_event (audit_event_id, type, actor, role, request_id,
  correlation_id, dataset_version_id, subject_id, reason, before, after, details, created_at, sha256)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;
type Queryable = { query(text: string, values: unknown[]): Promise<{ rowCount: number | null }> };

/** Writes an event of a change made by plain SQL: on the connection whose transaction it is. */
export async function insertAudit(
  client: Queryable, by: Context | AuditSource, entry: AuditEntry,
): Promise<void> {
  const isRequest = "caller" in by;
  const form = auditForm(entry, isRequest ? sourceOf(by) : by);
  const json = (value: Json): string | null => value === null ? null : JSON.stringify(value);
  await client.query(INSERT, [form.audit_event_id, form.type, form.actor, form.role,
    form.request_id, form.correlation_id, form.dataset_version_id, form.subject_id, form.reason,
    json(form.before), json(form.after), json(form.details), form.created_at, form.sha256]);
  if (isRequest && by.idempotency) await markEffectiveOn(client, by.idempotency, entry.subjectId);
}

/** Writes an event of what changes nothing in the database: a refusal, an export. */
export const writeAudit = (by: Context | AuditSource, entry: AuditEntry): Promise<void> =>
  insertAudit(pool(), by, entry);
