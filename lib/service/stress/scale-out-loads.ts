import { randomInt } from "node:crypto";
import { assert } from "@/lib/kernel/assert";
import {
  ALL_ROWS_TABLE, factsOf, LOADS_TABLE, nativeBlock, ROWS_TABLE, tableStatements,
  type LoadFacts, type PortfolioColumns,
} from "@/lib/portfolio";
import { pool } from "../db/database";
import { environment, type ClusterAddress } from "../platform/environment";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";
import { askShard, scaleOutUnavailable, type Shard } from "./scale-out-client";

/** A sealed version's columns, and the hash of their bytes that says whether they are there. */
export type LoadSource = { versionId: string; hash: string; columns: PortfolioColumns };

/** Rows that the cluster has in full: the first shard is asked, and asks the others. */
export type ClusterLoad = { database: string; load: bigint; facts: LoadFacts; first: Shard };

/** About 30 MB; a shard writes a block as one part. Fewer where every shard can have its share. */
const MOST_BLOCK_ROWS = 250_000;
/** Older rows that no mark names were left by a load that was interrupted. */
const LEFT_OVER_MS = 86_400_000;
/** Load numbers hold the time in the upper bits, so that they tell their age. */
const RANDOM_BITS = 20n;
const HASH = /^[0-9a-f]{64}$/;
const VERSION = /^[0-9a-f-]{36}$/;

const loads = () => processState("scale-out-loads", () => new Map<string, Promise<ClusterLoad>>());

/** Whether a cluster computes in place of this process. */
export const isScaledOut = (): boolean => environment().TODISCOPE_SCALE_OUT_URL !== undefined;

const address = (): ClusterAddress => {
  const found = environment().TODISCOPE_SCALE_OUT_URL;
  assert(found !== undefined, "a cluster is configured");
  return found;
};

/**
 * The load of a version's columns, made where there is none: once, whoever asks meanwhile. A load
 * counts only by its mark, which is its last statement: what was interrupted is used by nobody.
 * @throws AppError SCALE_OUT_UNAVAILABLE.
 */
export function loadOf(source: LoadSource): Promise<ClusterLoad> {
  assert(HASH.test(source.hash) && VERSION.test(source.versionId), "names for SQL are hexadecimal");
  const known = loads().get(source.hash);
  if (known) return known;
  const loading = findOrMake(source);
  loads().set(source.hash, loading);
  loading.catch(() => {
    if (loads().get(source.hash) === loading) loads().delete(source.hash);
  });
  return loading;
}

/** Has the next request look for a load on the cluster. */
export const forgetLoad = (hash: string): void => {
  loads().delete(hash);
};

/** @throws AppError SCALE_OUT_UNAVAILABLE unless every shard answers, each by its own address. */
export async function checkShards(
  { shards, cluster }: ClusterAddress, timeoutMs: number,
): Promise<void> {
  const counts = await Promise.all(shards.map((shard) => askShard(shard,
    `SELECT count() FROM cluster('${cluster}', system.one)`, { timeoutMs })));
  const known = Number(counts[0]);
  if (known === shards.length) return;
  throw scaleOutUnavailable(`it has ${known} shards, and TODISCOPE_SCALE_OUT_URL names ` +
    `${shards.length}`);
}

const CHECK_MS = 10_000;

async function findOrMake(source: LoadSource): Promise<ClusterLoad> {
  const { shards, database, cluster } = address();
  await checkShards(address(), CHECK_MS);
  await Promise.all(shards.map(async (shard) => {
    for (const statement of tableStatements(database, cluster)) await askShard(shard, statement);
  }));
  const first = shards[0] as Shard;
  const found = await askShard(first, `SELECT load, facts FROM ${database}.${LOADS_TABLE} ` +
    `WHERE hash = '${source.hash}' ORDER BY load LIMIT 1`);
  if (found !== "") {
    const [load = "", facts = ""] = found.trimEnd().split("\t");
    return { database, first, load: BigInt(load), facts: JSON.parse(facts) as LoadFacts };
  }
  await dropLeftOvers();
  return makeLoad(source, first);
}

async function makeLoad({ versionId, hash, columns }: LoadSource, first: Shard) {
  const { shards, database } = address();
  const load = (BigInt(Date.now()) << RANDOM_BITS) | BigInt(randomInt(2 ** Number(RANDOM_BITS)));
  const facts = factsOf(columns);
  const block = Math.min(MOST_BLOCK_ROWS, Math.ceil(facts.rows / shards.length));
  const started = performance.now();
  try {
    await Promise.all(shards.map(async (shard, index) => {
      for (let from = index * block; from < facts.rows; from += shards.length * block) {
        await askShard(shard, `INSERT INTO ${database}.${ROWS_TABLE} FORMAT Native`,
          { rows: nativeBlock(columns, load, from, Math.min(facts.rows, from + block)) });
      }
    }));
    const arrived = Number(await askShard(first,
      `SELECT count() FROM ${database}.${ALL_ROWS_TABLE} WHERE load = ${load}`));
    if (arrived !== facts.rows) {
      throw scaleOutUnavailable(`of ${facts.rows} rows ${arrived} arrived`);
    }
    await askShard(first, `INSERT INTO ${database}.${LOADS_TABLE} VALUES ` +
      `(${load}, '${hash}', '${versionId}', '${JSON.stringify(facts)}')`);
  } catch (error) {
    await dropRows([load]);
    throw error;
  }
  log().info({ dataset_version_id: versionId, rows: facts.rows, shards: shards.length,
    ms: Math.round(performance.now() - started) }, "loaded a version's columns into the cluster");
  return { database, load, facts, first };
}

/**
 * Takes loads from the cluster: of a version that was erased, or of columns that a shard lost.
 * Where a shard cannot be reached this is said in the log; `dropErasedLoads` makes up for it.
 */
export async function dropLoads(of: { hash: string } | { versionId: string }): Promise<void> {
  const { shards: [first], database } = address();
  const [column, value, shape] = "hash" in of ? ["hash", of.hash, HASH] as const
    : ["version", of.versionId, VERSION] as const;
  assert(shape.test(value), "names for SQL are hexadecimal");
  try {
    const rows = linesOf(await askShard(first as Shard,
      `SELECT load, hash FROM ${database}.${LOADS_TABLE} WHERE ${column} = '${value}'`, DROP));
    for (const line of rows) {
      const [load = "", hash = ""] = line.split("\t");
      forgetLoad(hash);
      // The mark first: rows without one are used by nobody.
      await askShard(first as Shard,
        `ALTER TABLE ${database}.${LOADS_TABLE} DROP PARTITION ${load}`, DROP);
      await dropRows([BigInt(load)]);
    }
  } catch (error) {
    log().warn({ err: error }, "LOADS_NOT_DROPPED");
  }
}

/** Takes away what an erasure left because a shard could not be reached. */
export async function dropErasedLoads(): Promise<void> {
  const { shards: [first], database } = address();
  try {
    const versions = linesOf(await askShard(first as Shard,
      `SELECT DISTINCT version FROM ${database}.${LOADS_TABLE}`, DROP));
    const { rows } = await pool().query<{ id: string }>(`SELECT dataset_version_id AS id
      FROM dataset_version WHERE dataset_version_id = ANY ($1::uuid[]) AND status = 'erased'`,
      [versions]);
    for (const { id } of rows) await dropLoads({ versionId: id });
  } catch (error) {
    log().warn({ err: error }, "LOADS_NOT_DROPPED");
  }
}

const DROP = { timeoutMs: 10_000 };
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** What stays is used by nobody, and taken away when it is a day old. */
async function dropRows(numbers: readonly bigint[]): Promise<void> {
  const { shards, database } = address();
  await Promise.all(shards.map(async (shard) => {
    for (const load of numbers) {
      await askShard(shard, `ALTER TABLE ${database}.${ROWS_TABLE} DROP PARTITION ${load}`, DROP)
        .catch(() => undefined);
    }
  }));
}

async function dropLeftOvers(): Promise<void> {
  const { shards, database } = address();
  const marked = new Set((await askShard(shards[0] as Shard,
    `SELECT load FROM ${database}.${LOADS_TABLE}`)).split("\n"));
  const oldest = BigInt(Date.now() - LEFT_OVER_MS) << RANDOM_BITS;
  const found = await Promise.all(shards.map((shard) => askShard(shard,
    "SELECT DISTINCT partition FROM system.parts WHERE active " +
    `AND database = '${database}' AND table = '${ROWS_TABLE}'`)));
  const left = [...new Set(found.flatMap((text) => text.split("\n")))]
    .filter((load) => /^\d+$/.test(load) && !marked.has(load) && BigInt(load) < oldest);
  await dropRows(left.map(BigInt));
}
