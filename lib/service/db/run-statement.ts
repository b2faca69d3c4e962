import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { auditForm, type AuditSource } from "../audit";
import { noteWritten } from "../metrics";
import { summaryOf, type PlannedRun, type RunPlan } from "../run-plan";
import { inSpan } from "../tracing";
import { pool, sqlState } from "./database";

/** What stands in the way of a run: a stored record that is not what the engine computes. */
export type RunConflict = {
  reason: "evidence_id_collision" | "evidence_payload_mismatch" | "finding_id_collision" |
    "finding_payload_mismatch" | "link_mismatch";
  id: string;
};
export type RunOutcome = { replayed: boolean; conflict: RunConflict | null };
/** A computed run with who asked for it, and whether it is known to have been recorded. */
export type RunOrder = PlannedRun & { source: AuditSource; isKnown: boolean };

/**
 * One statement for one or more runs, so one transaction and one round trip: reads what is stored
 * under the runs' ids, compares it with what the engine computed, and writes what is missing of
 * each run that agrees with all of it. A record that another transaction writes at the same time
 * was not compared: the statement then raises TS002, writes nothing, and is asked again.
 *
 * `OFFSET 0` keeps each look-up a look-up by id. As a plain join it is planned once, while the
 * tables are small, as a scan of all of them, and grows slow with every run that is recorded.
 */
const STATEMENT = `
WITH r AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($3::jsonb) AS t(run_id uuid, dataset_version_id uuid,
    started_at timestamptz, parameters jsonb, exposure_evidence_id uuid, evidence_ids uuid[],
    finding_ids uuid[], summary jsonb, request_id text, actor text, event jsonb)),
e AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($4::jsonb) AS t(run_id uuid, evidence_id uuid,
    dataset_version_id uuid, kind text, payload jsonb, sha256 text)),
f AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($5::jsonb) AS t(run_id uuid, id uuid, dataset_version_id uuid,
    kind text, evidence_id uuid, is_material boolean, payload jsonb, sha256 text)),
l AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($6::jsonb)
    AS t(run_id uuid, id uuid, dataset_version_id uuid, finding_id uuid, evidence_id uuid)),
before AS MATERIALIZED (
  SELECT r.run_id FROM r,
    LATERAL (SELECT FROM run WHERE run.run_id = r.run_id OFFSET 0) s),
stored_e AS MATERIALIZED (
  SELECT e.*, s.evidence_id IS NOT NULL AS there,
    s.dataset_version_id <> e.dataset_version_id OR s.engine_id <> $1 OR s.kind <> e.kind
      AS collides,
    s.payload IS DISTINCT FROM e.payload OR s.sha256 <> e.sha256 AS differs
  FROM e LEFT JOIN LATERAL (
    SELECT * FROM evidence_records x WHERE x.evidence_id = e.evidence_id OFFSET 0) s ON true),
stored_f AS MATERIALIZED (
  SELECT f.*, s.finding_id IS NOT NULL AS there,
    s.dataset_version_id <> f.dataset_version_id OR s.engine_id <> $1 OR s.kind <> f.kind
      AS collides,
    s.payload IS DISTINCT FROM f.payload OR s.sha256 <> f.sha256
      OR s.evidence_id <> f.evidence_id OR s.is_material <> f.is_material AS differs
  FROM f LEFT JOIN LATERAL (
    SELECT * FROM finding_record x WHERE x.finding_id = f.id OFFSET 0) s ON true),
stored_l AS MATERIALIZED (
  SELECT l.*, s.link_id IS NOT NULL AS there,
    s.finding_id <> l.finding_id OR s.evidence_id <> l.evidence_id
      OR s.dataset_version_id <> l.dataset_version_id OR s.engine_id <> $1 AS differs
  FROM l LEFT JOIN LATERAL (
    SELECT * FROM finding_evidence_link x WHERE x.link_id = l.id OFFSET 0) s ON true),
bad AS MATERIALIZED (
  SELECT DISTINCT ON (run_id) * FROM (
    SELECT run_id, 1 AS rank, 'evidence_id_collision' AS reason, evidence_id AS id FROM stored_e
      WHERE there AND collides
    UNION ALL SELECT run_id, 2, 'evidence_payload_mismatch', evidence_id FROM stored_e
      WHERE CASE WHEN there THEN differs ELSE run_id IN (SELECT run_id FROM before) END
    UNION ALL SELECT run_id, 3, 'finding_id_collision', id FROM stored_f WHERE there AND collides
    UNION ALL SELECT run_id, 4, 'finding_payload_mismatch', id FROM stored_f
      WHERE CASE WHEN there THEN differs ELSE run_id IN (SELECT run_id FROM before) END
    UNION ALL SELECT run_id, 5, 'link_mismatch', id FROM stored_l
      WHERE CASE WHEN there THEN differs ELSE run_id IN (SELECT run_id FROM before) END
  ) found ORDER BY run_id, rank, id),
go AS MATERIALIZED (
  SELECT * FROM r WHERE run_id NOT IN (SELECT run_id FROM bad)
    AND run_id NOT IN (SELECT run_id FROM before)),
new_e AS (
  INSERT INTO evidence_records
    (evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256)
  SELECT DISTINCT ON (evidence_id) evidence_id, kind, dataset_version_id, $1, $2, payload, sha256
    FROM stored_e WHERE NOT there AND run_id IN (SELECT run_id FROM go) ORDER BY evidence_id
  ON CONFLICT DO NOTHING RETURNING 1),
new_f AS (
  INSERT INTO finding_record (finding_id, kind, dataset_version_id, engine_id, evidence_id,
    is_material, payload, sha256)
  SELECT DISTINCT ON (id) id, kind, dataset_version_id, $1, evidence_id, is_material, payload, sha256
    FROM stored_f WHERE NOT there AND run_id IN (SELECT run_id FROM go) ORDER BY id
  ON CONFLICT DO NOTHING RETURNING 1),
new_l AS (
  INSERT INTO finding_evidence_link
    (link_id, finding_id, evidence_id, dataset_version_id, engine_id)
  SELECT DISTINCT ON (id) id, finding_id, evidence_id, dataset_version_id, $1
    FROM stored_l WHERE NOT there AND run_id IN (SELECT run_id FROM go) ORDER BY id
  ON CONFLICT DO NOTHING RETURNING 1),
new_run AS (
  INSERT INTO run (run_id, dataset_version_id, engine_id, engine_version, started_at, parameters,
    exposure_evidence_id, evidence_ids, finding_ids, summary, request_id, created_by)
  SELECT run_id, dataset_version_id, $1, $2, started_at, parameters, exposure_evidence_id,
    evidence_ids, finding_ids, summary, request_id, actor FROM go ORDER BY run_id
  ON CONFLICT DO NOTHING RETURNING run_id),
new_audit AS (
  INSERT INTO audit_event (audit_event_id, type, actor, role, request_id, correlation_id,
    dataset_version_id, subject_id, details, created_at, sha256)
  SELECT (event->>'audit_event_id')::uuid, event->>'type', actor, event->>'role', request_id,
    event->>'correlation_id', dataset_version_id, run_id::text, event->'details',
    (event->>'created_at')::timestamptz, event->>'sha256' FROM new_run JOIN go USING (run_id)
  RETURNING 1)
SELECT r.run_id, before.run_id IS NOT NULL AS replayed, bad.reason, bad.id,
  CASE WHEN (SELECT count(*) FROM new_e) + (SELECT count(*) FROM new_f)
      + (SELECT count(*) FROM new_l) + (SELECT count(*) FROM new_run)
    <> (SELECT count(DISTINCT evidence_id) FROM stored_e JOIN go USING (run_id) WHERE NOT there)
      + (SELECT count(DISTINCT id) FROM stored_f JOIN go USING (run_id) WHERE NOT there)
      + (SELECT count(DISTINCT id) FROM stored_l JOIN go USING (run_id) WHERE NOT there)
      + (SELECT count(*) FROM go)
    THEN raise_written_meanwhile() END AS raced,
  (SELECT count(*)::int FROM new_e) AS new_evidence,
  (SELECT count(*)::int FROM new_f) AS new_findings, (SELECT count(*)::int FROM new_run) AS new_runs
FROM r LEFT JOIN before USING (run_id) LEFT JOIN bad USING (run_id)`;

const WRITTEN_MEANWHILE = "TS002";
const RETRIED = new Set([WRITTEN_MEANWHILE, "40001", "40P01"]);
const ATTEMPTS = 8;

type Row = {
  run_id: string; replayed: boolean; reason: RunConflict["reason"] | null; id: string;
  /** Of the whole statement, the same in every row. */
  new_evidence: number; new_findings: number; new_runs: number;
};

async function execute(orders: readonly RunOrder[]): Promise<Map<string, RunOutcome>> {
  const values = [ENGINE_ID, ENGINE_VERSION, JSON.stringify(orders.map(runRow)),
    ...recordsOf(orders)];
  const result = await pool().query<Row>({ name: "record-runs", text: STATEMENT, values });
  const written = result.rows[0];
  if (written) noteWritten(written);
  return new Map(result.rows.map((row) => [row.run_id, { replayed: row.replayed,
    conflict: row.reason === null ? null : { reason: row.reason, id: row.id } }]));
}

/** Evidence, findings and links of runs, as three JSON arrays. */
const recordsOf = (orders: readonly RunOrder[]): string[] =>
  (["evidence", "findings", "links"] as const).map((kind) =>
    `[${orders.map(({ texts }) => texts[kind]).join(",")}]`);

const runRow = ({ plan, source }: RunOrder) => ({
  run_id: plan.runId, dataset_version_id: plan.datasetVersionId, started_at: plan.startedAt,
  parameters: plan.parameters, exposure_evidence_id: plan.body.debt_exposure_evidence_id,
  evidence_ids: plan.evidence.map((record) => record.evidence_id),
  finding_ids: plan.findings.map((finding) => finding.id),
  summary: summaryOfPlan(plan), request_id: source.requestId, actor: source.actor,
  // Ids and counts only: an event outlives an erasure, the run's figures must not.
  event: auditForm({ type: "run.recorded", subjectId: plan.runId,
    datasetVersionId: plan.datasetVersionId, details: { started_at: plan.startedAt,
      scenarios: plan.evidence.length - 1, findings: plan.findings.length } }, source),
});

const summaryOfPlan = ({ body, findings }: RunPlan) => summaryOf(
  body.report.debt_exposure.net_exposure_after_recovery, body.report.stress_tests,
  findings.filter((finding) => finding.is_material).length);

/**
 * Which of some runs are stored with all their records, each equal in payload, hash and owner.
 * Reads what the run statement reads, and is spared what that has ready to write.
 */
const REPLAY_STATEMENT = `
SELECT run_id FROM run WHERE run_id = ANY($2::uuid[]) AND run_id NOT IN (
  SELECT e.run_id FROM jsonb_to_recordset($3::jsonb) AS e(run_id uuid, evidence_id uuid,
      dataset_version_id uuid, kind text, payload jsonb, sha256 text)
    LEFT JOIN LATERAL (
      SELECT * FROM evidence_records x WHERE x.evidence_id = e.evidence_id OFFSET 0) s ON true
    WHERE (s.dataset_version_id = e.dataset_version_id AND s.engine_id = $1 AND s.kind = e.kind
      AND s.payload = e.payload AND s.sha256 = e.sha256) IS NOT TRUE
  UNION ALL
  SELECT f.run_id FROM jsonb_to_recordset($4::jsonb) AS f(run_id uuid, id uuid,
      dataset_version_id uuid, kind text, evidence_id uuid, is_material boolean, payload jsonb,
      sha256 text)
    LEFT JOIN LATERAL (
      SELECT * FROM finding_record x WHERE x.finding_id = f.id OFFSET 0) s ON true
    WHERE (s.dataset_version_id = f.dataset_version_id AND s.engine_id = $1 AND s.kind = f.kind
      AND s.payload = f.payload AND s.sha256 = f.sha256 AND s.evidence_id = f.evidence_id
      AND s.is_material = f.is_material) IS NOT TRUE
  UNION ALL
  SELECT l.run_id FROM jsonb_to_recordset($5::jsonb)
      AS l(run_id uuid, id uuid, dataset_version_id uuid, finding_id uuid, evidence_id uuid)
    LEFT JOIN LATERAL (
      SELECT * FROM finding_evidence_link x WHERE x.link_id = l.id OFFSET 0) s ON true
    WHERE (s.finding_id = l.finding_id AND s.evidence_id = l.evidence_id
      AND s.dataset_version_id = l.dataset_version_id AND s.engine_id = $1) IS NOT TRUE)`;

async function replay(orders: readonly RunOrder[]): Promise<Map<string, RunOutcome>> {
  const values = [ENGINE_ID, orders.map(({ plan }) => plan.runId), ...recordsOf(orders)];
  const { rows } = await pool().query<{ run_id: string }>(
    { name: "replay-runs", text: REPLAY_STATEMENT, values });
  return new Map(rows.map((row) => [row.run_id, { replayed: true, conflict: null }]));
}

/**
 * Records runs with different ids in one transaction, or compares them with what is recorded.
 * Fails with SQL state TS003 when a version is no longer sealed.
 */
export async function recordRuns(orders: readonly RunOrder[]): Promise<Map<string, RunOutcome>> {
  const replayed = orders.every((order) => order.isKnown)
    ? await inSpan("replay-runs", { "todiscope.runs": orders.length }, () => replay(orders))
    : new Map<string, RunOutcome>();
  const left = orders.filter(({ plan }) => !replayed.has(plan.runId));
  return left.length === 0 ? replayed : new Map([...replayed, ...await compareAndWrite(left)]);
}

async function compareAndWrite(orders: readonly RunOrder[]): Promise<Map<string, RunOutcome>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inSpan("record-runs", { "todiscope.runs": orders.length },
        () => execute(orders));
    } catch (error) {
      if (attempt >= ATTEMPTS || !RETRIED.has(sqlState(error) ?? "")) throw error;
    }
  }
}
