import type { DebtExposure, Scenario } from "../../lib/risk";
import { canonicalParameters, DEFAULT_SCENARIOS, stressOf } from "../../lib/risk";
import type { ResponseOf } from "../../lib/contract/operations";
import { scenarioName } from "@/lib/risk/scenario-name";

type RunDetail = ResponseOf<"getRun">;

export interface ScenarioLoss {
  scenario: Scenario;
  name: string;
  loss: number;
  evidenceId: string | null;
}

/** Stress losses as recorded by a run, or computed here with the default scenarios. */
export interface StressBasis {
  run: RunDetail | null;
  /** By size, the largest first. */
  losses: ScenarioLoss[];
  worst: ScenarioLoss | null;
  /** Materiality lines in currency units, and as shares of what is owed. */
  lossLine: number;
  lossShare: number;
  netLine: number;
  netShare: number;
}

const bySize = (losses: ScenarioLoss[]): ScenarioLoss[] =>
  losses.sort((a, b) => b.loss - a.loss || a.name.localeCompare(b.name, "en"));

function basis(
  exposure: DebtExposure, run: RunDetail | null, losses: ScenarioLoss[],
  shares: { loss: number; net: number },
): StressBasis {
  const floor = Math.max(1, exposure.total_outstanding);
  const sorted = bySize(losses);
  return {
    run, losses: sorted, worst: sorted[0] ?? null,
    lossLine: floor * shares.loss, lossShare: shares.loss,
    netLine: floor * shares.net, netShare: shares.net,
  };
}

/** What a run recorded. */
export function recordedBasis(run: RunDetail): StressBasis {
  const { parameters } = run.report.metadata;
  const losses = run.report.stress_tests.map((test) => ({
    scenario: test,
    name: scenarioName(test.scenario_id),
    loss: test.loss_estimate,
    evidenceId: run.stress_test_evidence_ids[test.scenario_id] ?? null,
  }));
  return basis(run.report.debt_exposure, run, losses, {
    loss: parameters.stress_loss_materiality_threshold_pct,
    net: parameters.net_exposure_materiality_threshold_pct,
  });
}

/** What the default scenarios would show: a preview, not evidence. */
export function previewBasis(exposure: DebtExposure): StressBasis {
  const parameters = canonicalParameters(undefined);
  const losses = DEFAULT_SCENARIOS.map((scenario) => ({
    scenario, name: scenarioName(scenario.scenario_id),
    loss: stressOf(exposure, scenario).loss_estimate, evidenceId: null,
  }));
  return basis(exposure, null, losses, {
    loss: parameters.ok ? parameters.value.stress_loss_materiality_threshold_pct : 0.05,
    net: parameters.ok ? parameters.value.net_exposure_materiality_threshold_pct : 0.2,
  });
}

/** How many of the losses reach the line, in a title. */
export function stressTitle({ losses, lossLine, run }: StressBasis): string {
  const over = losses.filter((entry) => entry.loss >= lossLine).length;
  const all = losses.length;
  const prefix = run ? "" : "Preview: ";
  if (all === 0) return "This run has no scenarios";
  const title = over === 0
    ? all === 1 ? "The scenario stays below the materiality line"
      : "No scenario reaches the materiality line"
    : all === 1 ? "The scenario crosses the materiality line"
      : over === all ? `All ${spelled(all)} scenarios cross the materiality line`
        : `${over} of ${all} scenarios cross the materiality line`;
  return prefix === "" ? title : `${prefix}${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

const SPELLED = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const spelled = (value: number): string => SPELLED[value] ?? String(value);
