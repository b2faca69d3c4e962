import type { ResponseOf } from "@/lib/contract/operations";
import {
  kpiEvidenceId, kpiFindingId, linkId, sealEvidence, type EvidenceRecord,
} from "@/lib/evidence";
import { canonicalHash } from "@/lib/kernel/hash";
import {
  kpiFindings, portfolioKpis, type KpiInputs, type KpiName, type OwnLimits, type PortfolioKpis,
} from "@/lib/risk";

/** What a version's indicators need beside their sums. */
export type KpiSubject = {
  datasetVersionId: string; baseCurrency: string; normalizedRecordId: string;
};

/** What the evidence of a version's indicators says. */
export type KpiPayload = {
  base_currency: string; normalized_record_id: string; inputs: KpiInputs; kpis: PortfolioKpis;
};

type RecordedFinding = Omit<ResponseOf<"listFindings">["items"][number],
  "evidence_id" | "created_at">;
export type PlannedKpiFinding = {
  id: string; linkId: string; metric: KpiName; is_material: boolean; payload: RecordedFinding;
  sha256: string;
};
export type KpiPlan = { evidence: EvidenceRecord; findings: PlannedKpiFinding[] };

/** The records of a version's indicators: pure, so that the same inputs give the same ids. */
export function planKpis(subject: KpiSubject, inputs: KpiInputs, limits: OwnLimits): KpiPlan {
  const { datasetVersionId: dataset_version_id, baseCurrency, normalizedRecordId } = subject;
  const evidenceId = kpiEvidenceId({ datasetVersionId: dataset_version_id,
    tangibleEquity: inputs.tangible_equity });
  const kpis = portfolioKpis(inputs);
  const payload: KpiPayload = { base_currency: baseCurrency,
    normalized_record_id: normalizedRecordId, inputs, kpis };
  return {
    evidence: sealEvidence(
      { evidence_id: evidenceId, kind: "kpi", dataset_version_id, payload }),
    findings: kpiFindings(kpis, limits).map((finding) => {
      const id = kpiFindingId(
        { evidenceId, metric: finding.metric, limits: finding.limits });
      const judged = { id, dataset_version_id, ...finding };
      return { id, linkId: linkId({ findingId: id, evidenceId }), metric: finding.metric,
        is_material: finding.is_material, payload: judged, sha256: canonicalHash(judged) };
    }),
  };
}
