import { NO_DAYS } from "@/lib/portfolio";
import { pool } from "./database";
import { WITH_EXPOSURE } from "./instrument-query";

/**
 * The keys of the records of some rows, by rising row, as `KeyFiller` takes them. One value for
 * all of them: a row of the result for each record would take ten times as long.
 */
const KEYS = `SELECT string_agg(int4send(row_number) || int4send(coalesce(days_past_due, ${NO_DAYS}))
    || float8send(coalesce(interest_rate_pct, 'NaN')) || decode(left(sha256, 32), 'hex'),
    ''::bytea ORDER BY row_number) AS keys
  FROM normalized_record WHERE dataset_version_id = $1 AND ${WITH_EXPOSURE}
    AND row_number >= $2 AND row_number < $3`;

/** Of the rows from `from` to before `to`. */
export async function keyBytes(versionId: string, from: number, to: number): Promise<Uint8Array> {
  const { rows } = await pool().query<{ keys: Buffer | null }>(KEYS, [versionId, from, to]);
  return rows[0]?.keys ?? new Uint8Array();
}
