import { z } from "zod";
import { etag, listOf, optionalFlag, pageQuery, seenText, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from "./password-rules";
import { ROLES } from "./roles";

const roles = z.array(z.enum(ROLES)).min(1, "at least one role").max(ROLES.length)
  .transform((list) => ROLES.filter((role) => list.includes(role)));
const reason = z.string().trim().min(1, "a reason").max(1000);
/** The other rules need the owner: see password-rules. */
const passwordSchema = z.string()
  .min(SHORTEST_PASSWORD, `At least ${SHORTEST_PASSWORD} characters.`)
  .max(LONGEST_PASSWORD, `At most ${LONGEST_PASSWORD} characters.`);

/** How long a token lives unless its maker says otherwise, and at most. */
export const TOKEN_DAYS = 90;
export const LONGEST_TOKEN_DAYS = 365;

/** A secret is in the first answer only: nothing stores it, so a replay cannot repeat it. */
const shownOnce = z.string().nullable()
  .meta({ description: "Shown once; null in a replay by `Idempotency-Key`." });

export const tokenSchema = z.object({
  token_id: uuid, name: z.string(), roles: z.array(z.enum(ROLES)), created_by: z.string(),
  created_at: timestamp, expires_at: timestamp.nullable(), revoked_at: timestamp.nullable(),
  last_used_at: timestamp.nullable(),
}).meta({ id: "ApiToken" });

export const roleChangeSchema = z.object({
  role_change_id: uuid, user_id: uuid, email: z.string(), name: z.string(),
  from: z.array(z.enum(ROLES)), to: z.array(z.enum(ROLES)), reason: z.string(),
  status: z.enum(["pending", "approved", "rejected", "withdrawn", "expired", "break_glass"]),
  requested_by: z.string(), created_at: timestamp, expires_at: timestamp,
  decided_by: z.string().nullable(), decided_at: timestamp.nullable(),
  decision_reason: z.string().nullable(),
}).meta({ id: "RoleChange" });

export const userSchema = z.object({
  user_id: uuid, email: z.string(), name: z.string(), roles: z.array(z.enum(ROLES)),
  must_change_password: z.boolean(), disabled: z.boolean(), created_at: timestamp,
  last_sign_in_at: timestamp.nullable(),
  has_password: z.boolean(), single_sign_on: z.boolean(),
  failed_sign_ins: z.number().int(), locked_until: timestamp.nullable(),
  pending_role_change: roleChangeSchema.nullable(), etag,
}).meta({ id: "User" });

export const sessionSchema = z.object({
  session_id: uuid, user_id: uuid, method: z.enum(["password", "single_sign_on"]),
  address: z.string(), user_agent: z.string(), current: z.boolean(), active: z.boolean(),
  created_at: timestamp, last_seen_at: timestamp, expires_at: timestamp,
  ended_at: timestamp.nullable(), ended_by: z.string().nullable(),
}).meta({ id: "Session" });

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
      name: seenText(100), roles,
      expires_in_days: z.number().int().min(1).max(LONGEST_TOKEN_DAYS).nullable()
        .default(TOKEN_DAYS).meta({ description: "`null`: the token does not expire." }),
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
      name: seenText(100), roles,
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
    summary: "Changes a user's roles, or disables the user; open sessions end. Where a second " +
      "person approves, the answer is 202 with the change that waits.",
    body: z.strictObject({
      roles: roles.optional(), disabled: z.boolean().optional(), reason: reason.optional(),
      break_glass: z.boolean().optional().meta({ description:
        "Apply at once, because there is no second administrator who could approve." }),
    }),
    response: userSchema,
    errors: ["REQUEST_BODY_INVALID", "USER_NOT_FOUND", "LAST_ADMINISTRATOR", "ROLE_CHANGE_PENDING",
      "SECOND_PERSON_REQUIRED"],
  }),
  resetPassword: operation({
    method: "POST", path: "/users/{id}/password-reset", tag: "Access", role: "ADMIN",
    summary: "Gives a user a new one-time password, shown in this answer only; sessions end.",
    response: userSchema.extend({ one_time_password: z.string() }), errors: ["USER_NOT_FOUND"],
  }),
  unlockUser: operation({
    method: "POST", path: "/users/{id}/unlock", tag: "Access", role: "ADMIN",
    summary: "Forgets a user's failed sign-ins, so that nobody has to wait.",
    response: userSchema, errors: ["USER_NOT_FOUND"],
  }),
  listSessions: operation({
    method: "GET", path: "/sessions", tag: "Access", role: "SIGNED_IN",
    summary: "One's own sessions; with ADMIN those of `user_id`.",
    query: z.strictObject({ ...pageQuery, user_id: z.uuid().optional(), active: optionalFlag }),
    response: listOf(sessionSchema), errors: ["PARAMETERS_INVALID", "FORBIDDEN"],
  }),
  endOtherSessions: operation({
    method: "DELETE", path: "/sessions", tag: "Access", role: "SIGNED_IN",
    summary: "Ends one's other sessions; with ADMIN those of `user_id`.",
    query: z.strictObject({ user_id: z.uuid().optional() }),
    response: z.object({ ended: z.number().int() }), errors: ["PARAMETERS_INVALID", "FORBIDDEN"],
  }),
  endSession: operation({
    method: "DELETE", path: "/sessions/{id}", tag: "Access", role: "SIGNED_IN",
    summary: "Ends one's own session; with ADMIN anybody's.",
    response: sessionSchema, errors: ["SESSION_NOT_FOUND"],
  }),
  accessPolicy: operation({
    method: "GET", path: "/access-policy", tag: "Access", role: "SIGNED_IN",
    summary: "How people sign in here, and whether a second person approves roles.",
    response: z.object({
      password_sign_in: z.boolean(), single_sign_on: z.string().nullable(),
      password_max_age_days: z.number().int().nullable(), role_change_approval: z.boolean(),
    }),
    errors: [],
  }),
  listRoleChanges: operation({
    method: "GET", path: "/role-changes", tag: "Access", role: "ADMIN",
    summary: "Changes of roles that a second person approves, or that broke the glass.",
    query: z.strictObject({ ...pageQuery, status: roleChangeSchema.shape.status.optional() }),
    response: listOf(roleChangeSchema), errors: ["PARAMETERS_INVALID"],
  }),
  approveRoleChange: operation({
    method: "POST", path: "/role-changes/{id}/approve", tag: "Access", role: "ADMIN",
    summary: "Approves a change of roles that somebody else asked for, and applies it.",
    body: z.strictObject({ reason: reason.optional() }), response: roleChangeSchema,
    errors: ["REQUEST_BODY_INVALID", "ROLE_CHANGE_NOT_FOUND", "ROLE_CHANGE_CLOSED",
      "SECOND_PERSON_REQUIRED", "LAST_ADMINISTRATOR"],
  }),
  rejectRoleChange: operation({
    method: "POST", path: "/role-changes/{id}/reject", tag: "Access", role: "ADMIN",
    summary: "Rejects a change of roles; who asked for it withdraws it.",
    body: z.strictObject({ reason }), response: roleChangeSchema,
    errors: ["REQUEST_BODY_INVALID", "ROLE_CHANGE_NOT_FOUND", "ROLE_CHANGE_CLOSED",
      "SECOND_PERSON_REQUIRED"],
  }),
};
