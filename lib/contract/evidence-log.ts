import { z } from "zod";
import { LIST_LIMIT, listOf, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";

export const LOG_KINDS = ["evidence", "finding", "run", "audit"] as const;

/** What stands beside the log, and is told of by audit events, which are in it. */
export const TOLD_KINDS = ["dataset_version", "sign_off", "comment", "report", "legal_hold",
  "scenario", "kill_switch", "setting"] as const;

const hash = z.string().meta({ description: "SHA-256 in base64." });
const size = z.number().int().meta({ description: "Leaves of the tree." });
const given = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const checkpoint = z.object({
  size, root: hash, key_id: z.string(), signed_at: timestamp,
  number: z.number().int().nullable().meta({ description: "Which checkpoint of the log it is, as "
    + "its note says; null for one of a release whose notes said nothing of those before." }),
  note: z.string().meta({ description: "The signed note (C2SP tlog-checkpoint, Ed25519); its line "
    + "`previous` says how many checkpoints there were before, and one hash over all their notes." }),
}).meta({ id: "LogCheckpoint" });

const key = z.object({
  key_id: z.string().meta({ description: "SHA-256 of the public key, in hexadecimal." }),
  public_key: z.string().meta({ description: "32 bytes of Ed25519 in base64." }),
  verifier_key: z.string().meta({ description: "As C2SP tools take it." }),
  follows: z.string().nullable().meta({ description: "The key that endorsed it." }),
  endorsement: z.string().nullable(), endorsed: z.boolean(), signs: z.boolean(),
  reason: z.string().nullable(), created_at: timestamp, created_by: z.string(),
}).meta({ id: "LogKey" });

const entry = z.object({
  index: z.number().int(), kind: z.enum(LOG_KINDS), id: uuid,
  record_sha256: z.string(), content_sha256: z.string().nullable(),
}).meta({ id: "LogEntry" });

const publishing = z.object({
  latest_size: size,
  targets: z.array(z.object({
    target: z.enum(["folder", "webhook"]), place: z.string(),
    published_size: z.number().int().nullable(), published_at: timestamp.nullable(),
    failure: z.string().nullable(), failed_at: timestamp.nullable(),
  })),
});

export const evidenceLogOperations = {
  getLog: operation({
    method: "GET", path: "/evidence-log", tag: "Evidence log", role: "READ",
    summary: "The log over all evidence, findings, runs and audit events, as it stands.",
    response: z.object({
      log_id: uuid, origin: z.string(), size, root: hash,
      unsequenced: z.number().int().meta({ description: "Records that are not in the log yet." }),
      unsigned: z.number().int().meta({ description: "Entries that no checkpoint covers yet." }),
      checkpoint: checkpoint.nullable(), keys: z.array(key),
      trouble: z.string().nullable(),
    }),
    errors: [],
  }),
  listLogCheckpoints: operation({
    method: "GET", path: "/evidence-log/checkpoints", tag: "Evidence log", role: "READ",
    summary: "Signed checkpoints, the latest first.",
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(LIST_LIMIT).default(50),
      cursor: z.string().max(10_000).optional(),
    }),
    response: listOf(checkpoint), errors: ["PARAMETERS_INVALID"],
  }),
  getLogCheckpoint: operation({
    method: "GET", path: "/evidence-log/checkpoints/{size}", tag: "Evidence log", role: "READ",
    summary: "The checkpoint of a size.", response: checkpoint, errors: ["CHECKPOINT_NOT_FOUND"],
  }),
  getLogInclusion: operation({
    method: "GET", path: "/evidence-log/inclusion", tag: "Evidence log", role: "READ",
    summary: "The proof that a record is in the log (RFC 9162 section 2.1.3).",
    query: z.strictObject({
      kind: z.enum(LOG_KINDS), id: z.uuid(),
      size: given.optional().meta({ description: "Of the tree; else that of the first checkpoint " +
        "that covers the record, or the whole log's." }),
    }),
    response: z.object({ entry, leaf_hash: hash, size, root: hash, proof: z.array(hash),
      checkpoint: checkpoint.nullable() }),
    errors: ["PARAMETERS_INVALID", "LOG_ENTRY_NOT_FOUND"],
  }),
  getLogConsistency: operation({
    method: "GET", path: "/evidence-log/consistency", tag: "Evidence log", role: "READ",
    summary: "The proof that a later log begins with an earlier one (RFC 9162 section 2.1.4).",
    query: z.strictObject({ first: given, second: given }),
    response: z.object({ first: size, second: size, first_root: hash, second_root: hash,
      proof: z.array(hash) }),
    errors: ["PARAMETERS_INVALID"],
  }),
  verifyLog: operation({
    method: "POST", path: "/evidence-log/verify", tag: "Evidence log", role: "AUDIT",
    summary: "Reads every record again, and names what was removed, moved, edited or cut off.",
    response: z.object({
      ok: z.boolean(), size,
      checked: z.object({ entries: z.number().int(), nodes: z.number().int(),
        checkpoints: z.number().int(), erased: z.number().int(), links: z.number().int(),
        told: z.number().int().meta({ description: "Rows beside the log that were held against "
          + "the events that tell of them: sign-offs, comments, holds, settings and the like." }),
      }),
      problems_count: z.number().int(),
      problems: z.array(z.object({
        code: z.string(), reason: z.string(),
        from_index: z.number().int().nullable(), to_index: z.number().int().nullable(),
        kind: z.enum([...LOG_KINDS, "link", ...TOLD_KINDS]).nullable(), id: z.string().nullable(),
      })).meta({ description: "The first of them." }),
    }),
    errors: [],
  }),
  rotateLogKey: operation({
    method: "POST", path: "/evidence-log/keys", tag: "Evidence log", role: "ADMIN",
    summary: "Signs with a new key from now on; the old one endorses it and can still be checked.",
    body: z.strictObject({ reason: seenText(1000) }),
    response: z.object({ key_id: z.string() }),
    errors: ["REQUEST_BODY_INVALID", "HELD_BY_ENVIRONMENT"],
  }),
  getLogPublishing: operation({
    method: "GET", path: "/evidence-log/publishing", tag: "Evidence log", role: "ADMIN",
    summary: "Where checkpoints are published to, and how that went.",
    response: publishing, errors: [],
  }),
  publishLog: operation({
    method: "POST", path: "/evidence-log/publish", tag: "Evidence log", role: "ADMIN",
    summary: "Signs what the log is now and publishes it.",
    response: publishing, errors: [],
  }),
};
