/** A value and the row of the tape that it stands in. */
export type PlacedValue = { value: number; row: number };

/** What lies more than `OUTLIER_Z` standard deviations from the mean. */
export type Outliers = {
  /** How many, or null: more than are kept, and a count over the records is needed. */
  count: number | null;
  /** The values strictly below `low` and above `high` are outliers. */
  low: number;
  high: number;
  /** The most extreme ones, the farthest first. */
  listed: PlacedValue[];
};

/** Mean and spread of a column of numbers, in one pass. */
export type Spread = {
  add(value: number, row: number): void;
  /** Arithmetic mean and standard deviation of all values (divided by n); null without values. */
  mean(): number | null;
  deviation(): number | null;
  outliers(most: number): Outliers | null;
};

/** |z| beyond which a value is flagged. At most 1/16 of a column can be (Chebyshev). */
export const OUTLIER_Z = 4;
/** Extremes kept on each side. */
const KEPT = 1000;

/**
 * Welford's running mean and sum of squares, with the 1,000 largest and smallest values: an outlier
 * by the final mean is among the most extreme values, so no second pass is needed as long as
 * a side has fewer outliers than are kept.
 */
export function createSpread(): Spread {
  let n = 0;
  let mean = 0;
  let squares = 0;
  const high = createExtremes(KEPT);
  const low = createExtremes(KEPT);
  const deviation = () => Math.sqrt(squares / n);
  return {
    add: (value, row) => {
      n++;
      const delta = value - mean;
      mean += delta / n;
      squares += delta * (value - mean);
      high.add(value, row);
      low.add(-value, row);
    },
    mean: () => n === 0 ? null : mean,
    deviation: () => n === 0 ? null : deviation(),
    outliers: (most) => {
      if (n === 0) return null;
      const width = OUTLIER_Z * deviation();
      // A constant column has rounding only for a spread.
      if (!(width > 1e-9 * Math.abs(mean))) return null;
      const bounds = { low: mean - width, high: mean + width };
      const above = high.beyond(bounds.high);
      const below = low.beyond(-bounds.low)
        .map(({ value, row }) => ({ value: 0 - value, row }));
      const found = [...above, ...below].sort((a, b) =>
        Math.abs(b.value - mean) - Math.abs(a.value - mean) || a.row - b.row);
      const isWhole = above.length < KEPT && below.length < KEPT;
      return { ...bounds, count: isWhole ? found.length : null, listed: found.slice(0, most) };
    },
  };
}

/** The largest values of a stream in a heap whose top is the smallest of them. */
function createExtremes(most: number) {
  const values: number[] = [];
  const rows: number[] = [];
  const put = (at: number, value: number, row: number) => {
    values[at] = value;
    rows[at] = row;
  };
  const rise = (start: number, value: number, row: number) => {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((values[parent] as number) <= value) break;
      put(at, values[parent] as number, rows[parent] as number);
      at = parent;
    }
    put(at, value, row);
  };
  const sink = (value: number, row: number) => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= most) break;
      if (child + 1 < most && (values[child + 1] as number) < (values[child] as number)) child++;
      if ((values[child] as number) >= value) break;
      put(at, values[child] as number, rows[child] as number);
      at = child;
    }
    put(at, value, row);
  };
  return {
    add: (value: number, row: number) => {
      if (values.length < most) rise(values.length, value, row);
      else if (value > (values[0] as number)) sink(value, row);
    },
    beyond: (bound: number): PlacedValue[] => values.flatMap((value, at) =>
      value > bound ? [{ value, row: rows[at] as number }] : []),
  };
}
