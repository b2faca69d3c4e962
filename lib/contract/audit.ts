import { z } from "zod";
import { day, listOf, pageQuery, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { ROLES } from "./roles";

const uuidText = z.string().regex(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "a UUID");
const word = (description: string) =>
  z.string().trim().min(1).max(200).optional().meta({ description });

const YEAR_10000 = Date.UTC(10_000, 0, 1);
const time = z.iso.datetime({ offset: true })
  .refine((text) => !text.startsWith("0000"), "a year from 1 on");

/** A time, or a day in UTC; as an end, a day counts to its last moment. */
const moment = (edge: "start" | "end", description: string) => z.string()
  .transform((text, context): string => {
    const at = day.safeParse(text).success
      ? Date.parse(`${text}T00:00:00Z`) + (edge === "end" ? 86_400_000 : 0)
      : time.safeParse(text).success ? Date.parse(text) : NaN;
    if (at < YEAR_10000) return new Date(at).toISOString();
    context.addIssue({ code: "custom", message: "a day such as 2026-11-20 or a time with Z or offset" });
    return z.NEVER;
  }).optional().meta({ description, format: "date-time" });

const auditFilter = {
  type: z.string().regex(/^[a-z_]{1,60}(\.([a-z_]{1,60}|\*))?$/,
    "a type such as token.revoked, or all of a kind as token.*").optional()
    .meta({ description: "`token.revoked`, or `token.*` for all of a kind." }),
  actor: word("Part of who acted: an e-mail address, `token:<name>`, `system:<part>`."),
  role: z.enum(ROLES).optional(),
  request_id: word("The request's id, whole."),
  correlation_id: word("The id that joins several requests, whole."),
  dataset_version_id: uuidText.optional(),
  audit_event_id: uuidText.optional(),
  subject_id: word("What was acted on, whole."),
  reason: word("Part of the reason."),
  from: moment("start", "From this day or time on."),
  to: moment("end", "Before this time, or to the end of this day."),
  q: word("A text anywhere in the event."),
};

export const auditEventSchema = z.object({
  audit_event_id: uuid, type: z.string(), actor: z.string(), role: z.string().nullable(),
  request_id: z.string().nullable(), correlation_id: z.string().nullable(),
  dataset_version_id: uuid.nullable(), subject_id: z.string().nullable(),
  reason: z.string().nullable(), before: z.unknown(), after: z.unknown(), details: z.unknown(),
  created_at: timestamp,
  sha256: z.string().nullable(),
  position: z.number().int().nullable()
    .meta({ description: "Its place in the chain; null for the second until it is appended." }),
}).meta({ id: "AuditEvent" });

const tail = {
  position: z.number().int(), chain_sha256: z.string(),
  unsequenced: z.number().int().meta({ description: "Events that are not in the chain yet." }),
};

export const auditOperations = {
  listAudit: operation({
    method: "GET", path: "/audit", tag: "Audit", role: "AUDIT",
    summary: "Audit events, newest first, by any of their fields.",
    query: z.strictObject({ ...pageQuery, ...auditFilter }),
    response: listOf(auditEventSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
  exportAudit: operation({
    method: "GET", path: "/audit/export", tag: "Audit", role: "AUDIT",
    summary: "All audit events that match, as CSV or one JSON object a line.",
    query: z.strictObject({ format: z.enum(["csv", "json"]).default("csv"), ...auditFilter }),
    response: z.string(), responseTypes: ["text/csv", "application/x-ndjson"],
    errors: ["PARAMETERS_INVALID"],
  }),
  auditTail: operation({
    method: "GET", path: "/audit/tail", tag: "Audit", role: "AUDIT",
    summary: "Where the chain over the audit log ends.",
    response: z.object({ ...tail, sequenced_at: timestamp.nullable() }),
    errors: [],
  }),
  verifyAudit: operation({
    method: "POST", path: "/audit/verify", tag: "Audit", role: "AUDIT",
    summary: "Recomputes the chain over the audit log and names the first row that does not fit.",
    response: z.object({
      ok: z.boolean(),
      checked: z.number().int().meta({ description: "Links that held." }),
      tail: z.object(tail),
      first_bad: z.object({
        position: z.number().int(), audit_event_id: uuid.nullable(), reason: z.string(),
      }).nullable(),
    }),
    errors: [],
  }),
};
