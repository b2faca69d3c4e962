import { LOSS_QUANTILES, type CreditPortfolio } from "./credit-loss";

/** A figure of a tail, with how far simulated ones may be off; 0 of a closed form. */
export type TailFigures = {
  q: number; var: number; es: number; standard_error: number; es_standard_error: number;
};

/** Moments and tails of simulated losses, in currency units. */
export type LossStatistics = {
  expected_loss: number;
  expected_loss_standard_error: number;
  standard_deviation: number;
  standard_deviation_standard_error: number;
  quantiles: TailFigures[];
  histogram: { from: number; to: number; share: number }[];
};

const BINS = 40;

/**
 * Figures of independent losses, one a path, MODEL.md section 7. VaR is the smallest loss that at
 * least a share q of paths does not exceed, ES the mean of the worst 1 - q. Standard errors: of a
 * quantile from the order statistics one binomial deviation away, of the ES from the tail's
 * spread around it. Their order does not matter. At least one path.
 */
export function lossStatistics(losses: Float64Array): LossStatistics {
  const count = losses.length;
  const sorted = losses.toSorted();
  const mean = sorted.reduce((sum, loss) => sum + loss, 0) / count;
  let second = 0;
  let fourth = 0;
  for (const loss of sorted) {
    const square = (loss - mean) ** 2;
    second += square / count;
    fourth += square * square / count;
  }
  const deviation = Math.sqrt(second);
  return {
    expected_loss: mean,
    expected_loss_standard_error: deviation / Math.sqrt(count),
    standard_deviation: deviation,
    standard_deviation_standard_error: deviation === 0 ? 0
      : Math.sqrt(Math.max(0, fourth - second * second) / count) / (2 * deviation),
    quantiles: LOSS_QUANTILES.map((q) => tailOf(sorted, q)),
    histogram: histogramOf(sorted),
  };
}

/** Rank of the q quantile, from 1; `q * count` may lie a rounding above a whole number. */
const rankOf = (q: number, count: number): number =>
  Math.min(count, Math.max(1, Math.ceil(q * count - 1e-6)));

function tailOf(sorted: Float64Array, q: number): TailFigures {
  const count = sorted.length;
  const at = (rank: number): number => sorted[Math.min(count, Math.max(1, rank)) - 1] as number;
  const rank = rankOf(q, count);
  const threshold = at(rank);
  const tail = (1 - q) * count;
  const beyond = sorted.subarray(rank);
  const shortfall = (beyond.reduce((sum, loss) => sum + loss, 0)
    + Math.max(0, tail - beyond.length) * threshold) / tail;
  const spread = Math.sqrt(q * (1 - q) * count);
  const variance = (beyond.reduce((sum, loss) => sum + (loss - shortfall) ** 2, 0)
    + Math.max(0, tail - beyond.length) * (threshold - shortfall) ** 2) / tail;
  return { q, var: threshold, es: shortfall,
    standard_error: (at(Math.ceil(rank + spread)) - at(Math.floor(rank - spread))) / 2,
    es_standard_error: Math.sqrt((variance + q * (shortfall - threshold) ** 2) / tail) };
}

function histogramOf(sorted: Float64Array): LossStatistics["histogram"] {
  const [low, high] = [sorted[0] as number, sorted.at(-1) as number];
  if (low === high) return [{ from: low, to: high, share: 1 }];
  const width = (high - low) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const loss of sorted) {
    const bin = Math.min(BINS - 1, Math.floor((loss - low) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts.map((count, bin) => ({ from: low + bin * width,
    to: bin === BINS - 1 ? high : low + (bin + 1) * width, share: count / sorted.length }));
}

/**
 * The paths of the tail at q: those beyond VaR weigh 1, those at VaR share what is left of the
 * tail, so that the weighted mean is the ES whatever the ties. Paths without a loss are none.
 */
export function tailPaths(
  losses: Float64Array, q: number,
): { beyond: Uint32Array; ties: Uint32Array; tieWeight: number; tail: number } {
  const count = losses.length;
  const threshold = losses.toSorted()[rankOf(q, count) - 1] as number;
  const where = (test: (loss: number) => boolean): Uint32Array => Uint32Array.from(
    Array.from(losses, (loss, path) => test(loss) ? path : -1).filter((path) => path >= 0));
  const beyond = where((loss) => loss > threshold);
  const ties = threshold > 0 ? where((loss) => loss === threshold) : new Uint32Array(0);
  const tail = (1 - q) * count;
  return { beyond, ties, tail,
    tieWeight: ties.length === 0 ? 0 : Math.max(0, tail - beyond.length) / ties.length };
}

/** One name's part of the ES, in currency units; `index` is its place in the input. */
export type Contribution = { index: number; es: number };

/** What each name adds to the ES, from how often it defaults in the tail; names in any order. */
export function contributions(
  portfolio: CreditPortfolio, beyond: Uint32Array, ties: Uint32Array,
  weights: { tieWeight: number; tail: number },
): Contribution[] {
  return Array.from(portfolio.index, (index, at) => ({ index,
    es: ((portfolio.loss[at] as number) * ((beyond[at] as number)
      + weights.tieWeight * (ties[at] ?? 0))) / weights.tail }));
}

/** The largest parts one by one, what the others come to together, and what all do. */
export type LargestParts = {
  largest: Contribution[]; others: { obligors: number; es: number }; total: number;
};

/** Parts by size, equal ones by index; sums begin with the smallest. @param top listed at most */
export function largestParts(
  index: ArrayLike<number>, es: ArrayLike<number>, top: number,
): LargestParts {
  const order = Uint32Array.from({ length: es.length }, (_, at) => at).sort((a, b) =>
    (es[b] as number) - (es[a] as number) || (index[a] as number) - (index[b] as number));
  let total = 0;
  let others = 0;
  for (let rank = order.length - 1; rank >= 0; rank -= 1) {
    total += es[order[rank] as number] as number;
    if (rank >= top) others = total;
  }
  return { total, others: { obligors: Math.max(0, order.length - top), es: others },
    largest: Array.from(order.subarray(0, top), (at) =>
      ({ index: index[at] as number, es: es[at] as number })) };
}
