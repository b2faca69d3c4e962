import {
  ENGINE_ID, kpiFindingId, type EvidenceRecord,
} from "@/lib/evidence";
import { engineFormulas } from "@/lib/risk/engines";
import type { PoolClient } from "../db/database";
import { kpiSums } from "../db/kpi-query";
import { kpiRecordsOf, type StoredKpiFinding } from "../db/kpi-records";
import type { Defect } from "../db/stored-runs";
import { planKpis, type KpiPayload } from "./kpi-plan";
import type { SealedVersion } from "../datasets/sealed-versions";

type StoredEvidence = EvidenceRecord & { payload: KpiPayload };

/**
 * The first record of a version's KPIs that does not stand: figures summed anew from the records,
 * findings judged anew by the limits they name, and each of them as the audit log knows it.
 */
export async function firstBadKpi(
  client: PoolClient, versionId: string, sealed: SealedVersion | null,
): Promise<Defect | null> {
  const { evidence, findings, audited } = await kpiRecordsOf(client, versionId);
  const defect = accountedFor(evidence, findings, audited);
  if (defect || !sealed || evidence.length === 0) return defect;
  const sums = await kpiSums(client, versionId);
  for (const record of evidence) {
    const own = findings.filter(({ evidence_id: id }) => id === record.evidence_id);
    const found = defectOf(record, own, sums, sealed);
    if (found) return found;
  }
  return null;
}

/** What the audit log says was recorded is there, and nothing else. */
function accountedFor(
  evidence: readonly StoredEvidence[], findings: readonly StoredKpiFinding[],
  audited: { evidence: ReadonlySet<string>; findings: ReadonlySet<string> },
): Defect | null {
  const ids = new Set(evidence.map(({ evidence_id: id }) => id));
  const judged = new Set(findings.map(({ finding_id: id }) => id));
  const first = (from: Iterable<string>, among: ReadonlySet<string>): string | undefined =>
    [...from].find((id) => !among.has(id));
  const cases = [
    ["EVIDENCE_NOT_RECORDED", first(audited.evidence, ids)],
    ["FINDING_NOT_RECORDED", first(audited.findings, judged)],
    ["EVIDENCE_NOT_AUDITED", first(ids, audited.evidence)],
    ["FINDING_NOT_AUDITED", first(judged, audited.findings)],
    ["EVIDENCE_MISSING", findings.find(({ evidence_id: id }) => !ids.has(id))?.evidence_id],
    ["LINK_MISSING", findings.find(({ link_id: id }) => id === null)?.finding_id],
  ] as const;
  const bad = cases.find(([, id]) => id !== undefined);
  return bad ? { id: bad[1] as string, reason: bad[0] } : null;
}

function defectOf(
  record: StoredEvidence, findings: readonly StoredKpiFinding[],
  sums: Awaited<ReturnType<typeof kpiSums>>, sealed: SealedVersion,
): Defect | null {
  // Every version so far has the same KPI formulas.
  if (record.engine_id !== ENGINE_ID || !engineFormulas(record.engine_version)) return null;
  const inputs = { ...sums, tangible_equity: record.payload.inputs.tangible_equity };
  if (planKpis(sealed, inputs, {}).evidence.sha256 !== record.sha256) {
    return { id: record.evidence_id, reason: "EVIDENCE_NOT_REPRODUCED" };
  }
  for (const { finding_id: id, payload, sha256 } of findings) {
    const { metric, limits } = payload;
    if (kpiFindingId({ evidenceId: record.evidence_id, metric, limits }) !== id) {
      return { id, reason: "FINDING_COLUMN_MISMATCH" };
    }
    const again = planKpis(sealed, inputs, { [metric]: limits }).findings
      .find((finding) => finding.metric === metric);
    if (again?.sha256 !== sha256) return { id, reason: "FINDING_NOT_REPRODUCED" };
  }
  return null;
}
