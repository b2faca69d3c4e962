"use client";

import type { ReactNode } from "react";
import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { parseAsString, useQueryState } from "nuqs";
import { Button } from "@/components/ui/button";

export interface Picked {
  id: string | null;
  /** Picks it; picked once more it is let go. */
  toggle: (id: string) => void;
  clear: () => void;
}

/** What one view of a page picked and its other views show too: kept in the address under `key`. */
export function usePicked(key: string): Picked {
  const [id, setId] = useQueryState(key, parseAsString);
  const toggle = useCallback((next: string) => {
    void setId((now) => (now === next ? null : next));
  }, [setId]);
  const clear = useCallback(() => void setId(null), [setId]);
  return { id, toggle, clear };
}

const KEEPS_ESCAPE = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

/** Escape lets go, except where it closes something else or empties a field. */
function useEscape(isActive: boolean, clear: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select")) return;
    if (document.querySelector(KEEPS_ESCAPE) === null) clear();
  });
  useEffect(() => {
    if (!isActive) return;
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [isActive]);
}

export interface PickedNoteProps {
  /** Its name: "Market crash"; null when nothing is picked. */
  name: string | null;
  /** What the other views make of it: "in every view of this page". */
  note?: string;
  onClear: () => void;
  /** Something else is open that Escape closes first. */
  paused?: boolean;
  /** Ways on: a link to its records. */
  children?: ReactNode;
}

/** Says what is picked, at the foot of the window wherever one has scrolled to, and lets it go. */
export function PickedNote({ name, note, onClear, paused = false, children }: PickedNoteProps) {
  const [hadOne, setHadOne] = useState(false);
  if (name !== null && !hadOne) setHadOne(true);
  useEscape(name !== null && !paused, onClear);
  function clear() {
    onClear();
    // The button goes with what it cleared.
    document.getElementById("main")?.focus({ preventScroll: true });
  }
  return (
    <div className="picked" data-empty={name === null ? true : undefined}>
      <span role="status">
        {name !== null ? <>Selected: <b>{name}</b>{note ? `, ${note}` : ""}</>
          : hadOne ? <span className="vh">Nothing is selected</span> : null}
      </span>
      {name !== null ? (
        <>
          {children}
          <Button small icon="x" onClick={clear}>Clear selection <kbd>Esc</kbd></Button>
        </>
      ) : null}
    </div>
  );
}
