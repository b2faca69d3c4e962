/**
 * What comparisons, lists and traces take of two versions of BENCH_ROWS rows (100,000) in a
 * database of BENCH_RUNS runs (2,000), the first time and again, and how long a light request
 * beside each of them waits. Times mean little on a machine that does other work: compare within
 * one run.
 */
import { api, newDataset, run } from "../e2e/support/api";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../e2e/support/server";
import { Readable } from "node:stream";
import { twentyColumns } from "./tape-of-twenty";

const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const RUNS = Number(process.env.BENCH_RUNS ?? 2_000);
const POSTED_AT_ONCE = 16;
const SCENARIOS = Array.from({ length: 6 }, (_, at) => ({ scenario_id: `s${at}`,
  description: `Scenario ${at}`, collateral_market_impact_pct: -0.05 * (at + 1),
  recovery_degradation_pct: -0.02 * at, default_risk_increment_pct: 0.01 * at }));
/** What none of these may take when it is asked for again, in ms: the limit on an idle machine. */
const AGAIN_MS = 2_000;
/** What 99 of 100 light requests beside them must not wait longer than, in ms. */
const BESIDE_MS = 100;

async function versionOf(server: TestServer, dataset: string, version: number): Promise<string> {
  const response = await fetch(`${server.url}/api/v3/datasets/${dataset}/versions`, {
    method: "POST", duplex: "half",
    body: Readable.toWeb(Readable.from(twentyColumns(ROWS, version))),
    headers: { authorization: `Bearer ${TOKENS.INGEST}`, "content-type": "text/csv",
      prefer: "wait=600" } } as RequestInit);
  const text = await response.text();
  if (response.status !== 201) throw new Error(text);
  return (JSON.parse(text) as { dataset_version_id: string }).dataset_version_id;
}

async function runOf(server: TestServer, version: string, netting: string): Promise<string> {
  const made = await run(server, version,
    { netting, stress_scenarios: SCENARIOS, group_by: ["sector", "country"] });
  if (made.status !== 200) throw new Error(made.text);
  return made.json.run_id;
}

/** Runs that differ in when they started: each is one more that used every row. */
async function manyRuns(server: TestServer, version: string): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: POSTED_AT_ONCE }, async () => {
    for (let at = next++; at < RUNS; at = next++) {
      const made = await run(server, version, { group_by: ["sector"] },
        new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString().replace(".000Z", "Z"));
      if (made.status !== 200) throw new Error(made.text);
    }
  }));
}

type Process = { cpuMs: number; memoryMb: number };

async function processOf(server: TestServer): Promise<Process> {
  const { text } = await api(server, "GET", "/api/v3/metrics");
  const value = (name: string): number =>
    Number(new RegExp(`^todiscope_process_${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { cpuMs: value("cpu_seconds_total") * 1000,
    memoryMb: value("resident_memory_bytes") / 1024 ** 2 };
}

type Taken = Process & { ms: number; besideMs: number };

/** One request, and light ones beside it as long as it takes. */
async function taken(server: TestServer, path: string): Promise<Taken> {
  const before = await processOf(server);
  const began = performance.now();
  let isOver = false;
  const asked = fetch(`${server.url}/api/v3${path}`,
    { headers: { authorization: `Bearer ${TOKENS.ADMIN}` } }).then(async (answer) => {
    await answer.body?.pipeTo(new WritableStream());
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    return performance.now() - began;
  }).finally(() => { isOver = true; });
  asked.catch(() => undefined); // it is heard of below, after the last light request
  const waits: number[] = [];
  while (!isOver) {
    const start = performance.now();
    await api(server, "GET", "/api/v3/datasets?limit=1");
    waits.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 10));
  }
  const ms = await asked;
  const after = await processOf(server);
  const sorted = waits.toSorted((a, b) => a - b);
  return { ms, besideMs: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0,
    cpuMs: after.cpuMs - before.cpuMs, memoryMb: after.memoryMb };
}

async function paths(server: TestServer): Promise<Record<string, string>> {
  const dataset = await newDataset(server);
  const [one, two] = [await versionOf(server, dataset, 1), await versionOf(server, dataset, 2)];
  const [base, other] = [await runOf(server, one, "instrument"),
    await runOf(server, two, "instrument")];
  await manyRuns(server, one);
  const record = (await api(server, "GET",
    `/api/v3/dataset-versions/${one}/records?kind=normalized&limit=5`)).json.items.at(-1).record_id;
  const finding = (await api(server, "GET",
    `/api/v3/findings?dataset_version_id=${one}&limit=1`)).json.items[0].id;
  const evidence = (await api(server, "GET",
    `/api/v3/evidence?dataset_version_id=${one}&limit=1`)).json.items[0].evidence_id;
  const pair = `base=${base}&other=${other}`;
  const versions = `/dataset-versions/compare`;
  const records = `/dataset-versions/${one}/instruments?limit=50`;
  const shocks = "collateral_market_impact_pct=-0.3&default_risk_increment_pct=0.05";
  return {
    "two runs": `/runs/compare?${pair}`,
    "two runs by their groups": `/runs/compare/groups?${pair}&scenario_id=s3`,
    "two runs by other groups": `/runs/compare/groups?${pair}&scenario_id=s3&group_by=rating,region`,
    "two runs by instrument": `/runs/compare/instruments?${pair}&scenario_id=s3`,
    "two versions": `${versions}?base=${one}&other=${two}`,
    "two versions by instrument": `${versions}/instruments?base=${one}&other=${two}`,
    "what used a row": `/dataset-versions/${one}/records/${record}/used-by`,
    "findings that used a row": `/dataset-versions/${one}/records/${record}/used-by?of=findings`,
    "a finding's trace": `/findings/${finding}/trace`,
    "rows of a piece of evidence": `/evidence/${evidence}/records`,
    "instruments of a run": `/runs/${base}/instruments?scenario_id=s3`,
    "records by amount": `${records}&sort=-principal`,
    "records by rate": `${records}&sort=-interest_rate_pct`,
    "records by days past due": `${records}&sort=-days_past_due`,
    "records by stress impact": `${records}&sort=-stress_impact&${shocks}`,
    "the same by instrument": `${records}&sort=-stress_impact&netting=instrument&${shocks}`,
    "records by id": `${records}&sort=instrument_id`,
    "records with a part of an id": `${records}&q=l-99`,
    "a comparison as PDF": `/runs/compare/export?${pair}&format=pdf`,
    "a version as workbook": `/dataset-versions/${one}/export?format=xlsx`,
    "a run as bundle": `/runs/${base}/export?format=zip`,
  };
}

const server = await startServer();
try {
  console.log(`${ROWS} rows, ${RUNS} runs\n`);
  console.log("| request | first, ms | again, ms | again, CPU ms | beside, P99 ms | memory, MB |");
  console.log("|---|---:|---:|---:|---:|---:|");
  const slow: string[] = [];
  for (const [name, path] of Object.entries(await paths(server))) {
    const [first, again] = [await taken(server, path), await taken(server, path)];
    console.log(`| ${name} | ${[first.ms, again.ms, again.cpuMs, again.besideMs, again.memoryMb]
      .map(Math.round).join(" | ")} |`);
    if (again.ms > AGAIN_MS || again.besideMs > BESIDE_MS) slow.push(name);
  }
  console.log(`\nLimits: ${AGAIN_MS} ms again, ${BESIDE_MS} ms beside it. Beyond them: ${
    slow.join(", ") || "none"}.`);
} finally {
  await server.stop();
  removeDataDir(server.dataDir);
}
