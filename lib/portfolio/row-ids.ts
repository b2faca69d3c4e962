import { GROUP_DIMENSIONS, type GroupDimension, type SegmentWhere } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import type { Codes } from "./growing-columns";

/** An id below `count` for each row, as narrow as ids allow; null is 0 for all. */
export type RowIds = { of: Codes | null; count: number };

/** Ids of the pairs that occur, with the two ids of each. */
type Pairs = RowIds & { left: Uint32Array; right: Uint32Array };

const upTo = (count: number): Uint32Array => new Uint32Array(count).map((_, id) => id);

/** Ids of pairs: those of one side where the other tells nothing apart, else by appearance. */
function combine(a: RowIds, b: RowIds, rows: number): Pairs {
  if (a.of === null) return { ...b, left: new Uint32Array(b.count), right: upTo(b.count) };
  if (b.of === null) return { ...a, left: upTo(a.count), right: new Uint32Array(a.count) };
  const pairs = a.count * b.count;
  const table = pairs <= 4 * rows + 65_536 ? new Uint32Array(pairs) : null;
  const known = new Map<number, number>();
  const of = pairs <= 2 ** 8 ? new Uint8Array(rows) : pairs <= 2 ** 16 ? new Uint16Array(rows)
    : new Uint32Array(rows);
  const found: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const pair = (a.of[row] as number) * b.count + (b.of[row] as number);
    let id = table ? table[pair] as number : known.get(pair) ?? 0;
    if (id === 0) {
      id = found.push(pair);
      if (table) table[pair] = id;
      else known.set(pair, id);
    }
    of[row] = id - 1;
  }
  return { of, count: found.length,
    left: Uint32Array.from(found, (pair) => Math.floor(pair / b.count)),
    right: Uint32Array.from(found, (pair) => pair % b.count) };
}

/** Ids of what rows have in common in `dimensions`; `codes` has each id's code of each of them. */
export function groupIds(
  columns: PortfolioColumns, dimensions: readonly GroupDimension[],
): RowIds & { codes: Uint32Array[] } {
  const rows = columns.debtCount + columns.assetCount;
  return dimensions.reduce<RowIds & { codes: Uint32Array[] }>((known, dimension) => {
    const found = columns.dimensions[dimension];
    const own = { of: found?.codes ?? null, count: (found?.labels.length ?? 0) + 1 };
    const pairs = combine(known, own, rows);
    return { of: pairs.of, count: pairs.count, codes: [
      ...known.codes.map((codes) => pairs.left.map((id) => codes[id] as number)), pairs.right] };
  }, { of: null, count: 1, codes: [] });
}

/** Ids of the segments that each row is in: profile p is in segment s where `members[p][s]`. */
export function profileIds(
  columns: PortfolioColumns, wheres: readonly SegmentWhere[],
): RowIds & { members: boolean[][] } {
  const rows = columns.debtCount + columns.assetCount;
  return wheres.reduce<RowIds & { members: boolean[][] }>((known, where) => {
    const { left, right, of, count } =
      combine(known, { of: rowsIn(columns, where, rows), count: 2 }, rows);
    return { of, count, members: Array.from(left, (id, pair) =>
      [...known.members[id] as boolean[], right[pair] === 1]) };
  }, { of: null, count: 1, members: [[]] });
}

/** 1 for each row whose values fit. */
function rowsIn(columns: PortfolioColumns, where: SegmentWhere, rows: number): Uint8Array {
  const inside = new Uint8Array(rows).fill(1);
  for (const dimension of GROUP_DIMENSIONS) {
    const wanted = where[dimension];
    if (wanted === undefined) continue;
    const values = Array.isArray(wanted) ? wanted : [wanted];
    const found = columns.dimensions[dimension];
    const isWanted = new Uint8Array((found?.labels.length ?? 0) + 1);
    for (const value of values) {
      if (value === null) isWanted[0] = 1;
      else if (found) isWanted[found.labels.indexOf(value) + 1] ||= 1;
    }
    // A label that is not there has place -1, which is the code of null.
    if (!values.includes(null)) isWanted[0] = 0;
    if (!found) {
      inside.fill(0, 0, isWanted[0] === 1 ? 0 : rows);
      continue;
    }
    const { codes } = found;
    for (let row = 0; row < rows; row += 1) {
      inside[row] = (inside[row] as number) & (isWanted[codes[row] as number] as number);
    }
  }
  return inside;
}

/** Ids of groups and profiles together. */
export const cellIds = (
  columns: PortfolioColumns, groups: RowIds, profiles: RowIds,
): Pairs => combine(groups, profiles, columns.debtCount + columns.assetCount);

/**
 * Rows that stand together: places `begin` to before `end` of `rows`, or these rows themselves
 * where `rows` is null.
 */
export type Run = { id: number; rows: Uint32Array | null; begin: number; end: number };

/** Rows of one block, at least: with two columns of them in the second cache of a core. */
const BLOCK = 2 ** 14;
/** Rows of one block by id, so that most ids have enough rows in a block to add up in one go. */
const BLOCK_BY_ID = 256;

/**
 * Visits rows `from` to before `to`, block by block, and in each block those of one id together, in
 * their order. So columns are read once, front to back, and nothing of a column is copied. The
 * run that is shown is the same object each time.
 */
export function eachRun(
  { of, count }: RowIds, from: number, to: number, visit: (run: Run) => void,
): void {
  if (from >= to) return;
  if (of === null) {
    visit({ id: 0, rows: null, begin: from, end: to });
    return;
  }
  const size = Math.min(to - from, Math.max(BLOCK, BLOCK_BY_ID * count));
  const rows = new Uint32Array(size);
  const ends = new Uint32Array(count);
  const run: Run = { id: 0, rows, begin: 0, end: 0 };
  for (let first = from; first < to; first += size) {
    sortBlock(of, first, Math.min(to, first + size), rows, ends);
    let begin = 0;
    for (let id = 0; id < count; id += 1) {
      const end = ends[id] as number;
      if (end === begin) continue;
      run.id = id;
      run.begin = begin;
      run.end = end;
      visit(run);
      begin = end;
    }
  }
}

/** Rows by rising id into `rows`; those of an id are before place `ends[id]`. */
function sortBlock(
  of: Codes, first: number, last: number, rows: Uint32Array, ends: Uint32Array,
): void {
  ends.fill(0);
  for (let row = first; row < last; row += 1) {
    const id = of[row] as number;
    ends[id] = (ends[id] as number) + 1;
  }
  let before = 0;
  for (let id = 0; id < ends.length; id += 1) {
    const own = ends[id] as number;
    ends[id] = before;
    before += own;
  }
  for (let row = first; row < last; row += 1) {
    const id = of[row] as number;
    const place = ends[id] as number;
    ends[id] = place + 1;
    rows[place] = row;
  }
}
