import type { ResponseOf } from "@/lib/contract/operations";
import {
  exposureEvidenceId, findingId, linkId, runId, scenarioEvidenceId, sealEvidence,
  type EvidenceRecord,
} from "@/lib/evidence";
import { canonicalHash } from "@/lib/kernel/hash";
import {
  assumptionsOf, findingsOf, overrideScenarioIds, stressOf,
  type Finding, type RunParameters, type StressResult,
} from "@/lib/risk";
import type { SealedVersion } from "./sealed-versions";

export type RunBody = ResponseOf<"runEngine">;
type RecordedFinding = RunBody["material_findings"][number];

export type PlannedFinding = {
  id: string; kind: string; evidence_id: string; is_material: boolean; payload: RecordedFinding;
  sha256: string;
};
export type PlannedLink = { id: string; finding_id: string; evidence_id: string };

/** Everything a run writes and answers, computed before anything is written. */
export type RunPlan = {
  runId: string;
  datasetVersionId: string;
  startedAt: string;
  parameters: RunParameters;
  evidence: EvidenceRecord[];
  findings: PlannedFinding[];
  links: PlannedLink[];
  body: RunBody;
};

/** Computes a run: pure, so the same inputs always give the same ids and the same bytes. */
export function planRun(
  sealed: SealedVersion, startedAt: string, parameters: RunParameters,
): RunPlan {
  const { datasetVersionId, exposure } = sealed;
  const { netting } = parameters;
  const stresses = parameters.stress_scenarios.map((scenario) => stressOf(exposure, scenario));
  const exposureId = exposureEvidenceId({ datasetVersionId, netting });
  const scenarioIds = parameters.stress_scenarios.map((scenario) =>
    scenarioEvidenceId({ datasetVersionId, netting, scenario }));
  const evidence = [
    sealEvidence({ evidence_id: exposureId, kind: "debt_exposure",
      dataset_version_id: datasetVersionId, payload: {
        ...exposure, netting, base_currency: sealed.baseCurrency,
        normalized_record_id: sealed.normalizedRecordId,
      } }),
    ...stresses.map((stress, index) => sealEvidence({
      evidence_id: scenarioIds[index] as string, kind: "stress_test",
      dataset_version_id: datasetVersionId, payload: {
        ...stress, netting, base_currency: sealed.baseCurrency,
        debt_exposure_evidence_id: exposureId,
      },
    })),
  ];
  const findings = findingsOf(exposure, stresses, parameters).map((finding, index) =>
    planFinding(finding, evidence[index] as EvidenceRecord, parameters));
  const links = findings.map((finding) => ({
    id: linkId({ findingId: finding.id, evidenceId: finding.evidence_id }),
    finding_id: finding.id, evidence_id: finding.evidence_id,
  }));
  const id = runId({ datasetVersionId, startedAt, parameters });
  const body = bodyOf({ id, sealed, startedAt, parameters, stresses, exposureId, scenarioIds,
    findings: findings.map((finding) => finding.payload) });
  return { runId: id, datasetVersionId, startedAt, parameters, evidence, findings, links, body };
}

function planFinding(
  finding: Finding, evidence: EvidenceRecord, parameters: RunParameters,
): PlannedFinding {
  const thresholdPct = finding.category === "debt_exposure"
    ? parameters.net_exposure_materiality_threshold_pct
    : parameters.stress_loss_materiality_threshold_pct;
  const id = findingId({ evidenceId: evidence.evidence_id, thresholdPct });
  const payload: RecordedFinding = {
    id, dataset_version_id: evidence.dataset_version_id, ...finding,
  };
  return { id, kind: finding.category, evidence_id: evidence.evidence_id,
    is_material: finding.is_material, payload, sha256: canonicalHash(payload) };
}

function bodyOf(run: {
  id: string; sealed: SealedVersion; startedAt: string; parameters: RunParameters;
  stresses: StressResult[]; exposureId: string; scenarioIds: string[];
  findings: RecordedFinding[];
}): RunBody {
  const { sealed, startedAt, parameters } = run;
  const assumptions = assumptionsOf({
    normalizedRecordId: sealed.normalizedRecordId,
    baseCurrency: sealed.baseCurrency,
    parameters,
    overrideScenarioIds: overrideScenarioIds(parameters),
    fxSource: sealed.fxSource,
  });
  return {
    dataset_version_id: sealed.datasetVersionId,
    started_at: startedAt,
    run_id: run.id,
    debt_exposure_evidence_id: run.exposureId,
    stress_test_evidence_ids: Object.fromEntries(parameters.stress_scenarios.map(
      (scenario, index) => [scenario.scenario_id, run.scenarioIds[index] as string])),
    material_findings: run.findings,
    report: {
      metadata: {
        dataset_version_id: sealed.datasetVersionId,
        generated_at: startedAt,
        normalized_record_id: sealed.normalizedRecordId,
        raw_record_id: sealed.rawRecordId,
        warnings: sealed.warnings,
        parameters,
      },
      debt_exposure: sealed.exposure,
      stress_tests: run.stresses,
      assumptions,
    },
    assumptions,
  };
}

/** What lists show of a run without reading its evidence. */
export function summaryOf(plan: RunPlan) {
  const worst = plan.body.report.stress_tests.reduce<StressResult | null>((found, stress) =>
    found === null || stress.loss_estimate > found.loss_estimate ? stress : found, null);
  return {
    net_exposure_after_recovery: plan.body.report.debt_exposure.net_exposure_after_recovery,
    worst_scenario_id: worst?.scenario_id ?? null,
    worst_loss_estimate: worst?.loss_estimate ?? null,
    material_findings: plan.findings.filter((finding) => finding.is_material).length,
  };
}
