import {
  analysisEvidenceId, ENGINE_ID, ENGINE_VERSION, figureIdentity, runId, type Engine,
} from "../evidence";
import { canonicalJson, type Json } from "../kernel/canonical";
import { sha256Hex } from "../kernel/hash";
import type { NormalizedRecord } from "../kernel/record";
import {
  ColumnsBuilder, debtResults, instrumentResultBytes, instrumentResults, RESULTS_FORMAT,
  stressPortfolio, type PortfolioColumns,
} from "../portfolio";
import { canonicalParameters, findingsOf, type Netted, type Scenario, type StressResult } from "../risk";
import { engineFormulas, netRecords } from "../risk/engines";
import type { BundleEvidence, BundleFinding, BundleRun } from "./format";
import { NotSound } from "./reading";

export type Recomputed = {
  figures: number; findings: number; groups: number;
  /** Scenarios under which the results of every instrument were computed again. */
  instruments: number;
  kept: number;
};

const isExposed = ({ record_kind: kind }: NormalizedRecord): boolean =>
  kind === "instrument" || kind === "distressed_asset" || kind === "portfolio";

const same = (a: unknown, b: unknown): boolean =>
  canonicalJson(a as Json) === canonicalJson(b as Json);

function refuse(isRight: boolean, words: string): asserts isRight {
  if (!isRight) throw new NotSound(words);
}

/**
 * Computes a run again from its inputs and parameters with the formulas of its engine version, and
 * compares every id, figure, finding and its summary.
 * @throws NotSound naming the first that is not what is computed
 */
export function recomputeRun(
  run: BundleRun, evidence: ReadonlyMap<string, BundleEvidence>,
  findings: ReadonlyMap<string, BundleFinding>, records: readonly NormalizedRecord[],
): Recomputed {
  const engine = { id: run.engine_id, version: run.engine_version };
  const { parameters, dataset_version_id: datasetVersionId } = run;
  refuse(canonicalParameters(parameters).ok, "The run's parameters are none that a run can have.");
  refuse(runId({ datasetVersionId, parameters: parameters as unknown as Json,
    startedAt: run.started_at.replace(".000Z", "Z") }, engine) === run.run_id,
  "The run's id does not follow from its engine, version, start and parameters.");
  const exposed = records.filter(isExposed);
  const netted = nettedOf(run, exposed);
  const scenarios: (Scenario | null)[] = [null, ...parameters.stress_scenarios];
  const stresses = scenarios.slice(1).map((scenario) => netted.stress(scenario as Scenario));
  const judged = findingsOf(netted.exposure, stresses, parameters);
  scenarios.forEach((scenario, at) => checkFigure({ run, engine, scenario, at, evidence, findings,
    netted, stress: stresses[at - 1] ?? null, finding: judged[at] }));
  const groups = checkGroups(run, engine, exposed, evidence, scenarios.length);
  const instruments = checkInstruments(run, engine, exposed, evidence, scenarios.length + groups);
  checkSummary(run, netted, stresses, judged.filter((finding) => finding.is_material).length);
  return { figures: scenarios.length, findings: judged.length, groups, instruments,
    kept: run.evidence_ids.length - scenarios.length - groups - instruments };
}

function nettedOf(run: BundleRun, records: readonly NormalizedRecord[]): Netted {
  const formulas = run.engine_id === ENGINE_ID ? engineFormulas(run.engine_version) : null;
  refuse(formulas !== null, `This verifier does not know the formulas of ${run.engine_id} ` +
    `${run.engine_version}. Use that of a release which has them.`);
  const netted = netRecords(formulas, run.parameters.netting, records);
  refuse(netted.ok, "The inputs hold an amount that no run accepts.");
  const segmented = run.parameters.stress_scenarios.filter((one) => one.segment_shocks);
  if (segmented.length === 0) return netted.value;
  const found = stressPortfolio(columnsOf(records),
    { scenarios: segmented, netting: run.parameters.netting });
  refuse(found.ok, "The scenarios with segments cannot be computed.");
  return { ...netted.value, stress: (scenario) => {
    const at = segmented.indexOf(scenario);
    if (at < 0) return netted.value.stress(scenario);
    const { collateral_shortfall: _, ...stress } =
      found.value.totals.scenarios[at] ?? { collateral_shortfall: 0 };
    return stress as StressResult;
  } };
}

function columnsOf(records: readonly NormalizedRecord[]): PortfolioColumns {
  const builder = new ColumnsBuilder();
  records.forEach((record, at) => builder.addAccepted(record, at + 1));
  return builder.finish();
}

function checkFigure({ run, engine, scenario, at, evidence, findings, netted, stress, finding }: {
  run: BundleRun; engine: Engine; scenario: Scenario | null; at: number;
  evidence: ReadonlyMap<string, BundleEvidence>; findings: ReadonlyMap<string, BundleFinding>;
  netted: Netted; stress: StressResult | null; finding: object | undefined;
}): void {
  const name = scenario === null ? "the exposure" : `scenario ${scenario.scenario_id}`;
  const { parameters, dataset_version_id } = run;
  const ids = figureIdentity({ datasetVersionId: dataset_version_id, netting: parameters.netting,
    scenario: scenario as Json, thresholdPct: scenario === null
      ? parameters.net_exposure_materiality_threshold_pct
      : parameters.stress_loss_materiality_threshold_pct }, engine);
  const stored = evidence.get(ids.evidenceId);
  const base = evidence.get(run.exposure_evidence_id)?.payload as
    { [name: string]: Json } | undefined;
  refuse(run.evidence_ids[at] === ids.evidenceId && stored !== undefined,
    `The evidence of ${name} is not the one that the run names.`);
  const payload = { netting: parameters.netting, base_currency: base?.base_currency,
    ...(stress ? { ...stress, debt_exposure_evidence_id: run.exposure_evidence_id }
      : { ...netted.exposure, normalized_record_id: base?.normalized_record_id }) };
  refuse(same(payload, stored.payload),
    `The figures of ${name} are not those that follow from the inputs.`);
  const judgement = findings.get(ids.findingId);
  refuse(run.finding_ids[at] === ids.findingId && judgement?.evidence_id === ids.evidenceId
    && same({ id: ids.findingId, dataset_version_id, ...finding }, judgement.payload),
  `The finding on ${name} is not the one that follows from its figures.`);
}

function checkGroups(
  run: BundleRun, engine: Engine, records: readonly NormalizedRecord[],
  evidence: ReadonlyMap<string, BundleEvidence>, figures: number,
): number {
  const { netting, group_by: groupBy, stress_scenarios: scenarios } = run.parameters;
  // Groups are computed by today's formulas; of older engines their hashes and proofs are checked.
  if (groupBy === undefined || engine.version !== ENGINE_VERSION) return 0;
  const found = stressPortfolio(columnsOf(records), { scenarios, netting, groupBy });
  refuse(found.ok, "The groups of the run cannot be computed.");
  found.value.groups.forEach(({ key, ...result }, index) => {
    const request = { netting, group_by: groupBy, scenarios, key } as unknown as Json;
    const id = analysisEvidenceId({ datasetVersionId: run.dataset_version_id,
      analysis: "run-group", request }, engine);
    const payload = evidence.get(id)?.payload as { [name: string]: Json } | undefined;
    refuse(run.evidence_ids[figures + index] === id && payload !== undefined
      && same(payload.request, request) && same(payload.result, result),
    `The figures of the group ${Object.values(key).join(", ")} are not those that follow from ` +
      "the inputs.");
  });
  return found.value.groups.length;
}

/** What each instrument comes to under each scenario of a run by instrument, by its hash. */
function checkInstruments(
  run: BundleRun, engine: Engine, records: readonly NormalizedRecord[],
  evidence: ReadonlyMap<string, BundleEvidence>, before: number,
): number {
  const { netting, stress_scenarios: scenarios } = run.parameters;
  const named = run.evidence_ids.slice(before);
  // Runs from before there was such evidence name none, and their records stay as they are.
  if (netting !== "instrument" || engine.version !== ENGINE_VERSION || named.length === 0) return 0;
  const first = evidence.get(named[0] as string)?.payload as
    { request?: { format?: Json } } | null | undefined;
  if (first?.request?.format !== RESULTS_FORMAT) return 0;
  refuse(named.length === scenarios.length,
    "The run does not name the results of its instruments for each scenario.");
  const columns = columnsOf(records);
  const unshocked = debtResults(columns, null);
  scenarios.forEach((scenario, at) => {
    const request = { netting, scenario, format: RESULTS_FORMAT } as unknown as Json;
    const id = analysisEvidenceId({ datasetVersionId: run.dataset_version_id,
      analysis: "run-instruments", request }, engine);
    const payload = evidence.get(id)?.payload as { [name: string]: Json } | undefined;
    const bytes = instrumentResultBytes(instrumentResults(columns, scenario, netting, unshocked));
    refuse(named[at] === id && payload !== undefined && same(payload.request, request)
      && same(payload.result, { sha256: sha256Hex(bytes), bytes: bytes.length }),
    `What the instruments come to under scenario ${scenario.scenario_id} is not what follows ` +
      "from the inputs.");
  });
  return scenarios.length;
}

function checkSummary(
  run: BundleRun, { exposure }: Netted, stresses: readonly StressResult[], material: number,
): void {
  const worst = stresses.reduce<StressResult | null>((found, stress) =>
    found === null || stress.loss_estimate > found.loss_estimate ? stress : found, null);
  refuse(same(run.summary, {
    net_exposure_after_recovery: exposure.net_exposure_after_recovery,
    worst_scenario_id: worst?.scenario_id ?? null,
    worst_loss_estimate: worst?.loss_estimate ?? null, material_findings: material,
  }), "The run's summary is not the one that follows from its figures.");
}
