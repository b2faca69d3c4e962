import { assert } from "../kernel/assert";
import { sha256 } from "../kernel/hash";
import { equalBytes, MerkleBuilder, nodeHash } from "./merkle";

/**
 * The tree of an append-only log (RFC 9162 section 2.1) whose complete subtrees are kept: proofs
 * and roots of any earlier size are made of O(log n) of them. Sizes and indexes are whole numbers.
 */

/** A complete subtree: the `index`-th of those that cover 2^level leaves each. */
export type TreeNode = { level: number; index: number };
/** Leaves from one place up to, not including, another. */
export type LeafRange = { from: number; to: number };
/** A subtree with its hash. */
export type NodeWithHash = TreeNode & { hash: Uint8Array };

/**
 * The lowest level whose nodes are kept: what lies below is folded from at most 2^4 leaves, and
 * the log has one node to keep for eight leaves.
 */
export const LOWEST_KEPT = 4;

/** The complete subtrees of a range that begins where RFC 9162 splits a tree, left to right. */
export function partsOf({ from, to }: LeafRange): TreeNode[] {
  const parts: TreeNode[] = [];
  for (let at = from; at < to;) {
    let level = 0;
    let size = 1;
    while (at % (size * 2) === 0 && at + size * 2 <= to) {
      size *= 2;
      level += 1;
    }
    parts.push({ level, index: at / size });
    at += size;
  }
  return parts;
}

/** The hash of a range from those of its parts. */
export function rangeHash(range: LeafRange, hashOf: (node: TreeNode) => Uint8Array): Uint8Array {
  const hashes = partsOf(range).map(hashOf);
  const last = hashes.pop();
  if (last === undefined) return sha256(new Uint8Array(0));
  return hashes.reduceRight((right, left) => nodeHash(left, right), last);
}

/** The subtrees of an inclusion proof, the leaf's sibling first (RFC 9162 section 2.1.3.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  assert(isCount(index) && isCount(size) && index < size, "the leaf is one of the tree");
  const ranges: LeafRange[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.reverse();
}

/** The subtrees of a consistency proof between two sizes (RFC 9162 section 2.1.4.1). */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  assert(isCount(first) && isCount(second) && first <= second, "the first tree is not the larger");
  if (first === 0 || first === second) return [];
  const ranges: LeafRange[] = [];
  let [from, to, whole] = [0, second, true];
  while (to !== first) {
    const middle = from + largestPowerBelow(to - from);
    if (first <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      [from, whole] = [middle, false];
    }
  }
  if (!whole) ranges.push({ from, to });
  return ranges.reverse();
}

/** A claim that the tree of `second` leaves begins with the tree of `first` leaves. */
export type ConsistencyClaim = {
  first: number; second: number; firstRoot: Uint8Array; secondRoot: Uint8Array;
  proof: readonly Uint8Array[];
};

/** True when the proof holds (RFC 9162 section 2.1.4.2); false for any malformed claim. */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { first, second, firstRoot, secondRoot, proof } = claim;
  if (!isCount(first) || !isCount(second) || first > second) return false;
  if (firstRoot.length !== HASH || secondRoot.length !== HASH) return false;
  if (proof.some((hash) => hash.length !== HASH)) return false;
  if (first === second) return proof.length === 0 && equalBytes(firstRoot, secondRoot);
  if (first === 0) return proof.length === 0 && equalBytes(firstRoot, sha256(new Uint8Array(0)));
  return walkConsistency(claim);
}

function walkConsistency({ first, second, firstRoot, secondRoot, proof }: ConsistencyClaim) {
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let node = first - 1;
  let last = second - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [firstHash, secondHash] = [start, start];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      firstHash = nodeHash(hash, firstHash);
      secondHash = nodeHash(hash, secondHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      secondHash = nodeHash(secondHash, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(firstHash, firstRoot) && equalBytes(secondHash, secondRoot);
}

/**
 * Appends leaves to a tree of which only the peaks are known, and collects the subtrees that become
 * complete at the levels that are kept.
 */
export class LogAppender {
  /** Subtrees that became complete, in the order in which they did. */
  readonly completed: NodeWithHash[] = [];
  private readonly peaks: NodeWithHash[];

  /** @param peaks the hashes of `partsOf` the tree so far. @throws InvariantError for others. */
  constructor(private count: number, peaks: readonly Uint8Array[]) {
    const parts = partsOf({ from: 0, to: count });
    assert(parts.length === peaks.length, "the tree has as many peaks as its size has ones");
    this.peaks = parts.map((part, at) => ({ ...part, hash: peaks[at] as Uint8Array }));
  }

  get size(): number {
    return this.count;
  }

  /** Adds the next leaf, given as its hash. */
  append(leaf: Uint8Array): void {
    let top: NodeWithHash = { level: 0, index: this.count, hash: leaf };
    for (let peak = this.peaks.at(-1); peak?.level === top.level; peak = this.peaks.at(-1)) {
      this.peaks.pop();
      top = { level: top.level + 1, index: peak.index / 2, hash: nodeHash(peak.hash, top.hash) };
      if (top.level >= LOWEST_KEPT) this.completed.push(top);
    }
    this.peaks.push(top);
    this.count += 1;
  }

  root(): Uint8Array {
    const hashes = this.peaks.map(({ hash }) => hash);
    const last = hashes.pop();
    if (last === undefined) return new MerkleBuilder().root();
    return hashes.reduceRight((right, left) => nodeHash(left, right), last);
  }
}

const HASH = 32;
// Not >> 1: a log may have more than 2^31 leaves.
const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

function isPowerOfTwo(n: number): boolean {
  let power = 1;
  while (power < n) power *= 2;
  return power === n;
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
