import { z } from "zod";
import { NETTINGS } from "@/lib/risk";
import { listOf, pageQuery, uuid } from "./common";
import { exposureSchema } from "./dataset";
import { EXPOSURE_GROUPS_LIMIT, GROUP_COLUMNS, type GroupColumn } from "./facts";
import { operation } from "./operation";

const recordSchema = z.object({
  record_id: uuid,
  kind: z.string(),
  row: z.number().int(),
  source_record_id: z.string().nullable(),
  raw_record_id: uuid.nullable(),
  payload: z.unknown(),
  sha256: z.string(),
}).meta({ id: "Record" });

export const instrumentSchema = z.object({
  normalized_record_id: uuid,
  raw_record_id: uuid.nullable(),
  record_kind: z.enum(["instrument", "distressed_asset", "portfolio"]),
  row: z.number().int(),
  instrument_id: z.string().nullable(),
  obligor_id: z.string().nullable(),
  obligor_group: z.string().nullable(),
  legal_entity: z.string().nullable(),
  asset_class: z.string().nullable(),
  sector: z.string().nullable(),
  country: z.string().nullable(),
  region: z.string().nullable(),
  currency: z.string().nullable(),
  collateral_type: z.string().nullable(),
  rating: z.string().nullable(),
  status: z.string().nullable(),
  stage: z.number().int().nullable(),
  days_past_due: z.number().int().nullable(),
  interest_rate_pct: z.number().nullable(),
  principal: z.number(),
  collateral_value: z.number(),
  distressed_value: z.number(),
  distressed_recovery: z.number(),
  stress_impact: z.number().nullable(),
}).meta({ id: "Instrument" });

/** `group_by` of a query: one or two columns, joined by a comma. */
export const groupByQuery = z.string().transform((text, context) => {
  const columns = text.split(",").map((part) => part.trim());
  const unknown = columns.find((column) => !GROUP_COLUMNS.includes(column as GroupColumn));
  if (unknown !== undefined || columns.length > 2 || new Set(columns).size < columns.length) {
    context.addIssue({ code: "custom",
      message: `one or two different columns of ${GROUP_COLUMNS.join(", ")}` });
    return z.NEVER;
  }
  return columns as GroupColumn[];
});

/** Debts of a version that are given out one by one. */
export const SECURED_DEBTS_LIMIT = 250_000;

const nettingQuery = z.enum(NETTINGS).default("portfolio").meta({
  description: "`instrument`: no loan's excess collateral covers another's shortfall." });

const exposedSchema = exposureSchema.extend({
  stressed_shortfall: z.number().optional().meta({
    description: "With netting by instrument: the shortfall after the collateral's fall." }),
});
export const exposureGroupSchema = exposedSchema.extend({
  key: z.record(z.string(), z.string().nullable()),
  count: z.number().int(),
}).meta({ id: "ExposureGroup" });

const shock = (low: number, high: number) => z.coerce.number().min(low).max(high).optional();

/** Columns `/instruments` filters on (equality; several values with commas) and sorts by. */
export const INSTRUMENT_TEXT_COLUMNS = ["instrument_id", "obligor_id", "obligor_group",
  "legal_entity", "asset_class", "sector", "country", "region", "currency", "collateral_type",
  "rating", "status", "record_kind", "stage", "dpd_bucket", "obligor"] as const;
export const INSTRUMENT_SORT_COLUMNS = ["row", "principal", "collateral_value", "distressed_value",
  "distressed_recovery", "interest_rate_pct", "days_past_due", "stress_impact",
  ...INSTRUMENT_TEXT_COLUMNS] as const;

/** What a version holds: records, instruments, and what they come to in total and by columns. */
export const recordOperations = {
  listRecords: operation({
    method: "GET", path: "/dataset-versions/{id}/records", tag: "Datasets", role: "READ",
    summary: "Raw or normalized records in the order of the tape.",
    query: z.strictObject({
      ...pageQuery, kind: z.enum(["raw", "normalized"]).default("normalized"),
    }),
    response: listOf(recordSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  getRecord: operation({
    method: "GET", path: "/dataset-versions/{id}/records/{recordId}", tag: "Datasets",
    role: "READ", summary: "One raw or normalized record with the raw row it came from.",
    response: z.object({
      raw: recordSchema.nullable(), normalized: recordSchema.nullable(),
      obligor: recordSchema.nullable()
        .meta({ description: "Of a joined loan: who owes." }),
      collaterals: z.array(recordSchema)
        .meta({ description: "Of a joined loan: what secures it, at most 100." }),
      supplements: z.array(recordSchema).meta({ description: "What further tables say of a " +
        "joined loan and of those collaterals, at most 100." }),
    }),
    errors: ["DATASET_VERSION_NOT_FOUND", "RECORD_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  listInstruments: operation({
    method: "GET", path: "/dataset-versions/{id}/instruments", tag: "Datasets", role: "READ",
    summary: "Instruments and distressed assets; filters and sorts by any column. The three " +
      "shocks give each its `stress_impact`.",
    query: z.strictObject({
      ...pageQuery,
      sort: z.string().max(100).default("row")
        .meta({ description: "A column; a leading `-` turns the order." }),
      q: z.string().max(200).optional().meta({ description: "Part of an instrument or obligor id." }),
      collateral_market_impact_pct: shock(-1, 10), recovery_degradation_pct: shock(-1, 10),
      default_risk_increment_pct: shock(0, 1),
      netting: nettingQuery,
      ...Object.fromEntries(INSTRUMENT_TEXT_COLUMNS.map((column) =>
        [column, z.string().max(2000).optional()])) as
        Record<(typeof INSTRUMENT_TEXT_COLUMNS)[number], z.ZodOptional<z.ZodString>>,
    }),
    response: listOf(instrumentSchema).extend({ total: z.number().int() }),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
  getExposure: operation({
    method: "GET", path: "/dataset-versions/{id}/exposure", tag: "Datasets", role: "READ",
    summary: "Debt exposure in total and by one or two columns.",
    query: z.strictObject({
      group_by: groupByQuery.optional(),
      limit: z.coerce.number().int().min(1).max(EXPOSURE_GROUPS_LIMIT).optional().meta({
        description: "The largest groups by outstanding, so many of them. Without it all come, or "
          + `a refusal where there are more than ${EXPOSURE_GROUPS_LIMIT}.` }),
      netting: nettingQuery,
      collateral_market_impact_pct: shock(-1, 10).meta({
        description: "The fall behind `stressed_shortfall`, with netting by instrument only." }),
    }),
    response: z.object({ totals: exposedSchema, groups: z.array(exposureGroupSchema),
      group_count: z.number().int().meta({ description: "Groups there are, also beyond `limit`." }),
    }),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
  getSecuredDebts: operation({
    method: "GET", path: "/dataset-versions/{id}/secured-debts", tag: "Datasets", role: "READ",
    summary: "Each debt with the collateral that covers it alone, as netting by instrument counts " +
      `them, in no order; null in a version of more than ${SECURED_DEBTS_LIMIT} debts.`,
    response: z.object({
      count: z.number().int(),
      outstanding: z.array(z.number()).nullable(),
      collateral: z.array(z.number()).nullable(),
    }),
    errors: ["DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED", "NORMALIZED_RECORD_REQUIRED"],
  }),
};
