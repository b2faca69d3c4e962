import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { api, EXAMPLE, run, sealedVersion, type Answer, type Json } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";

// Two servers on one database; the environment of the second lists another engine.
let first: TestServer;
let second: TestServer;
let version: string;

beforeAll(async () => {
  first = await startServer();
  second = await startServer({ TODISCOPE_DATABASE_URL: first.databaseUrl(),
    TODISCOPE_ENABLED_ENGINES: `other,${ENGINE_ID}` });
  version = await sealedVersion(first, EXAMPLE);
});
afterAll(async () => {
  await second.stop();
  await first.stop();
  for (const { dataDir } of [first, second]) removeDataDir(dataDir);
});

const change = (how: string, reason: string, id = ENGINE_ID): Promise<Answer> =>
  api(first, "POST", `/api/v3/engine-registry/${id}/${how}`, { body: { reason } });
const get = async (server: TestServer, path: string): Promise<Json> =>
  (await api(server, "GET", `/api/v3${path}`, { role: "READ" })).json;
const HEALTH = "/engines/distressed-asset-debt-stress/health";
const becomes = (server: TestServer, status: string): Promise<true> =>
  until(`the engine is ${status}`, async () =>
    (await get(server, HEALTH)).status === status || undefined, 5000);

describe("the engine registry", () => {
  it("lists engines with version, state and what decides it", async () => {
    expect((await get(first, "/engine-registry")).items).toStrictEqual([{ engine_id: ENGINE_ID,
      title: "Distressed asset debt stress", version: ENGINE_VERSION, state: "enabled",
      origin: "default", listed: true, disabled_at_run_time: false, etag: expect.any(String),
      reason: null,
      changed_by: null, changed_at: null }]);
    expect((await get(second, "/engine-registry")).items.map((item: Json) =>
      [item.engine_id, item.state, item.origin])).toStrictEqual(
      [[ENGINE_ID, "enabled", "environment"], ["other", "unknown", "environment"]]);
  });

  it("stops an engine in both servers without a restart, and lets it run again", async () => {
    const off = await change("disable", "Formula under review");
    expect(off.json).toMatchObject({ state: "disabled", origin: "stored",
      reason: "Formula under review", changed_by: "token:admin" });
    const refused = await run(first, version);
    expectProblem(refused, "ENGINE_DISABLED");
    expect(refused.json.message).toContain("Formula under review");
    await becomes(second, "disabled");
    expectProblem(await run(second, version), "ENGINE_DISABLED");
    expect(await get(second, "/engine-registry/enabled")).toStrictEqual({ enabled_engines: ["other"] });
    expect((await api(second, "GET", "/health", { role: null })).json.components.engine_registry.status)
      .toBe("degraded");

    expect((await change("enable", "Reviewed")).json).toMatchObject({ state: "enabled" });
    await becomes(second, "ok");
    expect((await run(second, version)).status).toBe(200);
    const owner = await connect(first);
    const { rows } = await owner.query(`SELECT type, reason, before, after FROM audit_event
      WHERE subject_id = $1 ORDER BY created_at`, [ENGINE_ID]);
    await owner.end();
    expect(rows).toStrictEqual([
      { type: "engine.disabled", reason: "Formula under review", before: { disabled: false },
        after: { disabled: true } },
      { type: "engine.enabled", reason: "Reviewed", before: { disabled: true },
        after: { disabled: false } }]);
  });

  it("names what does not exist, what lacks a reason and who may not", async () => {
    const unknown = await change("disable", "x", "engine_of_dreams");
    expectProblem(unknown, "ENGINE_NOT_FOUND");
    expect(unknown.json.message).toContain(ENGINE_ID);
    expectProblem(await change("enable", " "), "REQUEST_BODY_INVALID");
    expectProblem(await api(first, "POST", `/api/v3/engine-registry/${ENGINE_ID}/disable`,
      { role: "EXECUTE", body: { reason: "x" } }), "FORBIDDEN");
  });

  it("does not enable what the environment leaves out", async () => {
    const bare = await startServer({ TODISCOPE_DATABASE_URL: first.databaseUrl(),
      TODISCOPE_ENABLED_ENGINES: "other" });
    const refused = await api(bare, "POST", `/api/v3/engine-registry/${ENGINE_ID}/enable`,
      { body: { reason: "x" } });
    expectProblem(refused, "HELD_BY_ENVIRONMENT");
    expect(refused.json.message).toContain("TODISCOPE_ENABLED_ENGINES");
    expect((await get(bare, "/engine-registry")).items[0]).toMatchObject(
      { state: "disabled", origin: "environment", listed: false });
    await bare.stop();
    removeDataDir(bare.dataDir);
  });
});
