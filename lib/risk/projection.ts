/** How the principal of a debt is paid back. */
export type Amortisation = "linear" | "annuity" | "bullet";

/** A borrower's yearly figures, then positions; all in currency units. */
export type Statements = {
  revenue: number; operating_costs: number;
  /** `revenue - operating_costs` unless given: other income makes the difference. */
  ebitda?: number | undefined;
  cash: number; receivables: number; payables: number; market_value: number;
};

/** One debt, its first payment a month after the start. */
export type BorrowerDebt = {
  principal: number; interest_rate_pct: number; term_months: number; amortisation: Amortisation;
};

/** Factors on base figures, then days (section 11). */
export type ProjectionAssumptions = {
  revenue_factor: number; cost_factor: number; interest_rate_factor: number;
  liquidity_factor: number; market_value_factor: number;
  collection_days: number; payment_days: number;
};

export type DscrStatus = "adequate" | "marginal" | "insufficient" | "not_applicable";

/** One month; amounts in currency units. */
export type ProjectedMonth = {
  date: string; cash_flow: number; cash: number; shortfall: number; interest: number;
  principal: number; balance: number; dscr: number | null; status: DscrStatus;
  market_value: number; exposure: number;
};

export type Projection = {
  months: ProjectedMonth[];
  summary: {
    min_dscr: number | null; average_dscr: number | null; total_shortfall: number;
    peak_shortfall: number; first_shortfall: string | null; working_capital_outflow: number;
  };
};

const preset = (
  revenue: number, cost: number, rate: number, liquidity: number, market: number,
  collection: number, payment: number,
): ProjectionAssumptions => ({ revenue_factor: revenue, cost_factor: cost,
  interest_rate_factor: rate, liquidity_factor: liquidity, market_value_factor: market,
  collection_days: collection, payment_days: payment });

/** Nothing changes. */
export const NO_STRESS: Readonly<ProjectionAssumptions> =
  Object.freeze(preset(1, 1, 1, 1, 1, 0, 0));
/** The default sets of section 11. */
export const PROJECTION_PRESETS = {
  mild: preset(0.9, 1.05, 1.1, 0.95, 0.95, 15, -5),
  moderate: preset(0.8, 1.15, 1.3, 0.85, 0.85, 30, -10),
  severe: preset(0.6, 1.3, 2, 0.7, 0.7, 60, -20),
} as const;

const DAYS_OF_YEAR = 365;

/**
 * A borrower's months under stress, MODEL.md section 11; `start` is YYYY-MM-DD, the first month
 * ends a month later. EBITDA moves by what revenue and costs move. The working-capital outflow
 * of month 1 may be an inflow when customers pay earlier. Cash rolls forward below 0, where it is
 * a shortfall: a gap that lasts counts in `total_shortfall` every month, once in
 * `peak_shortfall`. `exposure` is the debt that the market value does not cover. DSCR is null
 * ("not_applicable") when nothing is due.
 */
export function projectBorrower(
  statements: Statements, debts: readonly BorrowerDebt[], assumptions: ProjectionAssumptions,
  start: string, horizonMonths: number,
): Projection {
  const revenue = statements.revenue * assumptions.revenue_factor;
  const costs = statements.operating_costs * assumptions.cost_factor;
  const ebitda = (statements.ebitda ?? statements.revenue - statements.operating_costs)
    + (revenue - statements.revenue) - (costs - statements.operating_costs);
  const outflow = (assumptions.collection_days * revenue
    - assumptions.payment_days * costs) / DAYS_OF_YEAR;
  const schedules = debts.map((debt) =>
    scheduleOf(debt, assumptions.interest_rate_factor, horizonMonths));
  let cash = statements.cash * assumptions.liquidity_factor;
  const months = Array.from({ length: horizonMonths }, (_, index): ProjectedMonth => {
    const due = { interest: 0, principal: 0, balance: 0 };
    for (const schedule of schedules) {
      const own = schedule[index] as Due;
      due.interest += own.interest;
      due.principal += own.principal;
      due.balance += own.balance;
    }
    const cashFlow = (revenue - costs) / 12 - (index === 0 ? outflow : 0)
      - due.interest - due.principal;
    cash += cashFlow;
    const service = due.interest + due.principal;
    const dscr = service > 0 ? ebitda / 12 / service : null;
    const marketValue = statements.market_value
      * (1 + ((assumptions.market_value_factor - 1) * (index + 1)) / horizonMonths);
    return { date: monthAfter(start, index + 1), cash_flow: cashFlow, cash,
      shortfall: Math.max(0, -cash), ...due, dscr, status: statusOf(dscr),
      market_value: marketValue, exposure: Math.max(0, due.balance - marketValue) };
  });
  return { months, summary: summaryOf(months, outflow) };
}

/** What a month of a debt asks for, and what is owed after it. */
type Due = { interest: number; principal: number; balance: number };

function scheduleOf(debt: BorrowerDebt, rateFactor: number, months: number): Due[] {
  const rate = (debt.interest_rate_pct * rateFactor) / 1200;
  const { term_months: term, principal } = debt;
  // `-expm1(-n log1p(i))` is 1 - (1 + i)^-n without losing the digits of a small rate.
  const payment = rate > 0 ? (principal * rate) / -Math.expm1(-term * Math.log1p(rate))
    : principal / term;
  let balance = principal;
  return Array.from({ length: months }, (_, index): Due => {
    const interest = balance * rate;
    const isLast = index + 1 >= term;
    const regular = debt.amortisation === "bullet" ? 0
      : debt.amortisation === "linear" ? principal / term : payment - interest;
    const paid = isLast ? balance : Math.min(balance, regular);
    balance -= paid;
    return { interest, principal: paid, balance };
  });
}

const statusOf = (dscr: number | null): DscrStatus => dscr === null ? "not_applicable"
  : dscr >= 1.25 ? "adequate" : dscr >= 1 ? "marginal" : "insufficient";

function summaryOf(months: readonly ProjectedMonth[], outflow: number): Projection["summary"] {
  const ratios = months.flatMap(({ dscr }) => dscr === null ? [] : [dscr]);
  const shortfalls = months.map(({ shortfall }) => shortfall);
  return {
    min_dscr: ratios.length === 0 ? null : Math.min(...ratios),
    average_dscr: ratios.length === 0 ? null
      : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
    total_shortfall: shortfalls.reduce((sum, shortfall) => sum + shortfall, 0),
    peak_shortfall: Math.max(0, ...shortfalls),
    first_shortfall: months.find(({ shortfall }) => shortfall > 0)?.date ?? null,
    working_capital_outflow: outflow,
  };
}

/** The same day `count` months later, or that month's last day. */
function monthAfter(start: string, count: number): string {
  const [year, month, day] = start.split("-").map(Number) as [number, number, number];
  const first = year * 12 + month - 1 + count;
  const [toYear, toMonth] = [Math.floor(first / 12), first % 12];
  const leap = toYear % 4 === 0 && (toYear % 100 !== 0 || toYear % 400 === 0);
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][toMonth] as number;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${String(toYear).padStart(4, "0")}-${two(toMonth + 1)}-${two(Math.min(day, length))}`;
}
