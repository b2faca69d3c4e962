import { canonicalJson, type Json } from "../kernel/canonical";
import {
  ExactSum, GROUP_DIMENSIONS, shocksOn, type GroupDimension, type GroupValue, type Scenario,
  type SegmentWhere, type Shocks,
} from "../risk";
import { valueAt, type Codes, type PortfolioColumns } from "./columns";
import { ExactColumn } from "./exact-column";

/**
 * A portfolio cut into runs: rows of one group that are in the same segments stand together, so
 * that each run has one market, one rate shock and so on under each scenario. Made once for a
 * grouping and the segments of its scenarios, used for any shocks.
 */
export type Cut = {
  groupBy: readonly GroupDimension[];
  /** Keys of the groups, in the order of `groupBy`. */
  groupKeys: GroupValue[][];
  /** The segments that were told apart, and of each profile which of them its rows are in. */
  wheres: readonly SegmentWhere[];
  profiles: readonly (readonly boolean[])[];
  debts: Runs & {
    /** By run: what each debt owes to its own collateral and this, in 1/10,000 units. */
    owed: Float64Array;
    cover: Float64Array;
    /** The largest magnitude among them: it decides how many a kernel may add up. */
    largest: number;
    /** Where each of these came from: a row of the columns. */
    rows: Uint32Array;
    /** Debts under one stated collateral: they stand with 0 in `owed` and `cover`. */
    stated: { group: number; owed: bigint; cover: number }[];
    /** Sums of each run. */
    outstanding: ExactColumn;
    outstandingTimesRate: ExactColumn;
    collateral: ExactColumn;
    assets: ExactColumn;
  };
  distressed: Runs & { value: ExactColumn; valueTimesRecovery: ExactColumn };
  /** Records of each group. */
  counts: Float64Array;
};

/** Consecutive places: run r is from `start[r]` to before `start[r + 1]`. Groups ascend. */
type Runs = { start: Uint32Array; group: Uint32Array; profile: Uint32Array; count: number };

/** The distinct segments of scenarios. */
export function segmentsOf(scenarios: readonly Scenario[]): SegmentWhere[] {
  const wheres = new Map<string, SegmentWhere>();
  for (const { segment_shocks: entries } of scenarios) {
    for (const { where } of entries ?? []) wheres.set(canonicalJson(where as Json), where);
  }
  return [...wheres.values()];
}

/** Cuts columns by up to two dimensions and by segments. */
export function cutColumns(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[], wheres: readonly SegmentWhere[],
): Cut {
  const rows = columns.debtCount + columns.assetCount;
  const profiles = profilesOf(columns, wheres);
  const groups = groupBy.reduce<Ids>((ids, dimension) => {
    const found = columns.dimensions[dimension];
    return found ? combine(ids, { of: found.codes, count: found.labels.length + 1 }, rows) : ids;
  }, { of: null, count: 1 });
  const { ids, keys } = ordered(columns, groupBy, groups);
  const counts = new Float64Array(keys.length);
  columns.isFirst.forEach((first, row) => {
    const group = ids ? ids[row] as number : 0;
    counts[group] = (counts[group] as number) + first;
  });
  const key = { groups: ids, groupCount: keys.length, profiles };
  return { groupBy, groupKeys: keys, wheres, profiles: profiles.members, counts,
    debts: debtRuns(columns, key), distressed: assetRuns(columns, key) };
}

/** An id below `count` for each row; null is 0 for all. */
type Ids = { of: Codes | null; count: number };

/** Ids of the pairs that occur, in the order of first appearance. */
function combine(a: Ids, b: Ids, rows: number): Ids {
  if (a.of === null && a.count === 1) return b;
  if (b.of === null) return a;
  const pairs = a.count * b.count;
  const table = pairs <= 4 * rows + 65_536 ? new Uint32Array(pairs) : null;
  const known = new Map<number, number>();
  const of = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const pair = (a.of?.[row] ?? 0) * b.count + (b.of[row] as number);
    let id = table ? table[pair] as number : known.get(pair) ?? 0;
    if (id === 0) {
      count += 1;
      id = count;
      if (table) table[pair] = id;
      else known.set(pair, id);
    }
    of[row] = id - 1;
  }
  return { of, count };
}

/** Groups that occur, by falling outstanding, then by their keys with null last (as in SQL). */
function ordered(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[], groups: Ids,
): { ids: Uint32Array | null; keys: GroupValue[][] } {
  const rows = columns.debtCount + columns.assetCount;
  if (groupBy.length === 0 || groups.of === null) {
    const isEmpty = groupBy.length > 0 && rows === 0;
    return { ids: null, keys: isEmpty ? [] : [groupBy.map(() => null)] };
  }
  const codes = groups.of;
  const someRow = new Int32Array(groups.count).fill(-1);
  const outstanding = new ExactColumn(groups.count);
  for (let row = rows - 1; row >= 0; row -= 1) {
    const id = codes[row] as number;
    someRow[id] = row;
    if (row < columns.debtCount) outstanding.add(id, columns.outstanding[row] as number);
  }
  const found = [...someRow.keys()].filter((id) => someRow[id] !== -1).map((id) => ({ id,
    owed: outstanding.value(id),
    key: groupBy.map((dimension) => valueAt(columns, dimension, someRow[id] as number)) }));
  found.sort((a, b) => a.owed === b.owed ? byKey(a.key, b.key) : a.owed > b.owed ? -1 : 1);
  const place = new Uint32Array(groups.count);
  found.forEach(({ id }, index) => { place[id] = index; });
  return { ids: Uint32Array.from(codes, (id) => place[id] as number),
    keys: found.map(({ key }) => key) };
}

export function byKey(a: readonly GroupValue[], b: readonly GroupValue[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as GroupValue;
    if (left === right) continue;
    if (left === null || right === null) return left === null ? 1 : -1;
    return left < right ? -1 : 1;
  }
  return 0;
}

type Profiles = Ids & { members: boolean[][] };

/** Which segments each row is in, as the id of what is true of all of them together. */
function profilesOf(columns: PortfolioColumns, wheres: readonly SegmentWhere[]): Profiles {
  const rows = columns.debtCount + columns.assetCount;
  return wheres.reduce<Profiles>((known, where) => {
    const inside = rowsIn(columns, where, rows);
    const { of, count } = combine(known, { of: inside, count: 2 }, rows);
    const members: boolean[][] = new Array<boolean[]>(count);
    for (let row = 0; row < rows; row += 1) {
      const id = of?.[row] ?? 0;
      members[id] ??= [...known.members[known.of?.[row] ?? 0] as boolean[], inside[row] === 1];
    }
    // Both may be absent where `combine` gave the flags themselves.
    for (let id = 0; id < count; id += 1) {
      members[id] ??= [...known.members[0] as boolean[], id === 1];
    }
    return { of, count, members };
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
    for (let row = 0; row < rows; row += 1) {
      inside[row] = (inside[row] as number) & (isWanted[found?.codes[row] ?? 0] as number);
    }
  }
  return inside;
}

type Key = { groups: Uint32Array | null; groupCount: number; profiles: Profiles };

/** Rows from `from` to before `to` put together by group, then profile, else in their order. */
function runsOf(key: Key, from: number, to: number): Runs & { rows: Uint32Array } {
  const groupOf = (row: number): number => key.groups?.[row] ?? 0;
  const profileOf = (row: number): number => key.profiles.of?.[row] ?? 0;
  let rows = Uint32Array.from({ length: to - from }, (_, index) => from + index);
  if (key.profiles.of) rows = sorted(rows, profileOf, key.profiles.count);
  if (key.groups) rows = sorted(rows, groupOf, key.groupCount);
  const start: number[] = [];
  rows.forEach((row, at) => {
    const before = rows[at - 1] as number;
    if (at === 0 || groupOf(row) !== groupOf(before) || profileOf(row) !== profileOf(before)) {
      start.push(at);
    }
  });
  return { rows, count: start.length, start: Uint32Array.from({ length: start.length + 1 },
      (_, run) => start[run] ?? rows.length),
    group: Uint32Array.from(start, (at) => groupOf(rows[at] as number)),
    profile: Uint32Array.from(start, (at) => profileOf(rows[at] as number)) };
}

/** Rows by an id below `count`, rows of one id in the order they were in. */
function sorted(
  rows: Uint32Array<ArrayBuffer>, idOf: (row: number) => number, count: number,
): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(count + 1);
  for (const row of rows) next[idOf(row) + 1] = (next[idOf(row) + 1] as number) + 1;
  for (let id = 0; id < count; id += 1) {
    next[id + 1] = (next[id + 1] as number) + (next[id] as number);
  }
  const placed = new Uint32Array(rows.length);
  for (const row of rows) {
    const place = next[idOf(row)] as number;
    next[idOf(row)] = place + 1;
    placed[place] = row;
  }
  return placed;
}

function debtRuns(columns: PortfolioColumns, key: Key): Cut["debts"] {
  const runs = runsOf(key, 0, columns.debtCount);
  const { rows, count } = runs;
  const owed = Float64Array.from(rows, (row) => columns.outstanding[row] as number);
  const cover = Float64Array.from(rows, (row) => columns.collateral[row] as number);
  const sums = { outstanding: new ExactColumn(count), outstandingTimesRate: new ExactColumn(count),
    collateral: new ExactColumn(count), assets: new ExactColumn(count) };
  for (let run = 0; run < count; run += 1) {
    for (let at = runs.start[run] as number; at < (runs.start[run + 1] as number); at += 1) {
      const row = rows[at] as number;
      sums.outstanding.add(run, owed[at] as number);
      sums.outstandingTimesRate.addProduct(
        run, owed[at] as number, columns.interestRate[row] as number);
      sums.collateral.add(run, cover[at] as number);
      sums.assets.add(run, columns.assets[row] as number);
    }
  }
  const isStated = new Set<number>();
  const stated = Array.from(columns.statedFrom, (from, index) => {
    const owes = new ExactSum();
    for (let row = from; row < (columns.statedTo[index] as number); row += 1) {
      isStated.add(row);
      owes.add(columns.outstanding[row] as number);
    }
    return { group: key.groups?.[from] ?? 0, owed: owes.value(),
      cover: columns.collateral[from] as number };
  });
  if (isStated.size > 0) {
    rows.forEach((row, at) => {
      if (!isStated.has(row)) return;
      owed[at] = 0;
      cover[at] = 0;
    });
  }
  return { ...runs, ...sums, owed, cover, stated, largest: largestOf(owed, cover) };
}

function largestOf(...columns: readonly Float64Array[]): number {
  let largest = 0;
  for (const column of columns) {
    for (const amount of column) largest = Math.max(largest, Math.abs(amount));
  }
  return largest;
}

function assetRuns(columns: PortfolioColumns, key: Key): Cut["distressed"] {
  const { debtCount, assetCount } = columns;
  const { rows, ...runs } = runsOf(key, debtCount, debtCount + assetCount);
  const value = new ExactColumn(runs.count);
  const valueTimesRecovery = new ExactColumn(runs.count);
  for (let run = 0; run < runs.count; run += 1) {
    for (let at = runs.start[run] as number; at < (runs.start[run + 1] as number); at += 1) {
      const asset = (rows[at] as number) - debtCount;
      value.add(run, columns.distressedValue[asset] as number);
      valueTimesRecovery.addProduct(run, columns.distressedValue[asset] as number,
        columns.recoveryRate[asset] as number);
    }
  }
  return { ...runs, value, valueTimesRecovery };
}

/** The shocks on the rows of each profile under a scenario whose segments the cut knows. */
export function shocksByProfile(
  cut: Pick<Cut, "profiles" | "wheres">, scenario: Scenario,
): Shocks[] {
  const entries = scenario.segment_shocks ?? [];
  if (entries.length === 0) return cut.profiles.map(() => scenario);
  const places = new Map(cut.wheres.map((where, at) => [canonicalJson(where as Json), at]));
  const at = entries.map(({ where }) => places.get(canonicalJson(where as Json)) as number);
  return cut.profiles.map((members) =>
    shocksOn(scenario, (index) => members[at[index] as number] === true));
}
