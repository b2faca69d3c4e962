import { atMarket, ExactSum } from "../risk";
import type { Cut } from "./cut";
import { ExactColumn } from "./exact-column";

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
  const count_ = markets[0]?.length ?? 0;
  let run = firstRun(start, count, from);
  const firstGroup = count === 0 || from >= to ? 0 : group[run] as number;
  const lastRun = count === 0 || from >= to ? -1 : firstRun(start, count, to - 1);
  const groupCount = lastRun < 0 ? 0 : (group[lastRun] as number) - firstGroup + 1;
  const stressed = new ExactColumn(groupCount * count_);
  const shortfall = new ExactColumn(groupCount * count_);
  for (; run <= lastRun; run += 1) {
    const begin = Math.max(from, start[run] as number);
    const end = Math.min(to, start[run + 1] as number);
    const own = markets[profile[run] as number] as Float64Array;
    const at = ((group[run] as number) - firstGroup) * count_;
    for (let market = 0; market < count_; market += 1) {
      sumRun(owed, cover, begin, end, own[market] as number, stressed, shortfall, at + market);
    }
  }
  return { firstGroup, groupCount, markets: count_, stressed, shortfall };
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

function sumRun(
  owed: Float64Array, cover: Float64Array, begin: number, end: number, market: number,
  stressed: ExactColumn, shortfall: ExactColumn, at: number,
): void {
  for (let place = begin; place < end; place += 1) {
    const owes = owed[place] as number;
    const left = atMarket(cover[place] as number, market);
    stressed.add(at, left);
    if (owes > left) addDifference(shortfall, at, owes, left);
  }
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
