"use client";

import type { KeyboardEvent, MouseEvent, ReactElement } from "react";
import { cloneElement } from "react";

export interface Opening {
  byKeyboard: boolean;
}

type TriggerProps = {
  onClick?: (event: MouseEvent<HTMLElement>) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  "aria-haspopup": "menu" | "dialog";
  "aria-expanded": false;
  "data-state": "closed";
};

/** The button of something whose script has not come yet, looking as it does when it has. */
export function ClosedTrigger({ trigger, popup, onOpen }: {
  trigger: ReactElement; popup: "menu" | "dialog"; onOpen: (opening: Opening) => void;
}) {
  const { onClick, onKeyDown } = trigger.props as Partial<TriggerProps>;
  return cloneElement(trigger as ReactElement<TriggerProps>, {
    "aria-haspopup": popup,
    "aria-expanded": false,
    "data-state": "closed",
    onClick: (event) => {
      onClick?.(event);
      // A click without a press of a button comes from Enter or the space bar.
      if (!event.defaultPrevented) onOpen({ byKeyboard: event.detail === 0 });
    },
    onKeyDown: (event) => {
      onKeyDown?.(event);
      if (popup !== "menu" || event.key !== "ArrowDown" || event.defaultPrevented) return;
      event.preventDefault();
      onOpen({ byKeyboard: true });
    },
  });
}
