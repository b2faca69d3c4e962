"use client";

import type { ReactElement, ReactNode } from "react";
import { Popover as Radix } from "radix-ui";

export interface PopoverProps {
  trigger: ReactElement;
  label: string;
  /** No padding of its own: lists and forms bring theirs. */
  flush?: boolean;
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

export function Popover(props: PopoverProps) {
  const { trigger, label, flush, align = "start", open, onOpenChange, children } = props;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="popover"
          aria-label={label}
          data-flush={flush || undefined}
          align={align}
          sideOffset={6}
          collisionPadding={8}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
