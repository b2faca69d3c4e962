import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { allows, type Role } from "@/lib/contract/roles";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, type AuditSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import { pool, prisma, type Prisma, type UserSession } from "../db/database";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { afterCursor, pageOf } from "../platform/paging";

/** How long a sign-in lasts; it is not extended by use. */
export const SESSION_S = 12 * 60 * 60;

export type SignInMethod = "password" | "single_sign_on";

/** Where a browser's request comes from. */
export type Browser = {
  address: string; userAgent: string; requestId: string | null; correlationId: string | null;
};

export type SessionUser = {
  user_id: string; session_id: string; email: string; name: string; roles: Role[];
  must_change_password: boolean; method: SignInMethod;
};

type Row = {
  user_id: string; email: string; name: string; roles: Role[]; must_change_password: boolean;
  password_age_days: number; method: SignInMethod; is_stale: boolean;
};

/** One statement per request: the session, its user, and whether it is time to note the use. */
const ACTIVE = `
  SELECT u.user_id, u.email, u.name, u.roles, u.must_change_password, s.method,
    (extract(epoch FROM now() - u.password_changed_at) / 86400)::float8 AS password_age_days,
    s.last_seen_at < now() - interval '60 s' AS is_stale
  FROM user_session s JOIN app_user u USING (user_id)
  WHERE s.session_id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.expires_at > now()
    AND u.disabled_at IS NULL`;

/** The user behind a session; null when it ended or expired, or the user is disabled. */
export async function activeUser(userId: string, sessionId: string): Promise<SessionUser | null> {
  if (!isUuid(userId) || !isUuid(sessionId)) return null;
  const row = (await pool().query<Row>({ name: "active_user", text: ACTIVE,
    values: [sessionId, userId] })).rows[0];
  if (!row) return null;
  if (row.is_stale) noteUse(sessionId);
  const longestDays = environment().TODISCOPE_PASSWORD_MAX_AGE_DAYS;
  const isOld = longestDays > 0 && row.password_age_days > longestDays;
  return {
    user_id: row.user_id, session_id: sessionId, email: row.email, name: row.name,
    roles: row.roles, method: row.method,
    // Who came without a password has none to change.
    must_change_password: row.method === "password" && (row.must_change_password || isOld),
  };
}

/** Nobody waits for this, and no request fails by it. */
function noteUse(sessionId: string): void {
  pool().query(`UPDATE user_session SET last_seen_at = now()
    WHERE session_id = $1 AND last_seen_at < now() - interval '60 s'`, [sessionId])
    .catch((error: Error) => log().debug({ error: error.message }, "LAST_SEEN_NOT_WRITTEN"));
}

/** Opens a session in the transaction of the sign-in; its id goes into the browser's cookie. */
export async function openSession(
  transaction: Prisma.TransactionClient, userId: string, method: SignInMethod, browser: Browser,
): Promise<string> {
  const now = Date.now();
  const session = await transaction.userSession.create({
    data: { id: newId(), userId, method, address: browser.address.slice(0, 100),
      userAgent: browser.userAgent.slice(0, 300), createdAt: new Date(now),
      lastSeenAt: new Date(now), expiresAt: new Date(now + SESSION_S * 1000) },
  });
  await transaction.appUser.update({
    where: { id: userId }, data: { lastSignInAt: new Date(now) } });
  return session.id;
}

/** Ends the open sessions of a user, in the transaction of what ends them. How many. */
export async function endSessions(
  transaction: Prisma.TransactionClient, userId: string, by: string, except?: string,
): Promise<number> {
  const ended = await transaction.userSession.updateMany({
    where: { userId, endedAt: null, expiresAt: { gt: new Date() },
      ...(except ? { id: { not: except } } : {}) },
    data: { endedAt: new Date(), endedBy: by },
  });
  return ended.count;
}

type Item = ResponseOf<"listSessions">["items"][number];

const toSession = (row: UserSession, current: string | undefined): Item => ({
  session_id: row.id,
  user_id: row.userId,
  method: row.method as SignInMethod,
  address: row.address,
  user_agent: row.userAgent,
  current: row.id === current,
  active: row.endedAt === null && row.expiresAt.getTime() > Date.now(),
  created_at: row.createdAt.toISOString(),
  last_seen_at: row.lastSeenAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  ended_at: row.endedAt?.toISOString() ?? null,
  ended_by: row.endedBy,
});

/** Whose sessions are meant: one's own, or with ADMIN those of the user named. */
function ownerOf({ caller }: Context, userId: string | undefined): string | null {
  if (userId === undefined) return caller.kind === "user" ? caller.id : null;
  if (userId === caller.id || allows(caller.roles, "ADMIN")) return userId;
  throw new AppError("FORBIDDEN",
    { message: "The sessions of somebody else need the role ADMIN." });
}

/** Sessions, newest first. A token has none of its own. */
export async function listSessions(
  context: Context, query: QueryOf<"listSessions">,
): Promise<ResponseOf<"listSessions">> {
  const userId = ownerOf(context, query.user_id);
  if (userId === null) return { items: [], next_cursor: null };
  const open = { endedAt: null, expiresAt: { gt: new Date() } };
  const closed = { OR: [{ endedAt: { not: null } }, { expiresAt: { lte: new Date() } }] };
  const rows = await prisma().userSession.findMany({
    where: { AND: [{ userId }, afterCursor(query.cursor),
      query.active === undefined ? {} : query.active ? open : closed] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, (row) => toSession(row, context.caller.sessionId));
}

/** Ends one session: one's own, or with ADMIN anybody's. Ending it again changes nothing. */
export async function endSession(
  context: Context, sessionId: string,
): Promise<ResponseOf<"endSession">> {
  if (!isUuid(sessionId)) throw new AppError("SESSION_NOT_FOUND");
  const { caller } = context;
  return prisma().$transaction(async (transaction) => {
    const row = await transaction.userSession.findUnique({ where: { id: sessionId } });
    const mayEnd = row !== null && (row.userId === caller.id || allows(caller.roles, "ADMIN"));
    if (!mayEnd) throw new AppError("SESSION_NOT_FOUND");
    const { count } = await transaction.userSession.updateMany({
      where: { id: row.id, endedAt: null }, data: { endedAt: new Date(), endedBy: caller.name } });
    if (count === 1) {
      await recordAudit(transaction, context, { type: "session.ended", subjectId: row.id,
        details: { user_id: row.userId } });
    }
    const after = await transaction.userSession.findUniqueOrThrow({ where: { id: row.id } });
    return toSession(after, caller.sessionId);
  });
}

/** Ends all sessions of a user but the one that asks. */
export async function endOtherSessions(
  context: Context, query: QueryOf<"endOtherSessions">,
): Promise<ResponseOf<"endOtherSessions">> {
  const userId = ownerOf(context, query.user_id);
  if (userId === null) return { ended: 0 };
  return prisma().$transaction(async (transaction) => {
    const ended = await endSessions(
      transaction, userId, context.caller.name, context.caller.sessionId);
    if (ended > 0) {
      await recordAudit(transaction, context, { type: "session.all_ended", subjectId: userId,
        details: { ended } });
    }
    return { ended };
  });
}

/** Ends the session of a browser that signs out. */
export async function closeSession(
  userId: string, sessionId: string, browser: Browser,
): Promise<void> {
  const user = await activeUser(userId, sessionId);
  if (!user) return;
  const source: AuditSource = { actor: user.email, role: user.roles.join("+") || null,
    requestId: browser.requestId, correlationId: browser.correlationId };
  await prisma().$transaction(async (transaction) => {
    await transaction.userSession.update({
      where: { id: sessionId }, data: { endedAt: new Date(), endedBy: user.email } });
    await recordAudit(transaction, source, { type: "sign_out.done", subjectId: userId,
      details: { session_id: sessionId } });
  });
}

const KEPT_MS = 180 * 86_400_000;

/** Removes sessions that ended half a year ago; the audit log keeps what happened. */
export async function forgetOldSessions(): Promise<void> {
  await prisma().userSession.deleteMany({
    where: { expiresAt: { lt: new Date(Date.now() - KEPT_MS) } } });
}
