import { analysisEvidenceId, sealEvidence } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { AppError } from "../platform/app-error";
import { insertAudit, type AuditSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findSealed } from "../datasets/datasets";
import { writeAnalysis } from "../db/analysis-query";
import { inTransaction, type PoolClient } from "../db/database";
import { holdSealed } from "../db/kpi-records";
import { refuseWhenDisabled } from "../controls/engine-registry";
import { refuseWhenHalted } from "../controls/kill-switch";
import { log } from "../platform/log";
import type { SealedVersion } from "../datasets/sealed-versions";

/** Refuses to keep anything while the engine is disabled or the kill switch is active. */
export function refuseKeeping(): void {
  refuseWhenDisabled();
  refuseWhenHalted();
}

/** An analysis as evidence: equal version, name and canonical request give an equal id. */
export const analysisEvidence = (
  sealed: SealedVersion, analysis: string, request: Json, result: Json,
) => sealEvidence({
  evidence_id: analysisEvidenceId(
    { datasetVersionId: sealed.datasetVersionId, analysis, request }),
  kind: "analysis", dataset_version_id: sealed.datasetVersionId,
  payload: { analysis, base_currency: sealed.baseCurrency,
    normalized_record_id: sealed.normalizedRecordId, request, result },
});

/**
 * Keeps an analysis with its audit event, or finds that it is kept and equal; gives its id.
 * @throws AppError IMMUTABLE_EVIDENCE_MISMATCH when what is kept is not what was computed now
 */
export async function keepAnalysis(
  context: Context, sealed: SealedVersion, analysis: string, request: Json, result: Json,
): Promise<string> {
  refuseKeeping();
  const id = await inTransaction((client) =>
    recordAnalysis(client, context, analysis, analysisEvidence(sealed, analysis, request, result)));
  if (id === null) await findSealed(sealed.datasetVersionId);
  return id ?? "";
}

/** The same inside a transaction; null where the version was erased meanwhile. */
export async function recordAnalysis(
  client: PoolClient, by: Context | AuditSource, analysis: string,
  evidence: ReturnType<typeof analysisEvidence>,
): Promise<string | null> {
  const { evidence_id: id, dataset_version_id: datasetVersionId } = evidence;
  // An erasure waits for this, or came first.
  if (!await holdSealed(client, datasetVersionId)) return null;
  const isNew = await writeAnalysis(client, evidence);
  if (isNew === null) throw mismatch(id, datasetVersionId);
  if (isNew) {
    await insertAudit(client, by, { type: "analysis.recorded", subjectId: id,
      datasetVersionId, details: { analysis } });
  }
  return id;
}

function mismatch(id: string, versionId: string): AppError {
  log().warn({}, "DISTRESSED_DEBT_IMMUTABLE_CONFLICT evidence_payload_mismatch "
    + `evidence_id=${id} dataset_version_id=${versionId}`);
  return new AppError("IMMUTABLE_EVIDENCE_MISMATCH", { message:
    `The kept analysis ${id} is not what is computed now. Nothing was written.` });
}
