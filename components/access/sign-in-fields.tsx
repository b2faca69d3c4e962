"use client";

import type { FormEvent, ReactNode } from "react";
import { useState, useSyncExternalStore } from "react";
import { signInWith } from "@/components/access/credentials";
import { PasswordInput } from "@/components/access/password-input";
import { Button } from "@/components/ui/button";
import { ErrorText, Field, TextInput } from "@/components/ui/field";

export interface SignInFieldsProps {
  email?: string;
  /** What went wrong before the form was shown. */
  problem?: string | null;
  onSignedIn: (email: string) => void;
  children?: ReactNode;
}

const never = (): (() => void) => () => undefined;
/** False until the page's script runs: a form that is sent before goes nowhere. */
const useIsLive = (): boolean => useSyncExternalStore(never, () => true, () => false);

function missing(email: string, password: string): string | null {
  if (email.trim() === "") return "Type your e-mail address.";
  return password === "" ? "Type your password." : null;
}

/** E-mail and password, on the sign-in page and in the dialog over a page. */
export function SignInFields(props: SignInFieldsProps) {
  const [shownEmail, setEmail] = useState(props.email ?? "");
  const [shownPassword, setPassword] = useState("");
  const isLive = useIsLive();
  const [problem, setProblem] = useState(props.problem ?? null);
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // A second Enter while the first is under way would only use up an attempt.
    if (isBusy) return;
    // What was typed or filled in before the script ran stands in the form only.
    const typed = new FormData(event.currentTarget);
    const email = String(typed.get("email") ?? "");
    const password = String(typed.get("password") ?? "");
    setEmail(email);
    setPassword(password);
    const gap = missing(email, password);
    setProblem(gap);
    if (gap !== null) return;
    setIsBusy(true);
    const refusal = await signInWith(email.trim(), password);
    if (refusal === null) {
      props.onSignedIn(email.trim().toLowerCase());
    } else {
      setProblem(refusal);
      setIsBusy(false);
    }
  }

  return (
    <form className="sign-in-fields" method="post" noValidate onSubmit={submit}>
      <Field label="E-mail">
        <TextInput type="email" name="email" autoComplete="username" inputMode="email"
          autoFocus={!shownEmail} spellCheck={false} autoCapitalize="none" value={shownEmail}
          onChange={setEmail} />
      </Field>
      <Field label="Password">
        <PasswordInput name="password" autoComplete="current-password" autoFocus={Boolean(shownEmail)}
          value={shownPassword} onChange={setPassword} />
      </Field>
      {problem ? <ErrorText>{problem}</ErrorText> : null}
      <Button type="submit" kind="primary" busy={isBusy} disabled={!isLive}>
        {isBusy ? "Signing in" : "Sign in"}
      </Button>
      {props.children}
    </form>
  );
}
