import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { pool } from "./database";
import { migrateQueue } from "./queue";

const LOCK = 7_305_211_904;

/** Prisma's own table, so that `prisma migrate status` agrees where its engine is to be had. */
const JOURNAL = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/**
 * Applies the migrations of `folder` that the database does not have, in order, each in a
 * transaction of its own, under an advisory lock: processes that start together apply them once.
 * The job queue's own tables follow under the same lock.
 * @returns the names that were applied now.
 */
export async function migrate(
  url: string, folder: string, connectTimeoutS = 30,
): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url, connectionTimeoutMillis: connectTimeoutS * 1000,
  });
  await client.connect();
  try {
    const version = await client.query<{ server_version_num: string }>("SHOW server_version_num");
    if (Number(version.rows[0]?.server_version_num) < 140_000) {
      throw new Error("PostgreSQL 14 or newer is needed.");
    }
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(JOURNAL);
    const done = await client.query<{ migration_name: string }>(
      `SELECT migration_name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL`);
    const known = new Set(done.rows.map((row) => row.migration_name));
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !known.has(entry.name))
      .map((entry) => entry.name).sort();
    for (const name of names) await apply(client, folder, name);
    await migrateQueue(url);
    return names;
  } finally {
    await client.end();
  }
}

export type MigrationState = {
  pending: string[];
  /** Applied, but no longer as the file reads. */
  changed: string[];
  /** Applied by a newer version of the product. */
  unknown: string[];
};

/** What the database has of the migrations of `folder`. */
export async function migrationState(folder: string): Promise<MigrationState> {
  const done = await pool().query<{ migration_name: string; checksum: string }>(
    `SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL`);
  const applied = new Map(done.rows.map((row) => [row.migration_name, row.checksum]));
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const checksumOf = (name: string): string => createHash("sha256")
    .update(readFileSync(path.join(folder, name, "migration.sql"), "utf8")).digest("hex");
  return {
    pending: names.filter((name) => !applied.has(name)),
    changed: names.filter((name) => applied.has(name) && applied.get(name) !== checksumOf(name)),
    unknown: [...applied.keys()].filter((name) => !names.includes(name)),
  };
}

async function apply(client: pg.Client, folder: string, name: string): Promise<void> {
  const sql = readFileSync(path.join(folder, name, "migration.sql"), "utf8");
  const checksum = createHash("sha256").update(sql).digest("hex");
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name,
         applied_steps_count) VALUES ($1, $2, now(), $3, 1)`, [randomUUID(), checksum, name]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
