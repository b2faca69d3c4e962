import type { Pool, PoolClient } from "pg";
import { BLOCK_LEAVES } from "@/lib/evidence";
import type { Leaf } from "./leaf-reader";

/**
 * Keeps the roots of a version's blocks of leaves, so that a proof reads one block and not the
 * tape. Nothing rests on them: what is proven with them is checked against the content hash.
 */
export async function writeLeafBlocks(
  client: PoolClient, versionId: string, firstRows: readonly number[],
  roots: readonly Uint8Array[],
): Promise<void> {
  await client.query(
    `INSERT INTO leaf_block (dataset_version_id, block, first_row, root)
     SELECT $1, b.place - 1, b.first_row, decode(b.root, 'hex')
     FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS b(first_row, root, place)`,
    [versionId, firstRows, roots.map((root) => Buffer.from(root).toString("hex"))]);
}

/** A block of leaves: the row that it begins with, and its root. */
export type LeafBlock = { firstRow: number; root: Uint8Array };

/** All blocks of a version, in order; none for a version sealed without them. */
export async function leafBlocks(pool: Pool, versionId: string): Promise<LeafBlock[]> {
  const { rows } = await pool.query<{ first_row: number; root: Buffer }>(
    `SELECT first_row, root FROM leaf_block WHERE dataset_version_id = $1 ORDER BY block`,
    [versionId]);
  return rows.map((row) => ({ firstRow: row.first_row, root: new Uint8Array(row.root) }));
}

/** Both tables by the same range of rows: without statistics the join would read all of one. */
const BLOCK = `SELECT r.sha256 AS raw, n.sha256 AS normalized
  FROM raw_record r LEFT JOIN normalized_record n
    ON n.dataset_version_id = $1 AND n.row_number >= $2 AND n.row_number < $3
      AND n.row_number = r.row_number AND n.raw_record_id = r.raw_record_id
  WHERE r.dataset_version_id = $1 AND r.kind = 'record'
    AND r.row_number >= $2 AND r.row_number < $3
  ORDER BY r.row_number LIMIT ${BLOCK_LEAVES}`;
const LAST_ROW = 2 ** 31 - 1;

/** The leaves of the block that a leaf stands in, in the order of the tape. */
export async function leavesOfBlock(
  pool: Pool, versionId: string, blocks: readonly LeafBlock[], index: number,
): Promise<Leaf[]> {
  const block = Math.floor(index / BLOCK_LEAVES);
  const from = blocks[block]?.firstRow ?? 0;
  const to = blocks[block + 1]?.firstRow ?? LAST_ROW;
  return (await pool.query<Leaf>(BLOCK, [versionId, from, to])).rows;
}
