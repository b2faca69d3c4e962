import { readFileSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { nextLink, type ChainHead } from "@/lib/evidence";
import { canonicalHash } from "@/lib/kernel/hash";
import type { Json } from "@/lib/kernel/canonical";
import {
  allItems, api, EXAMPLE, newDataset, run, RUN_PATH, sealedVersion, STARTED_AT, type Answer,
} from "../support/api";
import { expectProblem } from "../support/problem";
import { TOKENS, type TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

const NOBODY = "00000000-0000-7000-8000-000000000000";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

type Event = Record<string, Json> & { type: string; sha256: string; position: number | null };
const events = async (query = "", on: TestServer = server): Promise<Event[]> =>
  (await api(on, "GET", `/api/v3/audit?limit=1000${query}`)).json.items as Event[];
/** The newest event that matches, once it is written. */
const event = (query: string): Promise<Event> =>
  until(`an event ${query}`, async () => (await events(query))[0]);
const verify = (): Promise<Answer> => api(server, "POST", "/api/v3/audit/verify", { role: "AUDIT" });
const sequenced = (): Promise<true> => until("everything is in the chain", async () =>
  (await api(server, "GET", "/api/v3/audit/tail")).json.unsequenced === 0 || undefined);

describe("an audit event", () => {
  it("carries the hash of its canonical form, whoever wrote it", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    await run(server, version);
    await api(server, "POST", "/api/v3/evidence/verify", { body: { dataset_version_id: version } });
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: 'Löschung "nach" Art. 17\n\u0007 \\ / \u007f' } });
    const all = await events();
    expect(all.map((each) => each.type)).toEqual(expect.arrayContaining(
      ["dataset.created", "dataset_version.received", "dataset_version.sealed", "run.recorded",
        "evidence.verified", "dataset_version.erased", "user.created"]));
    for (const { sha256, position, ...form } of all) {
      expect(canonicalHash(form)).toBe(sha256);
      expect(position === null || position > 0).toBe(true);
    }
  });

  it("names role, request and correlation id", async () => {
    const headers = { "x-request-id": "r-1", "x-correlation-id": "c-1" };
    const made = await api(server, "POST", "/api/v3/datasets",
      { body: { name: "Audited", base_currency: "EUR" }, headers });
    expect(made.headers.get("x-correlation-id")).toBe("c-1");
    expect((await events("&type=dataset.created"))[0])
      .toMatchObject({ role: "ADMIN", request_id: "r-1", correlation_id: "c-1",
        before: null, after: { name: "Audited", base_currency: "EUR", description: null } });
  });

  it("says what became of an import, and under whose name", async () => {
    const sealed = await sealedVersion(server, EXAMPLE);
    expect(await events(`&type=dataset_version.sealed&subject_id=${sealed}`)).toMatchObject([{
      actor: "token:admin", dataset_version_id: sealed,
      after: { status: "sealed", raw: 1, normalized: 1, rejected: 0 } }]);
    const dataset = await newDataset(server);
    const failed = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      raw: "loan_id,principal\nL1,secret words\n", role: "INGEST",
      headers: { "content-type": "text/csv", prefer: "wait=30", "x-correlation-id": "tape-7" } });
    expectProblem(failed, "FILE_UNREADABLE");
    const [event] = await events("&type=dataset_version.failed&correlation_id=tape-7");
    expect(event).toMatchObject({ actor: "token:ingest", reason: "NO_VALID_RECORD",
      before: { status: "importing" }, after: { status: "failed" } });
    // An event outlives an erasure: it must not quote the tape.
    expect(JSON.stringify(event)).not.toContain("secret words");
    const raw = await api(server, "POST", `/api/v3/datasets/${dataset}/versions?normalize=false`,
      { headers: { prefer: "wait=30" }, body: { records: [{ payload: { principal: 5 } }] } });
    const id = raw.json.dataset_version_id;
    await api(server, "POST", `/api/v3/dataset-versions/${id}/normalize`, { headers: { prefer: "wait=30" } });
    expect((await events(`&dataset_version_id=${id}`)).map((each) => each.type)).toStrictEqual(
      ["kpi.recorded", "dataset_version.sealed", "dataset_version.normalizing", "dataset_version.ingested",
        "dataset_version.received"]);
  });

  it("is written of each refusal once, then of how many a minute", async () => {
    const refuse = () => api(server, "POST", "/api/v3/datasets", { role: "READ",
      body: { name: "x", base_currency: "EUR" }, headers: { "x-request-id": "refused-1" } });
    for (let times = 0; times < 20; times += 1) expectProblem(await refuse(), "FORBIDDEN");
    expect(await event("&type=access.refused&subject_id=createDataset")).toMatchObject({
      actor: "token:read", role: "READ", request_id: "refused-1",
      reason: "This needs the role INGEST; token:read has READ.",
      details: { code: "FORBIDDEN", operation: "createDataset" } });
    expect(await events("&type=access.refused&subject_id=createDataset")).toHaveLength(1);
    expectProblem(await api(server, "GET", "/api/v3/runs", { token: "no-such-token-0123456789" }),
      "AUTH_INVALID");
    expect(await event("&type=access.*&subject_id=listRuns")).toMatchObject({ actor: "anonymous",
      role: null, details: { code: "AUTH_INVALID", address: expect.stringMatching(/127\.0\.0\.1|::1/) } });
    // Nobody who was not refused, and no request without credentials.
    expectProblem(await api(server, "GET", "/api/v3/datasets", { role: null }), "AUTH_REQUIRED");
    expect(await events("&type=access.*&subject_id=listDatasets")).toStrictEqual([]);
  });

  it("is written of a run that a disabled engine refuses", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const engine = "/api/v3/engine-registry/engine_distressed_asset_debt_stress";
    await api(server, "POST", `${engine}/disable`, { body: { reason: "audited" } });
    try {
      const refused = await api(server, "POST", RUN_PATH, { role: "EXECUTE",
        body: { dataset_version_id: version, started_at: STARTED_AT },
        headers: { "x-request-id": "disabled-1" } });
      expectProblem(refused, "ENGINE_DISABLED");
    } finally {
      await api(server, "POST", `${engine}/enable`, { body: { reason: "audited" } });
    }
    expect(await event("&type=engine.refused")).toMatchObject({ actor: "token:execute",
      role: "EXECUTE", request_id: "disabled-1", subject_id: "runEngine",
      details: { code: "ENGINE_DISABLED" } });
  });

  it("is written of the first use of a token, of exports and of verifications", async () => {
    const { json: token } = await api(server, "POST", "/api/v3/tokens",
      { body: { name: "auditor", roles: ["AUDIT", "EXECUTE"] } });
    for (let times = 0; times < 3; times += 1) {
      await api(server, "GET", "/api/v3/me", { token: token.secret });
    }
    expect(await event(`&type=token.used&subject_id=${token.token_id}`))
      .toMatchObject({ actor: "token:auditor", role: "EXECUTE+AUDIT" });
    expect(await events(`&type=token.used&subject_id=${token.token_id}`)).toHaveLength(1);
    const { json } = await run(server, await sealedVersion(server, EXAMPLE));
    expect((await api(server, "GET", `/api/v3/runs/${json.run_id}/export?format=csv`)).status).toBe(200);
    expect(await events(`&type=run.exported&subject_id=${json.run_id}`))
      .toMatchObject([{ actor: "token:admin", details: { format: "csv" } }]);
    await api(server, "DELETE", `/api/v3/tokens/${token.token_id}`);
    expect(await events(`&type=token.revoked&subject_id=${token.token_id}`)).toMatchObject([{
      before: { name: "auditor", roles: ["EXECUTE", "AUDIT"], revoked: false },
      after: { revoked: true } }]);
    for (const secret of [token.secret, ...Object.values(TOKENS)]) {
      expect(JSON.stringify(await events())).not.toContain(secret);
    }
  });
});

describe("the chain", () => {
  it("holds every event in the order of sequencing, each link over the one before", async () => {
    await run(server, await sealedVersion(server, EXAMPLE));
    await sequenced();
    const { rows } = await owner.query(`SELECT position::int, audit_event_id, c.event_sha256,
      chain_sha256, e.sha256 FROM audit_chain c JOIN audit_event e USING (audit_event_id)
      ORDER BY position`);
    let head: ChainHead = { position: 0, chain_sha256: "0".repeat(64) };
    for (const row of rows) {
      const link = nextLink(head, row);
      expect([row.position, row.chain_sha256, row.event_sha256])
        .toStrictEqual([link.position, link.chain_sha256, row.sha256]);
      head = link;
    }
    const verified = await verify();
    expect(verified.json).toMatchObject({ ok: true, first_bad: null });
    expect(verified.json.checked).toBeGreaterThanOrEqual(rows.length);
    expect(verified.json.tail.position).toBeGreaterThanOrEqual(verified.json.checked);
    expect(await event("&type=audit.verified")).toMatchObject(
      { actor: "token:audit", after: { ok: true } });
    expect((await events("&type=run.recorded"))[0]?.position).toBeGreaterThan(0);
  });

  it("is kept outside the database as well", async () => {
    await sequenced();
    const tail = (await api(server, "GET", "/api/v3/audit/tail", { role: "AUDIT" })).json;
    const kept = await until("the head is written", () => {
      const file = JSON.parse(readFileSync(path.join(server.dataDir, "audit-head.json"), "utf8"));
      return file.heads.embedded.head.position >= tail.position ? file.heads.embedded : undefined;
    });
    expect(kept.lost).toBeNull();
  });

  it("takes in what many requests write at the same time", async () => {
    const before = (await api(server, "GET", "/api/v3/audit/tail")).json.position;
    const version = await sealedVersion(server, EXAMPLE);
    await Promise.all(Array.from({ length: 60 }, (_, index) =>
      run(server, version, { stress_scenarios: [{ scenario_id: `s${index}` }] })));
    await sequenced();
    expect((await api(server, "GET", "/api/v3/audit/tail")).json.position - before)
      .toBeGreaterThanOrEqual(60);
    expect((await verify()).json.ok).toBe(true);
  });
});

describe("the search", () => {
  it("finds by every field", async () => {
    const headers = { "x-request-id": "find-r", "x-correlation-id": "find-c" };
    const version = await sealedVersion(server, EXAMPLE);
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: "Zweck entfallen 100%_\\" }, headers });
    const erased = async (query: string): Promise<boolean> => (await events(`&${query}`))
      .some((each) => each.type === "dataset_version.erased" && each.subject_id === version);
    const day = new Date().toISOString().slice(0, 10);
    for (const query of ["type=dataset_version.erased", "type=dataset_version.*", "actor=ADMIN",
      "role=ADMIN", "request_id=find-r", "correlation_id=find-c", `dataset_version_id=${version}`,
      `subject_id=${version}`, "reason=entfallen", `reason=${encodeURIComponent("100%_\\")}`,
      `from=${day}`, `to=${day}`, "q=find-c", `q=${version.slice(4, 20)}`, "q=ZWECK",
      `type=dataset_version.erased&actor=admin&from=${day}&to=${day}&q=sealed`]) {
      expect(await erased(query), query).toBe(true);
    }
    for (const query of ["type=dataset_version.failed", "type=dataset.*", "actor=nobody",
      "role=READ", "request_id=find", "correlation_id=find-r", `dataset_version_id=${NOBODY}`,
      "subject_id=x", "reason=100x_", "from=2999-01-01", "to=2020-01-01", "q=find-q",
      `to=${new Date(Date.now() - 3_600_000).toISOString()}`]) {
      expect(await erased(query), query).toBe(false);
    }
  });

  it("refuses what no event can have, and who may not look", async () => {
    for (const query of ["type=Token", "type=*", "role=KING", "from=yesterday", "to=2026-13-01",
      "dataset_version_id=7", "limit=0", "unknown=1", "cursor=x", "q="]) {
      expectProblem(await api(server, "GET", `/api/v3/audit?${query}`), "PARAMETERS_INVALID");
    }
    expectProblem(await api(server, "GET", "/api/v3/audit", { role: "READ" }), "FORBIDDEN");
  });

  it("pages without a gap or a double while events arrive", async () => {
    const known = (await events()).map((each) => each.audit_event_id);
    const arriving = (async () => {
      for (let count = 0; count < 20; count += 1) await newDataset(server);
    })();
    const paged = (await allItems(server, "/api/v3/audit", 7)).map((each) => each.audit_event_id);
    await arriving;
    expect(new Set(paged).size).toBe(paged.length);
    expect(paged.slice(paged.indexOf(known[0]))).toStrictEqual(known);
  });

  it("goes out whole as CSV and as JSON lines, and says so", async () => {
    await api(server, "POST", "/api/v3/datasets",
      { body: { name: '=HYPERLINK("x")', base_currency: "EUR" }, headers: { "x-correlation-id": "=1+1" } });
    const filter = "type=dataset.created";
    const listed = await allItems(server, `/api/v3/audit?${filter}`, 50);
    const json = await api(server, "GET", `/api/v3/audit/export?format=json&${filter}`,
      { role: "AUDIT" });
    expect(json.headers.get("content-type")).toBe("application/x-ndjson");
    expect(json.headers.get("content-disposition")).toMatch(/^attachment; filename="todiscope-audit-/);
    const lines = json.text.trimEnd().split("\n").map((line) => JSON.parse(line));
    expect(lines.map((line) => line.audit_event_id)).toStrictEqual(
      listed.map((each) => each.audit_event_id));
    const csv = await api(server, "GET", `/api/v3/audit/export?${filter}`, { role: "AUDIT" });
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const rows = csv.text.trimEnd().split("\r\n");
    expect(rows[0]).toMatch(/^created_at,type,actor,/);
    expect(rows).toHaveLength(listed.length + 1);
    expect(await events("&type=audit.exported")).toMatchObject([
      { actor: "token:audit", details: { format: "csv", filter: { type: "dataset.created" } } },
      { details: { format: "json" } }]);
    expectProblem(await api(server, "GET", "/api/v3/audit/export", { role: "READ" }), "FORBIDDEN");
    expectProblem(await api(server, "GET", "/api/v3/audit/export?format=pdf"), "PARAMETERS_INVALID");
  });

  it("lets no cell of an export run as a formula", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: '=cmd|"/c calc"!A1' } });
    const { text } = await api(server, "GET", `/api/v3/audit/export?subject_id=${version}`);
    expect(text).toContain(`"'=cmd|""/c calc""!A1"`);
    expect(text).not.toMatch(/(^|,)"?[=+@]/m);
  });
});
