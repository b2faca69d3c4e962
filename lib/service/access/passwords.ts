import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { passwordProblems, PASSWORDS_KEPT } from "@/lib/contract/password-rules";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type AppUser } from "../db/database";
import { environment, signInProvider } from "../platform/environment";
import { hashPassword, oneTimePassword, passwordMatches } from "./password-hash";
import { personBehind } from "./person";
import { forgive, reserve } from "./sign-in-guard";
import { PAIR } from "./sign-in-policy";
import { endSessions } from "./user-sessions";
import { toUser } from "./users";

/** Changes one's own password and ends every session, this one included. */
export async function changePassword(
  context: Context, body: BodyOf<"changePassword">,
): Promise<ResponseOf<"changePassword">> {
  const { caller } = context;
  if (caller.kind !== "user") {
    throw new AppError("AUTH_INVALID", { message: "A token has no password." });
  }
  const user = await prisma().appUser.findUniqueOrThrow({ where: { id: caller.id } });
  const { passwordHash } = user;
  if (passwordHash === null) {
    throw new AppError("AUTH_INVALID", { message: "This account signs in without a password." });
  }
  // A session left open must not become a place to guess the password at.
  const guards = [{ account: user.email, address: "password change", backoff: PAIR }];
  await reserve(guards);
  if (!await passwordMatches(passwordHash, body.current_password)) {
    throw new AppError("AUTH_INVALID", { message: "The current password is not right." });
  }
  await forgive(guards);
  const problems = passwordProblems(body.new_password, user);
  if (problems.length > 0) throw refused(problems);
  const used = [passwordHash, ...user.previousPasswordHashes].slice(0, PASSWORDS_KEPT);
  for (const one of used) {
    if (await passwordMatches(one, body.new_password)) {
      throw refused([`Not one of the last ${PASSWORDS_KEPT} passwords.`]);
    }
  }
  await store(context, user, await hashPassword(body.new_password), used);
  return { changed: true };
}

const refused = (problems: string[]): AppError => new AppError("REQUEST_BODY_INVALID", {
  message: `The new password cannot be used. ${problems.join(" ")}`,
  errors: problems.map((message) => ({ path: "new_password", message })),
});

async function store(
  context: Context, user: AppUser, passwordHash: string, used: string[],
): Promise<void> {
  await prisma().$transaction(async (transaction) => {
    // Of two changes at once, one counts: the other was checked against a password of before.
    const { count } = await transaction.appUser.updateMany({
      where: { id: user.id, passwordHash: user.passwordHash },
      data: { passwordHash, previousPasswordHashes: used, mustChangePassword: false,
        passwordChangedAt: new Date() },
    });
    if (count === 0) {
      throw new AppError("AUTH_INVALID", { message: "The current password is not right." });
    }
    const ended = await endSessions(transaction, user.id, context.caller.name);
    await recordAudit(transaction, context, { type: "user.password_changed", subjectId: user.id,
      before: { changed_at: user.passwordChangedAt.toISOString(),
        one_time: user.mustChangePassword },
      details: { sessions_ended: ended } });
  });
}

/** Gives a user a one-time password, which only this answer shows; the user's sessions end. */
export async function resetPassword(
  context: Context, userId: string,
): Promise<ResponseOf<"resetPassword">> {
  if (!isUuid(userId)) throw new AppError("USER_NOT_FOUND");
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  const user = await prisma().$transaction(async (transaction) => {
    const before = await transaction.appUser.findUnique({ where: { id: userId } });
    if (!before) throw new AppError("USER_NOT_FOUND");
    const used = before.passwordHash === null || before.mustChangePassword
      ? before.previousPasswordHashes
      : [before.passwordHash, ...before.previousPasswordHashes].slice(0, PASSWORDS_KEPT);
    const changed = await transaction.appUser.update({
      where: { id: before.id },
      data: { passwordHash, previousPasswordHashes: used, mustChangePassword: true,
        passwordChangedAt: new Date(), passwordResetAt: new Date(),
        passwordResetBy: await personBehind(transaction, context.caller) },
    });
    await transaction.signInGuard.deleteMany({ where: { account: before.email } });
    const ended = await endSessions(transaction, before.id, context.caller.name);
    await recordAudit(transaction, context, { type: "user.password_reset", subjectId: before.id,
      before: { one_time: before.mustChangePassword }, after: { one_time: true },
      details: { sessions_ended: ended } });
    return changed;
  });
  return { ...await toUser(user), one_time_password: password };
}

/** How people sign in here, and whether a second person approves roles. */
export function accessPolicy(): ResponseOf<"accessPolicy"> {
  const { OIDC_ONLY, ROLE_CHANGE_APPROVAL, TODISCOPE_PASSWORD_MAX_AGE_DAYS } = environment();
  return {
    password_sign_in: !OIDC_ONLY, single_sign_on: signInProvider()?.name ?? null,
    password_max_age_days: TODISCOPE_PASSWORD_MAX_AGE_DAYS || null,
    role_change_approval: ROLE_CHANGE_APPROVAL,
  };
}
