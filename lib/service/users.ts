import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Role } from "@/lib/contract/roles";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "./app-error";
import { recordAudit, systemSource, writeAudit } from "./audit";
import type { Context } from "./caller";
import { prisma, type AppUser } from "./db/database";
import { etagOf, requireMatch } from "./etag";
import { log } from "./log";
import { afterCursor, pageOf } from "./paging";
import { processState } from "./process-state";

export type SessionUser = {
  user_id: string; email: string; name: string; roles: Role[]; must_change_password: boolean;
};

type SignInInput = {
  email: string; password: string; clientAddress: string; requestId: string | null;
  correlationId: string | null;
};

/** Per account and address, so that a stranger cannot lock an account out from elsewhere. */
const accountLimit = () => processState("sign-in-account-limit",
  () => new RateLimiterMemory({ points: 8, duration: 300 }));
const addressLimit = () => processState("sign-in-address-limit",
  () => new RateLimiterMemory({ points: 100, duration: 300 }));

/**
 * Checks e-mail and password; null when they do not fit. Every outcome is audited.
 * @throws AppError RATE_LIMITED after too many failures.
 */
export async function signIn(input: SignInInput) {
  const email = input.email.trim().toLowerCase();
  const key = `${input.clientAddress} ${email}`;
  await consume(accountLimit(), key);
  await consume(addressLimit(), input.clientAddress);
  const user = await prisma().appUser.findUnique({ where: { email } });
  const matches = await passwordMatches(user, input.password);
  const accepted = user !== null && matches && user.disabledAt === null;
  await prisma().$transaction(async (transaction) => {
    const type = accepted ? "sign_in.accepted" : "sign_in.refused";
    const { requestId, correlationId } = input;
    await recordAudit(transaction, { actor: email.slice(0, 200), role: user?.roles.join("+") ?? null,
      requestId, correlationId }, { type, subjectId: user?.id ?? "unknown",
      details: { address: input.clientAddress } });
    if (accepted) {
      await transaction.appUser.update({
        where: { id: user.id }, data: { lastSignInAt: new Date() } });
    }
  });
  if (!accepted) return null;
  await accountLimit().delete(key);
  return { user_id: user.id, session_version: user.sessionVersion, name: user.name, email };
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    const seconds = Math.max(1, Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000));
    throw new AppError("RATE_LIMITED", {
      message: `Too many attempts. Wait ${seconds} seconds.`, retryAfterS: seconds,
    });
  }
}

/** Takes as long for an unknown user as for a known one: the time must not tell them apart. */
async function passwordMatches(user: AppUser | null, password: string): Promise<boolean> {
  if (password.length > 200) return false;
  if (user) return verify(user.passwordHash, password);
  await hash(password);
  return false;
}

/** The user behind a session, or null when it ended: signed out, disabled or changed since. */
export async function activeUser(
  userId: string, sessionVersion: number,
): Promise<SessionUser | null> {
  const user = await prisma().appUser.findUnique({ where: { id: userId } });
  if (!user || user.disabledAt || user.sessionVersion !== sessionVersion) return null;
  return {
    user_id: user.id, email: user.email, name: user.name, roles: user.roles as Role[],
    must_change_password: user.mustChangePassword,
  };
}

/** Records that a user ended a session. */
export async function recordSignOut(
  userId: string, ids: { requestId: string | null; correlationId: string | null },
): Promise<void> {
  const user = await prisma().appUser.findUnique({ where: { id: userId } });
  if (!user) return;
  await writeAudit({ actor: user.email, role: user.roles.join("+") || null, ...ids },
    { type: "sign_out.done", subjectId: user.id });
}

/** Changes one's own password and ends every session, this one included. */
export async function changePassword(
  context: Context, body: BodyOf<"changePassword">,
): Promise<ResponseOf<"changePassword">> {
  if (context.caller.kind !== "user") {
    throw new AppError("AUTH_INVALID", { message: "A token has no password." });
  }
  await consume(accountLimit(), `password ${context.caller.id}`);
  const user = await prisma().appUser.findUniqueOrThrow({ where: { id: context.caller.id } });
  if (!await verify(user.passwordHash, body.current_password)) {
    throw new AppError("AUTH_INVALID", { message: "The current password is not right." });
  }
  if (body.current_password === body.new_password) {
    const message = "The new password is the same as the current one.";
    throw new AppError("REQUEST_BODY_INVALID",
      { message, errors: [{ path: "new_password", message }] });
  }
  const passwordHash = await hash(body.new_password);
  await prisma().$transaction(async (transaction) => {
    await transaction.appUser.update({
      where: { id: user.id },
      data: { passwordHash, mustChangePassword: false, sessionVersion: { increment: 1 } },
    });
    await recordAudit(transaction, context, { type: "user.password_changed", subjectId: user.id });
  });
  return { changed: true };
}

const toUser = (user: AppUser): ResponseOf<"listUsers">["items"][number] => ({
  user_id: user.id,
  email: user.email,
  name: user.name,
  roles: user.roles as Role[],
  must_change_password: user.mustChangePassword,
  disabled: user.disabledAt !== null,
  created_at: user.createdAt.toISOString(),
  last_sign_in_at: user.lastSignInAt?.toISOString() ?? null,
  etag: etagOf({ id: user.id, roles: user.roles, disabled: user.disabledAt !== null }),
});

/** @throws AppError USER_NOT_FOUND */
export async function getUser(userId: string): Promise<ResponseOf<"getUser">> {
  const user = isUuid(userId)
    ? await prisma().appUser.findUnique({ where: { id: userId } }) : null;
  if (!user) throw new AppError("USER_NOT_FOUND");
  return toUser(user);
}

export async function listUsers(query: QueryOf<"listUsers">): Promise<ResponseOf<"listUsers">> {
  const rows = await prisma().appUser.findMany({
    where: afterCursor(query.cursor),
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toUser);
}

const oneTimePassword = (): string => randomBytes(15).toString("base64url");

/** Creates a user with a one-time password, which only this answer shows. */
export async function createUser(
  context: Context, body: BodyOf<"createUser">,
): Promise<ResponseOf<"createUser">> {
  const password = oneTimePassword();
  const passwordHash = await hash(password);
  try {
    const user = await prisma().$transaction(async (transaction) => {
      const created = await transaction.appUser.create({
        data: { id: newId(), email: body.email, name: body.name, roles: body.roles, passwordHash,
          mustChangePassword: true },
      });
      await recordAudit(transaction, context, { type: "user.created", subjectId: created.id,
        after: { email: body.email, name: body.name, roles: body.roles } });
      return created;
    });
    return { ...toUser(user), one_time_password: password };
  } catch (error) {
    if ((error as { code?: string }).code === "P2002") throw new AppError("EMAIL_TAKEN");
    throw error;
  }
}

/** Changes roles or disables a user; the user's open sessions end. */
export async function updateUser(
  context: Context, userId: string, body: BodyOf<"updateUser">,
): Promise<ResponseOf<"updateUser">> {
  if (!isUuid(userId)) throw new AppError("USER_NOT_FOUND");
  return prisma().$transaction(async (transaction) => {
    // One change at a time: two administrators must not disable one another.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(7305211905)`;
    const before = await transaction.appUser.findUnique({ where: { id: userId } });
    if (!before) throw new AppError("USER_NOT_FOUND");
    requireMatch(context, toUser(before).etag);
    const after = await transaction.appUser.update({
      where: { id: before.id },
      data: {
        ...(body.roles ? { roles: body.roles } : {}),
        ...(body.disabled === undefined ? {}
          : { disabledAt: body.disabled ? before.disabledAt ?? new Date() : null }),
        sessionVersion: { increment: 1 },
      },
    });
    const administrators = await transaction.appUser.count({
      where: { roles: { has: "ADMIN" }, disabledAt: null },
    });
    if (administrators === 0) throw new AppError("LAST_ADMINISTRATOR");
    await recordAudit(transaction, context, { type: "user.changed", subjectId: before.id,
      before: { roles: before.roles, disabled: before.disabledAt !== null },
      after: { roles: after.roles, disabled: after.disabledAt !== null },
    });
    return toUser(after);
  });
}

export const FIRST_ADMINISTRATOR = "admin@todiscope.local";

/**
 * Creates the first administrator when there is no user yet.
 * @returns the one-time password to print, or null when users exist.
 */
export async function ensureAdministrator(): Promise<string | null> {
  if (await prisma().appUser.count() > 0) return null;
  const password = oneTimePassword();
  const passwordHash = await hash(password);
  const first = { id: newId(), email: FIRST_ADMINISTRATOR, name: "Administrator", roles: ["ADMIN"] };
  const created = await prisma().$transaction(async (transaction) => {
    const added = await transaction.appUser.createMany({
      data: [{ ...first, passwordHash, mustChangePassword: true }], skipDuplicates: true });
    if (added.count === 1) {
      await recordAudit(transaction, systemSource("system:start-up"), { type: "user.created",
        subjectId: first.id, after: { email: first.email, name: first.name, roles: first.roles } });
    }
    return added;
  });
  log().info({ email: FIRST_ADMINISTRATOR }, "FIRST_ADMINISTRATOR_CREATED");
  return created.count === 1 ? password : null;
}
