import { recordAudit, writeAudit, type AuditSource } from "../audit/audit";
import { AppError } from "../platform/app-error";
import { pool, prisma, type AppUser } from "../db/database";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { noteSignIn } from "../platform/metrics";
import { passwordMatches } from "./password-hash";
import { forgive, guardsOf, reserve, type Guarded, type Reservation } from "./sign-in-guard";
import { openSession, type Browser } from "./user-sessions";

export type SignedIn = { userId: string; sessionId: string };

type Credentials = { email: string; password: string };

/** What failures are counted under and the log shows: what a stranger types is cut. */
export const accountOf = (email: string): string =>
  email.replaceAll("\0", "").trim().toLowerCase().slice(0, 200) || "nobody";

/**
 * Signs a browser in by e-mail and password; null when they do not fit. What was looked at is
 * audited; what a wait refused is counted only, so that guessing does not fill the log.
 * @throws AppError RATE_LIMITED while failures cost waiting, before any password is looked at.
 */
export async function signIn(
  { email, password }: Credentials, browser: Browser,
): Promise<SignedIn | null> {
  if (environment().OIDC_ONLY) return null;
  const account = accountOf(email);
  const guards = guardsOf(account, browser.address, await isKnown(account, browser.address));
  const reservation = await refusedWhenWaiting(guards);
  const user = await prisma().appUser.findUnique({ where: { email: account } });
  const matches = await passwordMatches(user?.passwordHash ?? null, password).catch(
    async (error: unknown) => {
      // Nobody looked at the password: the attempt was no failure.
      await forgive(guards);
      throw error;
    });
  if (user === null || !matches || user.disabledAt !== null) {
    await noteRefusal(account, user, browser, reservation);
    return null;
  }
  await forgive(guards);
  noteSignIn("accepted");
  const sessionId = await prisma().$transaction(async (transaction) => {
    const opened = await openSession(transaction, user.id, "password", browser);
    await recordAudit(transaction, sourceOf(account, user, browser), {
      type: "sign_in.accepted", subjectId: user.id,
      details: { method: "password", session_id: opened, address: browser.address } });
    return opened;
  });
  return { userId: user.id, sessionId };
}

async function refusedWhenWaiting(guards: readonly Guarded[]): Promise<Reservation> {
  try {
    return await reserve(guards);
  } catch (error) {
    if (error instanceof AppError && error.code === "RATE_LIMITED") noteSignIn("limited");
    throw error;
  }
}

const sourceOf = (account: string, user: AppUser | null, browser: Browser): AuditSource => ({
  actor: account, role: user?.roles.join("+") || null,
  requestId: browser.requestId, correlationId: browser.correlationId });

/** One event for a failure; the one that starts a wait says so, loudly. */
async function noteRefusal(
  account: string, user: AppUser | null, browser: Browser, { failures, waitS }: Reservation,
): Promise<void> {
  noteSignIn("refused");
  const details = { address: browser.address, failures, wait_s: waitS };
  if (waitS > 0) log().warn({ account, ...details }, "SIGN_IN_LOCKED");
  await writeAudit(sourceOf(account, user, browser), {
    type: waitS > 0 ? "sign_in.locked" : "sign_in.refused",
    subjectId: user?.id ?? "unknown", details });
}

/** Whether the account's owner signed in from this address in the last thirty days. */
async function isKnown(account: string, address: string): Promise<boolean> {
  const found = await pool().query(`
    SELECT 1 FROM user_session s JOIN app_user u USING (user_id)
    WHERE u.email = $1 AND s.address = $2 AND s.created_at > now() - interval '30 days'
    LIMIT 1`, [account, address]);
  return found.rowCount === 1;
}
