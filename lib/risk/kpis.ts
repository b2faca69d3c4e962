/** Days-past-due buckets, MODEL.md section 9: `<7, 7-<30, 30-<60, 60-<90, >=90` days. */
export const DPD_BUCKETS = [
  "dpd_0_7", "dpd_7_30", "dpd_30_60", "dpd_60_90", "dpd_90_plus",
] as const;
export type DpdBucket = (typeof DPD_BUCKETS)[number];

/** Balances by bucket, in currency units. */
export type BucketSums = { readonly [B in DpdBucket]: number };

/** The bucket of a loan; a bucket begins with its first day. Days before due count as current. */
export function dpdBucket(daysPastDue: number): DpdBucket {
  if (daysPastDue >= 90) return "dpd_90_plus";
  if (daysPastDue >= 60) return "dpd_60_90";
  if (daysPastDue >= 30) return "dpd_30_60";
  return daysPastDue >= 7 ? "dpd_7_30" : "dpd_0_7";
}

/** Why a KPI has no value. */
export const KPI_GAPS = [
  "NO_RECEIVABLE", "NO_ELIGIBLE_BALANCE", "NO_DAYS_PAST_DUE", "NO_PROVISIONS",
  "NO_NON_PERFORMING", "NO_TANGIBLE_EQUITY", "NO_LOSS_CAPACITY", "NO_APPRAISAL",
  "NO_DEBT_TO_INCOME", "NO_INTEREST_RATE", "NO_WRITE_OFFS", "NO_COLLECTIONS", "INPUT_MISSING",
] as const;
export type KpiGap = (typeof KPI_GAPS)[number];

/** A figure, or null with its reason: an empty tape has no "0 % past due". */
export type Kpi = { value: number; reason: null } | { value: null; reason: KpiGap };

/** Portfolio at risk and non-performing loans, in per cent (15.0 is 15 %). */
export type PastDueKpis = {
  par30_pct: Kpi;
  par60_pct: Kpi;
  par90_pct: Kpi;
  npl_ratio_pct: Kpi;
};

/**
 * PAR30, PAR60, PAR90 and the NPL ratio, MODEL.md section 9: balance in the buckets from that
 * day on over `receivable`, the whole balance (currency units). Non-performing is 90 days past
 * due or IFRS 9 stage 3; `stage3Under90` is the stage 3 balance in the other buckets, 0 where a
 * tape has no stage. A receivable of 0 or less gives null, NO_RECEIVABLE.
 */
export function pastDueKpis(
  sums: BucketSums, receivable: number, stage3Under90 = 0,
): PastDueKpis {
  const over90 = sums.dpd_90_plus;
  const over60 = over90 + sums.dpd_60_90;
  const over30 = over60 + sums.dpd_30_60;
  const share = (balance: number): Kpi => percentOf(balance, receivable, "NO_RECEIVABLE");
  return {
    par30_pct: share(over30),
    par60_pct: share(over60),
    par90_pct: share(over90),
    npl_ratio_pct: share(over90 + stage3Under90),
  };
}

/** Cash collected over eligible balance, in per cent; null without eligible balance. */
export const collectionRate = (collected: number, eligible: number): Kpi =>
  percentOf(collected, eligible, "NO_ELIGIBLE_BALANCE");

/**
 * Health from 0 to 10: `clamp(max(0, 10 - PAR30/10) * collection rate / 10, 0, 10)`, rates in per
 * cent (section 9). Null, with the reason, when either has no value.
 */
export function portfolioHealth(par30: Kpi, collection: Kpi): Kpi {
  if (par30.value === null) return par30;
  if (collection.value === null) return collection;
  const health = (Math.max(0, 10 - par30.value / 10) * collection.value) / 10;
  return { value: Math.min(10, Math.max(0, health)), reason: null };
}

/** One KPI's limits, in its own unit, and the side on which it is bad. */
export type KpiLimits = { worse: "above" | "below"; warning: number; critical: number };

/** Section 9's default limits; a portfolio may have its own. */
export const DEFAULT_KPI_LIMITS = {
  par30_pct: { worse: "above", warning: 5, critical: 8 },
  par90_pct: { worse: "above", warning: 3, critical: 5 },
  collection_rate_pct: { worse: "below", warning: 1.5, critical: 1 },
  portfolio_health: { worse: "below", warning: 5, critical: 3 },
} as const satisfies { readonly [kpi: string]: KpiLimits };

/** `unknown` is for a KPI without a value: it never counts as healthy. */
export const SEVERITIES = ["normal", "warning", "critical", "unknown"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where a KPI stands; a value equal to a limit has not passed it. */
export function severityOf(kpi: Kpi, limits: KpiLimits): Severity {
  if (kpi.value === null) return "unknown";
  const sign = limits.worse === "above" ? 1 : -1;
  const passed = (limit: number): boolean => sign * (kpi.value - limit) > 0;
  if (passed(limits.critical)) return "critical";
  return passed(limits.warning) ? "warning" : "normal";
}

/** A part in per cent of a whole; null with `gap` when the whole is 0 or less. */
export function percentOf(part: number, whole: number, gap: KpiGap): Kpi {
  if (!(whole > 0)) return { value: null, reason: gap };
  if (!Number.isFinite(part)) return { value: null, reason: "INPUT_MISSING" };
  return { value: (100 * part) / whole, reason: null };
}
