import { createHash } from "node:crypto";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, newDataset, run, sealedVersion, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { TOKENS, type TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const sign = (
  id: string, step: string, role: keyof typeof TOKENS, note?: string,
): Promise<Answer> => api(server, "POST", `/api/v3/runs/${id}/sign-off`,
  { role, body: { step, ...(note === undefined ? {} : { note }) } });
const aRun = async (): Promise<Json> =>
  (await run(server, await sealedVersion(server, EXAMPLE))).json;
const fileOf = async (id: string, format: string): Promise<Uint8Array> => {
  const answer = await fetch(`${server.url}/api/v3/runs/${id}/export?format=${format}`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
};
const runsIn = async (id: string, state: string): Promise<string[]> =>
  (await api(server, "GET", `/api/v3/runs?sign_off=${state}&limit=1000`)).json.items
    .filter((one: Json) => one.run_id === id).map((one: Json) => one.sign_off);

describe("the sign-off of a run", () => {
  it("is prepared, reviewed and approved by three, and returned with a reason", async () => {
    const { run_id: id } = await aRun();
    expect(await runsIn(id, "none")).toStrictEqual(["none"]);
    expect((await sign(id, "prepared", "EXECUTE", " Ready ")).json).toMatchObject({
      run_id: id, state: "prepared",
      steps: [{ number: 1, step: "prepared", note: "Ready", signed_by: "token:execute" }] });
    expectProblem(await sign(id, "reviewed", "EXECUTE"), "FORBIDDEN");
    expectProblem(await sign(id, "prepared", "EXECUTE"), "SIGN_OFF_STATE_CONFLICT");
    expectProblem(await sign(id, "approved", "APPROVE"), "SIGN_OFF_STATE_CONFLICT");
    expect((await sign(id, "reviewed", "APPROVE")).status).toBe(201);
    expectProblem(await sign(id, "approved", "APPROVE"), "SECOND_PERSON_REQUIRED");
    expectProblem(await sign(id, "returned", "APPROVE"), "REQUEST_BODY_INVALID");
    expect((await sign(id, "returned", "APPROVE", "The crash is too mild")).json.state)
      .toBe("returned");
    expect((await sign(id, "prepared", "EXECUTE")).status).toBe(201);
    expect((await sign(id, "reviewed", "APPROVE")).status).toBe(201);
    const done = await sign(id, "approved", "ADMIN");
    expect(done.json.steps.map((step: Json) => step.step)).toStrictEqual(
      ["prepared", "reviewed", "returned", "prepared", "reviewed", "approved"]);
    expect(await runsIn(id, "approved")).toStrictEqual(["approved"]);
    const { rows } = await owner.query(`SELECT actor, reason, after FROM audit_event
      WHERE type = 'run.signed_off' AND subject_id = $1 ORDER BY (after->>'number')::int`, [id]);
    expect(rows).toHaveLength(6);
    expect(rows[2]).toMatchObject({ actor: "token:approve", reason: "The crash is too mild",
      after: { state: "returned", number: 3 } });
  });

  it("lets one of two win who sign at the same moment", async () => {
    const { run_id: id } = await aRun();
    const answers = await Promise.all([sign(id, "prepared", "EXECUTE"),
      sign(id, "prepared", "ADMIN"), sign(id, "prepared", "EXECUTE")]);
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([201, 409, 409]);
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expectProblem(answer, "SIGN_OFF_STATE_CONFLICT");
    }
    const { json } = await api(server, "GET", `/api/v3/runs/${id}/sign-off`, { role: "READ" });
    expect(json.steps).toHaveLength(1);
  });

  it("cannot be changed or taken back, not even in the database", async () => {
    const { run_id: id } = await aRun();
    await sign(id, "prepared", "EXECUTE");
    for (const statement of ["UPDATE run_sign_off_step SET note = 'x'",
      "DELETE FROM run_sign_off_step", "TRUNCATE run_sign_off_step"]) {
      await expect(owner.query(statement)).rejects.toMatchObject({ code: "TS001" });
    }
  });

  it("stands in every export, whose bytes follow from the run and its sign-off", async () => {
    const { run_id: id } = await aRun();
    const before = await fileOf(id, "pdf");
    expect(Buffer.compare(await fileOf(id, "pdf"), before)).toBe(0);
    expect(Buffer.from(await fileOf(id, "csv")).toString()).toContain("run,,sign_off,none");
    expect(JSON.parse(Buffer.from(await fileOf(id, "json")).toString()).sign_off)
      .toStrictEqual({ state: "none", steps: [] });
    await sign(id, "prepared", "EXECUTE");
    expect(Buffer.compare(await fileOf(id, "pdf"), before)).not.toBe(0);
    expect(Buffer.from(await fileOf(id, "csv")).toString()).toContain("sign_off,,prepared");
    expect(JSON.parse(Buffer.from(await fileOf(id, "json")).toString()).sign_off.state)
      .toBe("prepared");
  });

  it("comes with a summary in sentences made of the figures", async () => {
    const { run_id: id, debt_exposure_evidence_id: evidence } = await aRun();
    const { json } = await api(server, "GET", `/api/v3/runs/${id}/narrative`, { role: "READ" });
    expect(json.previous_run_id).toBeNull();
    expect(json.sentences[0]).toStrictEqual({ about: "exposure", evidence_id: evidence,
      text: expect.stringContaining("EUR 1,000,000.00 are owed") });
    expect(json.sentences.map((each: Json) => each.about)).toContain("drivers");
  });
});

describe("a scheduled report", () => {
  const start = (report: object): Promise<Answer> => api(server, "POST", "/api/v3/jobs",
    { body: { kind: "report", report } });
  const ended = (id: string): Promise<Json> => until("the job ends", async () => {
    const { json } = await api(server, "GET", `/api/v3/jobs/${id}`);
    return ["succeeded", "failed"].includes(json.state) ? json : undefined;
  });

  it("is made of the latest run, kept by its hash, and an alert where there is none", async () => {
    const made = await aRun();
    const version = await api(server, "GET", `/api/v3/dataset-versions/${made.dataset_version_id}`);
    const order = { dataset_id: version.json.dataset_id, template: "board", format: "pdf" };
    const job = await ended((await start(order)).json.job_id);
    expect(job.state, JSON.stringify(job.failure)).toBe("succeeded");
    const { json } = await api(server, "GET", `/api/v3/datasets/${order.dataset_id}/reports`);
    expect(json.items).toMatchObject([{ run_id: made.run_id, template: "board", sign_off: "none" }]);
    const file = await fetch(`${server.url}/api/v3/reports/${json.items[0].report_file_id}/file`,
      { headers: { authorization: `Bearer ${TOKENS.READ}` } });
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(json.items[0].sha256);

    const empty = await newDataset(server);
    const failed = await ended((await start({ ...order, dataset_id: empty })).json.job_id);
    expect(failed.failure.code).toBe("RUN_NOT_FOUND");
    const { rows } = await owner.query(
      "SELECT reason FROM audit_event WHERE type = 'report.failed' AND subject_id = $1", [empty]);
    expect(rows).toStrictEqual([{ reason: "RUN_NOT_FOUND" }]);
    const schedule = await api(server, "POST", "/api/v3/schedules",
      { body: { kind: "report", cron: "0 3 * * *", report: order } });
    expect(schedule.json.report).toStrictEqual(order);
    expectProblem(await api(server, "POST", "/api/v3/schedules",
      { body: { kind: "report", cron: "0 3 * * *" } }), "REQUEST_BODY_INVALID");
  });
});
