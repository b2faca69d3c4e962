"use client";

import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
const inMemory = new Map<string, string>();

function read(key: string): string {
  try {
    return window.sessionStorage.getItem(key) ?? "";
  } catch {
    return inMemory.get(key) ?? "";
  }
}

function write(key: string, text: string): void {
  try {
    window.sessionStorage.setItem(key, text);
  } catch {
    // Full, or not allowed: it lives as long as the page.
    inMemory.set(key, text);
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A text too long for an address, which a reload of this tab keeps. */
export function useKeptText(key: string): [string, (text: string) => void] {
  const text = useSyncExternalStore(subscribe, () => read(key), () => "");
  return [text, useCallback((next: string) => write(key, next), [key])];
}
