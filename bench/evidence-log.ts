/**
 * The evidence log at BENCH_LEAVES (100,000) records: how long taking them up takes, what
 * proofs cost then, and what the index by which it finds new records costs who writes them. Quote
 * ratios within one run.
 */
import type pg from "pg";
import { api, EXAMPLE, run, sealedVersion } from "../e2e/support/api";
import { connect } from "../e2e/support/database";
import { removeDataDir, startServer, type TestServer } from "../e2e/support/server";

const LEAVES = Number(process.env.BENCH_LEAVES ?? 100_000);
const CALLS = 200;
/** Rows of evidence that one run writes, and runs in a round. */
const [ROWS, RUNS, ROUNDS] = [4, 500, 12];

const line = (what: string, value: number, unit: string): void =>
  console.log(`| ${what} | ${value.toFixed(value < 10 ? 2 : 0)} ${unit} |`);
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function sizeOf(server: TestServer): Promise<number> {
  return (await api(server, "GET", "/api/v3/evidence-log")).json.size;
}

async function takeUp(server: TestServer, owner: pg.Client, evidenceId: string): Promise<void> {
  const before = await sizeOf(server);
  await owner.query(`INSERT INTO evidence_records SELECT gen_random_uuid(), kind,
    dataset_version_id, engine_id, engine_version, payload, sha256, now()
    FROM evidence_records, generate_series(1, $2) WHERE evidence_id = $1`, [evidenceId, LEAVES]);
  const began = performance.now();
  while (await sizeOf(server) < before + LEAVES) await new Promise((done) => setTimeout(done, 100));
  const seconds = (performance.now() - began) / 1000;
  line(`${LEAVES.toLocaleString("en")} records taken up`, seconds, "s");
  line("records a second", LEAVES / seconds, "");
}

async function proofs(server: TestServer, owner: pg.Client): Promise<void> {
  await api(server, "POST", "/api/v3/evidence-log/publish");
  const size = await sizeOf(server);
  const { rows } = await owner.query<{ id: string }>(`SELECT record_id AS id FROM log_leaf
    WHERE kind = 'evidence' ORDER BY random() LIMIT ${CALLS}`);
  const times = async (paths: string[]): Promise<number> => {
    const taken: number[] = [];
    for (const path of paths) {
      const began = performance.now();
      const answer = await api(server, "GET", `/api/v3/evidence-log${path}`);
      if (answer.status !== 200) throw new Error(answer.text);
      taken.push(performance.now() - began);
    }
    return median(taken);
  };
  line("the log's state (root), median", await times(rows.map(() => "")), "ms");
  line("an inclusion proof, median", await times(rows.map(({ id }) =>
    `/inclusion?kind=evidence&id=${id}`)), "ms");
  line("a consistency proof, median", await times(rows.map((_, at) =>
    `/consistency?first=${1 + Math.floor(size * at / CALLS)}&second=${size}`)), "ms");
  const began = performance.now();
  const verified = await api(server, "POST", "/api/v3/evidence-log/verify");
  if (!verified.json.problems) throw new Error(verified.text);
  line("the whole log verified", (performance.now() - began) / 1000, "s");
}

/** The same rows into two tables, with and without the index, in turns. */
async function indexCost(owner: pg.Client): Promise<void> {
  for (const name of ["with_index", "without_index"]) {
    await owner.query(`CREATE TABLE ${name} (LIKE evidence_records INCLUDING ALL)`);
    await owner.query(`INSERT INTO ${name} SELECT * FROM evidence_records`);
  }
  const { rows } = await owner.query<{ name: string }>(`SELECT indexname AS name FROM pg_indexes
    WHERE tablename = 'without_index' AND indexdef LIKE '%(created_at)'`);
  for (const { name } of rows) await owner.query(`DROP INDEX ${name}`);
  const taken: Record<string, number[]> = { with_index: [], without_index: [] };
  for (let round = 0; round < ROUNDS * 2; round += 1) {
    const name = round % 2 === 0 ? "with_index" : "without_index";
    const began = performance.now();
    for (let each = 0; each < RUNS; each += 1) {
      await owner.query({ name, text: `INSERT INTO ${name} SELECT gen_random_uuid(), kind,
        dataset_version_id, engine_id, engine_version, payload, sha256, now()
        FROM (SELECT * FROM evidence_records LIMIT ${ROWS}) r` });
    }
    taken[name]?.push((performance.now() - began) / RUNS);
  }
  const [more, less] = [median(taken.with_index ?? []), median(taken.without_index ?? [])];
  line(`writing ${ROWS} records with the index by time`, more, "ms");
  line("and without it", less, "ms");
  line("ratio", more / less, "");
}

const server = await startServer();
const owner = await connect(server);
try {
  const version = await sealedVersion(server, EXAMPLE);
  const evidence = (await run(server, version)).json.debt_exposure_evidence_id as string;
  console.log("| what | figure |\n|---|---:|");
  await takeUp(server, owner, evidence);
  await proofs(server, owner);
  await indexCost(owner);
} finally {
  await owner.end();
  await server.stop();
  removeDataDir(server.dataDir);
}
