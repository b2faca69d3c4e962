import { assert } from "../kernel/assert";
import { AMOUNT_SCALE, amountFromUnits, roundHalfEven } from "../kernel/exact";
import type { Driver, Shocks } from "./types";

/**
 * Shares a total, in whole units, out in proportion to weights by largest remainder (MODEL.md
 * section 4): exact, the parts add up to the total. Equal remainders go to the earlier part; a
 * weight of 0 gets 0, unless all are 0, then all count alike. No weights, no parts.
 * @throws InvariantError for a negative weight or total.
 */
export function allocateUnits(totalUnits: bigint, weights: readonly bigint[]): bigint[] {
  assert(totalUnits >= 0n, "a total to share out is not negative");
  assert(weights.every((weight) => weight >= 0n), "weights are not negative");
  const given = weights.reduce((sum, weight) => sum + weight, 0n);
  const shares = given > 0n ? weights : weights.map(() => 1n);
  const whole = given > 0n ? given : BigInt(weights.length);
  if (whole === 0n) return [];
  let left = totalUnits;
  const parts = shares.map((share) => {
    const part = (totalUnits * share) / whole;
    left -= part;
    return part;
  });
  if (left > 0n) {
    const restOf = (at: number): bigint =>
      totalUnits * (shares[at] as bigint) - (parts[at] as bigint) * whole;
    for (const at of largest(parts.map((_, index) => restOf(index)), Number(left))) {
      parts[at] = (parts[at] as bigint) + 1n;
    }
  }
  return parts;
}

/** Places of the `count` largest; of equal ones the earlier. Numbers near them tell most apart. */
function largest(rests: readonly bigint[], count: number): number[] {
  const near = Float64Array.from(rests, Number);
  const least = near.toSorted()[near.length - count] as number;
  const found: number[] = [];
  const equal: number[] = [];
  near.forEach((rest, at) => {
    if (rest > least) found.push(at);
    else if (rest === least) equal.push(at);
  });
  // Sorting is stable: equal remainders stay in their order.
  equal.sort((a, b) => rests[a] === rests[b] ? 0
    : (rests[a] as bigint) > (rests[b] as bigint) ? -1 : 1);
  return [...found, ...equal.slice(0, count - found.length)];
}

/**
 * `allocateUnits` for float64: the total loss in currency units is rounded to 1/10,000, weights
 * count with all their bits, and each part is the float64 nearest to a whole number of 1/10,000
 * units; these add up to the rounded total. Beyond 2e11, where float64 no longer tells every
 * 1/10,000 apart, only `allocateUnits` keeps the sum.
 * @throws InvariantError for a negative or not finite total or weight.
 */
export function allocateLoss(totalLoss: number, weights: readonly number[]): number[] {
  assert(Number.isFinite(totalLoss) && totalLoss >= 0, "a loss to share out is finite and >= 0");
  assert(weights.every((weight) => Number.isFinite(weight) && weight >= 0),
    "weights are finite and >= 0");
  const totalUnits = BigInt(roundHalfEven(totalLoss * AMOUNT_SCALE));
  return allocateUnits(totalUnits, wholeWeights(weights)).map(amountFromUnits);
}

/** Float64 weights times one common power of two, so that all are whole. */
function wholeWeights(weights: readonly number[]): bigint[] {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  if (largest === 0) return weights.map(() => 0n);
  return weights.map(exactWeight);
}

const bits = new DataView(new ArrayBuffer(8));
const FRACTION = (1n << 52n) - 1n;

/** A float64 >= 0 times 2^1074, which is whole for every one of them. */
function exactWeight(weight: number): bigint {
  bits.setFloat64(0, weight);
  const pattern = bits.getBigUint64(0);
  const exponent = pattern >> 52n;
  const fraction = pattern & FRACTION;
  return exponent === 0n ? fraction : (fraction | (FRACTION + 1n)) << (exponent - 1n);
}

/** What a record, group or portfolio has at stake, in currency units. */
export type Stake = { outstanding: number; collateral: number; recovery: number };

/**
 * Each driver's own loss without netting (section 4's weights), in currency units: collateral
 * loss `C * -m` and recovery loss `R * -g`, from 0 to all of it, and the buffer `O * d`, >= 0.
 */
export function standaloneLosses(stake: Stake, shocks: Shocks): { [D in Driver]: number } {
  const lost = (value: number, shock: number): number =>
    Math.max(0, value * Math.min(1, -shock));
  return {
    collateral: lost(stake.collateral, shocks.collateral_market_impact_pct),
    recovery: lost(stake.recovery, shocks.recovery_degradation_pct),
    default: Math.max(0, stake.outstanding * shocks.default_risk_increment_pct),
  };
}

/** The sum of `standaloneLosses`: the weight by which a group shares the portfolio's loss. */
export function standaloneImpact(stake: Stake, shocks: Shocks): number {
  const losses = standaloneLosses(stake, shocks);
  return losses.collateral + losses.recovery + losses.default;
}
