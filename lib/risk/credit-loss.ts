import { isBelowNormalCdf, normalCdf, normalQuantile } from "../kernel/normal";
import { SeriesRandom } from "../kernel/random";
import { err, ok, type Result } from "../kernel/result";

/** Levels of VaR and expected shortfall (MODEL.md section 7). */
export const LOSS_QUANTILES = [0.95, 0.99, 0.999] as const;

/** One name: `ead` in currency units >= 0, the others fractions in [0, 1]. */
export type CreditObligor = { ead: number; pd: number; lgd: number; rho: number };

/** A name with a member that is no such number. */
export type ObligorError = { index: number; member: keyof CreditObligor; value: number };

/**
 * Names that can default, in columns, sorted so that names alike stand in one bucket. Given the
 * factor Z, a name defaults with probability `Phi(level - slope Z)`; an infinite slope (rho = 1)
 * means with certainty when Z < level.
 */
export type CreditPortfolio = {
  /** Names of the input; those that cannot lose are not in the columns. */
  names: number;
  loss: Float64Array; level: Float64Array; slope: Float64Array;
  /** Where a name stood in the input. */
  index: Uint32Array;
  /** Where each bucket begins, and the count of names at the end. */
  starts: Uint32Array;
  /** Ends of each bucket. */
  lowestLevel: Float64Array; highestLevel: Float64Array;
  lowestSlope: Float64Array; highestSlope: Float64Array;
};

/** A bucket's bound must fit its names: a wide one would draw many candidates in vain. */
const BUCKET = 256;
const SHARE_MEMBERS = ["pd", "lgd", "rho"] as const;

/** Checks names and puts them into buckets; n log n. Any order of names is as good. */
export function creditPortfolio(
  obligors: readonly CreditObligor[],
): Result<CreditPortfolio, ObligorError> {
  const fault = faultOf(obligors);
  if (fault !== null) return err(fault);
  const levels = Float64Array.from(obligors, ({ pd, rho }) =>
    normalQuantile(pd) / (rho < 1 ? Math.sqrt(1 - rho) : 1));
  const slopes = Float64Array.from(obligors, ({ rho }) => Math.sqrt(rho / (1 - rho)));
  const index = bucketOrder(obligors, levels, slopes);
  const level = Float64Array.from(index, (at) => levels[at] as number);
  const slope = Float64Array.from(index, (at) => slopes[at] as number);
  const starts = bucketStarts(level, slope);
  const ends = (column: Float64Array, pick: (...values: number[]) => number): Float64Array =>
    Float64Array.from(starts.subarray(1), (end, bucket) =>
      column.subarray(starts[bucket], end).reduce((best, value) => pick(best, value)));
  return ok({
    names: obligors.length, level, slope, index, starts,
    loss: Float64Array.from(index, (at) => obligors[at]!.ead * obligors[at]!.lgd),
    lowestLevel: ends(level, Math.min), highestLevel: ends(level, Math.max),
    lowestSlope: ends(slope, Math.min), highestSlope: ends(slope, Math.max),
  });
}

/** Names that can lose, those alike side by side: in bands of slope, and there by level. */
function bucketOrder(
  obligors: readonly CreditObligor[], levels: Float64Array, slopes: Float64Array,
): Uint32Array {
  const level = (at: number): number => levels[at] as number;
  const slope = (at: number): number => slopes[at] as number;
  const byLevel = (a: number, b: number): number =>
    compare(level(a), level(b)) || compare(slope(a), slope(b)) || a - b;
  const order = Uint32Array.from(obligors.flatMap((one, at) =>
    one.ead * one.lgd > 0 && one.pd > 0 ? [at] : []))
    .sort((a, b) => compare(slope(a), slope(b)) || byLevel(a, b));
  const certain = order.findIndex((at) => slope(at) === Infinity);
  const uncertain = certain < 0 ? order.length : certain;
  const bands = Math.ceil(Math.sqrt(uncertain / BUCKET));
  for (let band = 0; band < bands; band += 1) {
    order.subarray(Math.floor((uncertain * band) / bands),
      Math.floor((uncertain * (band + 1)) / bands)).sort(byLevel);
  }
  return order;
}

const compare = (a: number, b: number): number => a < b ? -1 : a > b ? 1 : 0;

function faultOf(obligors: readonly CreditObligor[]): ObligorError | null {
  for (const [index, obligor] of obligors.entries()) {
    const { ead } = obligor;
    if (!(ead >= 0 && Number.isFinite(ead))) return { index, member: "ead", value: ead };
    const member = SHARE_MEMBERS.find((name) => !(obligor[name] >= 0 && obligor[name] <= 1));
    if (member) return { index, member, value: obligor[member] };
  }
  return null;
}

/** A run of equal names is one bucket, however long; others are cut after BUCKET names. */
function bucketStarts(level: Float64Array, slope: Float64Array): Uint32Array {
  const starts = [0];
  for (let at = 1; at < level.length; at += 1) {
    const start = starts.at(-1) as number;
    const isNew = level[at] !== level[at - 1] || slope[at] !== slope[at - 1];
    const opensRun = level[at] === level[at + BUCKET] && slope[at] === slope[at + BUCKET];
    const leavesRun = at - start > 1 && level[start] === level[at - 1]
      && slope[start] === slope[at - 1] && at - start >= BUCKET;
    const certain = slope[at] === Infinity && slope[at - 1] !== Infinity;
    if (isNew && (opensRun || leavesRun || certain || at - start >= BUCKET)) starts.push(at);
  }
  if (level.length > 0) starts.push(level.length);
  return Uint32Array.from(starts);
}

/**
 * Losses of the paths from `from` up to before `to`, in currency units, MODEL.md section 7. A
 * path's loss depends on portfolio, seed and path alone: split the paths as you like.
 */
export function simulateLosses(
  portfolio: CreditPortfolio, seed: number, from: number, to: number,
): Float64Array {
  const random = new SeriesRandom();
  return Float64Array.from({ length: to - from }, (_, at) =>
    lossOfPath(portfolio, random, seed, from + at, null));
}

/** How often each column's name defaults on these paths: whole numbers, so splits add up. */
export function countDefaults(
  portfolio: CreditPortfolio, seed: number, paths: Uint32Array,
): Uint32Array {
  const random = new SeriesRandom();
  const counts = new Uint32Array(portfolio.loss.length);
  for (const path of paths) lossOfPath(portfolio, random, seed, path, counts);
  return counts;
}

function lossOfPath(
  portfolio: CreditPortfolio, random: SeriesRandom, seed: number, path: number,
  counts: Uint32Array | null,
): number {
  const { starts } = portfolio;
  random.start(seed, path);
  const factor = normalQuantile(random.nextFine());
  let loss = 0;
  for (let bucket = 0; bucket + 1 < starts.length; bucket += 1) {
    loss += lossOfBucket(portfolio, random, factor, bucket, counts);
  }
  return loss;
}

/** Above this probability a draw for each name costs less than jumping from one to the next. */
const DENSE = 0.12;

/**
 * The exact law, drawn fast: names alike have nearly the same chance, between `least` and `bound`,
 * so that mostly no name's own chance is asked for.
 */
function lossOfBucket(
  portfolio: CreditPortfolio, random: SeriesRandom, factor: number, bucket: number,
  counts: Uint32Array | null,
): number {
  const chances = chancesOf(portfolio, factor, bucket);
  const visit = chances.bound >= DENSE ? lossOfDraws : lossOfJumps;
  return visit(portfolio, random, factor, bucket, chances, counts);
}

type Chances = { least: number; bound: number };

/**
 * Jumps of geometric length visit candidates with probability `bound` each; a candidate defaults
 * with its own chance over the bound, which only matters above `least`.
 */
function lossOfJumps(
  { loss, level, slope, starts }: CreditPortfolio, random: SeriesRandom, factor: number,
  bucket: number, { least, bound }: Chances, counts: Uint32Array | null,
): number {
  const end = starts[bucket + 1] as number;
  const step = 1 / Math.log1p(-bound);
  let sum = 0;
  for (let at = (starts[bucket] as number) - 1; ;) {
    at += 1 + Math.floor(Math.log(random.nextFine()) * step);
    if (!(at < end)) return sum;
    const drawn = least === bound ? 0 : random.next() * bound;
    if (drawn >= least && !(drawn < bound && isDefault(
      drawn, level[at] as number, slope[at] as number, factor))) continue;
    sum += loss[at] as number;
    if (counts !== null) counts[at] = (counts[at] as number) + 1;
  }
}

const DRAWS = 1024;
const draws = new Uint32Array(DRAWS);
const HALF_WORDS = 2 ** 31;

/**
 * A draw for each name. Upper 31 bits of it tell nearly always whether it defaults, and by
 * arithmetic: a branch that takes either way at random would cost more than all the rest.
 */
function lossOfDraws(
  { loss, level, slope, starts }: CreditPortfolio, random: SeriesRandom, factor: number,
  bucket: number, { least, bound }: Chances, counts: Uint32Array | null,
): number {
  const end = starts[bucket + 1] as number;
  // Below `surely` a draw is below `least`, from `unsure` further on it is not below `bound`.
  const surely = Math.max(0, Math.floor(least * HALF_WORDS) - 1) | 0;
  const unsure = (Math.min(HALF_WORDS, Math.ceil(bound * HALF_WORDS) + 1) - surely) >>> 0;
  let sum = 0;
  for (let from = starts[bucket] as number; from < end; from += DRAWS) {
    const count = Math.min(DRAWS, end - from);
    random.words(draws, count);
    for (let at = 0; at < count; at += 1) {
      const word = draws[at] as number;
      const beyond = ((word >>> 1) - surely) | 0;
      let isLost = beyond >>> 31;
      if ((beyond >>> 0) < unsure) {
        const drawn = (word + 0.5) / 4294967296;
        isLost = drawn < least || (drawn < bound && isDefault(
          drawn, level[from + at] as number, slope[from + at] as number, factor)) ? 1 : 0;
      }
      sum += (loss[from + at] as number) * isLost;
      if (counts !== null) counts[from + at] = (counts[from + at] as number) + isLost;
    }
  }
  return sum;
}

/** The chance of default given the factor. */
const chance = (level: number, slope: number, factor: number): number =>
  slope === Infinity ? Number(factor < level) : normalCdf(level - slope * factor);

/** `drawn < chance(level, slope, factor)`. */
const isDefault = (drawn: number, level: number, slope: number, factor: number): boolean =>
  slope === Infinity ? factor < level : isBelowNormalCdf(drawn, level - slope * factor);

/** No name of the bucket has a smaller chance than `least`, nor a larger one than `bound`. */
function chancesOf(
  portfolio: CreditPortfolio, factor: number, bucket: number,
): Chances {
  const [low, high] = factor > 0 ? [portfolio.highestSlope, portfolio.lowestSlope]
    : [portfolio.lowestSlope, portfolio.highestSlope];
  const bound = chance(
    portfolio.highestLevel[bucket] as number, high[bucket] as number, factor);
  const isEqual = portfolio.lowestLevel[bucket] === portfolio.highestLevel[bucket]
    && portfolio.lowestSlope[bucket] === portfolio.highestSlope[bucket];
  return { bound, least: isEqual ? bound
    : chance(portfolio.lowestLevel[bucket] as number, low[bucket] as number, factor) };
}
