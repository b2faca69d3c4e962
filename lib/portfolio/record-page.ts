import type { GroupDimension, GroupValue } from "../risk";
import type { PortfolioColumns } from "./columns";
import { FirstOf } from "./first-of";

/** What records of columns can be sorted by. */
export const PAGE_SORTS = ["row", "principal", "collateral_value", "distressed_value"] as const;
export type PageSort = (typeof PAGE_SORTS)[number];
/** Sorts by the values of a dimension: the rank of each code, of the rows without a value first. */
export type LabelSort = { dimension: GroupDimension; ranks: readonly number[] };

export type PageRequest = {
  /** A record has one of the values of each; null stands for none. */
  filters: readonly { dimension: GroupDimension; values: readonly GroupValue[] }[];
  sort: PageSort | LabelSort;
  descending: boolean;
  /** The record to go on behind: its value in units, its row or rank, and its row. */
  after: { value: number; row: number } | null;
  limit: number;
};

/**
 * The tape's rows of one page of records, and how many records there are on all pages. Equal values
 * come by rising row. Null where a record has several rows of the columns, as a portfolio has:
 * what it comes to is not in one place.
 */
export function recordPage(
  columns: PortfolioColumns, request: PageRequest,
): { rows: number[]; total: number } | null {
  const { rowNumber, isFirst } = columns;
  if (isFirst.includes(0)) return null;
  const { after, limit } = request;
  const isWanted = wanted(columns, request.filters);
  const valueOf = valuesBy(columns, request.sort);
  const turn = request.descending ? -1 : 1;
  const compare = (value: number, row: number, other: number, otherRow: number): number =>
    value === other ? row - otherRow : (value < other ? -turn : turn);
  const first = new FirstOf(limit, compare);
  let total = 0;
  for (let at = 0; at < rowNumber.length; at += 1) {
    if (!isWanted(at)) continue;
    total += 1;
    const [value, row] = [valueOf(at), rowNumber[at] as number];
    if (after === null || compare(value, row, after.value, after.row) > 0) first.add(value, row);
  }
  return { rows: first.rows(), total };
}

function valuesBy(
  columns: PortfolioColumns, sort: PageRequest["sort"],
): (at: number) => number {
  if (typeof sort === "object") {
    const codes = columns.dimensions[sort.dimension]?.codes;
    return (at) => sort.ranks[codes?.[at] ?? 0] as number;
  }
  const { debtCount, outstanding, collateral, distressedValue, rowNumber } = columns;
  if (sort === "row") return (at) => rowNumber[at] as number;
  if (sort === "distressed_value") {
    return (at) => at < debtCount ? 0 : distressedValue[at - debtCount] as number;
  }
  const amounts = sort === "principal" ? outstanding : collateral;
  return (at) => at < debtCount ? amounts[at] as number : 0;
}

function wanted(
  columns: PortfolioColumns, filters: PageRequest["filters"],
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
  return (at) => tests.every(({ codes, isIn }) => isIn[codes?.[at] ?? 0] === 1);
}
