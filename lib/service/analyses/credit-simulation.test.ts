import { afterEach, expect, it } from "vitest";
import { simulateDistribution } from "./credit-simulation";
import { ThreadPool } from "../calculation/thread-pool";
import type { runOnThreads } from "../calculation/threads";

const pools: ThreadPool[] = [];
afterEach(async () => { await Promise.all(pools.splice(0).map((pool) => pool.close())); });

const onThreads = (size: number): typeof runOnThreads => {
  const pool = new ThreadPool(process.cwd(), "lib/service/calculation/thread.ts", size);
  pools.push(pool);
  return ((task, parts, options) => pool.run(task, parts, options)) as typeof runOnThreads;
};
const names = Array.from({ length: 2000 }, (_, at) =>
  ({ ead: 1 + at % 7, pd: 0.001 + at / 20_000, lgd: 0.45, rho: 0.1 + at % 5 / 20 }));
const request = { paths: 10_000, seed: 9, q: 0.99 };

it("gives the same figures, bit for bit, on 1, 2 and 4 threads", async () => {
  const progress: number[] = [];
  const one = await simulateDistribution(names, request,
    { onProgress: (done) => progress.push(done) }, onThreads(1));
  for (const size of [2, 4]) {
    expect(await simulateDistribution(names, request, {}, onThreads(size))).toStrictEqual(one);
  }
  expect(progress.at(-1)).toBe(1);
  expect(one.parts.reduce((sum, part) => sum + part.es, 0))
    .toBeCloseTo(one.quantiles[1]?.es ?? 0, 6);
}, 60_000);

it("ends when whoever asked has gone", async () => {
  const gone = new AbortController();
  const reason = new Error("gone");
  const running = simulateDistribution(names, { ...request, paths: 1_000_000 },
    { signal: gone.signal, onProgress: () => gone.abort(reason) }, onThreads(2));
  await expect(running).rejects.toBe(reason);
}, 60_000);
