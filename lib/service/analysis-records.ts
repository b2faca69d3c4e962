import { analysisEvidenceId, sealEvidence } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { AppError } from "./app-error";
import { insertAudit } from "./audit";
import type { Context } from "./caller";
import { findSealed } from "./datasets";
import { writeAnalysis } from "./db/analysis-query";
import { inTransaction } from "./db/database";
import { holdSealed } from "./db/kpi-records";
import { refuseWhenDisabled } from "./engine-registry";
import { refuseWhenHalted } from "./kill-switch";
import { log } from "./log";
import type { SealedVersion } from "./sealed-versions";

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
  const evidence = analysisEvidence(sealed, analysis, request, result);
  const { evidence_id: id, dataset_version_id: datasetVersionId } = evidence;
  const isHeld = await inTransaction(async (client) => {
    // An erasure waits for this, or came first.
    if (!await holdSealed(client, datasetVersionId)) return false;
    const isNew = await writeAnalysis(client, evidence);
    if (isNew === null) throw mismatch(id, datasetVersionId);
    if (isNew) {
      await insertAudit(client, context, { type: "analysis.recorded", subjectId: id,
        datasetVersionId, details: { analysis } });
    }
    return true;
  });
  if (!isHeld) await findSealed(datasetVersionId);
  return id;
}

function mismatch(id: string, versionId: string): AppError {
  log().warn({}, "DISTRESSED_DEBT_IMMUTABLE_CONFLICT evidence_payload_mismatch "
    + `evidence_id=${id} dataset_version_id=${versionId}`);
  return new AppError("IMMUTABLE_EVIDENCE_MISMATCH", { message:
    `The kept analysis ${id} is not what is computed now. Nothing was written.` });
}
