import { linkId, type LogEntry, type LogKind, type TreeNode } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { contentHash, EVENT_COLUMNS } from "./audit-query";
import { cursorBatches } from "./cursor";
import type { PoolClient } from "./database";
import { columnsHash, logTable, TABLE_KINDS, type StoredColumns, type TableKind } from "./evidence-log";

/** A leaf as it is stored. */
export type StoredLeaf = { entry: LogEntry; hash: Buffer };
/** What stands in the tables under an entry: its hashes now, or null where it is gone. */
export type RecordNow = { record_sha256: string;
  /** Null where there is no content; `claimed` is the hash that the record says its content has. */
  content_sha256: string | null; claimed: string | null; version: string | null;
  /** Of a finding: what binds it to its evidence. */
  link?: StoredLink };
/** A link between a finding and its evidence, as it is stored. */
export type StoredLink = { link_id: string; finding_id: string; evidence_id: string;
  dataset_version_id: string; engine_id: string; created_at: Date };

/** The leaves from one index up to another, by index. */
export async function leavesBetween(
  client: PoolClient, from: number, to: number,
): Promise<Map<number, StoredLeaf>> {
  const { rows } = await client.query<{ leaf_index: string; kind: LogKind; record_id: string;
    record_sha256: Buffer; content_sha256: Buffer | null; leaf_hash: Buffer }>(
    `SELECT leaf_index, kind, record_id, record_sha256, content_sha256, leaf_hash FROM log_leaf
     WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index`, [from, to]);
  return new Map(rows.map((row) => [Number(row.leaf_index), { hash: row.leaf_hash, entry: {
    index: Number(row.leaf_index), kind: row.kind, id: row.record_id,
    record_sha256: row.record_sha256.toString("hex"),
    content_sha256: row.content_sha256?.toString("hex") ?? null } }]));
}

const safeHash = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  try {
    return canonicalHash(value as Json);
  } catch {
    return "no canonical form";
  }
};

function recordNow(kind: TableKind, row: StoredColumns): RecordNow {
  const content = kind === "run" ? row.summary : row.payload;
  return { record_sha256: columnsHash(kind, row), content_sha256: safeHash(content),
    claimed: kind === "run" ? null : row.sha256 as string,
    version: row.dataset_version_id as string,
    ...kind === "finding" && { link: linkOf(row as unknown as Omit<StoredLink, "link_id">) } };
}

/** The one link that a finding has: a finding and its link were written at once. */
const linkOf = ({ finding_id, evidence_id, dataset_version_id, engine_id, created_at,
}: Omit<StoredLink, "link_id">): StoredLink => ({ finding_id, evidence_id, dataset_version_id,
  engine_id, created_at, link_id: linkId({ findingId: finding_id, evidenceId: evidence_id }) });

/** Links as they stand, by id. */
export async function linksNow(
  client: PoolClient, ids: readonly string[],
): Promise<Map<string, StoredLink>> {
  const { rows } = await client.query<StoredLink>(
    "SELECT * FROM finding_evidence_link WHERE link_id = ANY($1::uuid[])", [ids]);
  return new Map(rows.map((row) => [row.link_id, row]));
}

type LinkInPlace = Pick<StoredLink, "link_id" | "finding_id" | "evidence_id"> &
  { judged: string | null; logged: boolean };

/**
 * Links that no finding accounts for. A finding that was removed or edited is named itself, so its
 * link is not: `known` are those.
 */
export async function* surplusLinks(
  client: PoolClient, known: ReadonlySet<string>,
): AsyncGenerator<string> {
  const batches = cursorBatches<LinkInPlace>(client, 5000, `SELECT l.link_id, l.finding_id,
      l.evidence_id, f.evidence_id AS judged, f.finding_id IS NULL AND EXISTS (SELECT FROM log_leaf
        WHERE record_id = l.finding_id AND kind = 'finding') AS logged
    FROM finding_evidence_link l LEFT JOIN finding_record f ON f.finding_id = l.finding_id
    ORDER BY l.link_id`, []);
  for await (const rows of batches) {
    for (const { link_id, finding_id, evidence_id, judged, logged } of rows) {
      const isOwn = linkId({ findingId: finding_id, evidenceId: evidence_id }) === link_id;
      const isNamed = known.has(finding_id) || (judged === null && logged);
      if (!isOwn || (judged !== evidence_id && !isNamed)) yield link_id;
    }
  }
}

/** The records of some entries as they stand, by kind and id. */
export async function recordsNow(
  client: PoolClient, entries: readonly LogEntry[],
): Promise<Map<string, RecordNow>> {
  const found = new Map<string, RecordNow>();
  const idsOf = (kind: LogKind): string[] =>
    entries.filter((entry) => entry.kind === kind).map(({ id }) => id);
  for (const kind of TABLE_KINDS) {
    const ids = idsOf(kind);
    if (ids.length === 0) continue;
    const { table, id, columns } = logTable(kind);
    const payload = kind === "run" ? "" : ", r.payload";
    const { rows } = await client.query<StoredColumns>(
      `SELECT ${columns}${payload} FROM ${table} r WHERE r.${id} = ANY($1::uuid[])`, [ids]);
    for (const row of rows) found.set(`${kind}/${row[id] as string}`, recordNow(kind, row));
  }
  const events = idsOf("audit");
  if (events.length === 0) return found;
  const { rows } = await client.query<Parameters<typeof contentHash>[0]>(
    `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE e.audit_event_id = ANY($1::uuid[])`, [events]);
  for (const row of rows) {
    found.set(`audit/${row.audit_event_id}`, { record_sha256: contentHash(row),
      content_sha256: null, claimed: null, version: null });
  }
  return found;
}

/** Which of some dataset versions were erased. */
export async function erasedOf(
  client: PoolClient, versions: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ dataset_version_id: string }>(
    `SELECT dataset_version_id FROM dataset_version
     WHERE status = 'erased' AND dataset_version_id = ANY($1::uuid[])`, [versions]);
  return new Set(rows.map((row) => row.dataset_version_id));
}

/** The kept subtrees under some keys, by `level/index`. */
export async function nodesNow(
  client: PoolClient, nodes: readonly TreeNode[],
): Promise<Map<string, Buffer>> {
  const { rows } = await client.query<{ level: number; node_index: string; hash: Buffer }>(
    `SELECT n.level, n.node_index, n.hash FROM unnest($1::int[], $2::bigint[]) AS t(l, i)
     JOIN log_node n ON n.level = t.l AND n.node_index = t.i`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index)]);
  return new Map(rows.map((row) => [`${row.level}/${row.node_index}`, row.hash]));
}

/** Kept subtrees that a log of this size does not have. */
export async function surplusNodes(client: PoolClient, size: number): Promise<TreeNode[]> {
  const { rows } = await client.query<{ level: number; node_index: string }>(
    `SELECT level, node_index FROM log_node
     WHERE level < 4 OR level > 52 OR node_index < 0 OR node_index >= $1 / (1::bigint << level)
     ORDER BY level, node_index LIMIT 20`, [size]);
  return rows.map((row) => ({ level: row.level, index: Number(row.node_index) }));
}
