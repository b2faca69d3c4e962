import { CheckpointChain, isSamePlace } from "@/lib/evidence";
import type { PoolClient } from "../db/database";
import { logIds, type StoredCheckpoint, type StoredKey } from "../db/evidence-log";
import { keysThatShouldBe, publishedWithout, unlikeRotations }
  from "../db/evidence-log-checkpoints";
import { isCheckpointSigned, isEndorsed } from "./evidence-log";
import { originOf } from "./evidence-log-checkpoints";
import { keyIdOf } from "./evidence-log-keys";
import type { SeenCheckpoint } from "./evidence-log-sequencer";
import type { NoteProblem } from "./evidence-log-problems";

/** What a verification says of keys and of checkpoints among themselves. */
export class CheckpointCheck {
  private readonly chain = new CheckpointChain();
  /** Checkpoints of which the process knows, and that were not met on the way. */
  private unmet: SeenCheckpoint[];
  private origin = "";
  private keys: readonly StoredKey[] = [];
  private last = 0;
  checked = 0;

  constructor(private readonly note: NoteProblem, seen: readonly SeenCheckpoint[]) {
    this.unmet = [...seen];
  }

  /** The log's name and its keys: what every signature is checked with. */
  async begin(client: PoolClient, keys: readonly StoredKey[]): Promise<void> {
    this.keys = keys;
    const ids = await logIds(client);
    this.origin = originOf(ids[0] ?? "");
    if (ids.length !== 1) this.note("IDENTITY_CHANGED", {});
    for (const key of keys) {
      const holds = keyIdOf(key.public_key) === key.key_id && (key.follows === null
        ? key.endorsement === null && key.reason === null && MAKERS.includes(key.created_by)
        : isEndorsed(key, keys, this.origin));
      if (!holds) this.note("KEY_CHANGED", { id: key.key_id });
    }
    for (const id of await unlikeRotations(client)) this.note("KEY_CHANGED", { id });
    for (const id of await keysThatShouldBe(client)) {
      if (!keys.some(({ key_id }) => key_id === id)) this.note("KEY_MISSING", { id });
    }
  }

  /** The next one in the order of sizes. */
  take(checkpoint: StoredCheckpoint): void {
    this.checked += 1;
    const { size } = checkpoint;
    const id = `checkpoint ${size}`;
    const key = this.keys.find(({ key_id }) => key_id === checkpoint.key_id);
    const isSound = isCheckpointSigned(checkpoint, key, this.origin);
    if (!isSound) this.note("CHECKPOINT_SIGNATURE", { id });
    const [told, wasDoubted] = [this.chain.toldSize, this.chain.doubted];
    const fault = this.chain.take({ note: checkpoint.note, size, isSound });
    this.last = size;
    if (fault === "MISSING") {
      this.note("CHECKPOINT_MISSING", { from: Math.min(told, size - 1), to: size - 1, id });
    } else if (fault) this.note("CHECKPOINT_MOVED", { id });
    this.meet(wasDoubted || this.chain.doubted);
  }

  private meet(isDoubted: boolean): void {
    const { at } = this.chain;
    this.unmet = this.unmet.filter((seen) => {
      if (seen.place.number > at.number) return true;
      // One that was jumped over is named with those that are missing.
      if (seen.place.number === at.number && !isSamePlace(seen.place, at) && !isDoubted) {
        this.lost(seen);
      }
      return false;
    });
  }

  /** After the last one: those that were cut off, and those that went out and are not here. */
  async end(client: PoolClient): Promise<void> {
    for (const seen of this.unmet) this.lost(seen);
    for (const { size } of await publishedWithout(client)) {
      this.note("CHECKPOINT_UNKNOWN", { id: `checkpoint ${size}` });
    }
  }

  private lost({ size }: SeenCheckpoint): void {
    this.note("CHECKPOINT_LOST", { from: Math.max(0, Math.min(this.last, size - 1)),
      to: Math.max(0, size - 1), id: `checkpoint ${size}` });
  }
}

/** Who makes a key that follows none. */
const MAKERS: readonly string[] = ["environment", "system:log"];
