import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLAG_NAMES } from "@/lib/contract/feature-flags";
import { api, type Answer, type Json } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";

// Two servers on one database; the environment of the second holds two flags.
let first: TestServer;
let second: TestServer;
let owner: pg.Client;

beforeAll(async () => {
  first = await startServer();
  second = await startServer({ TODISCOPE_DATABASE_URL: first.databaseUrl(),
    BINDING_APPROVALS: "on", AUTO_APPROVAL_MAX_NOTIONAL: "2500.5" });
  owner = await connect(first);
});
afterAll(async () => {
  await owner.end();
  await second.stop();
  await first.stop();
  for (const { dataDir } of [first, second]) removeDataDir(dataDir);
});

const change = (flag: string, how: string, body: Json = { reason: "A test" }, server = first) =>
  api(server, "POST", `/api/v3/feature-flags/${flag}/${how}`, { body });
const flagOf = async (server: TestServer, flag: string): Promise<Json> =>
  (await api(server, "GET", "/api/v3/feature-flags", { role: "READ" })).json.items
    .find((item: Json) => item.flag === flag);
const takes = (server: TestServer, flag: string, value: unknown): Promise<true> =>
  until(`${flag} is ${String(value)}`, async () =>
    (await flagOf(server, flag)).value === value || undefined, 5000);

describe("feature flags", () => {
  it("are those of API.md, with their defaults and what decides them", async () => {
    const { items } = (await api(first, "GET", "/api/v3/feature-flags")).json;
    expect(Object.fromEntries(items.map((item: Json) => [item.flag, item.value]))).toStrictEqual({
      STRICT_VALIDATION: true, AUTO_APPROVAL: false, AUTO_APPROVAL_MAX_NOTIONAL: 1000,
      BINDING_APPROVALS: false, NEW_POLICY_RULES: false, ENABLE_DASHBOARD: true,
      ENABLE_MCP_SERVER: true });
    for (const item of items) {
      expect(item).toMatchObject({ origin: "default", stored: null, environment: null });
      expect(item.description.length).toBeGreaterThan(20);
    }
    expect(await flagOf(second, "BINDING_APPROVALS")).toMatchObject(
      { value: true, origin: "environment", environment: true, default: false });
    expect(await flagOf(second, "AUTO_APPROVAL_MAX_NOTIONAL")).toMatchObject(
      { value: 2500.5, origin: "environment", type: "number" });
  });

  it("change in both servers without a restart, with an audit event, and can be forgotten", async () => {
    const on = await change("AUTO_APPROVAL", "enable", { reason: "Small ones only" });
    expect(on.json).toMatchObject({ value: true, origin: "stored", stored: true,
      reason: "Small ones only", updated_by: "token:admin" });
    await takes(second, "AUTO_APPROVAL", true);
    expect((await change("AUTO_APPROVAL", "disable")).json)
      .toMatchObject({ value: false, origin: "stored" });
    expect((await change("AUTO_APPROVAL", "reset")).json)
      .toMatchObject({ value: false, origin: "default", stored: null });
    await takes(second, "AUTO_APPROVAL", false);
    const { rows } = await owner.query(`SELECT actor, reason, before, after FROM audit_event
      WHERE type = 'feature_flag.changed' AND subject_id = 'AUTO_APPROVAL' ORDER BY created_at`);
    expect(rows.map((row) => [row.before.stored, row.after.stored]))
      .toStrictEqual([[null, true], [true, false], [false, null]]);
    expect(rows[0]).toMatchObject({ actor: "token:admin", reason: "Small ones only" });
  });

  it("that are numbers take numbers, and the environment wins over what is stored", async () => {
    const set = (value: unknown) =>
      change("AUTO_APPROVAL_MAX_NOTIONAL", "set", { value, reason: "Limit" });
    expect((await set(5000)).json).toMatchObject({ value: 5000, origin: "stored" });
    await until("the second server sees what is stored", async () =>
      (await flagOf(second, "AUTO_APPROVAL_MAX_NOTIONAL")).stored === 5000 || undefined);
    expect(await flagOf(second, "AUTO_APPROVAL_MAX_NOTIONAL"))
      .toMatchObject({ value: 2500.5, origin: "environment", stored: 5000 });
    for (const value of [true, -1, "5000", null, 1e300]) {
      expectProblem(await set(value), "REQUEST_BODY_INVALID");
    }
    expectProblem(await change("AUTO_APPROVAL_MAX_NOTIONAL", "enable"), "REQUEST_BODY_INVALID");
    expectProblem(await change("AUTO_APPROVAL", "set", { value: 1, reason: "x" }),
      "REQUEST_BODY_INVALID");
    expect((await flagOf(first, "AUTO_APPROVAL_MAX_NOTIONAL")).value).toBe(5000);
  });

  it("that do not exist are named, with those that do", async () => {
    for (const flag of ["STRICT", "strict_validation", "constructor", "%00"]) {
      for (const how of ["enable", "disable", "reset"]) {
        const answer = await change(flag, how);
        expectProblem(answer, "FLAG_NOT_FOUND");
        for (const name of FLAG_NAMES) expect(answer.json.message).toContain(name);
      }
    }
    expectProblem(await change("AUTO_APPROVAL", "enable", {}), "REQUEST_BODY_INVALID");
    expectProblem(await api(first, "POST", "/api/v3/feature-flags/AUTO_APPROVAL/enable",
      { role: "EXECUTE", body: { reason: "x" } }), "FORBIDDEN");
  });

  it("held by the environment are not stored over", async () => {
    const refused = await change("BINDING_APPROVALS", "disable", { reason: "x" }, second);
    expectProblem(refused, "HELD_BY_ENVIRONMENT");
    expect(refused.json.message).toContain("BINDING_APPROVALS is true");
    expect(await flagOf(second, "BINDING_APPROVALS")).toMatchObject({ value: true, stored: null });
  });

  it("ignore a stored value of another type", async () => {
    await owner.query(`INSERT INTO feature_flag (flag, value, reason, updated_by)
      VALUES ('NEW_POLICY_RULES', '"yes"', 'by hand', 'somebody'), ('UNKNOWN', 'true', 'x', 'x')`);
    await change("AUTO_APPROVAL", "reset"); // looks at the database anew
    expect(await flagOf(first, "NEW_POLICY_RULES")).toMatchObject(
      { value: false, origin: "default", stored: null });
  });
});

describe("STRICT_VALIDATION", () => {
  const create = (more: object): Promise<Answer> => api(first, "POST", "/api/v3/datasets?colour=red",
    { body: { name: "Strict", base_currency: "EUR", ...more } });

  it("refuses unknown members, and off leaves them out; what is wrong stays wrong", async () => {
    expectProblem(await create({ colour: "red" }), "REQUEST_BODY_INVALID");
    await change("STRICT_VALIDATION", "disable");
    const made = await create({ colour: "red" });
    expect(made.status).toBe(201);
    expect(made.json).not.toHaveProperty("colour");
    expectProblem(await create({ colour: "red", name: 5 }), "REQUEST_BODY_INVALID");
    expect((await api(first, "GET", "/api/v3/datasets?limit=1&colour=red")).status).toBe(200);
    expectProblem(await api(first, "GET", "/api/v3/datasets?limit=0&colour=red"),
      "PARAMETERS_INVALID");
    await change("STRICT_VALIDATION", "reset");
    expectProblem(await create({ colour: "red" }), "REQUEST_BODY_INVALID");
    expectProblem(await api(first, "GET", "/api/v3/datasets?colour=red"), "PARAMETERS_INVALID");
  });
});
