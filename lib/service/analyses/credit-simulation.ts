import { assert } from "@/lib/kernel/assert";
import {
  contributions, creditPortfolio, lossStatistics, tailPaths, type Contribution,
  type CreditObligor, type CreditPortfolio, type LossStatistics,
} from "@/lib/risk";
import type { ThreadOptions } from "../calculation/thread-pool";
import { runOnThreads } from "../calculation/threads";

/** Simulated figures with each name's part of the ES at one level. */
export type Distribution = LossStatistics & { paths: number; parts: Contribution[] };

/** About so many names x paths make one part of the work: a fraction of a second. */
const DRAWS_OF_PART = 5_000_000;

type Simulation = {
  portfolio: CreditPortfolio; seed: number; size: number; options: ThreadOptions;
  run: typeof runOnThreads;
};

/**
 * The loss distribution of checked names (MODEL.md section 7), on threads. A path's loss depends
 * on names, seed and path alone, and what threads count are whole numbers: the figures are the
 * same bits for any number of threads.
 * @param options signal: ends the threads' parts; rejects with its reason
 * @param run who shares parts out: this process's threads unless given
 */
export async function simulateDistribution(
  names: readonly CreditObligor[], { paths, seed, q }: { paths: number; seed: number; q: number },
  options: ThreadOptions = {}, run: typeof runOnThreads = runOnThreads,
): Promise<Distribution> {
  const made = creditPortfolio(names);
  assert(made.ok, "names were checked when they were read");
  const size = Math.max(200, Math.ceil(DRAWS_OF_PART / Math.max(1, names.length)));
  const simulation = { portfolio: shared(made.value), seed, size, options, run };
  const starts = startsOf(paths, size);
  const found = await run("creditLosses", starts.map((from) => ({
    portfolio: simulation.portfolio, seed, from, to: Math.min(paths, from + size) })), options);
  const losses = new Float64Array(paths);
  found.forEach((part, at) => losses.set(part, starts[at]));
  const tail = tailPaths(losses, q);
  const beyond = await defaultsOn(simulation, tail.beyond);
  const ties = await defaultsOn(simulation, tail.ties);
  return { ...lossStatistics(losses), paths,
    parts: contributions(simulation.portfolio, beyond, ties, tail) };
}

const startsOf = (count: number, size: number): number[] =>
  Array.from({ length: Math.ceil(count / size) }, (_, part) => part * size);

/** How often each name defaults on these paths: counts, which add up in any order. */
async function defaultsOn(
  { portfolio, seed, size, options, run }: Simulation, paths: Uint32Array,
): Promise<Uint32Array> {
  const parts = await run("creditDefaults", startsOf(paths.length, size).map((from) =>
    ({ portfolio, seed, paths: paths.slice(from, from + size) })), { signal: options.signal });
  const counts = new Uint32Array(portfolio.loss.length);
  for (const part of parts) {
    part.forEach((count, at) => { counts[at] = (counts[at] as number) + count; });
  }
  return counts;
}

/** The same columns in memory that threads share without a copy. */
function shared(portfolio: CreditPortfolio): CreditPortfolio {
  const inShared = (column: Float64Array): Float64Array => {
    const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    return copy;
  };
  return { ...portfolio, loss: inShared(portfolio.loss), level: inShared(portfolio.level),
    slope: inShared(portfolio.slope) };
}
