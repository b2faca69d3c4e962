"use client";

import type { ComponentType } from "react";
import { useEffect, useState } from "react";
import { OVERLAYS } from "@/components/ui/overlays";

/** What shows the tips of the whole page; its script comes once the page is there. */
export function Tips() {
  const [Layer, setLayer] = useState<ComponentType | null>(null);
  useEffect(() => {
    OVERLAYS.tips().then((part) => setLayer(() => part.TipLayer))
      // A page without its tips is a page; the next one fetches them again.
      .catch(() => undefined);
  }, []);
  return Layer ? <Layer /> : null;
}
