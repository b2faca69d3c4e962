import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, newDataset, run, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const ruleOf = (dataset: string): Promise<Answer> =>
  api(server, "GET", `/api/v3/datasets/${dataset}/retention`);
const setRule = (dataset: string, body: object, etag = "*"): Promise<Answer> =>
  api(server, "PATCH", `/api/v3/datasets/${dataset}/retention`,
    { body, headers: { "if-match": etag } });
const preview = async (dataset: string, query = ""): Promise<Json> =>
  (await api(server, "GET", `/api/v3/datasets/${dataset}/retention/preview${query}`)).json;
const statuses = async (dataset: string): Promise<string[]> =>
  (await api(server, "GET", `/api/v3/dataset-versions?dataset_id=${dataset}`)).json.items
    .map((one: Json) => one.status).reverse();

/** A dataset of sealed versions that came so many months ago, the oldest first. */
async function datasetOf(months: number[]): Promise<{ dataset: string; ids: string[] }> {
  const dataset = await newDataset(server);
  const ids: string[] = [];
  for (const age of months) {
    const { json } = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      body: { records: [{ payload: { principal: 1 } }] }, headers: { prefer: "wait=30" } });
    ids.push(json.dataset_version_id);
    await owner.query("SET session_replication_role = replica");
    await owner.query(`UPDATE dataset_version SET created_at = now()
      - make_interval(months => $2::int, days => 1) WHERE dataset_version_id = $1`,
    [json.dataset_version_id, age]);
    await owner.query("SET session_replication_role = origin");
  }
  return { dataset, ids };
}

async function applyRules(): Promise<Json> {
  const { json } = await api(server, "POST", "/api/v3/jobs", { body: { kind: "apply_retention" } });
  return until("the job has ended", async () => {
    const { json: job } = await api(server, "GET", `/api/v3/jobs/${json.job_id}`);
    return job.state === "succeeded" || job.state === "failed" ? job : undefined;
  });
}

describe("a retention rule", () => {
  it("is off until somebody sets it, and then has one writer at a time", async () => {
    const { dataset } = await datasetOf([]);
    const { json, headers } = await ruleOf(dataset);
    expect(json).toMatchObject({ mode: "off", keep_newest: null, keep_months: null,
      changed_by: null });
    expect(headers.get("etag")?.startsWith(json.etag.slice(0, -1)), "the answer's, by its edits'")
      .toBe(true);
    expectProblem(await setRule(dataset, { mode: "erase" }), "REQUEST_BODY_INVALID");
    expectProblem(await setRule(dataset, { keep_newest: 0 }), "REQUEST_BODY_INVALID");
    const first = await setRule(dataset, { mode: "propose", keep_newest: 3 }, json.etag);
    expect(first.json).toMatchObject({ mode: "propose", keep_newest: 3, keep_months: null });
    expectProblem(await setRule(dataset, { keep_newest: 1 }, json.etag), "PRECONDITION_FAILED");
    expectProblem(await api(server, "PATCH", `/api/v3/datasets/${dataset}/retention`,
      { role: "INGEST", body: { keep_newest: 1 }, headers: { "if-match": "*" } }), "FORBIDDEN");
    const { json: { items } } = await api(server, "GET", "/api/v3/audit?type=retention.changed");
    expect(items[0]).toMatchObject({ subject_id: dataset, before: { mode: "off" },
      after: { mode: "propose", keep_newest: 3 } });
  });

  it("shows what is beyond it, by number, by age, and by both", async () => {
    const { dataset } = await datasetOf([40, 30, 20, 10, 0]);
    const numbers = async (query: string): Promise<number[]> =>
      (await preview(dataset, query)).items.map((one: Json) => one.number);
    expect(await numbers("?keep_newest=2")).toEqual([1, 2, 3]);
    expect(await numbers("?keep_months=24")).toEqual([1, 2]);
    expect(await numbers("?keep_newest=4&keep_months=24")).toEqual([1]);
    expect(await numbers("?keep_newest=2&keep_months=36")).toEqual([1]);
    expect(await numbers("?keep_newest=9")).toEqual([]);
    expect(await numbers("")).toEqual([]);
    const { dataset: old } = await datasetOf([50, 40]);
    expect((await preview(old, "?keep_months=1")).items.map((one: Json) => one.number),
      "the newest sealed version stays").toEqual([1]);
  });

  it("erases what is beyond it with the rule as the reason; holds and runs keep theirs",
    async () => {
      const { dataset, ids } = await datasetOf([40, 30, 20, 0]);
      const [first = "", second = "", third = ""] = ids;
      await run(server, first);
      await api(server, "POST", `/api/v3/dataset-versions/${second}/legal-holds`,
        { body: { reason: "a suit", owner: "legal" } });
      await setRule(dataset, { mode: "propose", keep_newest: 1 });
      expect((await applyRules()).result).toMatchObject({ proposed: 2, held: 1, erased: 0 });
      expect(await statuses(dataset)).toEqual(["sealed", "sealed", "sealed", "sealed"]);
      const { json: { items: [proposed] } } =
        await api(server, "GET", "/api/v3/audit?type=retention.proposed");
      expect(proposed).toMatchObject({ subject_id: dataset, actor: "system:retention",
        details: { dataset_version_ids: [first, third] } });

      await setRule(dataset, { mode: "erase" });
      const { items } = await preview(dataset);
      expect(items.map((one: Json) => [one.number, one.is_held, one.runs]))
        .toEqual([[1, false, 1], [2, true, 0], [3, false, 0]]);
      const job = await applyRules();
      expect(job.result).toMatchObject({ erased: 2, held: 1 });
      expect(await statuses(dataset)).toEqual(["erased", "sealed", "erased", "sealed"]);
      const { json: { items: events } } = await api(server, "GET",
        `/api/v3/audit?type=dataset_version.erased&dataset_version_id=${first}`);
      expect(events).toMatchObject([{ actor: "system:retention",
        reason: "Retention rule: keep the newest sealed version." }]);
      const { rows } = await owner.query(`SELECT count(sha256)::int AS hashes,
        count(payload)::int AS payloads FROM evidence_records WHERE dataset_version_id = $1`,
      [first]);
      expect(rows[0]).toMatchObject({ payloads: 0 });
      expect(rows[0].hashes).toBeGreaterThan(0);
      expect((await applyRules()).result).toMatchObject({ erased: 0, held: 1 });
    });

  it("does nothing while it is off", async () => {
    const { dataset } = await datasetOf([40, 0]);
    await setRule(dataset, { keep_newest: 1 });
    await applyRules();
    expect(await statuses(dataset)).toEqual(["sealed", "sealed"]);
  });
});
