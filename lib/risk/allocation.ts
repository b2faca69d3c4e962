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
  const parts = shares.map((share) => (totalUnits * share) / whole);
  const remainders = shares.map((share, index) => ({ index, rest: (totalUnits * share) % whole }));
  // Sorting is stable: equal remainders stay in their order.
  remainders.sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1));
  let left = totalUnits - parts.reduce((sum, part) => sum + part, 0n);
  for (const { index } of remainders) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
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
