import { NO_STRESS, projectBorrower, PROJECTION_PRESETS } from "@/lib/risk";
import { money, n, plain, step } from "./figures";
import { liveSection, type LiveStep, type Values } from "./live";

const BASE = { revenue: 1_200_000, costs: 960_000, cash: 50_000, market: 500_000, debt: 120_000,
  rate: 6, term: 12, months: 12 };

/** The factors of a set, by the names of the inputs. */
const factors = (set: Readonly<typeof NO_STRESS>) => ({ fr: set.revenue_factor,
  fc: set.cost_factor, fi: set.interest_rate_factor, fl: set.liquidity_factor,
  fm: set.market_value_factor, dc: set.collection_days, dp: set.payment_days });

const factor = <const N extends string>(name: N, label: string) =>
  ({ name, label, unit: "×", min: 0, max: 100, step: 0.05 }) as const;
const days = <const N extends string>(name: N, label: string) =>
  ({ name, label, unit: "days", min: -365, max: 365 }) as const;

export const PROJECTION_SECTION = liveSection({
  id: "projection", title: "Projection of a borrower", section: 11,
  sub: "Month by month from yearly statements and one debt that is paid back in equal parts",
  functions: ["projectBorrower"],
  inputs: [
    money("revenue", "Revenue a year"), money("costs", "Operating costs"),
    money("cash", "Cash"), money("market", "Market value"), money("debt", "Debt"),
    { name: "rate", label: "Interest rate", unit: "%", min: 0, max: 1000 },
    { name: "term", label: "Term", unit: "months", min: 1, max: 600 },
    { name: "months", label: "Horizon", unit: "months", min: 6, max: 24 },
    factor("fr", "Revenue factor"), factor("fc", "Cost factor"), factor("fi", "Rate factor"),
    factor("fl", "Liquidity factor"), factor("fm", "Market factor"),
    days("dc", "Customers pay later by"), days("dp", "Own payment later by"),
  ],
  presets: [
    { label: "No stress", values: { ...BASE, ...factors(NO_STRESS) }, published: {
      "Interest, month 1": 600, "Principal, month 1": 10_000, "Cash flow, month 1": 9_400,
      "Cash after month 1": 59_400, "Months short of cash": 0 } },
    { label: "Mild", values: { ...BASE, ...factors(PROJECTION_PRESETS.mild) }, published: {
      "Revenue a year": 1_080_000, "Costs a year": 1_008_000, "Interest, month 1": 660 } },
    { label: "Moderate", values: { ...BASE, ...factors(PROJECTION_PRESETS.moderate) },
      published: {} },
    { label: "Severe", values: { ...BASE, ...factors(PROJECTION_PRESETS.severe) },
      published: {} },
  ],
  limits: [
    "Factors hit from the first month on; only the market value moves slowly, in a line.",
    "No taxes, investment, new debt or measures of the borrower.",
    "Receivables and payables count through their days; there is no season in a year.",
    "Default sets are round numbers, calibrated to nothing.",
  ],
  compute: (v) => {
    if (!Number.isInteger(v.term) || !Number.isInteger(v.months)) {
      return "Term and horizon are whole months.";
    }
    return stepsOf(v);
  },
});

type Inputs = Values<keyof (typeof BASE & ReturnType<typeof factors>)>;

function stepsOf(v: Inputs): LiveStep[] | string {
  const { months, summary } = projectBorrower(
    { revenue: v.revenue, operating_costs: v.costs, cash: v.cash, receivables: 0, payables: 0,
      market_value: v.market },
    [{ principal: v.debt, interest_rate_pct: v.rate, term_months: v.term, amortisation: "linear" }],
    { revenue_factor: v.fr, cost_factor: v.fc, interest_rate_factor: v.fi, liquidity_factor: v.fl,
      market_value_factor: v.fm, collection_days: v.dc, payment_days: v.dp },
    "2026-01-31", v.months);
  const first = months[0];
  if (!first) return "The horizon has no month.";
  const [revenue, costs] = [v.revenue * v.fr, v.costs * v.fc];
  const short = months.filter((month) => month.shortfall > 0);
  return [
    step("Revenue a year", "revenue × factor", `${n(v.revenue)} × ${n(v.fr)}`, revenue),
    step("Costs a year", "costs × factor", `${n(v.costs)} × ${n(v.fc)}`, costs),
    step("Working-capital outflow", "extra days × revenue′ / 365 + lost days × costs′ / 365",
      `${n(v.dc)} × ${n(revenue)} / 365 + ${n(-v.dp)} × ${n(costs)} / 365`,
      summary.working_capital_outflow),
    step("Interest, month 1", "balance × rate × factor / 1200",
      `${n(v.debt)} × ${n(v.rate)} × ${n(v.fi)} / 1200`, first.interest),
    step("Principal, month 1", "debt / term", `${n(v.debt)} / ${n(v.term)}`, first.principal),
    step("Cash flow, month 1", "(revenue′ − costs′) / 12 − outflow − interest − principal",
      `(${n(revenue)} − ${n(costs)}) / 12 − ${n(summary.working_capital_outflow)} − ${
        n(first.interest)} − ${n(first.principal)}`, first.cash_flow),
    step("Cash after month 1", "cash × factor + cash flow",
      `${n(v.cash)} × ${n(v.fl)} + ${n(first.cash_flow)}`, first.cash),
    step("DSCR, month 1", "(EBITDA′ / 12) / (interest + principal)",
      first.dscr === null ? "Nothing is due." : `${n((revenue - costs) / 12)} / ${
        n(first.interest + first.principal)}: ${first.status}`, first.dscr, plain),
    step("Lowest DSCR", "min over the months", summary.min_dscr === null ? "Nothing is due."
      : `${n(v.months)} months`, summary.min_dscr, plain),
    step("Months short of cash", "count of cash < 0",
      summary.first_shortfall === null ? "none" : `the first ends ${summary.first_shortfall}`,
      short.length, n),
    step("Deepest gap", "max(0, −cash)", `${n(short.length)} months`, summary.peak_shortfall),
  ];
}
