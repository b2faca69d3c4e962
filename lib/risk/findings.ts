import { amountText, percentText } from "./amount-text";
import type { DebtExposure, Finding, RunParameters, StressResult } from "./types";

/**
 * Materiality findings, MODEL.md section 3: the exposure's first, then one per scenario in the
 * given order. Values and thresholds are currency units; `threshold = max(1, O) * threshold_pct`
 * and a value equal to it is material. Every figure is judged, material or not.
 */
export function findingsOf(
  exposure: DebtExposure, stresses: readonly StressResult[], parameters: RunParameters,
): Finding[] {
  const outstanding = exposure.total_outstanding;
  const net = exposure.net_exposure_after_recovery;
  const netPct = parameters.net_exposure_materiality_threshold_pct;
  const lossPct = parameters.stress_loss_materiality_threshold_pct;
  return [
    {
      title: "debt_exposure: net",
      category: "debt_exposure",
      metric: "net_exposure_after_recovery",
      ...judged("Net exposure after collateral and recoveries", net, outstanding, netPct),
    },
    ...stresses.map((stress): Finding => ({
      title: `stress:${stress.scenario_id}`,
      category: "stress_test",
      metric: "loss_estimate",
      scenario_id: stress.scenario_id,
      ...judged(
        `Estimated loss under scenario ${stress.scenario_id}`, stress.loss_estimate, outstanding,
        lossPct),
    })),
  ];
}

type Judgement = Omit<Finding, "title" | "category" | "metric" | "scenario_id">;

function judged(
  subject: string, value: number, outstanding: number, thresholdPct: number,
): Judgement {
  const floor = Math.max(1, outstanding);
  const threshold = floor * thresholdPct;
  const isMaterial = value >= threshold;
  const side = isMaterial ? "reaches" : "stays below";
  return {
    description: `${subject} is ${amountText(value)}, which ${side} the threshold of `
      + `${amountText(threshold)} (${percentText(thresholdPct)} of outstanding debt `
      + `${amountText(outstanding)}): ${isMaterial ? "material" : "not material"}.`,
    value,
    threshold,
    is_material: isMaterial,
    materiality: isMaterial ? "material" : "not_material",
    financial_impact_eur: value,
    impact_score: Math.min(1, value / floor),
    confidence: "medium",
  };
}
