import type { ChainHead } from "@/lib/evidence";
import { readKnownHeads, writeKnownHeads, type KnownHeads } from "./audit-head";
import {
  appendToChain, chainHashAt, chainTail, countUnsequenced, countWaiting, type ChainTail,
  type EventPlace,
} from "../db/audit-chain";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";
import { Turns } from "../platform/turns";

const BATCH = 2000;
/** Looked at every tick: what was committed within this of the youngest event in the chain. */
const NARROW_MS = 2000;
/** Looked at every half minute: clocks of several machines differ, transactions take their time. */
const WIDE_MS = 120_000;
const WIDE_EVERY_MS = 30_000;
/** Everything, however old, at the start and then every hour. */
const ALL_EVERY_MS = 3_600_000;
/** A chain that is this far behind shows in the health. */
const BEHIND_MS = 60_000;
const FIRST: EventPlace = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" };

/**
 * Appends committed audit events to the chain, about once a second, in whichever process gets the
 * lock; the others only look. Writers of events wait for nothing here.
 */
class Sequencer {
  private database: string | null = null;
  private known: KnownHeads = { head: null, lost: null };
  private readonly turns = new Turns(() => this.sequence());
  private failing = false;
  private caughtUpAt = Date.now();
  private wideAt = 0;
  private allAt = 0;

  recall(database: string): void {
    this.known = readKnownHeads(database);
  }

  start(database: string): void {
    if (this.database !== null) return;
    this.database = database;
    this.recall(database);
    this.turns.start();
  }

  /** One last turn, so that what was done until now is in the chain; not for ever. */
  stop(): Promise<void> {
    return this.turns.stop(this.database !== null && !this.failing);
  }

  /** What was committed until now is in the chain when this ends, unless another appends it. */
  async catchUp(): Promise<void> {
    const since = sinceOf(await chainTail(), WIDE_MS);
    if (await countWaiting(since, 1) > 0) await this.append({ ...FIRST, at: since });
  }

  private async sequence(): Promise<void> {
    try {
      const tail = await chainTail();
      const caughtUp = await this.appendFrom(tail);
      if (caughtUp) this.caughtUpAt = Date.now();
      await this.noteHead(caughtUp === "appended" ? await chainTail() : tail);
      if (this.failing) log().info("AUDIT_SEQUENCER_RECOVERED");
      this.failing = false;
    } catch (error) {
      // The database is away, most likely; the next turn tries again.
      if (!this.failing && !this.turns.isStopped) log().warn({ err: error }, "AUDIT_SEQUENCER_FAILED");
      this.failing = true;
    }
  }

  /** @returns what there was to do, or null while another process is at it. */
  private async appendFrom(tail: ChainTail): Promise<"nothing" | "appended" | null> {
    const now = Date.now();
    const all = now - this.allAt > ALL_EVERY_MS;
    const wide = now - this.wideAt > WIDE_EVERY_MS;
    const since = sinceOf(tail, wide ? WIDE_MS : NARROW_MS);
    const waiting = all ? await countUnsequenced() : await countWaiting(since, 1);
    if (waiting > 0 && !await this.append(all ? FIRST : { ...FIRST, at: since })) return null;
    if (all) this.allAt = now;
    if (wide) this.wideAt = now;
    return waiting > 0 ? "appended" : "nothing";
  }

  private async append(from: EventPlace): Promise<boolean> {
    for (let after = from; ;) {
      const appended = await appendToChain(after, BATCH);
      if (!appended) return false;
      if (appended.count < BATCH || !appended.last) return true;
      after = appended.last;
    }
  }

  /** Compares the chain with the head that was seen last, and keeps the one it has now. */
  private async noteHead(tail: ChainTail): Promise<void> {
    const { head, lost } = this.known;
    if (head && sameHead(head, tail) && !lost) return;
    const next: KnownHeads = {
      head: { position: tail.position, chain_sha256: tail.chain_sha256,
        seen_at: new Date().toISOString() },
      lost: lost && !await holds(lost) ? lost : head && !await holds(head) ? head : null,
    };
    if (head && sameHead(head, tail) && next.lost) return;
    if (next.lost && !lost) log().error({ lost: next.lost, tail }, "AUDIT_CHAIN_LOST_ITS_HEAD");
    this.known = next;
    await writeKnownHeads(this.database ?? "", next).catch((error: unknown) =>
      log().warn({ err: error }, "AUDIT_HEAD_NOT_WRITTEN"));
  }

  /** Places the chain was seen to hold; verification compares them. */
  heads(): ChainHead[] {
    return [this.known.lost, this.known.head].filter((head) => head !== null);
  }

  /** What an operator should know; null when all is well. */
  trouble(): string | null {
    if (this.database === null) return null;
    const { lost } = this.known;
    if (lost) {
      return `The audit chain no longer holds position ${lost.position}, seen at ${lost.seen_at}.`;
    }
    const behindS = Math.round((Date.now() - this.caughtUpAt) / 1000);
    return behindS * 1000 <= BEHIND_MS ? null
      : `The audit chain is ${behindS} s behind the audit log.`;
  }
}

const sameHead = (a: ChainHead, b: ChainHead): boolean =>
  a.position === b.position && a.chain_sha256 === b.chain_sha256;

/** Whether the chain still holds a head; one of an empty chain always does. */
const holds = async (head: ChainHead): Promise<boolean> =>
  head.position === 0 || await chainHashAt(head.position) === head.chain_sha256;

/**
 * From where on events may wait: a window before the tail's event. A tail whose event is far older
 * than its link (a late commit) or gone must not make every look a long one.
 */
function sinceOf(tail: ChainTail, windowMs: number): Date {
  const linkedAt = tail.sequenced_at?.getTime() ?? 0;
  const eventAt = Math.min(tail.event_at?.getTime() ?? linkedAt, Date.now());
  return new Date(Math.max(eventAt, linkedAt - ALL_EVERY_MS) - windowMs);
}

/** This process's sequencer. */
const sequencer = (): Sequencer => processState("audit-sequencer", () => new Sequencer());

/** Starts sequencing; `database` names the one behind this process in the file of heads. */
export const startSequencer = (database: string): void => sequencer().start(database);
/** For a command beside the server: what was seen of the chain, without appending to it. */
export const recallHeads = (database: string): void => sequencer().recall(database);
export const stopSequencer = (): Promise<void> => sequencer().stop();
export const catchUpSequencer = (): Promise<void> => sequencer().catchUp();
export const knownHeads = (): ChainHead[] => sequencer().heads();
export const sequencerTrouble = (): string | null => sequencer().trouble();

/** Events that may wait for the sequencer now, with the tail they wait for. */
export async function chainState(): Promise<{ tail: ChainTail; waiting: number }> {
  const tail = await chainTail();
  return { tail, waiting: await countWaiting(sinceOf(tail, WIDE_MS), 1_000_000) };
}
