import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { EvidenceKind } from "@/lib/evidence";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { exposedCount, findContent, findDataset, findVersion } from "../datasets/datasets";
import { Prisma, prisma, type EvidenceRecord, type FindingRecord } from "../db/database";
import { afterCursor, pageOf } from "../platform/paging";

type Evidence = ResponseOf<"getEvidence">;
type Finding = ResponseOf<"listFindings">["items"][number];
type Trace = ResponseOf<"traceEvidence">;

const toEvidence = (row: EvidenceRecord): Evidence => ({
  evidence_id: row.id,
  kind: row.kind as EvidenceKind,
  dataset_version_id: row.datasetVersionId,
  engine_id: row.engineId,
  engine_version: row.engineVersion,
  payload: row.payload,
  sha256: row.sha256,
  created_at: row.createdAt.toISOString(),
});

const toFinding = (row: FindingRecord): Finding => ({
  ...row.payload as unknown as Finding,
  evidence_id: row.evidenceId,
  created_at: row.createdAt.toISOString(),
});

/** The ids that begin with a text: as a UUID sorts, from its lowest to its highest completion. */
function idRange(prefix: string): { gte: string; lte: string } | null {
  const digits = prefix.toLowerCase().replaceAll("-", "");
  if (!/^[0-9a-f]{1,32}$/.test(digits)) return null;
  const complete = (fill: string): string => digits.padEnd(32, fill)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { gte: complete("0"), lte: complete("f") };
}

async function versionIds(datasetId: string): Promise<string[]> {
  await findDataset(datasetId);
  const rows = await prisma().datasetVersion.findMany(
    { where: { datasetId }, select: { id: true } });
  return rows.map((row) => row.id);
}

export async function listEvidence(
  query: QueryOf<"listEvidence">,
): Promise<ResponseOf<"listEvidence">> {
  if (query.dataset_version_id !== undefined) await findVersion(query.dataset_version_id);
  const ofDataset = query.dataset_id === undefined ? undefined : await versionIds(query.dataset_id);
  const range = query.q === undefined || query.q === "" ? undefined : idRange(query.q);
  if (range === null) return { items: [], next_cursor: null };
  const rows = await prisma().evidenceRecord.findMany({
    where: { AND: [
      query.dataset_version_id ? { datasetVersionId: query.dataset_version_id } : {},
      ofDataset ? { datasetVersionId: { in: ofDataset } } : {},
      query.kind ? { kind: query.kind } : {},
      range ? { id: range } : {},
      afterCursor(query.cursor),
    ] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toEvidence);
}

async function findEvidence(evidenceId: string): Promise<EvidenceRecord> {
  const row = isUuid(evidenceId)
    ? await prisma().evidenceRecord.findUnique({ where: { id: evidenceId } }) : null;
  if (!row) throw new AppError("EVIDENCE_NOT_FOUND");
  await findContent(row.datasetVersionId);
  return row;
}

export const getEvidence = async (evidenceId: string): Promise<Evidence> =>
  toEvidence(await findEvidence(evidenceId));

/** Everything an evidence record rests on, and everything that rests on it. */
export async function traceEvidence(evidenceId: string): Promise<Trace> {
  const evidence = await findEvidence(evidenceId);
  const version = await findContent(evidence.datasetVersionId);
  const [raw, normalized, findings, runs] = await Promise.all([
    prisma().rawRecord.findUnique({ where: { id: version.reportRawRecordId ?? "" } }),
    prisma().normalizedRecord.findUnique({ where: { id: version.consolidatedRecordId ?? "" } }),
    prisma().findingRecord.findMany({
      where: { evidenceId: evidence.id }, orderBy: { createdAt: "asc" }, take: 1000 }),
    prisma().run.findMany({
      where: { datasetVersionId: version.id, evidenceIds: { has: evidence.id } },
      orderBy: { createdAt: "asc" }, take: 1000 }),
  ]);
  return {
    raw_record: raw && { record_id: raw.id, kind: raw.kind, row: raw.rowNumber,
      payload: raw.payload, sha256: raw.sha256 },
    normalized_record: normalized && { record_id: normalized.id, kind: normalized.kind,
      row: normalized.rowNumber, payload: normalized.payload, sha256: normalized.sha256 },
    evidence: toEvidence(evidence),
    findings: findings.map(toFinding),
    runs: runs.map((run) => ({ run_id: run.id,
      started_at: run.startedAt.toISOString().replace(".000Z", "Z"),
      recorded_at: run.createdAt.toISOString(), recorded_by: run.createdBy })),
    dataset: {
      dataset_id: version.datasetId, name: version.dataset.name,
      base_currency: version.dataset.baseCurrency, version_number: version.number,
      as_of: version.asOf?.toISOString().slice(0, 10) ?? null,
      content_hash: version.contentHash, raw_records: version.rawCount,
      normalized_records: exposedCount(version),
      source: { name: version.sourceName, sha256: version.sourceSha256,
        bytes: Number(version.sourceBytes) },
    },
  };
}

export async function listFindings(
  query: QueryOf<"listFindings">,
): Promise<ResponseOf<"listFindings">> {
  if (query.dataset_version_id !== undefined) await findVersion(query.dataset_version_id);
  const rows = await prisma().findingRecord.findMany({
    where: {
      ...(query.dataset_version_id ? { datasetVersionId: query.dataset_version_id } : {}),
      // What an erasure left of a finding is no finding to show.
      payload: { not: Prisma.AnyNull },
      ...(query.material === undefined ? {} : { isMaterial: query.material }),
      ...afterCursor(query.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toFinding);
}
