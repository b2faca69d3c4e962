import { z } from "zod";
import {
  DPD_BUCKETS, KPI_FACTS, KPI_GAPS, KPI_NAMES, limitProblem, SEVERITIES, type KpiName,
} from "@/lib/risk";
import { etag, listOf, pageQuery, seenText, timestamp, uuid } from "./common";
import { KPI_REASON_LIMIT } from "./facts";
import { operation } from "./operation";

const worse = z.enum(["above", "below"]);
/** Limits are per cent or, of health, points; nothing sensible lies beyond this. */
const LIMIT_BOUND = 1e9;
const limit = z.number().min(-LIMIT_BOUND).max(LIMIT_BOUND);

const ofEachKpi = <T extends z.ZodType>(schema: T) =>
  Object.fromEntries(KPI_NAMES.map((name) => [name, schema])) as Record<KpiName, T>;

const kpiSchema = z.object({
  value: z.number().nullable(),
  reason: z.string().nullable().meta({ description: "Why there is no value, as a sentence." }),
  gap: z.enum(KPI_GAPS).nullable().meta({ description: "The same as a code." }),
  worse, warning: z.number().nullable(), critical: z.number().nullable(),
  state: z.enum(SEVERITIES),
  finding_id: uuid.nullable()
    .meta({ description: "The finding that judged it by these limits; null when none did." }),
}).meta({ id: "Kpi" });

export const kpisSchema = z.object({
  ...ofEachKpi(kpiSchema),
  dataset_version_id: uuid,
  base_currency: z.string(),
  evidence_id: uuid.nullable().meta({ description: "Null until the figures are recorded." }),
  receivable: z.number(),
  without_days_past_due: z.number()
    .meta({ description: "Balance whose days past due are not known; it is in `receivable`." }),
  buckets: z.array(z.object({
    bucket: z.enum(DPD_BUCKETS), balance: z.number().nullable(), share_pct: z.number().nullable(),
  })),
}).meta({ id: "Kpis" });

const limitPair = z.object({ warning: z.number(), critical: z.number() });
const limitsSchema = z.object(ofEachKpi(z.object({
  worse, limits: limitPair.nullable(), defaults: limitPair.nullable(),
})));

export const kpiSettingsSchema = z.object({
  dataset_id: uuid,
  base_currency: z.string(),
  tangible_equity: z.number().nullable()
    .meta({ description: "The lender's, in base currency; the Texas ratio needs it." }),
  kpis: limitsSchema,
  changed_at: timestamp.nullable(),
  changed_by: z.string().nullable(),
  etag,
}).meta({ id: "KpiSettings" });

const limitsEdit = z.strictObject(ofEachKpi(
  z.strictObject({ warning: limit, critical: limit }).nullable().optional(),
)).superRefine((limits, context) => {
  for (const name of KPI_NAMES) {
    const pair = limits[name];
    const problem = pair ? limitProblem(name, pair) : null;
    if (problem !== null) {
      context.addIssue({ code: "custom", path: [name, "critical"], message: problem });
    }
  }
}).meta({ description: "Pairs that change; null goes back to the default. Critical lies beyond " +
  `warning: ${KPI_NAMES.map((name) => `${name} ${KPI_FACTS[name].worse}`).join(", ")}.` });

export const kpiOperations = {
  getKpis: operation({
    method: "GET", path: "/dataset-versions/{id}/kpis", tag: "KPIs", role: "READ",
    summary: "Portfolio KPIs of a loan tape, judged by the dataset's limits.",
    response: kpisSchema,
    errors: ["DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED", "NORMALIZED_RECORD_REQUIRED"],
  }),
  recordKpis: operation({
    method: "POST", path: "/dataset-versions/{id}/kpis", tag: "KPIs", role: "EXECUTE",
    gates: ["kill_switch"],
    summary: "Records a version's KPIs as evidence and judges them by the limits as they are " +
      "now. A seal does so by itself; what is recorded already is not written again.",
    response: kpisSchema,
    errors: ["DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED", "NORMALIZED_RECORD_REQUIRED",
      "IMMUTABLE_EVIDENCE_MISMATCH", "IMMUTABLE_FINDING_MISMATCH"],
  }),
  listKpis: operation({
    method: "GET", path: "/datasets/{id}/kpis", tag: "KPIs", role: "READ",
    summary: "The KPIs recorded of a dataset's sealed versions, newest version first.",
    query: z.strictObject(pageQuery),
    response: listOf(z.object({
      dataset_version_id: uuid, number: z.number().int(), as_of: z.string().nullable(),
      evidence_id: uuid.nullable(),
      kpis: z.object(ofEachKpi(z.object({
        value: z.number().nullable(), reason: z.string().nullable(),
      }))).nullable().meta({ description: "Null where none were recorded." }),
    })),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
  listKpiHistory: operation({
    method: "GET", path: "/dataset-versions/{id}/kpi-history", tag: "KPIs", role: "READ",
    summary: "KPIs by measurement date, for a tape whose rows have one; the newest date first, " +
      "which is the version's own position.",
    query: z.strictObject(pageQuery),
    response: listOf(z.object({
      measurement_date: z.string(), receivable: z.number(),
      kpis: z.object(ofEachKpi(z.object({
        value: z.number().nullable(), reason: z.string().nullable(),
      }))),
    })),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
  getKpiSettings: operation({
    method: "GET", path: "/datasets/{id}/kpi-settings", tag: "KPIs", role: "READ",
    tagged: "shows", summary: "The limits that a dataset's KPIs are judged by.",
    response: kpiSettingsSchema, errors: ["DATASET_NOT_FOUND"],
  }),
  updateKpiSettings: operation({
    method: "PATCH", path: "/datasets/{id}/kpi-settings", tag: "KPIs", role: "INGEST",
    tagged: "edits",
    summary: "Changes limits or tangible equity. The newest sealed version is judged anew; " +
      "findings of before stay as they are, with the limits that held.",
    body: z.strictObject({
      tangible_equity: z.number().min(-9e14).max(9e14).nullable().optional(),
      limits: limitsEdit.optional(),
      reason: seenText(KPI_REASON_LIMIT)
        .meta({ description: "Why; kept with the change." }),
    }),
    response: kpiSettingsSchema,
    errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND", "IMMUTABLE_EVIDENCE_MISMATCH",
      "IMMUTABLE_FINDING_MISMATCH"],
  }),
  listKpiSettingsChanges: operation({
    method: "GET", path: "/datasets/{id}/kpi-settings/changes", tag: "KPIs", role: "READ",
    summary: "Who changed a dataset's limits when, from what to what, and why; newest first.",
    query: z.strictObject(pageQuery),
    response: listOf(z.object({
      audit_event_id: uuid, changed_at: timestamp, changed_by: z.string(),
      reason: z.string().nullable().meta({ description: "Null: of a change before a reason was asked." }),
      changes: z.array(z.string()),
    })),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
};
