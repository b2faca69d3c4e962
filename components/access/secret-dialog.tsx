"use client";

import type { ReactNode } from "react";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";

export interface SecretDialogProps {
  title: string;
  /** "One-time password" */
  name: string;
  secret: string;
  children?: ReactNode;
  onClose: () => void;
}

/** Something the server shows once: a stray click or key does not close it, a second one does. */
export function SecretDialog({ title, name, secret, children, onClose }: SecretDialogProps) {
  const [isWarned, setIsWarned] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={() => isWarned ? onClose() : setIsWarned(true)}
      title={title}
      foot={<Button kind="primary" onClick={onClose}>I have kept it</Button>}
    >
      {isWarned ? (
        <Banner kind="critical" icon="crit" title={`Is the ${name.toLowerCase()} kept?`}>
          Close again to leave. Nobody can read it after that.
        </Banner>
      ) : (
        <Banner kind="warning" icon="warn" title={`${name}: shown only now.`}>
          Copy it before you close this. Nobody can read it again.
        </Banner>
      )}
      <div className="secret">
        <code className="code" aria-label={name}>{secret}</code>
        <CopyButton text={secret} what={`the ${name.toLowerCase()}`}>Copy</CopyButton>
      </div>
      {children}
    </Dialog>
  );
}
