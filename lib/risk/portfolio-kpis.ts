import {
  collectionRate, DPD_BUCKETS, pastDueKpis, percentOf, portfolioHealth,
  type BucketSums, type Kpi, type KpiGap, type KpiLimits,
} from "./kpis";

/** The KPIs of MODEL.md section 9, in the order in which they are shown; `*_pct` are per cent. */
export const KPI_NAMES = [
  "par30_pct", "par60_pct", "par90_pct", "npl_ratio_pct", "coverage_ratio_pct",
  "texas_ratio_pct", "mean_ltv_pct", "mean_dti_pct", "yield_pct", "write_off_rate_pct",
  "collection_rate_pct", "portfolio_health",
] as const;
export type KpiName = (typeof KPI_NAMES)[number];

/** What people call a KPI, and the side on which it is bad. */
export const KPI_FACTS: {
  readonly [K in KpiName]: { readonly label: string; readonly worse: KpiLimits["worse"] }
} = {
  par30_pct: { label: "PAR30", worse: "above" },
  par60_pct: { label: "PAR60", worse: "above" },
  par90_pct: { label: "PAR90", worse: "above" },
  npl_ratio_pct: { label: "NPL ratio", worse: "above" },
  coverage_ratio_pct: { label: "NPL coverage", worse: "below" },
  texas_ratio_pct: { label: "Texas ratio", worse: "above" },
  mean_ltv_pct: { label: "Mean loan to value", worse: "above" },
  mean_dti_pct: { label: "Mean debt to income", worse: "above" },
  yield_pct: { label: "Yield", worse: "below" },
  write_off_rate_pct: { label: "Write-off rate", worse: "above" },
  collection_rate_pct: { label: "Collection rate", worse: "below" },
  portfolio_health: { label: "Portfolio health", worse: "below" },
};

/** What the KPIs are computed from, beside the days-past-due buckets. */
export const KPI_SUMS = [
  "receivable", "without_days_past_due", "stage_3_under_90", "provisions", "tangible_equity",
  "ltv_sum_pct", "ltv_count", "dti_sum_pct", "dti_count", "interest_per_year",
  "balance_with_rate", "written_off", "cash_collected", "eligible_balance",
] as const;

/**
 * Sums over the instruments of a version: amounts in currency units, `*_sum_pct` in per cent.
 * Null where no instrument carries the column; `tangible_equity` is the lender's, and no column.
 */
export type KpiInputs =
  { readonly [S in (typeof KPI_SUMS)[number] | (typeof DPD_BUCKETS)[number]]: number | null };

export type PortfolioKpis = { readonly [K in KpiName]: Kpi };

/**
 * The KPIs of MODEL.md section 9 from their sums. A KPI whose column is absent, or whose
 * denominator is 0 or less, is null with a reason. Non-performing is 90 days past due or IFRS 9
 * stage 3. Texas ratio: non-performing over tangible equity plus provisions. LTV and DTI are
 * plain means over the loans with an appraisal above 0, or with a ratio. Yield is over the
 * balance that states a rate.
 */
export function portfolioKpis(inputs: KpiInputs): PortfolioKpis {
  const pastDue = pastDueOf(inputs);
  const collection = inputs.cash_collected === null ? gap("NO_COLLECTIONS")
    : collectionRate(inputs.cash_collected, inputs.eligible_balance ?? 0);
  return {
    ...pastDue,
    ...reserveKpis(inputs),
    mean_ltv_pct: mean(inputs.ltv_sum_pct, inputs.ltv_count, "NO_APPRAISAL"),
    mean_dti_pct: mean(inputs.dti_sum_pct, inputs.dti_count, "NO_DEBT_TO_INCOME"),
    yield_pct: percentOf(
      inputs.interest_per_year ?? 0, inputs.balance_with_rate ?? 0, "NO_INTEREST_RATE"),
    write_off_rate_pct: inputs.written_off === null ? gap("NO_WRITE_OFFS")
      : percentOf(inputs.written_off, inputs.receivable ?? 0, "NO_RECEIVABLE"),
    collection_rate_pct: collection,
    portfolio_health: portfolioHealth(pastDue.par30_pct, collection),
  };
}

/** Balance 90 days past due or in stage 3, in currency units; null when the tape has neither. */
export const nonPerforming = ({ dpd_90_plus, stage_3_under_90 }: KpiInputs): number | null =>
  dpd_90_plus === null && stage_3_under_90 === null ? null
    : (dpd_90_plus ?? 0) + (stage_3_under_90 ?? 0);

type PastDue = Pick<PortfolioKpis, "par30_pct" | "par60_pct" | "par90_pct" | "npl_ratio_pct">;

function pastDueOf(inputs: KpiInputs): PastDue {
  const receivable = inputs.receivable ?? 0;
  if (receivable > 0 && inputs.dpd_0_7 === null) {
    const unknown = gap("NO_DAYS_PAST_DUE");
    const bad = nonPerforming(inputs);
    return { par30_pct: unknown, par60_pct: unknown, par90_pct: unknown,
      npl_ratio_pct: bad === null ? unknown : percentOf(bad, receivable, "NO_RECEIVABLE") };
  }
  const sums = Object.fromEntries(
    DPD_BUCKETS.map((bucket) => [bucket, inputs[bucket] ?? 0])) as BucketSums;
  return pastDueKpis(sums, receivable, inputs.stage_3_under_90 ?? 0);
}

function reserveKpis(
  inputs: KpiInputs,
): Pick<PortfolioKpis, "coverage_ratio_pct" | "texas_ratio_pct"> {
  const { provisions, tangible_equity: equity } = inputs;
  const bad = nonPerforming(inputs);
  const coverage = provisions === null ? gap("NO_PROVISIONS")
    : bad === null ? gap("NO_DAYS_PAST_DUE") : percentOf(provisions, bad, "NO_NON_PERFORMING");
  const texas = equity === null ? gap("NO_TANGIBLE_EQUITY")
    : provisions === null ? gap("NO_PROVISIONS")
      : bad === null ? gap("NO_DAYS_PAST_DUE")
        : percentOf(bad, equity + provisions, "NO_LOSS_CAPACITY");
  return { coverage_ratio_pct: coverage, texas_ratio_pct: texas };
}

const gap = (reason: KpiGap): Kpi => ({ value: null, reason });

const mean = (sum: number | null, count: number | null, reason: KpiGap): Kpi =>
  sum === null || count === null || !(count > 0) ? gap(reason)
    : { value: sum / count, reason: null };

const GAP_TEXTS: { readonly [G in KpiGap]: string } = {
  NO_RECEIVABLE: "Nothing is owed.",
  NO_ELIGIBLE_BALANCE: "The tape has no eligible balance above 0.",
  NO_DAYS_PAST_DUE: "The tape has no days past due.",
  NO_PROVISIONS: "The tape has no provisions.",
  NO_NON_PERFORMING: "No loan is non-performing.",
  NO_TANGIBLE_EQUITY: "No tangible equity is set for the dataset.",
  NO_LOSS_CAPACITY: "Tangible equity and provisions together are not above 0.",
  NO_APPRAISAL: "No loan has a collateral value above 0.",
  NO_DEBT_TO_INCOME: "The tape has no debt to income.",
  NO_INTEREST_RATE: "No balance states an interest rate.",
  NO_WRITE_OFFS: "The tape has neither written-off amounts nor a status.",
  NO_COLLECTIONS: "The tape has no cash collected.",
  INPUT_MISSING: "An input of this figure is not a number.",
};

/** Why a KPI has no value, as a sentence. */
export const kpiGapText = (reason: KpiGap): string => GAP_TEXTS[reason];
