import type { BundleEvent, BundleEvidence, BundleFinding, BundleRun } from "@/lib/bundle/format";
import { SIGN_OFF_EVENT } from "@/lib/bundle/sign-off";
import { EVENT_COLUMNS, formOf } from "./audit-query";
import { pool } from "./database";
import { logTable, type TableKind } from "./evidence-log";

/** What a run has left, as the log covers it. */
export type BundleRecords = {
  run: BundleRun; evidence: BundleEvidence[]; findings: BundleFinding[]; events: BundleEvent[];
  isErased: boolean;
};

/** Stored rows with their times as text; records are plain data. */
const plain = <T>(row: object): T => Object.fromEntries(Object.entries(row).map(([name, value]) =>
  [name, value instanceof Date ? value.toISOString() : value])) as T;

async function rowsOf<T>(kind: TableKind, ids: readonly string[]): Promise<T[]> {
  const { table, id, columns } = logTable(kind);
  const { rows } = await pool().query<Record<string, unknown>>(`SELECT ${columns}${
    kind === "run" ? "" : ", r.payload"} FROM unnest($1::uuid[]) WITH ORDINALITY AS t(i, n)
    JOIN ${table} r ON r.${id} = t.i ORDER BY t.n`, [ids]);
  return rows.map((row) => plain<T>(row));
}

/**
 * The events of a version's sealing and erasure, what its content is and that it is gone, and of
 * the run's sign-off, step by step.
 */
async function eventsOf(versionId: string, runId: string): Promise<BundleEvent[]> {
  const { rows } = await pool().query<Parameters<typeof formOf>[0]>(
    `SELECT ${EVENT_COLUMNS} FROM audit_event e WHERE e.dataset_version_id = $1
       AND (e.type IN ('dataset_version.sealed', 'dataset_version.erased')
         OR e.type = '${SIGN_OFF_EVENT}' AND e.subject_id = $2)
     ORDER BY CASE e.type WHEN '${SIGN_OFF_EVENT}' THEN (e.after->>'number')::int ELSE 0 END,
       e.type DESC, e.created_at, e.audit_event_id`, [versionId, runId]);
  return rows.map((row) => formOf(row) as unknown as BundleEvent);
}

/** The records of a run; null when there is none. */
export async function bundleRecords(runId: string): Promise<BundleRecords | null> {
  const [run] = await rowsOf<BundleRun>("run", [runId]);
  if (!run) return null;
  const [evidence, findings, events] = await Promise.all([
    rowsOf<BundleEvidence>("evidence", run.evidence_ids),
    rowsOf<BundleFinding>("finding", run.finding_ids), eventsOf(run.dataset_version_id, run.run_id)]);
  return { run, evidence, findings, events,
    isErased: events.some(({ type }) => type === "dataset_version.erased") };
}

/** Bytes around a row's normalized record at most: member names, two hashes, a newline. */
const AROUND_A_ROW = 200;
/** What a record's text may take beyond its row of the file: names of fields, amounts of origin. */
const RECORD_BYTES = 4000;
const FILE_SHARE = 8;

/**
 * Bytes that the inputs take at most. Where rows and file alone show that it is less than
 * `enough`, that is the answer; else the records are measured, which takes a while.
 */
export async function inputBytesAtMost(
  versionId: string, isErased: boolean, enough: number,
): Promise<number> {
  const { rows: [version] } = await pool().query<{ rows: number; bytes: string }>(
    `SELECT raw_count AS rows, source_bytes AS bytes FROM dataset_version
     WHERE dataset_version_id = $1`, [versionId]);
  const around = (version?.rows ?? 0) * AROUND_A_ROW;
  const roughly = around + (version?.rows ?? 0) * RECORD_BYTES
    + Number(version?.bytes ?? 0) * FILE_SHARE;
  if (isErased || roughly < enough) return isErased ? around : roughly;
  // jsonb as text has blanks that the canonical form has not, and writes out every number.
  const { rows: [records] } = await pool().query<{ bytes: string }>(
    `SELECT coalesce(sum(octet_length(payload::text)), 0) AS bytes FROM normalized_record
     WHERE dataset_version_id = $1 AND kind <> 'consolidated'`, [versionId]);
  return around + Number(records?.bytes ?? 0);
}

/** Rows that are read at a time: some ten milliseconds of work for a thread. */
const BATCH = 2000;
const inputsOf = (value: string): string => `SELECT max(row_number) AS last, count(*)::int AS count,
    string_agg(raw || ' ' || value, E'\\n' ORDER BY row_number) AS rows
  FROM (SELECT r.row_number, r.sha256 AS raw, coalesce(${value}, 'null') AS value
    FROM (SELECT * FROM raw_record WHERE dataset_version_id = $1 AND kind = 'record'
      AND row_number > $2 ORDER BY row_number LIMIT ${BATCH}) r
    LEFT JOIN LATERAL (SELECT sha256, payload FROM normalized_record
      WHERE dataset_version_id = $1 AND row_number = r.row_number
        AND raw_record_id = r.raw_record_id LIMIT 1) n ON true) i`;
const INPUTS = inputsOf("n.payload::text");
const ERASED_INPUTS = inputsOf("to_json(n.sha256)::text");

/** So many rows of a tape, as `inputLines` of `lib/bundle` takes them. */
export type InputRows = { count: number; rows: string };

/**
 * The rows of a version in the order of the tape, each as its raw hash with its normalized record
 * or, once erased, with that one's hash. Put together by the database: this process need not read
 * what it only hands on. Page by page, without a transaction: sealed rows do not change, and a slow
 * reader must not hold a connection.
 */
export async function* inputBatches(
  versionId: string, isErased: boolean,
): AsyncGenerator<InputRows> {
  for (let after = -1; ;) {
    const { rows: [batch] } = await pool().query<{ last: number | null; count: number;
      rows: string | null }>(isErased ? ERASED_INPUTS : INPUTS, [versionId, after]);
    if (!batch || batch.last === null || batch.rows === null) return;
    yield { count: batch.count, rows: batch.rows };
    after = batch.last;
  }
}
