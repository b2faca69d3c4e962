import { amountFromUnits, fromUnits } from "@/lib/kernel/exact";
import { BALANCE_BUCKETS } from "@/lib/kernel/record";
import { DPD_BUCKETS, WRITTEN_OFF, type KpiSums } from "@/lib/risk";
import { dpdBucketSql } from "./instrument-query";
import type { PoolClient } from "./database";

/**
 * An amount of the payload in 1/10,000 units: the kernel's rounding, a float64 product to even. No
 * amount is beyond 9e14, so the units fit 64 bits, which are a third faster than numeric.
 */
const unitsSql = (field: string): string => `round((payload->>'${field}')::float8 * 1e4)::bigint`;

/** A ratio of two columns in per cent, in units of 1/1,000,000 of a point. */
const LTV = `CASE WHEN outstanding_units > 0 AND collateral_units > 0
  THEN round(outstanding_units * 1e8::numeric / collateral_units) END`;

/** A pool states its balances by days past due; a loan is in the bucket of its own days. */
const bucketSql = (bucket: string): string => `
  sum(CASE WHEN is_pool THEN ${unitsSql(bucket)}
  WHEN bucket = '${bucket}' THEN outstanding_units END)::text AS ${bucket},`;
const POOLED = BALANCE_BUCKETS.map((bucket) => `coalesce(${unitsSql(bucket)}, 0)`).join(" + ");
const IS_POOL = `payload ?| ARRAY[${BALANCE_BUCKETS.map((bucket) => `'${bucket}'`).join(", ")}]`;
const DTI = "round((payload->>'debt_to_income_pct')::float8 * 1e6)::bigint";

/** What the KPIs need of rows in one pass; a sum over no value is null, as the KPIs want it. */
const SUMS = `
  coalesce(sum(outstanding_units), 0)::text AS receivable,
    ${DPD_BUCKETS.map(bucketSql).join("\n")}
    bool_or((bucket IS NOT NULL OR is_pool) AND outstanding_units <> 0) AS has_days,
    coalesce(sum(CASE WHEN is_pool THEN greatest(0, outstanding_units - (${POOLED}))
      WHEN bucket IS NULL THEN outstanding_units END), 0)::text AS without_days_past_due,
    sum(CASE WHEN stage = 3 AND coalesce(days_past_due, 0) < 90 THEN outstanding_units ELSE 0 END)
      FILTER (WHERE stage IS NOT NULL)::text AS stage_3_under_90,
    sum(${unitsSql("provisions")})::text AS provisions,
    sum(ltv)::text AS ltv_sum, count(ltv)::int AS ltv_count,
    sum(${DTI})::text AS dti_sum, count(${DTI})::int AS dti_count,
    sum(outstanding_rate_units) FILTER (WHERE has_rate)::text AS rate_sum,
    sum(outstanding_units) FILTER (WHERE has_rate)::text AS balance_with_rate,
    sum(coalesce(${unitsSql("written_off")},
      CASE WHEN status ~* $2 THEN outstanding_units WHEN status IS NOT NULL THEN 0 END))::text
      AS written_off,
    sum(${unitsSql("cash_collected")})::text AS cash_collected,
    sum(${unitsSql("eligible_balance")})::text AS eligible_balance`;

/** Rows with what the sums are by. */
const seen = (rows: string): string => `(SELECT *, ${dpdBucketSql("days_past_due")} AS bucket,
    ${LTV} AS ltv, interest_rate_pct IS NOT NULL OR kind = 'portfolio' AS has_rate,
    ${IS_POOL} AS is_pool FROM ${rows}) n`;

const STATEMENT = `SELECT ${SUMS}
  FROM ${seen(`normalized_record
    WHERE dataset_version_id = $1 AND kind IN ('instrument', 'portfolio')`)}`;

/** Of an earlier position only the payload holds amounts: its columns count in no total. */
const HISTORY = `SELECT measurement_date, ${SUMS} FROM ${seen(`(
    SELECT kind, stage, days_past_due, interest_rate_pct, status, payload,
      payload->>'measurement_date' AS measurement_date,
      greatest(0, ${unitsSql("principal")}) AS outstanding_units,
      coalesce(${unitsSql("collateral_value")}, 0) AS collateral_units,
      CASE WHEN kind = 'instrument' THEN outstanding_rate_units ELSE
        greatest(0, ${unitsSql("principal")})::numeric * greatest(0,
          round(interest_rate_pct * 1e6)::bigint) END AS outstanding_rate_units
    FROM normalized_record WHERE dataset_version_id = $1
      AND kind IN ('instrument', 'earlier_position')) dated
  WHERE measurement_date < $3`)}
  GROUP BY measurement_date ORDER BY measurement_date DESC LIMIT $4`;

type SumRow = Record<"receivable" | "without_days_past_due", string> & {
  has_days: boolean | null; ltv_count: number; dti_count: number;
} & Record<(typeof DPD_BUCKETS)[number] | "stage_3_under_90" | "provisions" | "ltv_sum" |
  "dti_sum" | "rate_sum" | "balance_with_rate" | "written_off" | "cash_collected" |
  "eligible_balance", string | null>;

const amount = (units: string | null): number | null =>
  units === null ? null : amountFromUnits(BigInt(units));
const points = (units: string | null): number | null =>
  units === null ? null : fromUnits(BigInt(units), 10n ** 6n);

/**
 * The sums that a version's KPIs rest on, exact and whatever the order of its rows: what
 * `KpiAccumulator` gives while the records are loaded.
 */
export async function kpiSums(
  client: Pick<PoolClient, "query">, versionId: string,
): Promise<KpiSums> {
  const { rows } = await client.query<SumRow>(STATEMENT, [versionId, WRITTEN_OFF]);
  return sumsOf(rows[0] as SumRow);
}

/** The same sums by measurement date, the newest first; `before` is an exclusive bound. */
export async function kpiSumsByDate(
  client: Pick<PoolClient, "query">, versionId: string, before: string, limit: number,
): Promise<{ date: string; sums: KpiSums }[]> {
  const { rows } = await client.query<SumRow & { measurement_date: string }>(
    HISTORY, [versionId, WRITTEN_OFF, before, limit]);
  return rows.map((row) => ({ date: row.measurement_date, sums: sumsOf(row) }));
}

function sumsOf(row: SumRow): KpiSums {
  const bucket = (name: (typeof DPD_BUCKETS)[number]): number | null =>
    row.has_days ? amount(row[name]) ?? 0 : null;
  return {
    receivable: amount(row.receivable),
    dpd_0_7: bucket("dpd_0_7"), dpd_7_30: bucket("dpd_7_30"), dpd_30_60: bucket("dpd_30_60"),
    dpd_60_90: bucket("dpd_60_90"), dpd_90_plus: bucket("dpd_90_plus"),
    without_days_past_due: amount(row.without_days_past_due),
    stage_3_under_90: amount(row.stage_3_under_90),
    provisions: amount(row.provisions),
    ltv_sum_pct: points(row.ltv_sum), ltv_count: row.ltv_count,
    dti_sum_pct: points(row.dti_sum), dti_count: row.dti_count,
    // Principal times rate is in 1e-4 times 1e-6 of a point, and a point is a hundredth.
    interest_per_year: row.rate_sum === null ? null : fromUnits(BigInt(row.rate_sum), 10n ** 12n),
    balance_with_rate: amount(row.balance_with_rate),
    written_off: amount(row.written_off),
    cash_collected: amount(row.cash_collected), eligible_balance: amount(row.eligible_balance),
  };
}
