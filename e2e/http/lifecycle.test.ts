import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase } from "@/lib/service/db/embedded";
import {
  api, EXAMPLE, newDataset, run, sealedVersion, settled, type Answer, type Json,
} from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import {
  freePort, newDataDir, removeDataDir, startRefused, startServer, TOKENS, type TestServer,
} from "../support/server";
import { until } from "../support/until";

const dataDir = newDataDir();
afterAll(() => { removeDataDir(dataDir); });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const postmaster = (): number =>
  Number(readFileSync(path.join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
const isFree = (port: number): Promise<boolean> => new Promise((resolve) => {
  const probe = createServer();
  probe.once("error", () => resolve(false));
  probe.listen(port, () => probe.close(() => resolve(true)));
});
/** What a refused start says, without the log's and npm's own lines. */
const linesOf = (output: string): string[] =>
  output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("{"));

describe("a server", () => {
  it("keeps its data over a restart, and ends with its database", async () => {
    let server = await startServer({}, dataDir);
    expect(server.oneTimePassword()).not.toBe("");
    expect(server.output()).toContain("Loading demo data");
    const version = await sealedVersion(server, EXAMPLE);
    const first = await run(server, version);
    const pid = postmaster();
    expect(isAlive(pid)).toBe(true);
    expect(await server.stop()).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await isFree(Number(new URL(server.url).port))).toBe(true);
    expect(existsSync(path.join(dataDir, "postgres/postmaster.pid"))).toBe(false);

    server = await startServer({}, dataDir);
    expect(server.oneTimePassword()).toBe("");
    expect(server.output()).not.toContain("Loading demo data");
    const again = await run(server, version);
    expect(again.text).toBe(first.text);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect((await api(server, "GET", `/api/v3/dataset-versions/${version}`)).json.status).toBe("sealed");
    expect(await server.stop()).toBe(0);
  });

  it("serves on and ends cleanly when its terminal is gone", async () => {
    const server = await startServer({}, dataDir);
    const pid = postmaster();
    server.closeOutput();
    expect((await api(server, "GET", "/api/v3/nowhere")).status).toBe(404); // a line for the log
    expect((await api(server, "GET", "/health")).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it("finishes the demo data of a first start that was broken off", async () => {
    const folders = [newDataDir(), newDataDir()] as const;
    const database = await startEmbeddedDatabase(folders[0]);
    const before = await startServer({ TODISCOPE_DATABASE_URL: database.url }, folders[1]);
    const owner = await connect({ databaseUrl: () => database.url });
    await owner.query(`INSERT INTO dataset (dataset_id, name, base_currency, created_by)
      VALUES (gen_random_uuid(), 'Worked example', 'EUR', 'first start')`);
    await owner.end();
    await before.stop();
    await database.stop();
    const server = await startServer({}, folders[0]);
    const versions = (await api(server, "GET", "/api/v3/dataset-versions")).json.items;
    expect(versions.map((version: Json) => [version.dataset_name, version.status, version.number]))
      .toStrictEqual([["European distressed loans", "sealed", 3],
        ["European distressed loans", "sealed", 2], ["European distressed loans", "sealed", 1],
        ["Worked example", "sealed", 1]]);
    expect((await api(server, "GET", "/api/v3/datasets")).json.items).toHaveLength(2);
    await server.stop();
    folders.forEach(removeDataDir);
  });

  it("joins the database that a crashed one left, and ends with it", async () => {
    let server = await startServer({}, dataDir);
    const pid = postmaster();
    await server.crash();
    expect(isAlive(pid)).toBe(true);
    server = await startServer({}, dataDir);
    expect(postmaster()).toBe(pid);
    expect((await api(server, "GET", "/api/v3/runs")).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it("starts its database again when that crashes", async () => {
    const server = await startServer({}, dataDir);
    const version = await sealedVersion(server, EXAMPLE);
    const first = await run(server, version);
    const pid = postmaster();
    server.killDatabase();
    await until("the database has crashed", () => !isAlive(pid) || undefined);
    const again = await until("the run is answered again", async () => {
      const answer = await run(server, version);
      if (answer.status === 503) expectProblem(answer, "DATABASE_UNAVAILABLE");
      return answer.status === 200 ? answer : undefined;
    });
    expect(again.text).toBe(first.text);
    expect(postmaster()).not.toBe(pid);
    expect(await server.stop()).toBe(0);
  });

  it("answers what is under way before it ends", async () => {
    const server = await startServer({}, dataDir);
    const version = await sealedVersion(server, EXAMPLE);
    const answers = Array.from({ length: 40 }, (_, index) => run(server, version,
      { stress_scenarios: [{ scenario_id: `s${index}` }] }));
    await Promise.race(answers);
    const ended = server.stop();
    const settledAnswers = await Promise.allSettled(answers);
    expect(await ended).toBe(0);
    for (const answer of settledAnswers) {
      // A connection that had not been accepted is refused; an accepted request is answered.
      if (answer.status === "fulfilled") expect(answer.value.status).toBe(200);
    }
    expect(settledAnswers.filter((answer) => answer.status === "fulfilled").length).toBeGreaterThan(0);
  });
});

describe("a start that cannot be", () => {
  it("on a taken port is one line", async () => {
    const taken = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => taken.listen(port, resolve));
    const refused = await startRefused({ PORT: String(port) }, dataDir);
    await new Promise((resolve) => taken.close(resolve));
    expect(refused.code).toBe(1);
    expect(linesOf(refused.output)).toStrictEqual(
      [`TodiScope: Port ${port} is taken; set PORT to a free one.`]);
  });

  it("on a data folder that is in use is one line, and leaves the first alone", async () => {
    const server = await startServer({}, dataDir);
    const refused = await startRefused({ PORT: String(await freePort()) }, dataDir);
    expect(refused.code).toBe(1);
    expect(linesOf(refused.output)).toHaveLength(1);
    expect(refused.output).toContain(dataDir);
    expect((await api(server, "GET", "/health", { role: null })).json.status).toBe("healthy");
    await server.stop();
  });

  it.each<[string, string, RegExp]>([
    ["nobody listens", "postgresql://me:hidden-password@127.0.0.1:9/x", /127\.0\.0\.1:9 cannot be used: .*ECONNREFUSED/],
    ["the host does not exist", "postgresql://me:hidden-password@no-such-host.invalid/x",
      /no-such-host\.invalid.* cannot be used/],
    ["it is of another product", "mysql://me:hidden-password@localhost/x",
      /TODISCOPE_DATABASE_URL holds a value that is not shown; it should be: a postgresql:\/\/ URL/],
    ["it is no URL", "hidden-password", /TODISCOPE_DATABASE_URL/],
    ["it is cut off", "postgresql://me:hidden-password@", /cannot be used|TODISCOPE_DATABASE_URL/],
  ])("with a database URL is one line where %s", async (_, url, line) => {
    const refused = await startRefused({ PORT: String(await freePort()),
      TODISCOPE_DATABASE_URL: url, TODISCOPE_DB_CONNECT_TIMEOUT_S: "3" }, dataDir);
    expect(refused.code).toBe(1);
    expect(linesOf(refused.output)).toHaveLength(1);
    expect(refused.output).toMatch(line);
    expect(refused.output).not.toContain("hidden-password");
  });

  it("with bad values names each variable and never shows a secret", async () => {
    const bad = { PORT: "80000", TODISCOPE_DB_POOL_SIZE: "many", TODISCOPE_LOG_LEVEL: "loud",
      TODISCOPE_RATE_LIMIT: "-1", KILL_SWITCH_ENABLED: "perhaps",
      STRICT_VALIDATION: "rather", AUTO_APPROVAL_MAX_NOTIONAL: "-1", NEXTAUTH_SECRET: "short-secret",
      TODISCOPE_API_TOKENS: "name:READ:too-short-secret,name:ROOT:a-secret-that-is-long-enough-1" };
    const refused = await startRefused(bad, dataDir);
    expect(refused.code).toBe(1);
    for (const name of Object.keys(bad)) expect(refused.output).toContain(name);
    expect(refused.output).toContain(`PORT holds "80000"`);
    expect(refused.output).not.toMatch(/too-short-secret|a-secret-that-is|short-secret/);
  });
});

describe("what a server prints", () => {
  it("holds no secret, whatever happens to it", async () => {
    const server = await startServer({ TODISCOPE_LOG_LEVEL: "debug" }, dataDir);
    const password = readFileSync(path.join(dataDir, "postgres-password"), "utf8").trim();
    const session = readFileSync(path.join(dataDir, "session-secret"), "utf8").trim();
    await run(server, await sealedVersion(server, EXAMPLE));
    const token = (await api(server, "POST", "/api/v3/tokens", { body: { name: "x", roles: ["READ"] } })).json.secret;
    await api(server, "GET", "/api/v3/me", { token });
    await api(server, "GET", "/api/v3/me", { token: "unknown-token-0123456789" });
    server.killDatabase();
    await until("the database is missed", async () =>
      (await api(server, "GET", "/api/v3/runs")).status === 503 || undefined);
    await server.stop();
    expect(server.output()).toContain("REQUEST");
    for (const secret of [password, session, token, "unknown-token-0123456789", ...Object.values(TOKENS)]) {
      expect(server.output()).not.toContain(secret);
    }
  });
});

describe("an interrupted import", () => {
  const rows = 120_000;
  const tape = `loan_id,principal,sector\n${Array.from({ length: rows },
    (_, index) => `L${index},${index},S${index % 9}`).join("\n")}\n`;
  let server: TestServer;
  beforeAll(async () => { server = await startServer({}, dataDir); });
  afterAll(async () => { await server.stop(); });

  async function startedImport(query = ""): Promise<Json> {
    const dataset = await newDataset(server);
    const answer: Answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions${query}`,
      { raw: tape, headers: { "content-type": "text/csv" } });
    expect(answer.json.status).toBe("importing");
    return answer.json;
  }
  /** Waits until rows of the import are in, and it is not over. */
  const underWay = (id: string): Promise<Json> => until("rows have come in", async () => {
    const { json } = await api(server, "GET", `/api/v3/dataset-versions/${id}`);
    expect(json.status).toMatch(/importing|normalizing/);
    return json.progress.rows > 0 ? json : undefined;
  });
  async function recordsOf(id: string): Promise<number> {
    const owner = await connect(server);
    const { rows: [row] } = await owner.query(
      `SELECT (SELECT count(*) FROM raw_record WHERE dataset_version_id = $1)::int +
        (SELECT count(*) FROM normalized_record WHERE dataset_version_id = $1)::int AS n`, [id]);
    await owner.end();
    return row.n;
  }

  it.each<["crash" | "stop", string]>([["crash", "the process is killed"], ["stop", "it is stopped"]])(
    "goes on with the next start and seals once when it ends by %s: %s", async (how) => {
      const started = await startedImport();
      const id = started.dataset_version_id;
      await underWay(id);
      await server[how]();
      server = await startServer({}, dataDir);
      await expectSealedOnce(id, "import");
      expect(await recordsOf(id)).toBe(2 * rows + 2);
      await until("the upload is removed", () =>
        readdirSync(path.join(dataDir, "uploads")).length === 0 || undefined);
    });

  it("goes on with a normalization", async () => {
    const started = await startedImport("?normalize=false");
    const id = started.dataset_version_id;
    expect((await settled(server, id)).status).toBe("ingested");
    await api(server, "POST", `/api/v3/dataset-versions/${id}/normalize`);
    await underWay(id);
    await server.crash();
    server = await startServer({}, dataDir);
    await expectSealedOnce(id, "normalize");
    expect(await recordsOf(id)).toBe(2 * rows + 2);
  });

  /** Sealed with all rows, by one job that succeeded. */
  async function expectSealedOnce(id: string, kind: string): Promise<void> {
    const version = await settled(server, id);
    expect(version).toMatchObject({ status: "sealed", failure: null,
      counts: { raw: rows, normalized: rows, rejected: 0 } });
    expect(version.consolidated.total_outstanding).toBe(rows * (rows - 1) / 2);
    const { json } = await api(server, "GET", `/api/v3/jobs?subject=${id}&kind=${kind}`);
    expect(json.items).toHaveLength(1);
    expect(json.items[0]).toMatchObject({ state: "succeeded", failure: null });
  }
});
