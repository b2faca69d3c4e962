"use client";

import { useEffect, useEffectEvent } from "react";

export interface BenchKeys {
  /** Null on pages that run nothing. */
  run: (() => void) | null;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement
    && target.type !== "range" && target.type !== "checkbox" && target.type !== "radio");

/** Ctrl/Cmd+Enter runs; Ctrl/Cmd+Z and Shift+Z undo and redo, except where text is written. */
export function useBenchKeys(keys: BenchKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
    const isOverlay = document.querySelector("[role=dialog], [role=alertdialog]") !== null;
    if (keys.run && event.key === "Enter" && !event.repeat && !isOverlay) {
      event.preventDefault();
      event.stopPropagation();
      keys.run();
      return;
    }
    if (isWriting(event.target) || isOverlay) return;
    const key = event.key.toLowerCase();
    const action = key === "y" || (key === "z" && event.shiftKey) ? keys.redo
      : key === "z" ? keys.undo : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    // Before anything else hears it: Enter alone also presses the focused bar or button.
    document.addEventListener("keydown", listen, true);
    return () => document.removeEventListener("keydown", listen, true);
  }, []);
}
