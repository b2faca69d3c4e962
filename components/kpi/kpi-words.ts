import { compactNumber, NARROW, number, percent } from "@/components/ui/format";
import type { KpiName } from "@/lib/risk";

/** What a KPI says, in the words of a hover and of a table. */
export const KPI_HINTS: { readonly [K in KpiName]: string } = {
  par30_pct: "Balance 30 days past due and more, of what is owed",
  par60_pct: "Balance 60 days past due and more, of what is owed",
  par90_pct: "Balance 90 days past due and more, of what is owed",
  npl_ratio_pct: "Balance 90 days past due or in stage 3, of what is owed",
  coverage_ratio_pct: "Provisions, of the non-performing balance",
  texas_ratio_pct: "Non-performing balance, of tangible equity and provisions",
  mean_ltv_pct: "Mean over loans with a collateral value above 0",
  mean_dti_pct: "Mean over loans that state it",
  yield_pct: "Interest a year, of the balance that states a rate",
  write_off_rate_pct: "Written-off amounts, of what is owed",
  collection_rate_pct: "Cash collected, of the eligible balance",
  portfolio_health: "From 0 to 10, from PAR30 and the collection rate",
};

const isHealth = (name: KpiName): boolean => name === "portfolio_health";

/** "15.00 %", of health "9.25": 1.46 % collected must not look like the limit of 1.5 %. */
export const kpiFigure = (name: KpiName, value: number): string =>
  isHealth(name) ? number(value, { decimals: 2 }) : percent(value, { decimals: 2 });

/** The unit of its limits. */
export const kpiUnit = (name: KpiName): string => isHealth(name) ? "of 10" : "%";

/** "above 8 %", "below 1.5 %". */
export function limitWords(
  name: KpiName, worse: "above" | "below", limit: number,
): string {
  const figure = compactNumber(limit, 4);
  return `${worse} ${isHealth(name) ? figure : `${figure}${NARROW}%`}`;
}
