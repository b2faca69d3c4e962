export interface NaProps {
  /** Why there is no figure; shown on hover, on focus and on touch. */
  reason: string;
}

export function Na({ reason }: NaProps) {
  return (
    <span className="na" tabIndex={0} role="note" data-tip={reason}
      aria-label={`Not available: ${reason}`}>-</span>
  );
}
