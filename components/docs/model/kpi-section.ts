import { KPI_FACTS, KPI_NAMES, kpiGapText, portfolioKpis, type KpiName } from "@/lib/risk";
import { money, n, step } from "./figures";
import { liveSection, type Values } from "./live";

const FORMULAS: { readonly [K in KpiName]: string } = {
  par30_pct: "balance 30 days past due and more / owed",
  par60_pct: "balance 60 days past due and more / owed",
  par90_pct: "balance 90 days past due and more / owed",
  npl_ratio_pct: "(90 days past due and more + other stage 3) / owed",
  coverage_ratio_pct: "provisions / non-performing",
  texas_ratio_pct: "non-performing / (tangible equity + provisions)",
  mean_ltv_pct: "mean of owed / collateral, over loans with collateral",
  mean_dti_pct: "mean of debt to income, over loans that state it",
  yield_pct: "Σ (principal × rate) / balance that states a rate",
  write_off_rate_pct: "written off / owed",
  collection_rate_pct: "cash collected / eligible balance",
  portfolio_health: "max(0, 10 − PAR30 / 10) × collection rate / 10, from 0 to 10",
};

type Kpis = Values<
  "owed" | "b30" | "b60" | "b90" | "stage3" | "provisions" | "equity" | "interest" | "written"
  | "cash" | "eligible">;

/** The formula of a KPI with the values filled in; the health needs two of the others. */
function filled(v: Kpis, par30: number | null, collection: number | null) {
  const over60 = v.b60 + v.b90;
  const bad = v.b90 + v.stage3;
  return {
    par30_pct: `${n(v.b30 + over60)} / ${n(v.owed)}`, par60_pct: `${n(over60)} / ${n(v.owed)}`,
    par90_pct: `${n(v.b90)} / ${n(v.owed)}`, npl_ratio_pct: `${n(bad)} / ${n(v.owed)}`,
    coverage_ratio_pct: `${n(v.provisions)} / ${n(bad)}`,
    texas_ratio_pct: `${n(bad)} / (${n(v.equity)} + ${n(v.provisions)})`,
    yield_pct: `${n(v.interest)} / ${n(v.owed)}`,
    write_off_rate_pct: `${n(v.written)} / ${n(v.owed)}`,
    collection_rate_pct: `${n(v.cash)} / ${n(v.eligible)}`,
    portfolio_health: `max(0, 10 − ${n(par30 ?? 0)} / 10) × ${n(collection ?? 0)} / 10`,
  };
}

export const KPI_SECTION = liveSection({
  id: "kpis", title: "Portfolio KPIs", section: 9,
  sub: "A denominator of 0, or a column that the tape lacks, gives no figure and a reason",
  functions: ["portfolioKpis", "pastDueKpis", "collectionRate", "portfolioHealth"],
  inputs: [
    money("owed", "Owed in all"), money("b30", "30 to under 60 days past due"),
    money("b60", "60 to under 90 days"), money("b90", "90 days and more"),
    money("stage3", "Other stage 3"), money("provisions", "Provisions"),
    money("equity", "Tangible equity"), money("interest", "Interest per year"),
    money("written", "Written off"), money("cash", "Cash collected"),
    money("eligible", "Eligible balance"),
  ],
  presets: [{ label: "Check values",
    values: { owed: 3000, b30: 300, b60: 100, b90: 50, stage3: 10, provisions: 30, equity: 400,
      interest: 180, written: 15, cash: 2700, eligible: 3000 },
    published: { PAR30: 15, "Collection rate": 90 } }],
  limits: [
    "A balance without days past due is owed and counts as not past due; the page says how much.",
    "Roll rates compare instruments that two versions share, so new and repaid loans are not in them.",
    "Limits are the portfolio's own; the defaults are no regulation.",
  ],
  compute: (v) => {
    const kpis = portfolioKpis({
      dpd_0_7: v.owed - v.b30 - v.b60 - v.b90, dpd_7_30: 0, dpd_30_60: v.b30, dpd_60_90: v.b60,
      dpd_90_plus: v.b90, receivable: v.owed, without_days_past_due: 0,
      stage_3_under_90: v.stage3, provisions: v.provisions, tangible_equity: v.equity,
      ltv_sum_pct: null, ltv_count: null, dti_sum_pct: null, dti_count: null,
      interest_per_year: v.interest, balance_with_rate: v.owed, written_off: v.written,
      cash_collected: v.cash, eligible_balance: v.eligible });
    const texts: { readonly [K in KpiName]?: string } =
      filled(v, kpis.par30_pct.value, kpis.collection_rate_pct.value);
    return KPI_NAMES.map((name) => {
      const { value, reason } = kpis[name];
      const unit = name === "portfolio_health" ? "" : " %";
      return step(KPI_FACTS[name].label, FORMULAS[name],
        reason === null ? texts[name] ?? "" : texts[name] === undefined ? "Needs single loans."
          : kpiGapText(reason), value, (figure) => `${n(figure)}${unit}`);
    });
  },
});
