import type { AuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import type { CredentialsConfig } from "next-auth/providers/credentials";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { AppError } from "../platform/app-error";
import { environment, signInProvider, type Provider } from "../platform/environment";
import { log } from "../platform/log";
import { noteRefusal } from "../audit/refusals";
import { accountOf, signIn, type SignedIn } from "./sign-in";
import { signInBySso, type Claims } from "./single-sign-on";
import {
  activeUser, closeSession, SESSION_S, type Browser, type SessionUser,
} from "./user-sessions";

// This module is also loaded outside of Next: nothing of "next" may be imported at its top.

const COOKIE = "next-auth.session-token";
const SECURE_COOKIE = `__Secure-${COOKIE}`;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

function secret(): string {
  const value = environment().NEXTAUTH_SECRET;
  if (value === undefined) {
    throw new Error("NEXTAUTH_SECRET is not set. `npm start` makes one; else set 32 random bytes.");
  }
  return value;
}

/** The browser behind a request of next-auth. */
export function browserOf(headers: Headers): Browser {
  const wellFormed = (name: string): string | null => {
    const given = headers.get(name) ?? "";
    return REQUEST_ID.test(given) ? given : null;
  };
  const requestId = wellFormed("x-request-id");
  return {
    // The nearest proxy writes last: what stands before its entry, a stranger may have written.
    address: headers.get("x-forwarded-for")?.split(",").at(-1)?.trim().replace(/^::ffff:/, "")
      || "unknown",
    userAgent: headers.get("user-agent") ?? "",
    requestId, correlationId: wellFormed("x-correlation-id") ?? requestId,
  };
}

type Attempt = { email?: string; password?: string } | undefined;

/** The message of what is thrown here reaches the browser, so it says no more than a code. */
const credentials = (browser: Browser): CredentialsConfig => ({
  id: "credentials",
  name: "E-mail and password",
  type: "credentials",
  credentials: { email: { label: "E-mail" }, password: { label: "Password" } },
  async authorize(attempt: Attempt) {
    const email = String(attempt?.email ?? "");
    try {
      const signedIn = await signIn({ email, password: String(attempt?.password ?? "") }, browser);
      return signedIn && { id: signedIn.userId, ...signedIn };
    } catch (error) {
      if (error instanceof AppError && error.code === "RATE_LIMITED") {
        const { requestId, correlationId, address } = browser;
        noteRefusal({ code: "RATE_LIMITED", operation: "signIn", reason: error.message, address,
          source: { actor: accountOf(email), role: null, requestId, correlationId } });
        throw new Error(`RATE_LIMITED:${error.retryAfterS ?? 60}`);
      }
      log().error({ err: error }, "SIGN_IN_FAILED");
      throw new Error("UNAVAILABLE");
    }
  },
});

export const SSO = "sso";

/** The provider of the environment, found by discovery: PKCE, state and nonce on every way. */
const singleSignOn = (provider: Provider): OAuthConfig<Claims> => ({
  id: SSO,
  name: provider.name,
  type: "oauth",
  wellKnown: `${provider.issuer}/.well-known/openid-configuration`,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  authorization: { params: { scope: environment().OIDC_SCOPES } },
  checks: ["pkce", "state", "nonce"],
  idToken: true,
  httpOptions: { timeout: 10_000 },
  userinfo: {
    // Many providers put e-mail and groups into the user info only; the client holds both to one
    // subject.
    async request({ tokens, client }) {
      const own = (tokens as unknown as { claims(): Claims }).claims();
      if (!tokens.access_token || !client.issuer.metadata.userinfo_endpoint) return own;
      return { ...await client.userinfo(tokens.access_token), ...own };
    },
  },
  profile: (claims) => ({ id: claims.sub }),
});

/**
 * next-auth's options for one request: sessions are encrypted cookies that hold the ids of user
 * and session.
 */
export function authOptions(browser: Browser): AuthOptions {
  // Without NEXTAUTH_URL the address is the one the page was opened at.
  process.env.AUTH_TRUST_HOST ??= "true";
  const provider = signInProvider();
  let bySso: SignedIn | null = null;
  return {
    secret: secret(),
    providers: [
      ...(environment().OIDC_ONLY ? [] : [credentials(browser)]),
      ...(provider ? [singleSignOn(provider)] : []),
    ],
    session: { strategy: "jwt", maxAge: SESSION_S },
    jwt: { maxAge: SESSION_S },
    pages: { signIn: "/signin", error: "/signin" },
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.provider !== SSO) return true;
        const outcome = await signInBySso(profile as unknown as Claims, browser)
          .catch((error: unknown) => {
            log().error({ err: error }, "SIGN_IN_FAILED");
            return "UNAVAILABLE" as const;
          });
        if (typeof outcome === "string") return `/signin?error=${outcome}`;
        bySso = outcome;
        return true;
      },
      jwt({ token, user }) {
        const signedIn = bySso ?? user as unknown as SignedIn | undefined;
        return signedIn ? { sub: signedIn.userId, sid: signedIn.sessionId } : token;
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      async signOut({ token }) {
        const { sub, sid } = token ?? {};
        if (typeof sub === "string" && typeof sid === "string") {
          await closeSession(sub, sid, browser);
        }
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

/** What a session's cookie names. */
export type SessionToken = { userId: string; sessionId: string };

/**
 * Who a request's session cookie names; null when there is none, or it is forged or expired.
 * Whether that user may still come in is for `activeUser` to say.
 */
export async function readSessionToken(cookieHeader: string | null): Promise<SessionToken | null> {
  if (cookieHeader === null) return null;
  const token = sessionCookie(cookieHeader);
  if (token === "") return null;
  const claims = await decode({ token, secret: secret() }).catch(() => null);
  const { sub, sid } = claims ?? {};
  return typeof sub === "string" && typeof sid === "string"
    ? { userId: sub, sessionId: sid } : null;
}

async function pageCookies(): Promise<string | null> {
  const { headers } = await import("next/headers");
  return (await headers()).get("cookie");
}

/** The signed-in user of the page being rendered; for server components only. */
export async function currentUser(): Promise<SessionUser | null> {
  const session = await readSessionToken(await pageCookies());
  return session && activeUser(session.userId, session.sessionId);
}

/** Whether the browser holds a session, be it one that no longer counts; as `currentUser`. */
export const holdsSession = async (): Promise<boolean> =>
  sessionCookie(await pageCookies() ?? "") !== "";

/** How people sign in here. */
export type SignInMethods = { password: boolean; singleSignOn: string | null };

export const signInMethods = (): SignInMethods => ({
  password: !environment().OIDC_ONLY, singleSignOn: signInProvider()?.name ?? null });
