import type { Json } from "../kernel/canonical";
import { derivedId } from "../kernel/ids";

/** Name of the engine that every record of a run carries. */
export const ENGINE_ID = "engine_distressed_asset_debt_stress";
/** Version of the engine; a change of any formula or payload changes it, and so every id. */
export const ENGINE_VERSION = "1.1.0";

/** What evidence can be about. */
export const EVIDENCE_KINDS = ["debt_exposure", "stress_test", "kpi", "analysis"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** The program that computed a record. */
export type Engine = { id: string; version: string };
const CURRENT: Engine = { id: ENGINE_ID, version: ENGINE_VERSION };

/** The part of an identity that says which program computed a record, and from what. */
const engineFacts = (datasetVersionId: string, engine: Engine) => ({
  // UUIDs differ in case only as text: equal versions must give equal ids.
  dataset_version_id: datasetVersionId.toLowerCase(),
  engine_id: engine.id,
  engine_version: engine.version,
});

/**
 * Id of a run (API.md "Identity"): `startedAt` normalized, `parameters` canonical with every
 * default filled in.
 */
export function runId(
  run: { datasetVersionId: string; startedAt: string; parameters: Json }, engine = CURRENT,
): string {
  return derivedId({
    record: "run",
    ...engineFacts(run.datasetVersionId, engine),
    started_at: run.startedAt,
    parameters: run.parameters,
  });
}

/** Id of a dataset version's exposure evidence under one netting. */
export function exposureEvidenceId(
  evidence: { datasetVersionId: string; netting: Json }, engine = CURRENT,
): string {
  return derivedId({
    record: "evidence",
    ...engineFacts(evidence.datasetVersionId, engine),
    kind: "debt_exposure",
    netting: evidence.netting,
  });
}

/** Id of the evidence of one canonical scenario: any change of a shock or text is a new id. */
export function scenarioEvidenceId(
  evidence: { datasetVersionId: string; netting: Json; scenario: Json }, engine = CURRENT,
): string {
  return derivedId({
    record: "evidence",
    ...engineFacts(evidence.datasetVersionId, engine),
    kind: "stress_test",
    netting: evidence.netting,
    scenario: evidence.scenario,
  });
}

/** Id of a dataset version's portfolio indicators; the lender's equity is all they add to it. */
export function kpiEvidenceId(
  evidence: { datasetVersionId: string; tangibleEquity: Json }, engine = CURRENT,
): string {
  return derivedId({
    record: "evidence",
    ...engineFacts(evidence.datasetVersionId, engine),
    kind: "kpi",
    tangible_equity: evidence.tangibleEquity,
  });
}

/** Id of an analysis that was kept: which one, and its canonical request. */
export function analysisEvidenceId(
  evidence: { datasetVersionId: string; analysis: string; request: Json }, engine = CURRENT,
): string {
  return derivedId({
    record: "evidence",
    ...engineFacts(evidence.datasetVersionId, engine),
    kind: "analysis",
    analysis: evidence.analysis,
    request: evidence.request,
  });
}

/** Id of a finding on one KPI: its evidence judged against the limits that held. */
export function kpiFindingId(
  finding: { evidenceId: string; metric: string; limits: Json },
): string {
  return derivedId({
    record: "finding", evidence_id: finding.evidenceId, metric: finding.metric,
    limits: finding.limits,
  });
}

const SCENARIO_MEMBERS = [
  "scenario_id", "description", "interest_rate_delta_pct", "collateral_market_impact_pct",
  "recovery_degradation_pct", "default_risk_increment_pct",
] as const;

/** The id that follows from what a stored record says of itself; null for an unknown kind. */
export function evidenceIdOf(record: {
  kind: EvidenceKind; dataset_version_id: string; engine_id: string; engine_version: string;
  payload: Json;
}): string | null {
  const engine = { id: record.engine_id, version: record.engine_version };
  const payload = (record.payload ?? {}) as { readonly [member: string]: Json };
  const facts = { datasetVersionId: record.dataset_version_id, netting: payload.netting ?? null };
  if (record.kind === "debt_exposure") return exposureEvidenceId(facts, engine);
  if (record.kind === "kpi") {
    const inputs = (payload.inputs ?? {}) as { readonly [member: string]: Json };
    return kpiEvidenceId({ datasetVersionId: record.dataset_version_id,
      tangibleEquity: inputs.tangible_equity ?? null }, engine);
  }
  if (record.kind === "analysis") {
    return analysisEvidenceId({ datasetVersionId: record.dataset_version_id,
      analysis: String(payload.analysis), request: payload.request ?? null }, engine);
  }
  if (record.kind !== "stress_test") return null;
  const scenario = Object.fromEntries([...SCENARIO_MEMBERS.map((name) => [name, payload[name]]),
    // Absent from the canonical scenario, not empty, where no segment differs.
    ...(payload.segment_shocks === undefined ? []
      : [["segment_shocks", payload.segment_shocks]])]);
  return scenarioEvidenceId({ ...facts, scenario }, engine);
}

/**
 * Id of a finding: its evidence judged against one threshold, given as the run parameter's
 * fraction, because the absolute threshold follows from it and the evidence.
 */
export function findingId(
  finding: { evidenceId: string; thresholdPct: number },
): string {
  return derivedId({
    record: "finding",
    evidence_id: finding.evidenceId,
    threshold_pct: finding.thresholdPct,
  });
}

/** Id of the link between a finding and the evidence it rests on. */
export function linkId(link: { findingId: string; evidenceId: string }): string {
  return derivedId({
    record: "link", finding_id: link.findingId, evidence_id: link.evidenceId,
  });
}

/** The ids of one figure's records: its evidence, the finding that judges it, the link between. */
export type FigureIdentity = { evidenceId: string; findingId: string; linkId: string };

/** The ids of a run's exposure, or of its loss under one scenario, judged by one threshold. */
export function figureIdentity(
  figure: { datasetVersionId: string; netting: string; scenario: Json; thresholdPct: number },
  engine = CURRENT,
): FigureIdentity {
  const evidenceId = figure.scenario === null ? exposureEvidenceId(figure, engine)
    : scenarioEvidenceId(figure, engine);
  const finding = findingId({ evidenceId, thresholdPct: figure.thresholdPct });
  return { evidenceId, findingId: finding, linkId: linkId({ findingId: finding, evidenceId }) };
}
