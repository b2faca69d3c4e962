"use client";

import { IconButton } from "@/components/ui/button";

const KEY = "todiscope-theme";

export function switchTheme(): void {
  const root = document.documentElement;
  const chosen = root.dataset.theme;
  const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (chosen ?? system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage may be closed by the browser; the theme then lasts until the page is left.
  }
}

export function ThemeToggle() {
  return <IconButton icon="theme" label="Switch theme" large onClick={switchTheme} />;
}
