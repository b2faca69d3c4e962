import { GROUP_COLUMNS, type GroupColumn } from "@/lib/contract/facts";
import type { PageRequest } from "@/lib/portfolio";
import { pool } from "../db/database";
import type { InstrumentQuery } from "../db/instrument-query";
import { sortsByBytes } from "../db/sorting-query";
import { runOnThreads } from "../calculation/threads";
import { columnsOf, type VersionColumns } from "./version-columns";

/** Values of a column that are put in order for one page; more are ordered once, by their bytes. */
const LABELS = 20_000;

const isColumn = (name: string): name is GroupColumn =>
  (GROUP_COLUMNS as readonly string[]).includes(name);

/**
 * The order of a text column's values as the database has it, and the place in it to go on
 * behind; null where columns do not hold the values, or too many of them for a database that does
 * not sort by bytes.
 */
export async function labelOrder(
  versionId: string, { sort, after }: Pick<InstrumentQuery, "sort" | "after">,
): Promise<Pick<PageRequest, "sort" | "after"> | null> {
  if (!isColumn(sort)) return null;
  const loaded = await columnsOf(versionId);
  const labels = loaded.columns.dimensions[sort]?.labels;
  const ranks = await ranksOf(loaded, sort);
  if (ranks === null) return null;
  const place = after === null || after.value === null ? null : labels?.indexOf(after.value) ?? -1;
  if (place === -1) return null;
  return { sort: { dimension: sort, ranks }, after: after && {
    value: place === null ? null : ranks[place] as number, row: after.row } };
}

async function ranksOf(
  loaded: VersionColumns, sort: GroupColumn,
): Promise<ArrayLike<number> | null> {
  const labels = loaded.columns.dimensions[sort]?.labels;
  if (labels === undefined) return [];
  if (labels.length > LABELS) return await sortsByBytes() ? ranksByBytes(loaded, sort) : null;
  const texts = Array.from(labels.ends, (_, at) => labels.at(at));
  return sort === "stage" ? texts.map(Number) : ranksInDatabase(texts);
}

async function ranksInDatabase(labels: readonly string[]): Promise<number[]> {
  const { rows } = await pool().query<{ at: string }>(`SELECT label.at FROM
    unnest($1::text[]) WITH ORDINALITY AS label (value, at) ORDER BY label.value`, [labels]);
  const ranks = labels.map(() => 0);
  rows.forEach(({ at }, rank) => { ranks[Number(at) - 1] = rank; });
  return ranks;
}

/** By the columns they are of: they go when those leave the memory. */
const known = new WeakMap<VersionColumns, Map<GroupColumn, Promise<Float64Array>>>();

/** Sorting a million texts takes a second: a thread does it, once for all pages. */
function ranksByBytes(loaded: VersionColumns, dimension: GroupColumn): Promise<Float64Array> {
  const own = known.get(loaded) ?? new Map<GroupColumn, Promise<Float64Array>>();
  known.set(loaded, own);
  const { buffer, sha256 } = loaded;
  const sorting = own.get(dimension) ?? runOnThreads("labelRanks",
    [{ shared: { buffer, sha256 }, dimension }]).then(([ranks]) => ranks as Float64Array);
  own.set(dimension, sorting);
  sorting.catch(() => own.delete(dimension));
  return sorting;
}
