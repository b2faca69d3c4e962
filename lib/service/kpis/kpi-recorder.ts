import type { KpiSettings, KpiSums } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { insertAudit, type AuditSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import type { PoolClient } from "../db/database";
import { kpiSums } from "../db/kpi-query";
import { storedUnder, writeKpiRecords } from "../db/kpi-records";
import { planKpis, type KpiPlan, type KpiSubject } from "./kpi-plan";

/**
 * Records the KPIs of a version inside the caller's transaction, as evidence with the findings
 * that its settings make of them. Findings of other limits stay: each says which limits held.
 * @param added what the records add up to, where that is known already
 * @throws AppError IMMUTABLE_EVIDENCE_MISMATCH, IMMUTABLE_FINDING_MISMATCH
 */
export async function judgeVersion(
  client: PoolClient, by: Context | AuditSource, subject: KpiSubject, settings: KpiSettings,
  added?: KpiSums,
): Promise<void> {
  const sums = added ?? await kpiSums(client, subject.datasetVersionId);
  const plan = planKpis(
    subject, { ...sums, tangible_equity: settings.tangibleEquity }, settings.limits);
  await refuseOther(client, plan);
  const { isNew, findingIds } = await writeKpiRecords(client, plan);
  const findings = plan.findings.filter(({ id }) => findingIds.has(id));
  if (!isNew && findings.length === 0) return;
  const { datasetVersionId } = subject;
  await insertAudit(client, by, { type: "kpi.recorded", subjectId: datasetVersionId,
    datasetVersionId, details: { evidence_ids: isNew ? [plan.evidence.evidence_id] : [],
      finding_ids: findings.map(({ id }) => id) } });
  for (const { id, metric, is_material: isBreach, payload } of findings) {
    if (!isBreach) continue;
    // The limit, not the value: an event outlives an erasure.
    await insertAudit(client, by, { type: "kpi.breached", subjectId: id, datasetVersionId,
      details: { metric, severity: payload.severity ?? null, threshold: payload.threshold } });
  }
}

/** What is stored under a plan's ids must be what the plan says. */
async function refuseOther(client: PoolClient, plan: KpiPlan): Promise<void> {
  const versionId = plan.evidence.dataset_version_id;
  const stored = await storedUnder(client, plan);
  const hashes = new Map([[plan.evidence.evidence_id, plan.evidence.sha256],
    ...plan.findings.map(({ id, sha256 }) => [id, sha256] as const)]);
  const other = (records: typeof stored.evidence) => records.find((record) =>
    record.sha256 !== hashes.get(record.id) || record.kind !== "kpi" || !record.is_intact
      || record.dataset_version_id !== versionId);
  const [evidence, finding] = [other(stored.evidence), other(stored.findings)];
  const bad = evidence ?? finding;
  if (!bad) return;
  throw new AppError(evidence ? "IMMUTABLE_EVIDENCE_MISMATCH" : "IMMUTABLE_FINDING_MISMATCH",
    { message: `The stored ${evidence ? "evidence" : "finding"} ${bad.id} is not what the `
      + "records give. Nothing was written." });
}
