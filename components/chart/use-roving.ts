"use client";

import type { KeyboardEvent } from "react";
import { useState } from "react";

/** What the marks of a chart share: one of them is a stop of the keyboard, arrows go on. */
export interface Roving {
  /** The mark in focus or under the pointer. */
  active: number | null;
  group: { onKeyDown: (event: KeyboardEvent<SVGGElement>) => void };
  point: (index: number) => {
    "data-point": string;
    tabIndex: number;
    onFocus: () => void;
    onBlur: () => void;
    onMouseEnter: () => void;
    onMouseLeave: () => void;
  };
}

function stepOf(key: string, columns: number, here: number, count: number): number | null {
  switch (key) {
    case "ArrowRight": return 1;
    case "ArrowLeft": return -1;
    case "ArrowDown": return columns;
    case "ArrowUp": return -columns;
    case "Home": return -here;
    case "End": return count - 1 - here;
    default: return null;
  }
}

/** `count` marks in rows of `columns`: a chart of 1,681 cells is one stop, not 1,681. */
export function useRoving(count: number, columns = 1): Roving {
  const [current, setCurrent] = useState(0);
  const [active, setActive] = useState<number | null>(null);
  const stop = Math.min(current, Math.max(0, count - 1));
  function onKeyDown(event: KeyboardEvent<SVGGElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const points = [...event.currentTarget.querySelectorAll<SVGElement>("[data-point]")];
    const here = points.findIndex((point) => point === document.activeElement);
    const step = stepOf(event.key, columns, here, points.length);
    if (here < 0 || step === null) return;
    event.preventDefault();
    points[here + step]?.focus();
  }
  return {
    active: active !== null && active < count ? active : null,
    group: { onKeyDown },
    point: (index) => ({
      "data-point": "",
      tabIndex: index === stop ? 0 : -1,
      onFocus: () => {
        setCurrent(index);
        setActive(index);
      },
      onBlur: () => setActive(null),
      onMouseEnter: () => setActive(index),
      onMouseLeave: () => setActive((now) => now === index ? null : now),
    }),
  };
}
