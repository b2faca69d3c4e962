import type { ExactSum } from "../risk";

const CARRY_BITS = 40n;
const CARRY = 2 ** 40;
const SPLIT = 2 ** 22;

/**
 * Exact sums of whole float64 numbers, many of them side by side (MODEL.md "Reproducible sums"):
 * `high * 2^40 + low`, both float64 below 2^53 where they are exact. What does not fit is added as
 * a bigint. Equal totals may be split differently: compare what `value` says.
 */
export class ExactColumn {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly beyond: Map<number, bigint>;

  /** Sums of 0, or those of `parts`: a column as it comes from another thread. */
  constructor(readonly length: number, parts?: Pick<ExactColumn, "low" | "high" | "beyond">) {
    this.low = parts?.low ?? new Float64Array(length);
    this.high = parts?.high ?? new Float64Array(length);
    this.beyond = parts?.beyond ?? new Map<number, bigint>();
  }

  /** Adds a whole number of any size to sum `index`. */
  add(index: number, whole: number): void {
    const sum = (this.low[index] as number) + whole;
    if (sum <= Number.MAX_SAFE_INTEGER && sum >= -Number.MAX_SAFE_INTEGER) {
      this.low[index] = sum;
    } else this.carry(index, whole);
  }

  private carry(index: number, whole: number): void {
    if (Math.abs(whole) > 2 ** 52) {
      this.addBig(index, BigInt(whole));
      return;
    }
    const low = this.low[index] as number;
    const carried = Math.trunc(low / CARRY);
    this.low[index] = low - carried * CARRY + whole;
    this.addHigh(index, carried);
  }

  private addHigh(index: number, carried: number): void {
    const high = (this.high[index] as number) + carried;
    if (Math.abs(high) <= Number.MAX_SAFE_INTEGER) this.high[index] = high;
    else this.addBig(index, BigInt(carried) << CARRY_BITS);
  }

  /** Adds the product of two whole numbers, exactly. */
  addProduct(index: number, left: number, right: number): void {
    const product = left * right;
    if (Math.abs(product) <= Number.MAX_SAFE_INTEGER) {
      this.add(index, product);
      return;
    }
    // left * right = (upper * 2^22 + lower) * right, of which mostly each part is exact.
    const upper = Math.trunc(left / SPLIT);
    const upperProduct = upper * right;
    const lowerProduct = (left - upper * SPLIT) * right;
    if (!(Math.max(Math.abs(upperProduct), Math.abs(lowerProduct)) <= Number.MAX_SAFE_INTEGER)) {
      this.addBig(index, BigInt(left) * BigInt(right));
      return;
    }
    const carried = Math.trunc(upperProduct / 2 ** 18);
    this.addHigh(index, carried);
    this.add(index, (upperProduct - carried * 2 ** 18) * SPLIT);
    this.add(index, lowerProduct);
  }

  /** Adds a whole number to sum `index`. */
  addBig(index: number, whole: bigint): void {
    this.beyond.set(index, (this.beyond.get(index) ?? 0n) + whole);
  }

  /** Adds the sums of another column of the same length. */
  addColumn(other: ExactColumn): void {
    for (let index = 0; index < other.length; index += 1) {
      this.add(index, other.low[index] as number);
      if (other.high[index] !== 0) this.addHigh(index, other.high[index] as number);
    }
    for (const [index, beyond] of other.beyond) this.addBig(index, beyond);
  }

  /** Adds sum `index` to an exact sum where it is a small one; false where it is not. */
  addTo(index: number, total: ExactSum): boolean {
    if (this.high[index] !== 0 || this.beyond.size > 0) return false;
    total.add(this.low[index] as number);
    return true;
  }

  /** Sum `index`. */
  value(index: number): bigint {
    const low = this.low[index] as number;
    const high = this.high[index] as number;
    const beyond = this.beyond.size === 0 ? 0n : this.beyond.get(index) ?? 0n;
    if (high === 0 && beyond === 0n) return BigInt(low);
    return (BigInt(high) << CARRY_BITS) + BigInt(low) + beyond;
  }

  /** Whether every sum is 0, as far as that is plain to see. */
  isNothing(): boolean {
    return this.beyond.size === 0 && !this.low.some(Boolean) && !this.high.some(Boolean);
  }

  /** The sum of all sums. */
  total(): bigint {
    const all = new ExactColumn(1);
    for (let index = 0; index < this.length; index += 1) {
      all.add(0, this.low[index] as number);
      if (this.high[index] !== 0) all.addHigh(0, this.high[index] as number);
    }
    return [...this.beyond.values()].reduce((sum, one) => sum + one, all.value(0));
  }

  /** All sums. */
  values(): bigint[] {
    return Array.from({ length: this.length }, (_, index) => this.value(index));
  }
}
