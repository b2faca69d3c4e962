/**
 * How long a run's file takes from request to last byte, with every instrument of a tape of twenty
 * columns, beside the same rows as the CSV of the instruments. BENCH_ROWS sets the sizes. Quote
 * ratios within one run.
 */
import { Readable } from "node:stream";
import { api, newDataset, run } from "../e2e/support/api";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../e2e/support/server";
import { twentyColumns } from "./tape-of-twenty";

const SIZES = (process.env.BENCH_ROWS ?? "2000,100000").split(",").map(Number);
const PASSES = 3;
const SCENARIO = "market_crash";
const FILES = {
  "pdf": "export?format=pdf",
  "xlsx, report": "export?format=xlsx",
  "xlsx, all instruments": `export?format=xlsx&scenario_id=${SCENARIO}`,
  "parquet, all instruments": `export?format=parquet&scenario_id=${SCENARIO}`,
  "csv, all instruments": `instruments?format=csv&sort=row&scenario_id=${SCENARIO}`,
};

async function versionOf(server: TestServer, rows: number): Promise<string> {
  const dataset = await newDataset(server);
  const tape = twentyColumns(rows);
  const response = await fetch(`${server.url}/api/v3/datasets/${dataset}/versions`, {
    method: "POST", body: Readable.toWeb(Readable.from(tape)), duplex: "half",
    headers: { authorization: `Bearer ${TOKENS.INGEST}`, "content-type": "text/csv",
      prefer: "wait=600" } } as RequestInit);
  const text = await response.text();
  if (response.status !== 201) throw new Error(text);
  return (JSON.parse(text) as { dataset_version_id: string }).dataset_version_id;
}

async function fastest(url: string): Promise<{ ms: number; bytes: number }> {
  const best = { ms: Infinity, bytes: 0 };
  for (let pass = 0; pass < PASSES; pass += 1) {
    const began = performance.now();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${TOKENS.READ}` } });
    const { byteLength } = await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
    best.ms = Math.min(best.ms, performance.now() - began);
    best.bytes = byteLength;
  }
  return best;
}

const server = await startServer();
try {
  console.log("| rows | file | kB | ms |\n|---:|---|---:|---:|");
  for (const rows of SIZES) {
    const made = await run(server, await versionOf(server, rows));
    if (made.status !== 200) throw new Error(made.text);
    await api(server, "GET", `/api/v3/runs/${made.json.run_id}`);
    for (const [title, query] of Object.entries(FILES)) {
      const { ms, bytes } = await fastest(`${server.url}/api/v3/runs/${made.json.run_id}/${query}`);
      console.log(`| ${rows} | ${title} | ${Math.round(bytes / 1000)} | ${Math.round(ms)} |`);
    }
  }
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
}
