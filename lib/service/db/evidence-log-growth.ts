import { setTimeout as pause } from "node:timers/promises";
import { LogAppender, logLeaf, partsOf, type NodeWithHash } from "@/lib/evidence";
import { bigintField, bytesField, CopyBatch, copyRows, hexField, intField, textField } from
  "./copy-batch";
import { inTransaction, type PoolClient } from "./database";
import { LOG_LOCK, nodeHashes, TABLE_KINDS, type TableKind } from "./evidence-log";
import {
  placeAt, readUnlogged, readUnloggedEvents, type LogPlace, type LogWindow, type Taken,
} from "./evidence-log-records";

/** Of each kind at a time: few enough that nobody waits long while they are hashed. */
const BATCH = 500;
/** In one transaction: what an interrupted one has to do again. */
const BATCHES = 20;
/** How often a process that appends is asked whether it is done. */
const RETRY_MS = 50;

class LeafBatch extends CopyBatch {
  constructor() {
    super("log_leaf", ["leaf_index", "kind", "record_id", "record_sha256", "content_sha256",
      "leaf_hash"]);
  }

  addRow(index: number, taken: Taken, hash: Uint8Array): void {
    const { kind, id, record_sha256, content_sha256 } = taken;
    const out = this.row();
    bigintField(out, BigInt(index));
    textField(out, kind);
    hexField(out, id);
    hexField(out, record_sha256);
    hexField(out, content_sha256);
    bytesField(out, hash);
  }
}

class NodeBatch extends CopyBatch {
  constructor() {
    super("log_node", ["level", "node_index", "hash"]);
  }

  addRow({ level, index, hash }: NodeWithHash): void {
    const out = this.row();
    intField(out, level);
    bigintField(out, BigInt(index));
    bytesField(out, hash);
  }
}

/** The log's end: how many leaves there are, and the hash of the last. */
type Tip = { size: number; hash: string };
type Places = Record<TableKind, LogPlace>;

/**
 * Appends records to the log for one process. It knows which entries it made itself: while no other
 * hand adds any, records younger than all that it took need not be looked up in the log.
 */
export class LogGrower {
  private tip: Tip | null = null;
  /** Of records made before this, by the database's time, the log may have some. */
  private takenUntil = new Date(0);
  private last: Promise<unknown> = Promise.resolve();
  private leaves = new LeafBatch();
  private nodes = new NodeBatch();

  /**
   * Appends every committed record of a window, oldest first, and every event of the chain.
   * @param waitMs for so long another process that is at it is waited for
   * @returns false when another process is at it
   */
  grow(window: LogWindow, waitMs = 0): Promise<boolean> {
    const grown = this.last.then(async () => {
      const until = Date.now() + waitMs;
      for (;;) {
        if (await this.growAll(window)) return true;
        if (Date.now() >= until) return false;
        await pause(RETRY_MS);
      }
    });
    this.last = grown.catch(() => undefined);
    return grown;
  }

  private async growAll(window: LogWindow): Promise<boolean> {
    let places = Object.fromEntries(
      TABLE_KINDS.map((kind) => [kind, placeAt(window.from)])) as Places;
    try {
      for (;;) {
        const from = places;
        const grown = await inTransaction((client) => this.growSome(client, from, window));
        if (!grown) return false;
        this.tip = grown.tip;
        if (!grown.places) return true;
        ({ places } = grown);
      }
    } catch (error) {
      // What was written is not known: the next look looks everything up.
      this.tip = null;
      [this.leaves, this.nodes] = [new LeafBatch(), new NodeBatch()];
      throw error;
    } finally {
      this.takenUntil = later(this.takenUntil, window.to);
    }
  }

  private async growSome(
    client: PoolClient, from: Places, window: LogWindow,
  ): Promise<{ tip: Tip; places: Places | null } | null> {
    if (!await lockLog(client)) return null;
    const { now, ...tip } = await tipOf(client);
    const isOwn = this.tip?.size === tip.size && this.tip.hash === tip.hash;
    if (!isOwn) this.takenUntil = later(this.takenUntil, now);
    const isFresh = window.from >= this.takenUntil;
    const peaks = partsOf({ from: 0, to: tip.size });
    const appender = new LogAppender(tip.size, peaks.map(await nodeHashes(peaks, client)));
    let places: Places | null = from;
    let hash = tip.hash;
    for (let batch = 0; batch < BATCHES && places; batch += 1) {
      const next: Places = places;
      const { taken, more } = await this.read(client, next, window.to, isFresh);
      hash = await this.append(client, appender, taken) ?? hash;
      places = more;
    }
    return { tip: { size: appender.size, hash }, places };
  }

  /** The next records of each kind; null in place of where to go on when there are no more. */
  private async read(
    client: PoolClient, from: Places, to: Date, isFresh: boolean,
  ): Promise<{ taken: Taken[]; more: Places | null }> {
    const taken: Taken[][] = [];
    const places = { ...from };
    let isMore = false;
    for (const kind of TABLE_KINDS) {
      const found = await readUnlogged(client, kind,
        { after: from[kind], to, limit: BATCH, isFresh });
      places[kind] = found.after;
      isMore ||= found.more;
      taken.push(found.taken);
    }
    const events = await readUnloggedEvents(client, BATCH);
    isMore ||= events.length === BATCH;
    return { taken: [...taken, events].flat(), more: isMore ? places : null };
  }

  /** @returns the hash of the last leaf. */
  private async append(
    client: PoolClient, appender: LogAppender, taken: readonly Taken[],
  ): Promise<string | null> {
    let last: Uint8Array | null = null;
    for (const each of taken) {
      const index = appender.size;
      last = logLeaf({ index, ...each });
      appender.append(last);
      this.leaves.addRow(index, each, last);
    }
    for (const node of appender.completed.splice(0)) this.nodes.addRow(node);
    if (last) await copyRows(client, [this.leaves.take(), this.nodes.take()]);
    return last && Buffer.from(last).toString("hex");
  }
}

const later = (a: Date, b: Date): Date => a > b ? a : b;

async function lockLog(client: PoolClient): Promise<boolean> {
  const lock = await client.query<{ got: boolean }>(
    "SELECT pg_try_advisory_xact_lock($1) AS got", [LOG_LOCK]);
  return lock.rows[0]?.got === true;
}

async function tipOf(client: PoolClient): Promise<Tip & { now: Date }> {
  const { rows } = await client.query<{ now: Date; at: string | null; hash: Buffer | null }>(
    `SELECT clock_timestamp() AS now, l.leaf_index AS at, l.leaf_hash AS hash FROM (SELECT 1) one
     LEFT JOIN (SELECT leaf_index, leaf_hash FROM log_leaf ORDER BY leaf_index DESC LIMIT 1) l
     ON true`);
  const { now, at, hash } = rows[0] ?? { now: new Date(), at: null, hash: null };
  return { now, size: at === null ? 0 : Number(at) + 1, hash: hash?.toString("hex") ?? "" };
}
