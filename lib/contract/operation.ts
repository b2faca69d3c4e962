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
  gates?: readonly Gate[];
  query?: z.ZodObject;
  /** A schema, or "stream": the service reads the bytes itself. */
  body?: z.ZodType | "stream";
  /** Media types of a streamed body, for the docs. */
  bodyTypes?: readonly string[];
  /** In the order in which they are reported; what no entry names is REQUEST_BODY_INVALID. */
  memberCodes?: readonly MemberCodes[];
  maxBodyBytes?: number;
  response: z.ZodType;
  /** Set when the answer is not JSON. */
  responseTypes?: readonly string[];
  status?: number;
  errors: readonly ErrorCode[];
};

/** Keeps the literal types of an entry, and lets only a whole entry compile. */
export const operation = <const T extends Operation>(entry: T): T => entry;
