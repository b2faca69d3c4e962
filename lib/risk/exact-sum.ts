import { AMOUNT_LIMIT, AMOUNT_SCALE, RATE_LIMIT, RATE_SCALE, roundHalfEven } from "../kernel/exact";

const SPLIT = 2 ** 22;
const SPLIT_BITS = 22n;

/** `amountUnits` as a whole float64, without an allocation; NaN when out of range. */
export function amountUnitsNumber(amount: number): number {
  return Math.abs(amount) <= AMOUNT_LIMIT ? roundHalfEven(amount * AMOUNT_SCALE) : NaN;
}

/** `rateUnits` as a whole float64, without an allocation; NaN when out of range. */
export function rateUnitsNumber(ratePct: number): number {
  return Math.abs(ratePct) <= RATE_LIMIT ? roundHalfEven(ratePct * RATE_SCALE) : NaN;
}

/**
 * An exact sum of whole float64 numbers and of their products (MODEL.md "Reproducible sums").
 * Small parts stay in float64 below 2^53, where they are exact, and overflow into a bigint.
 */
export class ExactSum {
  private carried = 0n;
  private low = 0;
  private high = 0;

  /** Adds a whole number of any size. */
  add(whole: number): void {
    const sum = this.low + whole;
    if (Math.abs(sum) <= Number.MAX_SAFE_INTEGER) this.low = sum;
    else {
      this.carried += BigInt(this.low) + BigInt(whole);
      this.low = 0;
    }
  }

  /** Adds the product of two whole numbers, exactly. */
  addProduct(left: number, right: number): void {
    const product = left * right;
    if (Math.abs(product) <= Number.MAX_SAFE_INTEGER) return this.add(product);
    // left * right = (upper * 2^22 + lower) * right: two parts that mostly fit 53 bits.
    const upper = Math.trunc(left / SPLIT);
    const upperProduct = upper * right;
    const lowerProduct = (left - upper * SPLIT) * right;
    const high = this.high + upperProduct;
    if (!(Math.max(Math.abs(high), Math.abs(upperProduct), Math.abs(lowerProduct))
      <= Number.MAX_SAFE_INTEGER)) {
      this.carried += BigInt(left) * BigInt(right);
      return;
    }
    this.high = high;
    this.add(lowerProduct);
  }

  /** Adds an exact total of the same unit. */
  addBig(total: bigint): void {
    if (total !== 0n) this.carried += total;
  }

  /** Starts again at 0. */
  clear(): void {
    this.carried = 0n;
    this.low = 0;
    this.high = 0;
  }

  /** The exact sum so far. */
  value(): bigint {
    // The sums of one record: a bigint for each part would be most of what they cost.
    if (this.high === 0 && this.carried === 0n) return this.low === 0 ? 0n : BigInt(this.low);
    return this.carried + BigInt(this.low) + (BigInt(this.high) << SPLIT_BITS);
  }
}
