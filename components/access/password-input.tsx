"use client";

import { useState } from "react";
import { TextInput, type TextInputProps } from "@/components/ui/field";
import { Button } from "@/components/ui/button";

type PasswordInputProps = Omit<TextInputProps, "type"> & {
  autoComplete: "current-password" | "new-password";
};

/** A password with a switch that shows it. */
export function PasswordInput(props: PasswordInputProps) {
  const [isShown, setIsShown] = useState(false);
  return (
    <div className="password">
      <TextInput {...props} type={isShown ? "text" : "password"} spellCheck={false}
        autoCapitalize="none" autoCorrect="off" />
      <Button kind="quiet" aria-label={isShown ? "Hide the password" : "Show the password"}
        disabled={props.disabled} onClick={() => setIsShown(!isShown)}>
        {isShown ? "Hide" : "Show"}
      </Button>
    </div>
  );
}
