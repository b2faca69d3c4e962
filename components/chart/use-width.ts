"use client";

import { useCallback, useRef, useState } from "react";
import { usePrinting } from "@/components/ui/use-printing";

/** What a card holds on a page of A4 or Letter with our margins, in px. */
const PAPER_WIDTH = 640;

/**
 * The width of an element in whole px, or that of a card on paper; 0 until it is known. Its height
 * must not depend on it.
 */
export function useWidth(): [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0);
  const isPrinting = usePrinting();
  const observer = useRef<ResizeObserver | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect();
    observer.current = null;
    if (!element) return;
    const read = (next: number) => {
      // A hidden chart has no width; it keeps the one it had.
      if (next > 0) setWidth(Math.floor(next));
    };
    read(element.getBoundingClientRect().width);
    observer.current = new ResizeObserver(([entry]) => read(entry?.contentRect.width ?? 0));
    observer.current.observe(element);
  }, []);
  return [ref, isPrinting && width > 0 ? PAPER_WIDTH : width];
}
