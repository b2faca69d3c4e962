import { ENGINE_ID, ENGINE_VERSION, type EvidenceRecord } from "@/lib/evidence";
import type { KpiPayload, KpiPlan, KpiSubject } from "../kpis/kpi-plan";
import { pool, type PoolClient } from "./database";

type Queryable = Pick<PoolClient, "query">;

/** A record under one of the ids, with what it was recorded as. */
export type StoredHash = {
  id: string; sha256: string; dataset_version_id: string; kind: string;
  /** Its payload is what the plan says. */
  is_intact: boolean;
};

/** What is stored under a plan's ids before it is written. */
export async function storedUnder(
  client: Queryable, { evidence, findings }: KpiPlan,
): Promise<{ evidence: StoredHash[]; findings: StoredHash[] }> {
  const first = await client.query<StoredHash>(
    `SELECT evidence_id AS id, sha256, dataset_version_id, kind, payload = $2::jsonb AS is_intact
     FROM evidence_records WHERE evidence_id = $1`,
    [evidence.evidence_id, JSON.stringify(evidence.payload)]);
  const second = await client.query<StoredHash>(
    `SELECT finding_id AS id, f.sha256, dataset_version_id, kind, f.payload = p.payload AS is_intact
     FROM jsonb_to_recordset($1::jsonb) AS p(id uuid, payload jsonb)
     JOIN finding_record f ON f.finding_id = p.id`, [JSON.stringify(findings)]);
  return { evidence: first.rows, findings: second.rows };
}

/** Writes what is missing of a plan; the ids that are new. */
export async function writeKpiRecords(
  client: Queryable, { evidence, findings }: KpiPlan,
): Promise<{ isNew: boolean; findingIds: Set<string> }> {
  const written = await client.query(
    `INSERT INTO evidence_records
       (evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [evidence.evidence_id, evidence.kind, evidence.dataset_version_id, ENGINE_ID, ENGINE_VERSION,
      JSON.stringify(evidence.payload), evidence.sha256]);
  const rows = JSON.stringify(findings.map((finding) => ({ ...finding,
    payload: finding.payload, link_id: finding.linkId })));
  const frame = [rows, evidence.dataset_version_id, ENGINE_ID, evidence.evidence_id];
  const judged = await client.query<{ id: string }>(
    `INSERT INTO finding_record (finding_id, kind, dataset_version_id, engine_id, evidence_id,
       is_material, payload, sha256)
     SELECT id, 'kpi', $2, $3, $4, is_material, payload, sha256
     FROM jsonb_to_recordset($1::jsonb)
       AS f(id uuid, is_material boolean, payload jsonb, sha256 text)
     ON CONFLICT DO NOTHING RETURNING finding_id AS id`, frame);
  await client.query(
    `INSERT INTO finding_evidence_link
       (link_id, finding_id, evidence_id, dataset_version_id, engine_id)
     SELECT link_id, id, $4, $2, $3 FROM jsonb_to_recordset($1::jsonb) AS f(id uuid, link_id uuid)
     ON CONFLICT DO NOTHING`, frame);
  return { isNew: written.rowCount === 1,
    findingIds: new Set(judged.rows.map(({ id }) => id)) };
}

export type StoredKpis = {
  evidence_id: string; dataset_version_id: string; payload: KpiPayload; created_at: Date;
};

/** The newest indicators recorded of each version. */
export async function newestKpis(
  client: Queryable, versionIds: readonly string[],
): Promise<Map<string, StoredKpis>> {
  const { rows } = await client.query<StoredKpis>(
    `SELECT DISTINCT ON (dataset_version_id) evidence_id, dataset_version_id, payload, created_at
     FROM evidence_records WHERE dataset_version_id = ANY($1::uuid[]) AND kind = 'kpi'
       AND payload IS NOT NULL
     ORDER BY dataset_version_id, created_at DESC, evidence_id`, [versionIds]);
  return new Map(rows.map((row) => [row.dataset_version_id, row]));
}

/** Which of these ids evidence and findings have. */
export async function recordedIds(ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool().query<{ id: string }>(
    `SELECT evidence_id AS id FROM evidence_records WHERE evidence_id = ANY($1::uuid[])
     UNION ALL SELECT finding_id FROM finding_record WHERE finding_id = ANY($1::uuid[])`, [ids]);
  return new Set(rows.map(({ id }) => id));
}

/** Holds a sealed version in place to the end of the transaction; false when it is not sealed. */
export async function holdSealed(client: Queryable, versionId: string): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT 1 FROM dataset_version
    WHERE dataset_version_id = $1 AND status = 'sealed' FOR SHARE`, [versionId]);
  return rowCount === 1;
}

/** The newest sealed version of a dataset, held in place to the end of the transaction. */
export async function latestSealed(
  client: Queryable, datasetId: string,
): Promise<KpiSubject | null> {
  const { rows } = await client.query<KpiSubject>(
    `SELECT v.dataset_version_id AS "datasetVersionId", d.base_currency AS "baseCurrency",
       v.consolidated_record_id AS "normalizedRecordId"
     FROM dataset_version v JOIN dataset d ON d.dataset_id = v.dataset_id
     WHERE v.dataset_id = $1 AND v.status = 'sealed'
     ORDER BY v.number DESC LIMIT 1 FOR SHARE OF v`, [datasetId]);
  return rows[0] ?? null;
}

/** A KPI finding with the columns that its id and payload determine. */
export type StoredKpiFinding = {
  finding_id: string; evidence_id: string; engine_id: string; sha256: string;
  payload: { metric: string; limits: { worse: string; warning: number; critical: number } };
  link_id: string | null;
};

/** Everything that is stored of a version's indicators, and what the audit log says of it. */
export async function kpiRecordsOf(client: Queryable, versionId: string): Promise<{
  evidence: (EvidenceRecord & { payload: KpiPayload })[]; findings: StoredKpiFinding[];
  audited: { evidence: Set<string>; findings: Set<string> };
}> {
  const evidence = await client.query<EvidenceRecord & { payload: KpiPayload }>(
    `SELECT evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256
     FROM evidence_records WHERE dataset_version_id = $1 AND kind = 'kpi'`, [versionId]);
  const findings = await client.query<StoredKpiFinding>(
    `SELECT f.finding_id, f.evidence_id, f.engine_id, f.sha256, f.payload, l.link_id
     FROM finding_record f LEFT JOIN finding_evidence_link l ON l.finding_id = f.finding_id
       AND l.evidence_id = f.evidence_id AND l.dataset_version_id = f.dataset_version_id
     WHERE f.dataset_version_id = $1 AND f.kind = 'kpi'`, [versionId]);
  const audited = await client.query<{ evidence_ids: string[]; finding_ids: string[] }>(
    `SELECT details->'evidence_ids' AS evidence_ids, details->'finding_ids' AS finding_ids
     FROM audit_event WHERE type = 'kpi.recorded' AND dataset_version_id = $1`, [versionId]);
  return { evidence: evidence.rows, findings: findings.rows, audited: {
    evidence: new Set(audited.rows.flatMap((row) => row.evidence_ids)),
    findings: new Set(audited.rows.flatMap((row) => row.finding_ids)) } };
}
