import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../kernel/hash";
import {
  consistencyRanges, inclusionRanges, LogAppender, LOWEST_KEPT, partsOf, rangeHash,
  verifyConsistency, type LeafRange, type TreeNode,
} from "./log-tree";
import { inclusionProof, leafHash, merkleRoot, nodeHash, verifyInclusion } from "./merkle";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => leafHash(new TextEncoder().encode(`leaf ${at}`)));
const ALL = leavesOf(300);

/** As the database answers: any complete subtree of the leaves. */
function hashOf(leaves: readonly Uint8Array[]) {
  return ({ level, index }: TreeNode): Uint8Array =>
    merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
}
const proofOf = (leaves: readonly Uint8Array[], ranges: readonly LeafRange[]): Uint8Array[] =>
  ranges.map((range) => rangeHash(range, hashOf(leaves)));
const rootOf = (size: number): Uint8Array => merkleRoot(ALL.slice(0, size));
const consistency = (first: number, second: number) => ({ first, second,
  firstRoot: rootOf(first), secondRoot: rootOf(second),
  proof: proofOf(ALL, consistencyRanges(first, second)) });

/** RFC 9162 section 2.1.4.1 word by word. */
function naiveConsistency(m: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (m === leaves.length) return whole ? [] : [merkleRoot(leaves)];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return m <= split ? [...naiveConsistency(m, left, whole), merkleRoot(right)]
    : [...naiveConsistency(m - split, right, false), merkleRoot(left)];
}

describe("proofs from kept subtrees", () => {
  it("are those of the definition, at every index and pair of sizes", () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = ALL.slice(0, size);
      expect(hex(rangeHash({ from: 0, to: size }, hashOf(leaves)))).toBe(hex(merkleRoot(leaves)));
      for (let index = 0; index < size; index += 1) {
        expect({ ok: true, value: proofOf(leaves, inclusionRanges(index, size)) })
          .toStrictEqual(inclusionProof(leaves, index));
      }
      for (let first = 1; first <= size; first += 1) {
        const proof = proofOf(leaves, consistencyRanges(first, size));
        expect(proof.map(hex)).toStrictEqual(naiveConsistency(first, leaves).map(hex));
        expect(verifyConsistency(consistency(first, size))).toBe(true);
      }
    }
  });

  it("need O(log n) subtrees, however large the log", () => {
    const size = 2 ** 40 + 12_345;
    for (const index of [0, 2 ** 39 + 7, size - 1]) {
      const parts = inclusionRanges(index, size).flatMap(partsOf);
      expect(parts.length).toBeLessThanOrEqual(2 * 41);
    }
    expect(consistencyRanges(size - 99, size).flatMap(partsOf).length).toBeLessThanOrEqual(2 * 41);
  });

  it("of an empty log and of the log itself are empty", () => {
    expect(verifyConsistency(consistency(0, 7))).toBe(true);
    expect(verifyConsistency({ ...consistency(0, 7), firstRoot: rootOf(1) })).toBe(false);
    expect(verifyConsistency(consistency(7, 7))).toBe(true);
    expect(verifyConsistency({ ...consistency(7, 7), secondRoot: rootOf(6) })).toBe(false);
  });
});

const FORGERIES = 10_000;
const flipped = (hash: Uint8Array, bit: number): Uint8Array => {
  const other = hash.slice();
  other[bit % 32] = (other[bit % 32] as number) ^ (1 << (bit % 8));
  return other;
};

/** One way to alter a list of hashes; every one gives another list. */
function altered(proof: readonly Uint8Array[], how: number, at: number, bit: number): Uint8Array[] {
  const place = proof.length === 0 ? 0 : at % proof.length;
  const some = proof[place] ?? sha256("x");
  switch (proof.length === 0 ? 2 : how % 5) {
    case 0: return proof.toSpliced(place, 1);
    case 1: return proof.toSpliced(place, 1, flipped(some, bit));
    case 2: return proof.toSpliced(place, 0, flipped(some, bit));
    case 3: return [...proof, some];
    default: return proof.toSpliced(place, 1, nodeHash(some, some));
  }
}

describe("forged and altered proofs", () => {
  const number = fc.nat({ max: 1 << 30 });

  it(`none of ${FORGERIES} of inclusion is accepted`, () => {
    let forged = 0;
    fc.assert(fc.property(number, number, number, number, number, (a, b, how, at, bit) => {
      const size = 1 + a % 300;
      const index = b % size;
      const leaves = ALL.slice(0, size);
      const claim = { leaf: leaves[index] as Uint8Array, index, size, root: rootOf(size),
        proof: proofOf(leaves, inclusionRanges(index, size)) };
      const other = (index + 1 + at % Math.max(1, size - 1)) % size;
      const forgeries = [
        { ...claim, proof: altered(claim.proof, how, at, bit) },
        { ...claim, leaf: flipped(claim.leaf, bit) },
        { ...claim, root: flipped(claim.root, bit) },
        { ...claim, root: nodeHash(claim.leaf, claim.root), proof: [...claim.proof, claim.leaf] },
        ...(other === index ? [] : [{ ...claim, index: other },
          { ...claim, leaf: leaves[other] as Uint8Array }]),
      ];
      forged += forgeries.length;
      return forgeries.every((forgery) => !verifyInclusion(forgery));
    }), { numRuns: FORGERIES / 4 });
    expect(forged).toBeGreaterThanOrEqual(FORGERIES);
  });

  it(`none of ${FORGERIES} of consistency is accepted`, () => {
    let forged = 0;
    fc.assert(fc.property(number, number, number, number, number, (a, b, how, at, bit) => {
      const second = 2 + a % 299;
      const first = 1 + b % (second - 1);
      const claim = consistency(first, second);
      const other = 1 + (first + at % (second - 1)) % second;
      const forgeries = [
        { ...claim, proof: altered(claim.proof, how, at, bit) },
        { ...claim, firstRoot: flipped(claim.firstRoot, bit) },
        { ...claim, secondRoot: flipped(claim.secondRoot, bit) },
        { ...claim, firstRoot: claim.secondRoot, secondRoot: claim.firstRoot },
        ...(other === first ? [] : [{ ...claim, firstRoot: rootOf(other) }]),
      ];
      forged += forgeries.length;
      return forgeries.every((forgery) => !verifyConsistency(forgery));
    }), { numRuns: FORGERIES / 4 });
    expect(forged).toBeGreaterThanOrEqual(FORGERIES);
  });

  it("are refused where sizes are no sizes or hashes no hashes", () => {
    const claim = consistency(3, 9);
    for (const first of [-1, 10, 0.5, Number.NaN, Infinity]) {
      expect(verifyConsistency({ ...claim, first })).toBe(false);
    }
    expect(verifyConsistency({ ...claim, proof: [] })).toBe(false);
    expect(verifyConsistency({ ...claim, firstRoot: new Uint8Array(0) })).toBe(false);
    const short = [...claim.proof, new Uint8Array(31)];
    expect(verifyConsistency({ ...claim, proof: short })).toBe(false);
  });
});

describe("LogAppender", () => {
  it("goes on from any size, and completes each kept subtree once", () => {
    fc.assert(fc.property(fc.nat({ max: 300 }), fc.nat({ max: 300 }), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const peaks = partsOf({ from: 0, to: from }).map(hashOf(ALL));
      const appender = new LogAppender(from, peaks);
      for (const leaf of ALL.slice(from, to)) appender.append(leaf);
      expect(appender.size).toBe(to);
      expect(hex(appender.root())).toBe(hex(rootOf(to)));
      const expected: string[] = [];
      for (let level = LOWEST_KEPT; 2 ** level <= to; level += 1) {
        for (let index = 0; (index + 1) * 2 ** level <= to; index += 1) {
          if ((index + 1) * 2 ** level > from) expected.push(`${level}/${index}`);
        }
      }
      expect(appender.completed.map(({ level, index }) => `${level}/${index}`).sort())
        .toStrictEqual(expected.sort());
      for (const node of appender.completed) expect(node.hash).toStrictEqual(hashOf(ALL)(node));
    }));
  });
});
