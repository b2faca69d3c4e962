import type { Json } from "../kernel/canonical";
import type { NormalizedRecord } from "../kernel/record";
import type { AmountOutOfRange, Netting, RunParameters, RunParametersInput } from "./types";
import { attributeLoss } from "./attribution";
import { netRecords, type EngineFormulas } from "./engines";
import { findingsOf } from "./findings";
import { canonicalParameters } from "./parameters";
import { reverseStress, type ReverseTarget } from "./reverse";
import { lossGrid, tornado } from "./sensitivity";
import { err, ok, type Result } from "../kernel/result";
import type { Netted } from "./stress";

/** A portfolio whose results are kept with the engine version that first gave them. */
export type GoldenCase = {
  id: string;
  title: string;
  records: readonly NormalizedRecord[];
  parameters: RunParametersInput;
};

/** What a file of `golden/` holds. */
export type GoldenFile = {
  engine_version: string;
  cases: readonly (GoldenCase & { outputs: { readonly [N in Netting]: Json } })[];
};

const loan = (
  principal: number, interest_rate_pct: number, collateral_value: number, assets_value?: number,
): NormalizedRecord => ({ record_kind: "instrument", principal, interest_rate_pct, collateral_value,
  ...(assets_value === undefined ? {} : { assets_value }) });
const asset = (distressed_value: number, recovery_rate_pct: number): NormalizedRecord =>
  ({ record_kind: "distressed_asset", distressed_value, recovery_rate_pct });

const SEVERE = { scenario_id: "severe", interest_rate_delta_pct: 5,
  collateral_market_impact_pct: -0.3, recovery_degradation_pct: -0.2,
  default_risk_increment_pct: 0.1 };
const TOTAL_LOSS = { scenario_id: "total_loss", interest_rate_delta_pct: -100,
  collateral_market_impact_pct: -1, recovery_degradation_pct: -1, default_risk_increment_pct: 1 };

/** Portfolios that between them reach every branch of sections 1 to 6. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  {
    id: "model_example", title: "The portfolio of the model's check values",
    records: [{ record_kind: "portfolio",
      financial: {
        debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
        assets: { total: 2_000_000 },
      },
      distressed_assets: [
        { name: "A", value: 200_000, recovery_rate_pct: 35 },
        { name: "B", value: 150_000, recovery_rate_pct: 50 },
      ] }],
    parameters: { stress_scenarios: [SEVERE, TOTAL_LOSS] },
  },
  {
    id: "surplus_hides", title: "One loan's surplus covers another's gap, a recovery on top",
    records: [loan(100, 5, 300), loan(200, 5, 50), asset(100, 40)],
    parameters: { stress_scenarios: [SEVERE] },
  },
  {
    id: "odd_amounts", title: "Amounts that no float64 holds, rates with many digits",
    records: [loan(1234.56789, 3.3333333, 987.65432), loan(0.1, 0.7, 0.2), loan(0.00004, 5, 1),
      loan(70_000_000.07, 12.345678, 65_432_109.87, 98_765_432.1), asset(33_333.33, 33.333333)],
    parameters: { stress_loss_materiality_threshold_pct: 0.01,
      stress_scenarios: [{ scenario_id: "thirds", interest_rate_delta_pct: 1 / 3,
        collateral_market_impact_pct: -1 / 3, recovery_degradation_pct: -1 / 7,
        default_risk_increment_pct: 1 / 9 }] },
  },
  {
    id: "listed_debt", title: "Listed instruments, one skipped, under a stated collateral",
    records: [{ record_kind: "portfolio",
      financial: { debt: { collateral_value: 900, instruments: [
        { principal: 600, interest_rate_pct: 4, collateral_value: 100 },
        { principal: -5, interest_rate_pct: 4, collateral_value: 77 },
        { principal: 700, collateral_value: 500 },
      ] }, assets: { total: 2500 } }, distressed_assets: [{ value: 50 }] }, loan(300, 6, 0)],
    parameters: { include_default_scenarios: false, stress_scenarios: [SEVERE, TOTAL_LOSS] },
  },
  {
    id: "gains", title: "A rising market and better recoveries",
    records: [loan(1000, 8, 700, 1500), loan(500, 6, 480), asset(400, 25)],
    parameters: { stress_scenarios: [{ scenario_id: "boom", interest_rate_delta_pct: -1.5,
      collateral_market_impact_pct: 0.4, recovery_degradation_pct: 0.5 }] },
  },
  {
    id: "no_debt", title: "No debt and no distressed asset", records: [],
    parameters: {},
  },
  {
    id: "vast", title: "Amounts of 10^14, where float64 counts in cents",
    records: [loan(9e14, 7.25, 8.1e14), loan(9e14, 0, 9.9e13), asset(9e14, 12.5)],
    parameters: {},
  },
];

const TARGETS: readonly ReverseTarget[] = [
  { metric: "loss_estimate", value: 100 }, { metric: "loss_share", value: 0.3 },
  { metric: "coverage_ratio", value: 0.4 }, { metric: "leverage_ratio", value: 1.5 },
];

/**
 * Sections 1 to 6 of a case under one netting, as `engine` computes them: figures, findings, and
 * for each scenario attribution, tornado, a small loss grid and four reverse stresses.
 * CASE_REFUSED when parameters or records are none that a run could have.
 */
export function goldenOutputs(
  engine: EngineFormulas, { records, parameters: given }: GoldenCase, netting: Netting,
): Result<Json, "CASE_REFUSED" | AmountOutOfRange> {
  const parameters = canonicalParameters({ ...given, netting });
  if (!parameters.ok) return err("CASE_REFUSED");
  const netted = netRecords(engine, netting, records);
  if (!netted.ok) return netted;
  return ok(outputsOf(netted.value, parameters.value) as Json);
}

function outputsOf(netted: Netted, parameters: RunParameters) {
  const stresses = parameters.stress_scenarios.map((scenario) => netted.stress(scenario));
  return {
    debt_exposure: netted.exposure,
    stress_tests: stresses,
    findings: findingsOf(netted.exposure, stresses, parameters),
    analyses: parameters.stress_scenarios.map((scenario) => {
      const grid = lossGrid(netted, scenario,
        { shock: "collateral_market_impact_pct", from: -0.5, to: 0, steps: 3 },
        { shock: "recovery_degradation_pct", from: -0.5, to: 0, steps: 3 });
      return {
        scenario_id: scenario.scenario_id,
        attribution: attributeLoss(netted, scenario),
        tornado: tornado(netted, scenario),
        grid: grid.ok ? grid.value : grid.error,
        reverse: TARGETS.map((target) => ({ target, ...reverseStress(netted, scenario, target) })),
      };
    }),
  };
}
