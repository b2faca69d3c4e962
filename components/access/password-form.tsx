"use client";

import type { FormEvent } from "react";
import { useState } from "react";
import { signInWith } from "@/components/access/credentials";
import { PasswordInput } from "@/components/access/password-input";
import { fieldProblem, refusalWords } from "@/components/access/refusal-words";
import { useMe } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { ErrorText, Field } from "@/components/ui/field";
import type { ApiError } from "@/lib/client/api";
import { useCommand } from "@/lib/client/hooks";
import {
  passwordProblems, PASSWORDS_KEPT, SHORTEST_PASSWORD, type PasswordOwner,
} from "@/lib/contract/password-rules";

type Problems = { current?: string; next?: string; repeated?: string };

function check(
  current: string, next: string, repeated: string, owner: PasswordOwner,
): Problems {
  const problems: Problems = {};
  if (current === "") problems.current = "Type the current password.";
  const broken = passwordProblems(next, owner);
  if (broken.length > 0) problems.next = broken.join(" ");
  else if (next === current) problems.next = "The new password is the same as the current one.";
  if (repeated !== next) problems.repeated = "This differs from the new password.";
  return problems;
}

function problemsOf(error: ApiError): Problems {
  if (error.code === "AUTH_INVALID") return { current: error.message };
  const next = fieldProblem(error, "new_password");
  return next === null ? {} : { next };
}

/** Changes the password; every session ends, so this browser signs in again by itself. */
function usePasswordChange() {
  const { email } = useMe();
  const command = useCommand("changePassword");
  const [isSigningIn, setIsSigningIn] = useState(false);
  async function change(current: string, next: string) {
    const body = { current_password: current, new_password: next };
    try {
      await command.mutateAsync({ body });
    } catch {
      return;
    }
    setIsSigningIn(true);
    const refusal = await signInWith(email, next);
    window.location.assign(refusal === null ? "/account?changed" : "/signin");
  }
  return { change, error: command.error, isBusy: command.isPending || isSigningIn };
}

/** While somebody types: what the new password still lacks; before, what it needs. */
function hintOf(next: string, owner: PasswordOwner): string {
  if (next === "") {
    return `At least ${SHORTEST_PASSWORD} characters and none of your last ${PASSWORDS_KEPT} `
      + "passwords. A few words in a row are easy to keep in mind.";
  }
  // Without the count, which a reader of the screen would say again after every letter.
  if ([...next].length < SHORTEST_PASSWORD) return `At least ${SHORTEST_PASSWORD} characters.`;
  const broken = passwordProblems(next, owner);
  return broken.length > 0 ? broken.join(" ") : "This one can be used.";
}

export function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const { change, error, isBusy } = usePasswordChange();
  const { email, name } = useMe();
  const owner = { email, name };

  const own = isChecked ? check(current, next, repeated, owner) : {};
  const refused = error ? problemsOf(error) : {};
  const problems: Problems = { ...refused, ...own };
  const rest = error && Object.keys(refused).length === 0 ? refusalWords(error) : null;

  function submit(event: FormEvent) {
    event.preventDefault();
    setIsChecked(true);
    if (isBusy || Object.keys(check(current, next, repeated, owner)).length > 0) return;
    void change(current, next);
  }

  return (
    <form className="form" method="post" noValidate onSubmit={submit}>
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label="Current password" error={problems.current}>
        <PasswordInput autoComplete="current-password" value={current} onChange={setCurrent} />
      </Field>
      <Field label="New password" error={problems.next}
        hint={hintOf(next, owner)}>
        <PasswordInput autoComplete="new-password" value={next} onChange={setNext} />
      </Field>
      <Field label="New password again" error={problems.repeated}>
        <PasswordInput autoComplete="new-password" value={repeated} onChange={setRepeated} />
      </Field>
      {rest ? <ErrorText>{rest}</ErrorText> : null}
      <div className="row wrap">
        <Button type="submit" kind="primary" busy={isBusy}>Change password</Button>
        <span className="hint">Your sessions in other browsers end.</span>
      </div>
    </form>
  );
}
