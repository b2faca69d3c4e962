/**
 * What a ClickHouse cluster takes for a version's columns, and the plan for 10^9 rows that follows.
 * Starts a cluster of two shards on this machine, loads BENCH_ROWS loans and stresses them by
 * sector. Rates are rows of one core's processor time, so that the plan does not depend on what
 * else this machine does; the disk's and the network's share is not in it.
 */
import { createHash, randomUUID } from "node:crypto";
import { seededRandom } from "../lib/kernel/random";
import {
  ColumnsBuilder, encodeColumns, MARKETS_IN_STATEMENT, ROWS_TABLE, stressPortfolio,
  type PortfolioColumns, type StressRequest,
} from "../lib/portfolio";
import type { Scenario } from "../lib/risk";
import { stressOnCluster } from "../lib/service/stress/scale-out";
import { loadOf } from "../lib/service/stress/scale-out-loads";
import { startCluster, whyNoCluster, type Cluster } from "../e2e/support/clickhouse-cluster";

const ROWS = Number(process.env.BENCH_ROWS ?? 2_000_000);
const SCENARIOS = (process.env.BENCH_SCENARIOS ?? "3,40").split(",").map(Number);
const PLAN = { rows: 1e9, cores: 32, seconds: 10 };
const GROUPS = 60;

type Cost = { cpuMs: number; ms: number };
/** What was asked, what it took, and the core's seconds for a million rows. */
type Measured = { scenarios: number; here: Cost; cluster: Cost };

const scenariosOf = (count: number): Scenario[] => Array.from({ length: count }, (_, index) => ({
  scenario_id: `s${index}`, description: "", interest_rate_delta_pct: 1,
  collateral_market_impact_pct: -(index + 1) / (count + 1), recovery_degradation_pct: -0.1,
  default_risk_increment_pct: 0.02 }));

function portfolio(): PortfolioColumns {
  const random = seededRandom(1);
  const builder = new ColumnsBuilder();
  for (let row = 1; row <= ROWS; row += 1) {
    const principal = Math.round(random() * 1e7) / 100;
    const added = builder.add({ record_kind: "instrument", principal,
      interest_rate_pct: Math.round(random() * 1000) / 100,
      collateral_value: Math.round(random() * 1.6 * principal * 100) / 100,
      sector: `S${Math.floor(random() * GROUPS)}`, country: `C${Math.floor(random() * 20)}`,
      stage: 1 + Math.floor(random() * 3) }, row);
    if (!added.ok) throw new Error(JSON.stringify(added.error));
  }
  return builder.finish();
}

const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function cost<T>(cpuMs: () => number, work: () => T | Promise<T>): Promise<[T, Cost]> {
  const [cpu, started] = [cpuMs(), performance.now()];
  const result = await work();
  return [result, { cpuMs: cpuMs() - cpu, ms: performance.now() - started }];
}

/** Bytes of the table on all shards, as they lie on disk. */
async function storedBytes(cluster: Cluster): Promise<number> {
  const of = async (shard: number): Promise<number> => Number(await cluster.query(
    `SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = '${ROWS_TABLE}'`, shard));
  return await of(0) + await of(1);
}

const rounded = (value: number, digits = 1): string => value.toLocaleString("en",
  { maximumFractionDigits: digits });

function printMeasured(measured: readonly Measured[]): void {
  console.log("| scenarios | process, CPU ms | cluster, CPU ms | cluster, ms | " +
    "debts x scenarios per core-second |");
  console.log("|---|---|---|---|---|");
  for (const { scenarios, here, cluster } of measured) {
    console.log(`| ${scenarios} | ${rounded(here.cpuMs, 0)} | ${rounded(cluster.cpuMs, 0)} | ` +
      `${rounded(cluster.ms, 0)} | ${rounded(ROWS * scenarios / cluster.cpuMs / 1000, 1)} million |`);
  }
}

function printPlan(measured: readonly Measured[], stored: number, load: Cost): void {
  const times = PLAN.rows / ROWS;
  console.log(`\nPlan for ${PLAN.rows.toLocaleString("en")} rows, nodes of ${PLAN.cores} cores, ` +
    `an answer in ${PLAN.seconds} s:`);
  console.log("\n| scenarios | stored | core-seconds | nodes | seconds on these |");
  console.log("|---|---|---|---|---|");
  for (const { scenarios, cluster } of measured) {
    const coreSeconds = cluster.cpuMs * times / 1000;
    const nodes = Math.ceil(coreSeconds / PLAN.cores / PLAN.seconds);
    console.log(`| ${scenarios} | ${rounded(stored * times / 1e9)} GB | ` +
      `${rounded(coreSeconds, 0)} | ${nodes} | ${rounded(coreSeconds / nodes / PLAN.cores)} |`);
  }
  console.log(`\nLoading them takes ${rounded(load.cpuMs * times / 1000, 0)} core-seconds of the ` +
    "shards, once; more than " +
    `${MARKETS_IN_STATEMENT} markets are asked for in several statements.`);
}

async function main(): Promise<void> {
  const reason = whyNoCluster();
  if (reason !== null) throw new Error(`no cluster: ${reason}`);
  const columns = portfolio();
  const source = { columns, versionId: randomUUID(),
    hash: createHash("sha256").update(encodeColumns(columns)).digest("hex") };
  const cluster = await startCluster();
  try {
    process.env.TODISCOPE_SCALE_OUT_URL = cluster.url;
    process.env.TODISCOPE_LOG_LEVEL = "warn";
    const [, load] = await cost(cluster.cpuMs, () => loadOf(source));
    const stored = await storedBytes(cluster);
    console.log(`${ROWS.toLocaleString("en")} rows, two shards, ${GROUPS} groups: loaded in ` +
      `${rounded(load.ms / 1000)} s, ${rounded(stored / ROWS)} bytes a row on disk\n`);
    const measured: Measured[] = [];
    for (const scenarios of SCENARIOS) {
      const request: StressRequest = { scenarios: scenariosOf(scenarios), netting: "instrument",
        groupBy: ["sector"] };
      const [own, here] = await cost(ownCpuMs, () => stressPortfolio(columns, request));
      const [theirs, there] = await cost(cluster.cpuMs,
        () => stressOnCluster(source, request, GROUPS + 1));
      if (JSON.stringify(own) !== JSON.stringify(theirs)) throw new Error("not the same bits");
      measured.push({ scenarios, here, cluster: there });
    }
    printMeasured(measured);
    printPlan(measured, stored, load);
    console.log(`\nThe shards hold ${rounded(cluster.residentBytes() / 1e6, 0)} MB of memory.`);
  } finally {
    await cluster.stop();
  }
}

await main();
