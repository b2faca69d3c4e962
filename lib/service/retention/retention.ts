import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { RetentionMode } from "@/lib/contract/facts";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findDataset } from "../datasets/datasets";
import { pool, prisma, type Prisma, type RetentionRule as Row } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";

type Retention = ResponseOf<"getRetention">;
type Beyond = ResponseOf<"previewRetention">["items"][number];

/** How many of the newest sealed versions and how many months are kept; null is no limit. */
export type Limits = { keepNewest: number | null; keepMonths: number | null };

const toRetention = (datasetId: string, row: Row | null): Retention => {
  const rule = { mode: (row?.mode ?? "off") as RetentionMode,
    keep_newest: row?.keepNewest ?? null, keep_months: row?.keepMonths ?? null };
  return { dataset_id: datasetId, ...rule, changed_at: row?.changedAt.toISOString() ?? null,
    changed_by: row?.changedBy ?? null, etag: etagOf({ id: datasetId, ...rule }) };
};

export async function getRetention(datasetId: string): Promise<Retention> {
  const { id } = await findDataset(datasetId);
  return toRetention(id, await prisma().retentionRule.findUnique({ where: { datasetId: id } }));
}

/** Changes a rule, unless somebody else changed it since the caller read it. */
export async function updateRetention(
  context: Context, datasetId: string, body: BodyOf<"updateRetention">,
): Promise<Retention> {
  if (!isUuid(datasetId)) throw new AppError("DATASET_NOT_FOUND");
  return prisma().$transaction(async (transaction) => {
    if (await transaction.$executeRaw`
      SELECT 1 FROM dataset WHERE dataset_id = ${datasetId}::uuid FOR UPDATE` === 0) {
      throw new AppError("DATASET_NOT_FOUND");
    }
    const row = await transaction.retentionRule.findUnique({ where: { datasetId } });
    const before = toRetention(datasetId, row);
    requireMatch(context, before.etag);
    const rule = { mode: body.mode ?? before.mode,
      keepNewest: body.keep_newest === undefined ? before.keep_newest : body.keep_newest,
      keepMonths: body.keep_months === undefined ? before.keep_months : body.keep_months };
    if (rule.mode !== "off" && rule.keepNewest === null && rule.keepMonths === null) {
      const message = "keep_newest or keep_months: a rule needs at least one of them";
      throw new AppError("REQUEST_BODY_INVALID",
        { message, errors: [{ path: "keep_newest", message }] });
    }
    const data = { ...rule, changedAt: new Date(), changedBy: context.caller.name };
    const after = await transaction.retentionRule.upsert({ where: { datasetId },
      create: { datasetId, ...data }, update: data });
    await recordAudit(transaction, context, { type: "retention.changed", subjectId: datasetId,
      before: shown(row), after: shown(after) });
    return toRetention(datasetId, after);
  });
}

const shown = (row: Row | null): Prisma.InputJsonObject => ({ mode: row?.mode ?? "off",
  keep_newest: row?.keepNewest ?? null, keep_months: row?.keepMonths ?? null });

/** A rule in words, as the reason of an erasure; null where it limits nothing. */
export function ruleText({ keepNewest, keepMonths }: Limits): string | null {
  const parts = [
    ...(keepNewest === null ? [] : [keepNewest === 1 ? "the newest sealed version"
      : `the ${keepNewest} newest sealed versions`]),
    ...(keepMonths === null ? []
      : [keepMonths === 1 ? "versions of the last month" : `versions of the last ${keepMonths} months`]),
  ];
  return parts.length === 0 ? null : `Retention rule: keep ${parts.join(" and ")}.`;
}

/** Versions that neither limit keeps; the newest sealed one is never among them. */
const BEYOND = `SELECT v.dataset_version_id::text, v.number, v.status, v.as_of::text, v.created_at,
    (SELECT count(*)::int FROM run r WHERE r.dataset_version_id = v.dataset_version_id) AS runs,
    EXISTS (SELECT FROM legal_hold h WHERE h.dataset_version_id = v.dataset_version_id
      AND h.released_at IS NULL) AS is_held
  FROM dataset_version v
  WHERE v.dataset_id = $1 AND v.status IN ('sealed', 'ingested', 'failed')
    AND v.number < (SELECT min(number) FROM (SELECT number FROM dataset_version
      WHERE dataset_id = $1 AND status = 'sealed' ORDER BY number DESC
      LIMIT coalesce($2::int, 1)) newest)
    AND ($3::int IS NULL OR v.created_at < now() - make_interval(months => $3::int))
  ORDER BY v.number LIMIT $4`;

/** The versions of a dataset that are beyond its limits, the oldest first. */
export async function beyondRule(
  datasetId: string, { keepNewest, keepMonths }: Limits, limit = 1000,
): Promise<Beyond[]> {
  if (keepNewest === null && keepMonths === null) return [];
  const { rows } = await pool().query<Omit<Beyond, "created_at"> & { created_at: Date }>(
    BEYOND, [datasetId, keepNewest, keepMonths, limit]);
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }));
}

export async function previewRetention(
  datasetId: string, query: QueryOf<"previewRetention">,
): Promise<ResponseOf<"previewRetention">> {
  const rule = await getRetention(datasetId);
  const isAsked = query.keep_newest !== undefined || query.keep_months !== undefined;
  const limits: Limits = isAsked
    ? { keepNewest: query.keep_newest ?? null, keepMonths: query.keep_months ?? null }
    : { keepNewest: rule.keep_newest, keepMonths: rule.keep_months };
  const items = await beyondRule(rule.dataset_id, limits);
  const all = await prisma().datasetVersion.count({
    where: { datasetId: rule.dataset_id, status: { not: "erased" } } });
  return { rule: ruleText(limits), items,
    kept: all - items.filter(({ is_held: isHeld }) => !isHeld).length };
}
