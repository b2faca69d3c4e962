import { z } from "zod";
import { etag, listOf, pageQuery, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { ROLES } from "./roles";

const roles = z.array(z.enum(ROLES)).min(1, "at least one role").max(ROLES.length)
  .transform((list) => ROLES.filter((role) => list.includes(role)));
/** Length beats composition rules; 200 bounds the work of hashing. */
export const passwordSchema = z.string().min(12, "at least 12 characters").max(200);

/** A secret is in the first answer only: nothing stores it, so a replay cannot repeat it. */
const shownOnce = z.string().nullable()
  .meta({ description: "Shown once; null in a replay by `Idempotency-Key`." });

export const tokenSchema = z.object({
  token_id: uuid, name: z.string(), roles: z.array(z.enum(ROLES)), created_by: z.string(),
  created_at: timestamp, expires_at: timestamp.nullable(), revoked_at: timestamp.nullable(),
  last_used_at: timestamp.nullable(),
}).meta({ id: "ApiToken" });

export const userSchema = z.object({
  user_id: uuid, email: z.string(), name: z.string(), roles: z.array(z.enum(ROLES)),
  must_change_password: z.boolean(), disabled: z.boolean(), created_at: timestamp,
  last_sign_in_at: timestamp.nullable(), etag,
}).meta({ id: "User" });

export const accessOperations = {
  whoAmI: operation({
    method: "GET", path: "/me", tag: "Access", role: "SIGNED_IN",
    summary: "Who is asking, and with which roles.",
    response: z.object({
      kind: z.enum(["user", "token"]), name: z.string(), roles: z.array(z.enum(ROLES)),
      must_change_password: z.boolean(),
    }),
    errors: [],
  }),
  changePassword: operation({
    method: "POST", path: "/me/password", tag: "Access", role: "SIGNED_IN",
    summary: "Changes one's own password; other sessions end.",
    body: z.strictObject({ current_password: z.string().max(200), new_password: passwordSchema }),
    response: z.object({ changed: z.literal(true) }),
    errors: ["REQUEST_BODY_INVALID", "AUTH_INVALID", "RATE_LIMITED"],
  }),
  listTokens: operation({
    method: "GET", path: "/tokens", tag: "Access", role: "ADMIN", summary: "API tokens.",
    query: z.strictObject(pageQuery), response: listOf(tokenSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
  createToken: operation({
    method: "POST", path: "/tokens", tag: "Access", role: "ADMIN", status: 201,
    creates: true, shownOnce: ["secret"],
    summary: "Creates an API token; its secret is shown in this answer only.",
    body: z.strictObject({
      name: z.string().trim().min(1).max(100), roles,
      expires_in_days: z.number().int().min(1).max(3650).nullish(),
    }),
    response: tokenSchema.extend({ secret: shownOnce }), errors: ["REQUEST_BODY_INVALID"],
  }),
  revokeToken: operation({
    method: "DELETE", path: "/tokens/{id}", tag: "Access", role: "ADMIN",
    summary: "Revokes an API token at once.", response: tokenSchema, errors: ["TOKEN_NOT_FOUND"],
  }),
  listUsers: operation({
    method: "GET", path: "/users", tag: "Access", role: "ADMIN", summary: "Users.",
    query: z.strictObject(pageQuery), response: listOf(userSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
  createUser: operation({
    method: "POST", path: "/users", tag: "Access", role: "ADMIN", status: 201,
    creates: true, shownOnce: ["one_time_password"],
    summary: "Creates a user; the one-time password is shown in this answer only.",
    body: z.strictObject({
      email: z.email().max(200).transform((text) => text.toLowerCase()),
      name: z.string().trim().min(1).max(100), roles,
    }),
    response: userSchema.extend({ one_time_password: shownOnce }),
    errors: ["REQUEST_BODY_INVALID", "EMAIL_TAKEN"],
  }),
  getUser: operation({
    method: "GET", path: "/users/{id}", tag: "Access", role: "ADMIN", tagged: "shows",
    summary: "One user.", response: userSchema, errors: ["USER_NOT_FOUND"],
  }),
  updateUser: operation({
    method: "PATCH", path: "/users/{id}", tag: "Access", role: "ADMIN", tagged: "edits",
    summary: "Changes a user's roles, or disables the user; open sessions end.",
    body: z.strictObject({ roles: roles.optional(), disabled: z.boolean().optional() }),
    response: userSchema,
    errors: ["REQUEST_BODY_INVALID", "USER_NOT_FOUND", "LAST_ADMINISTRATOR"],
  }),
};
