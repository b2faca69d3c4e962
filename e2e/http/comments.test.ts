import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer, TOKENS } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const comment = (
  runId: string, body: object, role: keyof typeof TOKENS = "EXECUTE",
): Promise<Answer> => api(server, "POST", `/api/v3/runs/${runId}/comments`, { role, body });
const listed = async (runId: string, query = ""): Promise<Json> => (await api(server, "GET",
  `/api/v3/runs/${runId}/comments${query}`, { role: "READ" })).json;
const aRun = async (): Promise<Json> => (await run(server, await sealedVersion(server, EXAMPLE))).json;

describe("comments on a run", () => {
  it("are written by whoever executes or approves, read by readers, newest first", async () => {
    const { run_id: id, material_findings: findings } = await aRun();
    const first = await comment(id, { text: "  The crash is too mild.\nSee the memo. " });
    expect(first.status).toBe(201);
    expect(first.json).toMatchObject({ run_id: id, finding_id: null, created_by: "token:execute",
      text: "The crash is too mild.\nSee the memo." });
    const second = await comment(id, { text: "Agreed", finding_id: findings[1].id }, "APPROVE");
    expect(second.json.finding_id).toBe(findings[1].id);
    expectProblem(await comment(id, { text: "x" }, "READ"), "FORBIDDEN");
    expectProblem(await comment(id, { text: "x" }, "INGEST"), "FORBIDDEN");
    expect((await listed(id)).items).toStrictEqual([second.json, first.json]);
    const page = await listed(id, "?limit=1");
    expect(page.items).toStrictEqual([second.json]);
    expect((await listed(id, `?limit=1&cursor=${page.next_cursor}`)).items)
      .toStrictEqual([first.json]);
    const { rows } = await owner.query(`SELECT actor, after FROM audit_event
      WHERE type = 'run.commented' AND subject_id = $1 ORDER BY created_at`, [id]);
    expect(rows).toMatchObject([
      { actor: "token:execute", after: { comment_id: first.json.comment_id } },
      { actor: "token:approve", after: { finding_id: findings[1].id } }]);
  });

  it("are refused without text, beyond the limit, or on another run's finding", async () => {
    const [one, other] = [await aRun(), await aRun()];
    for (const text of ["", "  \n", "x".repeat(4001), 5, null]) {
      expectProblem(await comment(one.run_id, { text }), "REQUEST_BODY_INVALID");
    }
    expectProblem(await comment(one.run_id,
      { text: "x", finding_id: other.material_findings[0].id }), "FINDING_NOT_FOUND");
    expect((await listed(one.run_id)).items).toStrictEqual([]);
  });

  it("cannot be changed or taken back, not even in the database", async () => {
    const { run_id: id } = await aRun();
    await comment(id, { text: "It stands" });
    for (const statement of ["UPDATE run_comment SET text = 'x'", "DELETE FROM run_comment",
      "TRUNCATE run_comment"]) {
      await expect(owner.query(statement)).rejects.toMatchObject({ code: "TS001" });
    }
    expect((await listed(id)).items).toMatchObject([{ text: "It stands" }]);
  });
});
