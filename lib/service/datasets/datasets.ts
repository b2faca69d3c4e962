import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid, newId } from "@/lib/kernel/ids";
import { exposureOf, exposureWarnings, totalsFromJson, totalsToJson } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type Prisma } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";
import { afterCursor, pageOf } from "../platform/paging";
import { moneyOf } from "./version-money";

const WITH_LATEST = {
  _count: { select: { versions: true } },
  versions: { orderBy: { number: "desc" }, take: 1 },
} as const satisfies Prisma.DatasetInclude;
type DatasetRow = Prisma.DatasetGetPayload<{ include: typeof WITH_LATEST }>;

const WITH_DATASET = { dataset: true } as const;
export type VersionRow = Prisma.DatasetVersionGetPayload<{ include: typeof WITH_DATASET }>;

const dateOf = (date: Date | null): string | null => date?.toISOString().slice(0, 10) ?? null;

function toDataset(row: DatasetRow): ResponseOf<"getDataset"> {
  const latest = row.versions[0];
  return {
    dataset_id: row.id,
    name: row.name,
    base_currency: row.baseCurrency,
    description: row.description,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    versions: row._count.versions,
    latest_version: latest ? {
      dataset_version_id: latest.id, number: latest.number, status: statusOf(latest.status),
      as_of: dateOf(latest.asOf), created_at: latest.createdAt.toISOString(),
    } : null,
    etag: etagOf({ id: row.id, name: row.name, description: row.description }),
  };
}

type Version = ResponseOf<"getVersion">;
const statusOf = (text: string): Version["status"] => text as Version["status"];
/** States of a version whose content is on its way. */
export const LOADING = new Set(["importing", "normalizing"]);

type SideCounts = { obligors: number; collaterals: number; supplements?: number };
const sideCounts = (row: Pick<VersionRow, "quality">): SideCounts | undefined =>
  (row.quality as { side_records?: SideCounts } | null)?.side_records;

/** How many of a version's normalized records carry exposure. */
export function exposedCount(row: Pick<VersionRow, "quality" | "normalizedCount">): number {
  const { obligors = 0, collaterals = 0, supplements = 0 } = sideCounts(row) ?? {};
  return row.normalizedCount - obligors - collaterals - supplements;
}

/** A version as the contract shows it. */
export function toVersion(row: VersionRow): Version {
  const totals = row.consolidated === null ? null : totalsFromJson(row.consolidated);
  const loading = LOADING.has(row.status);
  const money = moneyOf(row);
  return {
    dataset_version_id: row.id,
    dataset_id: row.datasetId,
    dataset_name: row.dataset.name,
    base_currency: row.dataset.baseCurrency,
    number: row.number,
    status: statusOf(row.status),
    as_of: dateOf(row.asOf),
    source_system: row.sourceSystem,
    source: { name: row.sourceName, media_type: row.sourceMediaType,
      bytes: Number(row.sourceBytes), sha256: row.sourceSha256,
      received: (row.options as { received?: Version["source"]["received"] }).received ?? null },
    counts: { raw: row.rawCount, normalized: row.normalizedCount, rejected: row.rejectedCount,
      eliminated: money.eliminated?.records ?? 0, warnings: row.warningCount,
      ...sideCounts(row) },
    progress: loading ? {
      rows: row.rowsDone, bytes: Number(row.bytesDone), total_bytes: Number(row.sourceBytes),
      elapsed_ms: Math.max(0, Date.now() - row.createdAt.getTime()),
    } : null,
    content_hash: row.contentHash,
    normalized_record_id: row.consolidatedRecordId,
    consolidated: totals?.ok ? exposureOf(totals.value) : null,
    exact_totals: totals?.ok ? totalsToJson(totals.value) : null,
    ...money,
    warnings: [
      ...(totals?.ok ? exposureWarnings(totals.value) : []), ...((row.warnings ?? []) as string[]),
    ],
    failure: row.failure as Version["failure"],
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    sealed_at: row.sealedAt?.toISOString() ?? null,
    erased_at: row.erasedAt?.toISOString() ?? null,
  };
}

export async function createDataset(
  context: Context, body: BodyOf<"createDataset">,
): Promise<ResponseOf<"createDataset">> {
  const row = await prisma().$transaction(async (transaction) => {
    const created = await transaction.dataset.create({
      data: { id: newId(), name: body.name, baseCurrency: body.base_currency,
        description: body.description ?? null, createdBy: context.caller.name },
      include: WITH_LATEST,
    });
    await recordAudit(transaction, context, { type: "dataset.created", subjectId: created.id,
      after: { name: body.name, base_currency: body.base_currency,
        description: body.description ?? null } });
    return created;
  });
  return toDataset(row);
}

/** Changes name or description, unless somebody else changed them since the caller read them. */
export async function updateDataset(
  context: Context, datasetId: string, body: BodyOf<"updateDataset">,
): Promise<ResponseOf<"updateDataset">> {
  if (!isUuid(datasetId)) throw new AppError("DATASET_NOT_FOUND");
  return prisma().$transaction(async (transaction) => {
    await transaction.$executeRaw`
      SELECT 1 FROM dataset WHERE dataset_id = ${datasetId}::uuid FOR UPDATE`;
    const before = await transaction.dataset.findUnique({
      where: { id: datasetId }, include: WITH_LATEST });
    if (!before) throw new AppError("DATASET_NOT_FOUND");
    requireMatch(context, toDataset(before).etag);
    const after = await transaction.dataset.update({
      where: { id: datasetId }, include: WITH_LATEST,
      data: { ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.description === undefined ? {} : { description: body.description }) },
    });
    await recordAudit(transaction, context, { type: "dataset.changed", subjectId: datasetId,
      before: { name: before.name, description: before.description },
      after: { name: after.name, description: after.description } });
    return toDataset(after);
  });
}

export async function listDatasets(
  query: QueryOf<"listDatasets">,
): Promise<ResponseOf<"listDatasets">> {
  const rows = await prisma().dataset.findMany({
    where: afterCursor(query.cursor), include: WITH_LATEST,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toDataset);
}

/** @throws AppError DATASET_NOT_FOUND */
export async function findDataset(datasetId: string): Promise<DatasetRow> {
  const row = isUuid(datasetId)
    ? await prisma().dataset.findUnique({ where: { id: datasetId }, include: WITH_LATEST }) : null;
  if (!row) throw new AppError("DATASET_NOT_FOUND");
  return row;
}

export const getDataset = async (datasetId: string): Promise<ResponseOf<"getDataset">> =>
  toDataset(await findDataset(datasetId));

export async function listVersions(
  query: QueryOf<"listVersions">,
): Promise<ResponseOf<"listVersions">> {
  if (query.dataset_id !== undefined) await findDataset(query.dataset_id);
  const rows = await prisma().datasetVersion.findMany({
    where: {
      ...(query.dataset_id ? { datasetId: query.dataset_id } : {}),
      ...(query.status ? { status: query.status } : {}),
      ...afterCursor(query.cursor),
    },
    include: WITH_DATASET,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toVersion);
}

/** @throws AppError DATASET_VERSION_NOT_FOUND */
export async function findVersion(versionId: string): Promise<VersionRow> {
  const row = isUuid(versionId) ? await prisma().datasetVersion.findUnique({
    where: { id: versionId }, include: WITH_DATASET,
  }) : null;
  if (!row) throw new AppError("DATASET_VERSION_NOT_FOUND");
  return row;
}

/** A version whose content is still there. @throws AppError DATASET_VERSION_ERASED */
export async function findContent(versionId: string): Promise<VersionRow> {
  const row = await findVersion(versionId);
  if (row.status === "erased") throw erased(row);
  return row;
}

/** A sealed version. @throws AppError DATASET_VERSION_ERASED, NORMALIZED_RECORD_REQUIRED */
export async function findSealed(versionId: string): Promise<VersionRow> {
  const row = await findContent(versionId);
  if (row.status !== "sealed") {
    throw new AppError("NORMALIZED_RECORD_REQUIRED",
      { message: `The dataset version is ${row.status}, not sealed.` });
  }
  return row;
}

const erased = (row: VersionRow): AppError => new AppError("DATASET_VERSION_ERASED", {
  message: `The dataset version was erased at ${row.erasedAt?.toISOString() ?? "an unknown time"}.`,
});

export const getVersion = async (versionId: string): Promise<Version> =>
  toVersion(await findVersion(versionId));

/** Versions of one dataset come one after the other: held until the transaction ends. */
export const lockDataset = (transaction: Prisma.TransactionClient, id: string): Promise<unknown> =>
  transaction.$executeRaw`SELECT 1 FROM dataset WHERE dataset_id = ${id}::uuid FOR UPDATE`;

/** The number of a dataset's next version, behind its lock. */
export async function nextNumber(
  transaction: Prisma.TransactionClient, datasetId: string,
): Promise<number> {
  const { _max: last } = await transaction.datasetVersion.aggregate({
    where: { datasetId }, _max: { number: true } });
  return (last.number ?? 0) + 1;
}
