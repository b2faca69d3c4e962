import {
  LOWEST_KEPT, merkleRoot, partsOf, rangeHash, recordHash, type LogEntry, type LoggedColumns,
  type LogKind, type TreeNode,
} from "@/lib/evidence";
import { assert } from "@/lib/kernel/assert";
import { inTransaction, pool, type PoolClient } from "./database";

/** Held while the log grows or a checkpoint is signed: one process at a time. */
export const LOG_LOCK = 7_305_211_907;

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

/** Runs `work` while no process appends; waits for one that does, which is soon done. */
export const whileLogStands = <T>(
  work: (client: PoolClient, size: number) => Promise<T>,
): Promise<T> => inTransaction(async (client) => {
  await client.query("SELECT pg_advisory_xact_lock($1)", [LOG_LOCK]);
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

/** What names this log: one id, unless somebody was here. */
export const logIds = async (on: Queryable = pool()): Promise<string[]> =>
  (await on.query<{ log_id: string }>(
    "SELECT log_id FROM log_identity ORDER BY created_at LIMIT 9")).rows.map(({ log_id }) => log_id);

/** The id that names this log; never empty. */
export async function logId(on: Queryable = pool()): Promise<string> {
  const [id] = await logIds(on);
  assert(id !== undefined, "the migration names the log");
  return id;
}

export type StoredCheckpoint = {
  size: number; root: Buffer; key_id: string; note: string; created_at: Date;
};
export type CheckpointRow = Omit<StoredCheckpoint, "size"> & { size: string };
export const toCheckpoint = (row: CheckpointRow): StoredCheckpoint =>
  ({ ...row, size: Number(row.size) });
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
