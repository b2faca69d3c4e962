import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import {
  api, EXAMPLE, newDataset, run, sealedVersion, settled, type Answer, type Json,
} from "../support/api";
import { behindGuards } from "../support/database";
import { expectProblem } from "../support/problem";
import { freePort, newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";
import { startWorker, startWorkerScript, type TestWorker } from "../support/worker";

// A server that leaves all jobs to worker processes of their own.
const databaseDir = newDataDir();
let database: EmbeddedDatabase;
let owner: pg.Client;
let server: TestServer;
let workers: TestWorker[] = [];

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir);
  server = await startServer({ TODISCOPE_DATABASE_URL: database.url, TODISCOPE_WORKER: "off" });
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await server.stop();
  await database.stop();
  removeDataDir(server.dataDir);
  removeDataDir(databaseDir);
});
afterEach(async () => {
  const ending = workers;
  workers = [];
  for (const worker of ending) worker.signal("SIGKILL");
  await Promise.all(ending.map((worker) => worker.ended));
});

/** A worker that starts, whether or not it is ready yet. */
async function hired(environment: Record<string, string> = {}): Promise<TestWorker> {
  const worker = await startWorker({ TODISCOPE_DATABASE_URL: database.url,
    TODISCOPE_DATA_DIR: server.dataDir, ...environment });
  workers.push(worker);
  return worker;
}
async function work(environment: Record<string, string> = {}): Promise<TestWorker> {
  const worker = await hired(environment);
  await worker.ready;
  return worker;
}

const READ = "read-token-of-a-worker-0123456789";
const tapeOf = (rows: number): string => `loan_id,principal,sector\n${Array.from({ length: rows },
  (_, index) => `L${index},${index},S${index % 7}`).join("\n")}\n`;

let target: string;
beforeAll(async () => { target = await newDataset(server); });

/** Sends a tape without waiting for it; the ids of its version and its job. */
async function imported(rows = 300, query = ""): Promise<{ version: string; job: string }> {
  const answer = await api(server, "POST", `/api/v3/datasets/${target}/versions${query}`,
    { raw: tapeOf(rows), headers: { "content-type": "text/csv" } });
  expect(answer.status, answer.text).toBe(202);
  const version: string = answer.json.dataset_version_id;
  const { json } = await api(server, "GET", `/api/v3/jobs?subject=${version}`);
  expect(json.items).toHaveLength(1);
  return { version, job: json.items[0].job_id };
}

const jobOf = async (id: string): Promise<Json> =>
  (await api(server, "GET", `/api/v3/jobs/${id}`)).json;
const act = (id: string, what: string, body?: unknown, role: "ADMIN" | "INGEST" = "ADMIN"): Promise<Answer> =>
  api(server, "POST", `/api/v3/jobs/${id}/${what}`, { role, ...(body ? { body } : {}) });
const inState = (id: string, ...states: string[]): Promise<Json> =>
  until(`job ${id} is ${states.join(" or ")}`, async () => {
    const job = await jobOf(id);
    return states.includes(job.state) ? job : undefined;
  });
const underWay = (id: string): Promise<Json> => until(`job ${id} has rows`, async () => {
  const job = await jobOf(id);
  return job.state === "running" && job.progress.rows > 0 ? job : undefined;
});

/** Everything a version may hold once: its seal, its records, its job's result. */
async function expectOnce(version: string, rows: number): Promise<void> {
  expect(await settled(server, version)).toMatchObject({ status: "sealed", failure: null,
    counts: { raw: rows, normalized: rows } });
  const { rows: [found] } = await owner.query(
    `SELECT (SELECT count(*)::int FROM raw_record WHERE dataset_version_id = $1) AS raw,
       (SELECT count(*)::int FROM normalized_record WHERE dataset_version_id = $1) AS normalized,
       (SELECT count(*)::int FROM job WHERE subject_id = $1::text) AS jobs,
       (SELECT count(*)::int FROM audit_event
         WHERE dataset_version_id = $1 AND type = 'dataset_version.sealed') AS results`, [version]);
  expect(found).toStrictEqual({ raw: rows + 1, normalized: rows + 1, jobs: 1, results: 1 });
}

async function recordsOf(version: string): Promise<number> {
  const { rows } = await owner.query(
    "SELECT FROM raw_record WHERE dataset_version_id = $1", [version]);
  return rows.length;
}

const auditOf = async (subject: string): Promise<string[]> => (await owner.query(
  "SELECT type FROM audit_event WHERE subject_id = $1 ORDER BY created_at, audit_event_id",
  [subject])).rows.map((row) => row.type);
const healthOfJobs = async (): Promise<Json> =>
  (await api(server, "GET", "/health", { role: null })).json.components.jobs;

describe("workers of their own", () => {
  it("serve metrics and health on a port of their own, and nothing else", async () => {
    const port = String(await freePort());
    await work({ TODISCOPE_WORKER_METRICS_PORT: port, TODISCOPE_API_TOKENS: `r:READ:${READ}` });
    const ask = (at: string, headers = {}) => fetch(`http://localhost:${port}${at}`, { headers });
    const { job } = await imported();
    await inState(job, "succeeded");
    expect((await ask("/api/v3/metrics")).status).toBe(401);
    // The worker counts a job a moment after its end can be seen.
    await until("the import is counted", async () => {
      const metrics = await ask("/api/v3/metrics", { authorization: `Bearer ${READ}` });
      return /todiscope_job_seconds_count\{kind="import",outcome="\w+"\} 1\b/
        .test(await metrics.text()) || undefined;
    });
    for (const at of ["/health/live", "/health/ready"]) expect((await ask(at)).status).toBe(200);
    expect((await (await ask("/health")).json()).components.database.status).toBe("ok");
    for (const at of ["/api/v3/datasets", "/"]) {
      expect((await ask(at, { authorization: `Bearer ${READ}` })).status, at).toBe(404);
    }
  });

  it("load what a server took in, and say how far they are", async () => {
    const { version, job } = await imported(2000);
    expect(await jobOf(job)).toMatchObject({ kind: "import", state: "queued", attempts: 0,
      subject_id: version, created_by: "token:admin", stuck: null, worker: null });
    const worker = await work();
    const done = await inState(job, "succeeded");
    expect(done).toMatchObject({ attempts: 1, failure: null,
      progress: { rows: 2000, share: 1, seconds_left: null },
      result: { dataset_version_id: version, raw: 2000, normalized: 2000, rejected: 0 } });
    expect(done.worker).toMatch(new RegExp(`:${worker.pid}$`));
    await expectOnce(version, 2000);
    expect(existsSync(path.join(server.dataDir, "uploads", version))).toBe(false);
    const waited = await sealedVersion(server, EXAMPLE);
    expect((await run(server, waited)).status).toBe(200);
    const text = (await api(server, "GET", "/api/v3/metrics")).text;
    expect(text).toMatch(/todiscope_jobs\{state="succeeded"\} [1-9]/);
  });

  it("claim a job once, however often it is delivered", async () => {
    const sent = await Promise.all(Array.from({ length: 12 }, () => imported()));
    for (const { job } of sent) {
      for (let copy = 0; copy < 5; copy += 1) {
        await owner.query("SELECT graphile_worker.add_job('job', json_build_object('job_id', $1::text))", [job]);
      }
    }
    await Promise.all([work(), work()]);
    for (const { version, job } of sent) {
      expect((await inState(job, "succeeded")).attempts).toBe(1);
      await expectOnce(version, 300);
    }
  });

  it("end with a signal after what runs, and take no more", async () => {
    const worker = await work();
    const { version, job } = await imported(20_000);
    await inState(job, "running");
    worker.signal("SIGTERM");
    expect(await worker.ended).toBe(0);
    // Done in the time it was given, or given back whole for the next worker.
    expect(["succeeded", "queued"]).toContain((await jobOf(job)).state);
    const late = await imported();
    await work();
    await inState(late.job, "succeeded");
    expect((await inState(job, "succeeded")).attempts).toBe(1);
    await expectOnce(version, 20_000);
  });

  it("do nothing while the kill switch is active, and go on afterwards", async () => {
    const halted = await work({ KILL_SWITCH_ENABLED: "true", KILL_SWITCH_REASON: "Drill." });
    const { version, job } = await imported();
    const held = await until("the job was held", async () => {
      const found = await jobOf(job);
      return found.failure ? found : undefined;
    });
    expect(held).toMatchObject({ state: "queued", attempts: 0, failure: { code: "KILL_SWITCH_ACTIVE" } });
    expect(held.failure.message).toContain("Drill.");
    halted.signal("SIGTERM");
    await halted.ended;
    await work();
    await inState(job, "succeeded");
    await expectOnce(version, 300);
  });

  it("of another data folder leave an import alone; why it waits is shown", async () => {
    const elsewhere = newDataDir();
    const other = await work({ TODISCOPE_DATA_DIR: elsewhere });
    const { version, job } = await imported();
    // Whatever needs no upload is done there all the same.
    const free = await api(server, "POST", "/api/v3/jobs", { body: { kind: "clean_uploads" } });
    await inState(free.json.job_id, "succeeded");
    await owner.query("UPDATE job SET available_at = now() - interval '10 min' WHERE job_id = $1", [job]);
    const waiting = await jobOf(job);
    expect(waiting).toMatchObject({ state: "queued", attempts: 0 });
    expect(waiting.stuck).toContain(server.dataDir);
    expect(waiting.stuck).toContain("must share that folder");
    other.signal("SIGTERM");
    await other.ended;
    await work();
    await inState(job, "succeeded");
    await expectOnce(version, 300);
    removeDataDir(elsewhere);
  });

  it("that do not find the upload fail the job and say why", async () => {
    const { version, job } = await imported();
    rmSync(path.join(server.dataDir, "uploads", version));
    await work();
    expect(await inState(job, "failed")).toMatchObject({ attempts: 1, failure: {
      code: "UPLOAD_MISSING", message: expect.stringContaining("does not find the upload") } });
    expect(await settled(server, version)).toMatchObject({ status: "failed",
      failure: { code: "UPLOAD_MISSING" } });
    await act(job, "resolve", { reason: "Test." });
  });
});

describe("a worker that is killed", () => {
  it("at any point, 50 times, leaves one result each", async () => {
    const kills = 50;
    const crew = await Promise.all(Array.from({ length: 4 }, () => work()));
    const sent: { version: string; job: string }[] = [];
    const starting: Promise<void>[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const one = await imported();
      sent.push(one);
      const { worker } = await inState(one.job, "running", "succeeded");
      // From the moment of the claim to well past the commit.
      await new Promise((resolve) => setTimeout(resolve, kill % 25 * 4));
      const victim = crew.find((each) => worker?.endsWith(`:${each.pid}`)) ?? crew[0] as TestWorker;
      victim.signal("SIGKILL");
      const next = await hired();
      crew[crew.indexOf(victim)] = next;
      // Two may be starting; with fewer at work, one unlucky job would be killed again and again.
      starting.push(next.ready);
      if (starting.length > 2) await starting.shift();
    }
    await until("all imports have ended", async () => {
      const { rows } = await owner.query(
        "SELECT FROM job WHERE job_id = ANY($1) AND state IN ('queued', 'running')",
        [sent.map(({ job }) => job)]);
      return rows.length === 0 || undefined;
    }, 150_000);
    for (const { version } of sent) await expectOnce(version, 300);
    const attempts = await Promise.all(sent.map(async ({ job }) => (await jobOf(job)).attempts));
    expect(attempts.filter((count) => count > 1).length).toBeGreaterThan(5);
  }, 400_000);

  it("again and again uses up the attempts; then the version fails and says why", async () => {
    const { version, job } = await imported(60_000);
    await owner.query("UPDATE job SET max_attempts = 2 WHERE job_id = $1", [job]);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const worker = await work();
      await until(`attempt ${attempt} runs`, async () => {
        const found = await jobOf(job);
        return found.state === "running" && found.attempts === attempt || undefined;
      });
      worker.signal("SIGKILL");
    }
    await work();
    expect(await inState(job, "failed")).toMatchObject({ attempts: 2, failure: {
      code: "INTERRUPTED", message: expect.stringContaining("tried 2 times") } });
    expect(await settled(server, version)).toMatchObject({ status: "failed",
      failure: { code: "INTERRUPTED" }, content_hash: null });
    expect(await recordsOf(version)).toBe(0);
    expect((await healthOfJobs()).status).toBe("degraded");
    expect((await act(job, "resolve", { reason: "Test." })).json.resolution)
      .toMatchObject({ by: "token:admin", reason: "Test." });
  });
});

describe("a job whose code throws", () => {
  /** Makes the result of one kind of job impossible while `condition` holds. */
  async function broken(kind: string, condition: string): Promise<void> {
    await owner.query(`CREATE OR REPLACE FUNCTION test_break() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.state = 'succeeded' AND NEW.kind = '${kind}' AND ${condition} THEN
          RAISE EXCEPTION 'broken by the test';
        END IF;
        RETURN NEW;
      END $$`);
    await owner.query("CREATE TRIGGER test_break BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION test_break()");
  }
  afterEach(async () => { await owner.query("DROP TRIGGER IF EXISTS test_break ON job"); });

  it("once is tried again after a pause, and an import seals once", async () => {
    await broken("import", "NEW.attempts = 1");
    await work();
    const { version, job } = await imported();
    expect(await inState(job, "succeeded")).toMatchObject({ attempts: 2, failure: null });
    await expectOnce(version, 300);
  });

  it("every time fails after its attempts, shows nothing of itself, and can be restarted", async () => {
    await broken("clean_uploads", "true");
    const worker = await work();
    const started = await api(server, "POST", "/api/v3/jobs", { body: { kind: "clean_uploads" } });
    expect(started.status).toBe(202);
    const id = started.json.job_id;
    expect(started.headers.get("location")).toBe(`/api/v3/jobs/${id}`);
    const failed = await inState(id, "failed");
    expect(failed).toMatchObject({ attempts: 3, max_attempts: 3, result: null,
      failure: { code: "INTERNAL_ERROR", message: expect.stringContaining("tried 3 times") } });
    expect(JSON.stringify(failed)).not.toContain("broken by the test");
    expect(worker.output()).toContain("broken by the test");
    expect(await healthOfJobs()).toMatchObject({ status: "degraded", message: /failed in the last day/ });
    await owner.query("DROP TRIGGER test_break ON job");
    // The worker may have taken it before the answer is written.
    expect((await act(id, "restart")).status).toBe(200);
    expect(await inState(id, "succeeded")).toMatchObject({ attempts: 1, result: { removed: 0 } });
    expect(await auditOf(id)).toStrictEqual(
      ["job.started", "job.failed", "job.restarted", "job.succeeded"]);
    expectProblem(await act(id, "restart"), "JOB_STATE_CONFLICT");
    expectProblem(await act(id, "resolve", { reason: "x" }), "JOB_STATE_CONFLICT");
  });
});

describe("a job that is cancelled", () => {
  it("while it waits ends at once, with its version; an import can be made again, as a new one", async () => {
    const { version, job } = await imported();
    const cancelled = await act(job, "cancel", undefined, "INGEST");
    expect(cancelled.json).toMatchObject({ state: "cancelled", failure: { code: "CANCELLED" },
      cancel_requested_by: "token:ingest" });
    expect(await settled(server, version)).toMatchObject({ status: "failed",
      failure: { code: "CANCELLED", message: "Cancelled by token:ingest." } });
    expectProblem(await act(job, "cancel"), "JOB_STATE_CONFLICT");
    // Cancelled by mistake: what was received becomes a new version, once.
    const again = await act(job, "restart");
    expect(again.json).toMatchObject({ kind: "import", state: "queued", attempts: 0 });
    expectProblem(await act(job, "restart"), "JOB_STATE_CONFLICT");
    await work();
    await inState(again.json.job_id, "succeeded");
    expect(await settled(server, again.json.subject_id)).toMatchObject({ status: "sealed" });
    expect(await settled(server, version)).toMatchObject({ status: "failed" });
    expect(readdirSync(path.join(server.dataDir, "uploads"))).not.toContain(version);
    await inState((await imported()).job, "succeeded");
    expect((await jobOf(job)).state).toBe("cancelled");
    expect(await auditOf(job)).toStrictEqual(["job.cancel_requested", "job.restarted"]);
    expect(await auditOf(version))
      .toStrictEqual(["dataset_version.received", "dataset_version.failed"]);
  });

  it("while it runs rolls back, and tells who waited", async () => {
    await work();
    const waiting = api(server, "POST", `/api/v3/datasets/${target}/versions`, { raw: tapeOf(150_000),
      headers: { "content-type": "text/csv", prefer: "wait=60" } });
    const job: string = await until("the import has a job", async () => {
      const { json } = await api(server, "GET", "/api/v3/jobs?state=running&kind=import");
      return json.items[0]?.job_id;
    });
    const running = await underWay(job);
    expect((await act(job, "cancel")).status).toBe(200);
    expect(await inState(job, "cancelled")).toMatchObject({ failure: { code: "CANCELLED" } });
    expect(await recordsOf(running.subject_id)).toBe(0);
    const answer = await waiting;
    expectProblem(answer, "VERSION_STATE_CONFLICT");
    expect(answer.headers.get("location")).toBe(`/api/v3/dataset-versions/${running.subject_id}`);
  });

  it("as a normalization leaves the version as it was stored, and can be restarted", async () => {
    const first = await work();
    const { version } = await imported(300, "?normalize=false");
    expect((await settled(server, version)).status).toBe("ingested");
    first.signal("SIGTERM");
    await first.ended;
    await api(server, "POST", `/api/v3/dataset-versions/${version}/normalize`);
    const { json } = await api(server, "GET", `/api/v3/jobs?subject=${version}&kind=normalize`);
    const id = json.items[0].job_id;
    await act(id, "cancel");
    expect(await settled(server, version)).toMatchObject({ status: "ingested",
      failure: { code: "CANCELLED" } });
    expect((await act(id, "restart")).json.state).toBe("queued");
    await work();
    await inState(id, "succeeded");
    expect(await settled(server, version)).toMatchObject({ status: "sealed", failure: null });
  });

  it("needs the role of its kind", async () => {
    const { json } = await api(server, "POST", "/api/v3/jobs", { body: { kind: "verify_evidence" } });
    expectProblem(await act(json.job_id, "cancel", undefined, "INGEST"), "FORBIDDEN");
    expect((await act(json.job_id, "cancel")).json.state).toBe("cancelled");
    expectProblem(await act("00000000-0000-7000-8000-000000000000", "cancel"), "JOB_NOT_FOUND");
    expectProblem(await act("x", "restart"), "JOB_NOT_FOUND");
  });
});

describe("a job that is stuck", () => {
  /** A running import whose worker stands still, as one that hangs: alive, and silent. */
  async function stuckImport(): Promise<{ version: string; job: string; worker: TestWorker }> {
    const worker = await work();
    const sent = await imported(60_000);
    await underWay(sent.job);
    worker.signal("SIGSTOP");
    // Half a minute of silence, without waiting for it.
    await owner.query("UPDATE job SET heartbeat_at = now() - interval '45 s' WHERE job_id = $1", [sent.job]);
    const { json } = await api(server, "GET", "/api/v3/jobs?stuck=true");
    expect(json.items.map((each: Json) => each.job_id)).toStrictEqual([sent.job]);
    expect(json.items[0].stuck).toMatch(/no sign of life for 4\d s/);
    expect(await healthOfJobs()).toMatchObject({ status: "degraded", message: /1 stuck/ });
    return { ...sent, worker };
  }

  it("is shown, and restarted elsewhere; what its worker still does counts for nothing", async () => {
    const { version, job, worker } = await stuckImport();
    expect((await act(job, "restart")).json).toMatchObject({ state: "queued", stuck: null });
    await work();
    await inState(job, "succeeded");
    worker.signal("SIGCONT");
    const next = await imported();
    await inState(next.job, "succeeded");
    worker.signal("SIGTERM");
    expect(await worker.ended).toBe(0);
    await expectOnce(version, 60_000);
  });

  it("can be resolved with a reason: the version fails, and its worker's work is dropped", async () => {
    const { version, job, worker } = await stuckImport();
    expectProblem(await act(job, "resolve", { reason: " " }), "REQUEST_BODY_INVALID");
    expect((await act(job, "resolve", { reason: "Server is gone." })).json).toMatchObject({
      state: "failed", failure: { code: "RESOLVED", message: "Ended by token:admin: Server is gone." },
      resolution: { by: "token:admin", reason: "Server is gone." } });
    worker.signal("SIGCONT");
    worker.signal("SIGTERM");
    expect(await worker.ended).toBe(0);
    expect(await settled(server, version)).toMatchObject({ status: "failed", failure: { code: "RESOLVED" } });
    expect(await recordsOf(version)).toBe(0);
    expect(await auditOf(job)).toStrictEqual(["job.resolved"]);
  });

  it("because nobody takes it is found as well", async () => {
    const { job } = await imported();
    await owner.query("UPDATE job SET available_at = now() - interval '10 min' WHERE job_id = $1", [job]);
    expect((await jobOf(job)).stuck).toMatch(/No worker has taken it for 6\d\d s/);
    expect((await healthOfJobs()).status).toBe("degraded");
    await act(job, "cancel");
  });
});

describe("evidence that is verified by a job", () => {
  const verified = async (): Promise<Json> => {
    const { json } = await api(server, "POST", "/api/v3/jobs", { body: { kind: "verify_evidence" } });
    return inState(json.job_id, "succeeded", "failed");
  };

  it("is found intact, or the first bad record is named, logged and audited", async () => {
    const worker = await work();
    const version = await sealedVersion(server, EXAMPLE);
    const evidence: string = (await run(server, version)).json.debt_exposure_evidence_id;
    const good = await verified();
    expect(good).toMatchObject({ state: "succeeded", result: { ok: true, first_bad: null } });
    expect(good.result.checked).toBeGreaterThanOrEqual(4);
    const { checked } = good.result;
    expect(good.progress).toMatchObject({ rows: checked, total_rows: checked });

    await behindGuards(owner, "evidence_records", `UPDATE evidence_records
      SET payload = jsonb_set(payload, '{collateral_value}', '1') WHERE evidence_id = $1`, [evidence]);
    const bad = await verified();
    expect(bad).toMatchObject({ state: "failed", attempts: 1, failure: { code: "EVIDENCE_NOT_INTACT" },
      result: { ok: false, first_bad: { dataset_version_id: version, id: evidence } } });
    expect(worker.output()).toContain("EVIDENCE_VERIFICATION_FAILED");
    expect(await auditOf(bad.job_id)).toStrictEqual(
      ["job.started", "evidence.verification_failed", "job.failed"]);
    expect((await act(bad.job_id, "resolve", { reason: "Restored from the backup." })).status).toBe(200);
  });
});

describe("schedules", () => {
  const schedules = async (): Promise<Json[]> =>
    (await api(server, "GET", "/api/v3/schedules", { role: "READ" })).json.items;
  const make = (body: unknown): Promise<Answer> => api(server, "POST", "/api/v3/schedules", { body });
  const jobsOf = async (schedule: string): Promise<Json[]> =>
    (await api(server, "GET", "/api/v3/jobs?limit=1000")).json.items
      .filter((job: Json) => job.schedule_id === schedule);

  it("verify and clean every night from the start", async () => {
    const kinds = (await schedules()).map(({ kind, cron, enabled }) => ({ kind, cron, enabled }));
    expect(kinds).toContainEqual({ kind: "verify_evidence", cron: "0 3 * * *", enabled: true });
    expect(kinds).toContainEqual({ kind: "clean_uploads", cron: "30 3 * * *", enabled: true });
  });

  it("are made, changed and removed, each time with an audit event", async () => {
    for (const [body, path] of [[{ kind: "clean_uploads", cron: "61 * * * *" }, "cron"],
      [{ kind: "clean_uploads", cron: "* * * * * *" }, "cron"], [{ kind: "import", cron: "0 3 * * *" }, "kind"],
      [{ kind: "clean_uploads", cron: "0 0 30 2 *" }, "cron"], [{ kind: "clean_uploads" }, "cron"]] as const) {
      const refused = await make(body);
      expectProblem(refused, "REQUEST_BODY_INVALID");
      expect(refused.json.errors[0].path).toBe(path);
    }
    const made = await make({ kind: "clean_uploads", cron: "15 4 1 1 *" });
    expect(made.status).toBe(201);
    const id = made.json.schedule_id;
    expect(made.json.next_run_at).toMatch(/-01-01T04:15:00\.000Z$/);
    const path = `/api/v3/schedules/${id}`;
    const edit = (body: unknown, tag = "*"): Promise<Answer> =>
      api(server, "PATCH", path, { body, headers: { "if-match": tag } });
    const first = (await api(server, "GET", path, { role: "READ" })).headers.get("etag") as string;
    expect((await edit({ enabled: false }, first)).json)
      .toMatchObject({ enabled: false, next_run_at: null, cron: "15 4 1 1 *" });
    expectProblem(await edit({ enabled: true }, first), "PRECONDITION_FAILED");
    expectProblem(await edit({ cron: "soon or later" }), "REQUEST_BODY_INVALID");
    expect((await edit({ cron: "0 5 * * 1", enabled: true })).json.next_run_at)
      .toMatch(/T05:00:00\.000Z$/);
    expect((await api(server, "DELETE", path)).json.schedule_id).toBe(id);
    expectProblem(await edit({ enabled: true }), "SCHEDULE_NOT_FOUND");
    expect(await auditOf(id)).toStrictEqual(
      ["schedule.created", "schedule.updated", "schedule.updated", "schedule.deleted"]);
  });

  it("missed for days start once, though several workers look; and go on from now", async () => {
    const { json } = await make({ kind: "clean_uploads", cron: "* * * * *" });
    const id = json.schedule_id;
    await owner.query("UPDATE schedule SET next_run_at = now() - interval '3 days' WHERE schedule_id = $1", [id]);
    await Promise.all([work(), work(), work()]);
    const [job] = await until("the schedule has started a job", async () => {
      const found = await jobsOf(id);
      return found.length > 0 ? found : undefined;
    });
    const ended = await inState(job.job_id, "succeeded");
    expect(ended).toMatchObject({ created_by: "system:schedule", schedule_id: id });
    const after = (await schedules()).find((each) => each.schedule_id === id);
    expect(after).toMatchObject({ last_job_id: job.job_id });
    expect(Date.parse(after.next_run_at)).toBeGreaterThan(Date.parse(after.last_run_at));
    await api(server, "DELETE", `/api/v3/schedules/${id}`);
    // A tick of its own minute may have come meanwhile; the days before gave one job in all.
    const before = (await jobsOf(id)).filter((each) => each.created_at < after.next_run_at);
    expect(before).toHaveLength(1);
  });

  it("start nothing while the kill switch is active", async () => {
    const { json } = await make({ kind: "clean_uploads", cron: "0 0 1 1 *" });
    await owner.query("UPDATE schedule SET next_run_at = now() - interval '1 h' WHERE schedule_id = $1",
      [json.schedule_id]);
    const halted = await work({ KILL_SWITCH_ENABLED: "true" });
    // It looked: a job that obeys no switch was done by it.
    const free = await api(server, "POST", "/api/v3/jobs", { body: { kind: "clean_uploads" } });
    await inState(free.json.job_id, "succeeded");
    expect(await jobsOf(json.schedule_id)).toStrictEqual([]);
    halted.signal("SIGTERM");
    await halted.ended;
    await work();
    await until("it has started what was due", async () =>
      (await jobsOf(json.schedule_id)).length === 1 || undefined);
    await api(server, "DELETE", `/api/v3/schedules/${json.schedule_id}`);
  });
});

describe("npm run worker", () => {
  it("without a server is one line", async () => {
    const folder = newDataDir();
    const worker = startWorkerScript({ TODISCOPE_DATA_DIR: folder });
    workers.push(worker);
    expect(await worker.ended).toBe(1);
    expect(worker.output().trim()).toBe(`TodiScope: No server runs on the data folder ${folder}. ` +
      "Start one (npm start), or set TODISCOPE_DATABASE_URL.");
    removeDataDir(folder);
  });

  it("finds the embedded database of a server beside it", async () => {
    const embedded = await startServer({ TODISCOPE_WORKER: "off" });
    const worker = startWorkerScript({ TODISCOPE_DATA_DIR: embedded.dataDir });
    workers.push(worker);
    await worker.ready;
    expect((await api(embedded, "GET", "/health", { role: null })).json.status).toBe("healthy");
    const version = await sealedVersion(embedded, EXAMPLE);
    expect((await run(embedded, version)).status).toBe(200);
    worker.signal("SIGINT");
    expect(await worker.ended).toBe(0);
    await embedded.stop();
    removeDataDir(embedded.dataDir);
  });
});
