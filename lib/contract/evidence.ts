import { z } from "zod";
import { listOf, optionalFlag, pageQuery, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { findingSchema } from "./run";

export const EVIDENCE_KINDS = ["debt_exposure", "stress_test", "kpi", "analysis"] as const;

export const evidenceSchema = z.object({
  evidence_id: uuid,
  kind: z.enum(EVIDENCE_KINDS),
  dataset_version_id: uuid,
  engine_id: z.string(),
  engine_version: z.string(),
  payload: z.unknown(),
  sha256: z.string(),
  created_at: timestamp,
}).meta({ id: "Evidence" });

/** A finding of a run, or of a version's KPIs: those say how bad it is and which limits held. */
export const recordedFindingSchema = findingSchema.extend({
  category: z.enum(["debt_exposure", "stress_test", "kpi"]),
  financial_impact_eur: z.number().nullable(),
  impact_score: z.number().nullable(),
  severity: z.enum(["normal", "warning", "critical"]).optional(),
  limits: z.object({
    worse: z.enum(["above", "below"]), warning: z.number(), critical: z.number(),
  }).optional(),
  evidence_id: uuid, created_at: timestamp,
}).meta({ id: "RecordedFinding" });

const traceRecord = z.object({
  record_id: uuid, kind: z.string(), row: z.number().int(), payload: z.unknown(),
  sha256: z.string(),
});

export const evidenceOperations = {
  listEvidence: operation({
    method: "GET", path: "/evidence", tag: "Evidence", role: "READ",
    summary: "Evidence records, newest first.",
    query: z.strictObject({
      ...pageQuery, dataset_version_id: z.string().optional(), dataset_id: z.string().optional(),
      kind: z.enum(EVIDENCE_KINDS).optional(),
      q: z.string().max(200).optional().meta({ description: "The beginning of an id." }),
    }),
    response: listOf(evidenceSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND", "DATASET_VERSION_NOT_FOUND"],
  }),
  getEvidence: operation({
    method: "GET", path: "/evidence/{id}", tag: "Evidence", role: "READ",
    summary: "One evidence record.", response: evidenceSchema,
    errors: ["EVIDENCE_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  traceEvidence: operation({
    method: "GET", path: "/evidence/{id}/trace", tag: "Evidence", role: "READ",
    summary: "From raw record over normalized record and evidence to findings and runs.",
    response: z.object({
      raw_record: traceRecord.nullable(),
      normalized_record: traceRecord.nullable(),
      evidence: evidenceSchema,
      findings: z.array(recordedFindingSchema),
      runs: z.array(z.object({
        run_id: uuid, started_at: timestamp, recorded_at: timestamp, recorded_by: z.string(),
      })),
      dataset: z.object({
        dataset_id: uuid, name: z.string(), base_currency: z.string(),
        version_number: z.number().int(), as_of: z.string().nullable(),
        content_hash: z.string().nullable(), raw_records: z.number().int(),
        normalized_records: z.number().int(),
        source: z.object({ name: z.string().nullable(), sha256: z.string(), bytes: z.number() }),
      }),
    }),
    errors: ["EVIDENCE_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  verifyEvidence: operation({
    method: "POST", path: "/evidence/verify", tag: "Evidence", role: "READ",
    summary: "Recomputes the hashes, ids and figures of what a version's runs and KPIs have left.",
    body: z.strictObject({
      dataset_version_id: z.string().regex(
        /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "a UUID"),
    }),
    memberCodes: [{ member: "dataset_version_id", required: "DATASET_VERSION_ID_REQUIRED",
      invalid: "DATASET_VERSION_ID_INVALID" }],
    response: z.object({
      ok: z.boolean(), checked: z.number().int(),
      first_bad: z.object({ id: z.string(), reason: z.string() }).nullable(),
    }),
    errors: ["REQUEST_BODY_INVALID", "DATASET_VERSION_ID_REQUIRED", "DATASET_VERSION_ID_INVALID",
      "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED", "CALCULATION_UNAVAILABLE",
      "SCALE_OUT_UNAVAILABLE"],
  }),
  listFindings: operation({
    method: "GET", path: "/findings", tag: "Evidence", role: "READ",
    summary: "Findings, newest first.",
    query: z.strictObject({
      ...pageQuery, dataset_version_id: z.string().optional(), material: optionalFlag,
    }),
    response: listOf(recordedFindingSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND"],
  }),
};
