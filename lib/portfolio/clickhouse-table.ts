import { GROUP_DIMENSIONS, type GroupDimension } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";

/**
 * The table that a shard keeps rows of versions in, and rows of columns as blocks for it. A row is
 * a debt or a distressed asset with 0 in what only the other has, so that every figure is a sum
 * over one table. The number in the names grows with every change of the columns.
 */
export const ROWS_TABLE = "todiscope_rows_1";
/** The same rows on all shards. */
export const ALL_ROWS_TABLE = "todiscope_all_rows_1";
/** Which loads are whole, on the first shard. */
export const LOADS_TABLE = "todiscope_loads_1";

/** Products are kept as whole numbers in digits of 32 bits, the last one with the sign. */
export const DIGITS = [0, 1, 2, 3] as const;

const NUMBERS = ["outstanding", "collateral", "assets", "value"] as const;

export const dimensionColumn = (dimension: GroupDimension): string => `d_${dimension}`;

/** Statements that make the tables on one shard, if they are not there. */
export function tableStatements(database: string, cluster: string): string[] {
  const digits = (name: string): string[] => DIGITS.map((digit) =>
    `${name}_${digit} ${digit === DIGITS.length - 1 ? "Int32" : "UInt32"}`);
  const columns = ["load UInt64", "is_debt UInt8", "is_first UInt8", "is_stated UInt8",
    ...NUMBERS.map((name) => `${name} Float64`), ...digits("interest"), ...digits("recovery"),
    ...GROUP_DIMENSIONS.map((dimension) => `${dimensionColumn(dimension)} UInt32`)].join(", ");
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${ROWS_TABLE} (${columns}) ` +
      "ENGINE = MergeTree PARTITION BY load ORDER BY tuple()",
    `CREATE TABLE IF NOT EXISTS ${database}.${ALL_ROWS_TABLE} (${columns}) ` +
      `ENGINE = Distributed(${cluster}, ${database}, ${ROWS_TABLE})`,
    `CREATE TABLE IF NOT EXISTS ${database}.${LOADS_TABLE} (load UInt64, hash String, ` +
      "version String, facts String) ENGINE = MergeTree PARTITION BY load ORDER BY tuple()",
  ];
}

/** What a statement has to know of a load: which parts it has and how large its sums may be. */
export type LoadFacts = {
  rows: number;
  hasStated: boolean;
  hasAssets: boolean;
  /** The largest magnitudes of a row, and the sums of all magnitudes, rounded up. */
  largest: { owed: number; cover: number };
  total: { outstanding: number; collateral: number; assets: number; value: number };
};

/** Above the true sum, whatever float64 lost in adding. */
const UPWARD = 1 + 2 ** -20;

export function factsOf(columns: PortfolioColumns): LoadFacts {
  const sum = (column: Float64Array): number =>
    column.reduce((total, value) => total + Math.abs(value), 0) * UPWARD;
  const most = (column: Float64Array): number =>
    column.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return {
    rows: columns.debtCount + columns.assetCount,
    hasStated: columns.statedFrom.length > 0, hasAssets: columns.assetCount > 0,
    largest: { owed: most(columns.outstanding), cover: most(columns.collateral) },
    total: { outstanding: sum(columns.outstanding), collateral: sum(columns.collateral),
      assets: sum(columns.assets), value: sum(columns.distressedValue) },
  };
}

type Column = { name: string; type: string; values: ArrayBufferView };

/** Rows `from` to before `to` of columns as one block of ClickHouse's format Native. */
export function nativeBlock(
  columns: PortfolioColumns, load: bigint, from: number, to: number,
): Uint8Array<ArrayBuffer> {
  const count = to - from;
  const debts = Math.max(0, Math.min(to, columns.debtCount) - from);
  const firstAsset = Math.max(0, from - columns.debtCount);
  const ofDebts = (column: Float64Array): Float64Array => {
    const values = new Float64Array(count);
    values.set(column.subarray(from, from + debts));
    return values;
  };
  const assets = (column: Float64Array): Float64Array =>
    column.subarray(firstAsset, firstAsset + count - debts);
  const value = new Float64Array(count);
  value.set(assets(columns.distressedValue), debts);
  const parts: Column[] = [
    { name: "load", type: "UInt64", values: new BigUint64Array(count).fill(load) },
    { name: "is_debt", type: "UInt8", values: new Uint8Array(count).fill(1, 0, debts) },
    { name: "is_first", type: "UInt8", values: columns.isFirst.subarray(from, to) },
    { name: "is_stated", type: "UInt8", values: statedFlags(columns, from, to) },
    { name: "outstanding", type: "Float64", values: ofDebts(columns.outstanding) },
    { name: "collateral", type: "Float64", values: ofDebts(columns.collateral) },
    { name: "assets", type: "Float64", values: ofDebts(columns.assets) },
    { name: "value", type: "Float64", values: value },
    ...products("interest", count, 0, columns.outstanding.subarray(from, from + debts),
      columns.interestRate.subarray(from, from + debts)),
    ...products("recovery", count, debts, assets(columns.distressedValue),
      assets(columns.recoveryRate)),
    ...Object.entries(columns.dimensions).map(([dimension, { codes }]) => ({
      name: dimensionColumn(dimension as GroupDimension), type: "UInt32",
      values: Uint32Array.from(codes.subarray(from, to)) })),
  ];
  return blockOf(parts, count);
}

function statedFlags(columns: PortfolioColumns, from: number, to: number): Uint8Array {
  const flags = new Uint8Array(to - from);
  columns.statedFrom.forEach((start, index) => {
    const end = columns.statedTo[index] as number;
    if (end > from && start < to) flags.fill(1, Math.max(0, start - from), end - from);
  });
  return flags;
}

const DIGIT = 2 ** 32;

/** The exact products of two columns of whole numbers, which begin at place `at` of the block. */
function products(
  name: string, count: number, at: number, left: Float64Array, right: Float64Array,
): Column[] {
  const digits = DIGITS.map(() => new Int32Array(count));
  const [first, second, third, fourth] = digits as [Int32Array, Int32Array, Int32Array, Int32Array];
  left.forEach((amount, index) => {
    const rate = right[index] as number;
    const product = amount * rate;
    if (product >= 0 && product <= Number.MAX_SAFE_INTEGER) {
      first[at + index] = product % DIGIT;
      second[at + index] = Math.floor(product / DIGIT);
      return;
    }
    let rest = BigInt(amount) * BigInt(rate);
    for (const digit of [first, second, third, fourth]) {
      digit[at + index] = Number(BigInt.asIntN(32, rest));
      rest >>= 32n;
    }
  });
  return digits.map((values, digit) => ({ name: `${name}_${digit}`, values,
    type: digit === DIGITS.length - 1 ? "Int32" : "UInt32" }));
}

/** Format Native: counts of columns and rows, then of each column its name, type and values. */
function blockOf(columns: readonly Column[], rows: number): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const lead = [...varint(columns.length), ...varint(rows)];
  const heads = columns.map(({ name, type }) =>
    Uint8Array.from([...text(encoder.encode(name)), ...text(encoder.encode(type))]));
  const bytes = columns.reduce((sum, { values }, index) =>
    sum + (heads[index] as Uint8Array).length + values.byteLength, lead.length);
  const block = new Uint8Array(bytes);
  block.set(lead);
  let at = lead.length;
  columns.forEach(({ values }, index) => {
    const head = heads[index] as Uint8Array;
    block.set(head, at);
    at += head.length;
    block.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  });
  return block;
}

const text = (bytes: Uint8Array): number[] => [...varint(bytes.length), ...bytes];

function varint(whole: number): number[] {
  const bytes: number[] = [];
  let rest = whole;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
