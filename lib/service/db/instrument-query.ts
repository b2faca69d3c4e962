import type { GroupColumn } from "@/lib/contract/facts";
import type { Netting } from "@/lib/risk";

/** Days-past-due bucket of a column; the names and borders of MODEL.md section 9. */
export const dpdBucketSql = (days: string): string => `CASE WHEN ${days} IS NULL THEN NULL
  WHEN ${days} < 7 THEN 'dpd_0_7' WHEN ${days} < 30 THEN 'dpd_7_30'
  WHEN ${days} < 60 THEN 'dpd_30_60' WHEN ${days} < 90 THEN 'dpd_60_90'
  ELSE 'dpd_90_plus' END`;
const DPD_BUCKET = dpdBucketSql("days_past_due");

/**
 * Records that carry exposure: not their sum, nor what was at an earlier measurement date, nor
 * what a tape of several tables tells beside its loans.
 */
export const WITH_EXPOSURE = "kind IN ('instrument', 'distressed_asset', 'portfolio')";

/** Columns as SQL; every name of the contract maps to an expression here, nothing else gets in. */
export const COLUMN_SQL: Record<GroupColumn | "record_kind", string> = {
  asset_class: "asset_class", sector: "sector", country: "country", region: "region",
  currency: "currency", rating: "rating", stage: "stage::text", dpd_bucket: DPD_BUCKET,
  collateral_type: "collateral_type", obligor: "coalesce(obligor_group, obligor_id)",
  legal_entity: "legal_entity", obligor_id: "obligor_id", obligor_group: "obligor_group",
  status: "status", instrument_id: "instrument_id", record_kind: "kind",
};

/** With the table's name: in ORDER BY a bare name would mean the text of the select list. */
const NUMBER_SORTS: Record<string, string> = {
  row: "n.row_number", principal: "n.outstanding_units", collateral_value: "n.collateral_units",
  distressed_value: "n.distressed_units", distressed_recovery: "n.distressed_recovery_units",
  interest_rate_pct: "n.interest_rate_pct", days_past_due: "n.days_past_due", stage: "n.stage",
};

export type Shocks = { collateral: number; recovery: number; default: number; netting: Netting };
export type InstrumentQuery = {
  versionId: string;
  /** Column to wanted values; null stands for rows without a value. */
  filters: { column: keyof typeof COLUMN_SQL; values: (string | null)[] }[];
  idPart: string | null;
  sort: string;
  descending: boolean;
  shocks: Shocks | null;
  after: { value: string | null; row: number } | null;
  limit: number;
  /** The tape's rows of the page, where they are known: filters and cursor have been applied. */
  rows?: readonly number[];
};
export type Statement = { text: string; values: unknown[] };

/** A portfolio that lists its debts and states no collateral for all of them. */
const LISTS_DEBTS = `kind = 'portfolio'
  AND coalesce(jsonb_array_length(payload #> '{financial,debt,instruments}'), 0) > 0
  AND coalesce((payload #>> '{financial,debt,collateral_value}')::numeric, 0) = 0`;

/** What a row's debts lack in collateral at a market, each for itself, in 1/10,000 units. */
const shortfallSql = (market: string): string => `CASE WHEN ${LISTS_DEBTS} THEN (
    SELECT coalesce(sum(greatest(0, round((loan->>'principal')::numeric * 10000) - ${
      atMarketSql("round(coalesce((loan->>'collateral_value')::numeric, 0) * 10000)", market)})), 0)
      FROM jsonb_array_elements(payload #> '{financial,debt,instruments}') AS loan
      WHERE (loan->>'principal')::numeric > 0)
  ELSE greatest(0, outstanding_units - ${atMarketSql("collateral_units", market)}) END`;

/** The market after a bound fall, never below nothing. */
const marketSql = (bound: string): string => `greatest(0, 1 + ${bound}::float8)`;

/**
 * Whole units at a market as the engine rounds them: the float8 product, ties to even. Through
 * bigint, because a cast to numeric keeps 15 digits only; beyond it there is no other way.
 */
function atMarketSql(units: string, market: string): string {
  if (market === "1") return units;
  const product = `round(${units}::float8 * ${market})`;
  return `CASE WHEN abs(${product}) < 9e18 THEN (${product})::bigint::numeric
    ELSE (${product})::numeric END`;
}

/**
 * A row's own loss under the shocks, in currency units: what it loses before any netting. Doubles
 * throughout: `record-page.ts` of `lib/portfolio` comes to the same bits by the same operations.
 */
function impactSql(at: number, netting: Netting): string {
  const collateral = netting === "portfolio"
    ? `greatest(0, -$${at}::float8) * collateral_units / 1e4`
    : `greatest(0, ${shortfallSql(marketSql(`$${at}`))} - ${shortfallSql("1")})::float8 / 1e4`;
  return `(${collateral}
    + greatest(0, -$${at + 1}::float8) * (distressed_recovery_units::float8 / 1e12)
    + greatest(0, $${at + 2}::float8) * outstanding_units / 1e4)::float8`;
}

/** One page of instruments, and how many there are in all. */
export function instrumentStatements(
  query: InstrumentQuery,
): { page: Statement; total: Statement } {
  const values: unknown[] = [query.versionId];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = ["dataset_version_id = $1", WITH_EXPOSURE];
  for (const filter of query.filters) conditions.push(filterSql(filter, bind));
  if (query.idPart !== null) {
    const part = bind(`%${query.idPart.replace(/[\\%_]/g, "\\$&")}%`);
    conditions.push(`(instrument_id ILIKE ${part} OR obligor_id ILIKE ${part}
      OR obligor_group ILIKE ${part})`);
  }
  const total = { values: [...values],
    text: `SELECT count(*)::int AS total FROM normalized_record WHERE ${conditions.join(" AND ")}` };
  const impact = query.shocks === null ? "NULL::float8" : impactSql(values.push(
    query.shocks.collateral, query.shocks.recovery, query.shocks.default) - 2,
  query.shocks.netting);
  const sortKey = sortSql(query.sort, impact);
  const turn = query.descending ? "DESC" : "ASC";
  if (query.rows) conditions.push(`row_number = ANY(${bind(query.rows)}::int[])`);
  else if (query.after) {
    conditions.push(afterSql(sortKey, query, query.after, bind));
  }
  const text = `SELECT normalized_record_id, raw_record_id, kind, row_number, instrument_id,
      obligor_id, obligor_group, legal_entity, asset_class, sector, country, region, currency,
      collateral_type, rating, status, stage, days_past_due, interest_rate_pct,
      outstanding_units::text, collateral_units::text, distressed_units::text,
      distressed_recovery_units::text,
      ${impact} AS stress_impact, (${sortKey})::text AS sort_value
    FROM normalized_record n WHERE ${conditions.join(" AND ")}
    ORDER BY ${sortKey} ${turn} NULLS LAST, row_number LIMIT ${bind(query.limit + 1)}`;
  return { page: { text, values }, total };
}

function filterSql(
  filter: InstrumentQuery["filters"][number], bind: (value: unknown) => string,
): string {
  const column = COLUMN_SQL[filter.column];
  const wanted = filter.values.filter((value) => value !== null);
  const parts = wanted.length > 0 ? [`${column} = ANY(${bind(wanted)}::text[])`] : [];
  if (filter.values.includes(null)) parts.push(`${column} IS NULL`);
  return `(${parts.join(" OR ")})`;
}

function sortSql(sort: string, impact: string): string {
  if (sort === "stress_impact") return impact;
  return NUMBER_SORTS[sort] ?? COLUMN_SQL[sort as GroupColumn];
}

/** Rows behind the last one seen; rows without a value stand at the end in both directions. */
function afterSql(
  key: string, query: InstrumentQuery, after: NonNullable<InstrumentQuery["after"]>,
  bind: (value: unknown) => string,
): string {
  const row = bind(after.row);
  if (after.value === null) return `(${key} IS NULL AND row_number > ${row})`;
  // The value travels as text and is read back by the column's own type: both are exact.
  const type = sortType(query.sort);
  const value = `(SELECT ${bind(after.value)}::text)::${type}`;
  const own = `(${key})::${type}`;
  const beyond = query.descending ? "<" : ">";
  return `(${own} ${beyond} ${value} OR (${own} = ${value} AND row_number > ${row})
    OR ${key} IS NULL)`;
}

const FLOAT_SORTS = new Set(["interest_rate_pct", "stress_impact"]);

/** The type in which values of a sort column are compared. */
export const sortType = (sort: string): "text" | "numeric" | "float8" =>
  FLOAT_SORTS.has(sort) ? "float8" : sort in NUMBER_SORTS ? "numeric" : "text";

/**
 * Exact sums by up to two columns; no column gives one row for the whole version. With a market's
 * fall also what the debts lack in collateral before and after it, each for itself.
 * @param most rows at most, the largest; each says how many groups there are
 */
export function groupStatement(
  versionId: string, columns: readonly GroupColumn[], fall: number | null = null, most = 1,
): Statement {
  const shortfalls = fall === null ? "" : `,
        coalesce(sum(${shortfallSql("1")}), 0)::text AS shortfall,
        round(coalesce(sum(${shortfallSql(marketSql("$2"))}), 0))::text AS stressed_shortfall`;
  const keys = columns.map((column, index) => `${COLUMN_SQL[column]} AS key_${index}`);
  if (columns.length > 0) keys.push("count(*) OVER ()::int AS groups");
  const by = columns.map((_, index) => String(index + 1)).join(", ");
  return {
    values: fall === null ? [versionId] : [versionId, fall],
    text: `SELECT ${[...keys, "count(*)::int AS count"].join(", ")},
        coalesce(sum(outstanding_units), 0)::text AS outstanding,
        coalesce(sum(outstanding_rate_units), 0)::text AS outstanding_rate,
        coalesce(sum(collateral_units), 0)::text AS collateral,
        coalesce(sum(assets_units), 0)::text AS assets,
        coalesce(sum(distressed_units), 0)::text AS distressed,
        coalesce(sum(distressed_recovery_units), 0)::text AS distressed_recovery,
        coalesce(sum(distressed_count), 0)::int AS distressed_count${shortfalls}
      FROM normalized_record WHERE dataset_version_id = $1 AND ${WITH_EXPOSURE}
      ${columns.length > 0
        ? `GROUP BY ${by} ORDER BY sum(outstanding_units) DESC, ${by} LIMIT ${most}` : ""}`,
  };
}
