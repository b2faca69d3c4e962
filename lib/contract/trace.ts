import { z } from "zod";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { VERSION_STATUSES } from "./dataset";
import { EVIDENCE_KINDS } from "./evidence";
import { RECORD_PARTS, USES } from "./facts";
import { LOG_KINDS } from "./evidence-log";
import { operation } from "./operation";

const hash = z.string().meta({ description: "SHA-256, lower-case hexadecimal." });
const erasable = (what: string) => z.unknown().meta({
  description: `${what}; null once the version's content was erased.` });

const tracedVersion = z.object({
  dataset_version_id: uuid, dataset_id: uuid, dataset_name: z.string(),
  base_currency: z.string(), number: z.number().int(), status: z.enum(VERSION_STATUSES),
  as_of: z.string().nullable(), sealed_at: timestamp.nullable(),
  erased_at: timestamp.nullable().meta({ description: "Content is gone since; hashes remain." }),
  content_hash: hash.nullable().meta({ description: "The root over all rows (RFC 9162)." }),
  rows: z.number().int(),
});
const tracedFile = z.object({
  name: z.string().nullable(), sha256: hash, bytes: z.number().int(),
}).meta({ description: "The file as it was received, unpacked." });

const rawSide = z.object({
  record_id: uuid, kind: z.string(), row: z.number().int(),
  source_record_id: z.string().nullable(), sha256: hash,
});
const normalizedSide = z.object({
  record_id: uuid, kind: z.string(), row: z.number().int(), instrument_id: z.string().nullable(),
  sha256: hash,
});

/** A row that figures rest on: what counts, and the raw row that it was made of. */
const tracedRecord = z.object({ normalized: normalizedSide, raw: rawSide.nullable() })
  .meta({ id: "TracedRecord" });

const usingRun = z.object({
  type: z.literal("run"), run_id: uuid, started_at: timestamp, recorded_at: timestamp,
  recorded_by: z.string(), engine_version: z.string(), netting: z.string(),
  scenarios: z.number().int(), findings: z.number().int(),
  material_findings: z.number().int().nullable(),
  exposure_evidence_id: uuid, evidence: z.number().int(),
  group_by: z.array(z.string()),
  group_evidence_id: uuid.nullable()
    .meta({ description: "The evidence of the group of this run that the record is in." }),
  instruments_evidence_ids: z.array(uuid)
    .meta({ description: "What fixes the record's own results, one for each scenario." }),
});
const usingFinding = z.object({
  type: z.literal("finding"), finding_id: uuid, kind: z.enum(EVIDENCE_KINDS), evidence_id: uuid,
  is_material: z.boolean(), description: z.string().nullable(), created_at: timestamp,
});
const usingEvidence = z.object({
  type: z.literal("evidence"), evidence_id: uuid, kind: z.enum(EVIDENCE_KINDS),
  analysis: z.string().nullable(), created_at: timestamp,
});

const recordUses = z.object({
  version: tracedVersion, file: tracedFile,
  raw: rawSide.nullable(), normalized: normalizedSide.nullable(),
  part: z.enum(RECORD_PARTS).meta({ description: "How the record goes into figures: `whole` is " +
    "the sum of all or the upload itself, `counted` in every total, `joined` through the loans " +
    "in `joined_to`. The others are in the content hash alone." }),
  position: z.object({ index: z.number().int(), size: z.number().int(), root: hash }).nullable()
    .meta({ description: "The row's leaf under the content hash; `/proof` proves it." }),
  groups: z.record(z.string(), z.string().nullable()).nullable()
    .meta({ description: "The group of each column that the record falls into." }),
  joined_to: z.array(normalizedSide)
    .meta({ description: "Loans that an obligor or collateral goes into, at most 100." }),
  counts: z.object({
    runs: z.number().int(), findings: z.number().int(), material_findings: z.number().int(),
    evidence: z.object({ debt_exposure: z.number().int(), stress_test: z.number().int(),
      kpi: z.number().int(), analysis: z.number().int() }),
  }),
  items: z.array(z.discriminatedUnion("type", [usingRun, usingFinding, usingEvidence])),
  next_cursor: z.string().nullable(),
}).meta({ id: "RecordUses" });

const findingTrace = z.object({
  finding: z.object({ finding_id: uuid, kind: z.enum(EVIDENCE_KINDS),
    is_material: z.boolean(), sha256: hash, created_at: timestamp, payload: erasable("What it says") }),
  link: z.object({ link_id: uuid, created_at: timestamp }).nullable()
    .meta({ description: "Binds finding and evidence; null where it was removed." }),
  evidence: z.object({ evidence_id: uuid, kind: z.enum(EVIDENCE_KINDS), engine_id: z.string(),
    engine_version: z.string(), sha256: hash, created_at: timestamp,
    payload: erasable("Its figures") }).nullable(),
  base_evidence_id: uuid.nullable()
    .meta({ description: "The exposure that a scenario's figures start from." }),
  consolidated: normalizedSide.nullable()
    .meta({ description: "The sum of the records, with which the figures were computed." }),
  ...listOf(tracedRecord).shape,
  total: z.number().int().meta({ description: "Rows that carry exposure." }),
  version: tracedVersion, file: tracedFile,
  log: z.array(z.object({ kind: z.enum(LOG_KINDS), id: uuid, index: z.number().int().nullable(),
    signed_size: z.number().int().nullable() }))
    .meta({ description: "Places in the evidence log, with the size of the first signed " +
      "checkpoint that covers each; null is not there yet." }),
  runs: z.object({ total: z.number().int(), items: z.array(z.object({
    run_id: uuid, started_at: timestamp, recorded_at: timestamp, recorded_by: z.string() })) })
    .meta({ description: "Runs that made the finding, the first 100." }),
}).meta({ id: "FindingTrace" });

/** From any result to the rows and the file it rests on, and from a row to its results. */
export const traceOperations = {
  getRecordUses: operation({
    method: "GET", path: "/dataset-versions/{id}/records/{recordId}/used-by", tag: "Evidence",
    role: "READ", summary: "Which results used a raw or normalized record: runs, findings, KPIs " +
      "and recorded analyses, newest first. After an erasure, what remains of them.",
    query: z.strictObject({ ...pageQuery, of: z.enum(USES).default("runs") }),
    response: recordUses,
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "RECORD_NOT_FOUND"],
  }),
  listEvidenceRecords: operation({
    method: "GET", path: "/evidence/{id}/records", tag: "Evidence", role: "READ",
    summary: "The rows that an evidence record rests on, in the order of the tape: all that carry " +
      "exposure, or those of its group.",
    query: z.strictObject(pageQuery),
    response: listOf(tracedRecord).extend({ file: tracedFile, version: tracedVersion }),
    errors: ["PARAMETERS_INVALID", "EVIDENCE_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
  traceFinding: operation({
    method: "GET", path: "/findings/{id}/trace", tag: "Evidence", role: "READ",
    summary: "From a finding over its evidence and the records to the raw rows and the file, with " +
      "the hash of each. `cursor` and `limit` page through the rows.",
    query: z.strictObject(pageQuery),
    response: findingTrace,
    errors: ["PARAMETERS_INVALID", "FINDING_NOT_FOUND"],
  }),
};
