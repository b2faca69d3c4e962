import { assert } from "../kernel/assert";
import type { DebtExposure, Scenario, SegmentedShocks, Shocks, StressResult } from "./types";

/** The four shocks' names, in the order of every result. */
export const SHOCK_NAMES = [
  "interest_rate_delta_pct", "collateral_market_impact_pct", "recovery_degradation_pct",
  "default_risk_increment_pct",
] as const satisfies readonly (keyof Shocks)[];

/** Nothing happens. */
export const NO_SHOCKS: Readonly<Shocks> = Object.freeze({
  interest_rate_delta_pct: 0,
  collateral_market_impact_pct: 0,
  recovery_degradation_pct: 0,
  default_risk_increment_pct: 0,
});

/** The three scenarios that always run first, in this order (MODEL.md section 2). */
export const DEFAULT_SCENARIOS: readonly Readonly<Scenario>[] = Object.freeze([
  Object.freeze({
    scenario_id: "interest_rate_spike",
    description: "Interest rate hike with modest refinancing pressure.",
    interest_rate_delta_pct: 2.5,
    collateral_market_impact_pct: -0.05,
    recovery_degradation_pct: -0.05,
    default_risk_increment_pct: 0.02,
  }),
  Object.freeze({
    scenario_id: "market_crash",
    description: "Market shock reduces collateral and distressed asset values.",
    interest_rate_delta_pct: 0.5,
    collateral_market_impact_pct: -0.25,
    recovery_degradation_pct: -0.15,
    default_risk_increment_pct: 0.05,
  }),
  Object.freeze({
    scenario_id: "default_wave",
    description: "Elevated default risk further erodes recoveries.",
    interest_rate_delta_pct: 1.0,
    collateral_market_impact_pct: -0.1,
    recovery_degradation_pct: -0.35,
    default_risk_increment_pct: 0.08,
  }),
]);

/**
 * The exposure under one scenario, MODEL.md section 2: currency units, points and a score in
 * [0, 1]. Takes shocks of any size (a reverse stress scales them beyond the API's bounds):
 * collateral, distressed value and recovery never fall below 0, nor lose more than they were.
 * @throws InvariantError for segment shocks: only `lib/portfolio`, which sees records, has them.
 */
export function stressOf(exposure: DebtExposure, scenario: Scenario): StressResult {
  assert(scenario.segment_shocks === undefined, "segment shocks need the records");
  const outstanding = exposure.total_outstanding;
  const rate = exposure.interest_rate_pct + scenario.interest_rate_delta_pct;
  const market = 1 + scenario.collateral_market_impact_pct;
  const collateral = Math.max(0, exposure.collateral_value * market);
  const distressedValue = Math.max(0, exposure.distressed_asset_value * market);
  const recovery = Math.max(
    0, exposure.distressed_asset_recovery * (1 + scenario.recovery_degradation_pct));
  const buffer = Math.max(0, outstanding * scenario.default_risk_increment_pct);
  const net = Math.max(0, outstanding - (collateral + recovery)) + buffer;
  return stressResult(exposure, scenario, { interestRatePct: rate, collateral, distressedValue,
    recovery, buffer, net });
}

/** A position under stress: points, then amounts in currency units. */
export type StressedPosition = {
  interestRatePct: number; collateral: number; distressedValue: number; recovery: number;
  buffer: number; net: number;
};

/** Section 2's results, of a position whose stressed amounts are known, beside `base`. */
export function stressResult(
  base: DebtExposure, scenario: Scenario, stressed: StressedPosition,
): StressResult {
  const { interestRatePct, collateral, distressedValue, recovery, buffer, net } = stressed;
  const outstanding = base.total_outstanding;
  const loss = Math.max(0, net - base.net_exposure_after_recovery);
  return {
    scenario_id: scenario.scenario_id,
    description: scenario.description,
    interest_rate_delta_pct: scenario.interest_rate_delta_pct,
    collateral_market_impact_pct: scenario.collateral_market_impact_pct,
    recovery_degradation_pct: scenario.recovery_degradation_pct,
    default_risk_increment_pct: scenario.default_risk_increment_pct,
    ...(scenario.segment_shocks && { segment_shocks: scenario.segment_shocks }),
    interest_rate_pct: interestRatePct,
    interest_payment: (outstanding * interestRatePct) / 100,
    collateral_value: collateral,
    collateral_loss: Math.max(0, base.collateral_value - collateral),
    distressed_asset_value: distressedValue,
    distressed_asset_loss: Math.max(0, base.distressed_asset_value - distressedValue),
    distressed_asset_recovery: recovery,
    default_risk_buffer: buffer,
    net_exposure_after_recovery: net,
    loss_estimate: loss,
    impact_score: Math.min(1, loss / Math.max(1, outstanding)),
  };
}

/** A version's exposure under one netting, and what a scenario makes of it. */
export type Netted = {
  exposure: DebtExposure;
  stress(scenario: Scenario): StressResult;
  /**
   * Where `stress` rounds single debts, the same without: no steps in a shock, so that a search for
   * one hits its target (section 6).
   */
  continuous?(scenario: Scenario): StressResult;
};

/** A netting without steps; see `Netted`. */
export const withoutSteps = ({ exposure, stress, continuous }: Netted): Netted =>
  ({ exposure, stress: continuous ?? stress });

/** Portfolio netting, sections 1 and 2: all collateral covers all debt. */
export const netByPortfolio = (exposure: DebtExposure): Netted =>
  ({ exposure, stress: (scenario) => stressOf(exposure, scenario) });

/** The loss L of sections 2 and 4 under bare shocks, in currency units. */
export function lossUnder(netted: Netted, shocks: SegmentedShocks): number {
  return netted.stress({ scenario_id: "", description: "", ...shocks }).loss_estimate;
}

/** Every shock times `multiplier`, unbounded (section 6); those of segments too. */
export const scaleShocks = (shocks: SegmentedShocks, multiplier: number): SegmentedShocks =>
  eachShock(shocks, (value) => value * multiplier);

/** These shocks alone, all others 0; a segment keeps what it gives of them. */
export const onlyShocks = (
  shocks: SegmentedShocks, names: readonly (keyof Shocks)[],
): SegmentedShocks => eachShock(shocks, (value, name) => names.includes(name) ? value : null);

/** Shocks value by value; null is 0 of the scenario's own and none of a segment. */
function eachShock(
  shocks: SegmentedShocks, change: (value: number, name: keyof Shocks) => number | null,
): SegmentedShocks {
  const own = Object.fromEntries(SHOCK_NAMES.map((name) =>
    [name, change(shocks[name], name) ?? 0])) as Shocks;
  if (!shocks.segment_shocks) return own;
  return { ...own, segment_shocks: shocks.segment_shocks.map((entry) => ({ where: entry.where,
    ...Object.fromEntries(SHOCK_NAMES.flatMap((name) => {
      const given = entry[name];
      const value = given === undefined ? null : change(given, name);
      return value === null ? [] : [[name, value]];
    })) })) };
}
