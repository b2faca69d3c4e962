import type { PortfolioColumns } from "./portfolio-columns";

/**
 * What columns do not say of a row's record, for looking through a version; of versions whose
 * records are one row each.
 */
export type RecordKeys = {
  /** Annual, in points, as the record says it; NaN of a record that does not. */
  interestRate: Float64Array;
  /** NO_DAYS of a record that does not say it. */
  daysPastDue: Int32Array;
  /** Four words of each row: the first 16 bytes of its record's hash. */
  hashes: Int32Array;
};

export const NO_DAYS = -(2 ** 31);
/** Bytes of one record, as it is given: row, days, rate, hash; numbers as big-endian. */
export const KEY_BYTES = 32;
const HASH_WORDS = 4;

const rowsOf = ({ debtCount, assetCount }: PortfolioColumns): number => debtCount + assetCount;

/** Memory for the keys of a version, which threads can share. */
export const keysBuffer = (columns: PortfolioColumns): SharedArrayBuffer =>
  new SharedArrayBuffer(rowsOf(columns) * (8 + 4 + HASH_WORDS * 4));

/** Views on the keys of a version. */
export function keysIn(buffer: SharedArrayBuffer, columns: PortfolioColumns): RecordKeys {
  const rows = rowsOf(columns);
  return { interestRate: new Float64Array(buffer, 0, rows),
    daysPastDue: new Int32Array(buffer, rows * 8, rows),
    hashes: new Int32Array(buffer, rows * 12, rows * HASH_WORDS) };
}

/** Puts records, as they are given in the order of the tape, beside their rows of the columns. */
export class KeyFiller {
  private readonly keys: RecordKeys;
  private debt = 0;
  private asset: number;

  constructor(private readonly columns: PortfolioColumns, buffer: SharedArrayBuffer) {
    this.keys = keysIn(buffer, columns);
    this.asset = columns.debtCount;
  }

  /** Adds some records; false where they are not those of the columns. */
  add(bytes: Uint8Array): boolean {
    const given = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { interestRate, daysPastDue, hashes } = this.keys;
    for (let from = 0; from < bytes.byteLength; from += KEY_BYTES) {
      const at = this.place(given.getUint32(from));
      if (at < 0) return false;
      daysPastDue[at] = given.getInt32(from + 4);
      interestRate[at] = given.getFloat64(from + 8);
      for (let word = 0; word < HASH_WORDS; word += 1) {
        hashes[at * HASH_WORDS + word] = given.getInt32(from + 16 + word * 4);
      }
    }
    return true;
  }

  /** Whether every row has its record. */
  isFull(): boolean {
    const { columns } = this;
    return this.debt === columns.debtCount && this.asset === rowsOf(columns);
  }

  /** The next debt or asset, whichever came from this row of the tape; -1 where neither did. */
  private place(row: number): number {
    const { rowNumber, debtCount } = this.columns;
    if (this.debt < debtCount && rowNumber[this.debt] === row) return (this.debt += 1) - 1;
    return rowNumber[this.asset] === row ? (this.asset += 1) - 1 : -1;
  }
}

/** Whether two rows' records say the same. */
export function isSameRecord(
  keys: RecordKeys, row: number, others: RecordKeys, otherRow: number,
): boolean {
  for (let word = 0; word < HASH_WORDS; word += 1) {
    if (keys.hashes[row * HASH_WORDS + word] !== others.hashes[otherRow * HASH_WORDS + word]) {
      return false;
    }
  }
  return true;
}
