import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import {
  allItems, api, EXAMPLE, newDataset, run, sealedVersion, sendTape, settled, type Answer, type Json,
} from "../support/api";
import { behindGuards } from "../support/database";
import { expectProblem } from "../support/problem";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";

// Two servers on one database, each with a data folder of its own.
const databaseDir = newDataDir();
let database: EmbeddedDatabase;
let owner: pg.Client;
let first: TestServer;
let second: TestServer;
let version: string;

const connect = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: database.url });
  client.on("error", () => undefined); // a test ends the database
  await client.connect();
  return client;
};

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir, { restart: false });
  const environment = { TODISCOPE_DATABASE_URL: database.url };
  [first, second] = await Promise.all([startServer(environment), startServer(environment)]);
  owner = await connect();
  version = await sealedVersion(first, EXAMPLE);
});
afterAll(async () => {
  await owner.end();
  await Promise.all([first.stop(), second.stop()]);
  await database.stop();
  for (const folder of [databaseDir, first.dataDir, second.dataDir]) removeDataDir(folder);
});

const CONFIRMED = { cause_resolved: true };
const activate = (server: TestServer, reason: string, more = {}): Promise<Answer> =>
  api(server, "POST", "/api/v3/kill-switch/activate", { body: { reason, ...more } });
const deactivate = (server: TestServer, reason: string, checklist: Json = CONFIRMED) =>
  api(server, "POST", "/api/v3/kill-switch/deactivate", { body: { reason, checklist } });
const status = async (server: TestServer): Promise<Json> =>
  (await api(server, "GET", "/api/v3/kill-switch/status")).json;
const history = (server: TestServer): Promise<Json[]> =>
  allItems(server, "/api/v3/kill-switch/history", 3);
/** What the history has got since it had `before` events. */
const newEvents = async (before: number): Promise<Json[]> => {
  const events = await history(first);
  return events.slice(0, events.length - before);
};
const fileOf = (server: TestServer): string => path.join(server.dataDir, "kill-switch.json");
const obeys = (server: TestServer, enabled: boolean): Promise<Json> =>
  until(`the server is ${enabled ? "halted" : "resumed"}`, async () => {
    const now = await status(server);
    return now.enabled === enabled ? now : undefined;
  }, 5000);
let runs = 0;
/** A run that nobody recorded before. */
const freshRun = (server: TestServer): Promise<Answer> =>
  run(server, version, { stress_scenarios: [{ scenario_id: `fresh_${(runs += 1)}` }] });
const recorded = async (): Promise<number> =>
  (await owner.query("SELECT count(*)::int AS n FROM run")).rows[0].n;

afterEach(async () => {
  for (const server of [first, second]) {
    rmSync(fileOf(server), { recursive: true, force: true });
    await until("the file is no longer seen", async () =>
      !(await status(server)).sources.find((each: Json) => each.source === "file").enabled || undefined);
    const answer = await deactivate(server, "after a test",
      { ...CONFIRMED, accept_failed: ["health", "chain_verified"] });
    if (answer.status !== 200 && answer.json.detail !== "KILL_SWITCH_NOT_ACTIVE") {
      throw new Error(answer.text);
    }
  }
  for (const server of [first, second]) await obeys(server, false);
});

describe("the kill switch over the API", () => {
  it("halts both servers within a second and resumes both, with a history of who and why", async () => {
    const before = (await history(first)).length;
    const on = await activate(first, "Prices look wrong", { trigger: "day_guard" });
    expect(on.json).toMatchObject({ enabled: true, reason: "Prices look wrong",
      activated_by: "token:admin", trigger: "day_guard" });
    const refused = await freshRun(first);
    expectProblem(refused, "KILL_SWITCH_ACTIVE");
    expect(refused.json.message).toContain("Prices look wrong");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await obeys(second, true);
    expectProblem(await freshRun(second), "KILL_SWITCH_ACTIVE");
    expectProblem(await sendTape(second, "principal\n1\n"), "KILL_SWITCH_ACTIVE");
    expect((await api(second, "GET", "/api/v3/runs")).status).toBe(200);
    expect((await api(second, "GET", "/api/v3/metrics")).text).toContain("todiscope_kill_switch_active 1");
    expect((await api(second, "GET", "/health", { role: null })).json.components.kill_switch.status)
      .toBe("active");

    // Resumed by the other server: the file of the first goes as well.
    expect(existsSync(fileOf(first))).toBe(true);
    expect((await deactivate(second, "Prices are right")).json.enabled).toBe(false);
    await obeys(first, false);
    expect(existsSync(fileOf(first))).toBe(false);
    expect((await freshRun(first)).status).toBe(200);
    expect((await api(second, "GET", "/api/v3/metrics")).text).toContain("todiscope_kill_switch_active 0");

    const events = (await history(first)).slice(0, 2);
    expect((await history(first)).length).toBe(before + 2);
    expect(events).toMatchObject([
      { action: "resumed", trigger: "manual", reason: "Prices are right", actor: "token:admin",
        role: "ADMIN", checklist: { cause_resolved: true, accepted: [] } },
      { action: "activated", trigger: "day_guard", reason: "Prices look wrong", checklist: null },
    ]);
    const audit = await owner.query(`SELECT type, reason FROM audit_event
      WHERE subject_id = ANY($1) ORDER BY created_at`, [events.map((event) => event.event_id)]);
    expect(audit.rows).toStrictEqual([
      { type: "kill_switch.activated", reason: "Prices look wrong" },
      { type: "kill_switch.resumed", reason: "Prices are right" }]);
  });

  it("names what is wrong with a request, and who may not", async () => {
    expectProblem(await api(first, "POST", "/api/v3/kill-switch/activate",
      { role: "EXECUTE", body: { reason: "x" } }), "FORBIDDEN");
    for (const body of [{}, { reason: " " }, { reason: "x", trigger: "environment" },
      { reason: "x", more: 1 }]) {
      expectProblem(await api(first, "POST", "/api/v3/kill-switch/activate", { body }),
        "REQUEST_BODY_INVALID");
    }
    expect((await status(first)).enabled).toBe(false);
    expectProblem(await deactivate(first, "nothing to resume"), "KILL_SWITCH_NOT_ACTIVE");
    await activate(first, "x");
    for (const checklist of [{}, { cause_resolved: false }, null]) {
      expectProblem(await deactivate(first, "y", checklist), "REQUEST_BODY_INVALID");
    }
    expectProblem(await deactivate(first, ""), "REQUEST_BODY_INVALID");
    expect((await status(first)).enabled).toBe(true);
    // The contract asks for a reason only: the checklist is kept, and nobody is said to have it.
    const resumed = await api(first, "POST", "/api/v3/kill-switch/deactivate",
      { body: { reason: "By contract" } });
    expect(resumed.json.enabled).toBe(false);
    expect((await history(first))[0]).toMatchObject({ reason: "By contract",
      checklist: { cause_resolved: false, accepted: [] } });
  });

  it("takes a second reason over the first, and lets a drill replace nothing that is real", async () => {
    await activate(first, "One");
    await activate(first, "Two", { trigger: "var_limit" });
    await activate(second, "Only a drill", { trigger: "drill" });
    expect(await status(first)).toMatchObject({ reason: "Two", trigger: "var_limit" });
    expect((await history(first)).slice(0, 3).map((event) => event.reason))
      .toStrictEqual(["Only a drill", "Two", "One"]);
  });

  it("is resumed once by two who resume at the same time", async () => {
    await activate(first, "Twice");
    const before = (await history(first)).length;
    const answers = await Promise.all([deactivate(first, "Mine"), deactivate(first, "No, mine")]);
    expect(answers.map((answer) => answer.status).sort()).toStrictEqual([200, 409]);
    expect((await newEvents(before)).map((event) => event.action)).toStrictEqual(["resumed"]);
  });

  it("is resumed once by two servers at the same time, whichever has the file", async () => {
    await activate(first, "On the first server");
    await obeys(second, true);
    const before = (await history(first)).length;
    const holder = await connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM kill_switch FOR UPDATE");
    const waiting = (count: number): Promise<true> => until(`${count} resumes wait`, async () => {
      const { rows: [found] } = await owner.query(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query ~ 'kill_switch|advisory_xact'`);
      return found.n === count || undefined;
    });
    // The one without the file is first, so that the other's file outlives the resume.
    const there = deactivate(second, "Mine");
    await waiting(1);
    const here = deactivate(first, "No, mine");
    await waiting(2);
    await holder.query("COMMIT");
    await holder.end();
    expect((await there).status).toBe(200);
    expectProblem(await here, "KILL_SWITCH_NOT_ACTIVE");
    expect(await newEvents(before)).toMatchObject([{ action: "resumed", reason: "Mine" }]);
    expect(existsSync(fileOf(first))).toBe(false);
    expect((await status(first)).enabled).toBe(false);
  });

  it("records a drill as a drill, both ways", async () => {
    await activate(first, "Quarterly drill", { trigger: "drill" });
    expectProblem(await freshRun(first), "KILL_SWITCH_ACTIVE");
    await deactivate(first, "Drill done");
    expect((await history(first)).slice(0, 2).map((event) => [event.action, event.trigger]))
      .toStrictEqual([["resumed", "drill"], ["activated", "drill"]]);
  });

  it("keeps its history as it was written", async () => {
    await activate(first, "To be rewritten");
    for (const sql of ["UPDATE kill_switch_event SET reason = 'x'", "DELETE FROM kill_switch_event",
      "TRUNCATE kill_switch_event", "DELETE FROM kill_switch", "TRUNCATE kill_switch"]) {
      await expect(owner.query(sql)).rejects.toMatchObject({ code: "TS001" });
    }
  });

  it("does not resume over evidence that was changed, unless that is accepted by name", async () => {
    const damaged = await sealedVersion(first, EXAMPLE);
    await run(first, damaged);
    await behindGuards(owner, "evidence_records", `UPDATE evidence_records
      SET payload = jsonb_set(payload, '{net_exposure_after_recovery}', '1')
      WHERE dataset_version_id = $1 AND kind = 'debt_exposure'`, [damaged]);
    await activate(first, "Evidence looks wrong");
    const { json: checklist } = await api(first, "GET", "/api/v3/kill-switch/checklist");
    const chain = checklist.items.find((item: Json) => item.item === "chain_verified");
    expect([checklist.ready, chain.state]).toStrictEqual([false, "failed"]);
    expect(chain.message).toContain(damaged);
    const refused = await deactivate(first, "Go on");
    expectProblem(refused, "KILL_SWITCH_CHECKLIST_OPEN");
    expect(refused.json.errors[0].path).toBe("checklist.chain_verified");
    expect((await status(first)).enabled).toBe(true);
    const accepted = { ...CONFIRMED, accept_failed: ["chain_verified"] };
    expect((await deactivate(first, "Known damage of a test", accepted)).status).toBe(200);
    expect((await history(first))[0].checklist.accepted).toStrictEqual(["chain_verified"]);
    await api(first, "DELETE", `/api/v3/dataset-versions/${damaged}`, { body: { reason: "damaged" } });
  });

  it("does not resume over an audit log that was changed behind its guards", async () => {
    await activate(first, "Log looks wrong");
    const { rows: [link] } = await owner.query(`SELECT e.audit_event_id AS id, e.reason
      FROM audit_event e WHERE e.type = 'kill_switch.activated' ORDER BY created_at LIMIT 1`);
    const change = (reason: string) => behindGuards(owner, "audit_event",
      "UPDATE audit_event SET reason = $2 WHERE audit_event_id = $1", [link.id, reason]);
    await change("Something else");
    const refused = await deactivate(first, "Go on");
    expectProblem(refused, "KILL_SWITCH_CHECKLIST_OPEN");
    expect(refused.json.message).toContain("Audit log, position");
    await change(link.reason);
    expect((await deactivate(first, "It is as it was")).status).toBe(200);
  });
});

describe("the last look before a commit", () => {
  /** Holds commits back as an activation does, sets the switch, and lets go. */
  async function haltDuring(work: () => Promise<Answer>): Promise<Answer> {
    const other = await connect();
    await other.query("BEGIN");
    await other.query("SELECT await_commits_in_flight()");
    const answer = work();
    await until("something waits for its commit", async () => (await owner.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).rowCount || undefined);
    await other.query(`UPDATE kill_switch SET enabled = true, trigger = 'manual',
      reason = 'Set meanwhile', activated_at = now(), activated_by = 'test'`);
    await other.query("COMMIT");
    await other.end();
    return answer;
  }

  it("stops a run that was past every gate", async () => {
    const before = await recorded();
    const answer = await haltDuring(() => freshRun(first));
    expectProblem(answer, "KILL_SWITCH_ACTIVE");
    expect(answer.json.message).toContain("Set meanwhile");
    expect(await recorded()).toBe(before);
  });

  it("stops an import that is about to be sealed", async () => {
    const answer = await haltDuring(() => sendTape(first, "loan_id,principal\nL1,100\n"));
    expectProblem(answer, "KILL_SWITCH_ACTIVE");
    const id = answer.headers.get("location")?.split("/").at(-1) ?? "";
    expect(await settled(first, id)).toMatchObject({ status: "failed",
      failure: { code: "KILL_SWITCH_ACTIVE" }, content_hash: null });
    const raw = await api(first, "GET", `/api/v3/dataset-versions/${id}/records?kind=raw`);
    expect(raw.json.items).toStrictEqual([]);
  });

  it("stops an import half-way", async () => {
    const tape = `loan_id,principal\n${Array.from({ length: 120_000 }, (_, at) => `L${at},${at}`).join("\n")}\n`;
    const started = await api(first, "POST", `/api/v3/datasets/${await newDataset(first)}/versions`,
      { raw: tape, headers: { "content-type": "text/csv" } });
    await until("rows have come in", async () => (await api(first, "GET",
      `/api/v3/dataset-versions/${started.json.dataset_version_id}`)).json.progress.rows || undefined);
    await activate(second, "Stop the import");
    const ended = await settled(first, started.json.dataset_version_id);
    expect(ended).toMatchObject({ status: "failed", failure: { code: "KILL_SWITCH_ACTIVE" } });
  });

  it("lets nothing commit once an activation was answered, under load on both servers", async () => {
    let going = true;
    const answers: Answer[] = [];
    const clients = Array.from({ length: 10 }, async (_, index) => {
      while (going) answers.push(await freshRun(index % 2 ? first : second));
    });
    await until("runs are recorded", () => answers.length > 40 || undefined);
    await activate(first, "Under load");
    const halted = await recorded();
    await until("runs are refused", () =>
      answers.filter((answer) => answer.status === 503).length > 40 || undefined);
    going = false;
    await Promise.all(clients);
    expect(await recorded()).toBe(halted);
    for (const answer of answers.filter((each) => each.status !== 200)) {
      expectProblem(answer, "KILL_SWITCH_ACTIVE");
    }
  });

  it("throws the switch in spite of a transaction that hangs after its look", async () => {
    const hanging = await connect();
    await hanging.query("BEGIN");
    await hanging.query("SELECT pg_advisory_xact_lock_shared(7305211920)");
    expect((await activate(first, "Do not wait")).json.enabled).toBe(true);
    await obeys(second, true);
    await hanging.query("ROLLBACK");
    await hanging.end();
  });
});

describe("kill-switch.json", () => {
  it("halts by hand, is noted once, and goes with the resume", async () => {
    const before = (await history(first)).length;
    writeFileSync(fileOf(first), JSON.stringify({ enabled: true, reason: "By hand",
      activated_by: "operator" }));
    expect(await obeys(first, true)).toMatchObject({ reason: "By hand", activated_by: "operator" });
    expectProblem(await freshRun(first), "KILL_SWITCH_ACTIVE");
    // The other server has another folder: it goes on, and says where one is held.
    await until("the other server knows", async () =>
      (await status(second)).elsewhere.some((held: Json) => held.reason === "By hand") || undefined);
    expect((await status(second)).enabled).toBe(false);
    expect(await newEvents(before)).toMatchObject(
      [{ action: "activated", trigger: "file", reason: "By hand", actor: "file" }]);
    expect((await deactivate(first, "Looked at it")).json.enabled).toBe(false);
    expect(existsSync(fileOf(first))).toBe(false);
    await until("nothing is held", async () =>
      (await status(second)).elsewhere.length === 0 || undefined);
    expect((await newEvents(before)).map((event) => [event.action, event.trigger]))
      .toStrictEqual([["resumed", "manual"], ["activated", "file"]]);
  });

  it("resumes when the file is taken away or says so, which is noted too", async () => {
    const before = (await history(first)).length;
    writeFileSync(fileOf(first), '{"enabled": true, "reason": "By hand again"}');
    await until("it is noted", async () => (await history(first)).length > before || undefined);
    writeFileSync(fileOf(first), '{"enabled": false}');
    await obeys(first, false);
    await until("its end is noted", async () => (await history(first)).length > before + 1 || undefined);
    expect((await history(first))[0]).toMatchObject({ action: "resumed", trigger: "file" });
  });

  it.each(["", "{", '{"enabled": tr', '{"enabled": "false"}', "[]", "null", "false",
    '{"enabled": false, "more": 1}', '{"reason": "x"}'])("halts when it holds %j", async (text) => {
    writeFileSync(fileOf(first), text);
    const now = await obeys(first, true);
    expect(now.reason).toContain("cannot be understood");
    expectProblem(await freshRun(first), "KILL_SWITCH_ACTIVE");
  });

  it("halts when it is no file, and a resume says that it cannot remove it", async () => {
    mkdirSync(fileOf(first));
    await obeys(first, true);
    const refused = await deactivate(first, "Go on");
    expectProblem(refused, "KILL_SWITCH_SOURCE_REMAINS");
    expect(refused.json.message).toContain(fileOf(first));
    expect((await status(first)).enabled).toBe(true);
  });
});

describe("a stored state that cannot be understood", () => {
  it.each(["DELETE FROM kill_switch", "UPDATE kill_switch SET trigger = 'unheard of'"])(
    "halts after %s", async (sql) => {
      await behindGuards(owner, "kill_switch", sql);
      for (const server of [first, second]) {
        expect((await obeys(server, true)).reason).toContain("cannot be understood");
        expectProblem(await freshRun(server), "KILL_SWITCH_ACTIVE");
      }
      expect((await deactivate(first, "Repaired")).status).toBe(200);
      expect((await freshRun(first)).status).toBe(200);
    });
});

describe("a switch in the environment", () => {
  it("cannot be resumed from here, and is in the history from its start to its end", async () => {
    const before = (await history(first)).length;
    const held = await startServer({ TODISCOPE_DATABASE_URL: database.url,
      KILL_SWITCH_ENABLED: "true", KILL_SWITCH_REASON: "Maintenance" });
    try {
      expect(await status(held)).toMatchObject({ enabled: true, reason: "Maintenance" });
      const refused = await deactivate(held, "Go on");
      expectProblem(refused, "KILL_SWITCH_SOURCE_REMAINS");
      expect(refused.json.message).toContain("KILL_SWITCH_ENABLED");
      expect((await status(held)).enabled).toBe(true);
      expect(await newEvents(before)).toMatchObject(
        [{ action: "activated", trigger: "environment", reason: "Maintenance" }]);
    } finally {
      await held.stop();
      removeDataDir(held.dataDir);
    }
    await until("its end is noted", async () => (await history(first)).length > before + 1 || undefined);
    expect((await newEvents(before)).map((event) => [event.action, event.trigger]))
      .toStrictEqual([["resumed", "environment"], ["activated", "environment"]]);
  });
});

describe("without a database", () => {
  async function killDatabase(): Promise<void> {
    const pid = Number(readFileSync(
      path.join(databaseDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(pid, "SIGQUIT");
    await until("the database has ended", () => {
      try {
        process.kill(pid, 0);
        return undefined;
      } catch {
        return true;
      }
    });
  }

  it("the file halts, an activation succeeds, and the database learns of it later", async () => {
    const port = Number(new URL(database.url).port);
    await killDatabase();
    // Nothing is known to be set: the database is what is missing.
    expectProblem(await freshRun(first), "DATABASE_UNAVAILABLE");
    const on = await activate(first, "The database is gone", { trigger: "month_guard" });
    expect([on.status, on.json.enabled]).toStrictEqual([200, true]);
    expect(on.json.sources[0]).toMatchObject({ source: "stored", enabled: false, known: false });
    expectProblem(await freshRun(first), "KILL_SWITCH_ACTIVE");
    expectProblem(await deactivate(first, "Go on"), "DATABASE_UNAVAILABLE");
    expect((await status(first)).enabled).toBe(true);

    database = await startEmbeddedDatabase(databaseDir, { port, restart: false });
    owner = await connect();
    expect(await obeys(second, true)).toMatchObject({ reason: "The database is gone" });
    expect((await history(second))[0]).toMatchObject({ action: "activated", trigger: "month_guard",
      reason: "The database is gone", actor: "token:admin", role: "ADMIN" });
    const audit = await owner.query("SELECT actor, request_id FROM audit_event WHERE reason = $1",
      ["The database is gone"]);
    expect(audit.rows).toStrictEqual([
      { actor: "token:admin", request_id: on.headers.get("x-request-id") }]);
    expect((await deactivate(second, "It is back")).json.enabled).toBe(false);
    await obeys(first, false);
  });
});
