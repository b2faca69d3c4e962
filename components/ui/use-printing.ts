"use client";

import { useSyncExternalStore } from "react";

let isAsked = false;

/**
 * `beforeprint` comes while the page is still laid out for the screen, the media query where a
 * browser or a test shows the page as on paper without printing it.
 */
function subscribe(changed: () => void): () => void {
  const query = window.matchMedia("print");
  const ask = (asked: boolean) => () => {
    isAsked = asked;
    changed();
  };
  const [before, after] = [ask(true), ask(false)];
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  query.addEventListener("change", changed);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
    query.removeEventListener("change", changed);
  };
}

/** Whether the page is being printed: what is drawn to the screen's size must be drawn anew. */
export const usePrinting = (): boolean => useSyncExternalStore(subscribe,
  () => isAsked || window.matchMedia("print").matches, () => false);
