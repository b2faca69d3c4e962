import type { Operation } from "@/lib/contract/operation";
import { allows, type Role } from "@/lib/contract/roles";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "@/lib/service/platform/app-error";
import type { Caller } from "@/lib/service/platform/caller";
import { environment } from "@/lib/service/platform/environment";
import { processState } from "@/lib/service/platform/process-state";
import { readSessionToken } from "@/lib/service/access/session";
import { callerOfToken } from "@/lib/service/access/tokens";
import { activeUser } from "@/lib/service/access/user-sessions";
import type { HttpRequest } from "./http-types";

const NOBODY: Caller = { kind: "token", id: "anonymous", name: "anonymous", roles: [],
  mustChangePassword: false };
/** What a user with a one-time password may do: see who that is, and change the password. */
const BEFORE_PASSWORD_CHANGE = new Set(["/me", "/me/password"]);

/** Who asks; somebody without a name where an operation is open to all. @throws AppError 401 */
export async function identify(entry: Operation, request: HttpRequest): Promise<Caller> {
  if (entry.role === "PUBLIC") return NOBODY;
  const authorization = request.header("authorization");
  return authorization === null ? signedIn(request) : bearer(authorization);
}

/** Lets a caller in who may do this, from here, now. @throws AppError 403 or 429 */
export async function admit(
  caller: Caller, entry: Operation, request: HttpRequest,
): Promise<void> {
  if (entry.role === "PUBLIC") return;
  if (caller.kind === "user") refuseOtherOrigin(request);
  if (entry.role !== "SIGNED_IN") requireRole(caller, entry.role, entry.orRole);
  if (caller.mustChangePassword && !BEFORE_PASSWORD_CHANGE.has(entry.path)) {
    throw new AppError("PASSWORD_CHANGE_REQUIRED");
  }
  if (caller.kind === "token") await limitRate(caller);
}

function requireRole(caller: Caller, role: Role, orRole?: Role): void {
  if (allows(caller.roles, role) || (orRole && allows(caller.roles, orRole))) return;
  const needed = orRole ? `${role} or ${orRole}` : role;
  throw new AppError("FORBIDDEN", { message: `This needs the role ${needed}; ` +
    `${caller.name} has ${caller.roles.join(", ") || "none"}.` });
}

async function signedIn(request: HttpRequest): Promise<Caller> {
  const session = await readSessionToken(request.header("cookie"));
  if (!session) throw new AppError("AUTH_REQUIRED", { headers: { "www-authenticate": "Bearer" } });
  const user = await activeUser(session.userId, session.sessionId);
  if (!user) throw new AppError("AUTH_REQUIRED", { message: "The session has ended. Sign in again." });
  return { kind: "user", id: user.user_id, name: user.email, roles: user.roles,
    mustChangePassword: user.must_change_password, sessionId: user.session_id };
}

async function bearer(authorization: string): Promise<Caller> {
  const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const caller = secret === undefined ? null : await callerOfToken(secret);
  if (caller) return caller;
  throw new AppError("AUTH_INVALID", {
    message: "The token is unknown, expired or revoked.",
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
  });
}

/** A browser session changes state from our own pages only (API.md "Who may do what"). */
function refuseOtherOrigin(request: HttpRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.header("sec-fetch-site");
  if (site === "same-origin") return;
  const origin = request.header("origin");
  const host = request.header("x-forwarded-host") ?? request.header("host");
  const isOurs = origin !== null && URL.canParse(origin) && new URL(origin).host === host;
  if (site === null && isOurs) return;
  throw new AppError("ORIGIN_FORBIDDEN");
}

async function limitRate(caller: Caller): Promise<void> {
  const points = environment().TODISCOPE_RATE_LIMIT;
  if (points === 0) return;
  const limiter = processState("token-rate-limit",
    () => new RateLimiterMemory({ points, duration: 1 }));
  try {
    await limiter.consume(caller.id);
  } catch (refusal) {
    const seconds = Math.max(1, Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000));
    throw new AppError("RATE_LIMITED", { retryAfterS: seconds,
      message: `More than ${points} requests a second. Wait ${seconds} s.` });
  }
}
