/**
 * How fast a tape of 20 columns is uploaded from a file, checked, written and sealed, beside a
 * bare COPY of the same file in the same run, how long others wait meanwhile, and what the proof of
 * a row takes afterwards. Quote ratios within one run; on a machine that others use, compare CPU
 * times: that of the server's process, and `all` with its database.
 */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { execFileSync, spawn } from "node:child_process";
import { request } from "node:http";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { newDataset, api } from "../e2e/support/api";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../e2e/support/server";
import { until } from "../e2e/support/until";
import { cpuMs, processOf } from "./process-of";
import { twentyColumns } from "./tape-of-twenty";

const SIZES = (process.env.BENCH_ROWS ?? "100,1000,10000,100000,1000000").split(",").map(Number);
const PROBE = path.join(import.meta.dirname, "probe.mjs");
const PROBE_PAUSE_MS = 5;
const MEMORY_PAUSE_MS = 50;
const LOAD_LIMIT_MS = 600_000;

type Line = { rows: number; normalize: boolean; version: number; ms: number; copyMs: number;
  cpuMs: number; allMs: number; peakMb: number; p99: number; worst: number; proofMs: number };

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Processor time of the database's processes, in ms; sessions that ended count in their parent. */
function databaseCpuMs(server: TestServer): number {
  const postmaster = Number(readFileSync(path.join(server.dataDir, "postgres/postmaster.pid"), "utf8")
    .split("\n")[0]);
  const children = execFileSync("ps", ["--ppid", String(postmaster), "-o", "pid="],
    { encoding: "utf8" }).trim().split(/\s+/).map(Number);
  const ended = readFileSync(`/proc/${postmaster}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return children.reduce((sum, pid) => sum + cpuMs(pid), cpuMs(postmaster)
    + (Number(ended[13]) + Number(ended[14])) * 10);
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

/** A tape as a file: its making is not to be measured. */
async function tapeFile(rows: number, version: number): Promise<string> {
  const file = path.join(folder, `${rows}-${version}.csv`);
  await pipeline(Readable.from(twentyColumns(rows, version)), createWriteStream(file));
  return file;
}

/** Sends a file as the command line does, in one body. */
function send(url: string, file: string): Promise<{ status: number; said: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers: { "content-type": "text/csv",
      authorization: `Bearer ${TOKENS.ADMIN}`, prefer: "wait=30" } }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, said }), reject);
    });
    pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), sent).catch(reject);
  });
}

/** Uploads a tape and waits until it is loaded; milliseconds from the first byte. */
async function ingest(
  server: TestServer, dataset: string, file: string, normalize: boolean,
): Promise<{ ms: number; id: string }> {
  const started = performance.now();
  const { status, said } = await send(
    `${server.url}/api/v3/datasets/${dataset}/versions?normalize=${normalize}`, file);
  if (status >= 300) throw new Error(said);
  const sent = JSON.parse(said) as { dataset_version_id: string; status: string };
  if (sent.status === "importing") {
    await until(`${file} is loaded`, async () => {
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
async function bareCopy(server: TestServer, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: server.databaseUrl() });
  await client.connect();
  const columns = Array.from({ length: 20 }, (_, at) => `c${at} text`).join(", ");
  await client.query(`CREATE TABLE bench_copy (${columns})`);
  const started = performance.now();
  await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }),
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
    const file = await tapeFile(rows, version);
    const copyMs = await bareCopy(server, file);
    const [cpuBefore, databaseBefore] = [cpuMs(pid), databaseCpuMs(server)];
    const { result: { ms, id }, waits, peakMb } = await watched(server, pid, () =>
      ingest(server, dataset, file, normalize));
    const cpu = cpuMs(pid) - cpuBefore;
    const all = cpu + databaseCpuMs(server) - databaseBefore;
    rmSync(file);
    if (version === 2) continue;
    lines.push({ rows, normalize, version, ms, copyMs, peakMb, cpuMs: cpu, allMs: all,
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
    line.cpuMs.toFixed(0).padStart(8), line.allMs.toFixed(0).padStart(8),
    line.peakMb.toFixed(0).padStart(8), line.p99.toFixed(1).padStart(8),
    line.worst.toFixed(1).padStart(8),
    (line.normalize ? line.proofMs.toFixed(0) : "-").padStart(8)].join(" "));
}

const folder = mkdtempSync(path.join(os.tmpdir(), "todiscope-bench-"));
const server = await startServer({ TODISCOPE_LOG_LEVEL: "warn" });
try {
  const pid = processOf(server);
  await ingest(server, await newDataset(server), await tapeFile(2000, 1), true); // warm-up
  console.log("    rows normalize version       ms   rows/s  COPY ms  of COPY   CPU ms   all ms  peak MB" +
    "   P99 ms worst ms proof ms");
  for (const rows of SIZES) {
    for (const normalize of [true, false]) {
      for (const line of await measure(server, pid, rows, normalize)) print(line);
    }
  }
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
  rmSync(folder, { recursive: true, force: true });
}
