import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, sealedVersion, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const place = (version: string, body: object = { reason: "Case 17", owner: "Legal" }) =>
  api(server, "POST", `/api/v3/dataset-versions/${version}/legal-holds`, { body });
const release = (hold: string) => api(server, "POST", `/api/v3/legal-holds/${hold}/release`,
  { body: { reason: "Case 17 is closed" } });
const erase = (version: string): Promise<Answer> => api(server, "DELETE",
  `/api/v3/dataset-versions/${version}`, { body: { reason: "retention" } });
const holdsOf = async (version: string): Promise<Json[]> => (await api(server, "GET",
  `/api/v3/dataset-versions/${version}/legal-holds`, { role: "READ" })).json.items;

describe("a legal hold", () => {
  it("keeps a version until every hold is released", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const [first, second] = [await place(version), await place(version,
      { reason: "Tax audit", owner: "Finance" })];
    expect(first.status, first.text).toBe(201);
    expect(first.json).toMatchObject({ dataset_version_id: version, reason: "Case 17",
      owner: "Legal", created_by: "token:admin", released_at: null });
    expectProblem(await erase(version), "LEGAL_HOLD_ACTIVE");
    expect((await release(first.json.legal_hold_id)).json).toMatchObject(
      { released_by: "token:admin", release_reason: "Case 17 is closed" });
    expectProblem(await release(first.json.legal_hold_id), "LEGAL_HOLD_RELEASED");
    expectProblem(await erase(version), "LEGAL_HOLD_ACTIVE");
    const run = await api(server, "GET", `/api/v3/dataset-versions/${version}/records`);
    expect(run.json.items[0].payload, "nothing was erased").not.toBeNull();
    await release(second.json.legal_hold_id);
    expect((await erase(version)).json.status).toBe("erased");
    expectProblem(await place(version), "DATASET_VERSION_ERASED");
    expect((await holdsOf(version)).map((hold) => hold.owner)).toEqual(["Finance", "Legal"]);
  });

  it("is in the audit log with its reason and its owner", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json } = await place(version);
    await release(json.legal_hold_id);
    const { items } = (await api(server, "GET",
      `/api/v3/audit?type=legal_hold.*&dataset_version_id=${version}`)).json;
    expect(items).toMatchObject([
      { type: "legal_hold.released", subject_id: json.legal_hold_id, reason: "Case 17 is closed",
        before: { owner: "Legal", reason: "Case 17" } },
      { type: "legal_hold.placed", subject_id: json.legal_hold_id, reason: "Case 17",
        after: { owner: "Legal" } }]);
  });

  it("holds in the database too, whoever asks", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    await place(version);
    await expect(owner.query(
      "SELECT erase_dataset_version($1, 'why', 'who', NULL)", [version])).rejects.toThrow("hold");
    for (const sql of ["DELETE FROM legal_hold", "UPDATE legal_hold SET reason = 'other'",
      "UPDATE legal_hold SET released_at = now(), owner = 'other'", "TRUNCATE legal_hold"]) {
      await expect(owner.query(sql), sql).rejects.toThrow("refused");
    }
  });

  it.each([{}, { reason: "x" }, { owner: "x" }, { reason: " ", owner: "x" }])(
    "needs a reason and an owner: %j", async (body) => {
      expectProblem(await place(await sealedVersion(server, EXAMPLE), body),
        "REQUEST_BODY_INVALID");
    });
});
