import { assert } from "../kernel/assert";
import { AMOUNT_SCALE, amountFromUnits } from "../kernel/exact";
import { ExactSum } from "./exact-sum";

/** One debt with the collateral that covers it alone, in whole units of 1/10,000. */
export type SecuredDebt = { outstanding: number; collateral: number };

/** Debts in columns, one place each, in whole units of 1/10,000 of the base currency. */
export type SecuredDebts = { outstanding: Float64Array; collateral: Float64Array };

/**
 * What a version's debts lack in collateral, each for itself, as a function of the market: the
 * debts in groups by how far the market must fall before they lack anything, and the sums of the
 * groups from each one on. A market is answered by two sums and one group.
 */
export type ShortfallCurve = {
  debts: SecuredDebts;
  /** The lowest `outstanding / collateral` of each group, ascending: below it all of it lacks. */
  bounds: Float64Array;
  /** Where each group begins, and the count of debts at the end. */
  starts: Uint32Array;
  /** Sums of the debts from each group on, in 1/10,000 units; 0 at the end. */
  outstandingFrom: readonly bigint[];
  collateralFrom: readonly bigint[];
};

const GROUP = 256;
const FRACTION_BITS = 53n;
const ONE = 1n << FRACTION_BITS;

/** Puts debts into columns. */
export function debtColumns(debts: readonly SecuredDebt[]): SecuredDebts {
  return { outstanding: Float64Array.from(debts, (debt) => debt.outstanding),
    collateral: Float64Array.from(debts, (debt) => debt.collateral) };
}

/** Groups debts for `shortfallAt`: n log n, once per version. Their order does not matter. */
export function shortfallCurve({ outstanding, collateral }: SecuredDebts): ShortfallCurve {
  const ratios = Float64Array.from(outstanding, (owed, index) =>
    ratioOf(owed, collateral[index] as number));
  const bounds = groupBounds(ratios.toSorted());
  const groups = Uint32Array.from(ratios, (ratio) => groupOf(bounds, ratio));
  const starts = new Uint32Array(bounds.length + 1);
  for (const group of groups) starts[group + 1] = (starts[group + 1] as number) + 1;
  for (let group = 0; group < bounds.length; group += 1) {
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  }
  const debts = { outstanding: new Float64Array(ratios.length),
    collateral: new Float64Array(ratios.length) };
  const next = starts.slice();
  groups.forEach((group, index) => {
    const place = next[group] as number;
    next[group] = place + 1;
    debts.outstanding[place] = outstanding[index] as number;
    debts.collateral[place] = collateral[index] as number;
  });
  return { debts, bounds, starts, outstandingFrom: sumsFrom(debts.outstanding, starts),
    collateralFrom: sumsFrom(debts.collateral, starts) };
}

/** The market below which a debt lacks collateral; without a positive one it always does. */
const ratioOf = (outstanding: number, collateral: number): number =>
  collateral > 0 ? outstanding / collateral : Infinity;

/** Equal ratios share a group, and a long run of equals has one of its own, never searched. */
function groupBounds(sorted: Float64Array): Float64Array {
  const bounds: number[] = [];
  let start = 0;
  sorted.forEach((ratio, index) => {
    const isNew = index === 0 || ratio !== sorted[index - 1];
    if (!isNew) return;
    const opens = index === 0 || index - start >= GROUP || ratio === sorted[index + GROUP - 1];
    if (!opens) return;
    bounds.push(ratio);
    start = index;
  });
  return Float64Array.from(bounds);
}

/** The last group whose bound is at or below `ratio`; -1 when it lies below all of them. */
function groupOf(bounds: Float64Array, ratio: number): number {
  let low = -1;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bounds[middle] as number) <= ratio) low = middle;
    else high = middle - 1;
  }
  return low;
}

function sumsFrom(column: Float64Array, starts: Uint32Array): bigint[] {
  const sums: bigint[] = new Array<bigint>(starts.length).fill(0n);
  for (let group = starts.length - 2; group >= 0; group -= 1) {
    const sum = new ExactSum();
    sum.addBig(sums[group + 1] as bigint);
    const end = starts[group + 1] as number;
    for (let index = starts[group] as number; index < end; index += 1) {
      sum.add(column[index] as number);
    }
    sums[group] = sum.value();
  }
  return sums;
}

/**
 * `sum max(0, out_i - coll_i * market)` of MODEL.md section 4, in currency units: exact, then
 * rounded once to 1/10,000 (ties to even), so that the order of debts changes nothing and a
 * falling market never lowers it. `market` is 1 + m as a float64, >= 0.
 * @throws InvariantError for another market.
 */
export function shortfallAt(curve: ShortfallCurve, market: number): number {
  return amountFromUnits(nearestWhole(lackingAt(curve, market)));
}

/** The same, the float64 nearest to the exact sum: continuous in the market. */
export const continuousShortfallAt = (curve: ShortfallCurve, market: number): number =>
  Number(lackingAt(curve, market)) / (Number(ONE) * AMOUNT_SCALE);

/** The exact sum in parts of 2^-53 of a unit. */
function lackingAt(curve: ShortfallCurve, market: number): bigint {
  // A whole multiple of 2^-53, as every 1 + m is: so the product below is exact.
  const parts = market * Number(ONE);
  assert(Number.isInteger(parts) && parts >= 0, "a market is 1 + m and not negative");
  const { debts, bounds, starts } = curve;
  const group = groupOf(bounds, market);
  const outstanding = new ExactSum();
  const collateral = new ExactSum();
  outstanding.addBig(curve.outstandingFrom[group + 1] ?? 0n);
  collateral.addBig(curve.collateralFrom[group + 1] ?? 0n);
  const end = group < 0 ? 0 : starts[group + 1] as number;
  for (let index = group < 0 ? 0 : starts[group] as number; index < end; index += 1) {
    const owed = debts.outstanding[index] as number;
    const cover = debts.collateral[index] as number;
    if (ratioOf(owed, cover) <= market) continue;
    outstanding.add(owed);
    collateral.add(cover);
  }
  const lacking = outstanding.value() * ONE - collateral.value() * BigInt(parts);
  return lacking > 0n ? lacking : 0n;
}

/** `parts / 2^53` as a whole number, ties to even. */
function nearestWhole(parts: bigint): bigint {
  const whole = parts >> FRACTION_BITS;
  const twice = (parts & (ONE - 1n)) * 2n;
  return twice > ONE || (twice === ONE && whole % 2n === 1n) ? whole + 1n : whole;
}
