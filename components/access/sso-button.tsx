"use client";

import { useState } from "react";
import { signInBySso } from "@/components/access/credentials";
import { Button } from "@/components/ui/button";
import { ErrorText } from "@/components/ui/field";

export interface SsoButtonProps {
  /** "Bank ID" */
  name: string;
  /** A path of this site, where the sign-in leads back to. */
  target: string;
  /** It is the only way in. */
  only: boolean;
}

/** Leaves for the sign-in provider. */
export function SsoButton({ name, target, only }: SsoButtonProps) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");
  async function leave() {
    setIsBusy(true);
    const refusal = await signInBySso(target);
    setProblem(refusal);
    if (refusal !== "") setIsBusy(false);
  }
  return (
    <div className="sign-in-fields">
      {problem ? <ErrorText>{problem}</ErrorText> : null}
      <Button kind={only ? "primary" : "default"} icon="key" busy={isBusy}
        onClick={() => void leave()}>
        Sign in with {name}
      </Button>
    </div>
  );
}
