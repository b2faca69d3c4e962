import { assert } from "../kernel/assert";
import { sha256 } from "../kernel/hash";
import { err, ok, type Result } from "../kernel/result";

const LEAF = 0x00;
const NODE = 0x01;

/** Hash of one entry's bytes as a leaf, RFC 9162 section 2.1.1: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(entry.length + 1);
  bytes[0] = LEAF;
  bytes.set(entry, 1);
  return sha256(bytes);
}

/** Hash of two subtrees as one: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = left.length === HASH && right.length === HASH ? pair
    : new Uint8Array(1 + left.length + right.length);
  bytes[0] = NODE;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

/** Bytes of a SHA-256, and two of them behind the mark of a node: used again for every one. */
const HASH = 32;
const pair = new Uint8Array(1 + 2 * HASH);

/**
 * Builds an RFC 9162 tree from leaf hashes in order, holding one hash per complete subtree:
 * O(log n) memory, so that a tape of any length can be streamed through it.
 */
export class MerkleBuilder {
  private readonly peaks: { height: number; hash: Uint8Array }[] = [];
  private count = 0;

  /** Number of leaves so far. */
  get size(): number {
    return this.count;
  }

  /** Adds the next leaf, given as its `leafHash`. */
  append(leaf: Uint8Array): void {
    let top = { height: 0, hash: leaf };
    for (let peak = this.peaks.at(-1); peak?.height === top.height; peak = this.peaks.at(-1)) {
      this.peaks.pop();
      top = { height: top.height + 1, hash: nodeHash(peak.hash, top.hash) };
    }
    this.peaks.push(top);
    this.count += 1;
  }

  /** Root of the leaves so far; SHA-256 of nothing when there are none. More may follow. */
  root(): Uint8Array {
    const last = this.peaks.at(-1);
    if (last === undefined) return sha256(new Uint8Array(0));
    let hash = last.hash;
    for (const peak of this.peaks.slice(0, -1).reverse()) hash = nodeHash(peak.hash, hash);
    return hash;
  }
}

/** Root of a list of leaf hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  const builder = new MerkleBuilder();
  for (const leaf of leaves) builder.append(leaf);
  return builder.root();
}

/** Leaves of one block of a tree that is kept in blocks; a power of 2. */
export const BLOCK_LEAVES = 1024;

/**
 * As `MerkleBuilder`, with the root of every block of leaves: blocks are whole subtrees, so that
 * the tree of their roots has the same root, and a proof needs one block and the other roots.
 */
export class BlockTreeBuilder {
  private readonly full: Uint8Array[] = [];
  private open = new MerkleBuilder();

  /** Adds the next leaf, given as its `leafHash`. */
  append(leaf: Uint8Array): void {
    this.open.append(leaf);
    if (this.open.size < BLOCK_LEAVES) return;
    this.full.push(this.open.root());
    this.open = new MerkleBuilder();
  }

  /** The blocks' roots in order; the last block may be smaller. */
  blocks(): Uint8Array[] {
    return this.open.size === 0 ? [...this.full] : [...this.full, this.open.root()];
  }

  /** Root of the leaves so far, as RFC 9162 has it. */
  root(): Uint8Array {
    return merkleRoot(this.blocks());
  }
}

/**
 * The proof of a leaf from the leaves of its block and the roots of all blocks, as
 * `inclusionProof` gives it from all leaves. LEAF_INDEX_INVALID when there is no such leaf.
 */
export function blockInclusionProof(
  leaves: readonly Uint8Array[], blocks: readonly Uint8Array[], index: number,
): Result<Uint8Array[], "LEAF_INDEX_INVALID"> {
  const inside = inclusionProof(leaves, index % BLOCK_LEAVES);
  if (!inside.ok) return inside;
  const above = inclusionProof(blocks, Math.floor(index / BLOCK_LEAVES));
  return above.ok ? ok([...inside.value, ...above.value]) : above;
}

/**
 * The leaf of a tape's row: the canonical form of the hashes (lower-case hexadecimal) of its raw
 * record and of what that became; null for a row that was left out.
 */
export function recordLeaf(raw: string, normalized: string | null): Uint8Array {
  // Digits of a hash need neither sorting nor escapes: most leaves differ in these only.
  if (normalized !== null && raw.length === DIGITS && normalized.length === DIGITS) {
    writeDigits(normalized, NORMALIZED_AT);
    writeDigits(raw, RAW_AT);
    return sha256(leafOfTwo);
  }
  const text = `{"normalized":${normalized === null ? "null" : `"${normalized}"`},"raw":"${raw}"}`;
  return leafHash(utf8.encode(text));
}

const utf8 = new TextEncoder();
const DIGITS = 64;
/** The entry of a row with both hashes, behind the mark of a leaf: used again for every one. */
const leafOfTwo = utf8.encode(
  `\0{"normalized":"${" ".repeat(DIGITS)}","raw":"${" ".repeat(DIGITS)}"}`);
const NORMALIZED_AT = leafOfTwo.indexOf(32);
const RAW_AT = leafOfTwo.lastIndexOf(32) + 1 - DIGITS;

function writeDigits(hash: string, at: number): void {
  for (let place = 0; place < DIGITS; place += 1) leafOfTwo[at + place] = hash.charCodeAt(place);
}

type Sibling = { from: number; to: number; tree: MerkleBuilder };

/**
 * The proof of one leaf (RFC 9162 section 2.1.3.1) from leaves that stream by in their order:
 * O(log n) memory. `index` is that of the leaf, `size` the number of all of them.
 */
export class InclusionBuilder {
  /** From the root down. */
  private readonly siblings: Sibling[] = [];
  private readonly inOrder: readonly Sibling[];
  private count = 0;
  private at = 0;

  /** @throws InvariantError when there is no such leaf. */
  constructor(index: number, size: number) {
    assert(Number.isSafeInteger(index) && index >= 0 && index < size, "the leaf is one of the tree");
    let [from, to] = [0, size];
    while (to - from > 1) {
      const middle = from + largestPowerBelow(to - from);
      const isLeft = index < middle;
      const [siblingFrom, siblingTo] = isLeft ? [middle, to] : [from, middle];
      this.siblings.push({ from: siblingFrom, to: siblingTo, tree: new MerkleBuilder() });
      [from, to] = isLeft ? [from, middle] : [middle, to];
    }
    this.inOrder = this.siblings.toSorted((a, b) => a.from - b.from);
  }

  /** Adds the next leaf, given as its `leafHash`. */
  append(leaf: Uint8Array): void {
    let sibling = this.inOrder[this.at];
    if (sibling && this.count >= sibling.to) sibling = this.inOrder[this.at += 1];
    if (sibling && this.count >= sibling.from) sibling.tree.append(leaf);
    this.count += 1;
  }

  /** The sibling hashes from the leaf up to the root, lowest first. */
  proof(): Uint8Array[] {
    return this.siblings.map(({ tree }) => tree.root()).reverse();
  }
}

/** `InclusionBuilder` over a list. LEAF_INDEX_INVALID when there is no such leaf. */
export function inclusionProof(
  leaves: readonly Uint8Array[], index: number,
): Result<Uint8Array[], "LEAF_INDEX_INVALID"> {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    return err("LEAF_INDEX_INVALID");
  }
  const builder = new InclusionBuilder(index, leaves.length);
  for (const leaf of leaves) builder.append(leaf);
  return ok(builder.proof());
}

/** A claim that a leaf stands at `index` in the tree of `size` leaves with this root. */
export type InclusionClaim = {
  leaf: Uint8Array; index: number; size: number; proof: readonly Uint8Array[]; root: Uint8Array;
};

/** True when the proof holds (RFC 9162 section 2.1.3.2); false for any malformed claim. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = claim.leaf;
  for (const sibling of claim.proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(hash, claim.root);
}

// Not >> 1: a tree may have more than 2^31 leaves.
const half = (n: number): number => Math.floor(n / 2);

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** Whether two arrays hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
