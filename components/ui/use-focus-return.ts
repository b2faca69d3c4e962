"use client";

import { useState } from "react";
import { focusedOutside } from "@/components/ui/focus-outside";

/** What has the focus and will stay: a menu closes when one of its items opens a dialog. */
function focusHolder(): Element | null {
  const active = document.activeElement;
  return active === document.body || active?.closest("[role=menu]") ? null : active;
}

/**
 * For `onCloseAutoFocus` of a dialog that is opened by state instead of a trigger: gives the focus
 * back to what had it when the dialog's content was first rendered. Where that is gone, as a dialog
 * is in whose place this one came, to what had it outside of what lies over the page; where that is
 * gone too, as the row is that was deleted, to the page.
 */
export function useFocusReturn(): (event: Event) => void {
  const [holders] = useState(() => [focusHolder(), focusedOutside()]);
  return (event) => {
    event.preventDefault();
    const holder = holders.find((each) => each?.isConnected) ?? document.getElementById("main");
    if (holder instanceof HTMLElement || holder instanceof SVGElement) holder.focus();
  };
}
