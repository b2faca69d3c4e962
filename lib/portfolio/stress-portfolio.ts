import { canonicalJson, type Json } from "../kernel/canonical";
import { amountFromUnits, fromUnits } from "../kernel/exact";
import { err, ok, type Result } from "../kernel/result";
import {
  exposureOf, marketOf, NO_SHOCKS, stressResult, type DebtExposure, type ExactTotals,
  type GroupDimension, type Netting, type Scenario, type Shocks, type StressResult,
} from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import { cutColumns, segmentsOf, shocksByProfile, type Cut } from "./cut";
import type { ExactColumn } from "./exact-column";
import { groupResults, type GroupStress } from "./group-results";
import { addStated, mergeMarkets, sumMarkets, totalOf, type MarketSums }
  from "./market-sums";
import { unmatchedSegments, type UnmatchedSegment } from "./unmatched";

/** Most results by group: groups times scenarios and the base. */
export const RESULT_LIMIT = 4_000_000;

export type StressRequest = {
  scenarios: readonly Scenario[];
  netting: Netting;
  /** None, one or two dimensions. */
  groupBy?: readonly GroupDimension[];
};

/** A scenario's result: section 2's fields, and what the debts then lack in collateral. */
export type PortfolioStressResult = StressResult & { collateral_shortfall: number };

export type PortfolioStress = {
  totals: { base: DebtExposure; scenarios: PortfolioStressResult[] };
  groups: GroupStress[];
  unmatchedSegments: UnmatchedSegment[];
};

/** Too many groups for so many scenarios. */
export type StressProblem = { code: "TOO_MANY_GROUPS"; groups: number; limit: number };

/** The base and each scenario: place 0 is what is without a shock. */
export const BASE: Scenario = { scenario_id: "", description: "", ...NO_SHOCKS };

/**
 * Section 4 of MODEL.md: totals and groups of a portfolio under scenarios, each with its own
 * segments, by either netting. Sums are exact, so that neither the order of rows nor a split over
 * workers changes a bit. Without segments the totals of portfolio netting are `stressOf` of the
 * exposure; by instrument, or with segments, collateral is rounded per debt. Groups are as
 * `groupResults` says. TOO_MANY_GROUPS beyond RESULT_LIMIT.
 */
export function stressPortfolio(
  columns: PortfolioColumns, request: StressRequest,
): Result<PortfolioStress, StressProblem> {
  const cut = cutFor(columns, request);
  const problem = sizeProblem(cut, request);
  if (problem) return err(problem);
  const markets = marketsOf(cut, request);
  return ok(stressOfSums(columns, cut, request,
    [sumMarkets(cut, markets, 0, columns.debtCount)]));
}

/** The latest cut of columns: a slider asks for the same one again and again. */
const latest = new WeakMap<PortfolioColumns, { key: string; cut: Cut }>();
/** Larger cuts are not kept: their sums would take more memory than the columns. */
const KEPT_CELLS = 2 ** 16;

/** The cut that a request needs; the same for any shocks on the same segments. */
export function cutFor(
  columns: PortfolioColumns,
  { scenarios, groupBy = [] }: Pick<StressRequest, "scenarios" | "groupBy">,
): Cut {
  const wheres = segmentsOf(scenarios);
  const key = canonicalJson([groupBy, wheres] as Json);
  const kept = latest.get(columns);
  if (kept?.key === key) return kept.cut;
  const cut = cutColumns(columns, groupBy, wheres);
  if (cut.cells.count <= KEPT_CELLS) latest.set(columns, { key, cut });
  return cut;
}

/** Whether a request asks for too much. */
export function sizeProblem(cut: Cut, request: StressRequest): StressProblem | null {
  const groups = cut.groupKeys.length;
  const limit = Math.floor(RESULT_LIMIT / (request.scenarios.length + 1));
  return groups > limit && groups > 1 ? { code: "TOO_MANY_GROUPS", groups, limit } : null;
}

/** The markets of each profile: of the base, then of each scenario. */
export function marketsOf(cut: Cut, { scenarios }: StressRequest): Float64Array[] {
  const shocks = [BASE, ...scenarios].map((scenario) => shocksByProfile(cut, scenario));
  return cut.profiles.map((_, profile) =>
    Float64Array.from(shocks, (byProfile) => marketOf(byProfile[profile] as Shocks)));
}

/** The results of sums that workers made of all places of the cut between them. */
export function stressOfSums(
  columns: PortfolioColumns, cut: Cut, request: StressRequest, parts: readonly MarketSums[],
): PortfolioStress {
  const { scenarios, netting } = request;
  const sums = mergeMarkets(cut, scenarios.length + 1, parts);
  addStated(cut, sums, Float64Array.from([BASE, ...scenarios], marketOf));
  const profiles = profileTotals(cut);
  const exposure = exposureOf(profiles.all);
  const base = netting === "portfolio" ? exposure : byInstrument(exposure, sums);
  const shocks = scenarios.map((scenario) => shocksByProfile(cut, scenario));
  const results = scenarios.map((scenario, index) => stressTotal({ base, scenario, netting,
    stressed: totalOf(sums, "stressed", index + 1),
    shortfall: totalOf(sums, "shortfall", index + 1),
    shocks: shocks[index] as Shocks[], profiles }));
  return {
    totals: { base, scenarios: results },
    groups: request.groupBy && request.groupBy.length > 0
      ? groupResults({ cut, sums, netting, base, results, shocks, scenarios }) : [],
    unmatchedSegments: unmatchedSegments(columns, cut, scenarios),
  };
}

function byInstrument(exposure: DebtExposure, sums: MarketSums): DebtExposure {
  const shortfall = amountFromUnits(totalOf(sums, "shortfall", 0));
  return { ...exposure, collateral_shortfall: shortfall, net_exposure_after_recovery:
    Math.max(0, shortfall - exposure.distressed_asset_recovery) };
}

/** Exact sums of what each profile has, and of all. */
type ProfileTotals = {
  all: ExactTotals;
  outstanding: bigint[];
  value: bigint[];
  valueTimesRecovery: bigint[];
};

function profileTotals({ cells, profiles }: Cut): ProfileTotals {
  const by = (column: ExactColumn): bigint[] => {
    const sums = profiles.map(() => 0n);
    for (let cell = 0; cell < cells.count; cell += 1) {
      const profile = cells.profile[cell] as number;
      sums[profile] = (sums[profile] as bigint) + column.value(cell);
    }
    return sums;
  };
  const outstanding = by(cells.outstanding);
  const value = by(cells.value);
  const valueTimesRecovery = by(cells.valueTimesRecovery);
  const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
  const count = (counts: Float64Array): number => counts.reduce((a, b) => a + b, 0);
  return { outstanding, value, valueTimesRecovery, all: {
    outstanding: sum(outstanding),
    outstandingTimesRate: sum(by(cells.outstandingTimesRate)),
    collateral: sum(by(cells.collateral)),
    assets: sum(by(cells.assetsValue)),
    distressedValue: sum(value),
    distressedValueTimesRecovery: sum(valueTimesRecovery),
    distressedCount: count(cells.assets),
    instrumentCount: count(cells.debts),
  } };
}

type TotalInput = {
  base: DebtExposure; scenario: Scenario; netting: Netting; stressed: bigint; shortfall: bigint;
  shocks: readonly Shocks[]; profiles: ProfileTotals;
};

/** Section 2's formulas where shocks differ by profile; the sums of a shock are one amount. */
function stressTotal(
  { base, scenario, netting, stressed, shortfall, shocks, profiles }: TotalInput,
): PortfolioStressResult {
  const outstanding = base.total_outstanding;
  const isWhole = scenario.segment_shocks === undefined && netting === "portfolio";
  const amountsBy = (name: keyof Shocks, units: readonly bigint[], scale: bigint) =>
    byShock(shocks.map((each) => each[name]), units, scale);
  const sum = (parts: readonly Part[], of: (part: Part) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const markets = amountsBy("collateral_market_impact_pct", profiles.value, AMOUNT);
  const collateral = isWhole
    ? Math.max(0, base.collateral_value * (1 + scenario.collateral_market_impact_pct))
    : amountFromUnits(stressed);
  const value = sum(markets, ({ amount, shock }) => Math.max(0, amount * (1 + shock)));
  const recovery = sum(
    amountsBy("recovery_degradation_pct", profiles.valueTimesRecovery, AMOUNT_PER_CENTS),
    ({ amount, shock }) => Math.max(0, amount * (1 + shock)));
  const buffer = sum(amountsBy("default_risk_increment_pct", profiles.outstanding, AMOUNT),
    ({ amount, shock }) => Math.max(0, amount * shock));
  const deltas = amountsBy("interest_rate_delta_pct", profiles.outstanding, AMOUNT);
  const delta = deltas.length === 1 ? (deltas[0] as Part).shock
    : sum(deltas, ({ amount, shock }) => amount * shock) / outstanding;
  const rate = base.interest_rate_pct + (outstanding === 0
    ? scenario.interest_rate_delta_pct : delta);
  const lacking = netting === "portfolio" ? Math.max(outstanding - collateral, 0)
    : amountFromUnits(shortfall);
  const net = (netting === "portfolio" ? Math.max(0, outstanding - (collateral + recovery))
    : Math.max(0, lacking - recovery)) + buffer;
  return { ...stressResult(base, scenario, { interestRatePct: rate, collateral,
    distressedValue: value, recovery, buffer, net }), collateral_shortfall: lacking };
}

const AMOUNT = 10_000n;
/** Units of amount x per cent / 100, as in section 1. */
const AMOUNT_PER_CENTS = 10n ** 12n;

type Part = { shock: number; amount: number };

/** The amounts under each different shock, by rising shock: so that their order is nobody's. */
function byShock(shocks: readonly number[], units: readonly bigint[], scale: bigint): Part[] {
  const sums = new Map<number, bigint>();
  shocks.forEach((shock, profile) => {
    sums.set(shock, (sums.get(shock) ?? 0n) + (units[profile] as bigint));
  });
  return [...sums].sort(([a], [b]) => a - b)
    .map(([shock, sum]) => ({ shock, amount: fromUnits(sum, scale) }));
}
