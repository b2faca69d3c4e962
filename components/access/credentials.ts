import { signIn, signOut } from "next-auth/react";
import { duration } from "@/components/ui/format";

/** Why a sign-in failed, in words; null when it worked. */
export async function signInWith(email: string, password: string): Promise<string | null> {
  try {
    const answer = await signIn("credentials", { redirect: false, email, password });
    return answer?.ok && !answer.error ? null : refusalText(answer?.error ?? "");
  } catch {
    return "The server did not answer. Try again.";
  }
}

export function refusalText(error: string): string {
  if (error === "CredentialsSignin") return "E-mail or password is not right.";
  const seconds = Number(/^RATE_LIMITED:(\d+)$/.exec(error)?.[1] ?? 0);
  if (seconds > 120) return `Too many attempts. Wait ${duration(seconds * 1000)}.`;
  if (seconds > 0) {
    return `Too many attempts. Wait ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  }
  return "Signing in is not possible right now. Try again in a minute.";
}

/** Ends the session of this browser and leaves the page. */
export async function leave(): Promise<void> {
  await signOut({ redirect: false }).catch(() => undefined);
  window.location.replace("/signin");
}
