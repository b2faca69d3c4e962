import { atMarket, ExactSum } from "../risk";
import type { Cut } from "./cut";
import { ExactColumn } from "./exact-column";
import { kernel, MARKETS, WINDOW, type Kernel } from "./kernel";

/**
 * What markets do to debts, by group: the sums over `groupCount` groups from `firstGroup`, the
 * markets of a group side by side (place `(group - firstGroup) * markets + market`).
 */
export type MarketSums = {
  firstGroup: number;
  groupCount: number;
  markets: number;
  /** Collateral after the shock, each debt's rounded to 1/10,000 (ties to even). */
  stressed: ExactColumn;
  /** What each debt then owes beyond its own collateral. */
  shortfall: ExactColumn;
};

/**
 * The sums of debts at places `from` to before `to` of the cut, under markets that `marketOfRun`
 * gives for each profile. Exact: however the places are split, the parts merge to the same sums.
 * Debts under stated collateral are not among them (`addStated`).
 */
export function sumMarkets(
  cut: Cut, markets: readonly Float64Array[], from: number, to: number,
): MarketSums {
  const { start, group, profile, count, owed, cover } = cut.debts;
  const width = markets[0]?.length ?? 0;
  let run = firstRun(start, count, from);
  const firstGroup = count === 0 || from >= to ? 0 : group[run] as number;
  const lastRun = count === 0 || from >= to ? -1 : firstRun(start, count, to - 1);
  const groupCount = lastRun < 0 ? 0 : (group[lastRun] as number) - firstGroup + 1;
  const stressed = new ExactColumn(groupCount * width);
  const shortfall = new ExactColumn(groupCount * width);
  const sums = { stressed, shortfall };
  for (; run <= lastRun; run += 1) {
    const begin = Math.max(from, start[run] as number);
    const end = Math.min(to, start[run + 1] as number);
    const own = markets[profile[run] as number] as Float64Array;
    const at = ((group[run] as number) - firstGroup) * width;
    const window = end - begin < KERNEL_DEBTS ? 0 : windowOf(cut.debts.largest, own);
    const simd = window < KERNEL_DEBTS ? null : kernel();
    if (simd) sumWindows(simd, cut.debts, begin, end, window, own, sums, at);
    else own.forEach((market, index) => sumRun(owed, cover, begin, end, market, sums, at + index));
  }
  return { firstGroup, groupCount, markets: width, stressed, shortfall };
}

/** The run that has a place. */
function firstRun(start: Uint32Array, count: number, place: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((start[middle] as number) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
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

/** The same as `sumRun` for all markets of a run, in the kernel. */
function sumWindows(
  { owed, cover, market, out, run }: Kernel, debts: { owed: Float64Array; cover: Float64Array },
  begin: number, end: number, window: number, markets: Float64Array, sums: Sums, at: number,
): void {
  for (let first = 0; first < markets.length; first += MARKETS) {
    const own = markets.subarray(first, first + MARKETS);
    market.set(own);
    for (let place = begin; place < end; place += window) {
      const last = Math.min(end, place + window);
      owed.set(debts.owed.subarray(place, last));
      cover.set(debts.cover.subarray(place, last));
      // The kernel takes four at a time.
      owed.fill(0, last - place, last - place + 3);
      cover.fill(0, last - place, last - place + 3);
      run(last - place, own.length);
      for (let index = 0; index < own.length; index += 1) {
        sums.stressed.add(at + first + index, out[index * 2] as number);
        sums.shortfall.add(at + first + index, out[index * 2 + 1] as number);
      }
    }
  }
}

/** The debts of a run at one market, in TypeScript: amounts of any size. */
export function sumRun(
  owed: Float64Array, cover: Float64Array, begin: number, end: number, market: number,
  sums: Sums, at: number,
): void {
  let stressed = 0;
  let shortfall = 0;
  for (let place = begin; place < end; place += 1) {
    const owes = owed[place] as number;
    const left = atMarket(cover[place] as number, market);
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
      const at = (group - sums.firstGroup) * sums.markets + index;
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
  const groupCount = cut.groupKeys.length;
  const whole: MarketSums = { firstGroup: 0, groupCount, markets,
    stressed: new ExactColumn(groupCount * markets),
    shortfall: new ExactColumn(groupCount * markets) };
  for (const part of parts) {
    whole.stressed.addColumn(part.stressed, part.firstGroup * markets);
    whole.shortfall.addColumn(part.shortfall, part.firstGroup * markets);
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
