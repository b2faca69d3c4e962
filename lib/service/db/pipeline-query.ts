import { pool } from "./database";

export type LastImport = {
  at: Date; job_id: string; dataset_id: string; dataset_name: string; dataset_version_id: string;
  version: number; source_name: string | null; rows: number;
  outcome: "succeeded" | "failed" | "cancelled";
};

/** The newest import that ended. */
export async function lastImport(): Promise<LastImport | null> {
  const { rows } = await pool().query<LastImport>(
    `SELECT j.finished_at AS at, j.job_id, v.dataset_id, d.name AS dataset_name,
       v.dataset_version_id, v.number AS version, v.source_name, v.raw_count AS rows,
       j.state AS outcome
     FROM job j JOIN dataset_version v ON v.dataset_version_id = j.subject_id::uuid
     JOIN dataset d ON d.dataset_id = v.dataset_id
     WHERE j.kind = 'import' AND j.finished_at IS NOT NULL
     ORDER BY j.finished_at DESC LIMIT 1`);
  return rows[0] ?? null;
}

export type LastFailure = {
  at: Date; job_id: string; code: string; message: string;
  /** An import has succeeded since. */
  is_past: boolean;
};

/** The newest failure of the pipeline that nobody resolved. */
export async function lastFailure(): Promise<LastFailure | null> {
  const { rows } = await pool().query<LastFailure>(
    `SELECT j.finished_at AS at, j.job_id, j.failure->>'code' AS code,
       j.failure->>'message' AS message, EXISTS (
         SELECT FROM job s WHERE s.kind = 'import' AND s.state = 'succeeded'
           AND s.finished_at > j.finished_at) AS is_past
     FROM job j WHERE j.kind IN ('import', 'normalize', 'import_inbox') AND j.state = 'failed'
       AND j.resolution IS NULL
     ORDER BY j.finished_at DESC LIMIT 1`);
  return rows[0] ?? null;
}

export type NextScan = { at: Date; schedule_id: string; cron: string };

/** When the watched folder is looked at next. */
export async function nextScan(): Promise<NextScan | null> {
  const { rows } = await pool().query<NextScan>(
    `SELECT next_run_at AS at, schedule_id, cron FROM schedule
     WHERE kind = 'import_inbox' AND enabled ORDER BY next_run_at LIMIT 1`);
  return rows[0] ?? null;
}

export type LastSealed = { dataset_version_id: string; sealed_at: Date };

/** The version that was sealed last. */
export async function lastSealed(): Promise<LastSealed | null> {
  const { rows } = await pool().query<LastSealed>(
    `SELECT dataset_version_id, sealed_at FROM dataset_version WHERE status = 'sealed'
     ORDER BY sealed_at DESC LIMIT 1`);
  return rows[0] ?? null;
}
