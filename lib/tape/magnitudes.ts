import type { NormalizedRecord } from "../kernel/record";

type End = { value: number; shown: number; row: number };

/** How the values of a column spread over the orders of magnitude, in memory that does not grow. */
export type Magnitudes = {
  readonly count: number;
  add(value: number, row: number, record: NormalizedRecord): void;
  /** How many values lie in `low` to below `high`, to a sixteenth. */
  between(low: number, high: number): number;
  /** What a share of the values from `least` on does not exceed; 0 where there are none. */
  quantile(share: number, least?: number): number;
  /** The smallest values, the largest ones, or both, with their rows. */
  ends(which: "low" | "high" | "both"): End[];
};

/**
 * Counters by the highest bits of a float64: sixteen to each power of two, from 2^-27 to 2^54. They
 * say how values spread over orders of magnitude, and need no logarithm of millions of values.
 */
const FIRST_BITS = (1023 - 27) << 4;
const BINS = (27 + 54) << 4;
/** The values at each end that are kept with their rows. */
const KEPT = 100;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which of the two words is the upper one depends on the machine. */
const UPPER = (float[0] = 1, words[1] === 0 ? 0 : 1);

function binOf(value: number): number {
  float[0] = value;
  const bin = ((words[UPPER] as number) >>> 16) - FIRST_BITS;
  return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
}

/** The smallest value of a counter. */
function valueOf(bin: number): number {
  words[1 - UPPER] = 0;
  words[UPPER] = (bin + FIRST_BITS) << 16;
  return float[0] as number;
}

/** Starts counting a field's values above 0; without `both` only the largest have rows. */
export function createMagnitudes(field: string, both: boolean): Magnitudes {
  const bins = new Float64Array(BINS);
  const lows: End[] = [];
  const highs: End[] = [];
  let count = 0;
  let lowest = both ? Infinity : -Infinity;
  let highest = -Infinity;
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
      if (value >= lowest && value <= highest) return;
      const { origin } = record as { origin?: { amounts: Record<string, number> } };
      const end = { value, shown: origin?.amounts[field] ?? value, row };
      if (value < lowest) lowest = insert(lows, end, 1) ?? Infinity;
      if (value > highest) highest = -(insert(highs, end, -1) ?? Infinity);
    },
    between: (low, high) => sum(low <= 0 ? 0 : binOf(low), high === Infinity ? BINS : binOf(high)),
    quantile: (share, least = 0) => {
      const first = least <= 0 ? 0 : binOf(least);
      const wanted = sum(first, BINS) * share;
      if (wanted === 0) return 0;
      let seen = 0;
      for (let bin = first; bin < BINS; bin++) {
        seen += bins[bin] as number;
        if (seen >= wanted) return valueOf(bin);
      }
      return 0;
    },
    ends: (which) => which === "low" ? lows : which === "high" ? highs
      : [...new Map([...lows, ...highs].map((end) => [end.row, end])).values()],
  };
}

/**
 * Keeps a list of ends in order, and short: the smallest first with sign 1, the largest with -1.
 * Gives back what a value, with that sign, must be below to be kept; null while there is room.
 */
function insert(list: End[], end: End, sign: 1 | -1): number | null {
  let at = list.length;
  while (at > 0 && sign * end.value < sign * (list[at - 1] as End).value) at--;
  list.splice(at, 0, end);
  if (list.length > KEPT) list.pop();
  return list.length < KEPT ? null : sign * (list[KEPT - 1] as End).value;
}
