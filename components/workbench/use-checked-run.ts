"use client";

import { useToast } from "@/components/ui/toast";

/**
 * Runs only what the panel shows: while a field holds something that cannot be used, the figures
 * still stand for the value before it, so nothing is recorded and the field gets the focus.
 */
export function useCheckedRun(run: () => void): () => void {
  const toast = useToast();
  return () => {
    const wrong = document.querySelector<HTMLElement>("#bench-inputs [aria-invalid='true']");
    if (!wrong) return run();
    wrong.focus();
    toast.show({ state: "critical", title: "Nothing was run",
      description: "A field of the inputs cannot be used as it is. Correct it, then run." });
  };
}
