import { ByteWriter } from "@/lib/kernel/bytes";
import type { RowProblem } from "@/lib/tape";
import { AppError } from "../platform/app-error";
import { writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findContent, type VersionRow } from "../datasets/datasets";
import { pool, type PoolClient } from "../db/database";
import type { WritePayload } from "../db/record-writer";
import { FILE_TYPES, type ExportedFile } from "../platform/exported-file";
import { csvLine } from "../platform/spreadsheet-text";

/** What is kept of a tape that fails: so many errors with their rows, in so many bytes. */
const KEPT_ERRORS = 10_000;
const KEPT_BYTES = 16 * 1024 ** 2;
/** How long the rows of a tape that failed are kept for who corrects it. */
const KEPT_DAYS = 30;

type KeptRow = { row: number; payload: string };

/**
 * The left-out rows of a tape while it is read, masked as they would be stored, with their errors:
 * all that stays of it when it fails for its rows. Bounded, whatever the tape.
 */
export class LeftOutRows {
  readonly errors: RowProblem[] = [];
  readonly rows: KeptRow[] = [];
  total = 0;
  private bytes = 0;
  private readonly scratch = new ByteWriter();

  add(row: number, writeRaw: WritePayload, problems: readonly RowProblem[]): void {
    this.total += 1;
    if (this.errors.length >= KEPT_ERRORS || this.bytes >= KEPT_BYTES) return;
    for (const problem of problems) if (problem.severity === "error") this.errors.push(problem);
    this.scratch.clear();
    writeRaw(this.scratch);
    this.bytes += this.scratch.length;
    this.rows.push({ row, payload: new TextDecoder().decode(this.scratch.from(0)) });
  }
}

/** Keeps the rows of a version that is about to fail, in the transaction that says so. */
export async function keepLeftOut(
  client: PoolClient, versionId: string, { rows, total }: LeftOutRows,
): Promise<void> {
  if (rows.length === 0) return;
  const text = rows.map(({ row, payload }) => `{"row":${row},"payload":${payload}}`).join(",");
  await client.query(`INSERT INTO left_out_rows (dataset_version_id, total, rows)
    VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [versionId, total, `[${text}]`]);
}

/** Removes rows that nobody has corrected for weeks. */
export const forgetLeftOut = (): Promise<unknown> => pool().query(
  "DELETE FROM left_out_rows WHERE created_at < now() - make_interval(days => $1)", [KEPT_DAYS]);

type Cells = Record<string, unknown>;
type LeftOut = { row: number; cells: Cells | null; because: string };
/** Finds the rows as they were received, those of which are still kept. */
type RowReader = (rows: readonly number[]) => Promise<ReadonlyMap<number, Cells>>;

/**
 * The rows that a version leaves out as a CSV file, in the columns' order and with the delimiter
 * of the tape, each with why, ready to be corrected; of a version that failed, too. What is not
 * known of them is said in a last line.
 * @throws AppError DATASET_VERSION_NOT_FOUND, DATASET_VERSION_ERASED, VERSION_STATE_CONFLICT
 */
export async function exportLeftOutRows(
  context: Context, versionId: string,
): Promise<ExportedFile> {
  const version = await findContent(versionId);
  if (version.status === "importing" || version.status === "normalizing") {
    throw new AppError("VERSION_STATE_CONFLICT",
      { message: "The version is being loaded; what it leaves out is known at its end." });
  }
  const { read, total } = version.status === "failed" ? await keptRows(version.id)
    : { read: storedRows(version.id), total: version.rejectedCount };
  await writeAudit(context, { type: "dataset_version.exported", subjectId: version.id,
    datasetVersionId: version.id, details: { format: "csv", content: "left_out_rows" } });
  return { name: `todiscope-version-${version.id}-left-out.csv`, type: FILE_TYPES.csv,
    pieces: leftOutCsv(version, read, total) };
}

/** Rows of a version whose raw records are stored. */
const storedRows = (versionId: string): RowReader => async (rows) => {
  const found = await pool().query<{ row: number; payload: Cells | null }>(
    `SELECT row_number AS row, payload FROM raw_record
     WHERE dataset_version_id = $1 AND row_number = ANY($2) AND kind = 'record'`,
    [versionId, rows]);
  return new Map(found.rows.flatMap(({ row, payload }) =>
    payload === null ? [] : [[row, payload] as const]));
};

/** Rows that were kept of a version which failed; null counts what no longer is known. */
async function keptRows(versionId: string): Promise<{ read: RowReader; total: number | null }> {
  const { rows: [kept] } = await pool().query<{
    total: number; rows: { row: number; payload: Cells }[];
  }>("SELECT total, rows FROM left_out_rows WHERE dataset_version_id = $1", [versionId]);
  const byRow = new Map((kept?.rows ?? []).map(({ row, payload }) => [row, payload]));
  return { total: kept?.total ?? null, read: (rows) => Promise.resolve(new Map(
    rows.flatMap((row) => {
      const cells = byRow.get(row);
      return cells === undefined ? [] : [[row, cells] as const];
    }))) };
}

/** Excel takes a CSV for UTF-8 only with the mark in front. */
const MARK = "\ufeff";
/** Names of the columns that the file adds. */
const ADDED = ["row in the file", "left out because"];

async function* leftOutCsv(
  version: VersionRow, read: RowReader, total: number | null,
): AsyncGenerator<Uint8Array> {
  const { header = [], delimiter = "," } = version.options as {
    header?: string[]; delimiter?: string };
  // Cells beyond the head and those of other shapes have names of their own and come last.
  const columns = new Set(header);
  let rows = 0;
  for await (const batch of leftOut(version.id, read)) {
    rows += batch.length;
    for (const { cells } of batch) for (const name of Object.keys(cells ?? {})) columns.add(name);
  }
  const line = (cells: readonly string[]): string => csvLine(cells, delimiter);
  yield Buffer.from(MARK + line([...columns, ...ADDED]));
  for await (const batch of leftOut(version.id, read)) {
    yield Buffer.from(batch.map(({ row, cells, because }) => line([
      ...Array.from(columns, (name) => cellText(cells?.[name])), String(row), because])).join(""));
  }
  const note = remark(rows, total);
  if (note !== null) yield Buffer.from(line([...Array.from(columns, () => ""), "", note]));
}

function remark(rows: number, total: number | null): string | null {
  if (total === null) {
    return rows === 0 ? null
      : `The cells of these rows are no longer kept: ${KEPT_DAYS} days have passed`;
  }
  return rows >= total ? null
    : `Cut: these are the first ${rows} of ${total} rows that were left out`;
}

const cellText = (value: unknown): string => value === null || value === undefined ? ""
  : typeof value === "string" ? value : JSON.stringify(value);

type StoredProblem = { id: string; row: number; column_name: string | null; code: string;
  message: string; table_name: string | null; table_line: number | null };
const BATCH = 1000;

/** The rows with an error, in the order that they were read in, with what they held. */
async function* leftOut(versionId: string, read: RowReader): AsyncGenerator<LeftOut[]> {
  let after = "0";
  let open: StoredProblem[] = [];
  for (;;) {
    const { rows: found } = await pool().query<StoredProblem>(
      `SELECT row_problem_id AS id, row_number AS row, column_name, code, message, table_name,
         table_line FROM row_problem
       WHERE dataset_version_id = $1 AND severity = 'error' AND row_number > 0
         AND row_problem_id > $2 ORDER BY row_problem_id LIMIT ${BATCH}`, [versionId, after]);
    const isLast = found.length < BATCH;
    const problems = [...open, ...found];
    // The problems of one row follow each other; those of the last may go on in the next batch.
    const last = problems.at(-1)?.row;
    const whole = isLast ? problems : problems.filter(({ row }) => row !== last);
    open = isLast ? [] : problems.filter(({ row }) => row === last);
    if (whole.length > 0) yield await described(whole, read);
    if (isLast) return;
    after = found.at(-1)?.id ?? after;
  }
}

async function described(
  problems: readonly StoredProblem[], read: RowReader,
): Promise<LeftOut[]> {
  const byRow = new Map<number, StoredProblem[]>();
  for (const problem of problems) {
    const others = byRow.get(problem.row);
    if (others) others.push(problem);
    else byRow.set(problem.row, [problem]);
  }
  const raws = await read([...byRow.keys()]);
  return [...byRow].map(([row, found]) => {
    const raw = raws.get(row);
    return { row, cells: raw === undefined ? placeOf(found) : cellsOf(raw),
      because: found.map(({ column_name: column, message, code }) =>
        `${column ?? "row"}: ${message} (${code})`).join("; ") };
  });
}

/** The cells of a raw row; of several tables with the table and line that they stood in. */
const cellsOf = (raw: Cells): Cells =>
  typeof raw.template === "string" && typeof raw.table === "string"
    && typeof raw.line === "number" && typeof raw.cells === "object"
    ? { ...raw.cells as Cells, "table": raw.table, "line of the table": raw.line } : raw;

const placeOf = ([problem]: readonly StoredProblem[]): Cells | null =>
  problem?.table_name == null ? null
    : { "table": problem.table_name, "line of the table": problem.table_line };
