"use client";

import { refusalText } from "@/components/access/credentials";
import { SignInFields } from "@/components/access/sign-in-fields";
import { BrandMark } from "@/components/shell/brand-mark";

export interface SignInCardProps {
  /** A path of this site. */
  target: string;
  error?: string | null;
}

export function SignInCard({ target, error }: SignInCardProps) {
  return (
    <section className="sign-in" aria-labelledby="sign-in-title">
      <div className="sign-in-brand"><BrandMark /><span>TodiScope</span></div>
      <h1 id="sign-in-title">Sign in</h1>
      <SignInFields
        problem={error ? refusalText(error) : null}
        onSignedIn={() => window.location.assign(target)}
      />
      <p className="hint">
        No account yet? Ask an administrator for one. The very first start prints the
        administrator&rsquo;s e-mail and one-time password in the terminal.
      </p>
    </section>
  );
}
