import { canonicalJson, type Json } from "../kernel/canonical";
import {
  ExactSum, shocksOn, type GroupDimension, type GroupValue, type Scenario, type SegmentWhere,
  type Shocks,
} from "../risk";
import { cellSums, type CellSums } from "./cell-sums";
import type { PortfolioColumns } from "./portfolio-columns";
import type { Codes } from "./growing-columns";
import { cellIds, groupIds, profileIds, type RowIds } from "./row-ids";

/**
 * A portfolio cut into cells: rows of one group that are in the same segments, so that each cell
 * has one market, one rate shock and so on under each scenario. Made once for a grouping and the
 * segments of its scenarios, used for any shocks. It copies no amounts: `debts` are the columns'
 * own, and rows of one cell are put together where they are added up (`eachRun`).
 */
export type Cut = {
  groupBy: readonly GroupDimension[];
  /** Keys of the groups, in the order of `groupBy`. */
  groupKeys: GroupValue[][];
  /** The segments that were told apart, and of each profile which of them its rows are in. */
  wheres: readonly SegmentWhere[];
  profiles: readonly (readonly boolean[])[];
  cells: CellSums & {
    count: number;
    group: Uint32Array;
    profile: Uint32Array;
    /** The cell of each row, debts first. */
    ids: RowIds;
  };
  debts: {
    count: number;
    /** By row: what each debt owes to its own collateral and this, in 1/10,000 units. */
    owed: Float64Array;
    cover: Float64Array;
    /** The largest magnitude among them: it decides how many a kernel may add up. */
    largest: number;
    /** Debts under one stated collateral: they stand with 0 in `owed` and `cover`. */
    stated: { group: number; owed: bigint; cover: number }[];
  };
  /** Records of each group. */
  counts: Float64Array;
};

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
  const groups = groupIds(columns, groupBy);
  const { members, ...profiles } = profileIds(columns, wheres);
  const { left, right, ...ids } = cellIds(columns, groups, profiles);
  const sums = cellSums(columns, ids);
  const { keys, places } = ordered(columns, groupBy, groups.codes, { left, sums });
  const group = left.map((id) => places[id] as number);
  const counts = new Float64Array(keys.length);
  sums.records.forEach((records, cell) => {
    if (records === 0) return;
    const at = group[cell] as number;
    counts[at] = (counts[at] as number) + records;
  });
  return { groupBy, groupKeys: keys, wheres, profiles: members, counts,
    cells: { ...sums, count: ids.count, group, profile: right, ids },
    debts: debtsOf(columns, (row) => group[ids.of?.[row] ?? 0] as number) };
}

/** How many groups the rows make: what `cutColumns` would give, without sums or keys. */
export function groupCount(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[],
): number {
  const { of, count } = groupIds(columns, groupBy);
  const rows = columns.debtCount + columns.assetCount;
  if (of === null) return groupBy.length > 0 && rows === 0 ? 0 : 1;
  const isThere = new Uint8Array(count);
  for (let row = 0; row < rows; row += 1) isThere[of[row] as number] = 1;
  return isThere.reduce((sum, one) => sum + one, 0);
}

/** Groups that occur, by falling outstanding, then by their keys with null last (as in SQL). */
function ordered(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[], codes: readonly Uint32Array[],
  { left, sums }: { left: Uint32Array; sums: CellSums },
): { keys: GroupValue[][]; places: Uint32Array } {
  const count = codes[0]?.length ?? 1;
  const places = new Uint32Array(count);
  if (groupBy.length === 0) return { keys: [[]], places };
  const isThere = new Uint8Array(count);
  const owed = new Array<bigint>(count).fill(0n);
  left.forEach((id, cell) => {
    if (sums.debts[cell] === 0 && sums.assets[cell] === 0) return;
    isThere[id] = 1;
    owed[id] = (owed[id] as bigint) + sums.outstanding.value(cell);
  });
  const ids = Uint32Array.from(isThere.keys()).filter((id) => isThere[id] === 1);
  const keys = Array.from(ids, (id) => groupBy.map((dimension, at) => {
    const code = (codes[at] as Uint32Array)[id] as number;
    return code === 0 ? null : columns.dimensions[dimension]?.labels.at(code - 1) ?? null;
  }));
  const order = groupOrder(Array.from(ids, (id) => owed[id] as bigint), keys);
  order.forEach((group, place) => { places[ids[group] as number] = place; });
  return { keys: Array.from(order, (group) => keys[group] as GroupValue[]), places };
}

/** The places of groups in their order; numbers near to what they owe tell most of them apart. */
export function groupOrder(
  owed: readonly bigint[], keys: readonly (readonly GroupValue[])[],
): Uint32Array {
  const near = Float64Array.from(owed, Number);
  return Uint32Array.from(owed.keys()).sort((a, b) =>
    (near[b] as number) - (near[a] as number)
    || (owed[a] === owed[b] ? byKey(keys[a] as GroupValue[], keys[b] as GroupValue[])
      : (owed[a] as bigint) > (owed[b] as bigint) ? -1 : 1));
}

function byKey(a: readonly GroupValue[], b: readonly GroupValue[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as GroupValue;
    if (left === right) continue;
    if (left === null || right === null) return left === null ? 1 : -1;
    return left < right ? -1 : 1;
  }
  return 0;
}

function debtsOf(columns: PortfolioColumns, groupOf: (row: number) => number): Cut["debts"] {
  let { outstanding: owed, collateral: cover } = columns;
  const stated = statedDebts(columns, groupOf);
  if (stated.length > 0) {
    owed = Float64Array.from(owed);
    cover = Float64Array.from(cover);
    for (const [index, from] of columns.statedFrom.entries()) {
      owed.fill(0, from, columns.statedTo[index]);
      cover.fill(0, from, columns.statedTo[index]);
    }
  }
  return { count: columns.debtCount, owed, cover, stated,
    largest: Math.max(largestOf(owed), largestOf(cover)) };
}

/** Debts under one stated collateral. */
export const statedDebts = (
  { outstanding, collateral, statedFrom, statedTo }: Pick<PortfolioColumns,
    "outstanding" | "collateral" | "statedFrom" | "statedTo">, groupOf: (row: number) => number,
): Cut["debts"]["stated"] => Array.from(statedFrom, (from, index) => {
  const owed = new ExactSum();
  for (let row = from; row < (statedTo[index] as number); row += 1) {
    owed.add(outstanding[row] as number);
  }
  return { group: groupOf(from), owed: owed.value(), cover: collateral[from] as number };
});

function largestOf(column: Float64Array): number {
  let largest = 0;
  for (let row = 0; row < column.length; row += 1) {
    const size = Math.abs(column[row] as number);
    if (size > largest) largest = size;
  }
  return largest;
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

/** Which of the shocks of a scenario each row has. */
export function shocksOfRows(
  columns: PortfolioColumns, scenario: Scenario,
): { of: Codes | null; shocks: Shocks[] } {
  const wheres = segmentsOf([scenario]);
  const { of, members } = profileIds(columns, wheres);
  return { of, shocks: shocksByProfile({ profiles: members, wheres }, scenario) };
}
