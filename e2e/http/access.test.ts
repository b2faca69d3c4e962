import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, RUN_PATH, sealedVersion, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { newDataDir, TOKENS, type TestServer } from "../support/server";
import { sessionCookie } from "../support/session-cookie";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;

// A first start, which prints the first password.
usingServer((up) => { ({ server, owner } = up); }, {}, newDataDir());

const createToken = (body: object): Promise<Answer> =>
  api(server, "POST", "/api/v3/tokens", { body });
const me = (token: string): Promise<Answer> => api(server, "GET", "/api/v3/me", { token });

describe("tokens", () => {
  it("are shown once, kept as a hash and work with their roles", async () => {
    const made = await createToken({ name: "pipeline", roles: ["EXECUTE", "READ"], expires_in_days: 1 });
    expect(made.status).toBe(201);
    expect(made.json.secret).toMatch(/^tds_[A-Za-z0-9_-]{43}$/);
    expect(made.json).toMatchObject({ name: "pipeline", roles: ["READ", "EXECUTE"],
      created_by: "token:admin", revoked_at: null });
    const listed = await api(server, "GET", "/api/v3/tokens?limit=1000");
    expect(listed.text).not.toContain(made.json.secret);
    expect(listed.json.items[0].token_id).toBe(made.json.token_id);
    const stored = await owner.query("SELECT to_jsonb(t)::text AS text FROM api_token t");
    expect(stored.rows.map((row) => row.text).join()).not.toContain(made.json.secret);
    expect((await me(made.json.secret)).json).toMatchObject({ kind: "token", name: "token:pipeline" });
    const version = await sealedVersion(server, EXAMPLE);
    const answer = await api(server, "POST", RUN_PATH, { token: made.json.secret,
      body: { dataset_version_id: version, started_at: "2025-01-01T00:00:00Z" } });
    const recorded = await api(server, "GET", `/api/v3/runs/${answer.json.run_id}`);
    expect(recorded.json.recorded_by).toBe("token:pipeline");
    expectProblem(await api(server, "POST", "/api/v3/datasets", { token: made.json.secret }), "FORBIDDEN");
  });

  it("end at once when they are revoked, and stay revoked", async () => {
    const { json } = await createToken({ name: "short", roles: ["READ"] });
    expect((await me(json.secret)).status).toBe(200);
    const revoked = await api(server, "DELETE", `/api/v3/tokens/${json.token_id}`);
    expect(Date.parse(revoked.json.revoked_at)).not.toBeNaN();
    expectProblem(await me(json.secret), "AUTH_INVALID");
    const again = await api(server, "DELETE", `/api/v3/tokens/${json.token_id}`);
    expect(again.json.revoked_at).toBe(revoked.json.revoked_at);
    const events = (await api(server, "GET", "/api/v3/audit?type=token.revoked")).json.items;
    expect(events.filter((event: Json) => event.subject_id === json.token_id)).toHaveLength(1);
  });

  it("are refused after their expiry", async () => {
    const { json } = await createToken({ name: "expiring", roles: ["READ"], expires_in_days: 1 });
    expect(Date.parse(json.expires_at) - Date.parse(json.created_at)).toBeGreaterThan(86_000_000);
    expect((await me(json.secret)).status).toBe(200);
    await owner.query("UPDATE api_token SET expires_at = now() - interval '1 s' WHERE token_id = $1",
      [json.token_id]);
    await until("the token has expired", async () => (await me(json.secret)).status === 401 || undefined);
  });

  it.each<[string, object]>([
    ["no name", { roles: ["READ"] }], ["no role", { name: "x", roles: [] }],
    ["an unknown role", { name: "x", roles: ["ROOT"] }], ["an expiry of 0", { name: "x", roles: ["READ"],
      expires_in_days: 0 }], ["a secret of one's own", { name: "x", roles: ["READ"], secret: "x" }],
    ["an expiry of 20 years", { name: "x", roles: ["READ"], expires_in_days: 7300 }],
  ])("cannot be made with %s", async (_, body) => {
    expectProblem(await createToken(body), "REQUEST_BODY_INVALID");
  });

  it("of the environment work and are in no list", async () => {
    expect((await me(TOKENS.AUDIT)).json).toMatchObject({ name: "token:audit", roles: ["AUDIT"] });
    const listed = await api(server, "GET", "/api/v3/tokens?limit=1000");
    expect(listed.json.items.map((item: Json) => item.name)).not.toContain("audit");
    expectProblem(await api(server, "POST", "/api/v3/me/password",
      { body: { current_password: "x", new_password: "a long enough password" } }), "AUTH_INVALID");
  });
});

const cookieOf = (userId: string): Promise<string> => sessionCookie(server, owner, userId);

type Visit = { body?: unknown; headers?: Record<string, string> };
const visit = (
  cookie: string, method: string, address: string, options: Visit = {},
): Promise<Answer> =>
  api(server, method, address, { role: null, body: options.body,
    headers: { cookie, "sec-fetch-site": "same-origin", ...options.headers } });

let made = 0;
type NewUser = { id: string; password: string; cookie: string; email: string };
async function newUser(roles: string[]): Promise<NewUser> {
  made += 1;
  const email = `user${made}@example.com`;
  const { json } = await api(server, "POST", "/api/v3/users",
    { body: { email: email.toUpperCase(), name: "A User", roles } });
  return { id: json.user_id, password: json.one_time_password, email,
    cookie: await cookieOf(json.user_id) };
}

const changePassword = (cookie: string, current: string, next: string): Promise<Answer> =>
  visit(cookie, "POST", "/api/v3/me/password", { body: { current_password: current, new_password: next } });

describe("users", () => {
  it("get a one-time password that is shown once and kept as a hash", async () => {
    const user = await newUser(["READ"]);
    expect(user.password.length).toBeGreaterThanOrEqual(20);
    const stored = await owner.query("SELECT email, password_hash FROM app_user WHERE user_id = $1", [user.id]);
    expect(stored.rows[0].email).toBe(user.email);
    expect(stored.rows[0].password_hash).toMatch(/^\$argon2id\$/);
    expect((await api(server, "GET", "/api/v3/users")).text).not.toContain(user.password);
    expectProblem(await api(server, "POST", "/api/v3/users",
      { body: { email: user.email, name: "Again", roles: ["READ"] } }), "EMAIL_TAKEN");
  });

  it("change it before anything else", async () => {
    const user = await newUser(["ADMIN"]);
    expect((await visit(user.cookie, "GET", "/api/v3/me")).json).toStrictEqual({ kind: "user",
      name: user.email, roles: ["ADMIN"], must_change_password: true });
    for (const [method, address] of [["GET", "/api/v3/runs"], ["POST", "/api/v3/datasets"],
      ["GET", "/api/v3/tokens"]] as const) {
      expectProblem(await visit(user.cookie, method, address), "PASSWORD_CHANGE_REQUIRED");
    }
    expectProblem(await changePassword(user.cookie, "wrong", "a long enough password"), "AUTH_INVALID");
    expectProblem(await changePassword(user.cookie, user.password, user.password), "REQUEST_BODY_INVALID");
    const short = await changePassword(user.cookie, user.password, "short");
    expectProblem(short, "REQUEST_BODY_INVALID");
    expect(short.text).not.toContain("\"short\"");
    expect((await changePassword(user.cookie, user.password, "a long enough password")).json)
      .toStrictEqual({ changed: true });
    expectProblem(await visit(user.cookie, "GET", "/api/v3/me"), "AUTH_REQUIRED");
    const cookie = await cookieOf(user.id);
    expect((await visit(cookie, "GET", "/api/v3/runs")).status).toBe(200);
  });

  it("may try a password a few times only", async () => {
    const user = await newUser(["READ"]);
    const tries = await Promise.all(Array.from({ length: 12 }, () =>
      changePassword(user.cookie, "wrong", "a long enough password")));
    expect(tries.filter((answer) => answer.json.detail === "RATE_LIMITED")).toHaveLength(7);
    expectProblem(tries.find((answer) => answer.status === 429) as Answer, "RATE_LIMITED");
  });

  it("are signed out when their roles change or they are disabled", async () => {
    const user = await newUser(["READ"]);
    await owner.query("UPDATE app_user SET must_change_password = false WHERE user_id = $1", [user.id]);
    expect((await visit(user.cookie, "GET", "/api/v3/runs")).status).toBe(200);
    const changed = await api(server, "PATCH", `/api/v3/users/${user.id}`, {
      body: { roles: ["AUDIT"] }, headers: { "if-match": "*" } });
    expect(changed.json.roles).toStrictEqual(["AUDIT"]);
    expectProblem(await visit(user.cookie, "GET", "/api/v3/runs"), "AUTH_REQUIRED");
    const cookie = await cookieOf(user.id);
    expect((await visit(cookie, "GET", "/api/v3/audit")).status).toBe(200);
    await api(server, "PATCH", `/api/v3/users/${user.id}`,
      { body: { disabled: true }, headers: { "if-match": "*" } });
    expectProblem(await visit(await cookieOf(user.id), "GET", "/api/v3/me"), "AUTH_REQUIRED");
  });

  it("change state from our own pages only", async () => {
    const user = await newUser(["INGEST"]);
    await owner.query("UPDATE app_user SET must_change_password = false WHERE user_id = $1", [user.id]);
    const create = (headers: Record<string, string>): Promise<Answer> => api(server, "POST",
      "/api/v3/datasets", { role: null, body: { name: "x", base_currency: "EUR" },
        headers: { cookie: user.cookie, ...headers } });
    for (const headers of [{}, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" }, { origin: "https://evil.example" }, { origin: "null" },
      { "sec-fetch-site": "cross-site", origin: server.url }]) {
      expectProblem(await create(headers as Record<string, string>), "ORIGIN_FORBIDDEN");
    }
    expect((await create({ "sec-fetch-site": "same-origin" })).status).toBe(201);
    expect((await create({ origin: server.url })).status).toBe(201);
    expectProblem(await api(server, "GET", "/api/v3/runs", { role: null,
      headers: { cookie: user.cookie, "sec-fetch-site": "cross-site" } }), "FORBIDDEN");
  });

  it("cannot take the last administrator away, whoever asks and how often", async () => {
    const users = (await api(server, "GET", "/api/v3/users?limit=1000")).json.items;
    const administrators = users.filter((user: Json) => user.roles.includes("ADMIN") && !user.disabled);
    const answers = await Promise.all(administrators.map((user: Json, index: number) =>
      api(server, "PATCH", `/api/v3/users/${user.user_id}`,
        { body: index % 2 ? { disabled: true } : { roles: ["READ"] },
          headers: { "if-match": user.etag } })));
    const accepted = answers.filter((answer) => answer.status === 200);
    expect(accepted).toHaveLength(administrators.length - 1);
    expectProblem(answers.find((answer) => answer.status !== 200) as Answer, "LAST_ADMINISTRATOR");
    const left = await owner.query("SELECT 1 FROM app_user WHERE 'ADMIN' = ANY(roles) AND disabled_at IS NULL");
    expect(left.rows).toHaveLength(1);
  });

  it("leave their changes in the audit log, and no password in any log", async () => {
    const user = await newUser(["READ"]);
    await api(server, "PATCH", `/api/v3/users/${user.id}`,
      { body: { disabled: true }, headers: { "if-match": "*" } });
    const events = (await api(server, "GET", "/api/v3/audit?limit=1000", { role: "AUDIT" })).json.items;
    const types = events.filter((event: Json) => event.subject_id === user.id)
      .map((event: Json) => event.type);
    expect(types).toStrictEqual(["user.changed", "user.created"]);
    expect(JSON.stringify(events)).not.toContain(user.password);
    expect(server.output()).not.toContain(user.password);
    for (const secret of Object.values(TOKENS)) expect(server.output()).not.toContain(secret);
  });

  it("the first administrator has the one-time password that the first start printed", async () => {
    const found = await owner.query("SELECT user_id FROM app_user WHERE email = 'admin@todiscope.local'");
    await owner.query("UPDATE app_user SET disabled_at = NULL WHERE user_id = $1", [found.rows[0].user_id]);
    const cookie = await cookieOf(found.rows[0].user_id);
    expect((await visit(cookie, "GET", "/api/v3/me")).json.must_change_password).toBe(true);
    expect((await changePassword(cookie, server.oneTimePassword(), "a long enough password")).status).toBe(200);
    expect((await run(server, await sealedVersion(server, EXAMPLE))).status).toBe(200);
  });
});
