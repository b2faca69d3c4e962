import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid } from "@/lib/kernel/ids";
import {
  DEFAULT_KPI_LIMITS, KPI_FACTS, KPI_NAMES, type KpiSettings, type OwnLimits,
} from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { insertAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { inTransaction, pool, type PoolClient } from "../db/database";
import { latestSealed } from "../db/kpi-records";
import { etagOf, requireMatch } from "../platform/etag";
import { judgeVersion } from "./kpi-recorder";

type Settings = ResponseOf<"getKpiSettings">;
type Queryable = Pick<PoolClient, "query">;
type Row = { dataset_id: string; base_currency: string; tangible_equity: number | null;
  limits: OwnLimits | null; changed_at: Date | null; changed_by: string | null };

const SELECT = `SELECT d.dataset_id, d.base_currency, s.tangible_equity, s.limits, s.changed_at,
    s.changed_by
  FROM dataset d LEFT JOIN kpi_settings s ON s.dataset_id = d.dataset_id WHERE d.dataset_id = $1`;

/** @throws AppError DATASET_NOT_FOUND */
async function findSettings(client: Queryable, datasetId: string, lock = ""): Promise<Row> {
  const found = isUuid(datasetId) ? await client.query<Row>(SELECT + lock, [datasetId]) : null;
  const row = found?.rows[0];
  if (!row) throw new AppError("DATASET_NOT_FOUND");
  return row;
}

const settingsOf = (row: Row): KpiSettings =>
  ({ tangibleEquity: row.tangible_equity, limits: row.limits ?? {} });

/** What a dataset's KPIs are judged by. */
export const readKpiSettings = async (
  client: Queryable, datasetId: string,
): Promise<KpiSettings> => settingsOf(await findSettings(client, datasetId));

/** The same, which nobody changes before the end of the transaction. */
export const heldKpiSettings = async (
  client: Queryable, datasetId: string,
): Promise<KpiSettings> => settingsOf(await findSettings(client, datasetId, " FOR SHARE OF d"));

function toSettings(row: Row): Settings {
  const { tangibleEquity, limits: own } = settingsOf(row);
  const defaults: OwnLimits = DEFAULT_KPI_LIMITS;
  return {
    dataset_id: row.dataset_id,
    base_currency: row.base_currency,
    tangible_equity: tangibleEquity,
    kpis: Object.fromEntries(KPI_NAMES.map((name) => {
      const pair = (from: OwnLimits) => {
        const limits = from[name];
        return limits ? { warning: limits.warning, critical: limits.critical } : null;
      };
      return [name, { worse: KPI_FACTS[name].worse, limits: pair(own) ?? pair(defaults),
        defaults: pair(defaults) }];
    })) as Settings["kpis"],
    changed_at: row.changed_at?.toISOString() ?? null,
    changed_by: row.changed_by,
    etag: etagOf({ id: row.dataset_id, tangible_equity: tangibleEquity, limits: own }),
  };
}

export const getKpiSettings = async (datasetId: string): Promise<Settings> =>
  toSettings(await findSettings(pool(), datasetId));

/**
 * Changes what a dataset's KPIs are judged by, and judges its newest sealed version anew: all in
 * one transaction, so that no finding is missing that the limits ask for.
 */
export async function updateKpiSettings(
  context: Context, datasetId: string, body: BodyOf<"updateKpiSettings">,
): Promise<Settings> {
  return inTransaction(async (client) => {
    const before = await findSettings(client, datasetId, " FOR UPDATE OF d");
    requireMatch(context, toSettings(before).etag);
    const after = changed(settingsOf(before), body);
    await client.query(
      `INSERT INTO kpi_settings (dataset_id, tangible_equity, limits, changed_by)
       VALUES ($1, $2, $3, $4) ON CONFLICT (dataset_id) DO UPDATE SET
         tangible_equity = excluded.tangible_equity, limits = excluded.limits,
         changed_by = excluded.changed_by, changed_at = CURRENT_TIMESTAMP`,
      [before.dataset_id, after.tangibleEquity, JSON.stringify(after.limits),
        context.caller.name]);
    const audited = ({ tangibleEquity, limits }: KpiSettings) =>
      ({ tangible_equity: tangibleEquity, limits: { ...limits } });
    await insertAudit(client, context, { type: "kpi_settings.changed",
      subjectId: before.dataset_id, reason: body.reason,
      before: audited(settingsOf(before)), after: audited(after) });
    const latest = await latestSealed(client, before.dataset_id);
    if (latest) await judgeVersion(client, context, latest, after);
    return toSettings(await findSettings(client, datasetId));
  });
}

function changed(before: KpiSettings, body: BodyOf<"updateKpiSettings">): KpiSettings {
  const edits = body.limits ?? {};
  const limits = KPI_NAMES.flatMap((name) => {
    const edit = edits[name];
    const pair = edit === undefined ? before.limits[name] : edit;
    return pair ? [[name, pair] as const] : [];
  });
  return { limits: Object.fromEntries(limits),
    tangibleEquity: body.tangible_equity === undefined ? before.tangibleEquity
      : body.tangible_equity };
}
