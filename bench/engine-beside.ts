/**
 * The sums of `bench/engine.ts` elsewhere: the same amounts, by sector and market, in DuckDB, in
 * PostgreSQL and on a ClickHouse cluster, each with two threads at most. Each gives the processor
 * milliseconds of a question, and must give the same sums.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { startCluster, whyNoCluster } from "../e2e/support/clickhouse-cluster";
import { encodeColumns, type PortfolioColumns } from "../lib/portfolio";
import { NO_SHOCKS, type Scenario } from "../lib/risk";
import { startEmbeddedDatabase } from "../lib/service/db/embedded";
import { stressOnCluster } from "../lib/service/stress/scale-out";
import { loadOf } from "../lib/service/stress/scale-out-loads";

/** One sector's sums: its code, then what is left and what is lacking under each market. */
export type Line = { code: number; sums: bigint[] };
/** Answers one question; the caller measures `cpuMs` before and after. */
export type Beside = {
  title: string; cpuMs(): number; markets: number;
  ask(markets: readonly number[]): Promise<Line[] | null>; stop(): Promise<void>;
};

/** More than float64 holds between whole numbers: adding and taking it away rounds to even. */
const ROUNDS = "6755399441055744";

function question(markets: readonly number[], double: string): string {
  const sums = markets.flatMap((market) => {
    const left = `((cover * '${market}'::${double} + ${ROUNDS}::${double}) - ${ROUNDS}::${double})`;
    return [`sum(${left}::BIGINT)`, `sum(greatest(0, owed - ${left})::BIGINT)`];
  });
  return `SELECT sector, ${sums.map((sum, at) => `${sum} AS s${at}`).join(", ")} `
    + "FROM debts GROUP BY sector";
}

const TABLE = (double: string): string =>
  `CREATE TABLE debts (owed ${double}, cover ${double}, sector smallint)`;

const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const codesOf = (columns: PortfolioColumns) => columns.dimensions.sector?.codes as Uint8Array;

/** What is used of DuckDB's package. It is 68 MB, so who measures beside it installs it. */
type DuckDb = { DuckDBInstance: { create(file: string, options: object): Promise<{
  connect(): Promise<{
    run(sql: string): Promise<unknown>;
    createAppender(table: string): Promise<{ appendDouble(value: number): void;
      appendSmallInt(value: number): void; endRow(): void; closeSync(): void }>;
    runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>; closeSync(): void;
  }>; closeSync(): void }> } };
const DUCKDB = "@duckdb/node-api";

async function duckDb(columns: PortfolioColumns): Promise<Beside> {
  const { DuckDBInstance } = await import(DUCKDB).catch(() => {
    throw new Error(`not here: npm install --no-save ${DUCKDB}@1.5.6-r.1`);
  }) as DuckDb;
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run(TABLE("DOUBLE"));
  const appender = await connection.createAppender("debts");
  const codes = codesOf(columns);
  for (let row = 0; row < columns.debtCount; row += 1) {
    appender.appendDouble(columns.outstanding[row] as number);
    appender.appendDouble(columns.collateral[row] as number);
    appender.appendSmallInt(codes[row] as number);
    appender.endRow();
  }
  appender.closeSync();
  return {
    title: "DuckDB", markets: 101, cpuMs: ownCpuMs,
    ask: async (markets) => {
      const rows = (await connection.runAndReadAll(question(markets, "DOUBLE"))).getRows();
      return rows.map(([code, ...sums]) => ({ code: Number(code),
        sums: sums.map((sum) => BigInt(String(sum))) }));
    },
    stop: () => {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  };
}

function* tableText(columns: PortfolioColumns): Generator<string> {
  const codes = codesOf(columns);
  let text = "";
  for (let row = 0; row < columns.debtCount; row += 1) {
    text += `${columns.outstanding[row]}\t${columns.collateral[row]}\t${codes[row]}\n`;
    if (text.length > 1 << 18) {
      yield text;
      text = "";
    }
  }
  yield text;
}

/** Processor milliseconds of a process; the kernel counts in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function postgreSql(columns: PortfolioColumns): Promise<Beside> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "todiscope-bench-"));
  const database = await startEmbeddedDatabase(folder);
  const client = new pg.Client(database.url);
  await client.connect();
  // Parallel workers end with their statement, and their processor time could not be read then.
  await client.query("SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'");
  await client.query(TABLE("double precision").replace("TABLE", "UNLOGGED TABLE"));
  await pipeline(Readable.from(tableText(columns)),
    client.query(copyFrom("COPY debts FROM STDIN")));
  await client.query("VACUUM ANALYZE debts");
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const pid = rows[0]?.pid as number;
  return {
    title: "PostgreSQL", markets: 11, cpuMs: () => cpuMsOf(pid),
    ask: async (markets) => {
      const found = await client.query<unknown[]>(
        { text: question(markets, "double precision"), rowMode: "array" });
      return found.rows.map(([code, ...sums]) => ({ code: Number(code),
        sums: sums.map((sum) => BigInt(String(sum))) }));
    },
    stop: async () => {
      await client.end();
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(database.folder, { recursive: true, force: true });
    },
  };
}

async function clickHouse(columns: PortfolioColumns): Promise<Beside> {
  const reason = whyNoCluster();
  if (reason !== null) throw new Error(reason);
  const cluster = await startCluster();
  process.env.TODISCOPE_SCALE_OUT_URL = cluster.url;
  process.env.TODISCOPE_LOG_LEVEL = "warn";
  const hash = createHash("sha256").update(encodeColumns(columns)).digest("hex");
  const source = { columns, versionId: randomUUID(), hash };
  await loadOf(source);
  return {
    title: "ClickHouse", markets: 101, cpuMs: cluster.cpuMs,
    // The base is asked for as well, as the first market is.
    ask: async ([, ...markets]) => {
      const scenarios = markets.map((market, at): Scenario => ({ ...NO_SHOCKS, scenario_id: `s${at}`,
        description: "", collateral_market_impact_pct: market - 1 }));
      const found = await stressOnCluster(source,
        { scenarios, netting: "instrument", groupBy: ["sector"] }, 1000);
      if (!found.ok) throw new Error(found.error.code);
      return null;
    },
    stop: () => cluster.stop(),
  };
}

/** Every engine that can be had here, by its column of the table; what cannot says why. */
export const BESIDE: Record<string, (columns: PortfolioColumns) => Promise<Beside>> = {
  DuckDB: duckDb, PostgreSQL: postgreSql, ClickHouse: clickHouse,
};
