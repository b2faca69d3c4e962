import path from "node:path";
import { describe, expect, it } from "vitest";
import { api, sealedVersion, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer((up) => { ({ server } = up); });

const bookOf = (loans: number) => Array.from({ length: loans }, (_, at) => ({
  instrument_id: `L${at}`, principal: 100 + at, interest_rate_pct: 5, obligor_id: `O${at}`,
  pd: 0.05 + (at % 60) / 500, lgd: 0.4 }));
const BOOK = bookOf(60);
const SMALL = { paths: 2_000, seed: 7 };

const start = (
  version: string, more: object, prefer = "respond-async", at = server,
): Promise<Answer> =>
  api(at, "POST", "/api/v3/analyses/credit-loss", { role: "EXECUTE", headers: { prefer },
    body: { dataset_version_id: version, ...more } });
const jobOf = async (id: string, at = server): Promise<Json> =>
  (await api(at, "GET", `/api/v3/jobs/${id}`)).json;
const ended = (id: string, at = server): Promise<Json> => until("the simulation ends", async () => {
  const job = await jobOf(id, at);
  return job.state === "queued" || job.state === "running" ? undefined : job;
});
const act = (id: string, what: "cancel" | "keep"): Promise<Answer> => api(server, "POST",
  `/api/v3/analyses/credit-loss/jobs/${id}/${what}`, { role: "EXECUTE" });

describe("a credit loss that a job simulates", () => {
  it("gives what the same request gives at once, and is kept afterwards", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const order = await start(version, SMALL);
    expect(order.status).toBe(202);
    expect(order.headers.get("location")).toBe(`/api/v3/jobs/${order.json.job_id}`);
    const job = await ended(order.json.job_id);
    expect(job).toMatchObject({ kind: "credit_loss", state: "succeeded", subject_id: version,
      progress: { rows: 2_000, total_rows: 2_000, share: 1 } });
    const atOnce = await start(version, SMALL, "wait=1");
    expect(atOnce.status).toBe(200);
    expect(job.result).toStrictEqual(atOnce.json);
    const list = await api(server, "GET", `/api/v3/jobs?kind=credit_loss&subject=${version}`);
    expect(list.json.items).toMatchObject([{ job_id: job.job_id, result: null }]);

    const kept = await act(job.job_id, "keep");
    expect(kept.status).toBe(200);
    const again = await start(version, { ...SMALL, persist: true }, "wait=1");
    expect(again.json.evidence_id).toBe(kept.json.evidence_id);
    const { json } = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: version } });
    expect(json).toMatchObject({ ok: true, first_bad: null });
  });

  it("writes its evidence with its result where it shall be kept, and loses both by erasure", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const { json } = await start(version, { ...SMALL, persist: true });
    const job = await ended(json.job_id);
    const evidence = await api(server, "GET", `/api/v3/evidence/${job.result.evidence_id}`);
    expect(evidence.json.payload.request).toMatchObject(SMALL);
    const erasure = await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: "test" } });
    expect(erasure.json).toMatchObject({ status: "erased" });
    expect((await jobOf(json.job_id)).result).toBeNull();
    expectProblem(await act(json.job_id, "keep"), "JOB_STATE_CONFLICT");
  });

  it("is cancelled in the midst of it, and keeps nothing", async () => {
    const version = await sealedVersion(server, ...bookOf(2_000)); // far longer than a cancel takes
    const { json } = await start(version, { paths: 1_000_000, rho: 0.2 });
    await until("it simulates", async () => (await jobOf(json.job_id)).state === "running"
      ? true : undefined);
    expect((await act(json.job_id, "cancel")).status).toBe(200);
    expect(await ended(json.job_id)).toMatchObject({ state: "cancelled", result: null });
    expectProblem(await act(json.job_id, "keep"), "JOB_STATE_CONFLICT");
    expectProblem(await act(json.job_id, "cancel"), "JOB_STATE_CONFLICT");
  });

  it("fails with the words that the request would have got", async () => {
    const version = await sealedVersion(server, ...BOOK);
    for (const prefer of ["respond-async", "wait=1"]) {
      expectProblem(await start(version, { paths: 1 }, prefer), "REQUEST_BODY_INVALID");
    }
    const nobody = "01a00000-0000-7000-8000-000000000000";
    expectProblem(await start(nobody, SMALL), "DATASET_VERSION_NOT_FOUND");
    const inline = await start(undefined as unknown as string,
      { ...SMALL, obligors: [{ ead: 100, pd: 0.1, lgd: 0.5 }] });
    expect(inline.status).toBe(200);
  });
});

describe("a thread that ends under a simulation", () => {
  it("fails the job with the reason, and the next one works", async () => {
    const losing = await startServer({ NODE_OPTIONS:
      `--import ${path.join(import.meta.dirname, "../support/lose-first-thread.mjs")}` });
    try {
      const version = await sealedVersion(losing, ...BOOK);
      const lost = await start(version, SMALL, "respond-async", losing);
      expect(await ended(lost.json.job_id, losing)).toMatchObject({ state: "failed", failure: {
        code: "CALCULATION_UNAVAILABLE",
        message: "The thread that calculated this has ended. Nothing was kept. Try again." } });
      const next = await start(version, SMALL, "respond-async", losing);
      expect(await ended(next.json.job_id, losing)).toMatchObject({ state: "succeeded" });
    } finally {
      await losing.stop();
      removeDataDir(losing.dataDir);
    }
  });
});
