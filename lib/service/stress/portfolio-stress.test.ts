import { afterEach, expect, it } from "vitest";
import { canonicalHash } from "@/lib/kernel/hash";
import type { NormalizedRecord } from "@/lib/kernel/record";
import { ColumnsBuilder, encodeColumns, type StressRequest } from "@/lib/portfolio";
import { NO_SHOCKS, type Scenario } from "@/lib/risk";
import { stressInParts } from "./portfolio-stress";
import { ThreadPool } from "../calculation/thread-pool";
import type { ResultsHash } from "../calculation/thread-tasks";
import type { runOnThreads } from "../calculation/threads";

const pools: ThreadPool[] = [];
afterEach(async () => { await Promise.all(pools.splice(0).map((pool) => pool.close())); });

function onThreads(size: number): ThreadPool {
  const pool = new ThreadPool(process.cwd(), "lib/service/calculation/thread.ts", size);
  pools.push(pool);
  return pool;
}
const runOf = (pool: ThreadPool): typeof runOnThreads => ((task, parts, options) =>
  pool.run(task, parts, options)) as typeof runOnThreads;

const builder = new ColumnsBuilder();
for (let at = 0; at < 3_000; at += 1) {
  builder.add({ record_kind: "instrument", principal: 100.0001 + at % 97,
    interest_rate_pct: at % 11, collateral_value: 90.0003 + at % 89,
    sector: `S${at % 7}` } as NormalizedRecord, at + 1);
}
const bytes = encodeColumns(builder.finish());
const buffer = new SharedArrayBuffer(bytes.byteLength);
new Uint8Array(buffer).set(bytes);
const shared = { buffer, sha256: canonicalHash("columns") };
const scenarios = Array.from({ length: 9 }, (_, at): Scenario => ({ ...NO_SHOCKS,
  scenario_id: `s${at}`, description: "", collateral_market_impact_pct: -0.0333 * at,
  default_risk_increment_pct: 0.0077 * at, ...(at % 3 === 0 ? { segment_shocks: [
    { where: { sector: "S1" }, collateral_market_impact_pct: -0.41 }] } : {}) }));
const request: StressRequest = { scenarios, netting: "instrument", groupBy: ["sector"] };

it("gives the same bytes on 1, 2 and 4 threads", async () => {
  const texts: string[] = [];
  const hashes: string[] = [];
  for (const size of [1, 2, 4]) {
    const pool = onThreads(size);
    const found = await stressInParts({ shared, request, groupLimit: 100 }, size, {}, runOf(pool));
    texts.push(JSON.stringify(found));
    const parts = scenarios.map((scenario) =>
      ({ shared, netting: "instrument", scenarios: [scenario] }));
    hashes.push(JSON.stringify((await pool.run("instrumentHashes", parts) as ResultsHash[][])
      .flat()));
  }
  expect(texts[0]).toContain("allocated_loss");
  expect(new Set(texts).size).toBe(1);
  expect(new Set(hashes).size).toBe(1);
}, 60_000);
