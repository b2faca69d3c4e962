import { assert } from "../kernel/assert";
import { amountFromUnits, roundHalfEven } from "../kernel/exact";
import { ExactSum } from "./exact-sum";
import {
  continuousShortfallAt, shortfallCurve, type SecuredDebts, type ShortfallCurve,
} from "./shortfall-curve";
import type { Shocks } from "./types";

/** Adds and takes away 1.5 * 2^52: whole numbers, ties to even, for magnitudes below 2^51. */
const TO_WHOLE = 6755399441055744;
const WHOLE_LIMIT = 2 ** 51;

/**
 * A whole amount at a market, rounded to the nearest whole, ties to even (MODEL.md "Reproducible
 * sums"): the float64 product, as every engine that adds it up must round it.
 */
export function atMarket(units: number, market: number): number {
  const product = units * market;
  return Math.abs(product) < WHOLE_LIMIT ? product + TO_WHOLE - TO_WHOLE : roundHalfEven(product);
}

/** 1 + m, and 0 where a multiplied shock would take more than all. */
export const marketOf = (shocks: Pick<Shocks, "collateral_market_impact_pct">): number =>
  Math.max(0, 1 + shocks.collateral_market_impact_pct);

/** All collateral at a market, and what debts then owe beyond their own, in currency units. */
export type AtMarket = { collateral: number; shortfall: number };

/** Markets that are remembered: sliders and searches come back to the same ones. */
const REMEMBERED = 1024;

/**
 * The debts of a version at any market, MODEL.md section 4: each debt's collateral rounded to
 * 1/10,000, sums exact, so that the order of debts changes nothing. One pass a market, then known.
 */
export class Shortfalls {
  private readonly known = new Map<number, AtMarket>();
  private curve: ShortfallCurve | null = null;

  constructor(readonly debts: SecuredDebts) {}

  /** At `market` >= 0. @throws InvariantError for another one. */
  at(market: number): AtMarket {
    assert(market >= 0, "a market is not negative");
    const known = this.known.get(market);
    if (known) return known;
    if (this.known.size >= REMEMBERED) this.known.clear();
    const found = sumAt(this.debts, market);
    this.known.set(market, found);
    return found;
  }

  /**
   * The shortfall without rounding each debt: continuous in the market, for searches that must
   * hit a loss more exactly than a step of many debts (section 6). Microseconds after the first.
   */
  continuousAt(market: number): number {
    this.curve ??= shortfallCurve(this.debts);
    return continuousShortfallAt(this.curve, market);
  }
}

function sumAt({ outstanding, collateral }: SecuredDebts, market: number): AtMarket {
  const stressed = new ExactSum();
  const shortfall = new ExactSum();
  for (let debt = 0; debt < outstanding.length; debt += 1) {
    const owes = outstanding[debt] as number;
    const left = atMarket(collateral[debt] as number, market);
    stressed.add(left);
    if (owes <= left) continue;
    const lacks = owes - left;
    if (lacks < WHOLE_LIMIT) shortfall.add(lacks);
    // Beyond 2^53 the difference would round.
    else shortfall.addBig(BigInt(owes) - BigInt(left));
  }
  return { collateral: amountFromUnits(stressed.value()),
    shortfall: amountFromUnits(shortfall.value()) };
}
