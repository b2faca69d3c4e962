import type { TOLD_KINDS } from "@/lib/contract/evidence-log";
import type { PoolClient } from "./database";

type ToldKind = (typeof TOLD_KINDS)[number];
/** A row that no event tells of as it stands; or, `gone`, an event that tells of a row. */
export type Untold = { kind: ToldKind; id: string; gone: boolean };

/**
 * Pairs of rows and events: `row` and `event` have the columns that the others name. All is
 * compared as text or jsonb, so that no event, whatever somebody made of it, ends the comparison.
 */
type Pairs = { kind: ToldKind; row: string; event: string; on: string; id: string; same: string };

const iso = (time: string): string =>
  `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const events = (...types: string[]): string => `SELECT * FROM audit_event
  WHERE type IN (${types.map((type) => `'${type}'`).join(", ")})`;
/** A member of events that those of older releases lack. */
const ifTold = (member: string, column: string): string =>
  `coalesce(e.after ->> '${member}', ${column}) = ${column}`;

/** The state after the last change. Servers whose clocks differ may make two at nearly one time. */
const lastStates = (...types: string[]): string => `SELECT subject_id,
    jsonb_agg(jsonb_build_object('state', after, 'by', actor)) AS states
  FROM (SELECT *, max(created_at) OVER (PARTITION BY subject_id) AS last
    FROM (${events(...types)}) t) c
  WHERE created_at >= last - interval '5 s' GROUP BY subject_id`;
const setting = (
  table: string, id: string, by: string, state: string, types: readonly string[],
): Pairs => ({ kind: "setting", row: `SELECT *, ${id}::text AS subject FROM ${table}`,
  event: lastStates(...types), on: "e.subject_id = r.subject",
  id: `'${table} ' || coalesce(r.subject, e.subject_id)`,
  same: `EXISTS (SELECT FROM jsonb_array_elements(e.states) s WHERE s -> 'state' = ${state}
    AND (s ->> 'by' = r.${by} OR r.subject IS NULL))` });

const PAIRS: readonly Pairs[] = [
  { kind: "dataset_version", on: "e.subject_id = r.dataset_version_id::text",
    row: "SELECT * FROM dataset_version WHERE content_hash IS NOT NULL",
    event: events("dataset_version.sealed"),
    id: "coalesce(r.dataset_version_id::text, e.subject_id)",
    same: `r.content_hash = e.after ->> 'content_hash' AND r.raw_count::text = e.after ->> 'raw'
      AND r.normalized_count::text = e.after ->> 'normalized'
      AND r.rejected_count::text = e.after ->> 'rejected' AND r.status IN ('sealed', 'erased')` },
  { kind: "dataset_version", on: "e.subject_id = r.dataset_version_id::text",
    row: "SELECT * FROM dataset_version WHERE status = 'erased'",
    event: events("dataset_version.erased"),
    id: "coalesce(r.dataset_version_id::text, e.subject_id)",
    same: "r.status = 'erased' AND e.type IS NOT NULL" },
  { kind: "sign_off", row: "SELECT * FROM run_sign_off_step", event: events("run.signed_off"),
    on: "e.subject_id = r.run_id::text AND e.after ->> 'number' = r.number::text",
    id: "coalesce(r.run_id::text, e.subject_id) || ' step ' || " +
      "coalesce(r.number::text, e.after ->> 'number', '')",
    same: `r.step = e.after ->> 'state' AND r.signed_by = e.actor
      AND r.note IS NOT DISTINCT FROM e.reason
      AND ${iso("r.signed_at")} = e.after ->> 'signed_at' AND ${ifTold("person", "r.person")}` },
  // The state that lists filter by is that of the last step.
  { kind: "sign_off", row: "SELECT * FROM run_sign_off", on: "e.run_id = r.run_id",
    event: `SELECT DISTINCT ON (run_id) run_id, step FROM run_sign_off_step
      ORDER BY run_id, number DESC`,
    id: "coalesce(r.run_id, e.run_id)::text", same: "r.state = e.step" },
  { kind: "comment", row: `SELECT *, encode(sha256(convert_to(text, 'UTF8')), 'hex') AS hash
      FROM run_comment`, event: events("run.commented"),
    on: "e.after ->> 'comment_id' = r.run_comment_id::text",
    id: "coalesce(r.run_comment_id::text, e.after ->> 'comment_id', '')",
    same: `r.run_id::text = e.subject_id AND r.created_by = e.actor
      AND r.finding_id::text IS NOT DISTINCT FROM e.after ->> 'finding_id'
      AND ${ifTold("text_sha256", "r.hash")} AND ${ifTold("created_at", iso("r.created_at"))}` },
  { kind: "report", row: `SELECT f.*, v.dataset_version_id AS version FROM report_file f
      LEFT JOIN run USING (run_id) LEFT JOIN dataset_version v
        ON v.dataset_version_id = run.dataset_version_id AND v.dataset_id = f.dataset_id`,
    event: events("report.made"), on: "e.after ->> 'report_file_id' = r.report_file_id::text",
    id: "coalesce(r.report_file_id::text, e.after ->> 'report_file_id', '')",
    same: `r.run_id::text = e.subject_id AND r.version = e.dataset_version_id
      AND r.template = e.after ->> 'template' AND r.format = e.after ->> 'format'
      AND r.sha256 = e.after ->> 'sha256' AND r.bytes::text = e.after ->> 'bytes'
      AND ${ifTold("sign_off", "r.sign_off")} AND ${ifTold("job_id", "r.job_id::text")}` },
  { kind: "legal_hold", row: "SELECT * FROM legal_hold", event: events("legal_hold.placed"),
    on: "e.subject_id = r.legal_hold_id::text",
    id: "coalesce(r.legal_hold_id::text, e.subject_id)",
    same: `r.dataset_version_id = e.dataset_version_id AND r.reason = e.reason
      AND r.owner = e.after ->> 'owner' AND r.created_by = e.actor` },
  { kind: "legal_hold", row: `SELECT * FROM legal_hold WHERE released_at IS NOT NULL
      OR released_by IS NOT NULL OR release_reason IS NOT NULL`,
    event: events("legal_hold.released"), on: "e.subject_id = r.legal_hold_id::text",
    id: "coalesce(r.legal_hold_id::text, e.subject_id)",
    same: `r.released_at IS NOT NULL AND r.released_by = e.actor AND r.release_reason = e.reason
      AND r.dataset_version_id = e.dataset_version_id` },
  { kind: "scenario", row: `SELECT v.*, v.library_scenario_id::text AS subject,
      jsonb_build_object('scenario_id', l.scenario_id, 'description', v.description) || v.shocks
        || CASE WHEN v.segment_shocks IS NULL THEN '{}'
          ELSE jsonb_build_object('segment_shocks', v.segment_shocks) END AS scenario
      FROM scenario_version v LEFT JOIN library_scenario l USING (library_scenario_id)`,
    event: `SELECT *, CASE type WHEN 'scenario.created' THEN '1' ELSE details ->> 'number' END
      AS number FROM (${events("scenario.created", "scenario.version_created")}) t`,
    on: "e.subject_id = r.subject AND e.number = r.number::text",
    id: "coalesce(r.subject, e.subject_id) || ' version ' || " +
      "coalesce(r.number::text, e.number, '')",
    same: `r.name = e.after ->> 'name' AND r.note = e.after ->> 'note'
      AND to_jsonb(r.tags) = e.after -> 'tags' AND r.author = e.actor
      AND r.scenario = e.after -> 'scenario'` },
  { kind: "scenario", row: `SELECT d.*, v.library_scenario_id::text AS subject, v.number
      FROM scenario_decision d LEFT JOIN scenario_version v USING (scenario_version_id)
      WHERE d.state <> 'retired'`,
    event: `SELECT *, details ->> 'number' AS number FROM (${
      events("scenario.submitted", "scenario.approved", "scenario.rejected")}) t`,
    on: "e.subject_id = r.subject AND e.number = r.number::text AND e.type = 'scenario.' || r.state",
    id: "coalesce(r.subject, e.subject_id, '') || ' decision on version ' || " +
      "coalesce(r.number::text, e.number, '')",
    same: "r.decided_by = e.actor AND r.reason IS NOT DISTINCT FROM e.reason" },
  { kind: "kill_switch", row: "SELECT * FROM kill_switch_event",
    event: events("kill_switch.activated", "kill_switch.resumed"),
    on: "e.subject_id = r.kill_switch_event_id::text",
    id: "coalesce(r.kill_switch_event_id::text, e.subject_id)",
    same: `'kill_switch.' || r.action = e.type AND r.actor = e.actor AND r.reason = e.reason
      AND r.trigger = coalesce(e.details ->> 'trigger', e.details ->> 'source')
      AND coalesce(r.checklist, 'null') = coalesce(e.details -> 'checklist', 'null')` },
  setting("kpi_settings", "dataset_id", "changed_by",
    "jsonb_build_object('tangible_equity', r.tangible_equity, 'limits', r.limits)",
    ["kpi_settings.changed"]),
  setting("quality_settings", "dataset_id", "changed_by", `jsonb_build_object(
    'built_ins', r.built_ins, 'rules', r.rules, 'tolerances', r.tolerances)`,
  ["quality_rules.changed"]),
  setting("retention_rule", "dataset_id", "changed_by", `jsonb_build_object(
    'mode', r.mode, 'keep_newest', r.keep_newest, 'keep_months', r.keep_months)`,
  ["retention.changed"]),
  setting("feature_flag", "flag", "updated_by",
    "jsonb_build_object('stored', coalesce(r.value, 'null'))", ["feature_flag.changed"]),
  setting("engine_override", "engine_id", "changed_by",
    "jsonb_build_object('disabled', r.disabled)", ["engine.enabled", "engine.disabled"]),
];

/** How many rows were held against their events, and those that are not what these say. */
export async function compareWithEvents(
  client: PoolClient,
): Promise<{ checked: number; untold: Untold[] }> {
  let checked = 0;
  const untold: Untold[] = [];
  for (const { kind, row, event, on, id, same } of PAIRS) {
    const { rows } = await client.query<{ checked: number; bad: { id: string; gone: boolean }[] }>(
      `SELECT count(*)::int AS checked, coalesce(jsonb_agg(jsonb_build_object('id', id, 'gone', gone)
         ORDER BY id) FILTER (WHERE bad), '[]') AS bad
       FROM (SELECT ${id} AS id, r IS NULL AS gone, (${same}) IS NOT TRUE AS bad
         FROM (${row}) r FULL JOIN (${event}) e ON ${on}) p`);
    checked += rows[0]?.checked ?? 0;
    untold.push(...(rows[0]?.bad ?? []).map((each) => ({ kind, ...each })));
  }
  return { checked, untold };
}
