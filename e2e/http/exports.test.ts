import { createHash } from "node:crypto";
import { existsSync, readdirSync, truncateSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import { api, run, sendTape, type Answer, type Json } from "../support/api";
import { behindGuards, connect } from "../support/database";
import { expectProblem } from "../support/problem";
import {
  newDataDir, removeDataDir, startServer, TOKENS, type TestServer,
} from "../support/server";
import { until } from "../support/until";
import { startWorker, type TestWorker } from "../support/worker";

// A server that leaves all jobs to workers of its own folder, which can be killed.
const databaseDir = newDataDir();
let database: EmbeddedDatabase;
let owner: pg.Client;
let server: TestServer;
let worker: TestWorker;
let runs: { first: Json; second: Json };

async function hire(): Promise<TestWorker> {
  worker = await startWorker({ TODISCOPE_DATABASE_URL: database.url,
    TODISCOPE_DATA_DIR: server.dataDir });
  await worker.ready;
  return worker;
}
const tapeOf = (rows: number): string => `loan_id,principal,collateral_value,sector\n${
  Array.from({ length: rows }, (_, at) => `L${at},${1000 + at},${900 + at},S${at % 7}\n`).join("")}`;

async function newRun(rows = 5000): Promise<Json> {
  const { json, text, status } = await sendTape(server, tapeOf(rows));
  expect(status, text).toBe(201);
  const made = await run(server, json.dataset_version_id);
  expect(made.status, made.text).toBe(200);
  return { ...made.json, dataset_version_id: json.dataset_version_id };
}

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir);
  server = await startServer({ TODISCOPE_DATABASE_URL: database.url, TODISCOPE_WORKER: "off" });
  owner = await connect({ databaseUrl: () => database.url });
  await hire();
  runs = { first: await newRun(), second: await newRun(4000) };
});
afterAll(async () => {
  worker.signal("SIGKILL");
  await worker.ended;
  await owner.end();
  await server.stop();
  await database.stop();
  removeDataDir(server.dataDir);
  removeDataDir(databaseDir);
});

/** Another reader than the one who orders. */
let other: string;
beforeAll(async () => {
  const { json } = await api(server, "POST", "/api/v3/tokens",
    { body: { name: "other", roles: ["READ"] } });
  other = json.secret;
});

const order = (address: string, prefer = "respond-async"): Promise<Answer> =>
  api(server, "GET", `/api/v3${address}`, { role: "READ", headers: { prefer } });
const jobOf = async (id: string): Promise<Json> =>
  (await api(server, "GET", `/api/v3/jobs/${id}`)).json;
const inState = (id: string, ...states: string[]): Promise<Json> =>
  until(`export ${id} is ${states.join(" or ")}`, async () => {
    const job = await jobOf(id);
    return states.includes(job.state) ? job : undefined;
  });
async function made(address: string): Promise<Json> {
  const answer = await order(address);
  expect(answer.status, answer.text).toBe(202);
  expect(answer.headers.get("location")).toBe(`/api/v3/jobs/${answer.json.job_id}`);
  const job = await inState(answer.json.job_id, "succeeded", "failed");
  expect(job.failure).toBeNull();
  return job;
}
const fileOf = (id: string, token: string = TOKENS.READ): Promise<Answer> =>
  api(server, "GET", `/api/v3/exports/${id}/file`, { token });
async function bytesOf(address: string): Promise<{ sha256: string; bytes: number }> {
  const answer = await fetch(`${server.url}/api/v3${address}`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });
  expect(answer.status).toBe(200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}
const folder = (): string => path.join(server.dataDir, "artifacts/exports");
const filesOf = (id: string): string[] => existsSync(folder())
  ? readdirSync(folder()).filter((name) => name.startsWith(id)) : [];
const cancel = (id: string, token: string = TOKENS.READ): Promise<Answer> =>
  api(server, "POST", `/api/v3/exports/${id}/cancel`, { token });
const zipOf = (of: Json): string => `/runs/${of.run_id}/export?format=zip`;

/** Runs steps while whatever reads records stands; a job that makes a file is then under way. */
async function whileRecordsStand(steps: () => Promise<void>): Promise<void> {
  const holder = await connect({ databaseUrl: () => database.url });
  try {
    await holder.query("BEGIN; LOCK TABLE normalized_record IN ACCESS EXCLUSIVE MODE");
    await steps();
  } finally {
    await holder.end();
  }
}

describe("a file that a job makes", () => {
  it.each([
    ["a run's JSON", () => `/runs/${runs.first.run_id}/export?format=json`, 0],
    ["a run's figures", () => `/runs/${runs.first.run_id}/export?format=csv`, 0],
    ["a run's report", () => `/runs/${runs.first.run_id}/export?format=pdf`, 0],
    ["a board's page", () => `/runs/${runs.first.run_id}/export?format=pdf&template=board`, 0],
    ["a workbook with instruments",
      () => `/runs/${runs.first.run_id}/export?format=xlsx&scenario_id=market_crash`, 5000],
    ["Parquet of two scenarios", () => `/runs/${runs.first.run_id}/export?format=parquet`, null],
    ["a bundle", () => zipOf(runs.first), 5000],
    ["instruments as CSV", () =>
      `/runs/${runs.first.run_id}/instruments?format=csv&scenario_id=market_crash`, 5000],
    ["a comparison", () => `/runs/compare/export?format=pdf&base=${runs.first.run_id}` +
      `&other=${runs.second.run_id}`, 9000],
    ["a version", () =>
      `/dataset-versions/${runs.first.dataset_version_id}/export?format=xlsx`, 0],
  ])("has the bytes of the direct answer: %s", async (_, address, rows) => {
    const job = await made(address());
    const direct = await bytesOf(address());
    expect(job.result).toMatchObject(direct);
    expect(job.progress).toMatchObject({ share: 1, bytes: direct.bytes,
      ...(rows === null ? {} : { rows, total_rows: rows === 0 ? null : rows }) });
    expect(await bytesOf(`/exports/${job.job_id}/file`)).toStrictEqual(direct);
    expect(filesOf(job.job_id)).toStrictEqual([job.job_id]);
  });

  it("is listed for who ordered it, with its hash and how long it is kept", async () => {
    const job = await made(zipOf(runs.first));
    const list = await api(server, "GET", "/api/v3/exports?limit=1", { role: "READ" });
    const { file, ...entry } = list.json.items[0];
    expect(entry).toMatchObject({ export_id: job.job_id, operation: "exportRun",
      name: `todiscope-run-${runs.first.run_id.slice(0, 8)}.zip`, job: { kind: "export" } });
    expect(file).toStrictEqual({ sha256: job.result.sha256, bytes: job.result.bytes,
      expires_at: job.result.expires_at });
    const days = (Date.parse(file.expires_at) - Date.parse(job.finished_at)) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    const others = await api(server, "GET", "/api/v3/exports", { token: other });
    expect(others.json.items).toStrictEqual([]);
  });

  it("is an audit event of each who gets it, as of who exports directly", async () => {
    const job = await made(`/runs/${runs.first.run_id}/export?format=csv`);
    const events = async (): Promise<Json[]> => (await api(server, "GET",
      `/api/v3/audit?type=run.exported&subject_id=${runs.first.run_id}&limit=200`)).json.items;
    const before = await events();
    const answer = await fileOf(job.job_id, other);
    expect(answer.headers.get("content-disposition")).toContain("todiscope-run-");
    const after = await events();
    expect(after).toHaveLength(before.length + 1);
    expect(after[0]).toMatchObject({ actor: "token:other",
      details: { format: "csv", job_id: job.job_id } });
    const started = await api(server, "GET",
      `/api/v3/audit?type=job.started&subject_id=${job.job_id}`);
    expect(started.json.items).toMatchObject([{ details: { kind: "export" } }]);
  });

  it("is made only where that takes longer than the caller would wait", async () => {
    const small = await order(zipOf(runs.first), "respond-async, wait=1");
    expect(small.status).toBe(200);
    expect(small.headers.get("content-type")).toBe("application/zip");
    const page = await order(`/runs/${runs.first.run_id}/instruments?scenario_id=market_crash`);
    expect(page.status).toBe(200);
    const head = await api(server, "HEAD", `/api/v3${zipOf(runs.first)}`,
      { headers: { prefer: "respond-async" } });
    expect(head.status).toBe(200);
  });

  it("is refused as the direct answer is", async () => {
    const nobody = "01a00000-0000-7000-8000-000000000000";
    expectProblem(await order(`/runs/${nobody}/export?format=zip`), "RUN_NOT_FOUND");
    expectProblem(await order(`/runs/${nobody}/export?format=pdf`), "RUN_NOT_FOUND");
    expectProblem(await order(`/runs/${runs.first.run_id}/export?format=pdf&scenario_id=x`),
      "PARAMETERS_INVALID");
    expectProblem(await order(`/dataset-versions/${nobody}/export`), "DATASET_VERSION_NOT_FOUND");
    expectProblem(await api(server, "GET", `/api/v3${zipOf(runs.first)}`,
      { role: null, headers: { prefer: "respond-async" } }), "AUTH_REQUIRED");
    const lost = await order(`/runs/${runs.first.run_id}/export?format=parquet&scenario_id=nope`);
    expect(await inState(lost.json.job_id, "failed")).toMatchObject({
      failure: { code: "PARAMETERS_INVALID", message: expect.stringContaining("no scenario") } });
    expectProblem(await fileOf(lost.json.job_id), "JOB_STATE_CONFLICT");
    expectProblem(await fileOf(nobody), "JOB_NOT_FOUND");
    expect(filesOf(lost.json.job_id)).toStrictEqual([]);
  });
});

describe("the making of a file", () => {
  it("is ordered once by who waits for it, and cancelled by nobody else", async () => {
    await whileRecordsStand(async () => {
      const { json: job } = await order(zipOf(runs.second));
      await inState(job.job_id, "running");
      expect((await order(zipOf(runs.second))).json.job_id).toBe(job.job_id);
      expectProblem(await fileOf(job.job_id), "JOB_STATE_CONFLICT");
      expectProblem(await cancel(job.job_id, other), "FORBIDDEN");
      expect((await cancel(job.job_id)).json.cancel_requested_at).not.toBeNull();
      const next = await order(zipOf(runs.second));
      expect(next.json.job_id).not.toBe(job.job_id);
      expect((await cancel(next.json.job_id, TOKENS.ADMIN)).status).toBe(200);
    });
    const list = await api(server, "GET", "/api/v3/exports?limit=2", { role: "READ" });
    for (const { export_id: id } of list.json.items) {
      expect(await inState(id, "cancelled")).toMatchObject({ result: null,
        failure: { code: "CANCELLED" } });
      await until("nothing is left", async () => filesOf(id).length === 0 ? true : undefined);
      expectProblem(await cancel(id), "JOB_STATE_CONFLICT");
    }
  });

  it("is refused to who waits for five already, until one of them has ended", async () => {
    worker.signal("SIGKILL");
    await worker.ended;
    const ids: string[] = [];
    for (const format of ["json", "csv", "pdf", "xlsx", "zip"]) {
      ids.push((await order(`/runs/${runs.second.run_id}/export?format=${format}`)).json.job_id);
    }
    expect(new Set(ids).size).toBe(5);
    const refused = await order(zipOf(runs.first));
    expectProblem(refused, "RATE_LIMITED");
    expect(refused.json.message).toContain("5 files are being made for you");
    expect(refused.headers.get("retry-after")).toBe("10");
    expect((await order(zipOf(runs.second))).json.job_id, "the same file again").toBe(ids[4]);
    await cancel(ids[0] as string);
    ids.push((await order(zipOf(runs.first))).json.job_id);
    for (const id of ids.slice(1)) expect((await cancel(id)).status).toBe(200);
    await hire();
  });

  it("begins again after a kill, and leaves nothing but the whole file", async () => {
    let id = "";
    await whileRecordsStand(async () => {
      id = (await order(zipOf(runs.first))).json.job_id;
      await until("a file is begun", async () => filesOf(id).length === 1 ? true : undefined);
      expect(filesOf(id)[0]).toMatch(/\.new$/);
      worker.signal("SIGKILL");
      await worker.ended;
    });
    expect(filesOf(id), "what the killed attempt left").toHaveLength(1);
    await hire();
    const job = await inState(id, "succeeded", "failed");
    expect(job).toMatchObject({ state: "succeeded", attempts: 2 });
    expect(await bytesOf(`/exports/${id}/file`)).toStrictEqual(await bytesOf(zipOf(runs.first)));
    expect(filesOf(id)).toStrictEqual([id]);
  });

  it("keeps nothing of a version that is erased meanwhile, or later", async () => {
    const gone = await newRun(300);
    const before = await made(zipOf(gone));
    // Its end stands at the row of the job until the erasure is done.
    const { json: { job_id: id } } = await order(zipOf(gone));
    const holder = await connect({ databaseUrl: () => database.url });
    await holder.query("BEGIN");
    await holder.query("SELECT FROM job WHERE job_id = $1 FOR UPDATE", [id]);
    const erasure = await api(server, "DELETE",
      `/api/v3/dataset-versions/${gone.dataset_version_id}`, { body: { reason: "test" } });
    expect(erasure.json).toMatchObject({ status: "erased" });
    await holder.end();
    await inState(id, "succeeded", "failed");
    expect(filesOf(id), "made before the erasure, or ended by it").toStrictEqual([]);
    expect(filesOf(before.job_id)).toStrictEqual([]);
    expectProblem(await fileOf(before.job_id), "EXPORT_FILE_NOT_FOUND");
    // What is left of it, hashes and proofs, can be had as before.
    const left = await made(zipOf(gone));
    expect(await bytesOf(`/exports/${left.job_id}/file`)).toStrictEqual(await bytesOf(zipOf(gone)));
    expectProblem(await order(`/runs/${gone.run_id}/export?format=pdf`), "DATASET_VERSION_ERASED");
  });
});

describe("the end of a file", () => {
  it("comes after seven days, and the job that cleans takes it away", async () => {
    const job = await made(zipOf(runs.second));
    const kept = await made(zipOf(runs.second));
    await behindGuards(owner, "job", `UPDATE job SET finished_at = now() - interval '7 days',
      result = jsonb_set(result, '{expires_at}', to_jsonb(now() - interval '1 second'))
      WHERE job_id = $1`, [job.job_id]);
    expectProblem(await fileOf(job.job_id), "EXPORT_FILE_NOT_FOUND");
    expect(filesOf(job.job_id)).toStrictEqual([job.job_id]);
    const cleaning = await api(server, "POST", "/api/v3/jobs", { body: { kind: "clean_uploads" } });
    await inState(cleaning.json.job_id, "succeeded");
    expect(filesOf(job.job_id)).toStrictEqual([]);
    expect(filesOf(kept.job_id)).toStrictEqual([kept.job_id]);
  });

  it("is found where it was cut or changed since", async () => {
    const job = await made(zipOf(runs.second));
    truncateSync(path.join(folder(), job.job_id), 100);
    expectProblem(await fileOf(job.job_id), "EXPORT_FILE_NOT_FOUND");
  });
});
