"use client";

import type { CSSProperties, ReactElement, ReactNode } from "react";
import { cloneElement, useEffect, useState } from "react";
import { createPortal } from "react-dom";

export interface TooltipProps {
  /** Said by the element's own name as well: this is for the eye. */
  content: ReactNode;
  /** One element that can take focus. */
  children: ReactElement;
}

type Handlers = Partial<Record<"onPointerEnter" | "onPointerLeave" | "onFocus" | "onBlur",
  (event: { currentTarget: Element }) => void>>;

const DELAY_MS = 250;
const GRACE_MS = 150;
const GAP = 6;
/** Half of its greatest width, and a gap: where its middle may be. */
const EDGE = 138;

/** Above the element, or below it where there is no room above. */
function placeOf(element: Element): CSSProperties {
  const { left, top, bottom, width } = element.getBoundingClientRect();
  const middle = Math.max(Math.min(left + width / 2, window.innerWidth - EDGE),
    Math.min(EDGE, window.innerWidth / 2));
  return top > 80
    ? { left: middle, top: top - GAP, transform: "translate(-50%, -100%)" }
    : { left: middle, top: bottom + GAP, transform: "translateX(-50%)" };
}

/**
 * Shown on hover after a moment, on focus at once. The pointer may go on to the tip and read it
 * there; it leaves with Escape and when the page moves.
 */
export function Tooltip({ content, children }: TooltipProps) {
  const [hovered, setHovered] = useState<Element | null>(null);
  const [place, setPlace] = useState<CSSProperties | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => {
    if (hovered === null) return;
    const timer = setTimeout(() => setPlace(placeOf(hovered)), DELAY_MS);
    return () => clearTimeout(timer);
  }, [hovered]);
  useEffect(() => {
    if (!isLeaving) return;
    // Long enough to cross the gap between the element and its tip.
    const timer = setTimeout(() => {
      setPlace(null);
      setLeaving(false);
    }, GRACE_MS);
    return () => clearTimeout(timer);
  }, [isLeaving]);
  const isShown = place !== null;
  useEffect(() => {
    if (!isShown) return;
    const hide = () => setPlace(null);
    const keys = (event: KeyboardEvent) => { if (event.key === "Escape") hide(); };
    document.addEventListener("keydown", keys);
    window.addEventListener("scroll", hide, true);
    return () => {
      document.removeEventListener("keydown", keys);
      window.removeEventListener("scroll", hide, true);
    };
  }, [isShown]);
  const enter = (element: Element) => {
    setLeaving(false);
    setHovered(element);
  };
  const leave = () => {
    setHovered(null);
    setLeaving(true);
  };
  const blur = () => {
    setHovered(null);
    setPlace(null);
  };
  const child = children as ReactElement<Handlers>;
  // What is around the tip may listen as well: a menu's trigger, a strip of tabs.
  const both = (name: keyof Handlers, own: (element: Element) => void): Handlers => ({
    [name]: (event: { currentTarget: Element }) => {
      child.props[name]?.(event);
      own(event.currentTarget);
    } });
  return (
    <>
      {cloneElement(child, {
        ...both("onPointerEnter", enter),
        ...both("onPointerLeave", leave),
        ...both("onFocus", (element) => setPlace(placeOf(element))),
        ...both("onBlur", blur),
      })}
      {place ? createPortal(
        <div className="tooltip" role="tooltip" style={place}
          onPointerEnter={() => setLeaving(false)} onPointerLeave={leave}
          // A tip in a table's row is not the row.
          onClick={(event) => event.stopPropagation()}>{content}</div>,
        document.body) : null}
    </>
  );
}
