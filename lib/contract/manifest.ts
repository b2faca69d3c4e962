import { z } from "zod";
import { timestamp, uuid } from "./common";
import { exposureSchema, receivedSchema, VERSION_STATUSES } from "./dataset";
import { operation } from "./operation";
import { judgementSchema } from "./quality";
import { currencySchema, eliminatedSchema } from "./version-money";

const hash = z.string().meta({ description: "SHA-256, lower-case hexadecimal." });

const stepSchema = z.object({
  job_id: uuid,
  kind: z.string().meta({ description: "import, or normalize for rows that were kept raw first" }),
  state: z.string(),
  rows: z.number().int(),
  asked_for_by: z.string(),
  asked_for_at: timestamp,
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  duration_ms: z.number().nullable(),
});

export const manifestSchema = z.object({
  manifest_version: z.literal(1),
  dataset_version_id: uuid,
  number: z.number().int(),
  status: z.enum(VERSION_STATUSES),
  as_of: z.string().nullable(),
  dataset: z.object({ dataset_id: uuid, name: z.string(), base_currency: z.string() }),
  files: z.array(z.object({
    name: z.string().nullable(), media_type: z.string(), bytes: z.number().int(), sha256: hash,
    source_system: z.string().nullable(), received: receivedSchema,
  })),
  reading: z.record(z.string(), z.unknown()).meta({
    description: "How the file was read: encoding, delimiter, sheet, columns, mapping, rates." }),
  counts: z.object({
    raw: z.number().int(), normalized: z.number().int(), rejected: z.number().int(),
    eliminated: z.number().int(), warnings: z.number().int(),
  }),
  quality: z.object({
    score: z.number().nullable(), problem_counts: z.record(z.string(), z.number().int()),
    ...judgementSchema.shape,
  }),
  consolidated: exposureSchema.nullable(),
  currencies: z.array(currencySchema),
  eliminated: eliminatedSchema.nullable(),
  warnings: z.array(z.string()),
  steps: z.array(stepSchema),
  created_by: z.string(),
  created_at: timestamp,
  sealed_at: timestamp.nullable(),
  content: z.object({
    hash: hash.nullable(),
    leaves: z.number().int(),
    tree: z.literal("RFC 9162, SHA-256"),
    leaf: z.string().meta({ description: "What is hashed as the leaf of a row." }),
  }),
  columns: z.object({
    format: z.number().int(), bytes: z.number().int(), sha256: hash,
  }).nullable().meta({ description: "The records in columns, which every calculation by " +
    "instrument reads; null before a version has them." }),
}).meta({ id: "Manifest" });

export const recordProofSchema = z.object({
  dataset_version_id: uuid,
  raw_record_id: uuid,
  row: z.number().int(),
  leaf: z.object({ normalized: hash.nullable(), raw: hash }),
  leaf_hash: hash,
  index: z.number().int(),
  size: z.number().int(),
  proof: z.array(hash).meta({ description: "Sibling hashes from the leaf up to the root." }),
  root: hash.meta({ description: "The version's content hash." }),
  holds: z.boolean().meta({
    description: "Whether the stored records still lead to the content hash." }),
}).meta({ id: "RecordProof" });

/** What a version was made of, and the proof that a row is part of it. */
export const manifestOperations = {
  getManifest: operation({
    method: "GET", path: "/dataset-versions/{id}/manifest", tag: "Datasets", role: "READ",
    summary: "Everything a version was made of: files and hashes, mapping, rates, counts, times, " +
      "quality, who asked for what, and the content hash.",
    response: manifestSchema,
    errors: ["DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  getRecordProof: operation({
    method: "GET", path: "/dataset-versions/{id}/records/{recordId}/proof", tag: "Datasets",
    role: "READ", summary: "The Merkle proof (RFC 9162) that a row, raw and normalized, is part " +
      "of the content hash of its version.",
    response: recordProofSchema,
    errors: ["DATASET_VERSION_NOT_FOUND", "RECORD_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
};
