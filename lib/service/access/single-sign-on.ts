import { ROLES, type Role } from "@/lib/contract/roles";
import { newId } from "@/lib/kernel/ids";
import { recordAudit, writeAudit, type AuditSource } from "../audit/audit";
import { prisma, type AppUser, type Prisma } from "../db/database";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { noteSignIn } from "../platform/metrics";
import type { SignedIn } from "./sign-in";
import { openSession, type Browser } from "./user-sessions";

/** Why a person whom the provider knows does not come in; the sign-in page has words for each. */
export type Refusal = "SSO_EMAIL_MISSING" | "SSO_EMAIL_UNVERIFIED" | "SSO_DOMAIN" | "SSO_NO_ROLES"
  | "SSO_DISABLED" | "SSO_OTHER_PERSON";

/** What the provider says about a person: the claims of ID token and user info. */
export type Claims = Record<string, unknown> & { iss: string; sub: string };

type Person = { issuer: string; subject: string; email: string; name: string; roles: Role[] };
type Transaction = Prisma.TransactionClient;

class Refused extends Error {
  constructor(readonly code: Refusal, readonly user: AppUser | null = null) { super(code); }
}

/** Roles that OIDC_ROLE_MAP gives for the groups in OIDC_ROLES_CLAIM. */
export function mappedRoles(claims: Claims): Role[] {
  const { OIDC_ROLES_CLAIM: name, OIDC_ROLE_MAP: map } = environment();
  const found: unknown = claims[name]
    ?? name.split(".").reduce<unknown>((at, part) =>
      (at as Record<string, unknown> | null | undefined)?.[part], claims);
  const groups = Array.isArray(found) ? found : typeof found === "string" ? found.split(/[ ,]+/) : [];
  const given = new Set(groups.flatMap((group) => map.get(String(group)) ?? []));
  return ROLES.filter((role) => given.has(role));
}

/** @throws Refused when the claims do not say whose verified address it is. */
function personOf(claims: Claims): Person {
  const email = typeof claims.email === "string" ? claims.email.trim().toLowerCase() : "";
  if (email === "" || email.length > 200) throw new Refused("SSO_EMAIL_MISSING");
  if (claims.email_verified !== true && claims.email_verified !== "true") {
    throw new Refused("SSO_EMAIL_UNVERIFIED");
  }
  const domains = environment().OIDC_ALLOWED_DOMAINS.map((domain) => domain.toLowerCase());
  if (domains.length > 0 && !domains.includes(email.split("@").at(-1) ?? "")) {
    throw new Refused("SSO_DOMAIN");
  }
  const name = [claims.name, claims.preferred_username, email]
    .find((text): text is string => typeof text === "string" && text.trim() !== "") ?? email;
  return { issuer: claims.iss, subject: claims.sub, email, name: name.trim().slice(0, 100),
    roles: mappedRoles(claims) };
}

const sourceFor = (email: string, user: AppUser | null, browser: Browser): AuditSource => ({
  actor: email, role: user?.roles.join("+") || null,
  requestId: browser.requestId, correlationId: browser.correlationId });

/**
 * Signs in whom the provider vouches for. The first time, the person becomes the user who has the
 * same verified e-mail address, or a new user with the roles of the person's groups.
 * @returns the session, or why not; every outcome is audited.
 */
export async function signInBySso(claims: Claims, browser: Browser): Promise<SignedIn | Refusal> {
  try {
    const person = personOf(claims);
    const signedIn = await prisma().$transaction((transaction) =>
      admit(transaction, person, browser));
    noteSignIn("accepted");
    return signedIn;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    noteSignIn("refused");
    const email = typeof claims.email === "string" ? claims.email.slice(0, 200) : "unknown";
    log().warn({ reason: error.code, subject: claims.sub }, "SINGLE_SIGN_ON_REFUSED");
    await writeAudit(sourceFor(email, error.user, browser), {
      type: "sign_in.refused", subjectId: error.user?.id ?? "unknown", reason: error.code,
      details: { method: "single_sign_on", address: browser.address, issuer: claims.iss,
        subject: claims.sub } });
    return error.code;
  }
}

async function admit(
  transaction: Transaction, person: Person, browser: Browser,
): Promise<SignedIn> {
  // Two first sign-ins of one person must not make two users.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(7305211908)`;
  const { issuer, subject } = person;
  const identity = await transaction.userIdentity.findUnique({
    where: { issuer_subject: { issuer, subject } }, include: { user: true } });
  const user = identity ? await withEmail(transaction, identity.user, person, browser)
    : await firstSignIn(transaction, person, browser);
  if (user.disabledAt !== null) throw new Refused("SSO_DISABLED", user);
  await transaction.userIdentity.update({
    where: { issuer_subject: { issuer, subject } }, data: { lastSignInAt: new Date() } });
  const sessionId = await openSession(transaction, user.id, "single_sign_on", browser);
  await recordAudit(transaction, sourceFor(user.email, user, browser), {
    type: "sign_in.accepted", subjectId: user.id, details: { method: "single_sign_on",
      session_id: sessionId, address: browser.address, issuer } });
  return { userId: user.id, sessionId };
}

/** The provider's address is the newer one, unless it belongs to another user here. */
async function withEmail(
  transaction: Transaction, user: AppUser, person: Person, browser: Browser,
): Promise<AppUser> {
  if (user.email === person.email || user.disabledAt !== null) return user;
  const other = await transaction.appUser.findUnique({ where: { email: person.email } });
  if (other) {
    log().warn({ user_id: user.id, other_user_id: other.id }, "SINGLE_SIGN_ON_EMAIL_TAKEN");
    return user;
  }
  const changed = await transaction.appUser.update({
    where: { id: user.id }, data: { email: person.email } });
  await recordAudit(transaction, sourceFor(person.email, changed, browser), {
    type: "user.email_changed", subjectId: user.id, reason: "changed at the sign-in provider",
    before: { email: user.email }, after: { email: person.email } });
  return changed;
}

async function firstSignIn(
  transaction: Transaction, person: Person, browser: Browser,
): Promise<AppUser> {
  const known = await transaction.appUser.findUnique({
    where: { email: person.email },
    include: { identities: { where: { issuer: person.issuer } } } });
  // An address that the provider has given to somebody else since.
  if (known && known.identities.length > 0) throw new Refused("SSO_OTHER_PERSON", known);
  if (known?.disabledAt) throw new Refused("SSO_DISABLED", known);
  const user = known ?? await newUser(transaction, person, browser);
  await transaction.userIdentity.create({
    data: { issuer: person.issuer, subject: person.subject, userId: user.id } });
  await recordAudit(transaction, sourceFor(person.email, user, browser), {
    type: "user.identity_linked", subjectId: user.id,
    details: { issuer: person.issuer, subject: person.subject } });
  return user;
}

async function newUser(
  transaction: Transaction, person: Person, browser: Browser,
): Promise<AppUser> {
  if (person.roles.length === 0) throw new Refused("SSO_NO_ROLES");
  const user = await transaction.appUser.create({
    data: { id: newId(), email: person.email, name: person.name, roles: person.roles,
      passwordHash: null } });
  await recordAudit(transaction, sourceFor(person.email, user, browser), {
    type: "user.created", subjectId: user.id, reason: "first single sign-on",
    after: { email: user.email, name: user.name, roles: user.roles } });
  return user;
}
