import { atMarket, ExactSum } from "../risk";
import type { Cut } from "./cut";
import { ExactColumn } from "./exact-column";
import { kernel, MARKETS, WINDOW, type Kernel } from "./kernel";
import { eachRun, type Run } from "./row-ids";

/**
 * What markets do to debts, by group: the markets of a group stand side by side (place
 * `group * markets + market`).
 */
export type MarketSums = {
  groupCount: number;
  markets: number;
  /** Collateral after the shock, each debt's rounded to 1/10,000 (ties to even). */
  stressed: ExactColumn;
  /** What each debt then owes beyond its own collateral. */
  shortfall: ExactColumn;
};

const noMarketSums = (groupCount: number, markets: number): MarketSums => ({ groupCount, markets,
  stressed: new ExactColumn(groupCount * markets),
  shortfall: new ExactColumn(groupCount * markets) });

/**
 * The sums of debts `from` to before `to`, under markets that `marketsOf` gives for each profile.
 * Exact: however the debts are split, the parts merge to the same sums. Debts under stated
 * collateral are not among them (`addStated`).
 */
export function sumMarkets(
  cut: Cut, markets: readonly Float64Array[], from: number, to: number,
): MarketSums {
  const { cells, debts } = cut;
  const width = markets[0]?.length ?? 0;
  const sums = noMarketSums(cut.groupKeys.length, width);
  const windows = markets.map((own) => windowOf(debts.largest, own));
  const simd = windows.some((window) => window >= KERNEL_DEBTS) ? kernel() : null;
  eachRun(cells.ids, from, to, (run) => {
    const profile = cells.profile[run.id] as number;
    const own = markets[profile] as Float64Array;
    const at = (cells.group[run.id] as number) * width;
    const window = windows[profile] as number;
    if (simd && window >= KERNEL_DEBTS && run.end - run.begin >= KERNEL_DEBTS) {
      sumWindows(simd, debts, run, window, own, sums, at);
      return;
    }
    for (let index = 0; index < width; index += 1) {
      sumRun(debts, run, own[index] as number, sums, at + index);
    }
  });
  return sums;
}

/** Fewer debts are not worth a call of the kernel. */
const KERNEL_DEBTS = 64;

/** Debts whose sums the kernel cannot take past 2^53; 0 where a product could pass 2^51. */
function windowOf(largest: number, markets: Float64Array): number {
  const most = markets.reduce((highest, market) => Math.max(highest, market), 1);
  if (largest * most >= 2 ** 50) return 0;
  const fitting = Math.floor(2 ** 52 / Math.max(1, largest * (1 + most)));
  return Math.min(WINDOW, fitting - fitting % 4);
}

type Sums = { stressed: ExactColumn; shortfall: ExactColumn };

type Debts = { owed: Float64Array; cover: Float64Array };

/** The same as `sumRun` for all markets of a run, in the kernel. */
function sumWindows(
  made: Kernel, debts: Debts, run: Run, window: number, markets: Float64Array, sums: Sums,
  at: number,
): void {
  const { market, out } = made;
  for (let first = 0; first < markets.length; first += MARKETS) {
    const own = markets.subarray(first, first + MARKETS);
    market.set(own);
    for (let place = run.begin; place < run.end; place += window) {
      const last = Math.min(run.end, place + window);
      fill(made.owed, debts.owed, run.rows, place, last);
      fill(made.cover, debts.cover, run.rows, place, last);
      made.run(last - place, own.length);
      for (let index = 0; index < own.length; index += 1) {
        sums.stressed.add(at + first + index, out[index * 2] as number);
        sums.shortfall.add(at + first + index, out[index * 2 + 1] as number);
      }
    }
  }
}

/** Puts amounts at places `from` to before `to` into a window, and 0 up to the next four. */
function fill(
  window: Float64Array, amounts: Float64Array, rows: Uint32Array | null, from: number, to: number,
): void {
  if (rows === null) window.set(amounts.subarray(from, to));
  else {
    for (let at = from; at < to; at += 1) {
      window[at - from] = amounts[rows[at] as number] as number;
    }
  }
  window.fill(0, to - from, to - from + 3);
}

/** The debts of a run at one market, in TypeScript: amounts of any size. */
export function sumRun(
  { owed, cover }: Debts, { rows, begin, end }: Run, market: number, sums: Sums, at: number,
): void {
  let stressed = 0;
  let shortfall = 0;
  for (let place = begin; place < end; place += 1) {
    const row = rows ? rows[place] as number : place;
    const owes = owed[row] as number;
    const left = atMarket(cover[row] as number, market);
    const lacks = owes > left ? owes - left : 0;
    const stressedNow = stressed + left;
    const shortfallNow = shortfall + lacks;
    if (shortfallNow < EXACT_LIMIT && stressedNow < EXACT_LIMIT && stressedNow > -EXACT_LIMIT) {
      stressed = stressedNow;
      shortfall = shortfallNow;
      continue;
    }
    // Both are exact below 2^53 only: what was added so far goes into the sums, this debt too.
    sums.stressed.add(at, stressed);
    sums.stressed.add(at, left);
    sums.shortfall.add(at, shortfall);
    if (lacks > 0) addDifference(sums.shortfall, at, owes, left);
    stressed = 0;
    shortfall = 0;
  }
  sums.stressed.add(at, stressed);
  sums.shortfall.add(at, shortfall);
}

const EXACT_LIMIT = 2 ** 51;

/** Beyond 2^53 a difference would round, so both are added. */
function addDifference(sums: ExactColumn, at: number, owes: number, left: number): void {
  const lacks = owes - left;
  if (lacks < EXACT_LIMIT) sums.add(at, lacks);
  else sums.addBig(at, BigInt(owes) - BigInt(left));
}

/** Adds debts that one stated collateral covers together, at the scenario's own markets. */
export function addStated(cut: Cut, sums: MarketSums, own: Float64Array): void {
  for (const { group, owed, cover } of cut.debts.stated) {
    own.forEach((market, index) => {
      const at = group * sums.markets + index;
      const left = BigInt(atMarket(cover, market));
      sums.stressed.addBig(at, left);
      if (owed > left) sums.shortfall.addBig(at, owed - left);
    });
  }
}

/** Puts sums of parts together, whatever parts they are. */
export function mergeMarkets(
  cut: Cut, markets: number, parts: readonly MarketSums[],
): MarketSums {
  const whole = noMarketSums(cut.groupKeys.length, markets);
  for (const part of parts) {
    whole.stressed.addColumn(part.stressed);
    whole.shortfall.addColumn(part.shortfall);
  }
  return whole;
}

/** The sums over all groups under one market. */
export function totalOf(sums: MarketSums, of: "stressed" | "shortfall", market: number): bigint {
  const column = sums[of];
  let whole = 0n;
  const total = new ExactSum();
  for (let group = 0; group < sums.groupCount; group += 1) {
    const index = group * sums.markets + market;
    if (!column.addTo(index, total)) whole += column.value(index);
  }
  return whole + total.value();
}
