import { duration } from "@/components/ui/format";

/**
 * Calls next-auth's own route as its browser library would: a form with the token that proves it
 * comes from our page, answered with where to go. The library itself is 9 kB on every page.
 */
async function authenticate(
  action: string, fields: Readonly<Record<string, string>>,
): Promise<{ url: string | null; ok: boolean }> {
  const { csrfToken } = await (await fetch("/api/auth/csrf")).json() as { csrfToken: string };
  const response = await fetch(`/api/auth/${action}`, {
    method: "POST",
    body: new URLSearchParams({ ...fields, csrfToken, json: "true" }),
  });
  const { url } = await response.json() as { url?: string };
  return { url: url ?? null, ok: response.ok };
}

const errorIn = (url: string | null): string | null =>
  url === null ? null : new URL(url, window.location.href).searchParams.get("error");

/** Why a sign-in failed, in words; null when it worked. */
export async function signInWith(email: string, password: string): Promise<string | null> {
  try {
    // The outcome is read from the address led to; this page's own may carry an error of before.
    const { url, ok } = await authenticate("callback/credentials",
      { email, password, callbackUrl: "/" });
    const error = errorIn(url);
    return ok && !error ? null : refusalText(error ?? "");
  } catch {
    return "The server did not answer. Try again.";
  }
}

/** Sends the browser to the sign-in provider; comes back only with why that did not work. */
export async function signInBySso(target: string): Promise<string> {
  try {
    const { url } = await authenticate("signin/sso", { callbackUrl: target });
    if (url === null) return refusalText("");
    window.location.href = url;
    const error = errorIn(url);
    return error ? refusalText(error) : "";
  } catch {
    return "The server did not answer. Try again.";
  }
}

const PROVIDER_FAILED = "The sign-in provider did not answer as it should. Try again in a minute; "
  + "if that does not help, tell an administrator.";

/** Refusals by the codes that come back to the sign-in page. */
const WORDS: Record<string, string> = {
  CredentialsSignin: "E-mail or password is not right.",
  OAuthSignin: PROVIDER_FAILED,
  OAuthCallback: "The sign-in at the provider was not finished. Try again.",
  SSO_EMAIL_MISSING: "The sign-in provider does not say what your e-mail address is. "
    + "Ask who runs the provider.",
  SSO_EMAIL_UNVERIFIED: "The sign-in provider has not verified your e-mail address. "
    + "Verify it there, then sign in again.",
  SSO_DOMAIN: "E-mail addresses of this domain are not let in. Use your work address.",
  SSO_NO_ROLES: "You are not in a group that may use TodiScope. Ask an administrator.",
  SSO_DISABLED: "Your account is disabled. Ask an administrator.",
  SSO_OTHER_PERSON: "Your e-mail address belongs to somebody else's account here. "
    + "Ask an administrator.",
};

export function refusalText(error: string): string {
  const words = WORDS[error];
  if (words !== undefined) return words;
  const seconds = Number(/^RATE_LIMITED:(\d+)$/.exec(error)?.[1] ?? 0);
  if (seconds > 120) return `Too many attempts. Wait ${duration(seconds * 1000)}.`;
  if (seconds > 0) {
    return `Too many attempts. Wait ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  }
  return "Signing in is not possible right now. Try again in a minute.";
}

/** Ends the session of this browser and leaves the page. */
export async function leave(): Promise<void> {
  await authenticate("signout", { callbackUrl: "/signin" }).catch(() => undefined);
  window.location.replace("/signin");
}
