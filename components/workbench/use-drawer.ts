"use client";

import { useCallback, useRef, useState } from "react";
import type { DrillFigure } from "./drill";
import type { SetBenchUrl } from "./use-bench-url";

export interface DrawerControl {
  /** How often the drawer was opened by hand; a link opens it without taking the focus. */
  openings: number;
  open: (figure: DrillFigure, scenarioId?: string) => void;
  close: () => void;
}

/** Opens the drawer about a figure and gives the focus back to that figure afterwards. */
export function useDrawer(setUrl: SetBenchUrl): DrawerControl {
  const [openings, setOpenings] = useState(0);
  const opener = useRef<Element | null>(null);
  const open = useCallback((figure: DrillFigure, scenarioId?: string) => {
    const active = document.activeElement;
    if (!active?.closest("#drill")) opener.current = active;
    setOpenings((times) => times + 1);
    void setUrl({ drill: figure, instrument: null,
      ...(scenarioId === undefined ? {} : { scenario: scenarioId }) });
  }, [setUrl]);
  const close = useCallback(() => {
    void setUrl({ drill: null, segment: null, instrument: null });
    const target = opener.current;
    opener.current = null;
    const back = target instanceof HTMLElement || target instanceof SVGElement ? target : null;
    if (back?.isConnected && back !== document.body) back.focus();
    else document.getElementById("main")?.focus();
  }, [setUrl]);
  return { openings, open, close };
}
