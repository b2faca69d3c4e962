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

/** The roots of all blocks of a version, in order; none for a version sealed without them. */
export async function leafBlocks(pool: Pool, versionId: string): Promise<Uint8Array[]> {
  const { rows } = await pool.query<{ root: Buffer }>(
    "SELECT root FROM leaf_block WHERE dataset_version_id = $1 ORDER BY block", [versionId]);
  return rows.map(({ root }) => new Uint8Array(root));
}

const BLOCK = `SELECT r.sha256 AS raw, n.sha256 AS normalized
  FROM (SELECT raw_record_id, row_number, sha256 FROM raw_record
    WHERE dataset_version_id = $1 AND kind = 'record' AND row_number >= (
      SELECT first_row FROM leaf_block WHERE dataset_version_id = $1 AND block = $2)
    ORDER BY row_number LIMIT ${BLOCK_LEAVES}) r
  LEFT JOIN normalized_record n ON n.dataset_version_id = $1 AND n.row_number = r.row_number
    AND n.raw_record_id = r.raw_record_id
  ORDER BY r.row_number`;

/** The leaves of the block that a leaf stands in, in the order of the tape. */
export async function leavesOfBlock(
  pool: Pool, versionId: string, index: number,
): Promise<Leaf[]> {
  const block = Math.floor(index / BLOCK_LEAVES);
  return (await pool.query<Leaf>(BLOCK, [versionId, block])).rows;
}
