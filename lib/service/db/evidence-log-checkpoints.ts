import { afterCheckpoint, NO_CHECKPOINTS, placeBefore, type CheckpointPlace } from "@/lib/evidence";
import { pool, type PoolClient } from "./database";
import { toCheckpoint, type CheckpointRow, type StoredCheckpoint } from "./evidence-log";

type Queryable = Pick<PoolClient, "query">;

/** The order in which they were signed: a log only grows; several keys may sign one size. */
const IN_ORDER = "size, created_at, key_id";
const BATCH = 1000;

/** Checkpoints of more leaves than `size` in their order, some at a time and a size at once. */
export async function checkpointsFrom(
  client: Queryable, size: number,
): Promise<StoredCheckpoint[]> {
  const { rows } = await client.query<CheckpointRow>(`SELECT * FROM log_checkpoint
    WHERE size > $1 AND size <= (SELECT max(size) FROM (SELECT size FROM log_checkpoint
      WHERE size > $1 ORDER BY size LIMIT $2) s) ORDER BY ${IN_ORDER}`, [size, BATCH]);
  return rows.map(toCheckpoint);
}

/** Where the checkpoints end: the size of the last one, and the place behind it. */
export type CheckpointsEnd = { size: number; place: CheckpointPlace };

/**
 * The last one that tells its place, and from there on those that do not: all of them, where a
 * release before that line signed.
 */
export async function checkpointsEnd(on: Queryable = pool()): Promise<CheckpointsEnd> {
  const { rows } = await on.query<CheckpointRow>(`SELECT * FROM log_checkpoint
    WHERE note LIKE E'%\\nprevious %' ORDER BY size DESC, created_at DESC, key_id DESC LIMIT 1`);
  const told = rows[0] && toCheckpoint(rows[0]);
  let end: CheckpointsEnd = { size: -1, place: NO_CHECKPOINTS };
  if (told) {
    end = { size: told.size,
      place: afterCheckpoint(placeBefore(told.note) ?? NO_CHECKPOINTS, told.note) };
    for (const { note } of await behind(on, told)) {
      end = { size: told.size, place: afterCheckpoint(end.place, note) };
    }
  }
  for (;;) {
    const rest = await checkpointsFrom(on, end.size);
    if (rest.length === 0) return end;
    for (const { size, note } of rest) end = { size, place: afterCheckpoint(end.place, note) };
  }
}

/** Those of the same size that were signed after one. */
async function behind(
  on: Queryable, { size, created_at, key_id }: StoredCheckpoint,
): Promise<{ note: string }[]> {
  return (await on.query<{ note: string }>(`SELECT note FROM log_checkpoint
    WHERE size = $1 AND (created_at, key_id) > ($2, $3) ORDER BY ${IN_ORDER}`,
  [size, created_at, key_id])).rows;
}

/** What the checkpoint after so many says of them; null where it says nothing. */
export async function placeAsToldLater(
  { size, number }: { size: number; number: number },
): Promise<CheckpointPlace | null> {
  const { rows } = await pool().query<{ note: string }>(`SELECT note FROM log_checkpoint
    WHERE size >= $1 AND note LIKE E'%\\nprevious ' || $2::text || ' %' ORDER BY size LIMIT 1`,
  [size, number]);
  return rows[0] ? placeBefore(rows[0].note) : null;
}

/** Adds one behind all others, also of those of its size. */
export async function insertCheckpoint(
  client: Queryable, { size, root, key_id, note }: Omit<StoredCheckpoint, "created_at">,
): Promise<void> {
  await client.query(`INSERT INTO log_checkpoint (size, root, key_id, note, created_at)
    VALUES ($1, $2, $3, $4, greatest(clock_timestamp(), (SELECT max(created_at) + interval '1 ms'
      FROM log_checkpoint WHERE size = $1))) ON CONFLICT DO NOTHING`, [size, root, key_id, note]);
}

/** Sizes and keys that were published, of which there is no checkpoint: some of them. */
export async function publishedWithout(
  client: Queryable,
): Promise<{ size: number; key_id: string }[]> {
  const { rows } = await client.query<{ size: string; key_id: string }>(`SELECT DISTINCT size, key_id
    FROM log_publication p WHERE NOT EXISTS (SELECT FROM log_checkpoint c
      WHERE c.size = p.size AND c.key_id = p.key_id) ORDER BY size, key_id LIMIT 1000`);
  return rows.map((row) => ({ size: Number(row.size), key_id: row.key_id }));
}

/** Keys that something else names. */
export async function keysThatShouldBe(client: Queryable): Promise<string[]> {
  return (await client.query<{ id: string }>(`SELECT key_id AS id FROM log_checkpoint
    UNION SELECT follows FROM log_key WHERE follows IS NOT NULL
    UNION SELECT subject_id FROM audit_event WHERE type = 'log.key_rotated' ORDER BY 1`))
    .rows.map(({ id }) => id);
}

/** Keys that follow another without the event of just that rotation. */
export async function unlikeRotations(client: Queryable): Promise<string[]> {
  return (await client.query<{ id: string }>(`SELECT key_id AS id FROM log_key k
    WHERE follows IS NOT NULL AND NOT EXISTS (SELECT FROM audit_event e
      WHERE e.type = 'log.key_rotated' AND e.subject_id = k.key_id AND e.reason = k.reason
        AND e.actor = k.created_by AND e.before ->> 'key_id' = k.follows) ORDER BY 1`))
    .rows.map(({ id }) => id);
}
