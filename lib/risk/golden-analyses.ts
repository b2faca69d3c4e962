import type { Json } from "../kernel/canonical";
import { concentration } from "./concentration";
import { countDefaults, creditPortfolio, simulateLosses, type CreditObligor } from "./credit-loss";
import { granularLoss } from "./granular-loss";
import { IRB_CLASSES, irbCapital, irbTotals, type IrbExposure } from "./irb";
import { kpiFindings } from "./kpi-findings";
import { DPD_BUCKETS, type DpdBucket } from "./kpis";
import { contributions, lossStatistics, tailPaths } from "./loss-statistics";
import { KPI_SUMS, portfolioKpis, type KpiInputs } from "./portfolio-kpis";
import { projectBorrower, PROJECTION_PRESETS, type BorrowerDebt, type Statements }
  from "./projection";
import { rollRates } from "./roll-rates";
import { valueAtRisk, type ValuePoint } from "./value-at-risk";
import type { ChangeCell } from "./version-bridge";

/** Something that the engine computes, of inputs that stand in its code. */
export type GoldenAnalysis = {
  id: string; title: string;
  /** Section of the model. */
  section: number;
  compute: () => unknown;
};

/** What such a case gives, as it is kept. */
export const goldenAnalysis = ({ compute }: GoldenAnalysis): Json =>
  JSON.parse(JSON.stringify(compute(), (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value)) as Json;

const obligors: readonly CreditObligor[] = Array.from({ length: 300 }, (_, at) => ({
  ead: 1000 + (at * 7919) % 5000, lgd: 0.2 + (at % 7) / 10,
  pd: at === 0 ? 0 : at === 1 ? 1 : 0.0005 + ((at * 53) % 300) / 500,
  rho: at % 90 === 5 ? 1 : ((at * 37) % 60) / 100,
}));

function simulation() {
  const made = creditPortfolio(obligors);
  if (!made.ok) return made;
  const losses = simulateLosses(made.value, 20_261_128, 0, 4000);
  const tail = tailPaths(losses, 0.99);
  return { statistics: lossStatistics(losses), contributions: contributions(made.value,
    countDefaults(made.value, 20_261_128, tail.beyond),
    countDefaults(made.value, 20_261_128, tail.ties), tail)
    .sort((a, b) => b.es - a.es || a.index - b.index).slice(0, 20) };
}

function irb() {
  const exposures: IrbExposure[] = IRB_CLASSES.flatMap((asset_class) =>
    [0, 0.0003, 0.01, 0.2, 1].flatMap((pd): IrbExposure[] => [
      { ead: 1_000_000, pd, lgd: 0.45, asset_class, maturity: 2.5 },
      { ead: 250_000, pd, lgd: 0.1, asset_class, maturity: 5, turnover_meur: 12 },
      { ead: 10_000, pd, lgd: 0.6, asset_class, maturity: 1, pd_floor: 0.0001,
        defaulted: pd === 1, el_best: 0.5 }]));
  const results = exposures.map((exposure) => ({ exposure, capital: irbCapital(exposure) }));
  const known = results.flatMap(({ exposure, capital }) =>
    capital.ok ? [{ exposure, capital: capital.value }] : []);
  return { results, totals: irbTotals(known.map(({ exposure }) => exposure),
    known.map(({ capital }) => capital)) };
}

const NO_SUMS = Object.fromEntries(
  [...KPI_SUMS, ...DPD_BUCKETS].map((name) => [name, null])) as KpiInputs;
const TAPE: KpiInputs = { ...NO_SUMS, receivable: 3000, dpd_0_7: 2050, dpd_7_30: 300,
  dpd_30_60: 300, dpd_60_90: 200, dpd_90_plus: 150, without_days_past_due: 0, stage_3_under_90: 40,
  provisions: 100, tangible_equity: 300, ltv_sum_pct: 270.5, ltv_count: 3, dti_sum_pct: 80,
  dti_count: 2, interest_per_year: 120, balance_with_rate: 2400, written_off: 60,
  cash_collected: 41.7, eligible_balance: 3000 };

function kpis() {
  const found = portfolioKpis(TAPE);
  return { kpis: found, findings: kpiFindings(found, {}), empty: portfolioKpis(NO_SUMS),
    own: kpiFindings(found, { npl_ratio_pct: { warning: 2, critical: 6 } }) };
}

const STATEMENTS: Statements = { revenue: 1_200_000, operating_costs: 960_000, cash: 50_000,
  receivables: 100_000, payables: 80_000, market_value: 500_000 };
const DEBTS: readonly BorrowerDebt[] = [
  { principal: 120_000, interest_rate_pct: 6, term_months: 12, amortisation: "linear" },
  { principal: 300_000, interest_rate_pct: 4.5, term_months: 48, amortisation: "annuity" },
  { principal: 80_000, interest_rate_pct: 9.25, term_months: 9, amortisation: "bullet" }];

const moved = (
  fromBucket: DpdBucket | null, toBucket: DpdBucket | null, baseRows: number,
  baseOutstanding: bigint,
): ChangeCell => ({ match: "changed", direction: "same", writtenOff: false, fromBucket, toBucket,
  baseRows, otherRows: baseRows, baseOutstanding, otherOutstanding: baseOutstanding,
  baseCollateral: 0n, otherCollateral: 0n });

/** Weekdays from 1 December 2025 on, whose values move by the same odd steps everywhere. */
function valueSeries(days: number): ValuePoint[] {
  let value = 100_000_000;
  const weekdays = Array.from({ length: days * 2 }, (_, at) => new Date(Date.UTC(2025, 11, 1 + at)))
    .filter((day) => day.getUTCDay() % 6 !== 0).slice(0, days);
  return weekdays.map((day, at) => {
    const flow = at % 25 === 24 ? (at % 50 === 24 ? 2_000_000 : -1_500_000) : 0;
    value = Math.round(value * (1 + ((at * 7919) % 41 - 20) / 2000)) + flow;
    return { date: day.toISOString().slice(0, 10), value, flow };
  });
}

function valuesAtRisk() {
  const limits = { "0.95": 2_000_000, "0.99": 3_000_000 };
  const options = { limits, freshnessDays: 4 };
  const series = valueSeries(131);
  const last = (series.at(-1) as ValuePoint).date;
  return {
    judged: valueAtRisk(series, options), fresh: valueAtRisk(series, { ...options, asOf: last }),
    stale: valueAtRisk(series, { ...options, asOf: "2026-12-31" }),
    // Beyond a limit, above 90 % of it, and from 70 % on.
    tight: [500_000, 1_000_000, 1_200_000].map((limit) =>
      valueAtRisk(series, { ...options, limits: { "0.95": limit, "0.99": limit } })),
    // 100 returns are the fewest of a quantile, 10 of a month's guard.
    fewest: [100, 101].map((days) => valueAtRisk(valueSeries(days), options)),
    short: [1, 2, 23].map((days) => valueAtRisk(valueSeries(days), options)),
    refused: [[], [series[1], series[0]], [{ date: "2026-01-01", value: 0, flow: 0 }]]
      .map((bad) => valueAtRisk(bad as ValuePoint[], options)),
  };
}

/** Sections 7 to 11, each with inputs that reach its branches. */
export const GOLDEN_ANALYSES: readonly GoldenAnalysis[] = [
  { id: "credit_loss_simulation", section: 7, compute: simulation,
    title: "Credit losses of 300 names on 4,000 paths, PD from 0 to 1, correlations up to 1" },
  { id: "credit_loss_closed_form", section: 7, title: "The first 40 of these names, infinitely granular",
    compute: () => {
      const { contributions: parts, ...figures } = granularLoss(obligors.slice(0, 40), 0.99);
      return { ...figures, contributions: parts };
    } },
  { id: "irb_capital", section: 7, compute: irb,
    title: "IRB capital of every class, PD from 0 to 1, small firms, defaulted exposures" },
  { id: "concentration", section: 8, title: "Concentration of 40 unequal names, of one and of none",
    compute: () => [Array.from({ length: 40 }, (_, at) => 1e6 / (at + 1) ** 1.5), [5], []]
      .map((values) => concentration(values)) },
  { id: "kpis", section: 9, compute: kpis,
    title: "KPIs of a tape with every column and of none, judged by default and by own limits" },
  { id: "roll_rates", section: 9, title: "Roll rates between two versions",
    compute: () => rollRates([moved("dpd_0_7", "dpd_0_7", 8, 8_000_000n),
      moved("dpd_0_7", "dpd_30_60", 3, 1_234_567n), moved("dpd_30_60", "dpd_90_plus", 2, 0n),
      moved(null, "dpd_0_7", 1, 5n)]) },
  { id: "value_at_risk", section: 10, compute: valuesAtRisk,
    title: "Guards and VaR of 131 days with flows, fresh, stale and under tight limits, of fewer "
      + "days, and of series without returns" },
  ...Object.entries(PROJECTION_PRESETS).map(([name, assumptions]): GoldenAnalysis => ({
    id: `projection_${name}`, section: 11, title: `24 months of a borrower under the ${name} set`,
    compute: () => projectBorrower(STATEMENTS, DEBTS, assumptions, "2026-01-31", 24) })),
];
