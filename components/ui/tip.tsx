import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";

export interface TipProps {
  /** What is said beside it, in words. */
  text: string | null | undefined;
  className?: string;
  children: ReactNode;
}

/**
 * Something that says more on hover, on focus and on touch. A control needs none around it: it
 * takes `data-tip` itself. `components/ui/tip-layer.tsx` shows both.
 */
export function Tip({ text, className, children }: TipProps) {
  if (!text) return <span className={className}>{children}</span>;
  return <span className={classes("tipped", className)} data-tip={text} tabIndex={0}>{children}</span>;
}
