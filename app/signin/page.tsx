import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { callbackPath } from "@/components/access/callback-path";
import { SignInCard } from "@/components/access/sign-in-card";
import { currentUser, holdsSession, signInMethods } from "@/lib/service/access/session";

export const metadata: Metadata = { title: "Sign in · TodiScope" };

type Search = Promise<Record<string, string | string[] | undefined>>;

const single = (value: string | string[] | undefined): string | null =>
  typeof value === "string" ? value : null;

export default async function SignInPage({ searchParams }: { searchParams: Search }) {
  const { callbackUrl, error } = await searchParams;
  const target = callbackPath(single(callbackUrl));
  if (await currentUser() !== null) redirect(target);
  return (
    <main className="stage" id="main" tabIndex={-1}>
      <SignInCard target={target} error={single(error)} isEnded={await holdsSession()}
        methods={signInMethods()} />
    </main>
  );
}
