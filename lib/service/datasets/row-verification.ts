import { MerkleBuilder, recordLeaf } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import type { PoolClient } from "../db/database";
import { countNormalized, keptBatches, rowBatches, type KeptRecord } from "../db/leaf-reader";
import type { Defect } from "../db/stored-runs";

/**
 * The first record of a sealed version that is not the one that was sealed: one whose content does
 * not have its hash, or else the version, where the rows as they stand do not lead to its content
 * hash (one was removed, added, moved, or changed with its hash).
 */
export async function firstBadRow(
  client: PoolClient, versionId: string, contentHash: string,
): Promise<Defect | null> {
  const tree = new MerkleBuilder();
  let normalizedRows = 0;
  for await (const rows of rowBatches(client, versionId)) {
    for (const { raw, normalized } of rows) {
      const bad = defectOf(raw) ?? (normalized && defectOf(normalized));
      if (bad) return bad;
      normalizedRows += normalized ? 1 : 0;
      tree.append(recordLeaf(raw.sha256, normalized?.sha256 ?? null));
    }
  }
  if (Buffer.from(tree.root()).toString("hex") !== contentHash
    || await countNormalized(client, versionId) !== normalizedRows) {
    return { id: versionId, reason: "CONTENT_HASH_MISMATCH" };
  }
  for await (const records of keptBatches(client, versionId)) {
    const bad = records.map(defectOf).find((defect) => defect !== null);
    if (bad) return bad;
  }
  return null;
}

function defectOf({ id, sha256, payload }: KeptRecord): Defect | null {
  try {
    if (canonicalHash(payload as Json) === sha256) return null;
  } catch {
    // What somebody put there may have no canonical form.
  }
  return { id, reason: "RECORD_HASH_MISMATCH" };
}
