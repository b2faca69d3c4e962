/**
 * Requests per second of the run endpoint: fresh (new parameters, every row written) and replayed,
 * beside what bounds it here: a bare node:http server that answers the same bytes, and the same
 * statement sent to PostgreSQL without HTTP. Prints a table; quote ratios within one run.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import autocannon from "autocannon";
import pg from "pg";
import { EXAMPLE, RUN_PATH, sealedVersion, STARTED_AT, run } from "../e2e/support/api";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../e2e/support/server";

const CLIENTS = (process.env.BENCH_CLIENTS ?? "1,10,50,100").split(",").map(Number);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
/** The reference engine in Python on this kind of machine (requests per second). */
const REFERENCE = { fresh: 59, replayed: 125 };

type Row = { mode: string; clients: number; rate: number; p50: number; p90: number; p99: number;
  failures: number; reference: number | null };

let counter = 0;

/** A request body whose custom scenario no request had before. */
function freshBody(versionId: string): string {
  counter += 1;
  return JSON.stringify({
    dataset_version_id: versionId, started_at: STARTED_AT,
    parameters: { include_default_scenarios: true,
      net_exposure_materiality_threshold_pct: 0.2 + counter / 1e8,
      stress_loss_materiality_threshold_pct: 0.05 + counter / 1e8,
      stress_scenarios: ["interest_rate_spike", "market_crash", "default_wave", "own"].map(
        (scenario_id) => ({ scenario_id, description: `Bench ${counter}`,
          interest_rate_delta_pct: 1, collateral_market_impact_pct: -0.3,
          recovery_degradation_pct: -0.2, default_risk_increment_pct: 0.1 })) },
  });
}

async function load(
  mode: string, url: string, clients: number, body: () => string, reference: number | null,
): Promise<Row> {
  const result = await autocannon({
    url, connections: clients, duration: SECONDS, method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${TOKENS.EXECUTE}` },
    requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
  });
  return { mode, clients, rate: result.requests.average, p50: result.latency.p50,
    p90: result.latency.p90, p99: result.latency.p99,
    failures: result.non2xx + result.errors, reference };
}

/** A server that reads the request and answers fixed bytes: what HTTP alone costs. */
async function bareServer(answer: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, close: () => server.close() };
}

/** Commits per second of one small row, the least a recorded run can cost PostgreSQL. */
async function commitRate(server: TestServer, clients: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: server.databaseUrl(), max: clients });
  pool.on("error", () => undefined); // the server's database stops right after this
  await pool.query("CREATE TABLE IF NOT EXISTS bench_commit (n int)");
  const until = performance.now() + SECONDS * 1000;
  let commits = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < until) {
      await pool.query({ name: "commit", text: "INSERT INTO bench_commit VALUES ($1)", values: [1] });
      commits += 1;
    }
  }));
  await pool.query("DROP TABLE bench_commit");
  await pool.end();
  return commits / SECONDS;
}

function print(rows: Row[], commits: number): void {
  console.log("\nmode       clients  requests/s  P50 ms  P90 ms  P99 ms  failures  x reference");
  for (const row of rows) {
    console.log([row.mode.padEnd(10), String(row.clients).padStart(7),
      row.rate.toFixed(0).padStart(11), row.p50.toFixed(1).padStart(7),
      row.p90.toFixed(1).padStart(7), row.p99.toFixed(1).padStart(7),
      String(row.failures).padStart(9),
      (row.reference === null ? "-" : (row.rate / row.reference).toFixed(1)).padStart(12)].join(" "));
  }
  const fresh = Math.max(...rows.filter((row) => row.mode === "fresh").map((row) => row.rate));
  const replayed = Math.max(...rows.filter((row) => row.mode === "replayed").map((row) => row.rate));
  const bare = Math.max(...rows.filter((row) => row.mode === "bare HTTP").map((row) => row.rate));
  console.log(`\nPostgreSQL commits one small row ${commits.toFixed(0)} times a second (10 clients).`);
  console.log(`fresh / commit rate ${(fresh / commits).toFixed(2)}, fresh / bare HTTP ` +
    `${(fresh / bare).toFixed(2)}, replayed / bare HTTP ${(replayed / bare).toFixed(2)}`);
}

const server = await startServer({ TODISCOPE_LOG_LEVEL: "warn" });
try {
  const versionId = await sealedVersion(server, EXAMPLE);
  const first = await run(server, versionId);
  const replay = JSON.stringify({ dataset_version_id: versionId, started_at: STARTED_AT,
    parameters: {} });
  const url = `${server.url}${RUN_PATH}`;
  const rows: Row[] = [];
  await load("warm-up", url, 10, () => freshBody(versionId), null);
  for (const clients of CLIENTS) {
    rows.push(await load("fresh", url, clients, () => freshBody(versionId), REFERENCE.fresh));
  }
  for (const clients of CLIENTS) {
    rows.push(await load("replayed", url, clients, () => replay, REFERENCE.replayed));
  }
  const bare = await bareServer(first.text);
  for (const clients of CLIENTS) {
    rows.push(await load("bare HTTP", bare.url, clients, () => replay, null));
  }
  bare.close();
  print(rows, await commitRate(server, 10));
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
}
