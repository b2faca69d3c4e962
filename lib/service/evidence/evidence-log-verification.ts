import { isDeepStrictEqual } from "node:util";
import type { ResponseOf } from "@/lib/contract/operations";
import { LogAppender, logLeaf, partsOf, type NodeWithHash } from "@/lib/evidence";
import { writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { inSnapshot } from "../db/cursor";
import type { PoolClient, Prisma } from "../db/database";
import {
  LogDamaged, logSize, nodeHashes, storedKeys, type StoredCheckpoint,
} from "../db/evidence-log";
import { checkpointsFrom } from "../db/evidence-log-checkpoints";
import {
  erasedOf, leavesBetween, linksNow, nodesNow, recordsNow, surplusLinks, surplusNodes,
  type RecordNow, type StoredLeaf, type StoredLink,
} from "../db/evidence-log-reader";
import { compareWithEvents } from "../db/evidence-log-told";
import { CheckpointCheck } from "./evidence-log-checkpoint-check";
import { seenOfLog, type SeenOfLog } from "./evidence-log-sequencer";
import { processState } from "../platform/process-state";
import { WORDS, type Code, type NoteProblem } from "./evidence-log-problems";

type Verification = ResponseOf<"verifyLog">;
type Problem = Verification["problems"][number];

/** A power of 2, so that every kept subtree of a batch is complete at its end. */
const BATCH = 512;
const SHOWN = 50;

/** Recomputes the log from the records as they are stored. */
export async function verifyLog(context: Context): Promise<Verification> {
  const result = await checkLog();
  const { problems, ...outcome } = result;
  await writeAudit(context, { type: "log.verified", after: { ...outcome,
    problems: problems.slice(0, 5) } as unknown as Prisma.InputJsonObject });
  return result;
}

/** As `verifyLog`, without an event. Asked twice at the same time, everything is read once. */
export function checkLog(): Promise<Verification> {
  const running = processState("log-verification",
    () => ({ current: null as Promise<Verification> | null }));
  running.current ??= inSnapshot((client) => new LogCheck(client).run())
    .finally(() => { running.current = null; });
  return running.current;
}

class LogCheck {
  private readonly problems: Problem[] = [];
  private count = 0;
  private readonly note: NoteProblem = (
    code, { from = null, to = from, kind = null, id = null },
  ) => {
    this.count += 1;
    if (this.problems.length >= SHOWN) return;
    this.problems.push({ code, reason: WORDS[code], from_index: from, to_index: to, kind, id });
  };
  private readonly checked = { entries: 0, nodes: 0, erased: 0, links: 0, told: 0 };
  /** Findings that were named: what is wrong with their links follows. */
  private readonly named = new Set<string>();
  /** Links that were named. */
  private readonly namedLinks = new Set<string>();
  private appender = new LogAppender(0, []);
  private size = 0;
  private isRootKnown = true;
  /** The size up to which signed roots held. */
  private heldUpTo = 0;
  private readonly heads: SeenOfLog["heads"];
  private readonly checkpoints: CheckpointCheck;

  constructor(private readonly client: PoolClient) {
    // Before the snapshot: what was seen until now is in it.
    const { heads, checkpoints } = seenOfLog();
    this.heads = heads.sort((a, b) => a.size - b.size);
    this.checkpoints = new CheckpointCheck(this.note, checkpoints);
  }

  async run(): Promise<Verification> {
    const { client } = this;
    this.size = await logSize(client);
    await this.checkpoints.begin(client, await storedKeys(client));
    let checkpoints = await checkpointsFrom(client, -1);
    for (let from = 0; from < this.size; from += BATCH) {
      const to = Math.min(from + BATCH, this.size);
      checkpoints = await this.checkBatch(from, to, checkpoints);
    }
    await this.checkSurplusLinks();
    await this.checkTold();
    for (const late of await this.beyond(checkpoints)) this.checkBeyond(late);
    await this.checkpoints.end(client);
    for (const head of this.heads.filter(({ size }) => size > this.size)) {
      this.note("HEAD_LOST", { from: this.size, to: head.size - 1 });
    }
    for (const { level, index } of await surplusNodes(client, this.size)) {
      this.note("NODE_SURPLUS", { from: index * 2 ** level, to: (index + 1) * 2 ** level - 1 });
    }
    return { ok: this.count === 0, size: this.size, checked: {
      ...this.checked, checkpoints: this.checkpoints.checked },
      problems_count: this.count, problems: this.problems };
  }

  private async checkBatch(
    from: number, to: number, checkpoints: StoredCheckpoint[],
  ): Promise<StoredCheckpoint[]> {
    const leaves = await leavesBetween(this.client, from, to);
    await this.checkRecords([...leaves.values()]);
    let left = checkpoints;
    let isWhole = true;
    for (let index = from; index < to; index += 1) {
      const leaf = leaves.get(index);
      if (!leaf) this.note("LEAF_MISSING", { from: index });
      isWhole &&= leaf !== undefined;
      this.appender.append(leaf?.hash ?? MISSING);
      left = await this.checkRoots(index + 1, left, isWhole);
    }
    await this.checkNodes(this.appender.completed.splice(0), leaves, from);
    if (!isWhole) await this.resume(to);
    return left;
  }

  /** After entries that are missing, the tree goes on from the subtrees that are kept. */
  private async resume(size: number): Promise<void> {
    const parts = partsOf({ from: 0, to: size });
    try {
      const hashOf = await nodeHashes(parts, this.client);
      this.appender = new LogAppender(size, parts.map(hashOf));
      this.isRootKnown = true;
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      this.isRootKnown = false;
    }
  }

  private async checkRecords(leaves: readonly StoredLeaf[]): Promise<void> {
    const records = await recordsNow(this.client, leaves.map(({ entry }) => entry));
    const gone = leaves.flatMap(({ entry }) => {
      const record = records.get(`${entry.kind}/${entry.id}`);
      return record?.version && record.content_sha256 === null ? [record.version] : [];
    });
    const erased = gone.length === 0 ? new Set<string>() : await erasedOf(this.client, gone);
    const links: { at: number; link: StoredLink }[] = [];
    for (const leaf of leaves) {
      this.checked.entries += 1;
      const { index: at, kind, id } = leaf.entry;
      const record = records.get(`${kind}/${id}`);
      const code = this.defectOf(leaf, record, erased);
      if (code) this.note(code, { from: at, kind, id });
      if (code && kind === "finding") this.named.add(id);
      else if (record?.link) links.push({ at, link: record.link });
    }
    await this.checkLinks(links);
  }

  /** A finding's columns say what its link must be, so its entry covers the link as well. */
  private async checkLinks(expected: readonly { at: number; link: StoredLink }[]): Promise<void> {
    if (expected.length === 0) return;
    const stored = await linksNow(this.client, expected.map(({ link }) => link.link_id));
    for (const { at, link } of expected) {
      this.checked.links += 1;
      const found = stored.get(link.link_id);
      if (found && isDeepStrictEqual(found, { ...link })) continue;
      this.namedLinks.add(link.link_id);
      this.note(found ? "LINK_CHANGED" : "LINK_MISSING", { from: at, kind: "link",
        id: link.link_id });
    }
  }

  private async checkSurplusLinks(): Promise<void> {
    for await (const id of surplusLinks(this.client, this.named)) {
      if (!this.namedLinks.has(id)) this.note("LINK_SURPLUS", { kind: "link", id });
    }
  }

  /** What is not in the log itself, but told of by events that are. */
  private async checkTold(): Promise<void> {
    const { checked, untold } = await compareWithEvents(this.client);
    this.checked.told = checked;
    for (const { kind, id, gone } of untold) {
      this.note(gone ? "RECORD_MISSING" : "RECORD_UNTOLD", { kind, id });
    }
  }

  private defectOf(
    { entry, hash }: StoredLeaf, record: RecordNow | undefined, erased: ReadonlySet<string>,
  ): Code | null {
    if (!hash.equals(logLeaf(entry))) return "LEAF_CHANGED";
    if (!record) return "RECORD_MISSING";
    if (record.record_sha256 !== entry.record_sha256) return "RECORD_CHANGED";
    if (record.claimed !== null && record.claimed !== entry.content_sha256) return "CONTENT_CHANGED";
    if (record.content_sha256 === entry.content_sha256) return null;
    if (record.content_sha256 !== null) return "CONTENT_CHANGED";
    if (!erased.has(record.version ?? "")) return "CONTENT_MISSING";
    this.checked.erased += 1;
    return null;
  }

  /** Signed roots, and those that were seen, at a size that was reached. */
  private async checkRoots(
    size: number, checkpoints: StoredCheckpoint[], isWhole: boolean,
  ): Promise<StoredCheckpoint[]> {
    const canTell = this.isRootKnown && isWhole;
    for (const head of this.heads.filter((each) => canTell && each.size === size)) {
      const root = Buffer.from(this.appender.root()).toString("hex");
      if (root !== head.root) this.note("HEAD_CHANGED", { from: this.heldUpTo, to: size - 1 });
    }
    let left = checkpoints;
    while (left[0] && left[0].size <= size) {
      const [checkpoint, ...others] = left;
      left = others.length > 0 ? others : await checkpointsFrom(this.client, checkpoint.size);
      this.checkpoints.take(checkpoint);
      if (!canTell || checkpoint.size !== size) continue;
      if (checkpoint.root.equals(Buffer.from(this.appender.root()))) this.heldUpTo = size;
      else this.note("CHECKPOINT_MISMATCH", { from: this.heldUpTo, to: size - 1,
        id: `checkpoint ${size}` });
    }
    return left;
  }

  private async beyond(left: StoredCheckpoint[]): Promise<StoredCheckpoint[]> {
    const last = left.at(-1);
    return last ? [...left, ...await checkpointsFrom(this.client, last.size)] : left;
  }

  private checkBeyond(checkpoint: StoredCheckpoint): void {
    this.checkpoints.take(checkpoint);
    this.note("CHECKPOINT_BEYOND", { from: this.size, to: checkpoint.size - 1,
      id: `checkpoint ${checkpoint.size}` });
  }

  /** The kept subtrees that these entries complete; those over a missing entry are not known. */
  private async checkNodes(
    nodes: readonly NodeWithHash[], leaves: ReadonlyMap<number, StoredLeaf>, batchFrom: number,
  ): Promise<void> {
    const stored = await nodesNow(this.client, nodes);
    for (const { level, index, hash } of nodes) {
      this.checked.nodes += 1;
      const [from, to] = [index * 2 ** level, (index + 1) * 2 ** level - 1];
      const kept = stored.get(`${level}/${index}`);
      if (!kept) this.note("NODE_MISSING", { from, to });
      else if (!kept.equals(Buffer.from(hash))) {
        let isKnown = this.isRootKnown;
        for (let at = Math.max(from, batchFrom); at <= to; at += 1) isKnown &&= leaves.has(at);
        if (isKnown) this.note("NODE_CHANGED", { from, to });
      }
    }
  }
}

const MISSING = new Uint8Array(32);
