"use client";

import { useId, useState } from "react";
import { AlertDialog as RadixAlert, Dialog as Radix } from "radix-ui";
import { Button, IconButton } from "@/components/ui/button";
import type { AlertDialogProps, DialogProps } from "@/components/ui/dialog";
import { Field, TextArea } from "@/components/ui/field";
import { useFocusReturn } from "@/components/ui/use-focus-return";

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

export function DialogBox(props: DialogProps) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <DialogContent {...props} />
      </Radix.Portal>
    </Radix.Root>
  );
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

export function AlertDialogBox(props: AlertDialogProps) {
  return (
    <RadixAlert.Root open={props.open} onOpenChange={props.onOpenChange}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className="scrim" />
        <AlertBody {...props} />
      </RadixAlert.Portal>
    </RadixAlert.Root>
  );
}
