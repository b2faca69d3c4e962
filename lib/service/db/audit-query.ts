import { canonicalHash } from "@/lib/kernel/hash";
import type { Json } from "@/lib/kernel/canonical";
import type { QueryOf } from "@/lib/contract/operations";
import type { AuditForm } from "../audit/audit";
import { pool } from "./database";

/** What `GET /audit` and its export select by. */
export type AuditFilter = Omit<QueryOf<"listAudit">, "limit" | "cursor">;
/** A place in the order newest first: what is older comes after it. */
export type AuditPlace = { at: Date; id: string };
/** An event as it is stored, with its place in the chain once it has one. */
export type StoredEvent = AuditForm & { sha256: string | null; position: number | null };

type Row = Omit<AuditForm, "created_at"> & {
  created_at: Date; sha256: string | null; position?: string | null;
};

/** The columns of an event, in the order of its form. */
export const EVENT_COLUMNS = `e.audit_event_id, e.type, e.actor, e.role, e.request_id,
  e.correlation_id, e.dataset_version_id, e.subject_id, e.reason, e.before, e.after, e.details,
  e.created_at, e.sha256`;

/** The members of a stored event that its hash covers. */
export const formOf = (row: Row): AuditForm => ({
  audit_event_id: row.audit_event_id, type: row.type, actor: row.actor, role: row.role,
  request_id: row.request_id, correlation_id: row.correlation_id,
  dataset_version_id: row.dataset_version_id, subject_id: row.subject_id, reason: row.reason,
  before: row.before, after: row.after, details: row.details,
  created_at: row.created_at.toISOString(),
});

/** The hash of a stored event's content as it stands now. */
export const contentHash = (row: Row): string => canonicalHash(formOf(row) as Json);

/** A pattern of LIKE for a text as it is. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

const ANYTHING = `concat_ws(' ', e.audit_event_id, e.type, e.actor, e.role, e.request_id,
  e.correlation_id, e.dataset_version_id, e.subject_id, e.reason, e.before, e.after, e.details,
  e.sha256)`;

/** SQL conditions with their values, from number 1 on. */
function conditionsOf(filter: AuditFilter, after: AuditPlace | null) {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (sql: (parameter: string) => string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(sql(`$${values.length}`));
  };
  const contains = (text: string | undefined) => text === undefined ? text : containing(text);
  if (filter.type?.endsWith(".*")) {
    const noun = filter.type.slice(0, -1);
    add((p) => `e.type >= ${p}`, noun);
    add((p) => `e.type < ${p}`, `${noun}\u{10FFFF}`);
  } else add((p) => `e.type = ${p}`, filter.type);
  add((p) => `e.actor ILIKE ${p}`, contains(filter.actor));
  add((p) => `${p} = ANY(string_to_array(e.role, '+'))`, filter.role);
  add((p) => `e.request_id = ${p}`, filter.request_id);
  add((p) => `e.correlation_id = ${p}`, filter.correlation_id);
  add((p) => `e.dataset_version_id = ${p}::uuid`, filter.dataset_version_id);
  add((p) => `e.audit_event_id = ${p}::uuid`, filter.audit_event_id);
  add((p) => `e.subject_id = ${p}`, filter.subject_id);
  add((p) => `e.reason ILIKE ${p}`, contains(filter.reason));
  add((p) => `e.created_at >= ${p}::timestamptz`, filter.from);
  add((p) => `e.created_at < ${p}::timestamptz`, filter.to);
  add((p) => `${ANYTHING} ILIKE ${p}`, contains(filter.q));
  if (after) {
    values.push(after.at, after.id);
    conditions.push(`(e.created_at, e.audit_event_id) < ` +
      `($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  return { values, where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}` };
}

/** Up to `limit` events that match, newest first, from `after` on. */
export async function selectAudit(
  filter: AuditFilter, after: AuditPlace | null, limit: number,
): Promise<StoredEvent[]> {
  const { values, where } = conditionsOf(filter, after);
  const result = await pool().query<Row>(
    `SELECT ${EVENT_COLUMNS}, c.position
     FROM (SELECT * FROM audit_event e ${where}
       ORDER BY e.created_at DESC, e.audit_event_id DESC LIMIT $${values.length + 1}) e
     LEFT JOIN audit_chain c USING (audit_event_id)
     ORDER BY e.created_at DESC, e.audit_event_id DESC`, [...values, limit]);
  return result.rows.map((row) => ({ ...formOf(row), sha256: row.sha256,
    position: row.position == null ? null : Number(row.position) }));
}
