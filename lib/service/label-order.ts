import { GROUP_COLUMNS, type GroupColumn } from "@/lib/contract/facts";
import type { LabelSort, PageRequest } from "@/lib/portfolio";
import { pool } from "./db/database";
import type { InstrumentQuery } from "./db/instrument-query";
import { runOnThreads } from "./threads";
import type { sharedColumns } from "./version-columns";

type Shared = NonNullable<Awaited<ReturnType<typeof sharedColumns>>>;

/** Values of a column that are put in order for one page; of more the records are sorted. */
const LABELS = 20_000;

const isColumn = (name: string): name is GroupColumn =>
  (GROUP_COLUMNS as readonly string[]).includes(name);

/**
 * The order of a text column's values as the database has it, and the place in it to go on
 * behind; null where columns do not hold the values, or too many of them.
 */
export async function labelOrder(
  shared: Shared, { sort, descending, after }: Pick<InstrumentQuery, "sort" | "descending" | "after">,
): Promise<Pick<PageRequest, "sort" | "after"> | null> {
  if (!isColumn(sort)) return null;
  const [labels = null] = await runOnThreads("labels",
    [{ shared, dimension: sort, most: LABELS }]);
  if (labels === null) return null;
  // Rows without a value stand at the end in both directions.
  const none = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const ranks: LabelSort["ranks"] = [none, ...sort === "stage" ? labels.map(Number)
    : await ranksOf(labels)];
  const code = after === null || after.value === null ? 0 : labels.indexOf(after.value) + 1;
  if (after !== null && after.value !== null && code === 0) return null;
  return { sort: { dimension: sort, ranks },
    after: after && { value: ranks[code] as number, row: after.row } };
}

async function ranksOf(labels: readonly string[]): Promise<number[]> {
  const { rows } = await pool().query<{ at: string }>(`SELECT label.at FROM
    unnest($1::text[]) WITH ORDINALITY AS label (value, at) ORDER BY label.value`, [labels]);
  const ranks = labels.map(() => 0);
  rows.forEach(({ at }, rank) => { ranks[Number(at) - 1] = rank; });
  return ranks;
}
