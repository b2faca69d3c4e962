/**
 * How fast a tape of 20 columns is uploaded, checked, written and sealed, beside a bare COPY of
 * the same rows in the same run, how long others wait meanwhile, and what the proof of a row takes
 * afterwards. Quote ratios within one run; on a machine that others use, compare CPU times.
 */
import { readFileSync } from "node:fs";
import { execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { newDataset, api } from "../e2e/support/api";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../e2e/support/server";
import { until } from "../e2e/support/until";
import { twentyColumns } from "./tape-of-twenty";

const SIZES = (process.env.BENCH_ROWS ?? "100,1000,10000,100000,1000000").split(",").map(Number);
const PROBE = path.join(import.meta.dirname, "probe.mjs");
const PROBE_PAUSE_MS = 5;
const MEMORY_PAUSE_MS = 50;
const LOAD_LIMIT_MS = 600_000;

type Line = { rows: number; normalize: boolean; version: number; ms: number; copyMs: number;
  cpuMs: number; peakMb: number; p99: number; worst: number; proofMs: number };

/** The server's own process: the one that listens on its port. */
function processOf(server: TestServer): number {
  const list = execFileSync("ps", ["-e", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const line = list.split("\n").map((each) => each.trim().split(/\s+/)).find(([, parent, ...args]) =>
    parent === String(process.pid) && args.includes("scripts/start.mjs"));
  if (!line) throw new Error(`the process of ${server.url} is not found`);
  return Number(line[0]);
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Milliseconds of processor time that a process has used; the kernel counts in hundredths. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Asks for life again and again while `work` runs: waiting times, and the most memory seen. */
async function watched<T>(
  server: TestServer, pid: number, work: () => Promise<T>,
): Promise<{ result: T; waits: number[]; peakMb: number }> {
  const probe = spawn(process.execPath, [PROBE, server.url, String(PROBE_PAUSE_MS)],
    { stdio: ["pipe", "pipe", "inherit"] });
  const answer = text(probe.stdout);
  let peakMb = 0;
  const timer = setInterval(() => { peakMb = Math.max(peakMb, residentMb(pid)); }, MEMORY_PAUSE_MS);
  const result = await work().finally(() => {
    clearInterval(timer);
    probe.stdin.end();
  });
  const waits = JSON.parse(await answer) as number[];
  return { result, waits: waits.sort((a, b) => a - b), peakMb };
}

/** Uploads a tape and waits until it is loaded; milliseconds from the first byte. */
async function ingest(
  server: TestServer, dataset: string, rows: number, normalize: boolean, version: number,
): Promise<{ ms: number; id: string }> {
  const started = performance.now();
  const answer = await fetch(
    `${server.url}/api/v3/datasets/${dataset}/versions?normalize=${normalize}`, {
      method: "POST", duplex: "half", body: Readable.toWeb(Readable.from(
        twentyColumns(rows, version))) as unknown as BodyInit,
      headers: { "content-type": "text/csv", authorization: `Bearer ${TOKENS.ADMIN}`,
        prefer: "wait=30" },
    } as RequestInit);
  const said = await answer.text();
  if (answer.status >= 300) throw new Error(said);
  const sent = JSON.parse(said) as { dataset_version_id: string; status: string };
  if (sent.status === "importing") {
    await until(`version of ${rows} rows is loaded`, async () => {
      const { json } = await api(server, "GET",
        `/api/v3/dataset-versions/${sent.dataset_version_id}`);
      if (json.status === "failed") throw new Error(JSON.stringify(json.failure));
      return json.status !== "importing" || undefined;
    }, LOAD_LIMIT_MS);
  }
  return { ms: performance.now() - started, id: sent.dataset_version_id };
}

/** The proof of the last row of a sealed version's first page. */
async function proveRow(server: TestServer, id: string): Promise<number> {
  const path = `/api/v3/dataset-versions/${id}/records`;
  const { json } = await api(server, "GET", path);
  const started = performance.now();
  const proof = await api(server, "GET", `${path}/${json.items.at(-1).record_id}/proof`);
  if (proof.json.holds !== true) throw new Error(JSON.stringify(proof.json));
  return performance.now() - started;
}

/** COPY of the same text into a table of 20 text columns without index: the least it can cost. */
async function bareCopy(server: TestServer, rows: number): Promise<number> {
  const client = new pg.Client({ connectionString: server.databaseUrl() });
  await client.connect();
  const columns = Array.from({ length: 20 }, (_, at) => `c${at} text`).join(", ");
  await client.query(`CREATE TABLE bench_copy (${columns})`);
  const started = performance.now();
  await pipeline(Readable.from(twentyColumns(rows)),
    client.query(copyFrom("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)")));
  const ms = performance.now() - started;
  await client.query("DROP TABLE bench_copy");
  await client.end();
  return ms;
}

async function measure(
  server: TestServer, pid: number, rows: number, normalize: boolean,
): Promise<Line[]> {
  const dataset = await newDataset(server);
  const lines: Line[] = [];
  for (const version of [1, 2, 3]) {
    const copyMs = await bareCopy(server, rows);
    const cpuBefore = cpuMs(pid);
    const { result: { ms, id }, waits, peakMb } = await watched(server, pid, () =>
      ingest(server, dataset, rows, normalize, version));
    const cpu = cpuMs(pid) - cpuBefore;
    if (version === 2) continue;
    lines.push({ rows, normalize, version, ms, copyMs, peakMb, cpuMs: cpu,
      proofMs: normalize ? await proveRow(server, id) : 0,
      p99: waits[Math.ceil(waits.length * 0.99) - 1] ?? 0, worst: waits.at(-1) ?? 0 });
  }
  return lines;
}

function print(line: Line): void {
  console.log([String(line.rows).padStart(8), (line.normalize ? "yes" : "no").padStart(9),
    String(line.version).padStart(7), line.ms.toFixed(0).padStart(8),
    (line.rows / line.ms * 1000).toFixed(0).padStart(8), line.copyMs.toFixed(0).padStart(8),
    `${(line.copyMs / line.ms * 100).toFixed(1)} %`.padStart(9),
    line.cpuMs.toFixed(0).padStart(8), line.peakMb.toFixed(0).padStart(8),
    line.p99.toFixed(1).padStart(8),
    line.worst.toFixed(1).padStart(8),
    (line.normalize ? line.proofMs.toFixed(0) : "-").padStart(8)].join(" "));
}

const server = await startServer({ TODISCOPE_LOG_LEVEL: "warn" });
try {
  const pid = processOf(server);
  await ingest(server, await newDataset(server), 2000, true, 1); // warm-up
  console.log("    rows normalize version       ms   rows/s  COPY ms  of COPY   CPU ms  peak MB" +
    "   P99 ms worst ms proof ms");
  for (const rows of SIZES) {
    for (const normalize of [true, false]) {
      for (const line of await measure(server, pid, rows, normalize)) print(line);
    }
  }
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
}
