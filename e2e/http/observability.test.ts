import { createServer, type Server } from "node:http";
import { connect as openSocket, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, EXAMPLE, newDataset, run, RUN_PATH, sealedVersion, STARTED_AT, type Answer, type Json } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../support/server";
import { logged, until } from "../support/until";

type Span = { name: string; traceId: string; spanId: string; parentSpanId?: string;
  status: { code?: number }; attributes: { key: string; value: Record<string, unknown> }[] };

let server: TestServer;
let collector: Server;
const spans: Span[] = [];
let serviceName = "";

/** A collector of OTLP over HTTP. */
async function listen(): Promise<string> {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.setHeader("content-type", "application/json").end("{}");
      const body: Json = JSON.parse(Buffer.concat(chunks).toString());
      for (const resource of body.resourceSpans) {
        serviceName = resource.resource.attributes.find(
          (entry: Json) => entry.key === "service.name").value.stringValue;
        spans.push(...resource.scopeSpans.flatMap((scope: Json) => scope.spans));
      }
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  server = await startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: await listen(),
    OTEL_SERVICE_NAME: "todiscope-test", OTEL_BSP_SCHEDULE_DELAY: "50" });
});
afterAll(async () => {
  await server.stop();
  collector.close();
  removeDataDir(server.dataDir);
});

const attribute = (span: Span, key: string): unknown =>
  Object.values(span.attributes.find((entry) => entry.key === key)?.value ?? {})[0];
const spanOf = (requestId: string): Promise<Span> => until(`the span of ${requestId}`, () =>
  spans.find((span) => attribute(span, "todiscope.request_id") === requestId));

describe("traces", () => {
  it("have a span per operation, in the caller's trace, with the run statement inside", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const answer = await api(server, "POST", RUN_PATH, {
      body: { dataset_version_id: version, started_at: STARTED_AT, parameters: {} },
      headers: { "x-request-id": "traced.1", "x-correlation-id": "chain.1",
        traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
    expect(answer.status).toBe(200);
    const span = await spanOf("traced.1");
    expect(span).toMatchObject({ name: "runEngine", traceId, parentSpanId: "00f067aa0ba902b7" });
    expect(attribute(span, "todiscope.correlation_id")).toBe("chain.1");
    expect(attribute(span, "http.route")).toBe(RUN_PATH);
    expect(Number(attribute(span, "http.response.status_code"))).toBe(200);
    const inner = await until("the statement's span", () =>
      spans.find((other) => other.name === "record-runs" && other.traceId === traceId));
    expect(inner.parentSpanId).toBe(span.spanId);
    expect(serviceName).toBe("todiscope-test");
    const load = await until("the import's span", () =>
      spans.find((other) => attribute(other, "todiscope.subject_id") === version));
    expect(load.name).toBe("job import");
  });

  it("show what failed, and no secret", async () => {
    const owner = await connect(server);
    await owner.query("ALTER TABLE run RENAME TO run_elsewhere");
    await api(server, "GET", "/api/v3/runs", { headers: { "x-request-id": "traced.2" } });
    await owner.query("ALTER TABLE run_elsewhere RENAME TO run");
    await owner.end();
    const span = await spanOf("traced.2");
    expect(span.status.code).toBe(2);
    expect(JSON.stringify(spans)).not.toContain(TOKENS.ADMIN);
  });
});

describe("log lines", () => {
  it("name request, correlation, operation and caller, whoever writes them", async () => {
    await api(server, "GET", "/api/v3/runs/none", { role: "READ",
      headers: { "x-request-id": "line.1", "x-correlation-id": "chain.2" } });
    const line = JSON.parse(await logged(server, `"request_id":"line.1"`));
    expect(line).toMatchObject({ level: 30, msg: "REQUEST", request_id: "line.1",
      correlation_id: "chain.2", operation: "getRun", caller: "token:read", status: 404,
      code: "RUN_NOT_FOUND" });
    expect(line.latency_ms).toBeGreaterThanOrEqual(0);
    expect(line.trace_id).toMatch(/^[0-9a-f]{32}$/);
    // A job that fails after the answer still leads to the request that brought it.
    const dataset = await newDataset(server);
    await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, { raw: "principal\nx\n",
      headers: { "content-type": "text/csv", "x-correlation-id": "chain.3" } });
    const late = JSON.parse(await until("the import's line", () => server.output().split("\n")
      .find((text) => text.includes("IMPORT_FAILED") && text.includes("chain.3"))));
    expect(late).toMatchObject({ operation: "job import", caller: "token:admin" });
  });

  it("tell an address that does not exist", async () => {
    await api(server, "GET", "/api/v3/nothing", { headers: { "x-request-id": "line.3" } });
    expect(JSON.parse(await logged(server, "line.3"))).toMatchObject({ operation: "none",
      code: "NOT_FOUND" });
  });
});

describe("metrics", () => {
  const metric = async (line: string): Promise<number> => {
    const { text } = await api(server, "GET", "/api/v3/metrics");
    const found = text.split("\n").find((row) => row.startsWith(`${line} `));
    return Number(found?.split(" ").at(-1) ?? 0);
  };
  const change = async (line: string, act: () => Promise<unknown>): Promise<number> => {
    const before = await metric(line);
    await act();
    return await metric(line) - before;
  };

  it("count runs, evidence, findings, conflicts and audit events", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const first = () => run(server, version);
    expect(await change("todiscope_evidence_created_total", first)).toBe(4);
    expect(await change("todiscope_evidence_created_total", first)).toBe(0);
    const other = (threshold: number) => () =>
      run(server, version, { stress_loss_materiality_threshold_pct: threshold });
    // Other thresholds share the evidence and have findings of their own.
    expect(await change("todiscope_evidence_created_total", other(0.3))).toBe(0);
    expect(await change("todiscope_findings_created_total", other(0.4))).toBe(3);
    expect(await change('todiscope_runs_total{outcome="recorded"}', other(0.5))).toBe(1);
    expect(await change('todiscope_runs_total{outcome="replayed"}', other(0.5))).toBe(1);
    expect(await change('todiscope_audit_events_total{type="run.recorded"}', other(0.6))).toBe(1);
    expect(await change('todiscope_audit_events_total{type="dataset.created"}',
      () => newDataset(server))).toBe(1);
    const owner = await connect(server);
    await owner.query("ALTER TABLE evidence_records DISABLE TRIGGER USER");
    await owner.query("UPDATE evidence_records SET payload = '{}' WHERE dataset_version_id = $1",
      [version]);
    await owner.query("ALTER TABLE evidence_records ENABLE TRIGGER USER");
    await owner.end();
    expect(await change('todiscope_conflicts_total{reason="evidence_payload_mismatch"}', first))
      .toBe(1);
  });

  it("time operations by status, and keep addresses out of the labels", async () => {
    const count = (operation: string, status: number): string =>
      `todiscope_request_seconds_count{operation="${operation}",status="${status}"}`;
    expect(await change(count("getRun", 404), () => api(server, "GET", "/api/v3/runs/x"))).toBe(1);
    const unknown = async () => {
      for (const path of ["/api/v3/a", "/api/v3/b"]) await api(server, "GET", path);
    };
    expect(await change(count("none", 404), unknown)).toBe(2);
    const { text } = await api(server, "GET", "/api/v3/metrics");
    expect(text).not.toContain("/api/v3/a");
    for (const row of text.split("\n").filter((line) => line.startsWith("# TYPE"))) {
      const [, , name = "", kind] = row.split(" ");
      expect(name).toMatch(/^todiscope_/);
      if (kind === "counter") expect(name).toMatch(/_total$/);
      if (kind === "histogram") expect(name).toMatch(/_seconds$/);
    }
  });
});

/** Sends bytes as they are; everything that comes back until the server ends the connection. */
const sendRaw = (bytes: string): Promise<string> => new Promise((resolve, reject) => {
  const socket = openSocket(Number(new URL(server.url).port), "localhost", () => socket.write(bytes));
  let text = "";
  socket.on("data", (chunk: Buffer) => { text += chunk.toString(); });
  socket.on("error", reject).on("close", () => resolve(text));
});

function parsed(text: string): Answer {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [status = "", ...lines] = head.split("\r\n");
  const headers = new Headers(lines.map((line) => line.split(": ") as [string, string]));
  return { status: Number(status.split(" ")[1]), headers, text: body,
    json: body === "" ? null : JSON.parse(body) };
}

describe("every answer", () => {
  it("has a request id: also what is no HTTP, too long, or no operation", async () => {
    expectProblem(parsed(await sendRaw("nonsense\r\n\r\n")), "REQUEST_UNREADABLE");
    const long = `GET /api/v3/me HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(200_000)}\r\n\r\n`;
    expectProblem(parsed(await sendRaw(long)), "HEADERS_TOO_LARGE");
    for (const path of ["/nothing", "/favicon.ico", "/api/v3/nothing", "/health/nothing"]) {
      const answer = await api(server, "GET", path, { headers: { "x-request-id": "any.1",
        "x-correlation-id": "any.2" } });
      expect(answer.status, path).toBe(404);
      expect(answer.headers.get("x-request-id"), path).toBe("any.1");
      expect(answer.headers.get("x-correlation-id"), path).toBe("any.2");
    }
  });

  it("to HEAD is GET's without the body; to OPTIONS, the methods", async () => {
    const get = await api(server, "GET", "/api/v3/engine-registry/enabled");
    const head = await api(server, "HEAD", "/api/v3/engine-registry/enabled");
    expect([head.status, head.text]).toStrictEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
    expect((await api(server, "HEAD", "/api/v3/runs", { role: null })).status).toBe(401);
    const wrong = await api(server, "HEAD", RUN_PATH);
    expect([wrong.status, wrong.headers.get("allow")]).toStrictEqual([405, "POST, OPTIONS"]);
    const options = await api(server, "OPTIONS", "/api/v3/datasets", { role: null });
    expect([options.status, options.text]).toStrictEqual([204, ""]);
    expect(options.headers.get("allow")).toBe("POST, GET, HEAD, OPTIONS");
    expect(options.headers.get("x-request-id")).not.toBeNull();
    expectProblem(await api(server, "OPTIONS", "/api/v3/nothing", { role: null }), "NOT_FOUND");
  });
});
