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
  "message, recommendation, table_name, table_line";

/** Adds raw records by COPY. */
export const copyRaw = (
  client: PoolClient, versionId: string, rows: readonly RawRow[],
): Promise<void> => copy(client, "raw_record", RAW_COLUMNS, rows.map((row) => line([
  row.id, versionId, row.kind, row.row, row.sourceRecordId, row.payload, row.sha256,
])));

/** Adds normalized records by COPY. */
export const copyNormalized = (
  client: PoolClient, versionId: string, rows: readonly NormalizedRow[],
): Promise<void> => copy(client, "normalized_record", NORMALIZED_COLUMNS, rows.map((row) => line([
  row.id, versionId, row.rawRecordId, row.kind, row.row,
  ...FIELD_COLUMNS.map((column) => row.fields[column] ?? null),
  row.totals.outstanding, row.totals.outstandingTimesRate, row.totals.collateral,
  row.totals.assets, row.totals.distressedValue, row.totals.distressedValueTimesRecovery,
  row.totals.distressedCount, row.totals.instrumentCount, row.payload, row.sha256,
])));

/** Adds row problems by COPY. */
export const copyProblems = (
  client: PoolClient, versionId: string, problems: readonly RowProblem[],
): Promise<void> => copy(client, "row_problem", PROBLEM_COLUMNS, problems.map((problem) => line([
  versionId, problem.row, problem.column, problem.value, problem.code, problem.severity,
  problem.message, problem.recommendation, problem.table ?? null, problem.line ?? null,
])));

function copy(
  client: PoolClient, table: string, columns: string, lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(`COPY ${table} (${columns}) FROM STDIN`));
    stream.once("error", reject);
    stream.once("finish", () => resolve());
    stream.end(lines.join(""));
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
