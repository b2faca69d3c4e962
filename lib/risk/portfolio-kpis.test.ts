import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DPD_BUCKETS } from "./kpis";
import { KPI_NAMES, KPI_SUMS, kpiGapText, portfolioKpis, type KpiInputs } from "./portfolio-kpis";

const none = Object.fromEntries(
  [...KPI_SUMS, ...DPD_BUCKETS].map((name) => [name, null])) as KpiInputs;
const days = { dpd_0_7: 2550, dpd_7_30: 0, dpd_30_60: 300, dpd_60_90: 100, dpd_90_plus: 50 };

describe("portfolioKpis", () => {
  it("gives MODEL.md's checks: PAR30 15, collection 90, and the health they make", () => {
    const kpis = portfolioKpis({ ...none, receivable: 3000, ...days,
      cash_collected: 900 + 1800, eligible_balance: 1000 + 2000 });
    expect(kpis.par30_pct.value).toBe(15);
    expect(kpis.collection_rate_pct.value).toBe(90);
    expect(kpis.portfolio_health.value).toBe(10);
  });

  it("computes what reserves, rates, means and write-offs say", () => {
    const kpis = portfolioKpis({ ...none, receivable: 3000, ...days, stage_3_under_90: 150,
      provisions: 100, tangible_equity: 300, ltv_sum_pct: 270, ltv_count: 3, dti_sum_pct: 80,
      dti_count: 2, interest_per_year: 120, balance_with_rate: 2400, written_off: 60 });
    expect(KPI_NAMES.slice(3, 10).map((name) => kpis[name].value)).toEqual(
      [(100 * 200) / 3000, 50, 50, 90, 40, 5, 2]);
  });

  it("says why there is no figure, and never 0", () => {
    const reasons = (inputs: Partial<KpiInputs>) => {
      const kpis = portfolioKpis({ ...none, ...inputs });
      return KPI_NAMES.map((name) => kpis[name].reason);
    };
    expect(reasons({ receivable: 10 })).toEqual([
      "NO_DAYS_PAST_DUE", "NO_DAYS_PAST_DUE", "NO_DAYS_PAST_DUE", "NO_DAYS_PAST_DUE",
      "NO_PROVISIONS", "NO_TANGIBLE_EQUITY", "NO_APPRAISAL", "NO_DEBT_TO_INCOME",
      "NO_INTEREST_RATE", "NO_WRITE_OFFS", "NO_COLLECTIONS", "NO_DAYS_PAST_DUE"]);
    expect(reasons({ receivable: 0, ...days, provisions: 0, tangible_equity: 0, dpd_90_plus: 0,
      written_off: 1, cash_collected: 1, eligible_balance: 0 })).toEqual([
      "NO_RECEIVABLE", "NO_RECEIVABLE", "NO_RECEIVABLE", "NO_RECEIVABLE", "NO_NON_PERFORMING",
      "NO_LOSS_CAPACITY", "NO_APPRAISAL", "NO_DEBT_TO_INCOME", "NO_INTEREST_RATE",
      "NO_RECEIVABLE", "NO_ELIGIBLE_BALANCE", "NO_RECEIVABLE"]);
  });

  it("takes stage 3 for non-performing where the tape has no days", () => {
    const kpis = portfolioKpis({ ...none, receivable: 200, stage_3_under_90: 50, provisions: 10 });
    expect([kpis.par90_pct.value, kpis.npl_ratio_pct.value, kpis.coverage_ratio_pct.value])
      .toEqual([null, 25, 20]);
  });

  it("gives every KPI a finite value or a reason that has words", () => {
    const amount = fc.option(fc.integer().map((units) => units / 1e4));
    fc.assert(fc.property(fc.record(Object.fromEntries(
      Object.keys(none).map((name) => [name, amount]))), (inputs) => {
      for (const kpi of Object.values(portfolioKpis(inputs as KpiInputs))) {
        if (kpi.value === null) expect(kpiGapText(kpi.reason)).toMatch(/\.$/);
        else expect(Number.isFinite(kpi.value)).toBe(true);
      }
    }));
  });
});
