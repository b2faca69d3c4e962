import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { auditForm, type AuditSource } from "../audit/audit";
import { noteWritten } from "../platform/metrics";
import { summaryOf, type PlannedRun, type RunPlan } from "../stress/run-plan";
import { inSpan } from "../platform/tracing";
import { pool, sqlState } from "./database";

/** What stands in the way of a run: a stored record that is not what the engine computes. */
export type RunConflict = { reason: (typeof CONFLICTS)[number]; id: string };
export type RunOutcome = { replayed: boolean; conflict: RunConflict | null };
/** A computed run with who asked for it, and whether it is known to have been recorded. */
export type RunOrder = PlannedRun & { source: AuditSource; isKnown: boolean };

/** In the order in which they are looked for; of several, a run is refused for the first. */
const CONFLICTS = ["evidence_id_collision", "evidence_payload_mismatch", "finding_id_collision",
  "finding_payload_mismatch", "link_mismatch"] as const;

/**
 * One statement for one or more runs, so one transaction and one round trip: reads what is stored
 * under the runs' ids, compares it with what the engine computed, and writes what is missing of
 * each run that agrees with all of it. A record that another transaction writes at the same time
 * was not compared: inserting it as well violates its key, nothing is written, and the statement
 * is asked again. `bad` is the number of the conflict that a record makes, from 1.
 *
 * `OFFSET 0` keeps each look-up a look-up by id. As a plain join it is planned once, while the
 * tables are small, as a scan of all of them, and grows slow with every run that is recorded.
 * Runs that were recorded before their instruments were have no evidence of them, and name none.
 * Arrays in place of joins between the parts: starting the plan's nodes costs more than they do.
 */
const STATEMENT = `
WITH r AS MATERIALIZED (
  SELECT t.*, s.there IS NOT NULL AS there, s.named FROM jsonb_to_recordset($3::jsonb) AS t(run_id uuid,
    dataset_version_id uuid, started_at timestamptz, parameters jsonb, exposure_evidence_id uuid,
    evidence_ids uuid[], finding_ids uuid[], summary jsonb, request_id text, actor text,
    event jsonb)
  LEFT JOIN LATERAL (SELECT true AS there, run.evidence_ids AS named
    FROM run WHERE run.run_id = t.run_id OFFSET 0) s ON true),
stored_e AS MATERIALIZED (
  SELECT e.*, s.evidence_id IS NOT NULL AS there, CASE
    WHEN s.evidence_id IS NULL
      THEN CASE WHEN e.run_id = ANY (ARRAY(SELECT run_id FROM r WHERE there)) AND NOT (
        e.payload->>'analysis' = 'run-instruments' AND e.evidence_id <> ALL (ARRAY(
          SELECT unnest(named) FROM r WHERE r.run_id = e.run_id))) IS TRUE THEN 2 END
    WHEN s.dataset_version_id <> e.dataset_version_id OR s.engine_id <> $1 OR s.kind <> e.kind
      THEN 1
    WHEN s.payload IS DISTINCT FROM e.payload OR s.sha256 <> e.sha256 THEN 2 END AS bad
  FROM jsonb_to_recordset($4::jsonb) AS e(run_id uuid, evidence_id uuid, dataset_version_id uuid,
    kind text, payload jsonb, sha256 text)
  LEFT JOIN LATERAL (
    SELECT * FROM evidence_records x WHERE x.evidence_id = e.evidence_id OFFSET 0) s ON true),
stored_f AS MATERIALIZED (
  SELECT f.*, s.finding_id IS NOT NULL AS there, CASE
    WHEN s.finding_id IS NULL
      THEN CASE WHEN f.run_id = ANY (ARRAY(SELECT run_id FROM r WHERE there)) THEN 4 END
    WHEN s.dataset_version_id <> f.dataset_version_id OR s.engine_id <> $1 OR s.kind <> f.kind
      THEN 3
    WHEN s.payload IS DISTINCT FROM f.payload OR s.sha256 <> f.sha256
      OR s.evidence_id <> f.evidence_id OR s.is_material <> f.is_material THEN 4 END AS bad
  FROM jsonb_to_recordset($5::jsonb) AS f(run_id uuid, id uuid, dataset_version_id uuid,
    kind text, evidence_id uuid, is_material boolean, payload jsonb, sha256 text)
  LEFT JOIN LATERAL (
    SELECT * FROM finding_record x WHERE x.finding_id = f.id OFFSET 0) s ON true),
stored_l AS MATERIALIZED (
  SELECT l.*, s.link_id IS NOT NULL AS there, CASE
    WHEN s.link_id IS NULL
      THEN CASE WHEN l.run_id = ANY (ARRAY(SELECT run_id FROM r WHERE there)) THEN 5 END
    WHEN s.finding_id <> l.finding_id OR s.evidence_id <> l.evidence_id
      OR s.dataset_version_id <> l.dataset_version_id OR s.engine_id <> $1 THEN 5 END AS bad
  FROM jsonb_to_recordset($6::jsonb)
    AS l(run_id uuid, id uuid, dataset_version_id uuid, finding_id uuid, evidence_id uuid)
  LEFT JOIN LATERAL (
    SELECT * FROM finding_evidence_link x WHERE x.link_id = l.id OFFSET 0) s ON true),
bad AS MATERIALIZED (
  SELECT DISTINCT ON (run_id) run_id, bad, id FROM (
    SELECT run_id, bad, evidence_id AS id FROM stored_e WHERE bad IS NOT NULL
    UNION ALL SELECT run_id, bad, id FROM stored_f WHERE bad IS NOT NULL
    UNION ALL SELECT run_id, bad, id FROM stored_l WHERE bad IS NOT NULL
  ) found ORDER BY run_id, bad, id),
go AS MATERIALIZED (
  SELECT * FROM r WHERE NOT there AND run_id <> ALL (ARRAY(SELECT run_id FROM bad))),
new_e AS (
  INSERT INTO evidence_records
    (evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256)
  SELECT DISTINCT ON (evidence_id) evidence_id, kind, dataset_version_id, $1, $2, payload, sha256
    FROM stored_e WHERE NOT there AND run_id = ANY (ARRAY(SELECT run_id FROM go))
    ORDER BY evidence_id
  RETURNING 1),
new_f AS (
  INSERT INTO finding_record (finding_id, kind, dataset_version_id, engine_id, evidence_id,
    is_material, payload, sha256)
  SELECT DISTINCT ON (id) id, kind, dataset_version_id, $1, evidence_id, is_material, payload, sha256
    FROM stored_f WHERE NOT there AND run_id = ANY (ARRAY(SELECT run_id FROM go)) ORDER BY id
  RETURNING 1),
new_l AS (
  INSERT INTO finding_evidence_link
    (link_id, finding_id, evidence_id, dataset_version_id, engine_id)
  SELECT DISTINCT ON (id) id, finding_id, evidence_id, dataset_version_id, $1
    FROM stored_l WHERE NOT there AND run_id = ANY (ARRAY(SELECT run_id FROM go)) ORDER BY id),
new_run AS (
  INSERT INTO run (run_id, dataset_version_id, engine_id, engine_version, started_at, parameters,
    exposure_evidence_id, evidence_ids, finding_ids, summary, request_id, created_by)
  SELECT run_id, dataset_version_id, $1, $2, started_at, parameters, exposure_evidence_id,
    evidence_ids, finding_ids, summary, request_id, actor FROM go ORDER BY run_id),
new_audit AS (
  INSERT INTO audit_event (audit_event_id, type, actor, role, request_id, correlation_id,
    dataset_version_id, subject_id, details, created_at, sha256)
  SELECT (event->>'audit_event_id')::uuid, event->>'type', actor, event->>'role', request_id,
    event->>'correlation_id', dataset_version_id, run_id::text, event->'details',
    (event->>'created_at')::timestamptz, event->>'sha256' FROM go)
SELECT r.run_id, r.there AS replayed, bad.bad, bad.id,
  (SELECT count(*)::int FROM new_e) AS new_evidence,
  (SELECT count(*)::int FROM new_f) AS new_findings, (SELECT count(*)::int FROM go) AS new_runs
FROM r LEFT JOIN bad USING (run_id)`;

/** Unique violation, serialization failure, deadlock. */
const RETRIED = new Set(["23505", "40001", "40P01"]);
const ATTEMPTS = 8;

type Row = {
  run_id: string; replayed: boolean; bad: number | null; id: string;
  /** Of the whole statement, the same in every row. */
  new_evidence: number; new_findings: number; new_runs: number;
};

async function execute(orders: readonly RunOrder[]): Promise<Map<string, RunOutcome>> {
  const values = [ENGINE_ID, ENGINE_VERSION, JSON.stringify(orders.map(runRow)),
    ...recordsOf(orders)];
  const result = await pool().query<Row>({ name: "record-runs", text: STATEMENT, values });
  const written = result.rows[0];
  if (written) noteWritten(written);
  return new Map(result.rows.map((row) => [row.run_id,
    { replayed: row.replayed, conflict: conflictOf(row) }]));
}

function conflictOf({ bad, id }: Row): RunConflict | null {
  const reason = bad === null ? undefined : CONFLICTS[bad - 1];
  return reason ? { reason, id } : null;
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
      scenarios: plan.parameters.stress_scenarios.length, findings: plan.findings.length,
      ...(plan.body.group_evidence && { groups: plan.body.group_evidence.length }),
      ...(plan.instruments > 0 && { instruments: plan.instruments }) } }, source),
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
