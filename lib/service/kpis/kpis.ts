import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import {
  DPD_BUCKETS, KPI_FACTS, KPI_NAMES, kpiGapText, limitsOf, portfolioKpis, severityOf,
  type KpiInputs, type KpiName, type KpiSettings, type PortfolioKpis,
} from "@/lib/risk";
import type { Context } from "../platform/caller";
import { findDataset, findSealed, type VersionRow } from "../datasets/datasets";
import { inTransaction, pool, prisma } from "../db/database";
import { kpiSums, kpiSumsByDate } from "../db/kpi-query";
import { holdSealed, newestKpis, recordedIds } from "../db/kpi-records";
import { planKpis } from "./kpi-plan";
import { judgeVersion } from "./kpi-recorder";
import { heldKpiSettings, readKpiSettings } from "./kpi-settings";
import { afterCursor, decodeCursor, encodeCursor, invalidCursor, pageOf } from "../platform/paging";

type Kpis = ResponseOf<"getKpis">;

/** A version's KPIs as they were recorded, else as its records give them, judged as of now. */
export async function getKpis(versionId: string): Promise<Kpis> {
  const version = await findSealed(versionId);
  const settings = await readKpiSettings(pool(), version.datasetId);
  const recorded = (await newestKpis(pool(), [version.id])).get(version.id);
  const sums = recorded?.payload.inputs ?? await kpiSums(pool(), version.id);
  const inputs = { ...sums, tangible_equity: settings.tangibleEquity };
  return answerOf(version, inputs, settings);
}

/** Records a version's KPIs and judges them; what is there already is compared, not written. */
export async function recordKpis(context: Context, versionId: string): Promise<Kpis> {
  const version = await findSealed(versionId);
  assert(version.consolidatedRecordId, "a sealed version has its sum");
  const subject = { datasetVersionId: version.id, baseCurrency: version.dataset.baseCurrency,
    normalizedRecordId: version.consolidatedRecordId };
  await inTransaction(async (client) => {
    // An erasure waits for this, or came first.
    if (await holdSealed(client, version.id)) {
      await judgeVersion(client, context, subject,
        await heldKpiSettings(client, version.datasetId));
    }
  });
  return getKpis(versionId);
}

async function answerOf(
  version: VersionRow, inputs: KpiInputs, settings: KpiSettings,
): Promise<Kpis> {
  const plan = planKpis({ datasetVersionId: version.id,
    baseCurrency: version.dataset.baseCurrency,
    normalizedRecordId: version.consolidatedRecordId ?? "" }, inputs, settings.limits);
  const { evidence_id: evidenceId } = plan.evidence;
  const recorded = await recordedIds([evidenceId, ...plan.findings.map(({ id }) => id)]);
  const kpis = portfolioKpis(inputs);
  const receivable = inputs.receivable ?? 0;
  const each = KPI_NAMES.map((name) => {
    const finding = plan.findings.find(({ metric }) => metric === name)?.id ?? null;
    return [name, judged(name, kpis, settings,
      finding !== null && recorded.has(finding) ? finding : null)];
  });
  return {
    ...Object.fromEntries(each) as Record<KpiName, Kpis[KpiName]>,
    dataset_version_id: version.id,
    base_currency: version.dataset.baseCurrency,
    evidence_id: recorded.has(evidenceId) ? evidenceId : null,
    receivable,
    without_days_past_due: inputs.without_days_past_due ?? 0,
    buckets: DPD_BUCKETS.map((bucket) => {
      const balance = inputs[bucket];
      return { bucket, balance,
        share_pct: balance === null || receivable <= 0 ? null : (100 * balance) / receivable };
    }),
  };
}

function judged(
  name: KpiName, kpis: PortfolioKpis, settings: KpiSettings, findingId: string | null,
): Kpis[KpiName] {
  const kpi = kpis[name];
  const limits = limitsOf(name, settings.limits);
  return {
    value: kpi.value, reason: kpi.reason === null ? null : kpiGapText(kpi.reason),
    gap: kpi.reason, worse: KPI_FACTS[name].worse,
    warning: limits?.warning ?? null, critical: limits?.critical ?? null,
    state: kpi.value === null ? "unknown" : limits ? severityOf(kpi, limits) : "normal",
    finding_id: findingId,
  };
}

/** The KPIs recorded of a dataset's sealed versions. */
export async function listKpis(
  datasetId: string, query: QueryOf<"listKpis">,
): Promise<ResponseOf<"listKpis">> {
  const dataset = await findDataset(datasetId);
  const versions = await prisma().datasetVersion.findMany({
    where: { datasetId: dataset.id, status: "sealed", ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1,
    select: { id: true, number: true, asOf: true, createdAt: true },
  });
  const recorded = await newestKpis(pool(), versions.map(({ id }) => id));
  return pageOf(versions, query.limit, ({ id, number, asOf }) => {
    const stored = recorded.get(id);
    const kpis = stored?.payload.kpis ?? null;
    return { dataset_version_id: id, number, as_of: asOf?.toISOString().slice(0, 10) ?? null,
      evidence_id: stored?.evidence_id ?? null,
      kpis: kpis === null ? null : shownKpis(kpis) };
  });
}

const shownKpis = (kpis: PortfolioKpis) => Object.fromEntries(KPI_NAMES.map((name) => {
  const { value, reason } = kpis[name];
  return [name, { value, reason: reason === null ? null : kpiGapText(reason) }];
})) as Record<KpiName, { value: number | null; reason: string | null }>;

/** Later than every date of a tape. */
const END_OF_DATES = "9999-99-99";

/** A version's KPIs by measurement date; none for a tape whose rows have no such date. */
export async function listKpiHistory(
  versionId: string, query: QueryOf<"listKpiHistory">,
): Promise<ResponseOf<"listKpiHistory">> {
  const version = await findSealed(versionId);
  const [before] = query.cursor === undefined ? [END_OF_DATES] : decodeCursor(query.cursor, 1);
  if (typeof before !== "string") throw invalidCursor();
  const { tangibleEquity } = await readKpiSettings(pool(), version.datasetId);
  const found = await kpiSumsByDate(pool(), version.id, before, query.limit + 1);
  const shown = found.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ date, sums }) => ({ measurement_date: date,
      receivable: sums.receivable ?? 0,
      kpis: shownKpis(portfolioKpis({ ...sums, tangible_equity: tangibleEquity })) })),
    next_cursor: found.length > query.limit && last ? encodeCursor([last.date]) : null,
  };
}
