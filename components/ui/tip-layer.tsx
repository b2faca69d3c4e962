"use client";

import type { CSSProperties } from "react";
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { TermTexts } from "@/components/docs/term-texts";

/** Whatever says more: a text of its own, or ids of the glossary. */
const TIPPED = "[data-tip], [data-term]";
const CONTROLS = "a[href], button, input, select, textarea, [role='button']";
const DELAY_MS = 250;
/** Long enough to cross the gap between the element and its tip. */
const GRACE_MS = 150;
const GAP = 6;
const EDGE = 8;

interface Shown {
  target: Element;
  /** Opened by a click or a key: it has the focus, and stays until it is closed. */
  isPinned: boolean;
  /** Shown because it came into focus, which a reader of the screen speaks of by itself. */
  isFocus?: boolean;
}

const tippedAt = (target: EventTarget | null): Element | null =>
  (target instanceof Element ? target.closest(TIPPED) : null);

/** What a click sets something off with; what is switched off does nothing but say why. */
function isControl(target: EventTarget | null): boolean {
  const control = target instanceof Element ? target.closest(CONTROLS) : null;
  return control !== null && control.getAttribute("aria-disabled") !== "true";
}

/** In a dialog the tip is part of the dialog, whose focus and pointer would not go outside it. */
const homeOf = (target: Element): Element =>
  target.closest("[role='dialog'], [role='alertdialog']") ?? document.body;

const wordsOf = (text: string | null): string => (text ?? "").trim().toLowerCase();

/**
 * Whether a reader of the screen would hear the tip beside what it hears anyway: not where the
 * name says it already, and not the definitions of a term in focus, which Enter opens and reads.
 */
function isToldTwice({ target, isFocus }: Shown): boolean {
  if (target.hasAttribute("aria-describedby")) return true;
  if (target.hasAttribute("data-term")) return isFocus === true;
  return wordsOf(target.getAttribute("aria-label")).includes(wordsOf(target.getAttribute("data-tip")));
}

/** Above the element, or below it where there is no room above; never beyond the window's edge. */
function placeOf(target: Element, tip: HTMLElement): CSSProperties {
  const { left, top, bottom, width } = target.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = tip;
  const most = Math.max(EDGE, window.innerWidth - EDGE - offsetWidth);
  const above = top - GAP - offsetHeight;
  const below = Math.min(bottom + GAP, Math.max(EDGE, window.innerHeight - EDGE - offsetHeight));
  return { left: Math.min(most, Math.max(EDGE, left + width / 2 - offsetWidth / 2)),
    top: above >= EDGE ? above : below };
}

/** Shown on hover after a moment, on focus by the keyboard at once; a click on a term pins it. */
function useTip() {
  const [shown, setShown] = useState<Shown | null>(null);
  const now = useRef<Shown | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = useCallback((next: Shown | null) => {
    clearTimeout(timer.current);
    now.current = next;
    setShown(next);
  }, []);
  const later = useCallback((next: Shown | null, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => show(next), ms);
  }, [show]);
  const keep = useCallback(() => clearTimeout(timer.current), []);
  useEffect(() => keep, [keep]);
  return { shown, now, show, later, keep };
}

type Tip = ReturnType<typeof useTip>;

function pointerEvents({ now, show, later, keep }: Tip, box: () => HTMLElement | null) {
  const inBox = (event: Event) => event.target instanceof Node && box()?.contains(event.target);
  return {
    pointerover: (event: PointerEvent) => {
      if (event.pointerType === "touch" || now.current?.isPinned) return;
      if (inBox(event)) return keep();
      const target = tippedAt(event.target);
      if (target !== null && target === now.current?.target) return keep();
      if (target !== null) return later({ target, isPinned: false }, DELAY_MS);
      if (now.current !== null) later(null, GRACE_MS);
      else keep();
    },
    pointerdown: (event: PointerEvent) => { if (!inBox(event)) show(null); },
    click: (event: MouseEvent) => {
      if (inBox(event)) return;
      const target = tippedAt(event.target);
      if (target === null || event.button !== 0) return;
      const isTerm = target.hasAttribute("data-term");
      // With a key held down a term is the link that it is: into another tab or window.
      if (isTerm && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
        event.preventDefault();
        event.stopPropagation();
        show({ target, isPinned: true });
      } else if (!isControl(event.target)) {
        // A finger does not hover, and what does nothing else says why when it is touched.
        show({ target, isPinned: false });
      }
    },
    scroll: (event: Event) => { if (!inBox(event)) show(null); },
  };
}

function keyEvents({ now, show, later }: Tip, box: () => HTMLElement | null) {
  const back = (target: Element) => {
    show(null);
    if (target instanceof HTMLElement) target.focus();
  };
  return {
    focusin: (event: FocusEvent) => {
      if (event.target instanceof Node && box()?.contains(event.target)) return;
      const target = tippedAt(event.target);
      // What is in focus may be inside what has the tip: a button in a row's head.
      if (target !== null && (event.target as Element).matches(":focus-visible")) {
        show({ target, isPinned: false, isFocus: true });
      }
    },
    focusout: (event: FocusEvent) => {
      const { relatedTarget: next } = event;
      if (now.current === null || (next instanceof Node && box()?.contains(next))) return;
      if (!now.current.isPinned || next !== null) later(null, 0);
    },
    keydown: (event: KeyboardEvent) => {
      const tip = now.current;
      if (event.key === " " && event.target instanceof HTMLElement
        && event.target.hasAttribute("data-term")) {
        // A link that is a button here is pressed by the space bar too.
        event.preventDefault();
        return event.target.click();
      }
      if (tip === null) return;
      if (event.key === "Escape") {
        if (!tip.isPinned) return show(null);
        // It lies over what Escape would close next.
        event.preventDefault();
        event.stopPropagation();
        back(tip.target);
      } else if (!tip.isPinned) {
        if (event.key === "Enter" || event.key === " ") show(null);
      } else if (event.key === "Tab") {
        const stops = [box(), ...box()?.querySelectorAll("a") ?? []];
        const isLast = document.activeElement === stops.at(event.shiftKey ? 0 : -1);
        if (!isLast) return;
        event.preventDefault();
        back(tip.target);
      }
    },
  };
}

/** Listens for the whole page: an element needs no script of its own to have a tip. */
export function TipLayer() {
  const tip = useTip();
  const { shown } = tip;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    const boxNow = () => box.current;
    const events = { ...pointerEvents(tip, boxNow), ...keyEvents(tip, boxNow) };
    const all = Object.entries(events) as [string, EventListener][];
    for (const [name, listener] of all) window.addEventListener(name, listener, true);
    return () => {
      for (const [name, listener] of all) window.removeEventListener(name, listener, true);
    };
    // What it is made of stays the same from one drawing to the next.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const [place, setPlace] = useState<CSSProperties>();
  useLayoutEffect(() => {
    const element = box.current;
    if (!shown || !element) return;
    // In the top layer no transformed or clipped ancestor moves it.
    element.showPopover?.();
    setPlace(placeOf(shown.target, element));
    if (shown.isPinned) return element.focus({ preventScroll: true });
    const { target } = shown;
    if (isToldTwice(shown)) return;
    target.setAttribute("aria-describedby", id);
    return () => target.removeAttribute("aria-describedby");
  }, [shown, id]);
  if (!shown) return null;
  const terms = shown.target.getAttribute("data-term");
  return createPortal(
    <div ref={box} id={id} className="tooltip" popover="manual" style={place}
      role={shown.isPinned ? "dialog" : "tooltip"} tabIndex={-1} data-terms={terms !== null || undefined}
      aria-label={shown.isPinned ? "What it means" : undefined}
      // A tip over a table's row or a dialog is neither the row nor outside the dialog.
      onClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => event.stopPropagation()}>
      {terms === null ? shown.target.getAttribute("data-tip") : <TermTexts ids={terms} />}
    </div>,
    homeOf(shown.target));
}
