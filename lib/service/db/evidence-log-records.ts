import { recordHash, type LogEntry } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { pool, type PoolClient } from "./database";
import { logTable, TABLE_KINDS, type TableKind } from "./evidence-log";

/** Records made at one time or later, and before another. */
export type LogWindow = { from: Date; to: Date };
/** What the log is about to say of a record. */
export type Taken = Omit<LogEntry, "index">;
/** Some records of a kind, and where to go on behind them. */
export type TakenBatch = { taken: Taken[]; after: LogPlace; more: boolean };
/** A place in the order in which a kind is taken up: by time, then id. */
export type LogPlace = { at: string; id: string };

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
export const placeAt = (at: Date): LogPlace => ({ at: at.toISOString(), id: FIRST_ID });

/**
 * A row as texts of the database, id and time first. Nearly all that a leaf costs was to make
 * dates, arrays and named members of them.
 */
type TextRow = readonly (string | null)[];
const AS_TEXT = { getTypeParser: () => (text: string) => text };
const utc = (column: string): string => `r.${column} AT TIME ZONE 'UTC'`;

const READING: { [K in TableKind]: { columns: string; take: (row: TextRow) => Taken } } = {
  evidence: {
    columns: "r.kind, r.dataset_version_id, r.engine_id, r.engine_version, r.sha256",
    take: (row) => {
      const [id, at, kind, dataset_version_id, engine_id, engine_version, sha256] =
        row as string[] as [string, string, string, string, string, string, string];
      return { kind: "evidence", id, content_sha256: sha256, record_sha256: recordHash("evidence", {
        evidence_id: id, kind, dataset_version_id, engine_id, engine_version, sha256,
        created_at: isoTime(at) }) };
    },
  },
  finding: {
    columns: "r.kind, r.dataset_version_id, r.engine_id, r.evidence_id, r.is_material, r.sha256",
    take: (row) => {
      const [id, at, kind, dataset_version_id, engine_id, evidence_id, material, sha256] =
        row as string[] as [string, string, string, string, string, string, string, string];
      return { kind: "finding", id, content_sha256: sha256, record_sha256: recordHash("finding", {
        finding_id: id, kind, dataset_version_id, engine_id, evidence_id, sha256,
        is_material: material === "t", created_at: isoTime(at) }) };
    },
  },
  run: {
    columns: `r.dataset_version_id, r.engine_id, r.engine_version, ${utc("started_at")},
      r.parameters, r.exposure_evidence_id, r.evidence_ids, r.finding_ids, r.request_id,
      r.created_by, r.summary`,
    take: (row) => {
      const [id, at, dataset_version_id, engine_id, engine_version, started, parameters, exposure,
        evidence, findings, request_id, created_by] = row as string[] as [string, string, string,
        string, string, string, string, string, string, string, string, string];
      const summary = row.at(-1) ?? null;
      return { kind: "run", id, record_sha256: recordHash("run", { run_id: id, dataset_version_id,
        engine_id, engine_version, started_at: isoTime(started),
        parameters: JSON.parse(parameters) as Json, exposure_evidence_id: exposure,
        evidence_ids: idsOf(evidence), finding_ids: idsOf(findings), request_id,
        created_at: isoTime(at), created_by }),
      content_sha256: summary === null ? null : canonicalHash(JSON.parse(summary) as Json) };
    },
  },
};

const idsOf = (array: string): string[] => array === "{}" ? [] : array.slice(1, -1).split(",");

/** Runs of a statement have one time, and each of them four or more records. */
let lastTime = { text: "", iso: "" };
const PLAIN_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?$/;

/** The ISO form of a time as PostgreSQL writes it, without the zeros at its end. */
function isoTime(text: string): string {
  if (lastTime.text === text) return lastTime.iso;
  const [day, time = ""] = text.split(" ");
  const iso = PLAIN_TIME.test(text)
    ? `${day}T${time.length === 8 ? `${time}.000` : time.padEnd(12, "0")}Z`
    : new Date(`${text}Z`).toISOString();
  lastTime = { text, iso };
  return iso;
}

const isUnlogged = (kind: TableKind): string => `NOT EXISTS (SELECT 1 FROM log_leaf l
  WHERE l.record_id = r.${logTable(kind).id} AND l.kind = '${kind}' OFFSET 0)`;

/**
 * Records of a kind behind a place and before a time. Where the log may have some of them they are
 * looked up in it, by a plan of its own for each: one made while the log was small reads it whole.
 */
export async function readUnlogged(
  client: PoolClient, kind: TableKind, { after, to, limit, isFresh }:
  { after: LogPlace; to: Date; limit: number; isFresh: boolean },
): Promise<TakenBatch> {
  const { table, id } = logTable(kind);
  const { columns, take } = READING[kind];
  const { rows } = await client.query<string[]>({ rowMode: "array", types: AS_TEXT,
    ...isFresh && { name: `log-${kind}` },
    text: `SELECT r.${id}, ${utc("created_at")}, ${columns} FROM ${table} r
      WHERE r.created_at >= $1 AND r.created_at < $3 AND (r.created_at, r.${id}) > ($1, $2::uuid)
        ${isFresh ? "" : `AND ${isUnlogged(kind)}`}
      ORDER BY r.created_at, r.${id} LIMIT $4`, values: [after.at, after.id, to, limit] });
  const last = rows.at(-1);
  return { taken: rows.map(take), more: rows.length === limit,
    after: last ? { at: isoTime(last[1] as string), id: last[0] as string } : after };
}

const LAST_AUDIT = `coalesce((SELECT c.position FROM log_leaf l
  JOIN audit_chain c ON c.audit_event_id = l.record_id WHERE l.kind = 'audit'
  ORDER BY l.leaf_index DESC LIMIT 1), 0)`;

/** Audit events follow their chain: its sequencer found what was committed. */
export async function readUnloggedEvents(client: PoolClient, limit: number): Promise<Taken[]> {
  const { rows } = await client.query<[string, string]>({ rowMode: "array", types: AS_TEXT,
    text: `SELECT c.audit_event_id, c.event_sha256 FROM audit_chain c
      WHERE c.position > ${LAST_AUDIT} AND NOT EXISTS (SELECT 1 FROM log_leaf l
        WHERE l.record_id = c.audit_event_id AND l.kind = 'audit' OFFSET 0)
      ORDER BY c.position LIMIT $1`, values: [limit] });
  return rows.map(([id, record_sha256]) =>
    ({ kind: "audit", id, record_sha256, content_sha256: null }));
}

/** Whether there is any record in a window, or any event that is not in the log: cheap to ask. */
export async function isAnyWaiting({ from, to }: LogWindow): Promise<boolean> {
  const { rows } = await pool().query<{ any: boolean }>({ name: "log-any", text: `SELECT ${[
    ...TABLE_KINDS.map((kind) => `EXISTS (SELECT FROM ${logTable(kind).table}
      WHERE created_at >= $1 AND created_at < $2)`),
    `EXISTS (SELECT FROM audit_chain WHERE position > ${LAST_AUDIT})`].join(" OR ")} AS any`,
  values: [from, to] });
  return rows[0]?.any ?? true;
}

/** How many records, from `since` on, and linked events wait for the log; up to `limit` of each. */
export async function countWaitingForLog(since: Date, limit: number): Promise<number> {
  const { rows } = await pool().query<{ waiting: number }>(`SELECT sum(n)::int AS waiting FROM (${[
    ...TABLE_KINDS.map((kind) => `SELECT count(*) AS n FROM (SELECT 1
      FROM ${logTable(kind).table} r
      WHERE r.created_at >= $1 AND ${isUnlogged(kind)} LIMIT $2) w`),
    `SELECT count(*) AS n FROM (SELECT 1 FROM audit_chain
      WHERE position > ${LAST_AUDIT} LIMIT $2) w`].join(" UNION ALL ")}) m`, [since, limit]);
  return rows[0]?.waiting ?? 0;
}

/** When the oldest record that is not in the log was made; reads the tables whole. */
export async function oldestUnsequenced(): Promise<Date | null> {
  const { rows } = await pool().query<{ at: Date | null }>(`SELECT min(at) AS at FROM (${
    TABLE_KINDS.map((kind) => `SELECT min(created_at) AS at FROM ${logTable(kind).table} r
      WHERE NOT EXISTS (SELECT 1 FROM log_leaf l
        WHERE l.record_id = r.${logTable(kind).id} AND l.kind = '${kind}')`)
      .join(" UNION ALL ")}) m`);
  return rows[0]?.at ?? null;
}

/** Transactions under way in this database that may have written, with when they began. */
export type Running = { now: Date; running: { key: string; since: Date }[] };

/**
 * The database's time and the transactions under way: what one of them wrote carries a time from
 * its beginning on, and is found only once it has ended. Asked for outside a transaction: within
 * one the answer would not change.
 */
export async function runningTransactions(): Promise<Running> {
  const { rows } = await pool().query<{ now: Date; pid: number | null; since: Date | null }>(
    `SELECT clock_timestamp() AS now, a.pid, a.xact_start AS since
     FROM (SELECT 1) one LEFT JOIN pg_stat_activity a ON a.datname = current_database()
       AND a.backend_type = 'client backend' AND a.xact_start IS NOT NULL
       AND a.pid <> pg_backend_pid() AND a.xact_start < clock_timestamp() - interval '1 second'`);
  return { now: rows[0]?.now ?? new Date(0), running: rows.flatMap(({ pid, since }) =>
    pid === null || since === null ? [] : [{ key: `${pid}/${since.getTime()}`, since }]) };
}
