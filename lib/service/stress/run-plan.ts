import type { ResponseOf } from "@/lib/contract/operations";
import {
  analysisEvidenceId, figureIdentity, runId, sealEvidence, type FigureIdentity, type SealedEvidence,
} from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalForm } from "@/lib/kernel/hash";
import { RESULTS_FORMAT, type GroupStress } from "@/lib/portfolio";
import {
  assumptionsOf, findingsOf, overrideScenarioIds,
  type DebtExposure, type Finding, type Netting, type RunParameters,
  type Scenario, type StressResult,
} from "@/lib/risk";
import type { SealedVersion } from "../datasets/sealed-versions";
import type { WarnedNetted } from "./segmented-versions";
import type { ResultsHash } from "../calculation/thread-tasks";

export type RunBody = ResponseOf<"runEngine">;
type RecordedFinding = RunBody["material_findings"][number];

export type PlannedFinding = {
  id: string; kind: string; evidence_id: string; is_material: boolean; payload: RecordedFinding;
  /** The payload's RFC 8785 form and its hash. */
  canonical: string; sha256: string;
};
export type PlannedLink = { id: string; finding_id: string; evidence_id: string };

/** Everything a run writes and answers, computed before anything is written. */
export type RunPlan = {
  runId: string;
  datasetVersionId: string;
  startedAt: string;
  parameters: RunParameters;
  evidence: SealedEvidence[];
  findings: PlannedFinding[];
  links: PlannedLink[];
  /** Records of `evidence` that fix instruments' results. */
  instruments: number;
  body: RunBody;
};

/** A plan with its texts: its records as members of JSON arrays, and the answer. */
export type PlannedRun = {
  plan: RunPlan; texts: { evidence: string; findings: string; links: string; answer: string };
};

/**
 * Writes a plan's records, each with the run it belongs to, and its answer as JSON. A payload's
 * form was made for its hash and goes in as it is; what stands around it needs no escape.
 */
export function writePlan(plan: RunPlan): PlannedRun {
  const owner = `"run_id":"${plan.runId}","dataset_version_id":"${plan.datasetVersionId}"`;
  const evidence = plan.evidence.map((record) => `{${owner},"evidence_id":"${record.evidence_id}",` +
    `"kind":"${record.kind}","sha256":"${record.sha256}","payload":${record.canonical}}`);
  const findings = plan.findings.map((finding) => `{${owner},"id":"${finding.id}",` +
    `"kind":"${finding.kind}","evidence_id":"${finding.evidence_id}",` +
    `"is_material":${finding.is_material},"sha256":"${finding.sha256}",` +
    `"payload":${finding.canonical}}`);
  const links = plan.links.map((link) => `{${owner},"id":"${link.id}",` +
    `"finding_id":"${link.finding_id}","evidence_id":"${link.evidence_id}"}`);
  return { plan, texts: { evidence: evidence.join(","), findings: findings.join(","),
    links: links.join(","), answer: JSON.stringify(plan.body) } };
}

/** Computes a run: pure, so the same inputs always give the same ids and the same bytes. */
export function planRun(
  sealed: SealedVersion, netted: WarnedNetted, startedAt: string, parameters: RunParameters,
  groups: readonly GroupStress[], instruments: readonly ResultsHash[],
): RunPlan {
  const { datasetVersionId } = sealed;
  const { exposure } = netted;
  const { netting, stress_scenarios: scenarios } = parameters;
  const stresses = scenarios.map((scenario) => netted.stress(scenario));
  const ids = [null, ...scenarios].map((scenario) => figureIdentity(
    { datasetVersionId, netting, scenario, thresholdPct: thresholdOf(scenario, parameters) }));
  const figures = findingsOf(exposure, stresses, parameters).map((finding, index) =>
    planFigure({ sealed, exposure, netting, ids: ids[index] as FigureIdentity, finding,
      stress: stresses[index - 1] ?? null, exposureId: ids[0]?.evidenceId as string }));
  const id = runId({ datasetVersionId, startedAt, parameters });
  const findings = figures.map((figure) => figure.finding);
  const grouped = groups.map((group) => planGroup(sealed, parameters, group));
  const body = bodyOf({ id, sealed, exposure, startedAt, parameters, stresses,
    warnings: [...sealed.warnings, ...netted.warnings],
    groupEvidence: groups.map(({ key }, index) =>
      ({ key, evidence_id: grouped[index]?.evidence_id as string })),
    evidenceIds: ids.map((each) => each.evidenceId),
    findings: findings.map((finding) => finding.payload) });
  return { runId: id, datasetVersionId, startedAt, parameters, findings, body,
    evidence: [...figures.map((figure) => figure.evidence), ...grouped,
      ...planInstruments(sealed, parameters, instruments)],
    links: figures.map((figure) => figure.link), instruments: instruments.length };
}

/** Analyses of this name are a run's: it claims them, and no event of their own records them. */
export const RUN_GROUP = "run-group";

/** The evidence of one group of a run: determined by what the group follows from. */
export function planGroup(
  sealed: SealedVersion, { netting, stress_scenarios, group_by }: RunParameters,
  { key, ...result }: GroupStress,
): SealedEvidence {
  const { datasetVersionId } = sealed;
  const request = { netting, group_by, scenarios: stress_scenarios, key } as unknown as Json;
  return sealEvidence({
    evidence_id: analysisEvidenceId({ datasetVersionId, analysis: RUN_GROUP, request }),
    kind: "analysis", dataset_version_id: datasetVersionId,
    payload: { analysis: RUN_GROUP, base_currency: sealed.baseCurrency,
      normalized_record_id: sealed.normalizedRecordId, request,
      result: result as unknown as Json },
  });
}

/** Of such an analysis the result is the hash of an artifact: what each instrument comes to. */
export const RUN_INSTRUMENTS = "run-instruments";

const instrumentsRequest = (netting: Netting, scenario: Scenario): Json =>
  ({ netting, scenario, format: RESULTS_FORMAT }) as unknown as Json;

/** The id of the evidence that fixes what each instrument comes to under a scenario. */
export const instrumentsEvidenceId = (
  datasetVersionId: string, netting: Netting, scenario: Scenario,
): string => analysisEvidenceId({ datasetVersionId, analysis: RUN_INSTRUMENTS,
  request: instrumentsRequest(netting, scenario) });

/** The evidence of a run's instruments: one record for each scenario, where there are hashes. */
export function planInstruments(
  sealed: SealedVersion, { netting, stress_scenarios: scenarios }: RunParameters,
  hashes: readonly ResultsHash[],
): SealedEvidence[] {
  const { datasetVersionId, baseCurrency: base_currency, normalizedRecordId } = sealed;
  return hashes.map((result, index) => {
    const scenario = scenarios[index] as Scenario;
    return sealEvidence({
      evidence_id: instrumentsEvidenceId(datasetVersionId, netting, scenario),
      kind: "analysis", dataset_version_id: datasetVersionId,
      payload: { analysis: RUN_INSTRUMENTS, base_currency,
        normalized_record_id: normalizedRecordId,
        request: instrumentsRequest(netting, scenario), result },
    });
  });
}

/** The threshold that judges a figure; the exposure is the figure without a scenario. */
export const thresholdOf = (scenario: Scenario | null, parameters: RunParameters): number =>
  scenario === null ? parameters.net_exposure_materiality_threshold_pct
    : parameters.stress_loss_materiality_threshold_pct;

/** The records of one figure: the exposure (`stress` null), or the loss under one scenario. */
export function planFigure({ sealed, exposure, netting, ids, stress, finding, exposureId }: {
  sealed: SealedVersion; exposure: DebtExposure; netting: Netting; ids: FigureIdentity;
  stress: StressResult | null; finding: Finding; exposureId: string;
}): { evidence: SealedEvidence; finding: PlannedFinding; link: PlannedLink } {
  const { datasetVersionId: dataset_version_id, baseCurrency: base_currency } = sealed;
  const evidence = sealEvidence({ evidence_id: ids.evidenceId, kind: finding.category,
    dataset_version_id, payload: stress
      ? { ...stress, netting, base_currency, debt_exposure_evidence_id: exposureId }
      : { ...exposure, netting, base_currency,
        normalized_record_id: sealed.normalizedRecordId } });
  const payload: RecordedFinding = { id: ids.findingId, dataset_version_id, ...finding };
  return {
    evidence,
    finding: { id: ids.findingId, kind: finding.category, evidence_id: ids.evidenceId,
      is_material: finding.is_material, payload, ...canonicalForm(payload) },
    link: { id: ids.linkId, finding_id: ids.findingId, evidence_id: ids.evidenceId },
  };
}

function bodyOf(run: {
  id: string; sealed: SealedVersion; exposure: DebtExposure; startedAt: string;
  parameters: RunParameters; stresses: StressResult[]; evidenceIds: string[];
  warnings: string[];
  findings: RecordedFinding[]; groupEvidence: NonNullable<RunBody["group_evidence"]>;
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
    debt_exposure_evidence_id: run.evidenceIds[0] as string,
    stress_test_evidence_ids: Object.fromEntries(parameters.stress_scenarios.map(
      (scenario, index) => [scenario.scenario_id, run.evidenceIds[index + 1] as string])),
    ...(parameters.group_by && { group_evidence: run.groupEvidence }),
    material_findings: run.findings,
    report: {
      metadata: {
        dataset_version_id: sealed.datasetVersionId,
        generated_at: startedAt,
        normalized_record_id: sealed.normalizedRecordId,
        raw_record_id: sealed.rawRecordId,
        warnings: run.warnings,
        parameters,
      },
      debt_exposure: run.exposure,
      stress_tests: run.stresses,
      assumptions,
    },
    assumptions,
  };
}

/** What lists show of a run without reading its evidence. */
export function summaryOf(
  net: number, stresses: readonly Pick<StressResult, "scenario_id" | "loss_estimate">[],
  materialFindings: number,
) {
  const worst = stresses.reduce<typeof stresses[number] | null>((found, stress) =>
    found === null || stress.loss_estimate > found.loss_estimate ? stress : found, null);
  return {
    net_exposure_after_recovery: net,
    worst_scenario_id: worst?.scenario_id ?? null,
    worst_loss_estimate: worst?.loss_estimate ?? null,
    material_findings: materialFindings,
  };
}
