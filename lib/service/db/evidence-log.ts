import {
  LogAppender, logLeaf, LOWEST_KEPT, merkleRoot, partsOf, rangeHash, recordHash, type LogEntry,
  type LoggedColumns, type LogKind, type NodeWithHash, type TreeNode,
} from "@/lib/evidence";
import { assert } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { inTransaction, pool, type PoolClient } from "./database";

/** Held while the log grows or a checkpoint is signed: one process at a time. */
const LOCK = 7_305_211_907;

type Queryable = Pick<PoolClient, "query">;

/** How many leaves the log has. */
export async function logSize(on: Queryable = pool()): Promise<number> {
  const { rows } = await on.query<{ size: string }>(
    "SELECT coalesce(max(leaf_index) + 1, 0) AS size FROM log_leaf");
  return Number(rows[0]?.size);
}

const keyOf = ({ level, index }: TreeNode): string => `${level}/${index}`;

/** The hashes of complete subtrees: those that are kept, others folded from their leaves. */
export async function nodeHashes(
  nodes: readonly TreeNode[], on: Queryable = pool(),
): Promise<(node: TreeNode) => Uint8Array> {
  const kept = nodes.filter(({ level }) => level >= LOWEST_KEPT);
  const folded = nodes.filter(({ level }) => level < LOWEST_KEPT);
  const leavesOf = ({ level, index }: TreeNode): number[] =>
    Array.from({ length: 2 ** level }, (_, at) => index * 2 ** level + at);
  const stored = kept.length === 0 ? [] : (await on.query<{
    level: number; node_index: string; hash: Uint8Array }>(
    `SELECT n.level, n.node_index, n.hash FROM unnest($1::int[], $2::bigint[]) AS t(l, i)
     JOIN log_node n ON n.level = t.l AND n.node_index = t.i`,
    [kept.map(({ level }) => level), kept.map(({ index }) => index)])).rows;
  const leaves = folded.length === 0 ? [] : (await on.query<{
    leaf_index: string; leaf_hash: Uint8Array }>(
    "SELECT leaf_index, leaf_hash FROM log_leaf WHERE leaf_index = ANY($1::bigint[])",
    [folded.flatMap(leavesOf)])).rows;
  const known = new Map<string, Uint8Array>([
    ...stored.map((row) => [`${row.level}/${row.node_index}`, row.hash] as const),
    ...leaves.map((row) => [`0/${row.leaf_index}`, row.leaf_hash] as const)]);
  const found = (key: string): Uint8Array => {
    const hash = known.get(key);
    if (!hash) throw new LogDamaged(key);
    return hash;
  };
  return (node) => node.level >= LOWEST_KEPT ? found(keyOf(node))
    : merkleRoot(leavesOf(node).map((index) => found(`0/${index}`)));
}

/** A part of the tree is gone; a verification says which. */
export class LogDamaged extends Error {
  override name = "LogDamaged";
  constructor(readonly part: string) { super(`the evidence log lacks its part ${part}`); }
}

/** The root of the log's first `size` leaves. @throws LogDamaged */
export async function rootAt(size: number, on: Queryable = pool()): Promise<Uint8Array> {
  const range = { from: 0, to: size };
  return rangeHash(range, await nodeHashes(partsOf(range), on));
}

/** A place in the order in which a kind is taken up. */
export type LogPlace = { at: Date; id: string };
type Waiting = Omit<LogEntry, "index"> & { at: Date };

/** The columns of each kind in SQL; times as PostgreSQL gives them. */
const TABLES = {
  evidence: { table: "evidence_records", id: "evidence_id", columns: `r.evidence_id, r.kind,
    r.dataset_version_id, r.engine_id, r.engine_version, r.sha256, r.created_at` },
  finding: { table: "finding_record", id: "finding_id", columns: `r.finding_id, r.kind,
    r.dataset_version_id, r.engine_id, r.evidence_id, r.is_material, r.sha256, r.created_at` },
  run: { table: "run", id: "run_id", columns: `r.run_id, r.dataset_version_id, r.engine_id,
    r.engine_version, r.started_at, r.parameters, r.exposure_evidence_id, r.evidence_ids,
    r.finding_ids, r.summary, r.request_id, r.created_at, r.created_by` },
} as const;
export type TableKind = keyof typeof TABLES;
export const TABLE_KINDS = Object.keys(TABLES) as TableKind[];
export const logTable = (kind: TableKind) => TABLES[kind];

export type StoredColumns = { [name: string]: unknown; created_at: Date };

/** The hash over the columns of a stored record. */
export function columnsHash(kind: TableKind, row: StoredColumns): string {
  const columns: Record<string, unknown> = { ...row, created_at: row.created_at.toISOString() };
  if (row.started_at instanceof Date) columns.started_at = row.started_at.toISOString();
  return recordHash(kind, columns as unknown as LoggedColumns[TableKind]);
}

/** The hash of what an erasure takes: that of the payload is a column, that of a summary is not. */
const contentOf = (kind: TableKind, row: StoredColumns): string | null =>
  kind !== "run" ? row.sha256 as string
    : row.summary === null ? null : canonicalHash(row.summary as Json);

/** `OFFSET 0`: see audit-chain.ts. */
const unsequenced = (kind: TableKind): string => `FROM ${TABLES[kind].table} r LEFT JOIN LATERAL (
  SELECT 1 AS there FROM log_leaf l WHERE l.record_id = r.${TABLES[kind].id} AND l.kind = '${kind}'
  OFFSET 0) s ON true`;

/** When the oldest record that is not in the log was made; reads the tables whole. */
export async function oldestUnsequenced(): Promise<Date | null> {
  const { rows } = await pool().query<{ at: Date | null }>(`SELECT min(at) AS at FROM (${
    TABLE_KINDS.map((kind) => `SELECT min(created_at) AS at FROM ${TABLES[kind].table} r
      WHERE NOT EXISTS (SELECT 1 FROM log_leaf l
        WHERE l.record_id = r.${TABLES[kind].id} AND l.kind = '${kind}')`).join(" UNION ALL ")}) m`);
  return rows[0]?.at ?? null;
}

const LAST_AUDIT = `SELECT coalesce((SELECT c.position FROM log_leaf l
  JOIN audit_chain c ON c.audit_event_id = l.record_id WHERE l.kind = 'audit'
  ORDER BY l.leaf_index DESC LIMIT 1), 0)`;

/** How many records, from `since` on, and linked events wait for the log; up to `limit` of each. */
export async function countWaitingForLog(since: Date, limit: number): Promise<number> {
  const { rows } = await pool().query<{ waiting: number }>(`SELECT sum(n)::int AS waiting FROM (${[
    ...TABLE_KINDS.map((kind) => `SELECT count(*) AS n FROM (SELECT 1 ${unsequenced(kind)}
      WHERE r.created_at >= $1 AND s.there IS NULL LIMIT $2) w`),
    `SELECT count(*) AS n FROM (SELECT 1 FROM audit_chain
      WHERE position > (${LAST_AUDIT}) LIMIT $2) w`].join(" UNION ALL ")}) m`, [since, limit]);
  return rows[0]?.waiting ?? 0;
}

async function waitingOf(
  client: PoolClient, kind: TableKind, after: LogPlace, limit: number,
): Promise<Waiting[]> {
  const { id, columns } = TABLES[kind];
  const { rows } = await client.query<StoredColumns>(`SELECT ${columns} ${unsequenced(kind)}
    WHERE (r.created_at, r.${id}) > ($1::timestamptz, $2::uuid) AND s.there IS NULL
    ORDER BY r.created_at, r.${id} LIMIT $3`, [after.at, after.id, limit]);
  return rows.map((row) => ({ kind, id: row[id] as string, record_sha256: columnsHash(kind, row),
    content_sha256: contentOf(kind, row), at: row.created_at }));
}

/** Audit events follow their chain: its sequencer found what was committed. */
async function waitingEvents(client: PoolClient, limit: number): Promise<Waiting[]> {
  const { rows } = await client.query<{ audit_event_id: string; event_sha256: string }>(
    `SELECT c.audit_event_id, c.event_sha256 FROM audit_chain c
     WHERE c.position > (${LAST_AUDIT}) AND NOT EXISTS (
       SELECT 1 FROM log_leaf l WHERE l.record_id = c.audit_event_id AND l.kind = 'audit')
     ORDER BY c.position LIMIT $1`, [limit]);
  return rows.map((row) => ({ kind: "audit" as const, id: row.audit_event_id, at: new Date(0),
    record_sha256: row.event_sha256, content_sha256: null }));
}

export type LogGrowth = { count: number; after: Record<TableKind, LogPlace>; more: boolean };

/**
 * Appends up to `limit` committed records of each kind that are not in the log, oldest first.
 * @returns what was appended and where to go on, or null when another process is at it.
 */
export const growLog = (
  after: Record<TableKind, LogPlace>, limit: number,
): Promise<LogGrowth | null> => inTransaction(async (client) => {
  if (!await lockLog(client)) return null;
  const waiting: Waiting[] = [];
  const next = { ...after };
  let more = false;
  for (const kind of TABLE_KINDS) {
    const found = await waitingOf(client, kind, after[kind], limit);
    const last = found.at(-1);
    if (last) next[kind] = { at: last.at, id: last.id };
    more ||= found.length === limit;
    waiting.push(...found);
  }
  const events = await waitingEvents(client, limit);
  more ||= events.length === limit;
  waiting.push(...events);
  if (waiting.length > 0) await append(client, waiting);
  return { count: waiting.length, after: next, more };
});

async function lockLog(client: PoolClient): Promise<boolean> {
  const lock = await client.query<{ got: boolean }>(
    "SELECT pg_try_advisory_xact_lock($1) AS got", [LOCK]);
  return lock.rows[0]?.got === true;
}

async function append(client: PoolClient, waiting: readonly Waiting[]): Promise<void> {
  const size = await logSize(client);
  const peaks = partsOf({ from: 0, to: size });
  const appender = new LogAppender(size, peaks.map(await nodeHashes(peaks, client)));
  const hashes = waiting.map(({ kind, id, record_sha256, content_sha256 }, at) => {
    const hash = logLeaf({ index: size + at, kind, id, record_sha256, content_sha256 });
    appender.append(hash);
    return Buffer.from(hash);
  });
  await client.query(`INSERT INTO log_leaf
    (leaf_index, kind, record_id, record_sha256, content_sha256, leaf_hash)
    SELECT $1 + place - 1, kind, id, decode(record, 'hex'), decode(content, 'hex'), hash
    FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::bytea[])
      WITH ORDINALITY AS t(kind, id, record, content, hash, place)`,
  [size, waiting.map(({ kind }) => kind), waiting.map(({ id }) => id),
    waiting.map(({ record_sha256 }) => record_sha256),
    waiting.map(({ content_sha256 }) => content_sha256), hashes]);
  await insertNodes(client, appender.completed);
}

async function insertNodes(client: PoolClient, nodes: readonly NodeWithHash[]): Promise<void> {
  if (nodes.length === 0) return;
  await client.query(`INSERT INTO log_node (level, node_index, hash)
    SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])`,
  [nodes.map(({ level }) => level), nodes.map(({ index }) => index),
    nodes.map(({ hash }) => Buffer.from(hash))]);
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

/** Runs `work` while no process appends; waits for one that does, which is soon done. */
export const whileLogStands = <T>(
  work: (client: PoolClient, size: number) => Promise<T>,
): Promise<T> => inTransaction(async (client) => {
  await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
  return work(client, await logSize(client));
});

/** The entries of some records, in their order; what is not in the log has none. */
export async function entriesOf(
  records: readonly { kind: LogKind; id: string }[], on: Queryable = pool(),
): Promise<(LogEntry | null)[]> {
  const { rows } = await on.query<{ leaf_index: string; kind: LogKind; record_id: string;
    record_sha256: Buffer; content_sha256: Buffer | null }>(
    `SELECT l.leaf_index, l.kind, l.record_id, l.record_sha256, l.content_sha256
     FROM unnest($1::text[], $2::uuid[]) AS t(k, i)
     JOIN log_leaf l ON l.record_id = t.i AND l.kind = t.k`,
    [records.map(({ kind }) => kind), records.map(({ id }) => id)]);
  const known = new Map(rows.map((row): [string, LogEntry] => [`${row.kind}/${row.record_id}`, {
    index: Number(row.leaf_index), kind: row.kind, id: row.record_id,
    record_sha256: row.record_sha256.toString("hex"),
    content_sha256: row.content_sha256?.toString("hex") ?? null }]));
  return records.map(({ kind, id }) => known.get(`${kind}/${id.toLowerCase()}`) ?? null);
}

export type StoredKey = {
  key_id: string; public_key: Buffer; follows: string | null; endorsement: Buffer | null;
  reason: string | null; created_at: Date; created_by: string;
};
export const storedKeys = async (on: Queryable = pool()): Promise<StoredKey[]> =>
  (await on.query<StoredKey>("SELECT * FROM log_key ORDER BY created_at, key_id")).rows;

export async function insertKey(
  client: Queryable, key: Omit<StoredKey, "created_at">,
): Promise<void> {
  await client.query(`INSERT INTO log_key
    (key_id, public_key, follows, endorsement, reason, created_by) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING`, [key.key_id, key.public_key, key.follows, key.endorsement, key.reason,
    key.created_by]);
}

/** The id that names this log; never empty. */
export async function logId(on: Queryable = pool()): Promise<string> {
  const { rows } = await on.query<{ log_id: string }>("SELECT log_id FROM log_identity LIMIT 1");
  assert(rows[0], "the migration names the log");
  return rows[0].log_id;
}

export type StoredCheckpoint = {
  size: number; root: Buffer; key_id: string; note: string; created_at: Date;
};
type CheckpointRow = Omit<StoredCheckpoint, "size"> & { size: string };
const toCheckpoint = (row: CheckpointRow): StoredCheckpoint => ({ ...row, size: Number(row.size) });
const NEWEST_FIRST = "ORDER BY size DESC, created_at DESC, key_id LIMIT 1";

async function oneCheckpoint(
  on: Queryable, condition: string, values: unknown[], order = NEWEST_FIRST,
): Promise<StoredCheckpoint | null> {
  const { rows } = await on.query<CheckpointRow>(
    `SELECT * FROM log_checkpoint ${condition} ${order}`, values);
  return rows[0] ? toCheckpoint(rows[0]) : null;
}

export const latestCheckpoint = (on: Queryable = pool()): Promise<StoredCheckpoint | null> =>
  oneCheckpoint(on, "", []);
export const checkpointOf = (size: number, on: Queryable = pool()) =>
  oneCheckpoint(on, "WHERE size = $1", [size]);
/** The first checkpoint that covers so many leaves: it stays the same however the log grows. */
export const firstCheckpointFrom = (size: number, on: Queryable = pool()) =>
  oneCheckpoint(on, "WHERE size >= $1", [size], "ORDER BY size, created_at, key_id LIMIT 1");

/** Up to `limit` checkpoints with fewer leaves than `below`, the largest first. */
export async function checkpointsBelow(
  below: number | null, limit: number, on: Queryable = pool(),
): Promise<StoredCheckpoint[]> {
  const { rows } = await on.query<CheckpointRow>(`SELECT * FROM (
      SELECT DISTINCT ON (size) * FROM log_checkpoint WHERE $1::bigint IS NULL OR size < $1
      ORDER BY size DESC, created_at DESC, key_id) c LIMIT $2`, [below, limit]);
  return rows.map(toCheckpoint);
}

export async function insertCheckpoint(
  client: Queryable, { size, root, key_id, note }: Omit<StoredCheckpoint, "created_at">,
): Promise<void> {
  await client.query(`INSERT INTO log_checkpoint (size, root, key_id, note)
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, [size, root, key_id, note]);
}
