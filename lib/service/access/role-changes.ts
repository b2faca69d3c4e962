import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { changesGuardedRole, type Role } from "@/lib/contract/roles";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type AppUser, type Prisma, type RoleChange } from "../db/database";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { afterCursor, pageOf } from "../platform/paging";
import { personBehind } from "./person";
import { endSessions } from "./user-sessions";

type Transaction = Prisma.TransactionClient;
type Change = ResponseOf<"listRoleChanges">["items"][number];
export type Owned = RoleChange & { user: Pick<AppUser, "email" | "name"> };

const WAITS_MS = 7 * 86_400_000;
/** Whom somebody disabled or gave a new password lately is not out of the way yet. */
const LATELY_MS = 86_400_000;

/** One change of roles at a time: two administrators must not take the role from one another. */
export const lockRoles = (transaction: Transaction): Promise<number> =>
  transaction.$executeRaw`SELECT pg_advisory_xact_lock(7305211905)`;

/** Whether this change needs a second person: it gives or takes ADMIN or APPROVE. */
export const needsSecondPerson = (from: readonly string[], to: readonly string[]): boolean =>
  environment().ROLE_CHANGE_APPROVAL && changesGuardedRole(from, to);

const isLate = (change: RoleChange): boolean =>
  change.status === "pending" && change.expiresAt.getTime() <= Date.now();

export const toRoleChange = (row: Owned): Change => ({
  role_change_id: row.id,
  user_id: row.userId,
  email: row.user.email,
  name: row.user.name,
  from: row.fromRoles as Role[],
  to: row.toRoles as Role[],
  reason: row.reason,
  status: isLate(row) ? "expired" : row.status as Change["status"],
  requested_by: row.requestedBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  decided_by: row.decidedBy,
  decided_at: row.decidedAt?.toISOString() ?? null,
  decision_reason: row.decisionReason,
});

/** The changes that wait, by user. */
export async function pendingOf(userIds: readonly string[]): Promise<Map<string, Change>> {
  const rows = await prisma().roleChange.findMany({
    where: { userId: { in: [...userIds] }, status: "pending", expiresAt: { gt: new Date() } },
    include: { user: true } });
  return new Map(rows.map((row) => [row.userId, toRoleChange(row)]));
}

/** Notes that the change of a user's roles waited too long. */
async function closeLate(transaction: Transaction, userId: string): Promise<void> {
  await transaction.roleChange.updateMany({
    where: { userId, status: "pending", expiresAt: { lte: new Date() } },
    data: { status: "expired" } });
}

/** @throws AppError ROLE_CHANGE_PENDING while a change of the user's roles waits. */
export async function refuseWhilePending(transaction: Transaction, userId: string): Promise<void> {
  await closeLate(transaction, userId);
  const pending = await transaction.roleChange.count({ where: { userId, status: "pending" } });
  if (pending > 0) {
    throw new AppError("ROLE_CHANGE_PENDING", { message: "A change of this user's roles waits " +
      "for approval. Approve, reject or withdraw it first." });
  }
}

/** Asks for a change that another administrator approves. */
export async function requestRoleChange(
  context: Context, transaction: Transaction, user: AppUser, to: readonly Role[], reason: string,
): Promise<Owned> {
  await refuseWhilePending(transaction, user.id);
  const change = await transaction.roleChange.create({
    data: { id: newId(), userId: user.id, fromRoles: user.roles, toRoles: [...to], reason,
      requestedBy: context.caller.name, status: "pending",
      asker: await personBehind(transaction, context.caller),
      expiresAt: new Date(Date.now() + WAITS_MS) },
    include: { user: true } });
  await recordAudit(transaction, context, { type: "role_change.requested", subjectId: user.id,
    reason, before: { roles: user.roles }, after: { roles: [...to] },
    details: { role_change_id: change.id } });
  return change;
}

/**
 * Notes that the only administrator changed roles alone; the caller applies them.
 * @throws AppError SECOND_PERSON_REQUIRED for a token, or while there is a second administrator.
 */
export async function breakGlass(
  context: Context, transaction: Transaction, user: AppUser, to: readonly Role[], reason: string,
): Promise<void> {
  const { caller } = context;
  if (caller.kind !== "user") throw secondPerson("A token has nobody behind it: sign in.");
  const others = await transaction.appUser.count({ where: { roles: { has: "ADMIN" },
    id: { not: caller.id },
    OR: [{ disabledAt: null }, { disabledAt: { gt: new Date(Date.now() - LATELY_MS) } }] } });
  if (others > 0) {
    throw secondPerson("There is a second administrator who can approve, or there was one within " +
      "the last 24 hours: ask for approval.");
  }
  await refuseWhilePending(transaction, user.id);
  const change = await transaction.roleChange.create({
    data: { id: newId(), userId: user.id, fromRoles: user.roles, toRoles: [...to], reason,
      requestedBy: caller.name, asker: caller.id, status: "break_glass", expiresAt: new Date(),
      decidedBy: caller.name, decidedAt: new Date(), decisionReason: reason } });
  await recordAudit(transaction, context, { type: "role_change.break_glass", subjectId: user.id,
    reason, before: { roles: user.roles }, after: { roles: [...to] },
    details: { role_change_id: change.id } });
  log().warn({ by: caller.name, user_id: user.id, from: user.roles, to, reason,
    request_id: context.requestId }, "BREAK_GLASS");
}

const secondPerson = (message: string): AppError =>
  new AppError("SECOND_PERSON_REQUIRED", { message });

/** Changes of roles, newest first. */
export async function listRoleChanges(
  query: QueryOf<"listRoleChanges">,
): Promise<ResponseOf<"listRoleChanges">> {
  const now = new Date();
  const { status } = query;
  const wanted: Prisma.RoleChangeWhereInput = status === undefined ? {}
    : status === "pending" ? { status, expiresAt: { gt: now } }
      : status === "expired"
        ? { OR: [{ status }, { status: "pending", expiresAt: { lte: now } }] } : { status };
  const rows = await prisma().roleChange.findMany({
    where: { AND: [wanted, afterCursor(query.cursor)] }, include: { user: true },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toRoleChange);
}

async function openChange(transaction: Transaction, changeId: string): Promise<Owned> {
  if (!isUuid(changeId)) throw new AppError("ROLE_CHANGE_NOT_FOUND");
  await lockRoles(transaction);
  const change = await transaction.roleChange.findUnique({
    where: { id: changeId }, include: { user: true } });
  if (!change) throw new AppError("ROLE_CHANGE_NOT_FOUND");
  if (change.status !== "pending" || isLate(change)) {
    throw new AppError("ROLE_CHANGE_CLOSED", {
      message: `This change is ${isLate(change) ? "expired" : change.status}.` });
  }
  return change;
}

/** Who decides is a person, and neither the one who asked nor the one it is about. */
async function refuseInvolved(
  { caller }: Context, transaction: Transaction, change: Owned,
): Promise<void> {
  if (caller.kind !== "user") throw secondPerson("A token has nobody behind it: sign in.");
  if (change.asker === caller.id) throw secondPerson("Who asks for a change cannot decide it.");
  if (change.userId === caller.id) throw secondPerson("Nobody decides about their own roles.");
  const self = await transaction.appUser.findUniqueOrThrow({ where: { id: caller.id } });
  const isFresh = self.passwordResetAt !== null
    && self.passwordResetAt.getTime() > Date.now() - LATELY_MS;
  if (isFresh && self.passwordResetBy === change.asker) {
    throw secondPerson("Who asks for this change gave you a new password within the last 24 " +
      "hours. Another administrator must decide.");
  }
}

const decided = (context: Context, status: string, reason: string | undefined) => ({
  status, decidedBy: context.caller.name, decidedAt: new Date(), decisionReason: reason ?? null });

/** Approves a change and applies it; the user's sessions end. */
export function approveRoleChange(
  context: Context, changeId: string, body: BodyOf<"approveRoleChange">,
): Promise<ResponseOf<"approveRoleChange">> {
  return prisma().$transaction(async (transaction) => {
    const change = await openChange(transaction, changeId);
    await refuseInvolved(context, transaction, change);
    await transaction.appUser.update({
      where: { id: change.userId }, data: { roles: change.toRoles } });
    await keepAdministrator(transaction);
    await endSessions(transaction, change.userId, context.caller.name);
    const after = await transaction.roleChange.update({ where: { id: change.id },
      data: decided(context, "approved", body.reason), include: { user: true } });
    await recordAudit(transaction, context, { type: "role_change.approved",
      subjectId: change.userId, reason: body.reason ?? change.reason,
      before: { roles: change.fromRoles }, after: { roles: change.toRoles },
      details: { role_change_id: change.id, requested_by: change.requestedBy } });
    return toRoleChange(after);
  });
}

/** Rejects a change; who asked for it withdraws it. */
export function rejectRoleChange(
  context: Context, changeId: string, body: BodyOf<"rejectRoleChange">,
): Promise<ResponseOf<"rejectRoleChange">> {
  return prisma().$transaction(async (transaction) => {
    const change = await openChange(transaction, changeId);
    const isOwn = change.asker === await personBehind(transaction, context.caller);
    if (!isOwn) await refuseInvolved(context, transaction, change);
    const status = isOwn ? "withdrawn" : "rejected";
    const after = await transaction.roleChange.update({ where: { id: change.id },
      data: decided(context, status, body.reason), include: { user: true } });
    await recordAudit(transaction, context, { type: `role_change.${status}`,
      subjectId: change.userId, reason: body.reason,
      details: { role_change_id: change.id, from: change.fromRoles, to: change.toRoles } });
    return toRoleChange(after);
  });
}

/** @throws AppError LAST_ADMINISTRATOR when nobody who can sign in has the role. */
export async function keepAdministrator(transaction: Transaction): Promise<void> {
  const administrators = await transaction.appUser.count({
    where: { roles: { has: "ADMIN" }, disabledAt: null } });
  if (administrators === 0) throw new AppError("LAST_ADMINISTRATOR");
}
