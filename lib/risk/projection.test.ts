import { describe, expect, it } from "vitest";
import {
  NO_STRESS, projectBorrower, PROJECTION_PRESETS, type BorrowerDebt, type Statements,
} from "./projection";

const statements: Statements = { revenue: 1_200_000, operating_costs: 960_000, cash: 50_000,
  receivables: 100_000, payables: 80_000, market_value: 500_000 };
const debt = (change: Partial<BorrowerDebt> = {}): BorrowerDebt => ({ principal: 120_000,
  interest_rate_pct: 6, term_months: 12, amortisation: "linear", ...change });
const project = (debts: BorrowerDebt[], assumptions = { ...NO_STRESS }, months = 12) =>
  projectBorrower(statements, debts, assumptions, "2026-01-31", months);

describe("a borrower's projection", () => {
  it("pays a linear debt from what is earned", () => {
    const { months, summary } = project([debt()]);
    expect(months[0]).toMatchObject({ date: "2026-02-28", interest: 600, principal: 10_000,
      cash_flow: 9_400, cash: 59_400, balance: 110_000, status: "adequate", exposure: 0 });
    expect(months[0]?.dscr).toBeCloseTo(20_000 / 10_600, 14);
    expect(months[11]?.balance).toBe(0);
    expect(months[11]?.date).toBe("2027-01-31");
    expect(summary).toMatchObject({ total_shortfall: 0, first_shortfall: null,
      working_capital_outflow: 0 });
    expect(summary.min_dscr).toBe(months[0]?.dscr);
  });

  it("pays an annuity in equal parts, also at a rate of 0", () => {
    const { months } = project([debt({ amortisation: "annuity" })]);
    const parts = months.map(({ interest, principal }) => interest + principal);
    const payment = (120_000 * 0.005) / (1 - 1.005 ** -12);
    for (const part of parts) expect(part).toBeCloseTo(payment, 6);
    expect(months[11]?.balance).toBe(0);
    const free = project([debt({ amortisation: "annuity", interest_rate_pct: 0 })]).months;
    expect(free[0]).toMatchObject({ interest: 0, principal: 10_000 });
  });

  it("pays a bullet at its term and nothing after it", () => {
    const { months } = project([debt({ amortisation: "bullet", term_months: 3 })], undefined, 4);
    expect(months.map(({ principal }) => principal)).toStrictEqual([0, 0, 120_000, 0]);
    expect(months[3]).toMatchObject({ dscr: null, status: "not_applicable" });
    expect(months[2]).toMatchObject({ status: "insufficient" });
  });

  it("stresses factors, working capital and market value as section 11 says", () => {
    const { months, summary } = project([debt()], PROJECTION_PRESETS.mild);
    const [revenue, costs] = [1_080_000, 1_008_000];
    const outflow = (15 * revenue + 5 * costs) / 365;
    expect(summary.working_capital_outflow).toBeCloseTo(outflow, 9);
    expect(months[0]?.interest).toBeCloseTo(660, 9);
    expect(months[0]?.cash_flow).toBeCloseTo(6_000 - outflow - 660 - 10_000, 6);
    expect(months[1]?.cash_flow).toBeCloseTo(6_000 - 605 - 10_000, 6);
    expect(months[0]?.cash).toBeCloseTo(47_500 + (months[0]?.cash_flow ?? 0), 9);
    expect(months[0]?.dscr).toBeCloseTo(6_000 / 10_660, 12);
    expect(months[0]?.market_value).toBeCloseTo(500_000 * (1 - 0.05 / 12), 6);
    expect(months[11]?.market_value).toBeCloseTo(475_000, 9);
  });

  it("says when cash runs out, how deep it goes and when first", () => {
    const { months, summary } = project([debt()], PROJECTION_PRESETS.severe);
    expect(summary.first_shortfall).toBe("2026-02-28");
    expect(summary.peak_shortfall).toBe(months[11]?.shortfall);
    expect(months[11]?.shortfall).toBe(-(months[11]?.cash ?? 0));
    expect(summary.total_shortfall)
      .toBeCloseTo(months.reduce((sum, month) => sum + month.shortfall, 0), 6);
  });

  it("does without debts and without a business", () => {
    const { months, summary } = project([], PROJECTION_PRESETS.moderate);
    expect(months.every(({ status }) => status === "not_applicable")).toBe(true);
    expect(summary).toMatchObject({ min_dscr: null, average_dscr: null });
    const none = projectBorrower({ revenue: 0, operating_costs: 0, cash: 0, receivables: 0,
      payables: 0, market_value: 0 }, [debt()], NO_STRESS, "2026-11-28", 1);
    expect(none.months[0]).toMatchObject({ dscr: 0, shortfall: 10_600, exposure: 110_000 });
  });

  it("keeps income that is neither revenue nor cost", () => {
    const found = projectBorrower({ ...statements, ebitda: 300_000 }, [debt()],
      { ...NO_STRESS, revenue_factor: 0.9 }, "2026-01-01", 1);
    expect(found.months[0]?.dscr).toBeCloseTo(180_000 / 12 / 10_600, 12);
  });
});
