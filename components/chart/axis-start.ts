/** From where on a step is seen: of the axis, not of the totals. */
const LEAST_SPAN = 0.3;

type Steps = { opening: { amount: number }; steps: readonly { amount: number }[] };

/**
 * Where the axis of a bridge begins. Steps may be small beside the totals: then below the lowest
 * level, at a round figure, and the card has to say so; else undefined, for zero.
 */
export function axisStart({ opening, steps }: Steps, divisor: number): number | undefined {
  let level = opening.amount;
  const levels = [level, ...steps.map(({ amount }) => (level += amount))];
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const span = high - low;
  if (low <= 0 || span === 0 || span > high * LEAST_SPAN) return undefined;
  const step = divisor * 10 ** Math.floor(Math.log10(span / divisor));
  const start = Math.floor((low - span / 2) / step) * step;
  return start > 0 ? start : undefined;
}
