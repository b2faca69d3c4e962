import type { EvidenceRecord, FindingRecord, LinkRecord } from "@/lib/evidence";
import type { Netting } from "@/lib/risk";
import { cursorBatches } from "./cursor";
import { pool, type PoolClient } from "./database";

export type StoredRun = {
  run_id: string; dataset_version_id: string; engine_id: string; engine_version: string;
  started_at: Date; parameters: unknown; exposure_evidence_id: string;
  evidence_ids: string[] | null; finding_ids: string[] | null; summary: unknown;
};
/** Evidence with the figure that runs judge, without the rest of its payload. */
export type StoredEvidence = Omit<EvidenceRecord, "payload"> & { amount: number };
export type StoredFinding = Omit<FindingRecord, "payload"> & { engine_id: string };
export type StoredLink = LinkRecord & { dataset_version_id: string; engine_id: string };

const RECORD_BATCH = 500;
/** A run may have 200 scenarios, and so 600 records beside it. */
const RUN_BATCH = 50;

/** Every evidence record of a version, in batches. */
export const evidenceBatches = (
  client: PoolClient, versionId: string,
): AsyncGenerator<EvidenceRecord[]> => cursorBatches<EvidenceRecord>(client, RECORD_BATCH,
  `SELECT evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256
   FROM evidence_records WHERE dataset_version_id = $1`, [versionId]);

/** Every finding of a version, in batches. */
export const findingBatches = (
  client: PoolClient, versionId: string,
): AsyncGenerator<FindingRecord[]> => cursorBatches<FindingRecord>(client, RECORD_BATCH,
  `SELECT finding_id, kind, dataset_version_id, evidence_id, is_material, payload, sha256
   FROM finding_record WHERE dataset_version_id = $1`, [versionId]);

/** Every link of a version, in batches. */
export const linkBatches = (
  client: PoolClient, versionId: string,
): AsyncGenerator<LinkRecord[]> => cursorBatches<LinkRecord>(client, RECORD_BATCH,
  `SELECT link_id, finding_id, evidence_id FROM finding_evidence_link
   WHERE dataset_version_id = $1`, [versionId]);

/** Every run of a version, oldest first, in batches. */
export const runBatches = (
  client: PoolClient, versionId: string,
): AsyncGenerator<StoredRun[]> => cursorBatches<StoredRun>(client, RUN_BATCH,
  `SELECT run_id, dataset_version_id, engine_id, engine_version, started_at, parameters,
     exposure_evidence_id, evidence_ids, finding_ids, summary
   FROM run WHERE dataset_version_id = $1 ORDER BY created_at, run_id`, [versionId]);

/** Whether a version has runs under a netting. */
export async function hasRunsBy(versionId: string, netting: Netting): Promise<boolean> {
  const { rows } = await pool().query<{ found: boolean }>(`SELECT EXISTS (SELECT FROM run
    WHERE dataset_version_id = $1 AND parameters->>'netting' = $2) AS found`, [versionId, netting]);
  return rows[0]?.found === true;
}

/** Whether a version has runs whose scenarios shock segments, or that have groups. */
export async function hasRunsOnColumns(versionId: string): Promise<boolean> {
  const { rows } = await pool().query<{ found: boolean }>(`SELECT EXISTS (SELECT FROM run
    WHERE dataset_version_id = $1
      AND (parameters ? 'group_by'
        OR jsonb_path_exists(parameters, '$.stress_scenarios[*].segment_shocks'))) AS found`,
  [versionId]);
  return rows[0]?.found === true;
}

/** The records of runs by id, whichever version and engine they claim to belong to. */
export type StoredRecords = {
  evidence: ReadonlyMap<string, StoredEvidence>;
  findings: ReadonlyMap<string, StoredFinding>;
  links: ReadonlyMap<string, StoredLink>;
};

export async function recordsById(
  client: PoolClient, ids: { evidence: string[]; findings: string[]; links: string[] },
): Promise<StoredRecords> {
  const evidence = await client.query<StoredEvidence>(
    `SELECT evidence_id, kind, dataset_version_id, engine_id, engine_version, sha256,
       payload->CASE kind WHEN 'stress_test' THEN 'loss_estimate'
         ELSE 'net_exposure_after_recovery' END AS amount
     FROM evidence_records WHERE evidence_id = ANY($1::uuid[])`, [ids.evidence]);
  const findings = await client.query<StoredFinding>(
    `SELECT finding_id, kind, dataset_version_id, engine_id, evidence_id, is_material, sha256
     FROM finding_record WHERE finding_id = ANY($1::uuid[])`, [ids.findings]);
  const links = await client.query<StoredLink>(
    `SELECT link_id, finding_id, evidence_id, dataset_version_id, engine_id
     FROM finding_evidence_link WHERE link_id = ANY($1::uuid[])`, [ids.links]);
  return {
    evidence: new Map(evidence.rows.map((row) => [row.evidence_id, row])),
    findings: new Map(findings.rows.map((row) => [row.finding_id, row])),
    links: new Map(links.rows.map((row) => [row.link_id, row])),
  };
}

/** A record that does not stand, and why. */
export type Defect = { id: string; reason: string };

/**
 * The first record of a version that no run accounts for: a run writes its records with itself,
 * so a record alone was put there, or its run was taken away.
 */
export async function unclaimedRecord(
  client: PoolClient, versionId: string,
): Promise<Defect | null> {
  const found = await client.query<Defect>(
    `SELECT evidence_id AS id, 'EVIDENCE_WITHOUT_RUN' AS reason FROM evidence_records e
       LEFT JOIN (SELECT DISTINCT unnest(evidence_ids) AS named FROM run
         WHERE dataset_version_id = $1) r ON r.named = e.evidence_id
       WHERE dataset_version_id = $1 AND r.named IS NULL
         AND (kind IN ('debt_exposure', 'stress_test')
           OR kind = 'analysis' AND payload->>'analysis' IN ('run-group', 'run-instruments'))
     UNION ALL SELECT finding_id, 'FINDING_WITHOUT_RUN' FROM finding_record f
       LEFT JOIN (SELECT DISTINCT unnest(finding_ids) AS named FROM run
         WHERE dataset_version_id = $1) r ON r.named = f.finding_id
       WHERE dataset_version_id = $1 AND kind <> 'kpi' AND r.named IS NULL
     UNION ALL SELECT link_id, 'LINK_WITHOUT_FINDING' FROM finding_evidence_link l
       WHERE dataset_version_id = $1 AND NOT EXISTS (SELECT FROM finding_record f
         WHERE f.finding_id = l.finding_id AND f.evidence_id = l.evidence_id)
     LIMIT 1`, [versionId]);
  return found.rows[0] ?? null;
}

/** The first run of a version that differs from what the audit log says was recorded. */
export async function unauditedRun(client: PoolClient, versionId: string): Promise<Defect | null> {
  const found = await client.query<Defect>(
    `SELECT coalesce(r.run_id::text, a.subject_id) AS id, CASE
         WHEN r.run_id IS NULL THEN 'RUN_MISSING' WHEN a.subject_id IS NULL THEN 'RUN_NOT_AUDITED'
         ELSE 'RUN_AUDIT_MISMATCH' END AS reason
     FROM (SELECT run_id, created_by, request_id, cardinality(evidence_ids) AS evidence FROM run
       WHERE dataset_version_id = $1) r
     FULL JOIN (SELECT subject_id, actor, request_id, details FROM audit_event
       WHERE type = 'run.recorded' AND dataset_version_id = $1) a ON a.subject_id = r.run_id::text
     WHERE r.run_id IS NULL OR a.subject_id IS NULL
       OR a.actor <> r.created_by OR a.request_id IS DISTINCT FROM r.request_id
       OR a.details ? 'instruments' AND r.evidence <> 1 + (a.details->>'scenarios')::int
         + coalesce((a.details->>'groups')::int, 0) + (a.details->>'instruments')::int
     ORDER BY 1 LIMIT 1`, [versionId]);
  return found.rows[0] ?? null;
}
