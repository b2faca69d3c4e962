"use client";

import { useEffect, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import type { IconName } from "@/components/ui/icon";

export interface CopyButtonProps {
  text: string | (() => string);
  /** What is copied: "the hash", "a link to this state". */
  what: string;
  /** A button with words instead of an icon alone. */
  children?: string;
  icon?: IconName;
  small?: boolean;
  large?: boolean;
}

type Outcome = "copied" | "refused" | null;

export function CopyButton(props: CopyButtonProps) {
  const { text, what, children, icon = "copy", small, large } = props;
  const [outcome, setOutcome] = useState<Outcome>(null);

  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(null), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setOutcome("copied");
    } catch {
      setOutcome("refused");
    }
  }

  const word = outcome === "copied" ? "Copied" : outcome === "refused" ? "Not copied" : null;
  const mark: IconName = outcome === "copied" ? "check" : outcome === "refused" ? "x" : icon;
  return (
    <>
      {children ? (
        <Button icon={mark} small={small} onClick={copy}>{word ?? children}</Button>
      ) : (
        <IconButton icon={mark} large={large} label={word ?? `Copy ${what}`} onClick={copy} />
      )}
      <span className="vh" role="status">{word}</span>
    </>
  );
}
