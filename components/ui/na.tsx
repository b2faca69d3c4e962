"use client";

import { Tooltip } from "@/components/ui/tooltip";

export interface NaProps {
  /** Why there is no figure; shown on hover and on focus. */
  reason: string;
}

export function Na({ reason }: NaProps) {
  return (
    <Tooltip content={reason}>
      <span className="na" tabIndex={0} role="note" aria-label={`Not available: ${reason}`}>-</span>
    </Tooltip>
  );
}
