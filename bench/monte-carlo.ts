/**
 * Paths a second of the credit-loss simulation by threads, and whether every number of threads
 * gives the same figures. On a machine that others use too, compare processor time and the ratios
 * within one run. `BENCH_PATHS` and `BENCH_NAMES` change the size.
 */
import os from "node:os";
import { simulateDistribution, type Distribution } from "../lib/service/analyses/credit-simulation";
import { ThreadPool } from "../lib/service/calculation/thread-pool";
import type { runOnThreads } from "../lib/service/calculation/threads";
import { irbCorrelation, type CreditObligor } from "../lib/risk";

const PATHS = Number(process.env.BENCH_PATHS ?? 100_000);
const NAMES = Number(process.env.BENCH_NAMES ?? 10_000);
const WARM_UP = 2000;

const many = (make: (at: number) => Omit<CreditObligor, "lgd">): CreditObligor[] =>
  Array.from({ length: NAMES }, (_, at) => ({ lgd: 0.45, ...make(at) }));
/** Spreads names over 0 to 1 without a pattern in their order. */
const spread = (at: number): number => (at * 7919 % NAMES) / NAMES;

const PORTFOLIOS: Record<string, CreditObligor[]> = {
  "equal names, PD 2 %": many(() => ({ ead: 1, pd: 0.02, rho: 0.2 })),
  "IRB, PD 0.05-5 %": many((at) => {
    const pd = 0.0005 + 0.0495 * spread(at);
    return { ead: 1 + at % 100, pd, rho: irbCorrelation("corporate", pd) };
  }),
  "distressed, PD 1-60 %": many((at) => {
    const pd = 0.01 + 0.59 * spread(at);
    return { ead: 1 + at % 100, pd, rho: irbCorrelation("corporate", pd) };
  }),
};

async function measured(
  names: CreditObligor[], threads: number,
): Promise<{ found: Distribution; ms: number; cpuMs: number }> {
  const pool = new ThreadPool(process.cwd(), "lib/service/calculation/thread.ts", threads);
  const run = ((task, parts, options) => pool.run(task, parts, options)) as typeof runOnThreads;
  const request = { seed: 1, q: 0.99 };
  await simulateDistribution(names, { ...request, paths: WARM_UP }, {}, run);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const found = await simulateDistribution(names, { ...request, paths: PATHS }, {}, run);
  const used = process.cpuUsage(cpu);
  const ms = performance.now() - began;
  await pool.close();
  return { found, ms, cpuMs: (used.user + used.system) / 1000 };
}

console.log(`${PATHS.toLocaleString("en")} paths x ${NAMES.toLocaleString("en")} names, `
  + `${os.availableParallelism()} processors`);
for (const [title, names] of Object.entries(PORTFOLIOS)) {
  let first: string | null = null;
  for (const threads of [1, 2, 4]) {
    const { found, ms, cpuMs } = await measured(names, threads);
    const figures = JSON.stringify(found);
    first ??= figures;
    console.log(`${title.padEnd(24)} ${threads} threads ${(ms / 1000).toFixed(2).padStart(7)} s `
      + `${Math.round(PATHS / ms * 1000).toLocaleString("en").padStart(9)} paths/s `
      + `${(cpuMs / 1000).toFixed(2).padStart(7)} s CPU  `
      + `${figures === first ? "same figures" : "OTHER FIGURES"}`);
  }
}
