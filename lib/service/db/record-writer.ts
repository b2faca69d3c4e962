import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { RecordKind, TextField } from "@/lib/kernel/record";
import type { ExactTotals } from "@/lib/risk";
import type { RowProblem } from "@/lib/tape";

export type RawRow = {
  id: string; kind: "record" | "file"; row: number; sourceRecordId: string | null;
  /** The payload's JSON text, and its hash where that text is canonical. */
  payload: string; sha256: string;
};
export type NormalizedRow = {
  id: string; rawRecordId: string | null; kind: RecordKind | "consolidated";
  row: number; payload: string; sha256: string; totals: ExactTotals;
  fields: Partial<Record<TextField | "stage" | "days_past_due" | "interest_rate_pct",
    string | number>>;
};

const TEXT_COLUMNS = ["instrument_id", "obligor_id", "obligor_group", "legal_entity",
  "asset_class", "sector", "country", "region", "currency", "collateral_type", "rating", "status",
] as const satisfies readonly TextField[];
const FIELD_COLUMNS = [...TEXT_COLUMNS, "stage", "days_past_due", "interest_rate_pct"] as const;

const RAW_COLUMNS = "raw_record_id, dataset_version_id, kind, row_number, source_record_id, " +
  "payload, sha256";
const NORMALIZED_COLUMNS = "normalized_record_id, dataset_version_id, raw_record_id, kind, " +
  `row_number, ${FIELD_COLUMNS.join(", ")}, outstanding_units, outstanding_rate_units, ` +
  "collateral_units, assets_units, distressed_units, distressed_recovery_units, " +
  "distressed_count, instrument_count, payload, sha256";
const PROBLEM_COLUMNS = "dataset_version_id, row_number, column_name, value, code, severity, " +
  "message, recommendation, rule_id, table_name, table_line";

/** Bytes of COPY text to begin with; doubled when a batch needs more. */
const FIRST_BYTES = 1 << 16;

/**
 * Rows as the bytes of a COPY. A row is encoded as soon as it is there: rows that wait as text
 * would each be a rope of its cells, which the collector of young objects copies again and again.
 */
class CopyBatch {
  private bytes = Buffer.alloc(0);
  /** What was written last: free again by the time that more is taken. */
  private spare = Buffer.alloc(0);
  private used = 0;

  constructor(private readonly statement: string) {}

  get size(): number {
    return this.used;
  }

  protected add(text: string): void {
    // No character takes more than three bytes of UTF-8.
    const most = this.used + text.length * 3;
    if (most > this.bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(most, this.bytes.length * 2, FIRST_BYTES));
      this.bytes.copy(wider, 0, 0, this.used);
      this.bytes = wider;
    }
    this.used += this.bytes.write(text, this.used, "utf8");
  }

  /**
   * What was added so far, to be written while more is added. What was taken before must have
   * been written by now: its memory is used again.
   */
  take(): (client: PoolClient) => Promise<void> {
    const bytes = this.bytes.subarray(0, this.used);
    const { statement } = this;
    [this.bytes, this.spare] = [this.spare, this.bytes];
    this.used = 0;
    return (client) => bytes.length === 0 ? Promise.resolve() : copy(client, statement, bytes);
  }
}

/** Raw records of a version, for a COPY. */
export class RawBatch extends CopyBatch {
  constructor(private readonly versionId: string) {
    super(`COPY raw_record (${RAW_COLUMNS}) FROM STDIN`);
  }

  addRow(row: RawRow): void {
    this.add(line([row.id, this.versionId, row.kind, row.row, row.sourceRecordId, row.payload,
      row.sha256]));
  }
}

/** Normalized records of a version, for a COPY. */
export class NormalizedBatch extends CopyBatch {
  constructor(private readonly versionId: string) {
    super(`COPY normalized_record (${NORMALIZED_COLUMNS}) FROM STDIN`);
  }

  addRow(row: NormalizedRow): void {
    const { fields, totals } = row;
    const cells: Cell[] = [row.id, this.versionId, row.rawRecordId, row.kind, row.row];
    for (const column of FIELD_COLUMNS) cells.push(fields[column] ?? null);
    cells.push(totals.outstanding, totals.outstandingTimesRate, totals.collateral, totals.assets,
      totals.distressedValue, totals.distressedValueTimesRecovery, totals.distressedCount,
      totals.instrumentCount, row.payload, row.sha256);
    this.add(line(cells));
  }
}

/** Row problems of a version, for a COPY. */
class ProblemBatch extends CopyBatch {
  constructor(private readonly versionId: string) {
    super(`COPY row_problem (${PROBLEM_COLUMNS}) FROM STDIN`);
  }

  addRow(problem: RowProblem): void {
    this.add(line([this.versionId, problem.row, problem.column, problem.value, problem.code,
      problem.severity, problem.message, problem.recommendation, problem.rule ?? null,
      problem.table ?? null, problem.line ?? null]));
  }
}

/** Adds row problems by COPY. */
export function copyProblems(
  client: PoolClient, versionId: string, problems: readonly RowProblem[],
): Promise<void> {
  const batch = new ProblemBatch(versionId);
  for (const problem of problems) batch.addRow(problem);
  return batch.take()(client);
}

function copy(client: PoolClient, statement: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(statement));
    stream.once("error", reject);
    stream.once("finish", () => resolve());
    stream.end(bytes);
  });
}

type Cell = string | number | bigint | null;

const line = (cells: readonly Cell[]): string => {
  let text = "";
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index];
    if (index > 0) text += "\t";
    text += cell === null || cell === undefined ? "\\N"
      : typeof cell === "string" ? escaped(cell) : String(cell);
  }
  return `${text}\n`;
};

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

// NUL has no place in a PostgreSQL text; the door refuses files and bodies that hold one.
const escaped = (text: string): string => SPECIAL.test(text)
  ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string) : text;
