import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { KpiAccumulator, ratioUnits } from "./kpi-sums";
import { recordTotals, TotalsAccumulator } from "./totals";

function sumsOf(records: readonly NormalizedRecord[]) {
  const kpis = new KpiAccumulator();
  const all = new TotalsAccumulator();
  for (const record of records) {
    const added = recordTotals(record);
    if (!added.ok) throw new Error(added.error.field);
    all.addTotals(added.value.totals);
    kpis.add(record, added.value.totals);
  }
  return kpis.sums(all.totals());
}
const loan = (fields: object): NormalizedRecord =>
  ({ record_kind: "instrument", principal: 100, ...fields }) as NormalizedRecord;

describe("KpiAccumulator", () => {
  it("sums what records state, and gives null for what none states", () => {
    expect(sumsOf([loan({ days_past_due: 6, interest_rate_pct: 5 }),
      loan({ days_past_due: 7, stage: 3, provisions: 0.5 }), loan({ collateral_value: 200 })]))
      .toEqual({ receivable: 300, dpd_0_7: 100, dpd_7_30: 100, dpd_30_60: 0, dpd_60_90: 0,
        dpd_90_plus: 0, without_days_past_due: 100, stage_3_under_90: 100, provisions: 0.5,
        ltv_sum_pct: 50, ltv_count: 1, dti_sum_pct: null, dti_count: 0, interest_per_year: 5,
        balance_with_rate: 100, written_off: null, cash_collected: null, eligible_balance: null });
  });

  it("takes a status for a write-off by its words, else what is stated", () => {
    const sums = sumsOf([loan({ status: "Written-OFF" }), loan({ status: "open" }),
      loan({ status: "charged_off", written_off: 30 })]);
    expect(sums.written_off).toBe(130);
  });

  it("reads a pool's balances by days, and leaves what they do not name", () => {
    const sums = sumsOf([loan({ dpd_0_7: 60.5, dpd_90_plus: 20, days_past_due: 40 })]);
    expect(sums).toMatchObject({ dpd_0_7: 60.5, dpd_30_60: 0, dpd_90_plus: 20,
      without_days_past_due: 19.5 });
  });

  it("counts a portfolio's debt without days and with a rate, a distressed asset not at all", () => {
    const sums = sumsOf([{ record_kind: "portfolio", distressed_assets: [], financial: { debt: {
      total_outstanding: 400, interest_rate_pct: 2, collateral_value: 100 } } },
    { record_kind: "distressed_asset", distressed_value: 7, status: "written off" }]);
    expect(sums).toMatchObject({ receivable: 400, without_days_past_due: 400, dpd_0_7: null,
      balance_with_rate: 400, interest_per_year: 8, ltv_sum_pct: 400, written_off: null });
  });

  it("knows no days where every balance in a bucket is 0", () => {
    expect(sumsOf([loan({ principal: 0, days_past_due: 3 }), loan({})]).dpd_0_7).toBe(null);
  });
});

describe("ratioUnits", () => {
  // As PostgreSQL gives round(part * 1e8::numeric / whole).
  it.each([
    [1, 2, 50_000_000], [1, 3, 33_333_333], [2, 3, 66_666_667],
    [1, 200_000_000, 1], [3, 200_000_000, 2], [1, 200_000_001, 0],
    [9e18, 1, 9n * 10n ** 26n], [1, 9e18, 0],
    [2 ** 60, 3, 38_430_716_820_228_232_533_333_333n],
  ])("of %s in %s is %s", (part, whole, units) =>
    expect(BigInt(ratioUnits(part, whole))).toBe(BigInt(units)));
});
