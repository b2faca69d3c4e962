import type { GroupColumn } from "@/lib/contract/facts";
import { ENGINE_ID, ENGINE_VERSION, type EvidenceRecord } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { amountFromUnits } from "@/lib/kernel/exact";
import { cursorBatches, inSnapshot } from "./cursor";
import { pool, type PoolClient } from "./database";
import { COLUMN_SQL, WITH_EXPOSURE } from "./instrument-query";

const BATCH = 20_000;

/** Groups by size: what each owes, the names of the largest, and the place of the nameless one. */
export type GroupSizes = { amounts: Float64Array; names: (string | null)[]; nameless: number };

/**
 * Outstanding by one column, the largest group first, equal ones by name, groups without any left
 * out. Sums are exact before they become amounts. Of a million groups only the amounts are kept.
 * @param named names that are kept
 */
export const outstandingBy = (
  versionId: string, column: GroupColumn, named: number,
): Promise<GroupSizes> => inSnapshot(async (client) => {
  const found = { names: [] as (string | null)[], nameless: -1 };
  const batches: Float64Array[] = [];
  let count = 0;
  // By bytes: what is kept as evidence must not depend on how a database sorts words.
  const rows = cursorBatches<{ key: string | null; outstanding: string }>(client, BATCH,
    `SELECT ${COLUMN_SQL[column]} AS key, sum(outstanding_units)::text AS outstanding
     FROM normalized_record WHERE dataset_version_id = $1 AND ${WITH_EXPOSURE}
     GROUP BY 1 HAVING sum(outstanding_units) > 0
     ORDER BY sum(outstanding_units) DESC, (${COLUMN_SQL[column]}) COLLATE "C" NULLS FIRST`,
    [versionId]);
  for await (const batch of rows) {
    batches.push(Float64Array.from(batch, ({ outstanding }) =>
      amountFromUnits(BigInt(outstanding))));
    batch.forEach(({ key }, at) => {
      if (key === null) found.nameless = count + at;
      if (count + at < named) found.names.push(key);
    });
    count += batch.length;
  }
  const amounts = new Float64Array(count);
  batches.reduce((at, batch) => {
    amounts.set(batch, at);
    return at + batch.length;
  }, 0);
  return { ...found, amounts };
});

/**
 * One obligor of a version: amounts in 1/10,000 units, `loss` times LGD. What is known of it may
 * be of a part only: `uncovered` is outstanding without an LGD.
 */
export type ObligorRow = {
  key: string | null; outstanding: string; covered: string; loss: string;
  uncovered_count: number; count: number; pd: number | null; lowest_pd: number | null;
};

/** Obligors that are read before others have their turn. */
const OBLIGORS = 5_000;

/**
 * Obligors (group, else obligor, else each instrument by itself) with PD, LGD and exposure, in
 * the order of the tape. Sums of products are exact decimals, so that their order does not matter.
 * LGD is the record's own, else what its recovery rate leaves. Materialized: else whole payloads
 * are sorted on disk, and looked into again for every figure.
 */
const OBLIGORS_SQL = `WITH loan AS MATERIALIZED (
     SELECT ${COLUMN_SQL.obligor} AS key, row_number, normalized_record_id,
       outstanding_units AS owed, (payload->>'pd')::numeric AS pd,
       coalesce((payload->>'lgd')::numeric,
         1 - (payload->>'recovery_rate_pct')::numeric / 100) AS lgd
     FROM normalized_record
     WHERE dataset_version_id = $1 AND ${WITH_EXPOSURE} AND outstanding_units > 0)
   SELECT max(key) AS key, sum(owed)::text AS outstanding, count(*)::int AS count,
     coalesce(sum(owed) FILTER (WHERE lgd BETWEEN 0 AND 1), 0)::text AS covered,
     coalesce(sum(owed * lgd) FILTER (WHERE lgd BETWEEN 0 AND 1), 0)::text AS loss,
     count(*) FILTER (WHERE lgd IS NULL OR lgd NOT BETWEEN 0 AND 1)::int AS uncovered_count,
     max(pd) FILTER (WHERE pd BETWEEN 0 AND 1)::float8 AS pd,
     min(pd) FILTER (WHERE pd BETWEEN 0 AND 1)::float8 AS lowest_pd
   FROM loan GROUP BY coalesce('k' || key, 'r' || normalized_record_id)
   ORDER BY min(row_number), 1`;

/** Hands out the obligors of a version one by one, so that they need not all be held as text. */
export const eachObligor = (
  versionId: string, take: (row: ObligorRow) => void,
): Promise<void> => inSnapshot(async (client) => {
  for await (const batch of cursorBatches<ObligorRow>(client, OBLIGORS, OBLIGORS_SQL,
    [versionId])) batch.forEach(take);
});

/** Writes an analysis unless it is there; true when it is new, null when another one is there. */
export async function writeAnalysis(
  client: PoolClient, evidence: EvidenceRecord,
): Promise<boolean | null> {
  const written = await client.query(
    `INSERT INTO evidence_records
       (evidence_id, kind, dataset_version_id, engine_id, engine_version, payload, sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [evidence.evidence_id, evidence.kind, evidence.dataset_version_id, ENGINE_ID, ENGINE_VERSION,
      JSON.stringify(evidence.payload), evidence.sha256]);
  if (written.rowCount === 1) return true;
  const same = await client.query(
    `SELECT FROM evidence_records WHERE evidence_id = $1 AND sha256 = $2 AND kind = 'analysis'
       AND dataset_version_id = $3 AND payload = $4::jsonb`,
    [evidence.evidence_id, evidence.sha256, evidence.dataset_version_id,
      JSON.stringify(evidence.payload)]);
  return same.rowCount === 1 ? false : null;
}

/** Analyses that were kept by themselves: groups and instruments of runs are their runs'. */
const KEPT = `kind = 'analysis'
  AND coalesce(payload->>'analysis', '') NOT IN ('run-group', 'run-instruments')`;

/** What was kept of an analysis, without its result. */
export type KeptAnalysis = {
  evidence_id: string; engine_id: string; engine_version: string; sha256: string;
  analysis: string | null; request: Json;
};

/** The analyses kept of a version. */
export async function keptAnalyses(versionId: string): Promise<KeptAnalysis[]> {
  const { rows } = await pool().query<KeptAnalysis>(
    `SELECT evidence_id, engine_id, engine_version, sha256, payload->>'analysis' AS analysis,
       payload->'request' AS request
     FROM evidence_records WHERE dataset_version_id = $1 AND ${KEPT}
     ORDER BY created_at, evidence_id`, [versionId]);
  return rows;
}

/** The first analysis of a version that differs from what the audit log says was recorded. */
export async function unauditedAnalysis(
  client: PoolClient, versionId: string,
): Promise<{ id: string; reason: string } | null> {
  const found = await client.query<{ id: string; reason: string }>(
    `SELECT coalesce(e.id, a.subject_id) AS id, CASE WHEN e.id IS NULL
         THEN 'EVIDENCE_NOT_RECORDED' ELSE 'EVIDENCE_NOT_AUDITED' END AS reason
     FROM (SELECT evidence_id::text AS id FROM evidence_records
       WHERE dataset_version_id = $1 AND ${KEPT}) e
     FULL JOIN (SELECT subject_id FROM audit_event
       WHERE type = 'analysis.recorded' AND dataset_version_id = $1) a ON a.subject_id = e.id
     WHERE e.id IS NULL OR a.subject_id IS NULL ORDER BY 1 LIMIT 1`, [versionId]);
  return found.rows[0] ?? null;
}
