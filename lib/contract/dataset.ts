import { z } from "zod";
import { day, etag, listOf, optionalFlag, pageQuery, seenText, timestamp, uuid } from "./common";
import { moneyQuery, versionMoney } from "./version-money";
import { operation } from "./operation";
import { judgementSchema } from "./quality";
import { tapePreviewSchema } from "./tape-preview";
import { TABLE_TYPES, TAPE_TYPES } from "./tape-types";
import { PREVIEW_TAPE_BYTES } from "./facts";

export const VERSION_STATUSES =
  ["importing", "ingested", "normalizing", "sealed", "failed", "erased"] as const;

/** MODEL.md section 1: amounts in base currency, rates in points, ratios as numbers. */
export const exposureSchema = z.object({
  total_outstanding: z.number(),
  interest_rate_pct: z.number(),
  interest_payment: z.number(),
  collateral_value: z.number(),
  collateral_shortfall: z.number(),
  collateral_coverage_ratio: z.number(),
  assets_value: z.number(),
  leverage_ratio: z.number(),
  distressed_asset_value: z.number(),
  distressed_asset_recovery: z.number(),
  distressed_asset_recovery_ratio: z.number(),
  distressed_asset_count: z.number(),
  net_exposure_after_recovery: z.number(),
}).meta({ id: "DebtExposure" });

export const datasetSchema = z.object({
  dataset_id: uuid,
  name: z.string(),
  base_currency: z.string(),
  description: z.string().nullable(),
  created_at: timestamp,
  created_by: z.string(),
  versions: z.number().int(),
  latest_version: z.object({
    dataset_version_id: uuid, number: z.number().int(), status: z.enum(VERSION_STATUSES),
    as_of: z.string().nullable(), created_at: timestamp,
  }).nullable(),
  etag,
}).meta({ id: "Dataset" });

/** The file as it arrived, where that is not its content. */
export const receivedSchema = z.object({
  encoding: z.string(), bytes: z.number().int(), sha256: z.string(),
}).nullable().meta({ description: "The packed file as it arrived; null where it was sent plain." });

/** What `consolidated` was made of: integers as text, for who computes with them exactly. */
const exactTotalsSchema = z.object({
  outstanding: z.string(), outstandingTimesRate: z.string(), collateral: z.string(),
  assets: z.string(), distressedValue: z.string(), distressedValueTimesRecovery: z.string(),
  distressedCount: z.number().int(), instrumentCount: z.number().int(),
}).meta({ description: "Amounts in 1/10,000, products in 1/10,000 times 1/1,000,000." });

export const versionSchema = z.object({
  dataset_version_id: uuid,
  dataset_id: uuid,
  dataset_name: z.string(),
  base_currency: z.string(),
  number: z.number().int(),
  status: z.enum(VERSION_STATUSES),
  as_of: z.string().nullable(),
  source_system: z.string().nullable(),
  source: z.object({
    name: z.string().nullable(), media_type: z.string(),
    bytes: z.number().meta({ description: "Of the content, unpacked; `sha256` likewise." }),
    sha256: z.string(), received: receivedSchema,
  }),
  counts: z.object({
    raw: z.number().int(), normalized: z.number().int(), rejected: z.number().int(),
    eliminated: z.number().int().meta({ description: "Left out as owed inside the group." }),
    warnings: z.number().int(),
    obligors: z.number().int().optional().meta({ description: "Of a tape of several tables: " +
      "normalized records that describe obligors and carry no exposure." }),
    collaterals: z.number().int().optional().meta({ description: "Likewise of collaterals." }),
    supplements: z.number().int().optional().meta({ description: "Likewise of mortgages, " +
      "enforcement, forbearance, collection and repayments." }),
  }),
  progress: z.object({
    rows: z.number().int(), bytes: z.number(), total_bytes: z.number(), elapsed_ms: z.number(),
  }).nullable(),
  content_hash: z.string().nullable(),
  normalized_record_id: uuid.nullable(),
  consolidated: exposureSchema.nullable(),
  exact_totals: exactTotalsSchema.nullable(),
  ...versionMoney,
  warnings: z.array(z.string()),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  created_at: timestamp,
  created_by: z.string(),
  sealed_at: timestamp.nullable(),
  erased_at: timestamp.nullable(),
}).meta({ id: "DatasetVersion" });

export const problemRowSchema = z.object({
  row: z.number().int(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  recommendation: z.string(),
  rule: z.string().nullable().meta({ description: "The quality rule that the row breaks." }),
  table: z.string().optional()
    .meta({ description: "Of a tape of several tables: the file or sheet that the row is in." }),
  line: z.number().int().optional().meta({ description: "The row's line there." }),
}).meta({ id: "RowProblem" });


const text = seenText;
/** Which part of a file is the tape. */
const sheetQuery = {
  sheet: z.string().min(1).max(200).optional()
    .meta({ description: "A workbook's sheet; the first one unless given." }),
  header_row: z.coerce.number().int().min(1).max(1_048_576).optional()
    .meta({ description: "The line of a CSV or row of a sheet that names the columns; else the first of two " +
      "cells or more." }),
};

const acceptQuality = text(1000).optional().meta({ description:
  "A reason to seal the version though a tolerance of the dataset is exceeded; it is recorded." });

/** What the beginning of a text file may have in a preview; XLSX and Parquet are sent whole. */
export const PREVIEW_TEXT_BYTES = 4 * 1024 ** 2;

export const datasetOperations = {
  createDataset: operation({
    method: "POST", path: "/datasets", tag: "Datasets", role: "INGEST", status: 201, creates: true,
    tagged: "shows",
    summary: "Creates a dataset: a portfolio whose tapes become its versions.",
    body: z.strictObject({
      name: text(200),
      base_currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code such as EUR"),
      description: z.string().max(2000).nullish(),
    }),
    response: datasetSchema,
    errors: ["REQUEST_BODY_INVALID"],
  }),
  listDatasets: operation({
    method: "GET", path: "/datasets", tag: "Datasets", role: "READ",
    summary: "Datasets, newest first.",
    query: z.strictObject(pageQuery),
    response: listOf(datasetSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
  getDataset: operation({
    method: "GET", path: "/datasets/{id}", tag: "Datasets", role: "READ", tagged: "shows",
    summary: "One dataset.", response: datasetSchema, errors: ["DATASET_NOT_FOUND"],
  }),
  updateDataset: operation({
    method: "PATCH", path: "/datasets/{id}", tag: "Datasets", role: "INGEST", tagged: "edits",
    summary: "Changes a dataset's name or description; its versions stay what they are.",
    body: z.strictObject({
      name: text(200).optional(), description: z.string().max(2000).nullable().optional(),
    }),
    response: datasetSchema, errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  createVersion: operation({
    method: "POST", path: "/datasets/{id}/versions", tag: "Datasets", role: "INGEST", status: 202,
    gates: ["kill_switch"], creates: true,
    summary: "Imports a tape as a new version; `Prefer: wait=30` waits for the seal. " +
      "`Content-Encoding: gzip` is read with every type.",
    query: z.strictObject({
      mapping: z.string().max(100_000).optional(),
      profile: z.string().min(1).max(200).optional()
        .meta({ description: "Id or name of a saved mapping, or a built-in one." }),
      privacy: z.string().max(100_000).optional().meta({ description: "JSON: what becomes of " +
        'columns about persons before anything is stored, `{"Email": "mask" | "drop" | "keep"}`; ' +
        "equal values of a dataset get equal tokens." }),
      upload: z.string().max(100).optional()
        .meta({ description: "Id of an upload that has arrived in full, in place of a body." }),
      as_of: day.optional(),
      source_system: text(200).optional(),
      source_name: z.string().max(500).optional(),
      locale: z.string().max(20).optional(),
      ...moneyQuery,
      normalize: optionalFlag,
      expected_rows: z.coerce.number().int().min(0).max(1e12).optional()
        .meta({ description: "Rows that the sender counted; another number is not sealed." }),
      expected_principal: z.coerce.number().min(-9e18).max(9e18).optional()
        .meta({ description: "Outstanding principal in base currency that the sender added up." }),
      accept_quality: acceptQuality,
      ...sheetQuery,
    }),
    body: "stream", bodyTypes: TAPE_TYPES, maxBodyBytes: 20 * 1024 ** 3,
    maxJsonBytes: 64 * 1024 ** 2,
    response: versionSchema,
    errors: ["PARAMETERS_INVALID", "REQUEST_BODY_INVALID", "DATASET_NOT_FOUND",
      "DATASET_VERSION_ERASED", "VERSION_STATE_CONFLICT", "PAYLOAD_TOO_LARGE",
      "MEDIA_TYPE_UNSUPPORTED", "MAPPING_REQUIRED", "MAPPING_PROFILE_NOT_FOUND",
      "FILE_UNREADABLE", "QUALITY_TOLERANCE_EXCEEDED", "UPLOAD_NOT_FOUND", "UPLOAD_INCOMPLETE",
      "UPLOAD_CHECKSUM_MISMATCH"],
  }),
  previewTape: operation({
    method: "POST", path: "/tapes/preview", tag: "Datasets", role: "INGEST",
    summary: "Reads a tape's beginning (XLSX, Parquet and ZIP whole): columns, a suggested " +
      "mapping, the tables of a set.",
    query: z.strictObject(sheetQuery),
    body: "stream", bodyTypes: TABLE_TYPES,
    maxBodyBytes: PREVIEW_TAPE_BYTES,
    response: tapePreviewSchema,
    errors: ["PARAMETERS_INVALID", "FILE_UNREADABLE", "PAYLOAD_TOO_LARGE",
      "MEDIA_TYPE_UNSUPPORTED"],
  }),
  normalizeVersion: operation({
    method: "POST", path: "/dataset-versions/{id}/normalize", tag: "Datasets", role: "INGEST",
    status: 202, gates: ["kill_switch"], creates: true,
    summary: "Normalizes and seals a version that was stored with `normalize=false`, by the " +
      "quality rules as they are now.",
    query: z.strictObject({ accept_quality: acceptQuality }),
    response: versionSchema,
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "VERSION_STATE_CONFLICT",
      "DATASET_VERSION_ERASED"],
  }),
  listVersions: operation({
    method: "GET", path: "/dataset-versions", tag: "Datasets", role: "READ",
    summary: "Dataset versions, newest first.",
    query: z.strictObject({
      ...pageQuery, dataset_id: z.string().optional(),
      status: z.enum(VERSION_STATUSES).optional(),
    }),
    response: listOf(versionSchema), errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
  getVersion: operation({
    method: "GET", path: "/dataset-versions/{id}", tag: "Datasets", role: "READ",
    summary: "One dataset version with its status, counts and content hash.",
    response: versionSchema, errors: ["DATASET_VERSION_NOT_FOUND"],
  }),
  eraseVersion: operation({
    method: "DELETE", path: "/dataset-versions/{id}", tag: "Datasets", role: "ADMIN",
    summary: "Erases records and payloads; hashes and a tombstone stay.",
    body: z.strictObject({ reason: text(1000) }),
    response: versionSchema,
    errors: ["REQUEST_BODY_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "VERSION_STATE_CONFLICT", "LEGAL_HOLD_ACTIVE"],
  }),
  getQuality: operation({
    method: "GET", path: "/dataset-versions/{id}/quality", tag: "Datasets", role: "READ",
    summary: "Data quality: score, rules, tolerances, columns, row problems (the worst first).",
    query: z.strictObject({ ...pageQuery,
      code: z.string().max(100).optional().meta({ description: "Problems of this code only." }),
      rule: z.string().max(100).optional().meta({ description: "Problems of this rule only." }),
    }),
    response: z.object({
      score: z.number().nullable(), columns: z.array(z.unknown()),
      problem_counts: z.record(z.string(), z.number().int()),
      problems: z.array(problemRowSchema), next_cursor: z.string().nullable(),
      file: z.object({ header: z.array(z.string()), delimiter: z.string() }).nullable()
        .meta({ description: "How a CSV was read: its columns in their order." }),
      ...judgementSchema.shape,
    }),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
};
