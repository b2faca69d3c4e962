import type { Json } from "../kernel/canonical";
import { derivedId } from "../kernel/ids";

/** Name of the engine that every record of a run carries. */
export const ENGINE_ID = "engine_distressed_asset_debt_stress";
/** Version of the engine; a change of any formula or payload changes it, and so every id. */
export const ENGINE_VERSION = "1.0.0";

/** What evidence can be about. */
export const EVIDENCE_KINDS = ["debt_exposure", "stress_test", "kpi", "analysis"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** The part of an identity that says which program computed a record, and from what. */
const engineFacts = (datasetVersionId: string) => ({
  // UUIDs differ in case only as text: equal versions must give equal ids.
  dataset_version_id: datasetVersionId.toLowerCase(),
  engine_id: ENGINE_ID,
  engine_version: ENGINE_VERSION,
});

/**
 * Id of a run (API.md "Identity"): `startedAt` normalized, `parameters` canonical with every
 * default filled in.
 */
export function runId(
  run: { datasetVersionId: string; startedAt: string; parameters: Json },
): string {
  return derivedId({
    record: "run",
    ...engineFacts(run.datasetVersionId),
    started_at: run.startedAt,
    parameters: run.parameters,
  });
}

/** Id of a dataset version's exposure evidence under one netting. */
export function exposureEvidenceId(
  evidence: { datasetVersionId: string; netting: string },
): string {
  return derivedId({
    record: "evidence",
    ...engineFacts(evidence.datasetVersionId),
    kind: "debt_exposure",
    netting: evidence.netting,
  });
}

/** Id of the evidence of one canonical scenario: any change of a shock or text is a new id. */
export function scenarioEvidenceId(
  evidence: { datasetVersionId: string; netting: string; scenario: Json },
): string {
  return derivedId({
    record: "evidence",
    ...engineFacts(evidence.datasetVersionId),
    kind: "stress_test",
    netting: evidence.netting,
    scenario: evidence.scenario,
  });
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
