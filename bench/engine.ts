// The instrument-level engine against memory bandwidth: `npm run bench:engine`. Sizes by
// BENCH_ROWS and BENCH_SCENARIOS (comma-separated), passes by BENCH_PASSES. Times are of one
// thread; the columns are cut before, as a version's are once for all its stresses.
import process from "node:process";
import { cutColumns, marketsOf, sumMarkets, type PortfolioColumns } from "../lib/portfolio";
import { LabelTable } from "../lib/portfolio/labels";
import { ExactColumn } from "../lib/portfolio/exact-column";
import { sumRun } from "../lib/portfolio/market-sums";
import { NO_SHOCKS, type Scenario } from "../lib/risk";

const numbers = (name: string, fallback: string): number[] =>
  (process.env[name] ?? fallback).split(",").map(Number);
const ROWS = numbers("BENCH_ROWS", "100000,1000000,10000000");
const SCENARIOS = numbers("BENCH_SCENARIOS", "3,100,1000");
const PASSES = Number(process.env.BENCH_PASSES ?? 5);
/** Markets over which the twin is timed where there are more: it is as fast for each of them. */
const TWIN_MARKETS = 11;

/** Loans of up to 10 million, collateral around them, in eight groups; always the same. */
function portfolio(debtCount: number): PortfolioColumns {
  let seed = 12_345;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const sectors = new LabelTable(new TextEncoder().encode("S0S1S2S3S4S5S6S7"),
    Uint32Array.from({ length: 8 }, (_, at) => 2 * (at + 1)));
  const numeric = (of: () => number): Float64Array =>
    new Float64Array(debtCount).map(() => Math.round(of()));
  return {
    debtCount, assetCount: 0,
    rowNumber: new Uint32Array(debtCount).map((_, at) => at),
    isFirst: new Uint8Array(debtCount).fill(1),
    outstanding: numeric(() => next() * 1e11), interestRate: numeric(() => next() * 1e7),
    collateral: numeric(() => next() * 1.5e11), assets: new Float64Array(debtCount),
    distressedValue: new Float64Array(), recoveryRate: new Float64Array(),
    linkedDebt: new Int32Array(), statedFrom: new Uint32Array(), statedTo: new Uint32Array(),
    dimensions: { sector: { codes: new Uint8Array(debtCount).map(() => 1 + Math.floor(next() * 8)),
      labels: sectors } },
  };
}

const scenarios = (count: number): Scenario[] => Array.from({ length: count }, (_, at) =>
  ({ scenario_id: `s${at}`, description: "", ...NO_SHOCKS,
    collateral_market_impact_pct: -0.9 * (at + 1) / count }));

/** Processor milliseconds of the fastest of some passes: other work on the machine counts less. */
function fastest(passes: number, work: () => void): number {
  let best = Infinity;
  for (let pass = 0; pass < passes; pass += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** What reading both columns once takes, by the plainest loop that the compiler has. */
function readOnce(owed: Float64Array, cover: Float64Array): number {
  const copy = new Float64Array(1 << 16);
  return fastest(PASSES, () => {
    for (let at = 0; at < owed.length; at += copy.length) {
      copy.set(owed.subarray(at, at + copy.length));
      copy.set(cover.subarray(at, at + copy.length));
    }
  });
}

const shown = (amount: number): string => amount >= 100 ? amount.toFixed(0) : amount.toPrecision(3);

function measure(rows: number): void {
  const columns = portfolio(rows);
  let cut = cutColumns(columns, [], []);
  const cutMs = fastest(1, () => { cut = cutColumns(columns, ["sector"], []); });
  const { owed, cover } = cut.debts;
  const read = readOnce(owed, cover);
  for (const count of SCENARIOS) {
    const markets = marketsOf(cut, { scenarios: scenarios(count), netting: "instrument" });
    const passes = rows * count > 1e9 ? 1 : PASSES;
    const kernelMs = fastest(passes, () => sumMarkets(cut, markets, 0, rows));
    const own = (markets[0] as Float64Array).subarray(0, Math.min(count + 1, TWIN_MARKETS));
    const sums = { stressed: new ExactColumn(1), shortfall: new ExactColumn(1) };
    const twinMs = fastest(rows * own.length > 3e7 ? 1 : PASSES, () =>
      own.forEach((market) => sumRun(owed, cover, 0, rows, market, sums, 0)))
      * (count + 1) / own.length;
    console.log([rows, count, shown(kernelMs), shown(kernelMs / read), shown(twinMs),
      (kernelMs * 1e6 / rows / (count + 1)).toFixed(2),
      shown(process.memoryUsage().rss / 2 ** 20), shown(cutMs)].join("\t"));
  }
  console.log(`# ${rows} rows: both columns read once in ${shown(read)} ms, `
    + `${(rows * 16 / read / 1e6).toFixed(1)} GB/s`);
}

console.log("rows\tscenarios\tkernel ms\tx one read\ttwin ms\tns/row/market\tRSS MB\tcut ms");
for (const rows of ROWS) measure(rows);
