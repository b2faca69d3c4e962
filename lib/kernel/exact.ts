import { err, ok, type Result } from "./result";

/** Units in one currency unit: amounts are counted in 1/10,000 (MODEL.md, "Reproducible sums"). */
export const AMOUNT_SCALE = 1e4;
/** Units in one percentage point: rates are counted in 1/1,000,000 of a point. */
export const RATE_SCALE = 1e6;
/** Largest magnitude of one amount in currency units; 9e14 * 1e4 still fits 64 bits. */
export const AMOUNT_LIMIT = 9e14;
/** Largest magnitude of one rate in points, so that its units stay exact in float64. */
export const RATE_LIMIT = 9e9;

export type AmountError = "AMOUNT_OUT_OF_RANGE";

/** Rounds to the nearest integer, ties to even; exact for every finite float64. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction < 0.5) return floor;
  if (fraction > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * An amount in currency units as a whole number of 1/10,000 units (float64 product, to nearest,
 * ties to even). Beyond +-9e14, or not finite: AMOUNT_OUT_OF_RANGE.
 */
export function amountUnits(amount: number): Result<bigint, AmountError> {
  if (!(Math.abs(amount) <= AMOUNT_LIMIT)) return err("AMOUNT_OUT_OF_RANGE");
  return ok(BigInt(roundHalfEven(amount * AMOUNT_SCALE)));
}

/** A rate in points as a whole number of 1/1,000,000 points, rounded like an amount. */
export function rateUnits(ratePct: number): Result<bigint, AmountError> {
  if (!(Math.abs(ratePct) <= RATE_LIMIT)) return err("AMOUNT_OUT_OF_RANGE");
  return ok(BigInt(roundHalfEven(ratePct * RATE_SCALE)));
}

/** Below it each whole number is a float64, and what rounds to one below it is that one. */
const EXACT = 2 ** 53;

/**
 * The float64 nearest to units / scale, where scale is a power of ten.
 * Correctly rounded: the quotient is split so that no step rounds twice beyond 2^53.
 */
export function fromUnits(units: bigint, scale: bigint): number {
  const near = Number(units);
  // Both are exact, so the division rounds once.
  if (Math.abs(near) < EXACT && scale < EXACT) return near / Number(scale);
  const whole = units / scale;
  const rest = units % scale;
  if (rest === 0n) return Number(whole);
  return Number(decimalText(units, scale));
}

/** Currency units from 1/10,000 units. */
export function amountFromUnits(units: bigint): number {
  const near = Number(units);
  return Math.abs(near) < EXACT ? near / AMOUNT_SCALE : fromUnits(units, 10_000n);
}

function decimalText(units: bigint, scale: bigint): string {
  const negative = units < 0n;
  const magnitude = negative ? -units : units;
  const digits = scale.toString().length - 1;
  const fraction = (magnitude % scale).toString().padStart(digits, "0");
  return `${negative ? "-" : ""}${magnitude / scale}.${fraction}`;
}
