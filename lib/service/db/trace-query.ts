import type { GroupColumn } from "@/lib/contract/facts";
import { GROUP_COLUMNS } from "@/lib/contract/facts";
import { pool } from "./database";
import { COLUMN_SQL, WITH_EXPOSURE } from "./instrument-query";

/** A record without its content: what an erasure leaves. */
export type RecordHash = {
  record_id: string; kind: string; row: number; sha256: string;
  source_record_id: string | null; raw_record_id: string | null; instrument_id: string | null;
  obligor_id: string | null;
};
export type Groups = Record<GroupColumn, string | null>;

const RAW = `SELECT raw_record_id AS record_id, kind, row_number AS row, sha256, source_record_id,
  NULL::uuid AS raw_record_id, NULL AS instrument_id, NULL AS obligor_id FROM raw_record`;
const NORMALIZED = `SELECT normalized_record_id AS record_id, kind, row_number AS row, sha256,
  NULL AS source_record_id, raw_record_id, instrument_id, obligor_id FROM normalized_record`;

async function one(text: string, values: unknown[]): Promise<RecordHash | null> {
  const { rows } = await pool().query<RecordHash>(`${text} LIMIT 1`, values);
  return rows[0] ?? null;
}

export const rawRecord = (versionId: string, id: string): Promise<RecordHash | null> =>
  one(`${RAW} WHERE raw_record_id = $2 AND dataset_version_id = $1`, [versionId, id]);
export const normalizedRecord = (versionId: string, id: string): Promise<RecordHash | null> =>
  one(`${NORMALIZED} WHERE normalized_record_id = $2 AND dataset_version_id = $1`, [versionId, id]);
/** What a raw row became; null where it was left out. */
export const normalizedOf = (versionId: string, raw: RecordHash): Promise<RecordHash | null> =>
  one(`${NORMALIZED} WHERE dataset_version_id = $1 AND row_number = $2 AND raw_record_id = $3`,
    [versionId, raw.row, raw.record_id]);

/** The group of each column that a record falls into. */
export async function groupsOf(recordId: string): Promise<Groups | null> {
  const columns = GROUP_COLUMNS.map((column) => `${COLUMN_SQL[column]} AS "${column}"`).join(", ");
  const { rows } = await pool().query<Groups>(
    `SELECT ${columns} FROM normalized_record WHERE normalized_record_id = $1`, [recordId]);
  return rows[0] ?? null;
}

/** The loan of the collateral that a supplement is about. */
const LOAN_OF_COLLATERAL = `SELECT c.instrument_id FROM normalized_record s
  JOIN normalized_record c ON c.dataset_version_id = s.dataset_version_id
    AND c.kind = 'collateral' AND c.payload->>'collateral_id' = s.payload->>'collateral_id'
  WHERE s.normalized_record_id = $1 AND c.instrument_id IS NOT NULL LIMIT 1`;

/** Loans that a record beside the loans of a tape of several tables goes into. */
export async function loansOf(
  versionId: string, { record_id: id, kind, obligor_id, instrument_id }: RecordHash,
  limit: number,
): Promise<RecordHash[]> {
  const loan = kind !== "supplement" || instrument_id !== null ? instrument_id
    : (await pool().query<{ instrument_id: string }>(LOAN_OF_COLLATERAL, [id]))
      .rows[0]?.instrument_id ?? null;
  const [column, value] = kind === "obligor" ? ["obligor_id", obligor_id]
    : ["instrument_id", loan];
  if (value === null) return [];
  return (await pool().query<RecordHash>(`${NORMALIZED} WHERE dataset_version_id = $1
    AND kind = 'instrument' AND ${column} = $2 ORDER BY row_number LIMIT $3`,
  [versionId, value, limit])).rows;
}

/** Whether a row was left out because a legal entity of the group owes it. */
export async function wasEliminated(versionId: string, row: number): Promise<boolean> {
  const { rows } = await pool().query<{ found: boolean }>(`SELECT EXISTS (SELECT FROM row_problem
    WHERE dataset_version_id = $1 AND row_number = $2 AND code = 'INTERCOMPANY_ELIMINATED') AS found`,
  [versionId, row]);
  return rows[0]?.found === true;
}

export type TracedRow = { normalized: RecordHash; raw: RecordHash | null };

/**
 * Rows that carry exposure, in the order of the tape, with their raw rows; of one group where one
 * is named. One more than `limit`, where there is one.
 */
export async function tracedRows(
  versionId: string, group: [GroupColumn, string | null][],
  after: { row: number; id: string }, limit: number,
): Promise<TracedRow[]> {
  const values: unknown[] = [versionId, after.row, after.id, limit + 1];
  const inGroup = group.map(([column, value]) =>
    ` AND ${COLUMN_SQL[column]} IS NOT DISTINCT FROM $${values.push(value)}::text`).join("");
  const { rows } = await pool().query<RecordHash>(`${NORMALIZED} WHERE dataset_version_id = $1
    AND ${WITH_EXPOSURE} AND (row_number, normalized_record_id) > ($2, $3::uuid)${inGroup}
    ORDER BY row_number, normalized_record_id LIMIT $4`, values);
  const raws = (await pool().query<RecordHash>(`${RAW} WHERE raw_record_id = ANY($1::uuid[])`,
    [rows.map((row) => row.raw_record_id)])).rows;
  const byId = new Map(raws.map((raw) => [raw.record_id, raw]));
  return rows.map((normalized) =>
    ({ normalized, raw: byId.get(normalized.raw_record_id ?? "") ?? null }));
}

export type UseCounts = {
  runs: number; findings: number; material_findings: number;
  evidence: { debt_exposure: number; stress_test: number; kpi: number; analysis: number };
};

/** How much was made of a version; read from indexes alone. */
export async function resultCounts(versionId: string): Promise<UseCounts> {
  const [runs, findings, evidence] = await Promise.all([
    pool().query<{ n: number }>("SELECT count(*)::int AS n FROM run WHERE dataset_version_id = $1",
      [versionId]),
    pool().query<{ n: number; material: number }>(`SELECT count(*)::int AS n,
      count(*) FILTER (WHERE is_material)::int AS material
      FROM finding_record WHERE dataset_version_id = $1`, [versionId]),
    pool().query<{ kind: keyof UseCounts["evidence"]; n: number }>(`SELECT kind, count(*)::int AS n
      FROM evidence_records WHERE dataset_version_id = $1 GROUP BY kind`, [versionId])]);
  return { runs: runs.rows[0]?.n ?? 0, findings: findings.rows[0]?.n ?? 0,
    material_findings: findings.rows[0]?.material ?? 0,
    evidence: { debt_exposure: 0, stress_test: 0, kpi: 0, analysis: 0,
      ...Object.fromEntries(evidence.rows.map(({ kind, n }) => [kind, n])) } };
}

export type UsingEvidence = {
  id: string; kind: "kpi" | "analysis"; analysis: string | null; createdAt: Date;
};

/** KPIs and analyses recorded for themselves, newest first; what is part of a run is not. */
export async function ownEvidence(
  versionId: string, after: { at: Date; id: string } | null, limit: number, isErased: boolean,
): Promise<UsingEvidence[]> {
  // Word for word the condition of evidence_records_own_idx; an erasure leaves the kind alone.
  const own = isErased ? "kind IN ('kpi', 'analysis')" : `(kind = 'kpi' OR kind = 'analysis'
    AND payload->>'analysis' NOT IN ('run-group', 'run-instruments'))`;
  const { rows } = await pool().query<UsingEvidence>(`SELECT evidence_id AS id, kind,
      payload->>'analysis' AS analysis, created_at AS "createdAt"
    FROM evidence_records WHERE dataset_version_id = $1 AND ${own}
      AND ($2::timestamptz IS NULL OR (created_at, evidence_id) < ($2, $3::uuid))
    ORDER BY created_at DESC, evidence_id DESC LIMIT $4`,
  [versionId, after?.at ?? null, after?.id ?? null, limit + 1]);
  return rows;
}
