import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { summaryOf, type RunPlan } from "../run-plan";
import { pool, sqlState } from "./database";

/** What stands in the way of a run: a stored record that is not what the engine computes. */
export type RunConflict = {
  reason: "evidence_id_collision" | "evidence_payload_mismatch" | "finding_id_collision" |
    "finding_payload_mismatch" | "link_mismatch";
  id: string;
};
export type RunOutcome = { replayed: boolean; conflict: RunConflict | null };

/**
 * One statement, so one transaction and one round trip: reads what is stored under the run's ids,
 * compares it with what the engine computed, and writes what is missing when all of it agrees.
 * A record that another transaction writes at the same time was not compared: the statement then
 * raises TS002, writes nothing, and is asked again.
 */
const STATEMENT = `
WITH e AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($6::jsonb)
    AS t(evidence_id uuid, kind text, payload jsonb, sha256 text)),
f AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($7::jsonb)
    AS t(id uuid, kind text, evidence_id uuid, is_material boolean, payload jsonb, sha256 text)),
l AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($8::jsonb) AS t(id uuid, finding_id uuid, evidence_id uuid)),
run_before AS MATERIALIZED (SELECT run_id FROM run WHERE run_id = $1),
stored_e AS MATERIALIZED (
  SELECT e.evidence_id, s.evidence_id IS NOT NULL AS there,
    s.dataset_version_id <> $2 OR s.engine_id <> $3 OR s.kind <> e.kind AS collides,
    s.payload IS DISTINCT FROM e.payload OR s.sha256 <> e.sha256 AS differs
  FROM e LEFT JOIN evidence_records s ON s.evidence_id = e.evidence_id),
stored_f AS MATERIALIZED (
  SELECT f.id, s.finding_id IS NOT NULL AS there,
    s.dataset_version_id <> $2 OR s.engine_id <> $3 OR s.kind <> f.kind AS collides,
    s.payload IS DISTINCT FROM f.payload OR s.sha256 <> f.sha256
      OR s.evidence_id <> f.evidence_id AS differs
  FROM f LEFT JOIN finding_record s ON s.finding_id = f.id),
stored_l AS MATERIALIZED (
  SELECT l.id, s.link_id IS NOT NULL AS there,
    s.finding_id <> l.finding_id OR s.evidence_id <> l.evidence_id
      OR s.dataset_version_id <> $2 OR s.engine_id <> $3 AS differs
  FROM l LEFT JOIN finding_evidence_link s ON s.link_id = l.id),
bad AS MATERIALIZED (
  SELECT 1 AS rank, 'evidence_id_collision' AS reason, evidence_id AS id FROM stored_e
    WHERE there AND collides
  UNION ALL SELECT 2, 'evidence_payload_mismatch', evidence_id FROM stored_e
    WHERE CASE WHEN there THEN differs ELSE EXISTS (SELECT FROM run_before) END
  UNION ALL SELECT 3, 'finding_id_collision', id FROM stored_f WHERE there AND collides
  UNION ALL SELECT 4, 'finding_payload_mismatch', id FROM stored_f
    WHERE CASE WHEN there THEN differs ELSE EXISTS (SELECT FROM run_before) END
  UNION ALL SELECT 5, 'link_mismatch', id FROM stored_l
    WHERE CASE WHEN there THEN differs ELSE EXISTS (SELECT FROM run_before) END),
go AS MATERIALIZED (
  SELECT NOT EXISTS (SELECT FROM bad) AND NOT EXISTS (SELECT FROM run_before) AS yes),
new_e AS (
  INSERT INTO evidence_records
    (evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256)
  SELECT e.evidence_id, e.kind, $2, $3, $4, e.payload, e.sha256
    FROM e JOIN stored_e USING (evidence_id), go WHERE go.yes AND NOT there
    ORDER BY e.evidence_id
  ON CONFLICT DO NOTHING RETURNING 1),
new_f AS (
  INSERT INTO finding_record (finding_id, kind, dataset_version_id, engine_id, evidence_id,
    is_material, payload, sha256)
  SELECT f.id, f.kind, $2, $3, f.evidence_id, f.is_material, f.payload, f.sha256
    FROM f JOIN stored_f USING (id), go WHERE go.yes AND NOT there ORDER BY f.id
  ON CONFLICT DO NOTHING RETURNING 1),
new_l AS (
  INSERT INTO finding_evidence_link
    (link_id, finding_id, evidence_id, dataset_version_id, engine_id)
  SELECT l.id, l.finding_id, l.evidence_id, $2, $3
    FROM l JOIN stored_l USING (id), go WHERE go.yes AND NOT there ORDER BY l.id
  ON CONFLICT DO NOTHING RETURNING 1),
new_run AS (
  INSERT INTO run (run_id, dataset_version_id, engine_id, engine_version, started_at, parameters,
    exposure_evidence_id, evidence_ids, finding_ids, summary, request_id, created_by)
  SELECT $1, $2, $3, $4, $5::timestamptz, $9::jsonb, $10, $11::uuid[], $12::uuid[], $13::jsonb,
    $14, $15 FROM go WHERE go.yes
  ON CONFLICT DO NOTHING RETURNING run_id),
new_audit AS (
  INSERT INTO audit_event
    (audit_event_id, type, actor, request_id, dataset_version_id, subject_id, details)
  SELECT gen_random_uuid(), 'run.recorded', $15, $14, $2, run_id::text, $13::jsonb FROM new_run
  RETURNING 1)
SELECT
  EXISTS (SELECT FROM run_before) AS replayed,
  (SELECT reason FROM bad ORDER BY rank, id LIMIT 1) AS reason,
  (SELECT id FROM bad ORDER BY rank, id LIMIT 1) AS id,
  CASE WHEN (SELECT yes FROM go) AND (
    (SELECT count(*) FROM new_e) + (SELECT count(*) FROM new_f) + (SELECT count(*) FROM new_l)
      + (SELECT count(*) FROM new_run) <>
    (SELECT count(*) FROM stored_e WHERE NOT there) + (SELECT count(*) FROM stored_f
      WHERE NOT there) + (SELECT count(*) FROM stored_l WHERE NOT there) + 1)
    THEN raise_written_meanwhile() END AS raced`;

const WRITTEN_MEANWHILE = "TS002";
const RETRIED = new Set([WRITTEN_MEANWHILE, "40001", "40P01"]);
const ATTEMPTS = 8;

/**
 * Records a run, or compares it with what is recorded.
 * Fails with SQL state TS003 when the version is no longer sealed.
 */
export async function recordRun(
  plan: RunPlan, actor: string, requestId: string,
): Promise<RunOutcome> {
  const values = [
    plan.runId, plan.datasetVersionId, ENGINE_ID, ENGINE_VERSION, plan.startedAt,
    JSON.stringify(plan.evidence), JSON.stringify(plan.findings), JSON.stringify(plan.links),
    JSON.stringify(plan.parameters), plan.body.debt_exposure_evidence_id,
    plan.evidence.map((record) => record.evidence_id), plan.findings.map((finding) => finding.id),
    JSON.stringify(summaryOf(plan)), requestId, actor,
  ];
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await pool().query<{ replayed: boolean; reason: string | null; id: string }>(
        { name: "record-run", text: STATEMENT, values });
      const row = result.rows[0];
      if (!row) throw new Error("the run statement answered no row");
      const conflict = row.reason === null ? null
        : { reason: row.reason as RunConflict["reason"], id: row.id };
      return { replayed: row.replayed, conflict };
    } catch (error) {
      if (attempt >= ATTEMPTS || !RETRIED.has(sqlState(error) ?? "")) throw error;
    }
  }
}
