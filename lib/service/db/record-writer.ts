import type { PoolClient } from "pg";
import { ByteWriter, phraseOf, type Phrase } from "@/lib/kernel/bytes";
import { sha256Hex } from "@/lib/kernel/hash";
import { idBytes, writeNewId } from "@/lib/kernel/ids";
import { RecordJson, type RecordKind, type TextField } from "@/lib/kernel/record";
import type { ExactTotals } from "@/lib/risk";
import type { RowProblem } from "@/lib/tape";
import {
  bigintField, CopyBatch, copyRows, floatField, intField, measured, numericField, textField,
  uuidField, type TakenRows,
} from "./copy-batch";

/** Writes a payload as JSON, canonical where its hash is to be that of the canonical form. */
export type WritePayload = (out: ByteWriter) => void;

export type RawRow = {
  kind: "record" | "file"; row: number; sourceRecordId: string | null; payload: WritePayload;
};
export type NormalizedRow = {
  /** A new one unless given. */
  id?: string;
  rawRecordId: Uint8Array | null; kind: RecordKind | "consolidated";
  row: number; payload: WritePayload | RecordJson; totals: ExactTotals;
  fields: { readonly [F in TextField]?: string } & {
    readonly stage?: number; readonly days_past_due?: number; readonly interest_rate_pct?: number;
  };
};

const RAW_COLUMNS = ["raw_record_id", "dataset_version_id", "kind", "row_number",
  "source_record_id", "payload", "sha256"];
const NORMALIZED_COLUMNS = ["normalized_record_id", "dataset_version_id", "raw_record_id", "kind",
  "row_number", "instrument_id", "obligor_id", "obligor_group", "legal_entity", "asset_class",
  "sector", "country", "region", "currency", "collateral_type", "rating", "status", "stage",
  "days_past_due", "interest_rate_pct", "outstanding_units", "outstanding_rate_units",
  "collateral_units", "assets_units", "distressed_units", "distressed_recovery_units",
  "distressed_count", "instrument_count", "payload", "sha256"];
const PROBLEM_COLUMNS = ["dataset_version_id", "row_number", "column_name", "value", "code",
  "severity", "message", "recommendation", "rule_id", "table_name", "table_line"];

/** What a binary jsonb begins with: the version of its format, before the text. */
const JSONB_VERSION = 1;

/** A field of type uuid that every row has. */
function uuidPhrase(id: string): Phrase {
  const field = new ByteWriter(32);
  uuidField(field, idBytes(id));
  return phraseOf(field.from(0));
}

/** Raw records of a version, for a COPY. */
export class RawBatch extends CopyBatch {
  /** The id of the row that was added last, until the next is added. */
  readonly id = new Uint8Array(16);
  private readonly version: Phrase;

  constructor(versionId: string) {
    super("raw_record", RAW_COLUMNS);
    this.version = uuidPhrase(versionId);
  }

  /** Adds a row under a new id; the hash of its payload. */
  addRow({ kind, row, sourceRecordId, payload }: RawRow): string {
    const out = this.row();
    uuidField(out, writeNewId(this.id, 0));
    out.phrase(this.version);
    textField(out, kind);
    intField(out, row);
    textField(out, sourceRecordId);
    const start = measured(out, () => payload(out));
    const sha256 = sha256Hex(out.from(start));
    textField(out, sha256);
    return sha256;
  }
}

/** Normalized records of a version, for a COPY. */
export class NormalizedBatch extends CopyBatch {
  private readonly newId = new Uint8Array(16);
  private readonly version: Phrase;

  constructor(versionId: string) {
    super("normalized_record", NORMALIZED_COLUMNS);
    this.version = uuidPhrase(versionId);
  }

  /** Adds a row; the hash of its payload. */
  addRow({ id, rawRecordId, kind, row, fields, totals, payload }: NormalizedRow): string {
    const out = this.row();
    uuidField(out, id === undefined ? writeNewId(this.newId, 0) : idBytes(id));
    out.phrase(this.version);
    uuidField(out, rawRecordId);
    textField(out, kind);
    intField(out, row);
    addFields(out, fields);
    bigintField(out, totals.outstanding);
    numericField(out, totals.outstandingTimesRate);
    bigintField(out, totals.collateral);
    bigintField(out, totals.assets);
    bigintField(out, totals.distressedValue);
    numericField(out, totals.distressedValueTimesRecovery);
    intField(out, totals.distressedCount);
    intField(out, totals.instrumentCount);
    let start = 0;
    measured(out, () => {
      out.byte(JSONB_VERSION);
      start = out.length;
      if (payload instanceof RecordJson) payload.store(out);
      else payload(out);
    });
    const sha256 = sha256Hex(payload instanceof RecordJson ? payload.bytes : out.from(start));
    textField(out, sha256);
    return sha256;
  }
}

function addFields(out: ByteWriter, fields: NormalizedRow["fields"]): void {
  textField(out, fields.instrument_id);
  textField(out, fields.obligor_id);
  textField(out, fields.obligor_group);
  textField(out, fields.legal_entity);
  textField(out, fields.asset_class);
  textField(out, fields.sector);
  textField(out, fields.country);
  textField(out, fields.region);
  textField(out, fields.currency);
  textField(out, fields.collateral_type);
  textField(out, fields.rating);
  textField(out, fields.status);
  intField(out, fields.stage);
  intField(out, fields.days_past_due);
  floatField(out, fields.interest_rate_pct);
}

/** Row problems of a version, for a COPY. */
class ProblemBatch extends CopyBatch {
  private readonly version: Uint8Array;

  constructor(versionId: string) {
    super("row_problem", PROBLEM_COLUMNS);
    this.version = idBytes(versionId);
  }

  addRow(problem: RowProblem): void {
    const out = this.row();
    uuidField(out, this.version);
    intField(out, problem.row);
    textField(out, problem.column);
    textField(out, problem.value);
    textField(out, problem.code);
    textField(out, problem.severity);
    textField(out, problem.message);
    textField(out, problem.recommendation);
    textField(out, problem.rule);
    textField(out, problem.table);
    intField(out, problem.line);
  }
}

/** Row problems, to be written. */
export function problemRows(versionId: string, problems: readonly RowProblem[]): TakenRows {
  const batch = new ProblemBatch(versionId);
  for (const problem of problems) batch.addRow(problem);
  return batch.take();
}

/** Adds row problems by COPY. */
export const copyProblems = (
  client: PoolClient, versionId: string, problems: readonly RowProblem[],
): Promise<void> => copyRows(client, [problemRows(versionId, problems)]);

const scratch = new ByteWriter();

/** The hash of a payload that is not written. */
export function payloadHash(payload: WritePayload): string {
  scratch.clear();
  payload(scratch);
  return sha256Hex(scratch.from(0));
}
