import type { z } from "zod";
import type { ErrorCode } from "./errors";
import type { Role } from "./roles";

/** What stands between a caller and an operation, checked in this order after the role. */
export type Gate = "engine" | "kill_switch";

/** Codes of one body member: absent or null, and anything else that is wrong with it. */
export type MemberCodes = { member: string; required: ErrorCode; invalid: ErrorCode };

/** One entry of the operations table: routes, validation, roles, docs and client read it. */
export type Operation = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below /api/v3 unless `root` is true; `{id}` is a path parameter. */
  path: string;
  root?: true;
  tag: string;
  summary: string;
  /** A role, "SIGNED_IN" for whoever is signed in, or "PUBLIC" without authentication. */
  role: Role | "SIGNED_IN" | "PUBLIC";
  /** Lets its holders in as well. */
  orRole?: Role;
  gates?: readonly Gate[];
  query?: z.ZodObject;
  /** A schema, or "stream": the service reads the bytes itself. */
  body?: z.ZodType | "stream";
  /** Media types of a streamed body, for the docs. */
  bodyTypes?: readonly string[];
  /** In the order in which they are reported; what no entry names is REQUEST_BODY_INVALID. */
  memberCodes?: readonly MemberCodes[];
  /** Bytes of a body at most; a JSON body's when nothing is said, see `bodyLimitOf`. */
  maxBodyBytes?: number;
  /** Of a streamed body that may also be JSON: JSON is read as one value, so it has less. */
  maxJsonBytes?: number;
  /** Makes something new: takes an `Idempotency-Key`. */
  creates?: true;
  /** Members of the answer that are shown once: null in a replay, and never stored. */
  shownOnce?: readonly string[];
  /**
   * The answer has a member `etag`, which becomes the `ETag` header: it names the state that can be
   * edited. "edits" means that the operation changes that state and needs `If-Match`. "switches"
   * says what shall be whatever is there, so that it compares `If-Match` only where one is sent.
   */
  tagged?: "shows" | "edits" | "switches";
  response: z.ZodType;
  /** Set when the answer is not JSON. */
  responseTypes?: readonly string[];
  status?: number;
  /** The answer 202 to `Prefer: respond-async`, with the job's address in `Location`. */
  accepted?: z.ZodType;
  errors: readonly ErrorCode[];
};

const JSON_BODY_BYTES = 1024 ** 2;

/** The largest body an operation reads, in bytes. */
export const bodyLimitOf = (entry: Operation): number => entry.maxBodyBytes ?? JSON_BODY_BYTES;

const AUTHENTICATED: readonly ErrorCode[] =
  ["AUTH_REQUIRED", "AUTH_INVALID", "PASSWORD_CHANGE_REQUIRED", "RATE_LIMITED"];

const KEYED: readonly ErrorCode[] = ["PARAMETERS_INVALID", "IDEMPOTENCY_KEY_REUSED",
  "IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_ANSWER_LOST"];

/** Every code an operation can answer, its own and those of the door. */
export const errorsOf = (entry: Operation): ErrorCode[] => [...new Set([
  ...entry.errors,
  ...(entry.role === "PUBLIC" ? [] : AUTHENTICATED),
  ...(entry.role === "PUBLIC" || entry.role === "SIGNED_IN" ? [] : ["FORBIDDEN"] as const),
  ...(entry.role === "PUBLIC" || entry.method === "GET" ? [] : ["ORIGIN_FORBIDDEN"] as const),
  ...(entry.body ? ["PAYLOAD_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED"] as const : []),
  ...(entry.creates ? KEYED : []),
  ...(entry.tagged === "edits" ? ["PRECONDITION_REQUIRED", "PRECONDITION_FAILED"] as const : []),
  ...(entry.tagged === "switches" ? ["PRECONDITION_FAILED"] as const : []),
  ...(entry.gates?.includes("kill_switch") ? ["KILL_SWITCH_ACTIVE"] as const : []),
  ...(entry.method === "GET" ? [] : ["STORAGE_FULL"] as const),
  "INTERNAL_ERROR" as const,
  // Who asks stands in the database; an open operation says itself whether it needs one.
  ...(entry.role === "PUBLIC" ? [] : ["DATABASE_UNAVAILABLE"] as const),
])];

/** Keeps the literal types of an entry, and lets only a whole entry compile. */
export const operation = <const T extends Operation>(entry: T): T => entry;
