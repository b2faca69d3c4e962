"use client";

import { Popover as Radix } from "radix-ui";
import type { PopoverProps } from "@/components/ui/popover";

/** The popover itself; it comes open unless its caller says otherwise. */
export function PopoverBox(props: PopoverProps) {
  const { trigger, label, flush, align = "start", open, onOpenChange, children } = props;
  return (
    <Radix.Root defaultOpen open={open} onOpenChange={onOpenChange}>
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
