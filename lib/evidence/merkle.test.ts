import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256, sha256Hex } from "../kernel/hash";
import {
  BLOCK_LEAVES, blockInclusionProof, BlockTreeBuilder, inclusionProof, leafHash, MerkleBuilder,
  merkleRoot, nodeHash, verifyInclusion,
} from "./merkle";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** The eight entries and the roots of their prefixes, from certificate-transparency's tests. */
const ENTRIES = [
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const LEAVES = ENTRIES.map((entry) => leafHash(bytes(entry)));

/** RFC 9162 section 2.1.1 word by word. */
function naiveRoot(entries: readonly Uint8Array[]): string {
  const [first] = entries;
  if (first === undefined) return sha256Hex(new Uint8Array(0));
  if (entries.length === 1) return sha256Hex(bytes(`00${hex(first)}`));
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  const left = naiveRoot(entries.slice(0, split));
  const right = naiveRoot(entries.slice(split));
  return sha256Hex(bytes(`01${left}${right}`));
}

const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 70 });

describe("MerkleBuilder", () => {
  it("gives the known roots, while it grows", () => {
    const builder = new MerkleBuilder();
    expect(hex(builder.root())).toBe(ROOTS[0]);
    for (const [index, leaf] of LEAVES.entries()) {
      builder.append(leaf);
      expect(hex(builder.root())).toBe(ROOTS[index + 1]);
      expect(builder.size).toBe(index + 1);
    }
  });

  it("agrees with the definition for any entries", () => {
    fc.assert(fc.property(entries, (list) => {
      expect(hex(merkleRoot(list.map(leafHash)))).toBe(naiveRoot(list));
    }));
  });

  it("holds one hash per complete subtree", () => {
    const builder = new MerkleBuilder();
    const leaf = leafHash(new Uint8Array(0));
    for (let count = 0; count < 1023; count += 1) builder.append(leaf);
    expect((builder as unknown as { peaks: unknown[] }).peaks).toHaveLength(10);
  });
});

describe("inclusionProof", () => {
  const proofOf = (leaves: readonly Uint8Array[], index: number): Uint8Array[] => {
    const proof = inclusionProof(leaves, index);
    if (!proof.ok) throw new Error(proof.error);
    return proof.value;
  };

  // certificate-transparency's path vectors: leaf (from 1), tree size, path.
  it.each([
    [1, 1, []],
    [1, 8, [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]],
    [6, 8, [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]],
    [3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
    [2, 5, [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]],
  ])("of leaf %d of %d is the known path", (leaf, size, path) => {
    expect(proofOf(LEAVES.slice(0, size), leaf - 1).map(hex)).toEqual(path);
  });

  it("verifies for every leaf, and for nothing else", () => {
    const list = fc.uniqueArray(fc.uint8Array({ maxLength: 8 }),
      { selector: hex, minLength: 1, maxLength: 40 });
    fc.assert(fc.property(list, fc.nat(), fc.nat(), (some, at, bit) => {
      const leaves = some.map(leafHash);
      const index = at % leaves.length;
      const leaf = leaves[index] as Uint8Array;
      const proof = proofOf(leaves, index);
      const claim = { leaf, index, size: leaves.length, proof, root: merkleRoot(leaves) };
      expect(verifyInclusion(claim)).toBe(true);
      const forged = leaf.slice();
      forged[bit % 32] = (forged[bit % 32] as number) ^ (1 << (bit % 8));
      expect(verifyInclusion({ ...claim, leaf: forged })).toBe(false);
      expect(verifyInclusion({ ...claim, root: sha256("other") })).toBe(false);
      expect(verifyInclusion({ ...claim, proof: [...proof, leaf] })).toBe(false);
      // One hash more that would fit, were the tree's size not known.
      const longer = [...proof, leaf];
      const higher = nodeHash(leaf, claim.root);
      expect(verifyInclusion({ ...claim, proof: longer, root: higher })).toBe(false);
      if (proof.length > 0) {
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
      for (const other of leaves.keys()) {
        if (other !== index) expect(verifyInclusion({ ...claim, index: other })).toBe(false);
      }
    }));
  });

  it("refuses places that do not exist", () => {
    for (const index of [-1, 8, 0.5, Number.NaN]) {
      expect(inclusionProof(LEAVES, index)).toEqual({ ok: false, error: "LEAF_INDEX_INVALID" });
      expect(verifyInclusion({
        leaf: LEAVES[0] as Uint8Array, index, size: 8, proof: [], root: bytes(ROOTS[8] as string),
      })).toBe(false);
    }
    expect(inclusionProof([], 0).ok).toBe(false);
  });
});

describe("a tree in blocks", () => {
  const all = Array.from({ length: 2 * BLOCK_LEAVES + 5 }, (_, at) => leafHash(bytes(
    at.toString(16).padStart(8, "0"))));

  it.each([0, 1, 2, BLOCK_LEAVES - 1, BLOCK_LEAVES, BLOCK_LEAVES + 1, 2 * BLOCK_LEAVES,
    2 * BLOCK_LEAVES + 5])("has the root and the proofs of the plain tree with %i leaves", (size) => {
    const leaves = all.slice(0, size);
    const builder = new BlockTreeBuilder();
    for (const leaf of leaves) builder.append(leaf);
    expect(hex(builder.root())).toBe(hex(merkleRoot(leaves)));
    for (const index of [0, 1, BLOCK_LEAVES - 1, BLOCK_LEAVES, size - 1]) {
      if (index < 0 || index >= size) continue;
      const start = index - index % BLOCK_LEAVES;
      const proof = blockInclusionProof(
        leaves.slice(start, start + BLOCK_LEAVES), builder.blocks(), index);
      expect(proof).toStrictEqual(inclusionProof(leaves, index));
    }
  });

  it("has no proof of a leaf that is not there", () => {
    expect(blockInclusionProof(all.slice(0, 3), [all[0] as Uint8Array], 3).ok).toBe(false);
    expect(blockInclusionProof(all.slice(0, 3), [], 0).ok).toBe(false);
  });
});
