import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Role } from "@/lib/contract/roles";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, systemSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type AppUser, type Prisma } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";
import { log } from "../platform/log";
import { afterCursor, pageOf } from "../platform/paging";
import { hashPassword, oneTimePassword } from "./password-hash";
import {
  breakGlass, keepAdministrator, lockRoles, needsSecondPerson, pendingOf, refuseWhilePending,
  requestRoleChange,
} from "./role-changes";
import { locksOf } from "./sign-in-guard";
import { endSessions } from "./user-sessions";

type User = ResponseOf<"listUsers">["items"][number];
type Transaction = Prisma.TransactionClient;

/** Names the state that an edit changes. */
const tagOf = (user: AppUser): string =>
  etagOf({ id: user.id, roles: user.roles, disabled: user.disabledAt !== null });

/** Users as the contract shows them: with what stands against a sign-in, and what waits. */
async function toUsers(rows: readonly AppUser[]): Promise<User[]> {
  const ids = rows.map((user) => user.id);
  const [locks, pending, identities] = await Promise.all([
    locksOf(rows.map((user) => user.email)), pendingOf(ids),
    prisma().userIdentity.findMany({ where: { userId: { in: ids } }, select: { userId: true } }),
  ]);
  const linked = new Set(identities.map((identity) => identity.userId));
  return rows.map((user) => ({
    user_id: user.id,
    email: user.email,
    name: user.name,
    roles: user.roles as Role[],
    must_change_password: user.mustChangePassword,
    disabled: user.disabledAt !== null,
    created_at: user.createdAt.toISOString(),
    last_sign_in_at: user.lastSignInAt?.toISOString() ?? null,
    has_password: user.passwordHash !== null,
    single_sign_on: linked.has(user.id),
    failed_sign_ins: locks.get(user.email)?.failures ?? 0,
    locked_until: locks.get(user.email)?.lockedUntil?.toISOString() ?? null,
    pending_role_change: pending.get(user.id) ?? null,
    etag: tagOf(user),
  }));
}

export async function toUser(row: AppUser): Promise<User> {
  const [user] = await toUsers([row]);
  return user as User;
}

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
  const page = pageOf(rows, query.limit, (row) => row);
  return { ...page, items: await toUsers(page.items) };
}

/** What a new user may have at once; the rest waits where a second person approves. */
const rolesAtOnce = (roles: readonly Role[]): Role[] => {
  const rest = roles.filter((role) => !needsSecondPerson([], [role]));
  return rest.length > 0 ? rest : ["READ"];
};

/** Creates a user with a one-time password, which only this answer shows. */
export async function createUser(
  context: Context, body: BodyOf<"createUser">,
): Promise<ResponseOf<"createUser">> {
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  const waits = needsSecondPerson([], body.roles);
  const roles = waits ? rolesAtOnce(body.roles) : body.roles;
  try {
    const user = await prisma().$transaction(async (transaction) => {
      const created = await transaction.appUser.create({
        data: { id: newId(), email: body.email, name: body.name, roles, passwordHash,
          mustChangePassword: true },
      });
      await recordAudit(transaction, context, { type: "user.created", subjectId: created.id,
        after: { email: body.email, name: body.name, roles } });
      if (waits) {
        await requestRoleChange(context, transaction, created, body.roles, "A new user.");
      }
      return created;
    });
    return { ...await toUser(user), one_time_password: password };
  } catch (error) {
    if ((error as { code?: string }).code === "P2002") throw new AppError("EMAIL_TAKEN");
    throw error;
  }
}

/**
 * Changes roles or disables a user; the user's open sessions end. A change that needs a second
 * person waits, unless the only administrator breaks the glass.
 */
export async function updateUser(
  context: Context, userId: string, body: BodyOf<"updateUser">,
): Promise<{ user: ResponseOf<"updateUser">; waits: boolean }> {
  if (!isUuid(userId)) throw new AppError("USER_NOT_FOUND");
  const { after, waits } = await prisma().$transaction(async (transaction) => {
    await lockRoles(transaction);
    const before = await transaction.appUser.findUnique({ where: { id: userId } });
    if (!before) throw new AppError("USER_NOT_FOUND");
    requireMatch(context, tagOf(before));
    const roles = body.roles ? await decideRoles(context, transaction, before, body) : null;
    return { after: await apply(context, transaction, before, roles, body),
      waits: body.roles !== undefined && roles === null };
  });
  return { user: await toUser(after), waits };
}

/** The roles to set now; null when the change waits for a second person. */
async function decideRoles(
  context: Context, transaction: Transaction, user: AppUser, body: BodyOf<"updateUser">,
): Promise<Role[] | null> {
  const to = body.roles ?? [];
  if (!needsSecondPerson(user.roles, to)) {
    await refuseWhilePending(transaction, user.id);
    return to;
  }
  if (body.reason === undefined) {
    const message = "A reason is needed: a second person decides by it.";
    throw new AppError("REQUEST_BODY_INVALID", { message, errors: [{ path: "reason", message }] });
  }
  if (body.break_glass === true) {
    await breakGlass(context, transaction, user, to, body.reason);
    return to;
  }
  await requestRoleChange(context, transaction, user, to, body.reason);
  return null;
}

async function apply(
  context: Context, transaction: Transaction, before: AppUser, roles: Role[] | null,
  { disabled, reason }: BodyOf<"updateUser">,
): Promise<AppUser> {
  if (roles === null && disabled === undefined) return before;
  const after = await transaction.appUser.update({
    where: { id: before.id },
    data: {
      ...(roles ? { roles } : {}),
      ...(disabled === undefined ? {}
        : { disabledAt: disabled ? before.disabledAt ?? new Date() : null }),
    },
  });
  await keepAdministrator(transaction);
  await endSessions(transaction, before.id, context.caller.name);
  await recordAudit(transaction, context, { type: "user.changed", subjectId: before.id,
    ...(reason === undefined ? {} : { reason }),
    before: { roles: before.roles, disabled: before.disabledAt !== null },
    after: { roles: after.roles, disabled: after.disabledAt !== null },
  });
  return after;
}

/** Forgets a user's failed sign-ins. */
export async function unlockUser(
  context: Context, userId: string,
): Promise<ResponseOf<"unlockUser">> {
  if (!isUuid(userId)) throw new AppError("USER_NOT_FOUND");
  const user = await prisma().appUser.findUnique({ where: { id: userId } });
  if (!user) throw new AppError("USER_NOT_FOUND");
  const lock = (await locksOf([user.email])).get(user.email);
  await prisma().$transaction(async (transaction) => {
    const { count } = await transaction.signInGuard.deleteMany({ where: { account: user.email } });
    if (count === 0) return;
    await recordAudit(transaction, context, { type: "user.unlocked", subjectId: user.id,
      before: { failures: lock?.failures ?? 0,
        locked_until: lock?.lockedUntil?.toISOString() ?? null },
      after: { failures: 0, locked_until: null } });
  });
  return toUser(user);
}

export const FIRST_ADMINISTRATOR = "admin@todiscope.local";

/**
 * Creates the first administrator when there is no user yet.
 * @returns the one-time password to print, or null when users exist.
 */
export async function ensureAdministrator(): Promise<string | null> {
  if (await prisma().appUser.count() > 0) return null;
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
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
