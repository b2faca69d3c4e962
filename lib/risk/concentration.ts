/** A single name above this share of the total is flagged (MODEL.md section 8). */
export const SINGLE_NAME_LIMIT = 0.15;
/** Names that are listed by size, and most points of a curve. */
export const LISTED_HOLDINGS = 20;
const CURVE_POINTS = 101;

/** One name or group: where it stood in the input, its amount, its share of the total. */
export type Holding = { index: number; value: number; share: number };

/** Shares are fractions; without an amount over 0 they are null, never 0. */
export type Concentration = {
  /** Names with an amount over 0. */
  count: number;
  total: number;
  hhi: number | null;
  /** `1 / HHI`: how many equal names would be as concentrated. */
  effective_number: number | null;
  gini: number | null;
  top: { "1": number | null; "10": number | null; "20": number | null };
  flagged: Holding[];
  largest: Holding[];
  /** What the largest names hold together: from (0, 0) to (1, 1). */
  curve: { names: number; share: number }[];
};

/**
 * Concentration of amounts in currency units, each >= 0, MODEL.md section 8: Herfindahl index,
 * effective number, Gini without the n/(n-1) correction, top shares, single names above 15 %.
 * Names without an amount do not count. Equal amounts keep the order of the input.
 */
export function concentration(values: ArrayLike<number>): Concentration {
  const order = Array.from(values, (_, index) => index)
    .filter((index) => (values[index] as number) > 0)
    .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  const sorted = Float64Array.from(order, (index) => values[index] as number);
  // From the smallest on: the sum of many small amounts does not drown in a large one.
  const total = sorted.reduceRight((sum, value) => sum + value, 0);
  if (total === 0) return NOTHING();
  const holding = (place: number): Holding => ({ index: order[place] as number,
    value: sorted[place] as number, share: (sorted[place] as number) / total });
  const top = (count: number): number =>
    Math.min(1, sorted.subarray(0, count).reduceRight((sum, value) => sum + value, 0) / total);
  const hhi = sorted.reduceRight((sum, value) => sum + (value / total) ** 2, 0);
  const aboveLimit = sorted.findIndex((value) => value / total <= SINGLE_NAME_LIMIT);
  const flagged = aboveLimit < 0 ? sorted.length : aboveLimit;
  return {
    count: sorted.length, total, hhi, effective_number: 1 / hhi, gini: giniOf(sorted, total),
    top: { "1": top(1), "10": top(10), "20": top(20) },
    flagged: Array.from({ length: flagged }, (_, place) => holding(place)),
    largest: Array.from({ length: Math.min(LISTED_HOLDINGS, sorted.length) },
      (_, place) => holding(place)),
    curve: curveOf(sorted, total),
  };
}

const NOTHING = (): Concentration => ({ count: 0, total: 0, hhi: null, effective_number: null,
  gini: null, top: { "1": null, "10": null, "20": null }, flagged: [], largest: [], curve: [] });

/** `sum (2 i - n - 1) x_i / (n sum x)` over ascending amounts; equal amounts give exactly 0. */
function giniOf(descending: Float64Array, total: number): number {
  const count = descending.length;
  let sum = 0;
  // Pairs from both ends: each adds its difference, which is never negative.
  for (let place = 0; place < count >> 1; place += 1) {
    const gap = (descending[place] as number) - (descending[count - 1 - place] as number);
    sum += (count - 1 - 2 * place) * gap;
  }
  return sum / (count * total);
}

function curveOf(descending: Float64Array, total: number): { names: number; share: number }[] {
  const count = descending.length;
  const points = Math.min(CURVE_POINTS, count + 1);
  const curve = [{ names: 0, share: 0 }];
  let sum = 0;
  let taken = 0;
  for (let point = 1; point < points; point += 1) {
    const upTo = Math.round((count * point) / (points - 1));
    for (; taken < upTo; taken += 1) sum += descending[taken] as number;
    curve.push({ names: upTo / count, share: upTo === count ? 1 : Math.min(1, sum / total) });
  }
  return curve;
}
