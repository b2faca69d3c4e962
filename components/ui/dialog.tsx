"use client";

import type { ReactNode } from "react";
import { laterOverlay, useEverOpen } from "@/components/ui/later";
import { OVERLAYS } from "@/components/ui/overlays";

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

const DialogBox = laterOverlay(() => OVERLAYS.dialog().then((part) => part.DialogBox));
const AlertDialogBox = laterOverlay(() => OVERLAYS.dialog().then((part) => part.AlertDialogBox));

export function Dialog(props: DialogProps) {
  return useEverOpen(props.open) ? <DialogBox {...props} /> : null;
}

export function AlertDialog(props: AlertDialogProps) {
  return useEverOpen(props.open) ? <AlertDialogBox {...props} /> : null;
}
