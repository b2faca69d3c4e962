import type { NormalizedRecord } from "../kernel/record";

type End = { value: number; shown: number; row: number };

/** How the values of a column spread over the orders of magnitude, in memory that does not grow. */
export type Spread = {
  readonly count: number;
  add(value: number, row: number, record: NormalizedRecord): void;
  /** How many values lie in `low` to below `high`, to a twentieth of an order of magnitude. */
  between(low: number, high: number): number;
  /** What a share of the values from `least` on does not exceed; 0 where there are none. */
  quantile(share: number, least?: number): number;
  /** The smallest values, the largest ones, or both, with their rows. */
  ends(which: "low" | "high" | "both"): End[];
};

/** Twentieths of an order of magnitude from 1e-8 to 1e16. */
const PER_DECADE = 20;
const FIRST_DECADE = -8;
const BINS = PER_DECADE * 24;
/** The values at each end that are kept with their rows. */
const KEPT = 100;

// A logarithm may fall just short of the whole number that a power of ten has.
const binOf = (value: number): number => Math.min(BINS - 1, Math.max(0,
  Math.floor((Math.log10(value) - FIRST_DECADE) * PER_DECADE + 1e-9)));

/** Starts a spread of a field's values above 0; without `both` only the largest have rows. */
export function createSpread(field: string, both: boolean): Spread {
  const bins = new Float64Array(BINS);
  const lows: End[] = [];
  const highs: End[] = [];
  let count = 0;
  const sum = (from: number, to: number): number => {
    let total = 0;
    for (let bin = Math.max(0, from); bin < Math.min(BINS, to); bin++) total += bins[bin] as number;
    return total;
  };
  return {
    get count() { return count; },
    add: (value, row, record) => {
      count++;
      (bins[binOf(value)] as number)++;
      const isLow = both && (lows.length < KEPT || value < (lows.at(-1) as End).value);
      const isHigh = highs.length < KEPT || value > (highs.at(-1) as End).value;
      if (!isLow && !isHigh) return;
      const { origin } = record as { origin?: { amounts: Record<string, number> } };
      const end = { value, shown: origin?.amounts[field] ?? value, row };
      if (isLow) insert(lows, end, (a, b) => a < b);
      if (isHigh) insert(highs, end, (a, b) => a > b);
    },
    between: (low, high) => sum(low <= 0 ? 0 : binOf(low), high === Infinity ? BINS : binOf(high)),
    quantile: (share, least = 0) => {
      const first = least <= 0 ? 0 : binOf(least);
      const wanted = sum(first, BINS) * share;
      if (wanted === 0) return 0;
      let seen = 0;
      for (let bin = first; bin < BINS; bin++) {
        seen += bins[bin] as number;
        if (seen >= wanted) return 10 ** (bin / PER_DECADE + FIRST_DECADE);
      }
      return 0;
    },
    ends: (which) => which === "low" ? lows : which === "high" ? highs
      : [...new Map([...lows, ...highs].map((end) => [end.row, end])).values()],
  };
}

/** Keeps a list of ends in order, and short. */
function insert(list: End[], end: End, isBefore: (a: number, b: number) => boolean): void {
  let at = list.length;
  while (at > 0 && isBefore(end.value, (list[at - 1] as End).value)) at--;
  list.splice(at, 0, end);
  if (list.length > KEPT) list.pop();
}
