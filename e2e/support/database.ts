import pg from "pg";
import type { TestServer } from "./server";

/** A connection as the owner of a server's database: past the application, not past the guards. */
export async function connect(server: Pick<TestServer, "databaseUrl">): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.databaseUrl() });
  await client.connect();
  return client;
}

export type Counts = {
  evidence: number; findings: number; links: number; runs: number; audit: number;
};

/** Rows that runs of a version have written. */
export async function countsOf(client: pg.Client, versionId: string): Promise<Counts> {
  const of = (table: string, more = ""): string =>
    `(SELECT count(*)::int FROM ${table} WHERE dataset_version_id = $1 ${more})`;
  const result = await client.query<Counts>(
    `SELECT ${of("evidence_records", "AND kind <> 'kpi'")} AS evidence, ${of("finding_record")} AS findings,
       ${of("finding_evidence_link")} AS links, ${of("run")} AS runs,
       ${of("audit_event", "AND type = 'run.recorded'")} AS audit`, [versionId]);
  return result.rows[0] as Counts;
}

/** Does something behind the guards of a table, which only its owner can switch off. */
export async function behindGuards(
  client: pg.Client, table: string, sql: string, values: unknown[] = [],
): Promise<void> {
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  try {
    const result = await client.query(sql, values);
    if (result.rowCount === 0) throw new Error(`nothing was changed: ${sql}`);
  } finally {
    await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
}
