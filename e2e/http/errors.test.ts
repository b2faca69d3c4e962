import { connect as connectSocket } from "node:net";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "@/lib/contract/errors";
import {
  api, EXAMPLE, newDataset, run, RUN_PATH, sealedVersion, sendTape, STARTED_AT, type Answer,
} from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { logged, until } from "../support/until";
import { usingServer } from "../support/using-server";

const NOBODY = "00000000-0000-7000-8000-000000000000";

let server: TestServer;
let versionId: string;
let ingested: string;

usingServer(async (up) => {
  ({ server } = up);
  versionId = await sealedVersion(server, EXAMPLE);
  const dataset = await newDataset(server);
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions?normalize=false`, {
    headers: { prefer: "wait=30" }, body: { records: [{ payload: { principal: 5 } }] } });
  ingested = answer.json.dataset_version_id;
});

describe("the run endpoint's checks", () => {
  const good = () => ({ dataset_version_id: versionId, started_at: STARTED_AT, parameters: {} });
  // Each body has every fault of those below it as well: the first of API.md's order is reported.
  it.each<[ErrorCode, () => unknown]>([
    ["REQUEST_BODY_INVALID", () => ({ dataset_version_id: null, unknown: 1, parameters: [] })],
    ["DATASET_VERSION_ID_REQUIRED", () => ({ started_at: 5, parameters: [] })],
    ["DATASET_VERSION_ID_REQUIRED", () => ({ dataset_version_id: null, parameters: [] })],
    ["DATASET_VERSION_ID_REQUIRED", () => ({})],
    ["DATASET_VERSION_ID_INVALID", () => ({ dataset_version_id: "", parameters: [] })],
    ["DATASET_VERSION_ID_INVALID", () => ({ dataset_version_id: 7, started_at: "" })],
    ["DATASET_VERSION_ID_INVALID", () => ({ ...good(), dataset_version_id: `${versionId}\n` })],
    ["DATASET_VERSION_ID_INVALID", () => ({ ...good(), dataset_version_id: ` ${versionId}` })],
    ["DATASET_VERSION_ID_INVALID", () => ({ ...good(), dataset_version_id: [versionId] })],
    ["DATASET_VERSION_ID_INVALID", () => ({ ...good(), dataset_version_id: {} })],
    ["STARTED_AT_REQUIRED", () => ({ dataset_version_id: NOBODY, parameters: [] })],
    ["STARTED_AT_REQUIRED", () => ({ dataset_version_id: NOBODY, started_at: null })],
    ["STARTED_AT_INVALID", () => ({ dataset_version_id: NOBODY, started_at: "", parameters: [] })],
    ["PARAMETERS_INVALID", () => ({ ...good(), dataset_version_id: NOBODY, parameters: null })],
    ["PARAMETERS_INVALID", () => ({ ...good(), dataset_version_id: NOBODY, parameters: [] })],
    ["PARAMETERS_INVALID", () => ({ ...good(), dataset_version_id: NOBODY, parameters: "x" })],
    ["PARAMETERS_INVALID", () => ({ ...good(), dataset_version_id: NOBODY, parameters: { x: 1 } })],
    ["DATASET_VERSION_NOT_FOUND", () => ({ ...good(), dataset_version_id: NOBODY })],
    ["DATASET_VERSION_NOT_FOUND", () => ({ ...good(),
      dataset_version_id: "ffffffff-ffff-ffff-ffff-ffffffffffff" })],
    ["NORMALIZED_RECORD_REQUIRED", () => ({ ...good(), dataset_version_id: ingested })],
  ])("%s (%#)", async (code, body) => {
    expectProblem(await api(server, "POST", RUN_PATH, { body: body() }), code);
  });

  it.each<[string, unknown, string?]>([
    ["a threshold as text", { stress_loss_materiality_threshold_pct: "0.05" },
      "stress_loss_materiality_threshold_pct"],
    ["a threshold over 1", { net_exposure_materiality_threshold_pct: 20 }, "0.2"],
    ["a threshold of null", { net_exposure_materiality_threshold_pct: null }],
    ["a negative threshold", { net_exposure_materiality_threshold_pct: -0.1 }],
    ["an unknown netting", { netting: "gross" }],
    ["defaults as text", { include_default_scenarios: "false" }],
    ["scenarios as an object", { stress_scenarios: {} }],
    ["a scenario of null", { stress_scenarios: [null] }],
    ["a scenario without an id", { stress_scenarios: [{}] }, "scenario_id"],
    ["an empty scenario id", { stress_scenarios: [{ scenario_id: "" }] }],
    ["a scenario id of SQL", { stress_scenarios: [{ scenario_id: "'; DROP TABLE run; --" }] }],
    ["one id twice", { stress_scenarios: [{ scenario_id: "a" }, { scenario_id: "a" }] }],
    ["an unknown member", { stress_scenarios: [{ scenario_id: "a", shock: 1 }] }, "shock"],
    ["per cent for a fraction", { stress_scenarios: [
      { scenario_id: "a", collateral_market_impact_pct: -25 }] }, "write -0.25 for -25 %"],
    ["a rate shock over 100", { stress_scenarios: [
      { scenario_id: "a", interest_rate_delta_pct: 100.1 }] }, "interest_rate_delta_pct"],
    ["a negative default risk", { stress_scenarios: [
      { scenario_id: "a", default_risk_increment_pct: -0.1 }] }],
    ["a recovery shock under -1", { stress_scenarios: [
      { scenario_id: "a", recovery_degradation_pct: -1.01 }] }],
    ["201 scenarios", { stress_scenarios: Array.from({ length: 201 },
      (_, index) => ({ scenario_id: `s${index}` })) }],
    ["a long scenario id", { stress_scenarios: [{ scenario_id: "x".repeat(101) }] }],
    ["a constructor", { constructor: 1 }],
  ])("PARAMETERS_INVALID: %s", async (_, parameters, hint = "") => {
    const answer = await run(server, versionId, parameters);
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.message).toContain(hint);
    expect(answer.json.errors.length).toBeGreaterThan(0);
  });

  it("takes 200 scenarios", async () => {
    const answer = await run(server, versionId, { stress_scenarios: Array.from({ length: 200 },
      (_, index) => ({ scenario_id: `s${index}`, interest_rate_delta_pct: index / 10 })) });
    expect(answer.json.report.stress_tests).toHaveLength(203);
  });

  it("lists every fault of the parameters", async () => {
    const answer = await run(server, versionId, { netting: 1, include_default_scenarios: 2,
      stress_scenarios: [{ scenario_id: "a", default_risk_increment_pct: 2 }] });
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toStrictEqual([
      "parameters.netting", "parameters.include_default_scenarios",
      "parameters.stress_scenarios[0].default_risk_increment_pct"]);
  });

  it("ENGINE_RUN_FAILED hides its cause and logs it with the request id", async () => {
    const owner = await connect(server);
    await owner.query("ALTER TABLE run RENAME TO run_elsewhere");
    try {
      const answer = await api(server, "POST", RUN_PATH, { body: good(),
        headers: { "x-request-id": "failing-run.1" } });
      expectProblem(answer, "ENGINE_RUN_FAILED");
      expect(answer.text).not.toContain("run_elsewhere");
      expectProblem(await api(server, "GET", "/api/v3/runs"), "INTERNAL_ERROR");
      const line = JSON.parse(await logged(server, `"msg":"ENGINE_RUN_FAILED"`));
      expect(line).toMatchObject({ level: 50, request_id: "failing-run.1" });
      expect(JSON.stringify(line)).toContain("does not exist");
    } finally {
      await owner.query("ALTER TABLE run_elsewhere RENAME TO run");
      await owner.end();
    }
    expect((await run(server, versionId)).status).toBe(200);
  });
});

describe("the report endpoint's checks", () => {
  it.each<[ErrorCode, () => unknown]>([
    ["REQUEST_BODY_INVALID", () => ({ x: 1 })],
    ["DATASET_VERSION_ID_REQUIRED", () => ({ run_id: 5 })],
    ["DATASET_VERSION_ID_INVALID", () => ({ dataset_version_id: "x" })],
    ["RUN_ID_REQUIRED", () => ({ dataset_version_id: versionId, parameters: 1 })],
    ["RUN_ID_REQUIRED", () => ({ dataset_version_id: versionId, run_id: null })],
    ["RUN_ID_INVALID", () => ({ dataset_version_id: versionId, run_id: "" })],
    ["PARAMETERS_INVALID", () => ({ dataset_version_id: versionId, run_id: NOBODY, parameters: 1 })],
    ["PARAMETERS_INVALID", () => ({ dataset_version_id: versionId, run_id: NOBODY,
      parameters: { report_type: "x" } })],
    ["DATASET_VERSION_NOT_FOUND", () => ({ dataset_version_id: NOBODY, run_id: NOBODY })],
    ["RUN_NOT_FOUND", () => ({ dataset_version_id: versionId, run_id: NOBODY })],
  ])("%s (%#)", async (code, body) => {
    expectProblem(await api(server, "POST", RUN_PATH.replace(/run$/, "report"), { body: body() }),
      code);
  });

  it("RUN_NOT_FOUND for a run of another version", async () => {
    const other = await run(server, await sealedVersion(server, EXAMPLE));
    expectProblem(await api(server, "POST", RUN_PATH.replace(/run$/, "report"),
      { body: { dataset_version_id: versionId, run_id: other.json.run_id } }), "RUN_NOT_FOUND");
  });
});

describe("what is not there", () => {
  const IDS = [NOBODY, "1", "null", "%00", "%27%3B--", "..%2f..%2fetc", "%ff", "x".repeat(3000),
    `${NOBODY}%20`, "{id}"];
  it.each<[ErrorCode, string, string?]>([
    ["DATASET_NOT_FOUND", "/datasets/{id}"],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}"],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}/records"],
    ["DATASET_VERSION_NOT_FOUND", `/dataset-versions/{id}/records/${NOBODY}`],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}/instruments"],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}/exposure"],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}/quality"],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}/kpis"],
    ["DATASET_VERSION_NOT_FOUND", "/dataset-versions/{id}/normalize", "POST"],
    ["RUN_NOT_FOUND", "/runs/{id}"], ["RUN_NOT_FOUND", "/runs/{id}/export"],
    ["EVIDENCE_NOT_FOUND", "/evidence/{id}"], ["EVIDENCE_NOT_FOUND", "/evidence/{id}/trace"],
    ["TOKEN_NOT_FOUND", "/tokens/{id}", "DELETE"],
    ["DATASET_VERSION_NOT_FOUND", "/runs?dataset_version_id={id}"],
    ["DATASET_NOT_FOUND", "/runs?dataset_id={id}"],
    ["DATASET_VERSION_NOT_FOUND", "/evidence?dataset_version_id={id}"],
    ["DATASET_NOT_FOUND", "/evidence?dataset_id={id}"],
    ["DATASET_VERSION_NOT_FOUND", "/findings?dataset_version_id={id}"],
    ["DATASET_NOT_FOUND", "/dataset-versions?dataset_id={id}"],
  ])("%s at %s, whatever the id looks like", async (code, path, method = "GET") => {
    for (const id of IDS) {
      // A NUL can be in no parameter at all; in an address it is an id that does not exist.
      if (id === "%00" && path.includes("?")) continue;
      expectProblem(await api(server, method, `/api/v3${path.replace("{id}", id)}`), code);
    }
  });

  it.each<[ErrorCode, string, string, unknown]>([
    ["DATASET_VERSION_NOT_FOUND", "DELETE", "/dataset-versions/{id}", { reason: "x" }],
    ["USER_NOT_FOUND", "PATCH", "/users/{id}", { disabled: true }],
    ["DATASET_NOT_FOUND", "POST", "/datasets/{id}/versions", { records: [{ payload: {} }] }],
    ["DATASET_VERSION_NOT_FOUND", "POST", "/evidence/verify", { dataset_version_id: NOBODY }],
  ])("%s at %s %s", async (code, method, path, body) => {
    const ids = path.includes("{id}") ? IDS : [NOBODY];
    for (const id of ids) {
      expectProblem(await api(server, method, `/api/v3${path.replace("{id}", id)}`, { body }), code);
    }
  });

  it("RECORD_NOT_FOUND, also for a record of another version", async () => {
    const other = await sealedVersion(server, EXAMPLE);
    const records = (await api(server, "GET", `/api/v3/dataset-versions/${other}/records`)).json;
    for (const id of [NOBODY, "x", "%00", records.items[0].record_id]) {
      expectProblem(await api(server, "GET", `/api/v3/dataset-versions/${versionId}/records/${id}`),
        "RECORD_NOT_FOUND");
    }
  });

  it("NOT_FOUND where no operation lives, METHOD_NOT_ALLOWED where another does", async () => {
    for (const path of ["/api/v3", "/api/v3/", "/api/v3/nothing", "/api/v3/datasets/",
      "/api/v3//datasets", "/health/x", "/api/v3/runs/x/y/z"]) {
      expectProblem(await api(server, "GET", path), "NOT_FOUND");
    }
    for (const [method, path, allow] of [["PUT", "/api/v3/datasets", "POST, GET, HEAD, OPTIONS"],
      ["DELETE", "/api/v3/runs", "GET, HEAD, OPTIONS"], ["GET", RUN_PATH, "POST, OPTIONS"],
      ["POST", "/health", "GET, HEAD, OPTIONS"],
      ["PATCH", `/api/v3/dataset-versions/${NOBODY}`, "GET, DELETE, HEAD, OPTIONS"]] as const) {
      const answer = await api(server, method, path, { role: null });
      expectProblem(answer, "METHOD_NOT_ALLOWED");
      expect(answer.headers.get("allow")).toBe(allow);
    }
  });
});

describe("states of a version", () => {
  it.each(["instruments", "exposure", "kpis"])(
    "NORMALIZED_RECORD_REQUIRED for %s of an ingested version", async (part) => {
      expectProblem(await api(server, "GET", `/api/v3/dataset-versions/${ingested}/${part}`),
        "NORMALIZED_RECORD_REQUIRED");
    });
  it("VERSION_STATE_CONFLICT for normalizing a sealed one", async () => {
    expectProblem(await api(server, "POST", `/api/v3/dataset-versions/${versionId}/normalize`),
      "VERSION_STATE_CONFLICT");
  });
});

describe("addresses that are none", () => {
  it.each(["/api/v3/nowhere", "/api/runs", "/api/v1/runs?limit=1", "/api", "/api/auth-not"])(
    "are a problem, not a page: %s", async (path) => {
      const answer = await api(server, "GET", path);
      expectProblem(answer, "NOT_FOUND");
      expect(answer.json.message.includes("/api/v3")).toBe(!path.startsWith("/api/v3"));
    });
});

describe("bodies and types", () => {
  it.each(["text/plain", "application/xml", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "application/octet-stream"])(
    "MEDIA_TYPE_UNSUPPORTED for %s", async (type) => {
      for (const path of ["/datasets", `/datasets/${await newDataset(server)}/versions`]) {
        expectProblem(await api(server, "POST", `/api/v3${path}`,
          { raw: "{}", headers: { "content-type": type } }), "MEDIA_TYPE_UNSUPPORTED");
      }
    });
  it("MEDIA_TYPE_UNSUPPORTED for an encoding that is not read", async () => {
    const dataset = await newDataset(server);
    expectProblem(await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, { raw: "x",
      headers: { "content-type": "text/csv", "content-encoding": "br" } }),
    "MEDIA_TYPE_UNSUPPORTED");
  });
  it.each(["application/json; charset=utf-8", "Application/JSON", "application/json;x=y"])(
    "takes %s", async (type) => {
      const answer = await api(server, "POST", "/api/v3/datasets", { headers: { "content-type": type },
        raw: JSON.stringify({ name: "x", base_currency: "EUR" }) });
      expect(answer.status).toBe(201);
    });

  const stream = (bytes: number): ReadableStream => Readable.toWeb(Readable.from((function* () {
    const chunk = Buffer.alloc(1 << 20, " ");
    for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  })())) as ReadableStream;

  it.each<[string, () => Promise<Answer>]>([
    ["200 MB, streamed to a JSON route", () => api(server, "POST", RUN_PATH,
      { raw: stream(200 << 20) as BodyInit, headers: { "content-type": "application/json" } })],
    ["200 MB in one piece to a JSON route", () => api(server, "POST", "/api/v3/datasets",
      { raw: Buffer.alloc(200 << 20, " ") as BodyInit, headers: { "content-type": "application/json" } })],
    ["70 MB of JSON as a tape", async () => api(server, "POST",
      `/api/v3/datasets/${await newDataset(server)}/versions`,
      { raw: stream(70 << 20) as BodyInit, headers: { "content-type": "application/json" } })],
    ["5 MB to the preview", () => api(server, "POST", "/api/v3/tapes/preview",
      { raw: stream(5 << 20) as BodyInit, headers: { "content-type": "text/csv" } })],
  ])("PAYLOAD_TOO_LARGE: %s", async (_, send) => {
    expectProblem(await send(), "PAYLOAD_TOO_LARGE");
    expect((await api(server, "GET", "/health", { role: null })).json.status).toBe("healthy");
  });

  it("FILE_UNREADABLE: empty, header only, blank lines only, NUL", async () => {
    for (const text of ["", "\n\n", "\ufeff", "principal\n", "principal\r\n\r\n\r\n", "principal,x",
      "principal\n1\0", "\0", "p\0r\0i\0n\0c\0i\0p\0a\0l\0\n\x001\0"]) {
      const answer = await sendTape(server, text);
      expectProblem(answer, "FILE_UNREADABLE");
      expect(answer.headers.get("location")).toBeNull();
    }
  });
  it("MAPPING_REQUIRED lists the headers it saw", async () => {
    const answer = await sendTape(server, "Konto;Saldo in EUR\n1;2\n");
    expectProblem(answer, "MAPPING_REQUIRED");
    expect(answer.json.message).toContain("Konto, Saldo in EUR");
    expect(answer.json.errors.map((error: { message: string }) => error.message))
      .toStrictEqual(["Konto", "Saldo in EUR"]);
  });
});

describe("the request id", () => {
  it.each(["a", "trace-1.2_3", "A".repeat(100)])("takes %s", async (id) => {
    const good = await api(server, "GET", "/api/v3/me", { headers: { "x-request-id": id } });
    expect(good.headers.get("x-request-id")).toBe(id);
    const bad = await api(server, "GET", "/api/v3/nothing", { headers: { "x-request-id": id } });
    expect(bad.json.request_id).toBe(id);
  });
  it.each(["", " ", "a b", "A".repeat(101), "<script>", "a;b", "ä"])(
    "makes a new one for %j", async (id) => {
      const answer = await api(server, "GET", "/api/v3/me", { headers: { "x-request-id": id } });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    });
  it("is in the audit event of what it did", async () => {
    const fresh = await sealedVersion(server, EXAMPLE);
    await api(server, "POST", RUN_PATH, { headers: { "x-request-id": "audited.1" },
      body: { dataset_version_id: fresh, started_at: STARTED_AT } });
    const events = (await api(server, "GET", "/api/v3/audit?type=run.recorded")).json.items;
    expect(events.find((event: { request_id: string }) => event.request_id === "audited.1"))
      .toMatchObject({ dataset_version_id: fresh, actor: "token:admin" });
  });
  it("comes with headers that keep answers out of caches and frames", async () => {
    for (const path of ["/api/v3/me", "/api/v3/nothing", "/health"]) {
      const { headers } = await api(server, "GET", path);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-powered-by")).toBeNull();
    }
  });
});

describe("an address that is too long", () => {
  it("is HEADERS_TOO_LARGE and names the limit, also to who is still sending it", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connectSocket({ port: Number(port), host: hostname, allowHalfOpen: true });
    let text = "";
    const closed = new Promise<void>((resolve, reject) => {
      socket.on("error", reject).on("close", () => resolve());
    });
    socket.on("data", (chunk: Buffer) => { text += chunk.toString(); });
    // The connection is kept alive after a good request; the bad one ends it.
    socket.write("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    await until("the first request is answered", () => text.includes(`"alive"`) || undefined);
    text = "";
    socket.write(`POST /api/v3/datasets/${NOBODY}/versions?mapping=${"x".repeat(200_000)}`);
    await until("the second is refused", () => text.includes("\r\n\r\n") || undefined);
    for (let piece = 0; piece < 20; piece += 1) {
      await new Promise<void>((resolve, reject) => {
        socket.write("y".repeat(100_000), (error) => error ? reject(error) : resolve());
      });
    }
    socket.end(" HTTP/1.1\r\nhost: x\r\n\r\n");
    await closed;
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(text).toMatch(/^HTTP\/1\.1 431 .*\r\n/);
    expect(text).toContain("connection: close");
    expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status: 431,
      detail: "HEADERS_TOO_LARGE", message: expect.stringContaining("131,072 bytes") });
    expect((await api(server, "GET", "/health/live", { role: null })).status).toBe(200);
  });
});
