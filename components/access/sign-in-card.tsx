"use client";

import { refusalText } from "@/components/access/credentials";
import { SignInFields } from "@/components/access/sign-in-fields";
import { SsoButton } from "@/components/access/sso-button";
import { BrandMark } from "@/components/shell/brand-mark";
import { Banner } from "@/components/ui/banner";
import { ErrorText } from "@/components/ui/field";

export interface SignInCardProps {
  /** A path of this site. */
  target: string;
  error?: string | null;
  /** A session of this browser has ended, by time or by an administrator. */
  isEnded?: boolean;
  /** How people sign in here. */
  methods: { password: boolean; singleSignOn: string | null };
}

export function SignInCard({ target, error, isEnded, methods }: SignInCardProps) {
  const problem = error ? refusalText(error) : null;
  const { password, singleSignOn } = methods;
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
      {password ? (
        <SignInFields problem={problem} onSignedIn={() => window.location.assign(target)} />
      ) : problem ? <ErrorText>{problem}</ErrorText> : null}
      {singleSignOn ? (
        <>
          {password ? <p className="sign-in-or"><span>or</span></p> : null}
          <SsoButton name={singleSignOn} target={target} only={!password} />
        </>
      ) : null}
      <p className="hint">
        No account yet? Ask an administrator for one. {password ? (
          <>
            The very first start prints the administrator&rsquo;s e-mail and one-time password in
            the terminal.
          </>
        ) : null}
      </p>
    </section>
  );
}
