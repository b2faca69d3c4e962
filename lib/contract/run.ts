import { z } from "zod";
import { normalizeTimestamp } from "@/lib/kernel/dates";
import { GROUP_DIMENSIONS, NETTINGS } from "@/lib/risk";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { exposureSchema } from "./dataset";
import { REPORT_TEMPLATES, SIGN_OFF_STATES } from "./facts";
import { jobSchema } from "./job";
import { operation } from "./operation";
import { signOffSchema } from "./sign-off";

export const ENGINE_PATH = "/engines/distressed-asset-debt-stress";

const segmentValue = z.string().nullable();
const shocks = {
  interest_rate_delta_pct: z.number(),
  collateral_market_impact_pct: z.number(),
  recovery_degradation_pct: z.number(),
  default_risk_increment_pct: z.number(),
};

/** Shocks of the records whose values fit `where`; the last matching entry wins, field by field. */
export const segmentShockSchema = z.object({
  where: z.partialRecord(z.enum(GROUP_DIMENSIONS),
    z.union([segmentValue, z.array(segmentValue)])),
}).extend(z.object(shocks).partial().shape).meta({ id: "SegmentShock" });

export const scenarioSchema = z.object({
  scenario_id: z.string(),
  description: z.string(),
  ...shocks,
  segment_shocks: z.array(segmentShockSchema).optional(),
}).meta({ id: "Scenario" });

export const stressSchema = scenarioSchema.extend({
  interest_rate_pct: z.number(),
  interest_payment: z.number(),
  collateral_value: z.number(),
  collateral_loss: z.number(),
  distressed_asset_value: z.number(),
  distressed_asset_loss: z.number(),
  distressed_asset_recovery: z.number(),
  default_risk_buffer: z.number(),
  net_exposure_after_recovery: z.number(),
  loss_estimate: z.number(),
  impact_score: z.number(),
}).meta({ id: "StressTest" });

export const parametersSchema = z.object({
  net_exposure_materiality_threshold_pct: z.number(),
  stress_loss_materiality_threshold_pct: z.number(),
  netting: z.enum(NETTINGS),
  include_default_scenarios: z.boolean(),
  stress_scenarios: z.array(scenarioSchema),
  group_by: z.array(z.enum(GROUP_DIMENSIONS)).optional(),
}).meta({ id: "RunParameters" });

export const findingSchema = z.object({
  id: uuid,
  dataset_version_id: uuid,
  title: z.string(),
  category: z.enum(["debt_exposure", "stress_test"]),
  metric: z.string(),
  scenario_id: z.string().optional(),
  description: z.string(),
  value: z.number(),
  threshold: z.number(),
  is_material: z.boolean(),
  materiality: z.enum(["material", "not_material"]),
  financial_impact_eur: z.number(),
  impact_score: z.number(),
  confidence: z.string(),
}).meta({ id: "Finding" });

const assumptionSchema = z.object({
  id: z.string(), description: z.string(), source: z.string(), impact: z.string(),
  sensitivity: z.string(), details: z.record(z.string(), z.unknown()).optional(),
}).meta({ id: "Assumption" });

export const runResultSchema = z.object({
  dataset_version_id: uuid,
  started_at: timestamp,
  run_id: uuid,
  debt_exposure_evidence_id: uuid,
  stress_test_evidence_ids: z.record(z.string(), uuid),
  group_evidence: z.array(z.object({
    key: z.partialRecord(z.enum(GROUP_DIMENSIONS), segmentValue), evidence_id: uuid,
  })).optional().meta({
    description: "With `group_by`: what each group comes to, the largest outstanding first." }),
  material_findings: z.array(findingSchema),
  report: z.object({
    metadata: z.object({
      dataset_version_id: uuid, generated_at: timestamp, normalized_record_id: uuid,
      raw_record_id: uuid, warnings: z.array(z.string()), parameters: parametersSchema,
    }),
    debt_exposure: exposureSchema,
    stress_tests: z.array(stressSchema),
    assumptions: z.array(assumptionSchema),
  }),
  assumptions: z.array(assumptionSchema),
}).meta({ id: "RunResult" });

/** Who recorded a run and when, beside what it says. */
export const runDetailSchema = runResultSchema.extend({
  recorded_at: timestamp,
  recorded_by: z.string(),
  engine_id: z.string(),
  engine_version: z.string(),
  dataset_name: z.string(),
  dataset_version_number: z.number().int(),
  base_currency: z.string(),
  as_of: z.string().nullable(),
  content_hash: z.string().nullable(),
  sign_off: signOffSchema,
}).meta({ id: "RunDetail" });

export const runSummarySchema = z.object({
  run_id: uuid,
  dataset_version_id: uuid,
  dataset_name: z.string(),
  dataset_version_number: z.number().int(),
  base_currency: z.string(),
  started_at: timestamp,
  recorded_at: timestamp,
  recorded_by: z.string(),
  scenarios: z.number().int(),
  findings: z.number().int(),
  material_findings: z.number().int().nullable(),
  net_exposure_after_recovery: z.number().nullable(),
  worst_scenario_id: z.string().nullable(),
  worst_loss_estimate: z.number().nullable(),
  sign_off: z.enum(SIGN_OFF_STATES),
  parameters: parametersSchema,
}).meta({ id: "RunSummary" });

/** What a debt comes to under a scenario of a run. */
const runInstrumentSchema = z.object({
  normalized_record_id: uuid,
  row: z.number().int(),
  part: z.number().int().nullable().meta({
    description: "Which of a portfolio record's listed instruments, from 0; else null." }),
  instrument_id: z.string().nullable(),
  outstanding: z.number(),
  collateral_value: z.number(),
  stressed_collateral_value: z.number(),
  collateral_shortfall: z.number().meta({ description: "Its own, under either netting." }),
  stressed_collateral_shortfall: z.number(),
  shortfall_increase: z.number(),
  default_risk_buffer: z.number(),
}).meta({ id: "RunInstrument" });

export const versionIdCodes = { member: "dataset_version_id", required: "DATASET_VERSION_ID_REQUIRED",
  invalid: "DATASET_VERSION_ID_INVALID" } as const;
export const uuidText = z.string().regex(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "a UUID");

export const runOperations = {
  runEngine: operation({
    method: "POST", path: `${ENGINE_PATH}/run`, tag: "Engine", role: "EXECUTE",
    gates: ["engine", "kill_switch"],
    summary: "Runs the stress engine on a sealed version and records the evidence.",
    // Parameters are judged by the calculation library itself; see `canonicalParameters`.
    body: z.strictObject({
      dataset_version_id: uuidText,
      started_at: z.string().refine((text) => normalizeTimestamp(text).ok,
        "ISO 8601 such as 2025-01-01T00:00:00Z").meta({ format: "date-time" }),
      parameters: z.record(z.string(), z.unknown()).optional().meta({
        description: "netting, include_default_scenarios, stress_scenarios, group_by (one or two " +
          "dimensions whose groups become evidence) and the two *_materiality_threshold_pct; " +
          "shocks of scenarios override a default's by scenario_id.",
      }),
    }),
    memberCodes: [
      versionIdCodes,
      { member: "started_at", required: "STARTED_AT_REQUIRED", invalid: "STARTED_AT_INVALID" },
      { member: "parameters", required: "PARAMETERS_INVALID", invalid: "PARAMETERS_INVALID" },
    ],
    response: runResultSchema,
    errors: ["ENGINE_DISABLED", "KILL_SWITCH_ACTIVE", "REQUEST_BODY_INVALID",
      "DATASET_VERSION_ID_REQUIRED", "DATASET_VERSION_ID_INVALID", "STARTED_AT_REQUIRED",
      "STARTED_AT_INVALID", "PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND",
      "DATASET_VERSION_ERASED", "NORMALIZED_RECORD_REQUIRED", "EVIDENCE_ID_COLLISION",
      "FINDING_ID_COLLISION", "IMMUTABLE_EVIDENCE_MISMATCH", "IMMUTABLE_FINDING_MISMATCH",
      "IMMUTABLE_LINK_MISMATCH", "CALCULATION_UNAVAILABLE",
      "SCALE_OUT_UNAVAILABLE", "ENGINE_RUN_FAILED"],
  }),
  engineHealth: operation({
    method: "GET", path: `${ENGINE_PATH}/health`, tag: "Engine", role: "READ",
    summary: "Whether the engine may run.",
    response: z.object({ status: z.enum(["ok", "disabled"]), engine_id: z.string() }),
    errors: [],
  }),
  engineReport: operation({
    method: "POST", path: `${ENGINE_PATH}/report`, tag: "Engine", role: "EXECUTE",
    gates: ["engine"],
    summary: "The report of a recorded run.",
    body: z.strictObject({
      dataset_version_id: uuidText,
      run_id: uuidText,
      parameters: z.strictObject({
        report_type: z.enum(["standard", "granular", "aggregated"]).default("standard"),
      }).optional(),
    }),
    memberCodes: [
      versionIdCodes,
      { member: "run_id", required: "RUN_ID_REQUIRED", invalid: "RUN_ID_INVALID" },
      { member: "parameters", required: "PARAMETERS_INVALID", invalid: "PARAMETERS_INVALID" },
    ],
    response: z.object({
      report_type: z.string(), dataset_version_id: uuid, run_id: uuid, generated_at: timestamp,
      sections: z.object({
        metadata: z.unknown(), debt_exposure: z.unknown(), stress_tests: z.unknown(),
        assumptions: z.unknown(),
      }),
    }),
    errors: ["ENGINE_DISABLED", "REQUEST_BODY_INVALID", "DATASET_VERSION_ID_REQUIRED",
      "DATASET_VERSION_ID_INVALID", "RUN_ID_REQUIRED", "RUN_ID_INVALID", "PARAMETERS_INVALID",
      "DATASET_VERSION_NOT_FOUND", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED",
      "CALCULATION_UNAVAILABLE", "SCALE_OUT_UNAVAILABLE"],
  }),
  enabledEngines: operation({
    method: "GET", path: "/engine-registry/enabled", tag: "Engine", role: "READ",
    summary: "Engines that may run.",
    response: z.object({ enabled_engines: z.array(z.string()) }), errors: [],
  }),
  listRuns: operation({
    method: "GET", path: "/runs", tag: "Runs", role: "READ", summary: "Runs, newest first.",
    query: z.strictObject({
      ...pageQuery, dataset_version_id: z.string().optional(), dataset_id: z.string().optional(),
      sign_off: z.enum(SIGN_OFF_STATES).optional(),
    }),
    response: listOf(runSummarySchema),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND", "DATASET_VERSION_NOT_FOUND"],
  }),
  getRun: operation({
    method: "GET", path: "/runs/{id}", tag: "Runs", role: "READ",
    summary: "A run as it was recorded, read from its evidence.",
    response: runDetailSchema,
    errors: ["RUN_NOT_FOUND", "DATASET_VERSION_ERASED", "CALCULATION_UNAVAILABLE",
      "SCALE_OUT_UNAVAILABLE"],
  }),
  listRunInstruments: operation({
    method: "GET", path: "/runs/{id}/instruments", tag: "Runs", role: "READ",
    summary: "What each instrument comes to under a scenario of a run. Outstanding, collateral " +
      "and buffer add up to the scenario's totals; shortfalls do with netting by instrument.",
    query: z.strictObject({
      ...pageQuery, scenario_id: z.string().min(1).max(200),
      sort: z.enum(["-shortfall_increase", "-outstanding", "-stressed_collateral_shortfall",
        "-default_risk_buffer", "row"]).default("-shortfall_increase")
        .meta({ description: "The largest first, or as in the tape." }),
      format: z.enum(["json", "csv"]).default("json")
        .meta({ description: "`csv` gives all of them as a file; `limit` and `cursor` do not count." }),
    }),
    response: listOf(runInstrumentSchema).extend({
      total: z.number().int(), netting: z.enum(NETTINGS),
      artifact: z.object({
        sha256: z.string(), bytes: z.number().int(),
        evidence_id: uuid.nullable().meta({ description: "Of the run by instrument that recorded " +
          "the hash; null where it was recorded when it was first asked for." }),
      }).meta({ description: "The results of all instruments." }),
    }),
    responseTypes: ["application/json", "text/csv"], accepted: jobSchema,
    errors: ["PARAMETERS_INVALID", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED",
      "CALCULATION_UNAVAILABLE"],
  }),
  exportRun: operation({
    method: "GET", path: "/runs/{id}/export", tag: "Runs", role: "READ",
    summary: "A run as a file: its figures (json, csv), the report (pdf, xlsx), what each " +
      "instrument comes to (parquet), or with inputs, proofs and a verifier, to be checked " +
      "offline (zip, up to 2 GB). The same run in the same state of its sign-off gives the " +
      "same bytes.",
    query: z.strictObject({
      format: z.enum(["json", "csv", "xlsx", "pdf", "parquet", "zip"]).default("json"),
      scenario_id: z.string().min(1).max(200).optional().meta({ description: "With xlsx a sheet " +
        "of the instruments under this scenario; with parquet only this one, else all." }),
      template: z.enum(REPORT_TEMPLATES).optional().meta({ description: "Of the report (pdf, " +
        "xlsx): `internal` (when absent) has everything, `regulator` begins with sign-off, " +
        "parameters and assumptions, `board` is one page." }),
    }),
    response: z.unknown(), responseTypes: ["application/json", "text/csv", "application/pdf",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.apache.parquet", "application/zip"],
    accepted: jobSchema,
    errors: ["PARAMETERS_INVALID", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED",
      "CALCULATION_UNAVAILABLE", "SCALE_OUT_UNAVAILABLE", "LOG_BEHIND"],
  }),
};
