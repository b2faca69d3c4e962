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

/** A record with its content, null once erased, and the hash that it was kept with. */
export type KeptRecord = { id: string; sha256: string; payload: unknown };
/** A row of the tape with what it became. */
export type WholeRow = { raw: KeptRecord; normalized: KeptRecord | null };

/** What is read at a time with its content: other requests have their turn in between. */
const WHOLE_BATCH = 500;

/** All rows of a version with their content, in the order of the tape. */
export async function* rowBatches(
  client: PoolClient, versionId: string,
): AsyncGenerator<WholeRow[]> {
  type Row = { raw_id: string; raw_sha256: string; raw_payload: unknown; id: string | null;
    sha256: string; payload: unknown };
  const batches = cursorBatches<Row>(client, WHOLE_BATCH, `SELECT r.raw_record_id AS raw_id,
      r.sha256 AS raw_sha256, r.payload AS raw_payload, n.normalized_record_id AS id, n.sha256,
      n.payload
    FROM raw_record r LEFT JOIN normalized_record n
      ON n.dataset_version_id = $1 AND n.row_number = r.row_number
        AND n.raw_record_id = r.raw_record_id
    WHERE r.dataset_version_id = $1 AND r.kind = 'record' ORDER BY r.row_number`, [versionId]);
  for await (const rows of batches) {
    yield rows.map(({ raw_id, raw_sha256, raw_payload, id, sha256, payload }) => ({
      raw: { id: raw_id, sha256: raw_sha256, payload: raw_payload },
      normalized: id === null ? null : { id, sha256, payload } }));
  }
}

/** How many records of a version say that they became of a row. */
export async function countNormalized(client: PoolClient, versionId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count
    FROM normalized_record WHERE dataset_version_id = $1 AND raw_record_id IS NOT NULL`,
  [versionId]);
  return rows[0]?.count ?? 0;
}

/** The records of a version beside its rows: of its file and of its totals. */
export const keptBatches = (
  client: PoolClient, versionId: string,
): AsyncGenerator<KeptRecord[]> => cursorBatches<KeptRecord>(client, WHOLE_BATCH,
  `SELECT raw_record_id AS id, sha256, payload FROM raw_record
     WHERE dataset_version_id = $1 AND kind <> 'record'
   UNION ALL SELECT normalized_record_id, sha256, payload::json FROM normalized_record
     WHERE dataset_version_id = $1 AND raw_record_id IS NULL`, [versionId]);

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
