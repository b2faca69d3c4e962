import { performance } from "node:perf_hooks";
import { base64, fromBase64, isSamePlace, type CheckpointPlace } from "@/lib/evidence";
import type { SeenHead } from "../audit/audit-head";
import { latestCheckpoint, LogDamaged, logSize, rootAt } from "../db/evidence-log";
import { checkpointsEnd, placeAsToldLater } from "../db/evidence-log-checkpoints";
import { LogGrower } from "../db/evidence-log-growth";
import {
  countWaitingForLog, isAnyWaiting, oldestUnsequenced, runningTransactions, type Running,
} from "../db/evidence-log-records";
import { signCheckpoint } from "./evidence-log-checkpoints";
import { publishingTrouble, publishLatest } from "./evidence-log-publisher";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";
import { SeenHeads } from "./seen-heads";
import { Turns } from "../platform/turns";

/** While this much of a second goes to requests, the log waits, but not for longer than that. */
const BUSY_SHARE = 0.8;
const LONGEST_WAIT_MS = 10_000;
/** Whoever exports waits so long for a process that appends; then the answer is to come later. */
const LONGEST_CATCH_UP_MS = 5000;
/**
 * Times of transactions are taken a little before they can be seen, and those of the last second
 * are not noted. What is younger than that is left to the next look, so that it is read once.
 */
const SLACK_MS = 2000;
/** Everything, however old, at the start and then every hour. */
const ALL_EVERY_MS = 3_600_000;
/** A log that grows is signed so often; whoever exports has it signed at once. */
const SIGN_EVERY_MS = 60_000;
const BEHIND_MS = 60_000;
const HEADS = "evidence-log-head.json";
/** What this process knows of the log from before, or from outside the database. */
export type SeenOfLog = {
  heads: { size: number; root: string }[]; checkpoints: SeenCheckpoint[];
};
export type SeenCheckpoint = { size: number; place: CheckpointPlace };

/**
 * Appends committed records to the evidence log, once they are two seconds old unless requests need
 * the time, in whichever process gets the lock, and signs and publishes checkpoints. Writers of
 * records wait for nothing here.
 */
class LogSequencer {
  private database: string | null = null;
  private readonly tree = new SeenHeads({ file: HEADS, event: "EVIDENCE_LOG_LOST_ITS_HEAD", holds });
  private readonly checkpoints = new SeenHeads({ file: HEADS, suffix: " checkpoints",
    event: "EVIDENCE_LOG_LOST_A_CHECKPOINT", holds: stands });
  private readonly turns = new Turns((isLast) => this.sequence(isLast));
  private failing: string | null = null;
  private unpublished: string | null = null;
  private caughtUpAt = Date.now();
  private load = performance.eventLoopUtilization();
  private allAt = 0;
  private signedAt = 0;
  /** Everything made before is in the log, but for what transactions wrote that were under way. */
  private seen = { until: new Date(0), running: [] as Running["running"] };
  private readonly grower = new LogGrower();

  recall(database: string): void {
    this.tree.recall(database);
    this.checkpoints.recall(database);
  }

  start(database: string): void {
    if (this.database !== null) return;
    this.database = database;
    this.recall(database);
    this.turns.start();
  }

  /** One last turn, so that what was done until now is in the log and signed; not for ever. */
  stop(): Promise<void> {
    return this.turns.stop(this.database !== null && this.failing === null);
  }

  /** What was committed until now is in the log when this ends, unless another holds it long. */
  async catchUp(): Promise<void> {
    const seen = await runningTransactions();
    const now = seen.now.getTime();
    // A process that does not sequence knows nothing but that another does.
    const from = this.allAt === 0 ? new Date(now - BEHIND_MS) : this.sinceOf(seen);
    await this.grower.grow({ from, to: new Date(now + 1000) }, LONGEST_CATCH_UP_MS);
  }

  private async sequence(isLast: boolean): Promise<void> {
    if (!isLast && this.isBusy()) return;
    try {
      if (isLast) await this.catchUp();
      else if (await this.look()) this.caughtUpAt = Date.now();
      await this.noteHead();
      await this.sign(isLast);
      if (this.failing !== null) log().info("LOG_SEQUENCER_RECOVERED");
      this.failing = null;
    } catch (error) {
      const isNews = this.failing === null && !this.turns.isStopped;
      if (isNews) log().warn({ err: error }, "LOG_SEQUENCER_FAILED");
      this.failing = error instanceof LogDamaged ? error.message : "it cannot be written";
    }
  }

  /** Whether this turn is left to requests: the log loses nothing by coming a little later. */
  private isBusy(): boolean {
    const before = this.load;
    this.load = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(this.load, before);
    return utilization > BUSY_SHARE && Date.now() - this.caughtUpAt < LONGEST_WAIT_MS;
  }

  /** @returns whether nothing is left that another process does not append. */
  private async look(): Promise<boolean> {
    const seen = await runningTransactions();
    const until = new Date(seen.now.getTime() - SLACK_MS);
    const all = Date.now() - this.allAt > ALL_EVERY_MS;
    const from = all ? await oldestUnsequenced() ?? until : this.sinceOf(seen);
    const window = { from, to: until };
    const done = !await isAnyWaiting(window) || await this.grower.grow(window);
    if (!done) return false;
    this.seen = { until, running: seen.running };
    if (all) this.allAt = Date.now();
    return true;
  }

  /** What was not looked at: since the last look, and since the beginning of what has ended. */
  private sinceOf({ running }: Running): Date {
    const keys = new Set(running.map(({ key }) => key));
    const ended = this.seen.running.filter(({ key }) => !keys.has(key));
    const begun = ended.map(({ since }) => since.getTime());
    return new Date(Math.min(this.seen.until.getTime(), ...begun));
  }

  private async sign(isLast: boolean): Promise<void> {
    if (!isLast && Date.now() - this.signedAt < SIGN_EVERY_MS) return;
    const [size, latest] = await Promise.all([logSize(), latestCheckpoint()]);
    const isFresh = latest !== null && !isLast
      && Date.now() - latest.created_at.getTime() < SIGN_EVERY_MS;
    if (size > 0 && latest?.size !== size && !isFresh) await signCheckpoint();
    this.signedAt = Date.now();
    await this.noteCheckpoint();
    await publishLatest();
    this.unpublished = await publishingTrouble();
  }

  /** Compares the log with the head that was seen last, and keeps the one it has now. */
  private async noteHead(): Promise<void> {
    const size = await logSize();
    if (this.tree.isAt(size)) return;
    await this.tree.note({ position: size,
      chain_sha256: Buffer.from(await rootAt(size)).toString("hex") });
  }

  lookAtCheckpoints(): void {
    this.signedAt = 0;
  }

  /** The same of the checkpoints. */
  private async noteCheckpoint(): Promise<void> {
    const { size, place } = await checkpointsEnd();
    if (place.number === 0 && this.checkpoints.all().length === 0) return;
    await this.checkpoints.note({ position: place.number, chain_sha256: base64(place.hash), size });
  }

  /** What was seen of the log; a verification compares it. */
  seenOfLog(): SeenOfLog {
    return {
      heads: this.tree.all().map(({ position, chain_sha256 }) =>
        ({ size: position, root: chain_sha256 })),
      checkpoints: this.checkpoints.all().map(placeOf),
    };
  }

  /** What an operator should know; null when all is well. */
  trouble(): string | null {
    if (this.database === null) return null;
    const { lost } = this.tree;
    if (lost) {
      return `The evidence log no longer begins with the ${lost.position} entries seen at ` +
        `${lost.seen_at}.`;
    }
    const gone = this.checkpoints.lost;
    if (gone) {
      return `The checkpoint of ${gone.size ?? "some"} entries seen at ${gone.seen_at} is gone, or ` +
        "one before it.";
    }
    const behindS = Math.round((Date.now() - this.caughtUpAt) / 1000);
    if (behindS * 1000 > BEHIND_MS) {
      return `The evidence log is ${behindS} s behind${this.failing ? `: ${this.failing}` : ""}.`;
    }
    return this.unpublished;
  }
}

/** Whether the log still begins with a head that was seen. */
async function holds(head: SeenHead): Promise<boolean> {
  if (head.position > await logSize()) return false;
  try {
    return Buffer.from(await rootAt(head.position)).toString("hex") === head.chain_sha256;
  } catch (error) {
    if (error instanceof LogDamaged) return false;
    throw error;
  }
}

const placeOf = ({ position, chain_sha256, size }: SeenHead): SeenCheckpoint => ({ size: size ?? 0,
  place: { number: position, hash: fromBase64(chain_sha256) ?? new Uint8Array(32) } });

/** Whether a checkpoint that was seen still stands, as far as what was signed later tells. */
async function stands(seen: SeenHead): Promise<boolean> {
  const { size, place } = placeOf(seen);
  const end = await checkpointsEnd();
  if (end.place.number <= place.number) return isSamePlace(end.place, place);
  const told = await placeAsToldLater({ size, number: place.number });
  return told === null || isSamePlace(told, place);
}

const sequencer = (): LogSequencer => processState("log-sequencer", () => new LogSequencer());

/** Starts sequencing; `database` names the one behind this process in the file of heads. */
export const startLogSequencer = (database: string): void => sequencer().start(database);
/** For a command beside the server: what was seen of the log, without appending to it. */
export const recallLogHeads = (database: string): void => sequencer().recall(database);
export const stopLogSequencer = (): Promise<void> => sequencer().stop();
export const catchUpLog = (): Promise<void> => sequencer().catchUp();
export const seenOfLog = (): SeenOfLog => sequencer().seenOfLog();
/** A checkpoint that a request had signed is noted with the next turn, not within the minute. */
export const lookAtCheckpoints = (): void => sequencer().lookAtCheckpoints();
export const logTrouble = (): string | null => sequencer().trouble();

/** How many records and linked events may wait for the log now. */
export async function logWaiting(): Promise<number> {
  const { now, running } = await runningTransactions();
  const since = Math.min(now.getTime() - 60_000, ...running.map((each) => each.since.getTime()));
  return countWaitingForLog(new Date(since), 100_000);
}
