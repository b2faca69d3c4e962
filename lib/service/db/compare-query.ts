import { dpdBucketSql, WITH_EXPOSURE, type Statement } from "./instrument-query";
import { WRITTEN_OFF } from "@/lib/risk";

/** One side by instrument id: an id that is there once has its own values in min(). */
const sideSql = (version: string): string => `SELECT instrument_id, count(*) AS row_count,
    sum(outstanding_units) AS outstanding, sum(collateral_units) AS collateral,
    min(days_past_due) AS days, min(status) AS status, min(sha256) AS sha256
  FROM normalized_record WHERE dataset_version_id = ${version} AND ${WITH_EXPOSURE}
  GROUP BY instrument_id`;

/** Both sides joined by instrument id, and how they stand to each other. */
const MATCH_SQL = `CASE
    WHEN coalesce(b.instrument_id, o.instrument_id) IS NULL THEN 'missing'
    WHEN b.row_count > 1 OR o.row_count > 1 THEN 'repeated'
    WHEN b.row_count IS NULL THEN 'added' WHEN o.row_count IS NULL THEN 'removed'
    WHEN b.sha256 = o.sha256 THEN 'unchanged' ELSE 'changed' END`;

/** One page of instruments that came, went or changed, those that moved most first. */
export const changedInstruments = (query: {
  base: string; other: string; matches: readonly string[];
  after: { units: string; id: string } | null; limit: number;
}): Statement => ({
  values: [query.base, query.other, query.matches, query.after?.units ?? null,
    query.after?.id ?? null, query.limit],
  text: `WITH b AS (${sideSql("$1")}), o AS (${sideSql("$2")}), joined AS (
      SELECT coalesce(b.instrument_id, o.instrument_id) AS instrument_id, ${MATCH_SQL} AS match,
        abs(coalesce(o.outstanding, 0) - coalesce(b.outstanding, 0)) AS moved,
        b.outstanding::text AS base_outstanding, o.outstanding::text AS other_outstanding,
        b.collateral::text AS base_collateral, o.collateral::text AS other_collateral,
        b.days AS base_days, o.days AS other_days, b.status AS base_status,
        o.status AS other_status
      FROM b FULL JOIN o ON b.instrument_id = o.instrument_id)
    SELECT *, moved::text AS moved_units FROM joined WHERE match = ANY($3::text[])
      AND ($4::numeric IS NULL OR moved < $4::numeric
        OR moved = $4::numeric AND instrument_id COLLATE "C" > $5::text)
    ORDER BY moved DESC, instrument_id COLLATE "C" LIMIT $6`,
});

/**
 * What moved between two versions, as sums by kind of change, direction and days-past-due
 * buckets: one pass over each version and one join by instrument id, however many rows there are.
 */
export const compareStatement = (base: string, other: string): Statement => ({
  values: [base, other, WRITTEN_OFF],
  text: `WITH b AS (${sideSql("$1")}), o AS (${sideSql("$2")}), joined AS (
      SELECT ${MATCH_SQL} AS match,
        CASE WHEN o.outstanding > b.outstanding THEN 'higher'
          WHEN o.outstanding < b.outstanding THEN 'lower' ELSE 'same' END AS direction,
        CASE WHEN o.row_count IS NULL THEN b.status ELSE o.status END AS status,
        ${dpdBucketSql("b.days")} AS from_bucket, ${dpdBucketSql("o.days")} AS to_bucket,
        coalesce(b.row_count, 0) AS base_rows, coalesce(o.row_count, 0) AS other_rows,
        coalesce(b.outstanding, 0) AS base_outstanding,
        coalesce(o.outstanding, 0) AS other_outstanding,
        coalesce(b.collateral, 0) AS base_collateral,
        coalesce(o.collateral, 0) AS other_collateral
      FROM b FULL JOIN o ON b.instrument_id = o.instrument_id
    ), by_status AS (
      SELECT match, direction, status, from_bucket, to_bucket,
        sum(base_rows) AS base_rows, sum(other_rows) AS other_rows,
        sum(base_outstanding) AS base_outstanding, sum(other_outstanding) AS other_outstanding,
        sum(base_collateral) AS base_collateral, sum(other_collateral) AS other_collateral
      FROM joined GROUP BY 1, 2, 3, 4, 5)
    SELECT match, direction, coalesce(status ~* $3, false) AS written_off, from_bucket, to_bucket,
      sum(base_rows)::int AS base_rows, sum(other_rows)::int AS other_rows,
      sum(base_outstanding)::text AS base_outstanding,
      sum(other_outstanding)::text AS other_outstanding,
      sum(base_collateral)::text AS base_collateral,
      sum(other_collateral)::text AS other_collateral
    FROM by_status GROUP BY 1, 2, 3, 4, 5`,
});
