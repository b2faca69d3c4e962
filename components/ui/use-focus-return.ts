"use client";

import { useState } from "react";

/** What has the focus; for an item of a menu, which closes, the button that opened the menu. */
function focusHolder(): Element | null {
  const active = document.activeElement;
  const opener = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return opener ? document.getElementById(opener) : active;
}

/**
 * For `onCloseAutoFocus` of a dialog that is opened by state instead of a trigger: gives the focus
 * back to what had it when the dialog's content was first rendered, or to the page when that is
 * gone, as the row is that was deleted.
 */
export function useFocusReturn(): (event: Event) => void {
  const [before] = useState(focusHolder);
  return (event) => {
    event.preventDefault();
    const canTake = before instanceof HTMLElement || before instanceof SVGElement;
    if (canTake && before.isConnected) before.focus();
    else document.getElementById("main")?.focus();
  };
}
