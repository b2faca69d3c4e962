/**
 * The instrument-level engine beside memory bandwidth and other engines: `npm run bench:engine`.
 * Sizes by BENCH_ROWS and BENCH_SCENARIOS, engines beside it by BENCH_BESIDE (comma-separated,
 * "none" for none), passes by BENCH_PASSES. Figures are processor milliseconds of the fastest pass,
 * as other work on the machine changes these little; of the pool, waiting time is shown as well.
 * `~` marks what was measured on fewer markets, at one of which every engine is as fast as at any.
 * Each size is measured in a process of its own, memory before any other engine starts.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  columnPieces, cutColumns, decodeColumns, marketsOf, sumMarkets, type Cut, type PortfolioColumns,
  type StressRequest,
} from "../lib/portfolio";
import { ExactColumn } from "../lib/portfolio/exact-column";
import { LabelTable } from "../lib/portfolio/labels";
import { sumRun } from "../lib/portfolio/market-sums";
import { NO_SHOCKS, type Scenario } from "../lib/risk";
import { partsOf, stressInParts } from "../lib/service/stress/portfolio-stress";
import { ThreadPool } from "../lib/service/calculation/thread-pool";
import type { runOnThreads } from "../lib/service/calculation/threads";
import { BESIDE, type Beside, type Line } from "./engine-beside";

const numbers = (name: string, fallback: string): number[] =>
  (process.env[name] ?? fallback).split(",").map(Number);
const ROWS = numbers("BENCH_ROWS", "100000,1000000,10000000");
const SCENARIOS = numbers("BENCH_SCENARIOS", "3,100,1000");
const PASSES = Number(process.env.BENCH_PASSES ?? 5);
const OTHERS = (process.env.BENCH_BESIDE ?? Object.keys(BESIDE).join())
  .split(",").filter((title) => title in BESIDE);
const THREADS = 2;
const TWIN_MARKETS = 11;
/** Debts times markets of one pass; more are measured in one pass only. */
const LONG = 5e8;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const residentMb = (): number => {
  collect();
  return process.memoryUsage().rss / 1e6;
};

/** Loans of up to 10 million, collateral around them, in eight groups; always the same. */
function portfolio(debtCount: number): PortfolioColumns {
  let seed = 12_345;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const filled = <A extends Float64Array | Uint32Array | Uint8Array>(
    column: A, of: (row: number) => number): A => {
    for (let row = 0; row < debtCount; row += 1) column[row] = of(row);
    return column;
  };
  const amounts = (most: number): Float64Array =>
    filled(new Float64Array(debtCount), () => Math.round(next() * most));
  const labels = new LabelTable(new TextEncoder().encode("S0S1S2S3S4S5S6S7"),
    Uint32Array.from({ length: 8 }, (_, at) => 2 * (at + 1)));
  return {
    debtCount, assetCount: 0,
    rowNumber: filled(new Uint32Array(debtCount), (row) => row + 1),
    isFirst: new Uint8Array(debtCount).fill(1),
    outstanding: amounts(1e11), interestRate: amounts(1e7), collateral: amounts(1.5e11),
    assets: amounts(2e11), distressedValue: new Float64Array(), recoveryRate: new Float64Array(),
    linkedDebt: new Int32Array(), statedFrom: new Uint32Array(), statedTo: new Uint32Array(),
    dimensions: { sector: { labels,
      codes: filled(new Uint8Array(debtCount), () => 1 + Math.floor(next() * 8)) } },
  };
}

/** Columns as they are served: views of shared memory. */
function sharedColumns(rows: number): { buffer: SharedArrayBuffer; columns: PortfolioColumns } {
  const pieces = [...columnPieces(portfolio(rows))];
  const buffer = new SharedArrayBuffer(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    new Uint8Array(buffer).set(piece, at);
    at += piece.byteLength;
  }
  const columns = decodeColumns(buffer);
  if (!columns.ok) throw new Error(columns.error.detail);
  return { buffer, columns: columns.value };
}

const scenarios = (count: number): Scenario[] => Array.from({ length: count }, (_, at) =>
  ({ scenario_id: `s${at}`, description: "", ...NO_SHOCKS,
    collateral_market_impact_pct: -0.9 * (at + 1) / count }));

const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function fastest(passes: number, work: () => void): number {
  let best = Infinity;
  for (let pass = 0; pass < passes; pass += 1) {
    const before = ownCpuMs();
    work();
    best = Math.min(best, ownCpuMs() - before);
  }
  return best;
}

/** What reading both columns once takes, by the plainest loop that the compiler has. */
function readOnce({ owed, cover }: Cut["debts"]): number {
  const copy = new Float64Array(1 << 16);
  return fastest(PASSES, () => {
    for (let at = 0; at < owed.length; at += copy.length) {
      copy.set(owed.subarray(at, at + copy.length));
      copy.set(cover.subarray(at, at + copy.length));
    }
  });
}

const shown = (amount: number): string => amount >= 100 ? amount.toFixed(0) : amount.toPrecision(3);
const cell = (ms: number, isScaled: boolean): string => `${isScaled ? "~" : ""}${shown(ms)}`;

/** The kernel and its twin on one thread, the columns cut before. */
function onOneThread(rows: number, count: number, cuts: readonly Cut[]) {
  const [whole, bySector] = cuts as [Cut, Cut];
  const passes = rows * count > LONG ? 1 : PASSES;
  const times = (cut: Cut): number => {
    const markets = marketsOf(cut, { scenarios: scenarios(count), netting: "instrument" });
    return fastest(passes, () => sumMarkets(cut, markets, 0, rows));
  };
  const [market] = marketsOf(whole, { scenarios: scenarios(count), netting: "instrument" });
  const own = (market as Float64Array).subarray(0, Math.min(count + 1, TWIN_MARKETS));
  const sums = { stressed: new ExactColumn(1), shortfall: new ExactColumn(1) };
  const run = { id: 0, rows: null, begin: 0, end: rows };
  const kernelMs = times(whole);
  const sectorMs = times(bySector);
  const twinMs = fastest(rows * own.length > 3e7 ? 1 : PASSES, () =>
    own.forEach((each) => sumRun(whole.debts, run, each, sums, 0))) * (count + 1) / own.length;
  return { kernelMs, sectorMs, twin: cell(twinMs, own.length < count + 1) };
}

/** A whole request in the pool: the first one, which cuts, and the fastest of later ones. */
async function onPool(
  pool: ThreadPool, buffer: SharedArrayBuffer, rows: number, count: number,
): Promise<{ firstMs: number; ms: number; cpuMs: number }> {
  const found = { firstMs: 0, ms: Infinity, cpuMs: Infinity };
  const run = ((task, parts, options) => pool.run(task, parts, options)) as typeof runOnThreads;
  for (let pass = 0; pass <= (rows * count > LONG ? 1 : PASSES); pass += 1) {
    const [began, before] = [performance.now(), ownCpuMs()];
    const request: StressRequest = { scenarios: scenarios(count), netting: "instrument",
      groupBy: ["sector"] };
    const result = await stressInParts({ shared: { buffer, sha256: String(rows) }, request,
      groupLimit: 1000 }, partsOf(rows, count, THREADS), {}, run);
    if (!result.ok) throw new Error(result.error.code);
    const ms = performance.now() - began;
    if (pass === 0) found.firstMs = ms;
    else {
      found.ms = Math.min(found.ms, ms);
      found.cpuMs = Math.min(found.cpuMs, ownCpuMs() - before);
    }
  }
  return found;
}

/**
 * Another engine's milliseconds for so many scenarios; its sums must be the kernel's. `known` has
 * what was measured, by the number of markets.
 */
async function besideMs(
  beside: Beside, cut: Cut, rows: number, count: number, known: Map<number, number>,
): Promise<string> {
  const [all] = marketsOf(cut, { scenarios: scenarios(count), netting: "instrument" });
  const own = (all as Float64Array).subarray(0, Math.min(count + 1, beside.markets));
  let best = known.get(own.length) ?? Infinity;
  if (best < Infinity) return cell(best * (count + 1) / own.length, true);
  for (let pass = 0; pass < (rows * own.length > 1e7 ? 1 : PASSES); pass += 1) {
    const before = beside.cpuMs();
    const lines = await beside.ask([...own]);
    best = Math.min(best, beside.cpuMs() - before);
    if (lines) compare(lines, cut, own, rows);
  }
  known.set(own.length, best);
  return cell(best * (count + 1) / own.length, own.length < count + 1);
}

function compare(lines: readonly Line[], cut: Cut, markets: Float64Array, rows: number): void {
  const sums = sumMarkets(cut, [markets], 0, rows);
  for (const { code, sums: theirs } of lines) {
    const group = cut.groupKeys.findIndex(([key]) => key === `S${code - 1}`);
    for (let at = 0; at < markets.length; at += 1) {
      const place = group * markets.length + at;
      const isSame = theirs[2 * at] === sums.stressed.value(place)
        && theirs[2 * at + 1] === sums.shortfall.value(place);
      if (!isSame) throw new Error(`other sums in sector ${code} under market ${markets[at]}`);
    }
  }
}

async function measure(rows: number): Promise<void> {
  const emptyMb = residentMb();
  const { buffer, columns } = sharedColumns(rows);
  const lines: string[][] = [];
  const whole = cutColumns(columns, [], []);
  let bySector = whole;
  const cutMs = fastest(3, () => { bySector = cutColumns(columns, ["sector"], []); });
  const readMs = readOnce(whole.debts);
  const pool = new ThreadPool(process.cwd(), "lib/service/calculation/thread.ts", THREADS);
  for (const count of SCENARIOS) {
    const one = onOneThread(rows, count, [whole, bySector]);
    const two = await onPool(pool, buffer, rows, count);
    lines.push([rows, count, shown(one.kernelMs), shown(one.kernelMs / readMs), shown(one.sectorMs),
      shown(two.firstMs), shown(two.ms), shown(two.cpuMs), one.twin].map(String));
  }
  const usedMb = residentMb();
  await pool.close();
  const whyNot: string[] = [];
  for (const title of OTHERS) {
    try {
      const beside = await (BESIDE[title] as (typeof BESIDE)[string])(columns);
      const known = new Map<number, number>();
      for (const [at, count] of SCENARIOS.entries()) {
        lines[at]?.push(await besideMs(beside, bySector, rows, count, known));
      }
      await beside.stop();
    } catch (error) {
      whyNot.push(`# ${title} not here: ${String(error)}`);
      lines.forEach((line) => line.push("not here"));
    }
  }
  for (const line of lines) console.log(`| ${line.join(" | ")} |`);
  const columnsMb = buffer.byteLength / 1e6;
  console.log([`# ${rows} rows: both columns read once in ${shown(readMs)} ms `
    + `(${shown(rows * 16 / readMs / 1e6)} GB/s), cut by sector in ${shown(cutMs)} ms, columns `
    + `${shown(columnsMb)} MB, process ${shown(usedMb)} MB of which ${shown(emptyMb)} before: `
    + `${((usedMb - emptyMb) / columnsMb).toFixed(2)} x the columns`, ...whyNot].join("\n"));
}

if (process.env.BENCH_SIZE) {
  await measure(Number(process.env.BENCH_SIZE));
} else {
  const titles = ["rows", "scenarios", "kernel", "x one read", "by sector",
    "pool, first (wall)", "pool (wall)", "pool (CPU)", "twin", ...OTHERS];
  console.log(`| ${titles.join(" | ")} |\n|${"---|".repeat(titles.length)}`);
  for (const rows of ROWS) {
    spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)],
      { stdio: "inherit", env: { ...process.env, BENCH_SIZE: String(rows) } });
  }
}
