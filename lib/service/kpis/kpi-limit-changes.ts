import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { KPI_FACTS, KPI_NAMES, type LimitPair, type OwnLimits } from "@/lib/risk";
import { findDataset } from "../datasets/datasets";
import { prisma, type Prisma } from "../db/database";
import { afterCursor, pageOf } from "../platform/paging";

type Change = ResponseOf<"listKpiSettingsChanges">["items"][number];
type Settings = { tangible_equity: number | null; limits: OwnLimits };
type Row = Prisma.AuditEventGetPayload<object>;

const pairText = (pair: LimitPair | undefined): string =>
  pair ? `warning ${pair.warning}, critical ${pair.critical}` : "default";

/** What differs between two states of the limits, in words. */
function changesOf(before: Settings, after: Settings): string[] {
  const limits = KPI_NAMES.flatMap((name) => {
    const [from, to] = [pairText(before.limits[name]), pairText(after.limits[name])];
    return from === to ? [] : [`${KPI_FACTS[name].label}: ${from} \u2192 ${to}`];
  });
  return before.tangible_equity === after.tangible_equity ? limits
    : [...limits, `Tangible equity: ${before.tangible_equity ?? "none"} \u2192 ${
      after.tangible_equity ?? "none"}`];
}

const toChange = (row: Row): Change => ({
  audit_event_id: row.id, changed_at: row.createdAt.toISOString(), changed_by: row.actor,
  reason: row.reason,
  changes: changesOf(row.before as unknown as Settings, row.after as unknown as Settings),
});

const ofDataset = (datasetId: string) =>
  ({ type: "kpi_settings.changed", subjectId: datasetId }) as const;

/** Every change of a dataset's limits, newest first: the audit log is their history. */
export async function listKpiSettingsChanges(
  id: string, query: QueryOf<"listKpiSettingsChanges">,
): Promise<ResponseOf<"listKpiSettingsChanges">> {
  const dataset = await findDataset(id);
  const rows = await prisma().auditEvent.findMany({
    where: { ...ofDataset(dataset.id), ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toChange);
}

const REPORTED = 100;

/** The last changes up to a moment, for what is reported of it: they stay the same ever after. */
export async function limitChangesUpTo(datasetId: string, moment: string): Promise<Change[]> {
  const rows = await prisma().auditEvent.findMany({
    where: { ...ofDataset(datasetId), createdAt: { lte: new Date(moment) } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: REPORTED });
  return rows.map(toChange);
}
