import { sha256 } from "../kernel/hash";
import { placeBefore, type CheckpointPlace } from "./checkpoint";

/** Before the first checkpoint. */
export const NO_CHECKPOINTS: CheckpointPlace = { number: 0, hash: new Uint8Array(32) };

/** The place behind a note that stands at `place`. */
export function afterCheckpoint(place: CheckpointPlace, note: string): CheckpointPlace {
  const text = new TextEncoder().encode(note);
  const bytes = new Uint8Array(place.hash.length + text.length);
  bytes.set(place.hash);
  bytes.set(text, place.hash.length);
  return { number: place.number + 1, hash: sha256(bytes) };
}

/** Whether two places are behind the same checkpoints. */
export const isSamePlace = (one: CheckpointPlace, other: CheckpointPlace): boolean =>
  one.number === other.number && one.hash.every((byte, at) => byte === other.hash[at]);

/**
 * MISSING: there were more before it when it was signed. MOVED: there were fewer. CHANGED: there
 * were as many, but not these.
 */
export type CheckpointFault = "MISSING" | "MOVED" | "CHANGED";

/**
 * Follows the checkpoints of a log in their order, holding only the last place. What carries no
 * line `previous` is accounted for by the next one that does.
 */
export class CheckpointChain {
  private isDoubted = false;
  private place = NO_CHECKPOINTS;
  private told = 0;

  /** The place behind the last note. */
  get at(): CheckpointPlace { return this.place; }
  /** Whether a note that does not hold stands between here and the last one that told its place. */
  get doubted(): boolean { return this.isDoubted; }
  /** The size of the last note that told its place: what is missing was signed at that or later. */
  get toldSize(): number { return this.told; }

  /**
   * Takes the next note; `isSound` says whether its signature holds, without which its line says
   * nothing and only its bytes count.
   */
  take({ note, size, isSound }: {
    note: string; size: number; isSound: boolean;
  }): CheckpointFault | null {
    const found = this.place;
    const said = isSound ? placeBefore(note) : null;
    this.place = afterCheckpoint(said ?? found, note);
    if (!said) {
      this.isDoubted ||= !isSound;
      return null;
    }
    const wasDoubted = this.isDoubted;
    this.isDoubted = false;
    this.told = size;
    if (said.number !== found.number) return said.number > found.number ? "MISSING" : "MOVED";
    return wasDoubted || isSamePlace(said, found) ? null : "CHANGED";
  }
}
