import type { ResponseOf } from "@/lib/contract/operations";
import {
  blockInclusionProof, InclusionBuilder, recordLeaf, verifyInclusion,
} from "@/lib/evidence";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { findContent, findSealed, getVersion, type VersionRow } from "../datasets/datasets";
import { inSnapshot } from "../db/cursor";
import { pool, prisma } from "../db/database";
import { leafBlocks, leavesOfBlock } from "../db/leaf-blocks";
import { leafBatches, leafOf, type PlacedLeaf } from "../db/leaf-reader";
import { judgementOf } from "../datasets/version-quality";
import { recordedColumns } from "../datasets/version-columns";
import type { StoredOptions } from "./version-jobs";

type Manifest = ResponseOf<"getManifest">;

/** What is hashed as a leaf, in words: a proof can be checked with this alone. */
const LEAF_IN_WORDS = 'SHA-256(0x00 || {"normalized":"<SHA-256 of the normalized record>" or null,' +
  '"raw":"<SHA-256 of the raw record>"}), rows in the order of the tape';

/** Everything that a version was made of; the content itself is not part of it. */
export async function getManifest(versionId: string): Promise<Manifest> {
  const row = await findContent(versionId);
  const version = await getVersion(row.id);
  const { media_type: _, received, quality: _judgedBy, ...reading } =
    row.options as unknown as StoredOptions;
  const quality = row.quality as
    { score: number; problem_counts: Record<string, number> } | null;
  return {
    manifest_version: 1,
    dataset_version_id: row.id,
    number: row.number,
    status: version.status,
    as_of: version.as_of,
    dataset: { dataset_id: row.datasetId, name: row.dataset.name,
      base_currency: row.dataset.baseCurrency },
    files: [{ name: row.sourceName, media_type: row.sourceMediaType,
      bytes: Number(row.sourceBytes), sha256: row.sourceSha256, source_system: row.sourceSystem,
      received: received ?? null },
    ...(reading.tables ?? []).flatMap(({ name, bytes, sha256 }) =>
      (bytes === undefined || sha256 === undefined ? [] : [{ name, media_type: "text/csv", bytes,
        sha256, source_system: row.sourceSystem, received: null }]))],
    reading,
    counts: { raw: row.rawCount, normalized: row.normalizedCount, rejected: row.rejectedCount,
      eliminated: version.counts.eliminated, warnings: row.warningCount },
    quality: { score: quality?.score ?? null, problem_counts: quality?.problem_counts ?? {},
      ...judgementOf(row.quality, row.options) },
    consolidated: version.consolidated,
    currencies: version.currencies,
    eliminated: version.eliminated,
    warnings: version.warnings,
    steps: await stepsOf(row.id),
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    sealed_at: row.sealedAt?.toISOString() ?? null,
    content: { hash: row.contentHash, leaves: row.contentHash === null ? 0 : row.rawCount,
      tree: "RFC 9162, SHA-256", leaf: LEAF_IN_WORDS },
    columns: await recordedColumns(row.id),
  };
}

/** The jobs that loaded a version: each reads, validates, normalizes and seals in one pass. */
async function stepsOf(versionId: string): Promise<Manifest["steps"]> {
  const jobs = await prisma().job.findMany({
    where: { subjectId: versionId, kind: { in: ["import", "normalize"] } },
    orderBy: { createdAt: "asc" } });
  return jobs.map((job) => ({
    job_id: job.id, kind: job.kind, state: job.state, rows: job.rowsDone,
    asked_for_by: job.createdBy, asked_for_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    duration_ms: job.startedAt && job.finishedAt
      ? job.finishedAt.getTime() - job.startedAt.getTime() : null,
  }));
}

type Proven = { found: PlacedLeaf; proof: Uint8Array[]; holds: boolean };

/** A row's proof from its block and the kept roots of the others; null where they do not do. */
async function proveByBlocks(version: VersionRow, recordId: string): Promise<Proven | null> {
  const found = await leafOf(pool(), version.id, recordId, true);
  if (!found) return null;
  const blocks = await leafBlocks(pool(), version.id);
  if (blocks.length === 0) return null;
  const leaves = await leavesOfBlock(pool(), version.id, blocks, found.index);
  const proof = blockInclusionProof(
    leaves.map((leaf) => recordLeaf(leaf.raw, leaf.normalized)),
    blocks.map(({ root }) => root), found.index);
  return proof.ok ? checked(version, found, proof.value) : null;
}

/** A row's proof from all rows: of a version without blocks, and to show what no longer holds. */
async function proveByAllRows(version: VersionRow, recordId: string): Promise<Proven | null> {
  const found = await leafOf(pool(), version.id, recordId, false);
  if (!found) return null;
  const builder = new InclusionBuilder(found.index, version.rawCount);
  await inSnapshot(async (client) => {
    for await (const rows of leafBatches(client, version.id)) {
      for (const row of rows) builder.append(recordLeaf(row.raw, row.normalized));
    }
  });
  return checked(version, found, builder.proof());
}

function checked(version: VersionRow, found: PlacedLeaf, proof: Uint8Array[]): Proven {
  const holds = verifyInclusion({ leaf: recordLeaf(found.raw, found.normalized),
    index: found.index, size: version.rawCount, proof,
    root: Buffer.from(version.contentHash ?? "", "hex") });
  return { found, proof, holds };
}

/** Proves a row, named by its raw or its normalized record, against the sealed content hash. */
export async function getRecordProof(
  versionId: string, recordId: string,
): Promise<ResponseOf<"getRecordProof">> {
  const version = await findSealed(versionId);
  const known = isUuid(recordId);
  const quick = known ? await proveByBlocks(version, recordId) : null;
  const proven = quick?.holds || !known ? quick : await proveByAllRows(version, recordId);
  if (!proven) {
    throw new AppError("RECORD_NOT_FOUND",
      { message: "No row of this version's tape has this record; only rows have a proof." });
  }
  const { found, proof, holds } = proven;
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  return {
    dataset_version_id: version.id, raw_record_id: found.raw_record_id, row: found.row_number,
    leaf: { normalized: found.normalized, raw: found.raw },
    leaf_hash: hex(recordLeaf(found.raw, found.normalized)),
    index: found.index, size: version.rawCount, proof: proof.map(hex),
    root: version.contentHash ?? "", holds,
  };
}
