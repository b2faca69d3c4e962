import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { ENGINE_VERSION } from "@/lib/evidence";
import { assert } from "@/lib/kernel/assert";
import { amountFromUnits } from "@/lib/kernel/exact";
import {
  amountDifference, explainLoss, exposureChanges, parameterChanges, relativeChange,
  type Netted, type Netting, type RunParameters, type Scenario,
} from "@/lib/risk";
import { engineFormulas } from "@/lib/risk/engines";
import { AppError } from "../platform/app-error";
import { nettedBy, nettedVersion } from "../stress/netted-versions";
import { findRun, getRun, orderedParameters } from "./runs";
import { sealedVersion } from "../datasets/sealed-versions";
import { hasSegments, withSegments } from "../stress/segmented-versions";

type Comparison = ResponseOf<"compareRuns">;
type Compared = Comparison["scenarios"][number];
type Detail = ResponseOf<"getRun">;
export type RunPair = { base: string; other: string };

/** A run of a comparison, as it was recorded. */
type Side = { run: Detail; datasetId: string; parameters: RunParameters };

export type FoundRun = Awaited<ReturnType<typeof findRun>>;

/** One of the two runs; a refusal says which of them. @throws AppError */
async function sideRow(side: keyof RunPair, runId: string): Promise<FoundRun> {
  try {
    return await findRun(runId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, { message: `${side}: ${error.code === "RUN_NOT_FOUND"
      ? "there is no run with this id." : error.message}` });
  }
}

/**
 * Both runs, whose amounts are of one currency.
 * @throws AppError RUN_NOT_FOUND, DATASET_VERSION_ERASED, PARAMETERS_INVALID
 */
export async function bothRuns(pair: RunPair): Promise<{ base: FoundRun; other: FoundRun }> {
  const base = await sideRow("base", pair.base);
  const other = await sideRow("other", pair.other);
  const [from, to] = [base, other].map((row) => row.version.dataset.baseCurrency);
  if (from !== to) {
    const message = `a run in ${from}, the currency of \`base\`: the amounts are in ${to}`;
    throw new AppError("PARAMETERS_INVALID", { message: `other: the runs are in two currencies, ` +
      `${from} and ${to}; only amounts of one currency can be compared.`,
    errors: [{ path: "other", message }] });
  }
  return { base, other };
}

/** Two runs side by side: figures, losses and what explains them, parameters. */
export async function compareRuns(query: QueryOf<"compareRuns">): Promise<Comparison> {
  const rows = await bothRuns(query);
  const [base, other] = [await sideOf(rows.base), await sideOf(rows.other)];
  const netOther = await othersNetting(base, other);
  return {
    base_currency: base.run.base_currency,
    base: described(base), other: described(other),
    data: relationOf(base, other),
    exposure: exposureChanges(base.run.report.debt_exposure, other.run.report.debt_exposure),
    scenarios: scenarioIds(base, other).map((id) => scenarioOf(id, base, other, netOther)),
    parameters: parameterChanges(base.parameters, other.parameters),
    group_by: sharedGrouping(base.parameters, other.parameters),
  };
}

/** The dimensions that both runs recorded groups by; null where they did not, or by others. */
export function sharedGrouping(
  { group_by: base }: RunParameters, { group_by: other }: RunParameters,
): Comparison["group_by"] {
  const isShared = base !== undefined && other !== undefined
    && [...base].sort().join() === [...other].sort().join();
  return isShared ? base : null;
}

async function sideOf(row: FoundRun): Promise<Side> {
  return { run: await getRun(row.id), datasetId: row.version.datasetId,
    parameters: orderedParameters(row.parameters as RunParameters) };
}

function described({ run, datasetId, parameters }: Side): Comparison["base"] {
  return {
    run_id: run.run_id, dataset_id: datasetId, dataset_name: run.dataset_name,
    dataset_version_id: run.dataset_version_id,
    dataset_version_number: run.dataset_version_number, as_of: run.as_of,
    content_hash: run.content_hash, started_at: run.started_at, recorded_at: run.recorded_at,
    recorded_by: run.recorded_by, engine_id: run.engine_id, engine_version: run.engine_version,
    netting: parameters.netting, debt_exposure_evidence_id: run.debt_exposure_evidence_id,
    sign_off: run.sign_off,
  };
}

function relationOf(base: Side, other: Side): Comparison["data"] {
  if (base.run.dataset_version_id === other.run.dataset_version_id) return "same_version";
  return base.datasetId === other.datasetId ? "same_dataset" : "other_dataset";
}

const scenarioIds = (base: Side, other: Side): string[] => [...new Set([base, other].flatMap(
  ({ parameters }) => parameters.stress_scenarios.map((each) => each.scenario_id)))];

/** The other run's version under both nettings, as the base run's engine computes it. */
async function othersNetting(base: Side, other: Side): Promise<(netting: Netting) => Netted> {
  const sealed = await sealedVersion(other.run.dataset_version_id);
  const version = base.run.engine_version;
  const engine = version === ENGINE_VERSION ? null : engineFormulas(version);
  const scenarios = [base, other].flatMap(({ parameters }) => parameters.stress_scenarios);
  const nettings = new Map<Netting, Netted>();
  for (const netting of new Set([base.parameters.netting, other.parameters.netting])) {
    const netted = engine ? await nettedBy(engine, sealed, netting)
      : await nettedVersion(sealed, netting);
    nettings.set(netting, scenarios.some(hasSegments)
      ? await withSegments(sealed, netting, netted, scenarios) : netted);
  }
  return (netting) => {
    const netted = nettings.get(netting);
    assert(netted, "both runs' nettings are prepared");
    return netted;
  };
}

const scenarioIn = ({ parameters }: Side, id: string): Scenario | undefined =>
  parameters.stress_scenarios.find((scenario) => scenario.scenario_id === id);

function scenarioOf(
  id: string, base: Side, other: Side, netOther: (netting: Netting) => Netted,
): Compared {
  const [before, after] = [lossIn(base, id), lossIn(other, id)];
  const [from, to] = [scenarioIn(base, id), scenarioIn(other, id)];
  if (!before || !after || !from || !to) {
    return { scenario_id: id, base: before, other: after, loss_difference: null, relative: null,
      bridge: null };
  }
  const { opening, steps, closing } = explainLoss(
    { netting: base.parameters.netting, scenario: from, loss: before.loss_estimate },
    { netting: other.parameters.netting, scenario: to, loss: after.loss_estimate }, netOther);
  const difference = amountDifference(before.loss_estimate, after.loss_estimate);
  return {
    scenario_id: id, base: before, other: after, loss_difference: difference,
    relative: relativeChange(before.loss_estimate, difference),
    bridge: { opening: amountOf(opening), closing: amountOf(closing),
      steps: steps.map(({ step, amount }) => ({ step, ...amountOf(amount) })) },
  };
}

const amountOf = (units: bigint) => ({ amount: amountFromUnits(units), units: String(units) });

function lossIn({ run }: Side, id: string): Compared["base"] {
  const stress = run.report.stress_tests.find((each) => each.scenario_id === id);
  const finding = run.material_findings.find((each) => each.scenario_id === id);
  if (!stress || !finding) return null;
  return {
    loss_estimate: stress.loss_estimate,
    net_exposure_after_recovery: stress.net_exposure_after_recovery,
    interest_payment: stress.interest_payment, impact_score: stress.impact_score,
    threshold: finding.threshold, is_material: finding.is_material,
    evidence_id: run.stress_test_evidence_ids[id] as string,
  };
}
