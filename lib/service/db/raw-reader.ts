import type { PoolClient } from "pg";
import type { RowProblem } from "@/lib/tape";
import { cursorBatches } from "./cursor";

export type StoredRaw = {
  raw_record_id: string; row_number: number; source_record_id: string | null; payload: unknown;
};

/**
 * Rows that were cut off or misshapen when they came in, with what is wrong: they stay left out.
 * Every problem is written anew with the rows it belongs to.
 */
export async function takeDamagedRows(
  client: PoolClient, versionId: string,
): Promise<Map<number, RowProblem[]>> {
  const found = await client.query<RowProblem>(
    `DELETE FROM row_problem WHERE dataset_version_id = $1 RETURNING row_number AS row,
       column_name AS column, value, code, severity, message, recommendation,
       table_name AS table, table_line AS line`, [versionId]);
  return new Map(found.rows.filter((problem) => ROW_DAMAGES.has(problem.code))
    .map((problem) => [problem.row, [problem]]));
}

const ROW_DAMAGES = new Set<RowProblem["code"]>(["ROW_CUT_OFF", "COLUMN_COUNT", "ROW_TOO_LONG"]);
const BATCH = 4000;

/** The raw records of a version in the order of the tape, in batches: memory stays bounded. */
export const rawBatches = (
  client: PoolClient, versionId: string,
): AsyncGenerator<StoredRaw[]> => cursorBatches<StoredRaw>(client, BATCH,
  `SELECT raw_record_id, row_number, source_record_id, payload FROM raw_record
   WHERE dataset_version_id = $1 AND kind = 'record' ORDER BY row_number`, [versionId]);
