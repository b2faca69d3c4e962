/**
 * How long a run's file takes from request to last byte, with every instrument of a tape of twenty
 * columns, what the serving thread and the process in all work for it, and what a light request
 * beside it waits. BENCH_ROWS sets the sizes, BENCH_PASSES how often. Quote ratios within one run.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { api, newDataset, run } from "../e2e/support/api";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../e2e/support/server";
import { until } from "../e2e/support/until";
import { cpuMs, processOf } from "./process-of";
import { twentyColumns } from "./tape-of-twenty";

const SIZES = (process.env.BENCH_ROWS ?? "2000,100000").split(",").map(Number);
const PASSES = Number(process.env.BENCH_PASSES ?? 3);
const PROBE = path.join(import.meta.dirname, "probe.mjs");
const PROBE_PAUSE_MS = 5;
const LOAD_LIMIT_MS = 600_000;
const SCENARIO = "market_crash";
type Runs = { base: string; other: string };
const FILES: Record<string, (runs: Runs) => string> = {
  "pdf": ({ base }) => `${base}/export?format=pdf`,
  "pdf, comparison": ({ base, other }) => `compare/export?format=pdf&base=${base}&other=${other}`,
  "xlsx, report": ({ base }) => `${base}/export?format=xlsx`,
  "xlsx, all instruments": ({ base }) => `${base}/export?format=xlsx&scenario_id=${SCENARIO}`,
  "parquet, all instruments": ({ base }) =>
    `${base}/export?format=parquet&scenario_id=${SCENARIO}`,
  "csv, all instruments": ({ base }) =>
    `${base}/instruments?format=csv&sort=row&scenario_id=${SCENARIO}`,
  "zip, bundle": ({ base }) => `${base}/export?format=zip`,
};

async function versionOf(server: TestServer, rows: number): Promise<string> {
  const dataset = await newDataset(server);
  const tape = twentyColumns(rows);
  const response = await fetch(`${server.url}/api/v3/datasets/${dataset}/versions`, {
    method: "POST", body: Readable.toWeb(Readable.from(tape)), duplex: "half",
    headers: { authorization: `Bearer ${TOKENS.INGEST}`, "content-type": "text/csv",
      prefer: "wait=600" } } as RequestInit);
  const answer = await response.text();
  if (response.status !== 201 && response.status !== 202) throw new Error(answer);
  const id = (JSON.parse(answer) as { dataset_version_id: string }).dataset_version_id;
  await until(`version ${id} is sealed`, async () =>
    (await api(server, "GET", `/api/v3/dataset-versions/${id}`)).json.status === "sealed",
  LOAD_LIMIT_MS);
  return id;
}

type Line = {
  ms: number; bytes: number; thread: number; process: number; p99: number; worst: number;
};

async function taken(server: TestServer, pid: number, address: string): Promise<Line> {
  const probe = spawn(process.execPath, [PROBE, server.url, String(PROBE_PAUSE_MS)],
    { stdio: ["pipe", "pipe", "inherit"] });
  const before = [cpuMs(pid, "thread"), cpuMs(pid)] as const;
  const began = performance.now();
  const answer = await fetch(`${server.url}/api/v3/runs/${address}`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });
  if (answer.status !== 200) throw new Error(`${address}: ${await answer.text()}`);
  let bytes = 0;
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
  }
  const ms = performance.now() - began;
  const [thread, all] = [cpuMs(pid, "thread"), cpuMs(pid)];
  probe.stdin.end();
  const waits = (JSON.parse(await text(probe.stdout)) as number[]).toSorted((a, b) => a - b);
  return { ms, bytes, thread: thread - before[0], process: all - before[1],
    p99: waits[Math.floor(waits.length * 0.99)] ?? 0, worst: waits.at(-1) ?? 0 };
}

const server = await startServer();
try {
  const pid = processOf(server);
  console.log("| rows | file | kB | ms | thread ms | process ms | wait p99 | wait worst |\n" +
    "|---:|---|---:|---:|---:|---:|---:|---:|");
  for (const rows of SIZES) {
    const version = await versionOf(server, rows);
    const made = [];
    for (const share of [0.05, 0.1]) {
      const answer = await run(server, version, { group_by: ["country", "obligor_group"],
        stress_loss_materiality_threshold_pct: share });
      if (answer.status !== 200) throw new Error(answer.text);
      made.push(answer.json.run_id as string);
    }
    const [base = "", other = ""] = made;
    await api(server, "GET", `/api/v3/runs/${base}`);
    for (const [title, of] of Object.entries(FILES)) {
      let best: Line | null = null;
      for (let pass = 0; pass < PASSES; pass += 1) {
        const line = await taken(server, pid, of({ base, other }));
        if (best === null || line.ms < best.ms) best = line;
      }
      if (!best) continue;
      const { ms, bytes, thread, process: all, p99, worst } = best;
      console.log(`| ${[rows, title, Math.round(bytes / 1000), ...[ms, thread, all, p99, worst]
        .map(Math.round)].join(" | ")} |`);
    }
  }
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
}
