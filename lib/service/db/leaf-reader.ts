import type { Pool, PoolClient } from "pg";
import { BLOCK_LEAVES } from "@/lib/evidence";
import { cursorBatches } from "./cursor";

/** The hashes of a row of the tape: of its raw record, and of what that became. */
export type Leaf = { raw: string; normalized: string | null };

const BATCH = 4000;
const LEAVES = `SELECT r.sha256 AS raw, n.sha256 AS normalized
  FROM raw_record r LEFT JOIN normalized_record n
    ON n.dataset_version_id = $1 AND n.row_number = r.row_number
      AND n.raw_record_id = r.raw_record_id
  WHERE r.dataset_version_id = $1 AND r.kind = 'record' ORDER BY r.row_number`;

/** All leaves of a version in the order of the tape, in batches: memory stays bounded. */
export const leafBatches = (client: PoolClient, versionId: string): AsyncGenerator<Leaf[]> =>
  cursorBatches<Leaf>(client, BATCH, LEAVES, [versionId]);

// The record is sought by its id alone: before a new version has statistics, its index over the
// version looks as good, and is read from end to end. The outer condition holds the version.
const LEAF = `SELECT r.raw_record_id, r.row_number, r.sha256 AS raw, n.sha256 AS normalized,
    coalesce(b.block, 0) * ${BLOCK_LEAVES} + (SELECT count(*)::int FROM raw_record before
      WHERE before.dataset_version_id = $1 AND before.kind = 'record'
        AND before.row_number >= coalesce(b.first_row, 0)
        AND before.row_number < r.row_number) AS index
  FROM raw_record r LEFT JOIN LATERAL (SELECT normalized_record_id, sha256 FROM normalized_record
    WHERE dataset_version_id = $1 AND row_number = r.row_number
      AND raw_record_id = r.raw_record_id LIMIT 1) n ON true
  LEFT JOIN LATERAL (SELECT block, first_row FROM leaf_block
    WHERE $3 AND dataset_version_id = $1 AND first_row <= r.row_number
    ORDER BY block DESC LIMIT 1) b ON true
  WHERE r.dataset_version_id = $1 AND r.kind = 'record'
    AND (r.raw_record_id = $2 OR n.normalized_record_id = $2)
    AND r.row_number = coalesce(
      (SELECT row_number FROM raw_record WHERE raw_record_id = $2),
      (SELECT row_number FROM normalized_record WHERE normalized_record_id = $2))`;

/** A leaf with the row it belongs to and its place among all leaves. */
export type PlacedLeaf = Leaf & { raw_record_id: string; row_number: number; index: number };

/**
 * A row by its raw or normalized record; null without one. Its place is counted from the beginning
 * of its block, or `byBlocks` false, of the tape.
 */
export async function leafOf(
  pool: Pool, versionId: string, recordId: string, byBlocks: boolean,
): Promise<PlacedLeaf | null> {
  const { rows } = await pool.query<PlacedLeaf>(LEAF, [versionId, recordId, byBlocks]);
  return rows[0] ?? null;
}
