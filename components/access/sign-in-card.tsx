"use client";

import { refusalText } from "@/components/access/credentials";
import { SignInFields } from "@/components/access/sign-in-fields";
import { BrandMark } from "@/components/shell/brand-mark";
import { Banner } from "@/components/ui/banner";

export interface SignInCardProps {
  /** A path of this site. */
  target: string;
  error?: string | null;
  /** A session of this browser has ended, by time or by an administrator. */
  isEnded?: boolean;
}

export function SignInCard({ target, error, isEnded }: SignInCardProps) {
  return (
    <section className="sign-in" aria-labelledby="sign-in-title">
      <div className="sign-in-brand"><BrandMark /><span>TodiScope</span></div>
      <h1 id="sign-in-title">Sign in</h1>
      {isEnded ? (
        <Banner icon="clock" title="Your session has ended.">
          {target === "/" ? "Sign in again to go on."
            : "Sign in again to go on where you were."}
        </Banner>
      ) : null}
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
