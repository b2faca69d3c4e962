import { afterEach, describe, expect, it } from "vitest";
import { api, EXAMPLE, newDataset, run, RUN_PATH, sealedVersion, type Answer } from "../support/api";
import { expectProblem } from "../support/problem";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";

// One data folder for all, each server started on what the one before left.
const dataDir = newDataDir();
let server: TestServer;
let versionId: string;

const start = async (environment: Record<string, string>): Promise<void> => {
  server = await startServer(environment, dataDir);
};
afterEach(async () => { await server.stop(); });

describe("servers in a mode of their own", () => {
  it("RATE_LIMITED after 5 requests a second of one token, and of that one only", async () => {
    await start({ TODISCOPE_RATE_LIMIT: "5" });
    const burst = (role: "READ" | "AUDIT"): Promise<Answer[]> => Promise.all(
      Array.from({ length: 30 }, () => api(server, "GET", "/api/v3/me", { role })));
    const answers = await burst("READ");
    const refused = answers.filter((answer) => answer.status === 429);
    // A second may end within the burst: then the next one's allowance is used as well.
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(5);
    for (const answer of refused) {
      expectProblem(answer, "RATE_LIMITED");
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect((await api(server, "GET", "/api/v3/me", { role: "AUDIT" })).status).toBe(200);
    expect((await api(server, "GET", "/health", { role: null })).status).toBe(200);
  });

  it("without a limit nobody is refused", async () => {
    await start({});
    const answers = await Promise.all(Array.from({ length: 60 },
      () => api(server, "GET", "/api/v3/me", { role: "READ" })));
    expect(answers.map((answer) => answer.status)).toStrictEqual(Array(60).fill(200));
    versionId = await sealedVersion(server, EXAMPLE);
    expect((await run(server, versionId)).status).toBe(200);
  });

  it("ENGINE_DISABLED before the kill switch, after the role; reading goes on", async () => {
    await start({ TODISCOPE_ENABLED_ENGINES: "other", KILL_SWITCH_ENABLED: "true" });
    expectProblem(await api(server, "POST", RUN_PATH, { role: null }), "AUTH_REQUIRED");
    expectProblem(await api(server, "POST", RUN_PATH, { role: "READ" }), "FORBIDDEN");
    const refused = await api(server, "POST", RUN_PATH, { raw: "{" });
    expectProblem(refused, "ENGINE_DISABLED");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expectProblem(await api(server, "POST", RUN_PATH.replace(/run$/, "report"), { body: {} }),
      "ENGINE_DISABLED");
    expect((await api(server, "GET", RUN_PATH.replace(/run$/, "health"))).json).toStrictEqual(
      { status: "disabled", engine_id: "engine_distressed_asset_debt_stress" });
    expect((await api(server, "GET", "/api/v3/engine-registry/enabled")).json)
      .toStrictEqual({ enabled_engines: ["other"] });
    expect((await api(server, "GET", "/api/v3/runs")).json.items.length).toBeGreaterThan(0);
    expect((await api(server, "GET", "/health", { role: null })).json).toMatchObject(
      { status: "degraded", components: { engine_registry: { status: "degraded" } } });
  });

  it("KILL_SWITCH_ACTIVE stops runs and imports with its reason, and nothing else", async () => {
    await start({ KILL_SWITCH_ENABLED: "true", KILL_SWITCH_REASON: "Model under review." });
    const dataset = await newDataset(server);
    const csv = { raw: "principal\n1\n", headers: { "content-type": "text/csv" } };
    const refused = [
      await run(server, versionId), await api(server, "POST", RUN_PATH, { raw: "{" }),
      await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, csv),
      await api(server, "POST", `/api/v3/dataset-versions/${versionId}/normalize`),
    ];
    for (const answer of refused) {
      expectProblem(answer, "KILL_SWITCH_ACTIVE");
      expect(answer.json.message).toContain("Model under review.");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expectProblem(await api(server, "POST", RUN_PATH, { role: "READ" }), "FORBIDDEN");
    expect((await api(server, "GET", "/api/v3/kill-switch/status")).json).toMatchObject(
      { enabled: true, reason: "Model under review.", activated_by: "environment",
        trigger: "environment" });
    const reading = ["/runs", "/datasets", `/dataset-versions/${versionId}/instruments`, "/evidence"];
    for (const path of reading) {
      expect((await api(server, "GET", `/api/v3${path}`)).status, path).toBe(200);
    }
    expect((await api(server, "GET", "/health", { role: null })).json.components.kill_switch.status)
      .toBe("active");
    expect((await api(server, "GET", `/api/v3/dataset-versions?dataset_id=${dataset}`)).json.items)
      .toStrictEqual([]);
  });

  it("an API-only server has no pages", async () => {
    await start({});
    const page = await api(server, "GET", "/", { role: null });
    expect(page.status).toBe(404);
    expect((await api(server, "GET", "/health/ready", { role: null })).json)
      .toStrictEqual({ status: "ready" });
    expect((await api(server, "GET", "/health/live", { role: null })).json)
      .toStrictEqual({ status: "alive" });
    await server.stop();
    removeDataDir(dataDir);
  });
});
