import type { ResponseOf } from "@/lib/contract/operations";
import { canonicalParameters, crossingOf, findingsOf, NO_SHOCKS } from "@/lib/risk";
import type {
  Crossing, DebtExposure, Netted, Netting, ParameterProblem, RunParameters, Scenario, StressResult,
} from "@/lib/risk";
import { parametersOf, sameScenario } from "./draft";
import type { Draft } from "./draft";
import type { Basis } from "./drill";

export type Version = ResponseOf<"getVersion">;
export type RecordedRun = ResponseOf<"getRun">;
export type FigureMode = "preview" | "evidence";

export interface ScenarioFigures {
  scenario: Scenario;
  basis: Basis;
  stress: StressResult;
  /** Set when exactly these shocks and this loss are recorded. */
  evidenceId: string | null;
  /** What the last run recorded under this id, when that is another loss. */
  recordedLoss: number | null;
  /** The multiplier at which the loss reaches the stress-loss line; null without `netted`. */
  breakEven: Crossing | null;
}

export interface FindingFigures {
  /** null: the net exposure. */
  scenarioId: string | null;
  value: number;
  line: number;
  isMaterial: boolean;
  evidenceId: string | null;
  lineRecorded: boolean;
}

/** Everything that the results show, computed here or read from a recorded run. */
export interface BenchView {
  mode: FigureMode;
  /** Nothing happens, under the view's netting. */
  basis: Basis;
  exposure: DebtExposure;
  /** What other shocks would do; null where the browser does not have every debt. */
  netted: Netted | null;
  exposureEvidenceId: string | null;
  rows: readonly ScenarioFigures[];
  findings: readonly FindingFigures[];
  /** Amounts in currency units and the fractions they come from. */
  netLine: number;
  lossLine: number;
  netShare: number;
  lossShare: number;
  problems: readonly ParameterProblem[];
}

interface Recorded {
  netted: Netted | null;
  run: RecordedRun | null;
  parameters: RunParameters;
}

const isNettedAs = (run: RecordedRun, { netting }: RunParameters): boolean =>
  run.report.metadata.parameters.netting === netting;

/** The run's scenario of this id as it was recorded. */
function recordedStress(run: RecordedRun | null, id: string): StressResult | undefined {
  return run?.report.stress_tests.find((stress) => stress.scenario_id === id);
}

function rowOf(
  stress: StressResult, { netted, run, parameters }: Recorded, lossLine: number,
): ScenarioFigures {
  const id = stress.scenario_id;
  const recorded = recordedStress(run, id);
  const isRecorded = recorded !== undefined && run !== null && isNettedAs(run, parameters)
    && sameScenario(recorded, stress)
    && recorded.loss_estimate === stress.loss_estimate;
  const scenario = {
    scenario_id: id, description: stress.description,
    interest_rate_delta_pct: stress.interest_rate_delta_pct,
    collateral_market_impact_pct: stress.collateral_market_impact_pct,
    recovery_degradation_pct: stress.recovery_degradation_pct,
    default_risk_increment_pct: stress.default_risk_increment_pct,
    ...(stress.segment_shocks && { segment_shocks: stress.segment_shocks }),
  };
  return {
    scenario,
    basis: { shocks: scenario, netting: parameters.netting },
    stress,
    evidenceId: isRecorded ? run?.stress_test_evidence_ids[id] ?? null : null,
    recordedLoss: isRecorded ? null : recorded?.loss_estimate ?? null,
    breakEven: stress.segment_shocks ? null : netted
      && crossingOf(netted, stress, { metric: "loss_estimate", value: lossLine }),
  };
}

function exposureEvidence(
  exposure: DebtExposure, { run, parameters }: Recorded,
): string | null {
  if (!run || !isNettedAs(run, parameters)) return null;
  const recorded = run.report.debt_exposure;
  const names = Object.keys(recorded) as (keyof DebtExposure)[];
  return names.every((name) => recorded[name] === exposure[name])
    ? run.debt_exposure_evidence_id : null;
}

function viewOf(
  mode: FigureMode, exposure: DebtExposure, stresses: readonly StressResult[],
  sources: Recorded,
): BenchView {
  const { netted, run, parameters } = sources;
  const floor = Math.max(1, exposure.total_outstanding);
  const netShare = parameters.net_exposure_materiality_threshold_pct;
  const lossShare = parameters.stress_loss_materiality_threshold_pct;
  const recorded = run?.report.metadata.parameters;
  const lossLine = floor * lossShare;
  const rows = stresses.map((stress) => rowOf(stress, sources, lossLine));
  const exposureEvidenceId = exposureEvidence(exposure, sources);
  const findings = findingsOf(exposure, stresses, parameters).map((finding): FindingFigures => {
    const scenarioId = finding.scenario_id ?? null;
    const row = rows.find((entry) => entry.scenario.scenario_id === scenarioId);
    return {
      scenarioId,
      value: finding.value,
      line: finding.threshold,
      isMaterial: finding.is_material,
      evidenceId: scenarioId === null ? exposureEvidenceId : row?.evidenceId ?? null,
      lineRecorded: scenarioId === null
        ? recorded?.net_exposure_materiality_threshold_pct === netShare
        : recorded?.stress_loss_materiality_threshold_pct === lossShare,
    };
  });
  const basis = { shocks: NO_SHOCKS, netting: parameters.netting };
  return { mode, basis, exposure, netted, exposureEvidenceId, rows, findings,
    netLine: floor * netShare, lossLine, netShare, lossShare, problems: [] };
}

const NO_SCENARIOS: RunParameters = {
  net_exposure_materiality_threshold_pct: 0, stress_loss_materiality_threshold_pct: 0,
  netting: "portfolio", include_default_scenarios: false, stress_scenarios: [],
};

/** Figures of scenarios with segment shocks, which come from the server; null: not there yet. */
export type SegmentFigures = (scenario: Scenario, netting: Netting) => StressResult | null;
const NOT_KNOWN: SegmentFigures = () => null;

/** What a scenario does, here or as the server said; null while it has not. */
export const stressUnder = (
  netted: Netted, scenario: Scenario, netting: Netting, segments: SegmentFigures,
): StressResult | null =>
  scenario.segment_shocks ? segments(scenario, netting) : netted.stress(scenario);

/**
 * The draft's figures, computed here; what equals the run's carries its evidence. Scenarios with
 * segment shocks are left out until their figures are there.
 */
export function previewView(
  netted: Netted, draft: Draft, run: RecordedRun | null, segments: SegmentFigures = NOT_KNOWN,
): BenchView {
  const canonical = canonicalParameters(parametersOf(draft));
  const parameters = canonical.ok ? canonical.value : NO_SCENARIOS;
  const stresses = parameters.stress_scenarios
    .map((scenario) => stressUnder(netted, scenario, parameters.netting, segments))
    .filter((stress) => stress !== null);
  const view = viewOf("preview", netted.exposure, stresses, { netted, run, parameters });
  return canonical.ok ? view : { ...view, problems: canonical.error };
}

/** A recorded run's figures as they were recorded; only break-evens are worked out here. */
export function evidenceView(run: RecordedRun, netted: Netted | null): BenchView {
  const { debt_exposure: exposure, stress_tests: stresses, metadata } = run.report;
  return viewOf("evidence", exposure, stresses,
    { netted, run, parameters: metadata.parameters });
}

/** Scenarios and lines of the preview that no run has recorded. */
export function unrecorded(view: BenchView): { scenarios: number; lines: boolean } {
  return {
    scenarios: view.rows.filter((row) => row.evidenceId === null).length,
    lines: view.findings.some((finding) => !finding.lineRecorded),
  };
}

/** The scenario that loses most; the first of equals. */
export function worstOf(rows: readonly ScenarioFigures[]): ScenarioFigures | null {
  return rows.reduce<ScenarioFigures | null>((worst, row) =>
    worst === null || row.stress.loss_estimate > worst.stress.loss_estimate ? row : worst, null);
}

/** The scenario that the detail cards speak of: the chosen one, else the worst. */
export function selectedRow(view: BenchView, id: string | null): ScenarioFigures | null {
  return view.rows.find((row) => row.scenario.scenario_id === id) ?? worstOf(view.rows);
}
