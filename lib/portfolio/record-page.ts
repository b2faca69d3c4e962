import { assert } from "../kernel/assert";
import { atMarket, type GroupDimension, type GroupValue, type Netting } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import { FirstOf } from "./first-of";
import { NO_DAYS, type RecordKeys } from "./record-keys";

/** What records of columns can be sorted by. */
export const PAGE_SORTS = ["row", "principal", "collateral_value", "distressed_value"] as const;
export type PageSort = (typeof PAGE_SORTS)[number];
/** What they can be sorted by with the keys of their records. */
export const KEY_SORTS = ["interest_rate_pct", "days_past_due"] as const;
export type KeySort = (typeof KEY_SORTS)[number];
/** Sorts by the values of a dimension: the rank of each label. */
export type LabelSort = { dimension: GroupDimension; ranks: ArrayLike<number> };
/**
 * Sorts by what a record loses by itself under three shocks, in currency units: falls are
 * negative fractions. By instrument its debt loses what it then lacks in collateral more.
 */
export type ImpactSort = {
  shocks: { collateral: number; recovery: number; default: number; netting: Netting };
};

const ID_DIMENSIONS = ["instrument_id", "obligor_id", "obligor_group"] as const;

export type PageRequest = {
  /** A record has one of the values of each; null stands for none. */
  filters: readonly { dimension: GroupDimension; values: readonly GroupValue[] }[];
  /** A record's instrument, obligor or group of obligors has it in its id; ASCII in any case. */
  idPart: string | null;
  sort: PageSort | KeySort | LabelSort | ImpactSort;
  descending: boolean;
  /**
   * The record to go on behind: its value in units, points, days, its row, rank or impact, and
   * its row; null is the value of those that have none, which stand at the end in both directions.
   */
  after: { value: number | null; row: number } | null;
  limit: number;
};

/**
 * The tape's rows of one page of records, and how many records there are on all pages. Equal values
 * come by rising row. Null where a record has several rows of the columns, as a portfolio has:
 * what it comes to is not in one place, and where differences of amounts would be rounded.
 */
export function recordPage(
  columns: PortfolioColumns, request: PageRequest, keys: RecordKeys | null = null,
): { rows: number[]; total: number } | null {
  const { rowNumber, isFirst } = columns;
  if (isFirst.includes(0) || isRounded(columns, request.sort)) return null;
  const { after, limit } = request;
  const isWanted = wanted(columns, request);
  const none = request.descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const valueOf = valuesBy(columns, request.sort, keys, none);
  const last = after?.value ?? none;
  const turn = request.descending ? -1 : 1;
  const compare = (value: number, row: number, other: number, otherRow: number): number =>
    value === other ? row - otherRow : (value < other ? -turn : turn);
  const first = new FirstOf(limit, compare);
  let total = 0;
  for (let at = 0; at < rowNumber.length; at += 1) {
    if (!isWanted(at)) continue;
    total += 1;
    const [value, row] = [valueOf(at), rowNumber[at] as number];
    if (after === null || compare(value, row, last, after.row) > 0) first.add(value, row);
  }
  return { rows: first.rows(), total };
}

function valuesBy(
  columns: PortfolioColumns, sort: PageRequest["sort"], keys: RecordKeys | null, none: number,
): (at: number) => number {
  if (typeof sort === "object" && "shocks" in sort) return impactsOf(columns, sort.shocks);
  if (typeof sort === "object") {
    const codes = columns.dimensions[sort.dimension]?.codes;
    return (at) => {
      const code = codes?.[at] ?? 0;
      return code === 0 ? none : sort.ranks[code - 1] as number;
    };
  }
  if (sort === "interest_rate_pct" || sort === "days_past_due") {
    assert(keys, "a sort by what only the records say comes with their keys");
    const { interestRate, daysPastDue } = keys;
    return sort === "days_past_due"
      ? (at) => daysPastDue[at] === NO_DAYS ? none : daysPastDue[at] as number
      : (at) => Number.isNaN(interestRate[at]) ? none : interestRate[at] as number;
  }
  const { debtCount, outstanding, collateral, distressedValue, rowNumber } = columns;
  if (sort === "row") return (at) => rowNumber[at] as number;
  if (sort === "distressed_value") {
    return (at) => at < debtCount ? 0 : distressedValue[at - debtCount] as number;
  }
  const amounts = sort === "principal" ? outstanding : collateral;
  return (at) => at < debtCount ? amounts[at] as number : 0;
}

/** Whether what debts lack is beyond what differences of doubles hold. */
function isRounded(
  { outstanding, collateral }: PortfolioColumns, sort: PageRequest["sort"],
): boolean {
  if (typeof sort !== "object" || !("shocks" in sort)) return false;
  if (sort.shocks.netting === "portfolio") return false;
  const most = Number.MAX_SAFE_INTEGER / 2 / Math.max(1, 1 + sort.shocks.collateral);
  const isBeyond = (units: number): boolean => Math.abs(units) > most;
  return outstanding.some(isBeyond) || collateral.some(isBeyond);
}

const UNITS = 1e4;
const RECOVERED = 1e12;

/** The same operations in the same order as the database's, for the same bits. */
function impactsOf(
  columns: PortfolioColumns, shocks: ImpactSort["shocks"],
): (at: number) => number {
  const { debtCount, outstanding, collateral, distressedValue, recoveryRate } = columns;
  const [fall, loss, increment] = [Math.max(0, -shocks.collateral), Math.max(0, -shocks.recovery),
    Math.max(0, shocks.default)];
  const market = Math.max(0, 1 + shocks.collateral);
  const lacks = (owed: number, cover: number): number => Math.max(0, owed - cover);
  const coverLoss = shocks.netting === "portfolio"
    ? (_owed: number, cover: number) => fall * cover / UNITS
    : (owed: number, cover: number) =>
      Math.max(0, lacks(owed, atMarket(cover, market)) - lacks(owed, cover)) / UNITS;
  return (at) => {
    if (at < debtCount) {
      const owed = outstanding[at] as number;
      return coverLoss(owed, collateral[at] as number) + increment * owed / UNITS;
    }
    const asset = at - debtCount;
    const recovered = (distressedValue[asset] as number) * (recoveryRate[asset] as number);
    return loss * (recovered / RECOVERED);
  };
}

function wanted(
  columns: PortfolioColumns, { filters, idPart }: PageRequest,
): (at: number) => boolean {
  const tests = filters.map(({ dimension, values }) => {
    const own = columns.dimensions[dimension];
    const isIn = new Uint8Array((own?.labels.length ?? 0) + 1);
    const asked = new Set(values);
    isIn[0] = asked.has(null) ? 1 : 0;
    for (let code = 1; code < isIn.length; code += 1) {
      isIn[code] = asked.has(own?.labels.at(code - 1) ?? null) ? 1 : 0;
    }
    return { codes: own?.codes, isIn };
  });
  const ids = idPart === null ? null : ID_DIMENSIONS.flatMap((dimension) => {
    const own = columns.dimensions[dimension];
    return own ? [{ codes: own.codes, has: own.labels.having(idPart) }] : [];
  });
  return (at) => tests.every(({ codes, isIn }) => isIn[codes?.[at] ?? 0] === 1)
    && (ids === null || ids.some(({ codes, has }) => has[(codes[at] as number) - 1] === 1));
}
