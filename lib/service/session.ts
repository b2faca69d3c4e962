import type { AuthOptions } from "next-auth";
import type { CredentialsConfig } from "next-auth/providers/credentials";
import { decode } from "next-auth/jwt";
import { AppError } from "./app-error";
import { environment } from "./environment";
import { log } from "./log";
import { noteRefusal } from "./refusals";
import { activeUser, recordSignOut, signIn, type SessionUser } from "./users";

// This module is also loaded outside of Next: nothing of "next" may be imported at its top.

/** How long a sign-in lasts; it is not extended by use. */
const SESSION_S = 12 * 60 * 60;
const COOKIE = "next-auth.session-token";
const SECURE_COOKIE = `__Secure-${COOKIE}`;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

/** The ids that a request to next-auth names itself by, where they are well-formed. */
function idsOf(header: (name: string) => string | null): RequestIds {
  const wellFormed = (name: string): string | null => {
    const given = header(name) ?? "";
    return REQUEST_ID.test(given) ? given : null;
  };
  const requestId = wellFormed("x-request-id");
  return { requestId, correlationId: wellFormed("x-correlation-id") ?? requestId };
}
type RequestIds = { requestId: string | null; correlationId: string | null };

export type SessionToken = { userId: string; sessionVersion: number };

type Headers = Record<string, unknown>;

function secret(): string {
  const value = environment().NEXTAUTH_SECRET;
  if (value === undefined) {
    throw new Error("NEXTAUTH_SECRET is not set. `npm start` makes one; else set 32 random bytes.");
  }
  return value;
}

const headerText = (headers: Headers | undefined, name: string): string => {
  const value = headers?.[name];
  return typeof value === "string" ? value : "";
};

/** The nearest proxy writes last: what stands before its entry, a stranger may have written. */
const clientAddressOf = (headers: Headers | undefined): string =>
  headerText(headers, "x-forwarded-for").split(",").at(-1)?.trim() || "unknown";

type Attempt = { email?: string; password?: string } | undefined;

/** The message of what is thrown here reaches the browser, so it says no more than a code. */
async function authorize(attempt: Attempt, request: { headers?: Headers }) {
  const ids = idsOf((name) => headerText(request.headers, name));
  const email = String(attempt?.email ?? "");
  const clientAddress = clientAddressOf(request.headers);
  try {
    const user = await signIn({ email, password: String(attempt?.password ?? ""), clientAddress,
      ...ids });
    return user && { id: user.user_id, sessionVersion: user.session_version };
  } catch (error) {
    if (error instanceof AppError && error.code === "RATE_LIMITED") {
      noteRefusal({ code: "RATE_LIMITED", operation: "signIn", reason: error.message,
        address: clientAddress, source: { actor: email.slice(0, 200), role: null, ...ids } });
      throw new Error(`RATE_LIMITED:${error.retryAfterS ?? 60}`);
    }
    log().error({ err: error }, "SIGN_IN_FAILED");
    throw new Error("UNAVAILABLE");
  }
}

const credentials: CredentialsConfig = {
  id: "credentials",
  name: "E-mail and password",
  type: "credentials",
  credentials: { email: { label: "E-mail" }, password: { label: "Password" } },
  authorize,
};

/** next-auth's options: sessions are encrypted cookies that hold user id and session version. */
export function authOptions(header: (name: string) => string | null): AuthOptions {
  // Without NEXTAUTH_URL the address is the one the page was opened at.
  process.env.AUTH_TRUST_HOST ??= "true";
  return {
    secret: secret(),
    providers: [credentials],
    session: { strategy: "jwt", maxAge: SESSION_S },
    jwt: { maxAge: SESSION_S },
    pages: { signIn: "/signin", error: "/signin" },
    callbacks: {
      jwt({ token, user }) {
        const signedIn = user as { id: string; sessionVersion: number } | undefined;
        return signedIn ? { sub: signedIn.id, sv: signedIn.sessionVersion } : token;
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.sub === "string") await recordSignOut(token.sub, idsOf(header));
      },
    },
    logger: {
      error: (code, metadata) => log().error({ err: errorOf(metadata) }, `NEXTAUTH_${code}`),
      warn: (code) => log().debug(`NEXTAUTH_${code}`),
      debug: () => undefined,
    },
  };
}

const errorOf = (metadata: Error | { error: Error }): Error =>
  metadata instanceof Error ? metadata : metadata.error;

function cookiesOf(header: string): Map<string, string> {
  return new Map(header.split(";").flatMap((part): [string, string][] => {
    const at = part.indexOf("=");
    return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()]];
  }));
}

/** A cookie over 4 kB is kept in pieces `name.0`, `name.1`, ... */
function wholeCookie(cookies: Map<string, string>, name: string): string {
  const whole = cookies.get(name);
  if (whole !== undefined) return whole;
  const pieces: string[] = [];
  for (let piece = cookies.get(`${name}.0`); piece !== undefined;) {
    pieces.push(piece);
    piece = cookies.get(`${name}.${pieces.length}`);
  }
  return pieces.join("");
}

function sessionCookie(cookieHeader: string): string {
  const cookies = cookiesOf(cookieHeader);
  return wholeCookie(cookies, SECURE_COOKIE) || wholeCookie(cookies, COOKIE);
}

/**
 * Who a request's session cookie names; null when there is none, or it is forged or expired.
 * Whether that user may still come in is for `activeUser` to say.
 */
export async function readSessionToken(cookieHeader: string | null): Promise<SessionToken | null> {
  if (cookieHeader === null) return null;
  const token = sessionCookie(cookieHeader);
  if (token === "") return null;
  const claims = await decode({ token, secret: secret() }).catch(() => null);
  const { sub, sv } = claims ?? {};
  return typeof sub === "string" && typeof sv === "number"
    ? { userId: sub, sessionVersion: sv } : null;
}

async function pageCookies(): Promise<string | null> {
  const { headers } = await import("next/headers");
  return (await headers()).get("cookie");
}

/** The signed-in user of the page being rendered; for server components only. */
export async function currentUser(): Promise<SessionUser | null> {
  const session = await readSessionToken(await pageCookies());
  return session && activeUser(session.userId, session.sessionVersion);
}

/** Whether the browser holds a session, be it one that no longer counts; as `currentUser`. */
export const holdsSession = async (): Promise<boolean> =>
  sessionCookie(await pageCookies() ?? "") !== "";
