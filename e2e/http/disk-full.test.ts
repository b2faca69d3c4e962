import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import {
  api, EXAMPLE, newDataset, run, sealedVersion, sendTape, type Answer, type Json,
} from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import {
  newDataDir, removeDataDir, startRefused, startServer, type TestServer,
} from "../support/server";
import { mountSmallDisk, whyNoSmallDisk, type SmallDisk } from "../support/small-disk";
import { logged, until } from "../support/until";

const REASON = whyNoSmallDisk();
if (REASON !== null) console.warn(`skipped: full disks, because ${REASON}`);

/** What an operator reads: not the log, which is JSON. */
const linesOf = (output: string): string[] =>
  output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("{"));

/** A tape of so many megabytes, which take three times that in the database. */
const tapeOf = (megabytes: number): string =>
  `loan_id,principal,note\n${Array.from({ length: megabytes * 1024 }, (_, index) =>
    `L${index},${index + 1},${"x".repeat(1000)}\n`).join("")}`;

const ready = async (server: TestServer): Promise<number> =>
  (await api(server, "GET", "/health/ready", { role: null })).status;
const uploadsOf = (server: TestServer): string[] =>
  readdirSync(path.join(server.dataDir, "uploads"));
const versionsOf = async (server: TestServer, dataset: string): Promise<Json[]> =>
  (await api(server, "GET", `/api/v3/dataset-versions?dataset_id=${dataset}`)).json.items;

/** Jobs that make reports, the latest first. */
const jobsOf = async (server: TestServer): Promise<Json[]> =>
  (await api(server, "GET", "/api/v3/jobs?kind=report")).json.items;

/** A connection that outlives its database: the test connects anew. */
async function connectLoosely(url: string): Promise<pg.Client> {
  const client = await connect({ databaseUrl: () => url });
  client.on("error", () => undefined);
  return client;
}

/** Rows that a version has left in the tables of a tape, seen past the application. */
async function rowsOf(owner: pg.Client, versionId: string): Promise<number> {
  const counted = await owner.query(`SELECT
    (SELECT count(*) FROM raw_record WHERE dataset_version_id = $1)
    + (SELECT count(*) FROM normalized_record WHERE dataset_version_id = $1)
    + (SELECT count(*) FROM row_problem WHERE dataset_version_id = $1) AS rows`, [versionId]);
  return Number(counted.rows[0].rows);
}

/** The answer to a tape that was taken in and found no space later: a version that says so. */
async function expectFailedVersion(
  server: TestServer, owner: pg.Client, answer: Answer,
): Promise<void> {
  expectProblem(answer, "STORAGE_FULL");
  const location = answer.headers.get("location") ?? "";
  const { json } = await api(server, "GET", location);
  expect(json).toMatchObject({ status: "failed", failure: { code: "STORAGE_FULL" },
    content_hash: null, consolidated: null, counts: { raw: 0, normalized: 0 } });
  expect(json.failure.message).toMatch(/disk is full.*Free space/);
  expect(await rowsOf(owner, json.dataset_version_id)).toBe(0);
  expect(uploadsOf(server)).toStrictEqual([]);
}

describe.skipIf(REASON !== null)("everything on one disk", () => {
  let disk: SmallDisk;
  let dataDir: string;
  let server: TestServer;
  let owner: pg.Client;

  beforeAll(() => {
    disk = mountSmallDisk(20);
    dataDir = path.join(disk.folder, "data");
  });
  afterAll(async () => {
    await owner?.end();
    await server?.stop();
    disk.unmount();
  });

  it("a first start that does not fit is one line, and leaves no half database", async () => {
    const refused = await startRefused({}, dataDir);
    expect(refused.code).toBe(1);
    expect(linesOf(refused.output)).toStrictEqual([expect.stringMatching(
      /^TodiScope: The disk is full: \d+ MB are left in .*, .* needs \d+ MB\. Free space, then start again\.$/)]);
    expect(existsSync(path.join(dataDir, "postgres"))).toBe(false);
    disk.resize(340);
    server = await startServer({}, dataDir);
    owner = await connectLoosely(server.databaseUrl());
  });

  it("an upload that does not fit is STORAGE_FULL, and nothing of it stays", async () => {
    const dataset = await newDataset(server);
    const free = disk.fill(100);
    const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      raw: tapeOf(60), headers: { "content-type": "text/csv", prefer: "wait=60" } });
    free();
    expectProblem(answer, "STORAGE_FULL");
    expect(uploadsOf(server)).toStrictEqual([]);
    expect(await versionsOf(server, dataset)).toStrictEqual([]);
  });

  it("an import that does not fit ends before the database does, and gives its space back",
    async () => {
      const database = server.databaseUrl();
      const started = await owner.query("SELECT pg_postmaster_start_time()::text AS at");
      const free = disk.fill(170);
      const answer = await sendTape(server, tapeOf(40));
      await expectFailedVersion(server, owner, answer);
      expect(await logged(server, "IMPORT_FAILED")).not.toContain("No space left on device");
      // Nor is anything written once the import has been rolled back.
      expect(readFileSync(path.join(dataDir, "postgres.log"), "utf8")).not.toContain("is refused");
      expect(server.databaseUrl()).toBe(database);
      expect((await owner.query("SELECT pg_postmaster_start_time()::text AS at")).rows)
        .toStrictEqual(started.rows);
      await until("there is space again, without anybody's help", async () =>
        (await sendTape(server, tapeOf(1))).status === 201 || undefined);
      free();
    });

  it("while little space is left, tapes are refused and everything else goes on", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json: upload } = await api(server, "POST",
      `/api/v3/datasets/${await newDataset(server)}/uploads`,
      { body: { name: "t.csv", media_type: "text/csv", bytes: 1000 } });
    const append = () => api(server, "POST", `/api/v3/uploads/${upload.upload_id}/pieces?offset=0`,
      { raw: "principal\n1\n", headers: { "content-type": "application/octet-stream" } });
    const free = disk.fill(40);
    expectProblem(await append(), "STORAGE_FULL");
    expectProblem(await sendTape(server, "principal\n1\n"), "STORAGE_FULL");
    expect((await run(server, version)).status).toBe(200);
    expect((await api(server, "GET", "/health", { role: null })).json.components.artifact_store)
      .toMatchObject({ status: "degraded" });
    free();
    expect((await append()).json.offset, "nothing was kept of the piece").toBe(12);
    expect((await sendTape(server, "principal\n1\n")).status).toBe(201);
  });

  it("a database that stopped on a full disk comes back when there is space", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const first = await run(server, version);
    const free = disk.fill(0);
    let number = 0;
    const refused = await until("the database finds no space for its log", async () => {
      // Each switch ends a file of the log; a new one needs 16 MB.
      await owner.query("SELECT pg_switch_wal()").catch(() => undefined);
      number += 1;
      const answer = await run(server, version, { stress_scenarios: [{ scenario_id: `s${number}` }] });
      return answer.status === 200 ? undefined : answer;
    });
    expect(["DATABASE_UNAVAILABLE", "STORAGE_FULL"]).toContain(refused.json.detail);
    expectProblem(refused, refused.json.detail);
    free();
    await until("the database is back", async () => await ready(server) === 200 || undefined);
    expect((await run(server, version)).text).toBe(first.text);
    expect((await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } })).json.ok).toBe(true);
    expect((await sendTape(server, "principal\n1\n")).status).toBe(201);
    await owner.end().catch(() => undefined);
    owner = await connectLoosely(server.databaseUrl());
  });

  it("a start on a disk that is full by now is one line, and the next one has all data", async () => {
    const runs = (await api(server, "GET", "/api/v3/runs?limit=1000")).text;
    await owner.end();
    await server.stop();
    const free = disk.fill(0);
    const refused = await startRefused({}, dataDir);
    expect(refused.code).toBe(1);
    expect(linesOf(refused.output)).toStrictEqual([
      expect.stringMatching(/^TodiScope: .*disk is full\. Free space, then start again\.$/)]);
    free();
    server = await startServer({}, dataDir);
    owner = await connectLoosely(server.databaseUrl());
    expect((await api(server, "GET", "/api/v3/runs?limit=1000")).text).toBe(runs);
  });
});

describe.skipIf(REASON !== null)("the database and the uploads on disks of their own", () => {
  let databaseDisk: SmallDisk;
  let uploadDisk: SmallDisk;
  let reportDisk: SmallDisk;
  let exportDisk: SmallDisk;
  let database: EmbeddedDatabase;
  let server: TestServer;
  let owner: pg.Client;
  const dataDir = newDataDir();
  const logDir = newDataDir();

  beforeAll(async () => {
    databaseDisk = mountSmallDisk(256);
    // The log of the database elsewhere: its tables alone are what runs out of space.
    await (await startEmbeddedDatabase(databaseDisk.folder)).stop();
    const log = path.join(databaseDisk.folder, "postgres/pg_wal");
    execFileSync("cp", ["-a", log, path.join(logDir, "pg_wal")]);
    renameSync(log, `${log}.before`);
    symlinkSync(path.join(logDir, "pg_wal"), log);
    database = await startEmbeddedDatabase(databaseDisk.folder);
    uploadDisk = mountSmallDisk(8, path.join(dataDir, "uploads"));
    reportDisk = mountSmallDisk(4, path.join(dataDir, "artifacts/reports"));
    exportDisk = mountSmallDisk(4, path.join(dataDir, "artifacts/exports"));
    server = await startServer({ TODISCOPE_DATABASE_URL: database.url }, dataDir);
    owner = await connectLoosely(database.url);
  });
  afterAll(async () => {
    await owner?.end();
    await server?.stop();
    await database?.stop();
    uploadDisk?.unmount();
    reportDisk?.unmount();
    exportDisk?.unmount();
    databaseDisk.unmount();
    removeDataDir(dataDir);
    removeDataDir(logDir);
  });

  it("an upload that does not fit is STORAGE_FULL, and nothing of it stays", async () => {
    const dataset = await newDataset(server);
    const json = JSON.stringify({ records: [{ payload: { note: "x".repeat(20 << 20) } }] });
    for (const [id, type, raw] of [["full.1", "text/csv", tapeOf(20)],
      ["full.2", "application/json", json]] as const) {
      const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`,
        { raw, headers: { "content-type": type, prefer: "wait=60", "x-request-id": id } });
      expectProblem(answer, "STORAGE_FULL");
      expect(await logged(server, `"${id}"`)).toContain("ENOSPC");
    }
    expect(uploadsOf(server)).toStrictEqual([]);
    expect(await versionsOf(server, dataset)).toStrictEqual([]);
    expect((await sendTape(server, tapeOf(2))).status).toBe(201);
  });

  it("an upload that finds not even room for its name is STORAGE_FULL", async () => {
    const free = uploadDisk.fill(0);
    expectProblem(await sendTape(server, "principal\n1\n"), "STORAGE_FULL");
    free();
    expect((await sendTape(server, "principal\n1\n")).status).toBe(201);
  });

  it("a scheduled report that finds no space is shown, not kept in half, and made the next time",
    async () => {
      const recorded = await run(server, await sealedVersion(server, EXAMPLE));
      const { json: version } = await api(server, "GET",
        `/api/v3/dataset-versions/${recorded.json.dataset_version_id}`);
      const report = { dataset_id: version.dataset_id, template: "internal", format: "pdf" };
      const { json: schedule } = await api(server, "POST", "/api/v3/schedules",
        { body: { kind: "report", cron: "0 3 1 1 *", report } });
      const scheduled = async (): Promise<Json> => {
        const before = (await jobsOf(server)).length;
        await owner.query("UPDATE schedule SET next_run_at = now() WHERE schedule_id = $1",
          [schedule.schedule_id]);
        return until("the scheduled job ends", async () => {
          const jobs = await jobsOf(server);
          return jobs.length > before && ["succeeded", "failed"].includes(jobs[0].state)
            ? jobs[0] : undefined;
        });
      };
      const kept = () => readdirSync(reportDisk.folder).filter((name) => name !== "ballast");
      const free = reportDisk.fill(0);
      expect(await scheduled()).toMatchObject({ state: "failed", attempts: 1,
        failure: { code: "STORAGE_FULL", message: expect.stringMatching(/disk is full.*Free space/) } });
      expect(kept()).toStrictEqual([]);
      const reports = async (): Promise<Json[]> => (await api(server, "GET",
        `/api/v3/datasets/${version.dataset_id}/reports`)).json.items;
      expect(await reports()).toStrictEqual([]);
      expect((await api(server, "GET", "/health", { role: null })).json.components.jobs)
        .toMatchObject({ status: "degraded", message: expect.stringMatching(/1 failed/) });
      expect((await api(server, "GET", `/api/v3/audit?type=report.failed&subject_id=${
        version.dataset_id}`)).json.items).toMatchObject([{ reason: "STORAGE_FULL" }]);
      free();
      expect((await scheduled()).state).toBe("succeeded");
      const [made] = await reports();
      expect(kept()).toStrictEqual([`${made?.sha256}.pdf`]);
      expect((await api(server, "GET", `/api/v3/reports/${made?.report_file_id}/file`)).status)
        .toBe(200);
    });

  it("a file that a job makes finds no space: it says so, leaves nothing, and is made again",
    async () => {
      const { json: { run_id: id } } = await run(server, await sealedVersion(server, EXAMPLE));
      const made = async (): Promise<Json> => {
        const { json: job } = await api(server, "GET", `/api/v3/runs/${id}/export?format=pdf`,
          { headers: { prefer: "respond-async" } });
        return until("the file is made, or not", async () => {
          const { json } = await api(server, "GET", `/api/v3/jobs/${job.job_id}`);
          return ["succeeded", "failed"].includes(json.state) ? json : undefined;
        });
      };
      const kept = () => readdirSync(exportDisk.folder).filter((name) => name !== "ballast");
      const free = exportDisk.fill(0);
      expect(await made()).toMatchObject({ state: "failed", attempts: 1, result: null,
        failure: { code: "STORAGE_FULL", message: expect.stringMatching(/disk is full.*Free space/) } });
      expect(kept()).toStrictEqual([]);
      free();
      const job = await made();
      expect(job).toMatchObject({ state: "succeeded", failure: null });
      expect(kept()).toStrictEqual([job.job_id]);
    });

  it("a database that runs out of space fails the import, and takes the next one", async () => {
    uploadDisk.resize(64);
    const version = await sealedVersion(server, EXAMPLE);
    const free = databaseDisk.fill(12);
    await expectFailedVersion(server, owner, await sendTape(server, tapeOf(30)));
    expect(await ready(server)).toBe(200);
    free();
    expect((await run(server, version)).status).toBe(200);
    const again = await sendTape(server, tapeOf(30));
    expect(again.status).toBe(201);
    expect(again.json.counts).toMatchObject({ raw: 30 * 1024, normalized: 30 * 1024 });
  });

  it("what else finds no space is STORAGE_FULL as well, and is not written in half", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const free = databaseDisk.fill(0);
    const made = async (): Promise<Answer> => api(server, "POST", "/api/v3/datasets",
      { body: { name: "x".repeat(200), base_currency: "EUR", description: "y".repeat(2000) } });
    let number = 0;
    const refusedRun = await until("a run finds no space", async () => {
      number += 1;
      const answer = await run(server, version, { stress_scenarios: Array.from({ length: 100 },
        (_, index) => ({ scenario_id: `s${number}-${index}` })) });
      return answer.status === 200 ? undefined : answer;
    });
    expectProblem(refusedRun, "STORAGE_FULL");
    expectProblem(await until("a dataset finds no space", async () => {
      const answer = await made();
      return answer.status === 201 ? undefined : answer;
    }), "STORAGE_FULL");
    free();
    expect((await made()).status).toBe(201);
    expect((await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } })).json.ok).toBe(true);
  });
});
