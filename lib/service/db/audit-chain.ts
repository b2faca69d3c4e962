import {
  EMPTY_CHAIN, nextLink, type ChainHead, type ChainLink, type LinkedEvent,
} from "@/lib/evidence";
import { contentHash, EVENT_COLUMNS } from "./audit-query";
import { inTransaction, pool, type PoolClient } from "./database";

/** Held while links are appended: one process at a time, the others do not wait. */
const LOCK = 7_305_211_906;

type EventRow = Parameters<typeof contentHash>[0];
type LinkRow = Omit<ChainLink, "position"> & { position: string };
/** The last link, with when it was made and how old its event is. */
export type ChainTail = ChainHead & { sequenced_at: Date | null; event_at: Date | null };
/** A place in the order oldest first. */
export type EventPlace = { at: Date; id: string };

const TAIL = `SELECT c.position, c.chain_sha256, c.sequenced_at, e.created_at AS event_at
  FROM audit_chain c LEFT JOIN audit_event e USING (audit_event_id)
  ORDER BY c.position DESC LIMIT 1`;

/** The end of the chain; position 0 when nothing was sequenced yet. */
export async function chainTail(on: Pick<PoolClient, "query"> = pool()): Promise<ChainTail> {
  const { rows } = await on.query<Omit<ChainTail, "position"> & { position: string }>(TAIL);
  const row = rows[0];
  return row ? { ...row, position: Number(row.position) }
    : { ...EMPTY_CHAIN, sequenced_at: null, event_at: null };
}

/** The chain's hash at a position; null when there is no such link. */
export async function chainHashAt(position: number): Promise<string | null> {
  const { rows } = await pool().query<{ chain_sha256: string }>(
    "SELECT chain_sha256 FROM audit_chain WHERE position = $1", [position]);
  return rows[0]?.chain_sha256 ?? null;
}

/**
 * Looks each event up in the chain by its id, from `since` on: `OFFSET 0` keeps a planner without
 * fresh statistics from reading the whole chain for a few events.
 */
const UNSEQUENCED_SINCE = `FROM audit_event e LEFT JOIN LATERAL (
    SELECT 1 AS there FROM audit_chain c WHERE c.audit_event_id = e.audit_event_id OFFSET 0
  ) s ON true`;

/** How many committed events, from `since` on, wait for the sequencer; up to `limit`. */
export async function countWaiting(since: Date, limit: number): Promise<number> {
  const { rows } = await pool().query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM (SELECT 1 ${UNSEQUENCED_SINCE}
       WHERE e.created_at >= $1 AND s.there IS NULL LIMIT $2) w`, [since, limit]);
  return rows[0]?.waiting ?? 0;
}

/** How many committed events stand outside the chain, however old: reads both tables whole. */
export async function countUnsequenced(): Promise<number> {
  const { rows } = await pool().query<{ outside: number }>(
    `SELECT count(*)::int AS outside FROM audit_event e WHERE NOT EXISTS (
       SELECT 1 FROM audit_chain c WHERE c.audit_event_id = e.audit_event_id)`);
  return rows[0]?.outside ?? 0;
}

export type Appended = { count: number; last: EventPlace | null };

/**
 * Appends up to `limit` committed events that are not in the chain, oldest first, from `after` on.
 * @returns what was appended, or null when another process is appending.
 */
export const appendToChain = (after: EventPlace, limit: number): Promise<Appended | null> =>
  inTransaction(async (client) => {
    const lock = await client.query<{ got: boolean }>(
      "SELECT pg_try_advisory_xact_lock($1) AS got", [LOCK]);
    if (!lock.rows[0]?.got) return null;
    const { rows } = await client.query<
      { audit_event_id: string; sha256: string | null; created_at: Date }>(
      `SELECT e.audit_event_id, e.sha256, e.created_at ${UNSEQUENCED_SINCE}
       WHERE (e.created_at, e.audit_event_id) > ($1::timestamptz, $2::uuid) AND s.there IS NULL
       ORDER BY e.created_at, e.audit_event_id LIMIT $3`, [after.at, after.id, limit]);
    const last = rows.at(-1);
    if (!last) return { count: 0, last: null };
    const computed = await hashesOf(client,
      rows.filter((row) => row.sha256 === null).map((row) => row.audit_event_id));
    let head: ChainHead = await chainTail(client);
    const links = rows.map((row): ChainLink => {
      const link = nextLink(head, { audit_event_id: row.audit_event_id,
        event_sha256: row.sha256 ?? computed.get(row.audit_event_id) ?? "" });
      head = link;
      return link;
    });
    await insertLinks(client, links);
    return { count: links.length, last: { at: last.created_at, id: last.audit_event_id } };
  });

/** Events of before they carried a hash: computed from what stands there when they are linked. */
async function hashesOf(client: PoolClient, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE audit_event_id = ANY($1::uuid[])`, [ids]);
  return new Map(rows.map((row) => [row.audit_event_id, contentHash(row)]));
}

const insertLinks = (client: PoolClient, links: readonly ChainLink[]) => client.query(
  `INSERT INTO audit_chain (position, audit_event_id, event_sha256, chain_sha256)
   SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[])`,
  [links.map((link) => link.position), links.map((link) => link.audit_event_id),
    links.map((link) => link.event_sha256), links.map((link) => link.chain_sha256)]);

const LOWEST = "-9223372036854775808";
/** Few enough that requests of the same process hardly wait for one batch's hashes. */
const BATCH = 500;

type Linked = { link: ChainLink; event: LinkedEvent | null };

/** Every link with its event, in the order of the chain, a batch at a time. */
export async function* readChain(): AsyncGenerator<Linked[]> {
  for (let after = LOWEST; ;) {
    const { rows } = await pool().query<LinkRow & { linked_id: string } & EventRow>(
      `SELECT ${EVENT_COLUMNS}, c.position, c.event_sha256, c.chain_sha256,
         c.audit_event_id AS linked_id
       FROM (SELECT * FROM audit_chain WHERE position > $1 ORDER BY position LIMIT $2) c
       LEFT JOIN audit_event e ON e.audit_event_id = c.audit_event_id
       ORDER BY c.position`, [after, BATCH]);
    if (rows.length === 0) return;
    yield rows.map((row) => ({
      link: { position: Number(row.position), audit_event_id: row.linked_id,
        event_sha256: row.event_sha256, chain_sha256: row.chain_sha256 },
      event: row.created_at === null ? null
        : { sha256: row.sha256, recomputed: contentHash(row) },
    }));
    after = String(rows.at(-1)?.position);
  }
}
