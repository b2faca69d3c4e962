import type { PortfolioColumns } from "./portfolio-columns";
import { ExactColumn } from "./exact-column";
import { eachRun, type RowIds, type Run } from "./row-ids";

/** Exact sums of the rows of each cell. */
export type CellSums = {
  /** Debts, distressed assets and records. */
  debts: Float64Array;
  assets: Float64Array;
  records: Float64Array;
  outstanding: ExactColumn;
  outstandingTimesRate: ExactColumn;
  collateral: ExactColumn;
  assetsValue: ExactColumn;
  value: ExactColumn;
  valueTimesRecovery: ExactColumn;
};

/** Sums of nothing, of so many cells. */
export const noSums = (cells: number): CellSums => ({
  debts: new Float64Array(cells), assets: new Float64Array(cells),
  records: new Float64Array(cells), outstanding: new ExactColumn(cells),
  outstandingTimesRate: new ExactColumn(cells), collateral: new ExactColumn(cells),
  assetsValue: new ExactColumn(cells), value: new ExactColumn(cells),
  valueTimesRecovery: new ExactColumn(cells),
});

/** Adds up the rows of each cell. */
export function cellSums(columns: PortfolioColumns, ids: RowIds): CellSums {
  const { debtCount, assetCount, isFirst } = columns;
  const sums = noSums(ids.count);
  const count = (run: Run, of: Float64Array): void => {
    of[run.id] = (of[run.id] as number) + run.end - run.begin;
    sums.records[run.id] = (sums.records[run.id] as number) + firstRows(isFirst, run);
  };
  eachRun(ids, 0, debtCount, (run) => {
    count(run, sums.debts);
    addAmounts(sums.outstanding, columns.outstanding, run, 0);
    addProducts(sums.outstandingTimesRate, columns.outstanding, columns.interestRate, run, 0);
    addAmounts(sums.collateral, columns.collateral, run, 0);
    addAmounts(sums.assetsValue, columns.assets, run, 0);
  });
  eachRun(ids, debtCount, debtCount + assetCount, (run) => {
    count(run, sums.assets);
    addAmounts(sums.value, columns.distressedValue, run, debtCount);
    addProducts(sums.valueTimesRecovery, columns.distressedValue, columns.recoveryRate, run,
      debtCount);
  });
  return sums;
}

function firstRows(isFirst: Uint8Array, { rows, begin, end }: Run): number {
  let count = 0;
  for (let at = begin; at < end; at += 1) {
    count += isFirst[rows ? rows[at] as number : at] as number;
  }
  return count;
}

/** What a column takes in without a number of its own. */
const SUM_LIMIT = 2 ** 52;

/** Adds a run's values, of which the first row's stands at place `offset` before its row. */
function addAmounts(
  sums: ExactColumn, values: Float64Array, { id, rows, begin, end }: Run, offset: number,
): void {
  let sum = 0;
  for (let at = begin; at < end; at += 1) {
    const value = values[(rows ? rows[at] as number : at) - offset] as number;
    const next = sum + value;
    if (next < SUM_LIMIT && next > -SUM_LIMIT) sum = next;
    else {
      sums.add(id, sum);
      sum = 0;
      sums.add(id, value);
    }
  }
  sums.add(id, sum);
}

const SPLIT = 2 ** 24;
/** Products of parts below these limits are exact, and so is a sum of some. */
const AMOUNT_LIMIT = 2 ** 45;
const RATE_LIMIT = 2 ** 27;
const UPPER_LIMIT = 2 ** 48;

/** Adds a run's products: amounts in two parts, whose products with a rate are added apart. */
function addProducts(
  sums: ExactColumn, amounts: Float64Array, rates: Float64Array,
  { id, rows, begin, end }: Run, offset: number,
): void {
  let upper = 0;
  let lower = 0;
  for (let at = begin; at < end; at += 1) {
    const place = (rows ? rows[at] as number : at) - offset;
    const amount = amounts[place] as number;
    const rate = rates[place] as number;
    if (!(amount >= 0 && amount < AMOUNT_LIMIT && rate >= 0 && rate < RATE_LIMIT)) {
      sums.addProduct(id, amount, rate);
      continue;
    }
    const high = Math.floor(amount / SPLIT);
    const nextUpper = upper + high * rate;
    const nextLower = lower + (amount - high * SPLIT) * rate;
    if (nextUpper < UPPER_LIMIT && nextLower < SUM_LIMIT) {
      upper = nextUpper;
      lower = nextLower;
      continue;
    }
    sums.addProduct(id, upper, SPLIT);
    sums.add(id, lower);
    upper = high * rate;
    lower = (amount - high * SPLIT) * rate;
  }
  if (upper > 0) sums.addProduct(id, upper, SPLIT);
  sums.add(id, lower);
}
