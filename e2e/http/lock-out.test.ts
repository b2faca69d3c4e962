import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { signIn as signInOf } from "@/lib/service/access/sign-in";
import { api, type Json } from "../support/api";
import { connect } from "../support/database";
import { removeDataDir, startServer, type TestServer } from "../support/server";

const HERE = "198.51.100.7";
let server: TestServer;
let owner: pg.Client;
let signIn: typeof signInOf;
let close: () => Promise<void>;

// The pages' server signs in; its service is called here directly, as a second process beside the
// API, on the same database.
beforeAll(async () => {
  server = await startServer();
  owner = await connect(server);
  process.env.TODISCOPE_DATABASE_URL = server.databaseUrl();
  process.env.TODISCOPE_LOG_LEVEL = "error";
  ({ signIn } = await import("@/lib/service/access/sign-in"));
  ({ closeDatabase: close } = await import("@/lib/service/db/database"));
});
afterAll(async () => {
  await close();
  await owner.end();
  await server.stop();
  removeDataDir(server.dataDir);
});
beforeEach(() => owner.query("DELETE FROM sign_in_guard"));

let made = 0;
async function newUser(): Promise<{ id: string; email: string; password: string }> {
  const email = `locked${(made += 1)}@example.com`;
  const { json } = await api(server, "POST", "/api/v3/users",
    { body: { email, name: "Somebody", roles: ["READ"] } });
  return { id: json.user_id, email, password: json.one_time_password };
}

/** "accepted", "refused", or the seconds to wait. */
async function attempt(email: string, password: string, address = HERE): Promise<string | number> {
  try {
    const found = await signIn({ email, password },
      { address, userAgent: "a test", requestId: null, correlationId: null });
    return found ? "accepted" : "refused";
  } catch (error) {
    const { code, retryAfterS } = error as { code?: string; retryAfterS?: number };
    if (code !== "RATE_LIMITED") throw error;
    return retryAfterS ?? 0;
  }
}

const looked = (outcomes: (string | number)[]): number =>
  outcomes.filter((outcome) => typeof outcome === "string").length;
const eventsOf = async (email: string): Promise<string[]> => (await owner.query<{ type: string }>(
  "SELECT type FROM audit_event WHERE actor = $1 ORDER BY created_at", [email]))
  .rows.map((row) => row.type);
const endWaits = (): Promise<unknown> => owner.query(
  "UPDATE sign_in_guard SET blocked_until = now() WHERE blocked_until IS NOT NULL");
const userOf = async (id: string): Promise<Json> =>
  (await api(server, "GET", "/api/v3/users?limit=1000")).json.items
    .find((user: Json) => user.user_id === id);

describe("a thousand wrong passwords", () => {
  it.each(["at once", "one after the other"])("%s cost five looks and five events", async (how) => {
    const [victim, neighbour] = [await newUser(), await newUser()];
    const outcomes: (string | number)[] = [];
    const guess = async (): Promise<void> => {
      outcomes.push(await attempt(victim.email, "not this one"));
    };
    const guessing = (async () => {
      if (how === "at once") await Promise.all(Array.from({ length: 1000 }, guess));
      else for (let index = 0; index < 1000; index += 1) await guess();
    })();
    expect(await attempt(neighbour.email, neighbour.password), "others come in meanwhile")
      .toBe("accepted");
    await guessing;
    expect(outcomes).toHaveLength(1000);
    expect(looked(outcomes)).toBe(5);
    for (const outcome of outcomes) {
      if (typeof outcome === "number") expect(outcome).toSatisfy((s: number) => s >= 1 && s <= 30);
    }
    expect((await eventsOf(victim.email)).sort()).toStrictEqual(
      ["sign_in.locked", ...Array(4).fill("sign_in.refused")]);
    expect(await attempt(victim.email, victim.password), "the right one waits too")
      .toBeTypeOf("number");
    expect(await attempt(victim.email, victim.password, "203.0.113.9"), "not from elsewhere")
      .toBe("accepted");
  });
});

describe("waits", () => {
  it("double with every failure, and end with a right password", async () => {
    const user = await newUser();
    const waits: (string | number)[] = [];
    for (let failure = 1; failure <= 8; failure += 1) {
      expect(await attempt(user.email, "wrong")).toBe("refused");
      if (failure >= 5) waits.push(await attempt(user.email, "wrong"));
      await endWaits();
    }
    expect(waits).toStrictEqual([30, 60, 120, 240]);
    expect(await attempt(user.email, user.password)).toBe("accepted");
    expect((await owner.query("SELECT 1 FROM sign_in_guard WHERE account = $1", [user.email]))
      .rowCount).toBe(0);
    for (let failure = 1; failure <= 4; failure += 1) await attempt(user.email, "wrong");
    expect(await attempt(user.email, user.password)).toBe("accepted");
  });

  it("are forgotten after a day without a failure", async () => {
    const user = await newUser();
    for (let failure = 1; failure <= 4; failure += 1) await attempt(user.email, "wrong");
    await owner.query("UPDATE sign_in_guard SET last_failure_at = now() - interval '25 h'");
    expect(await attempt(user.email, "wrong")).toBe("refused");
    expect(await attempt(user.email, user.password)).toBe("accepted");
  });

  it("are the same for an account that does not exist", async () => {
    const outcomes = [];
    for (let failure = 1; failure <= 6; failure += 1) {
      outcomes.push(await attempt("nobody@example.com", "wrong"));
    }
    expect(outcomes).toStrictEqual([...Array(5).fill("refused"), 30]);
  });

  it("are shown to an administrator of another process, who ends them", async () => {
    const user = await newUser();
    for (let failure = 1; failure <= 5; failure += 1) await attempt(user.email, "wrong");
    expect(await userOf(user.id)).toMatchObject({ failed_sign_ins: 5,
      locked_until: expect.any(String) });
    expect(await attempt(user.email, user.password)).toBeTypeOf("number");
    const unlocked = await api(server, "POST", `/api/v3/users/${user.id}/unlock`);
    expect(unlocked.json).toMatchObject({ failed_sign_ins: 0, locked_until: null });
    expect(await attempt(user.email, user.password)).toBe("accepted");
    expect(await eventsOf("token:admin")).toContain("user.unlocked");
  });
});

describe("a stranger", () => {
  it("cannot shut somebody out of an address they are known at", async () => {
    const user = await newUser();
    expect(await attempt(user.email, user.password, "192.0.2.1")).toBe("accepted");
    for (let address = 1; address <= 50; address += 1) {
      await attempt(user.email, "wrong", `203.0.113.${address}`);
    }
    expect(await attempt(user.email, user.password, "203.0.113.200"), "from anywhere new")
      .toBeTypeOf("number");
    expect(await attempt(user.email, user.password, "192.0.2.1"), "from the usual place")
      .toBe("accepted");
  });

  it("cannot try one password on everybody from one address", async () => {
    const usual = await newUser();
    expect(await attempt(usual.email, usual.password)).toBe("accepted");
    const outcomes: (string | number)[] = [];
    for (let index = 0; index < 130; index += 1) {
      outcomes.push(await attempt(`sprayed${index}@example.com`, "Spring-2026"));
    }
    expect(looked(outcomes)).toBe(100);
    const newcomer = await newUser();
    expect(await attempt(newcomer.email, newcomer.password)).toBeTypeOf("number");
    expect(await attempt(newcomer.email, newcomer.password, "192.0.2.2")).toBe("accepted");
    expect(await attempt(usual.email, usual.password)).toBe("accepted");
  });

  it("learns nothing from strange input, and breaks nothing with it", async () => {
    for (const email of ["", "\0", "x".repeat(10_000), "a'; --", "😀@example.com"]) {
      expect(await attempt(email, "wrong", "192.0.2.77")).toBe("refused");
    }
    const user = await newUser();
    expect(await attempt(user.email, "x".repeat(100_000))).toBe("refused");
    expect(await attempt(` ${user.email.toUpperCase()} `, user.password)).toBe("accepted");
  });
});
