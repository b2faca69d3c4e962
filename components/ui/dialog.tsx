"use client";

import type { ReactNode } from "react";
import { useId, useState } from "react";
import { AlertDialog as RadixAlert, Dialog as Radix } from "radix-ui";
import { Button, IconButton } from "@/components/ui/button";
import { Field, TextArea } from "@/components/ui/field";
import { useFocusReturn } from "@/components/ui/use-focus-return";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  sub?: ReactNode;
  /** Buttons; the primary one last. */
  foot?: ReactNode;
  /** `side` stands at the right edge, over the whole height: to look at one row after another. */
  size?: "narrow" | "normal" | "wide" | "side";
  children?: ReactNode;
}

function DialogContent({ title, sub, foot, size, children }: DialogProps) {
  const described = sub ? {} : { "aria-describedby": undefined };
  const onCloseAutoFocus = useFocusReturn();
  return (
    <Radix.Content className="dialog" data-size={size} onCloseAutoFocus={onCloseAutoFocus}
      {...described}>
      <div className="dialog-head">
        <Radix.Title>{title}</Radix.Title>
        <Radix.Close asChild><IconButton icon="x" label="Close" large /></Radix.Close>
      </div>
      {sub ? <Radix.Description className="dialog-sub">{sub}</Radix.Description> : null}
      <div className="dialog-body">{children}</div>
      {foot ? <div className="dialog-foot">{foot}</div> : null}
    </Radix.Content>
  );
}

export function Dialog(props: DialogProps) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <DialogContent {...props} />
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface AlertDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The question: "Stop all runs?" */
  title: string;
  /** What follows: "1 run is at 64 % and will be cancelled." */
  children?: ReactNode;
  /** The verb on the button: "Stop all runs". */
  confirmLabel: string;
  cancelLabel?: string;
  /** Stopping and erasing. */
  danger?: boolean;
  /** Asks why; the button stays closed until something is written. */
  reasonLabel?: string;
  reasonOptional?: boolean;
  /** "It is kept in the audit log." */
  reasonHint?: string;
  busy?: boolean;
  error?: ReactNode;
  /** The dialog stays open until the caller closes it, so a failure can be shown. */
  onConfirm: (reason: string) => void;
}

function AlertBody(props: AlertDialogProps) {
  const { children, confirmLabel, cancelLabel = "Cancel", danger, reasonLabel, busy } = props;
  const [reason, setReason] = useState("");
  const bodyId = useId();
  const onCloseAutoFocus = useFocusReturn();
  const missing = Boolean(reasonLabel) && !props.reasonOptional && reason.trim() === "";
  return (
    <RadixAlert.Content
      className="dialog"
      data-size="narrow"
      aria-describedby={children ? bodyId : undefined}
      onCloseAutoFocus={onCloseAutoFocus}
    >
      <div className="dialog-head"><RadixAlert.Title>{props.title}</RadixAlert.Title></div>
      <div className="dialog-body">
        {children ? <div id={bodyId}>{children}</div> : null}
        {reasonLabel ? (
          <Field label={reasonLabel} hint={props.reasonHint}>
            <TextArea value={reason} onChange={setReason} maxLength={500} rows={3} />
          </Field>
        ) : null}
        {props.error ? <div role="alert" className="error-text">{props.error}</div> : null}
      </div>
      <div className="dialog-foot">
        <RadixAlert.Cancel asChild><Button>{cancelLabel}</Button></RadixAlert.Cancel>
        <Button
          kind={danger ? "danger-solid" : "primary"}
          busy={busy}
          disabledReason={missing ? "Say why first" : null}
          onClick={() => props.onConfirm(reason.trim())}
        >
          {confirmLabel}
        </Button>
      </div>
    </RadixAlert.Content>
  );
}

export function AlertDialog(props: AlertDialogProps) {
  return (
    <RadixAlert.Root open={props.open} onOpenChange={props.onOpenChange}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className="scrim" />
        <AlertBody {...props} />
      </RadixAlert.Portal>
    </RadixAlert.Root>
  );
}
