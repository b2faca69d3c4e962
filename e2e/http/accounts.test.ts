import pg from "pg";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import { api, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { sessionCookie } from "../support/session-cookie";
import { logged, until } from "../support/until";

/** Two processes on one database; roles need a second person in both. */
const databaseDir = newDataDir();
let database: EmbeddedDatabase;
let owner: pg.Client;
let here: TestServer;
let there: TestServer;

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir);
  const environment = { TODISCOPE_DATABASE_URL: database.url, ROLE_CHANGE_APPROVAL: "true",
    NEXTAUTH_SECRET: "a-secret-of-these-tests-only" };
  [here, there] = await Promise.all([startServer(environment), startServer(environment)]);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await Promise.all([here, there].map((each) => each.stop()));
  await database.stop();
  for (const folder of [databaseDir, here.dataDir, there.dataDir]) removeDataDir(folder);
});

type Person = { id: string; email: string; password: string; session: string; cookie: string };
let made = 0;

async function signedIn(userId: string): Promise<{ session: string; cookie: string }> {
  const session = randomUUID();
  return { session, cookie: await sessionCookie(here, owner, userId,
    { sessionId: session, secret: "a-secret-of-these-tests-only" }) };
}

/** Somebody with these roles who is signed in with a password of their own. */
async function person(...roles: string[]): Promise<Person> {
  const email = `person${(made += 1)}@example.com`;
  const { json } = await api(here, "POST", "/api/v3/users",
    { body: { email, name: "Some Person", roles: ["READ"] } });
  await owner.query(
    "UPDATE app_user SET must_change_password = false, roles = $2 WHERE user_id = $1",
    [json.user_id, roles]);
  return { id: json.user_id, email, password: json.one_time_password,
    ...await signedIn(json.user_id) };
}

const as = (
  { cookie }: { cookie: string }, method: string, path: string, body?: unknown, server = here,
): Promise<Answer> => api(server, method, `/api/v3${path}`, { role: null, body,
  headers: { cookie, "sec-fetch-site": "same-origin", "if-match": "*" } });

const events = async (subject: string): Promise<Json[]> => (await owner.query(
  `SELECT type, actor, reason, before, after, details FROM audit_event WHERE subject_id = $1
   ORDER BY created_at, audit_event_id`, [subject])).rows;

describe("sessions", () => {
  it("are listed to their owner, with the one that asks marked", async () => {
    const one = await person("READ");
    const other = await signedIn(one.id);
    const listed = await as(one, "GET", "/sessions");
    expect(listed.json.items.map((item: Json) => [item.session_id, item.current, item.active])
      .sort()).toStrictEqual(
      [[one.session, true, true], [other.session, false, true]].sort());
    expect(listed.json.items[0]).toMatchObject({ user_id: one.id, method: "password",
      address: "203.0.113.1", user_agent: "a test", ended_at: null, ended_by: null });
    const stranger = await person("READ", "AUDIT");
    expectProblem(await as(stranger, "GET", `/sessions?user_id=${one.id}`), "FORBIDDEN");
    expectProblem(await as(stranger, "DELETE", `/sessions?user_id=${one.id}`), "FORBIDDEN");
    expectProblem(await as(stranger, "DELETE", `/sessions/${one.session}`), "SESSION_NOT_FOUND");
    expect((await as(one, "GET", "/me")).status).toBe(200);
    expect((await api(here, "GET", `/api/v3/sessions?user_id=${one.id}`)).json.items)
      .toHaveLength(2);
    expect((await api(here, "GET", "/api/v3/sessions", { role: "READ" })).json.items)
      .toStrictEqual([]);
    for (const query of ["user_id=x", "active=maybe", "who=me"]) {
      expectProblem(await as(one, "GET", `/sessions?${query}`), "PARAMETERS_INVALID");
    }
  });

  it("end at once in every process when they are revoked", async () => {
    const one = await person("READ");
    const stolen = await signedIn(one.id);
    expect((await as(stolen, "GET", "/me", undefined, there)).status).toBe(200);
    const ended = await as(one, "DELETE", `/sessions/${stolen.session}`);
    expect(ended.json).toMatchObject({ active: false, ended_by: one.email });
    expectProblem(await as(stolen, "GET", "/me", undefined, there), "AUTH_REQUIRED");
    expectProblem(await as(stolen, "GET", "/me"), "AUTH_REQUIRED");
    expect((await as(one, "GET", "/me")).status).toBe(200);
    const again = await as(one, "DELETE", `/sessions/${stolen.session}`);
    expect(again.json.ended_at).toBe(ended.json.ended_at);
    expect((await events(stolen.session)).map((event) => event.type))
      .toStrictEqual(["session.ended"]);
    const left = await as(one, "GET", "/sessions?active=true");
    expect(left.json.items.map((item: Json) => item.session_id)).toStrictEqual([one.session]);
    const gone = await as(one, "GET", "/sessions?active=false");
    expect(gone.json.items.map((item: Json) => item.session_id)).toStrictEqual([stolen.session]);
  });

  it("of oneself end all but this one; an administrator ends all of somebody", async () => {
    const one = await person("READ");
    const others = [await signedIn(one.id), await signedIn(one.id)];
    expect((await as(one, "DELETE", "/sessions")).json).toStrictEqual({ ended: 2 });
    for (const other of others) expectProblem(await as(other, "GET", "/me"), "AUTH_REQUIRED");
    expect((await as(one, "GET", "/me")).status).toBe(200);
    const admin = await person("ADMIN");
    expect((await as(admin, "DELETE", `/sessions?user_id=${one.id}`)).json)
      .toStrictEqual({ ended: 1 });
    expectProblem(await as(one, "GET", "/me"), "AUTH_REQUIRED");
    expect((await events(one.id)).filter((event) => event.type === "session.all_ended")
      .map((event) => [event.actor, event.details])).toStrictEqual(
      [[one.email, { ended: 2 }], [admin.email, { ended: 1 }]]);
  });

  it("expire, whatever the cookie says, and belong to one user", async () => {
    const one = await person("READ");
    await owner.query(
      "UPDATE user_session SET expires_at = now() WHERE session_id = $1", [one.session]);
    expectProblem(await as(one, "GET", "/me"), "AUTH_REQUIRED");
    const two = await person("READ");
    await owner.query("UPDATE user_session SET user_id = $1 WHERE session_id = $2",
      [one.id, two.session]);
    expectProblem(await as(two, "GET", "/me"), "AUTH_REQUIRED");
  });

  it("note that they are used, once a minute", async () => {
    const one = await person("READ");
    const seen = async (): Promise<string> => (await owner.query<{ at: string }>(
      "SELECT last_seen_at::text AS at FROM user_session WHERE session_id = $1", [one.session]))
      .rows[0]!.at;
    const before = await seen();
    for (let use = 0; use < 5; use += 1) await as(one, "GET", "/me");
    expect(await seen()).toBe(before);
    await owner.query("UPDATE user_session SET last_seen_at = now() - interval '2 min'");
    await as(one, "GET", "/me");
    await until("the use is noted", async () => await seen() > before || undefined);
  });
});

describe("passwords", () => {
  const change = (who: Person, next: string, current = who.password): Promise<Answer> =>
    as(who, "POST", "/me/password", { current_password: current, new_password: next });

  it.each<[string, RegExp]>([
    ["short", /At least 12/], ["Password1234", /many people use/],
    ["SomePerson2026", /your name/], ["abababababab", /again and again/],
  ])("like %s are refused in words", async (next, why) => {
    const one = await person("READ");
    const answer = await change(one, next);
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors[0]).toMatchObject({ path: "new_password" });
    expect(answer.json.errors[0].message).toMatch(why);
    expect(answer.text).not.toContain(`"${next}"`);
    expect((await as(one, "GET", "/me")).status).toBe(200);
  });

  it("are not used again until five others came between", async () => {
    const one = await person("READ");
    const words = ["first", "second", "third", "fourth", "fifth", "sixth"]
      .map((word) => `the ${word} green kettle`);
    let current = one.password;
    for (const next of words) {
      Object.assign(one, await signedIn(one.id));
      expect((await change(one, next, current)).status, next).toBe(200);
      current = next;
    }
    for (const used of words.slice(1)) {
      Object.assign(one, await signedIn(one.id));
      const answer = await change(one, used, current);
      expectProblem(answer, "REQUEST_BODY_INVALID");
      expect(answer.json.errors[0].message).toBe("Not one of the last 5 passwords.");
    }
    expect((await change(one, words[0]!, current)).status).toBe(200);
    const stored = await owner.query<{ hashes: string[] }>(
      "SELECT previous_password_hashes AS hashes FROM app_user WHERE user_id = $1", [one.id]);
    expect(stored.rows[0]!.hashes).toHaveLength(5);
  });

  it("are reset by an administrator to one that is shown once", async () => {
    const one = await person("READ");
    const reset = await api(here, "POST", `/api/v3/users/${one.id}/password-reset`);
    expect(reset.json).toMatchObject({ user_id: one.id, must_change_password: true });
    expect(reset.json.one_time_password.length).toBeGreaterThanOrEqual(20);
    expectProblem(await as(one, "GET", "/me"), "AUTH_REQUIRED");
    Object.assign(one, await signedIn(one.id));
    expectProblem(await as(one, "GET", "/runs"), "PASSWORD_CHANGE_REQUIRED");
    expect((await change(one, "the old grey heron", reset.json.one_time_password)).status).toBe(200);
    const trail = await events(one.id);
    expect(trail.map((event) => event.type)).toStrictEqual(
      ["user.created", "user.password_reset", "user.password_changed"]);
    expect(JSON.stringify(trail)).not.toContain(reset.json.one_time_password);
    expect(here.output()).not.toContain(reset.json.one_time_password);
    expectProblem(await api(here, "POST", `/api/v3/users/${randomUUID()}/password-reset`),
      "USER_NOT_FOUND");
  });

  it("that are one-time bind only who signed in with them", async () => {
    const one = await person("READ");
    await owner.query("UPDATE app_user SET must_change_password = true WHERE user_id = $1", [one.id]);
    expectProblem(await as(one, "GET", "/runs"), "PASSWORD_CHANGE_REQUIRED");
    await owner.query("UPDATE user_session SET method = 'single_sign_on' WHERE session_id = $1",
      [one.session]);
    expect((await as(one, "GET", "/runs")).status).toBe(200);
  });
});

describe("a stolen token", () => {
  const newToken = async (body: object = {}): Promise<Json> => (await api(here, "POST",
    "/api/v3/tokens", { body: { name: "stolen", roles: ["READ"], ...body } })).json;
  const use = (secret: string, server: TestServer): Promise<Answer> =>
    api(server, "GET", "/api/v3/me", { token: secret });

  it("is refused in every process within a second of its end, and tried in vain loudly", async () => {
    const token = await newToken();
    for (const server of [here, there]) expect((await use(token.secret, server)).status).toBe(200);
    await api(here, "DELETE", `/api/v3/tokens/${token.token_id}`);
    const revokedAt = performance.now();
    expectProblem(await use(token.secret, here), "AUTH_INVALID");
    let lastUseMs = 0;
    await until("the other process refuses it", async () => {
      const startedAt = performance.now();
      if ((await use(token.secret, there)).status === 401) return true;
      lastUseMs = startedAt - revokedAt;
      return undefined;
    });
    expect(lastUseMs, "when it was accepted last").toBeLessThan(1000);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expectProblem(await use(token.secret, there), "AUTH_INVALID");
    }
    const refusals = await until("the refusals are written", async () => {
      const found = (await events(token.token_id)).filter((event) => event.type === "token.refused");
      return found.length >= 2 ? found : undefined;
    });
    expect(refusals.map((event) => [event.actor, event.reason])).toStrictEqual(
      [["token:stolen", "revoked"], ["token:stolen", "revoked"]]);
    expect(await logged(there, "TOKEN_REFUSED")).toContain(token.token_id);
    expect(there.output()).not.toContain(token.secret);
  });

  it("that has expired is the same", async () => {
    const token = await newToken();
    await owner.query("UPDATE api_token SET expires_at = now() WHERE token_id = $1", [token.token_id]);
    expectProblem(await use(token.secret, here), "AUTH_INVALID");
    await until("the refusal is written", async () => (await events(token.token_id))
      .some((event) => event.type === "token.refused" && event.reason === "expired") || undefined);
  });

  it("lives 90 days unless its maker says otherwise, and shows its last use", async () => {
    const days = (token: Json): number =>
      Math.round((Date.parse(token.expires_at) - Date.parse(token.created_at)) / 86_400_000);
    const token = await newToken();
    expect(days(token)).toBe(90);
    expect(days(await newToken({ expires_in_days: 365 }))).toBe(365);
    expect((await newToken({ expires_in_days: null })).expires_at).toBeNull();
    expect((await newToken({ expires_in_days: 366 })).detail).toBe("REQUEST_BODY_INVALID");
    expect(token.last_used_at).toBeNull();
    await use(token.secret, there);
    await until("the use is noted", async () => (await owner.query(
      "SELECT 1 FROM api_token WHERE token_id = $1 AND last_used_at IS NOT NULL",
      [token.token_id])).rowCount === 1 || undefined);
  });
});

describe("changes of roles with a second person", () => {
  const ask = (who: { cookie: string }, user: Person, roles: string[], more: object = {}) =>
    as(who, "PATCH", `/users/${user.id}`, { roles, reason: "She leads the desk now.", ...more });
  const decide = (who: { cookie: string }, change: Json, verb: string, reason = "Agreed.") =>
    as(who, "POST", `/role-changes/${change.role_change_id}/${verb}`, { reason });
  const rolesOf = async ({ id }: Person): Promise<string[]> =>
    (await owner.query<{ roles: string[] }>(
      "SELECT roles FROM app_user WHERE user_id = $1", [id])).rows[0]!.roles;

  it("wait until another administrator approves", async () => {
    const [asker, second, user] = [await person("ADMIN"), await person("ADMIN"),
      await person("READ")];
    const asked = await ask(asker, user, ["READ", "APPROVE"]);
    expect(asked.status).toBe(202);
    const change = asked.json.pending_role_change;
    expect(change).toMatchObject({ status: "pending", from: ["READ"], to: ["READ", "APPROVE"],
      requested_by: asker.email, reason: "She leads the desk now." });
    expect(await rolesOf(user)).toStrictEqual(["READ"]);
    expect((await as(user, "GET", "/me")).status, "nothing has changed yet").toBe(200);
    expectProblem(await ask(second, user, ["READ", "ADMIN"]), "ROLE_CHANGE_PENDING");
    expectProblem(await ask(second, user, ["READ", "INGEST"]), "ROLE_CHANGE_PENDING");
    expectProblem(await decide(asker, change, "approve"), "SECOND_PERSON_REQUIRED");
    expectProblem(await decide(user, change, "approve"), "FORBIDDEN");
    expectProblem(await api(here, "POST", `/api/v3/role-changes/${change.role_change_id}/approve`,
      { body: {} }), "SECOND_PERSON_REQUIRED");
    const approved = await decide(second, change, "approve");
    expect(approved.json).toMatchObject({ status: "approved", decided_by: second.email });
    expect(await rolesOf(user)).toStrictEqual(["READ", "APPROVE"]);
    expectProblem(await as(user, "GET", "/me"), "AUTH_REQUIRED");
    expectProblem(await decide(second, change, "approve"), "ROLE_CHANGE_CLOSED");
    expectProblem(await decide(second, change, "reject"), "ROLE_CHANGE_CLOSED");
    expect((await events(user.id)).slice(1).map((event) =>
      [event.type, event.actor, event.before, event.after])).toStrictEqual([
      ["role_change.requested", asker.email, { roles: ["READ"] }, { roles: ["READ", "APPROVE"] }],
      ["role_change.approved", second.email, { roles: ["READ"] }, { roles: ["READ", "APPROVE"] }]]);
  });

  it("are decided once, by nobody who is involved", async () => {
    const [asker, second, user] = [await person("ADMIN"), await person("ADMIN"),
      await person("ADMIN")];
    const { json: { pending_role_change: change } } = await ask(asker, user, ["READ"]);
    expectProblem(await decide(user, change, "approve"), "SECOND_PERSON_REQUIRED");
    expectProblem(await decide(user, change, "reject"), "SECOND_PERSON_REQUIRED");
    const answers = await Promise.all([decide(second, change, "approve"),
      decide(second, change, "reject"), decide(asker, change, "reject")]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.json.detail === "ROLE_CHANGE_CLOSED")).toHaveLength(2);
    expectProblem(await decide(second, { role_change_id: randomUUID() }, "approve"),
      "ROLE_CHANGE_NOT_FOUND");
    expectProblem(await decide(second, { role_change_id: "x" }, "approve"), "ROLE_CHANGE_NOT_FOUND");
  });

  it("that a token asked for are not approved by its maker", async () => {
    const [maker, second, user] = [await person("ADMIN"), await person("ADMIN"),
      await person("READ")];
    const { json: token } = await as(maker, "POST", "/tokens", { name: "script", roles: ["ADMIN"] });
    const asked = await api(here, "PATCH", `/api/v3/users/${user.id}`, { token: token.secret,
      body: { roles: ["ADMIN"], reason: "By a script." }, headers: { "if-match": "*" } });
    const change = asked.json.pending_role_change;
    expectProblem(await decide(maker, change, "approve"), "SECOND_PERSON_REQUIRED");
    expect((await decide(second, change, "approve")).status).toBe(200);
  });

  it("are not approved under a password that the asker just gave out", async () => {
    const [asker, puppet, user] = [await person("ADMIN"), await person("ADMIN"),
      await person("READ")];
    const { json: { pending_role_change: change } } = await ask(asker, user, ["ADMIN"]);
    await as(asker, "POST", `/users/${puppet.id}/password-reset`);
    await owner.query("UPDATE app_user SET must_change_password = false WHERE user_id = $1",
      [puppet.id]);
    Object.assign(puppet, await signedIn(puppet.id));
    expectProblem(await decide(puppet, change, "approve"), "SECOND_PERSON_REQUIRED");
    await owner.query("UPDATE app_user SET password_reset_at = now() - interval '25 h' " +
      "WHERE user_id = $1", [puppet.id]);
    expect((await decide(puppet, change, "approve")).status).toBe(200);
  });

  it("are withdrawn, rejected, and expire", async () => {
    const [asker, second, user] = [await person("ADMIN"), await person("ADMIN"),
      await person("READ")];
    const first = (await ask(asker, user, ["ADMIN"])).json.pending_role_change;
    expect((await decide(asker, first, "reject")).json.status).toBe("withdrawn");
    const next = (await ask(asker, user, ["ADMIN"])).json.pending_role_change;
    expect((await decide(second, next, "reject", "Not yet.")).json).toMatchObject(
      { status: "rejected", decision_reason: "Not yet." });
    const last = (await ask(asker, user, ["ADMIN"])).json.pending_role_change;
    await owner.query("UPDATE role_change SET expires_at = now() WHERE role_change_id = $1",
      [last.role_change_id]);
    expectProblem(await decide(second, last, "approve"), "ROLE_CHANGE_CLOSED");
    const listed = await as(second, "GET", "/role-changes?status=expired");
    expect(listed.json.items.map((item: Json) => item.role_change_id))
      .toContain(last.role_change_id);
    expect((await ask(asker, user, ["READ", "AUDIT"])).status, "a plain change needs nobody")
      .toBe(200);
    expect(await rolesOf(user)).toStrictEqual(["READ", "AUDIT"]);
  });

  it("need a reason, and no less for a user who is new", async () => {
    const [asker, user] = [await person("ADMIN"), await person("READ")];
    const answer = await as(asker, "PATCH", `/users/${user.id}`, { roles: ["ADMIN"] });
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors[0].path).toBe("reason");
    const created = await as(asker, "POST", "/users",
      { email: `new${(made += 1)}@example.com`, name: "New", roles: ["EXECUTE", "ADMIN"] });
    expect(created.json).toMatchObject({ roles: ["EXECUTE"],
      pending_role_change: { to: ["EXECUTE", "ADMIN"], status: "pending" } });
  });

  it("break the glass only when there is no second administrator, and loudly", async () => {
    const [only, user] = [await person("ADMIN"), await person("READ")];
    const second = await person("ADMIN");
    const broken = { break_glass: true, reason: "Nobody else is left." };
    expectProblem(await ask(only, user, ["ADMIN"], broken), "SECOND_PERSON_REQUIRED");
    await owner.query("UPDATE app_user SET disabled_at = now() - interval '2 days' " +
      "WHERE 'ADMIN' = ANY(roles) AND user_id NOT IN ($1, $2)", [only.id, second.id]);
    expect((await as(only, "PATCH", `/users/${second.id}`, { disabled: true })).status).toBe(200);
    const soon = await ask(only, user, ["ADMIN"], broken);
    expectProblem(soon, "SECOND_PERSON_REQUIRED");
    expect(soon.json.message).toContain("24 hours");
    await owner.query("UPDATE app_user SET disabled_at = now() - interval '25 h' WHERE user_id = $1",
      [second.id]);
    expectProblem(await api(here, "PATCH", `/api/v3/users/${user.id}`,
      { body: { roles: ["ADMIN"], ...broken }, headers: { "if-match": "*" } }),
    "SECOND_PERSON_REQUIRED");
    expect((await ask(only, user, ["READ", "ADMIN"], broken)).status).toBe(200);
    expect(await rolesOf(user)).toStrictEqual(["READ", "ADMIN"]);
    expect((await events(user.id)).find((event) => event.type === "role_change.break_glass"))
      .toMatchObject({ actor: only.email, reason: "Nobody else is left.",
        before: { roles: ["READ"] }, after: { roles: ["READ", "ADMIN"] } });
    expect(JSON.parse(await logged(here, "BREAK_GLASS"))).toMatchObject(
      { level: 40, by: only.email, user_id: user.id });
    const listed = await as(only, "GET", "/role-changes?status=break_glass");
    expect(listed.json.items).toHaveLength(1);
    expect(listed.json.items[0]).toMatchObject({ email: user.email, decided_by: only.email });
  });
});
