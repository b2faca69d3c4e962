import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "@/lib/contract/errors";
import { errorsOf, type Operation } from "@/lib/contract/operation";
import { operationNames, operations, type OperationName } from "@/lib/contract/operations";
import { ROLES, type Role } from "@/lib/contract/roles";
import { newWorld, sampleOf, send, type World } from "../support/matrix-world";
import { expectProblem } from "../support/problem";
import { provokerOf, reasonNotProvoked } from "../support/provokers";
import { TOKENS } from "../support/server";

/*
 * Every operation x every role x every declared error, from the operations table. A new operation
 * is in here by itself; where it needs a body or an id, give it a sample in matrix-world.ts, and a
 * provoker in provokers.ts for a code that no other has. What an operation answers without
 * declaring it fails in every test: see e2e/support/api.ts.
 */

let world: World;
beforeAll(async () => { world = await newWorld(); }, 240_000);
afterAll(() => world?.close());

const table = operationNames.map((name) => ({ name, entry: operations[name] as Operation }));
const guarded = table.filter(({ entry }) => entry.role !== "PUBLIC");

/** The roles of API.md, written down once more: ADMIN may all, AUDIT reads everything. */
const MAY: Record<Role, Role[]> = {
  READ: ["READ", "AUDIT", "ADMIN"], INGEST: ["INGEST", "ADMIN"], EXECUTE: ["EXECUTE", "ADMIN"],
  APPROVE: ["APPROVE", "ADMIN"], AUDIT: ["AUDIT", "ADMIN"], ADMIN: ["ADMIN"],
};

describe("roles", () => {
  it.each(guarded)("$name lets its role in and no other", async ({ name, entry }) => {
    for (const role of ROLES) {
      // Without a body: who is let in is refused for that, and nothing changes.
      const { path } = sampleOf(world, name);
      const answer = await send(world, name, entry.body && path ? { path } : {}, { role });
      const allowed = entry.role === "SIGNED_IN" || MAY[entry.role as Role].includes(role)
        || (entry.orRole !== undefined && MAY[entry.orRole].includes(role));
      if (allowed) expect(answer.json?.detail, role).not.toBe("FORBIDDEN");
      else expectProblem(answer, "FORBIDDEN");
    }
  });

  it.each(guarded)("$name asks who is there", async ({ name }) => {
    const nobody = await send(world, name, {}, { role: null });
    expectProblem(nobody, "AUTH_REQUIRED");
    expect(nobody.headers.get("www-authenticate")).toBe("Bearer");
    for (const authorization of ["Bearer unknown-token-0123456789", "Bearer", "Bearer ",
      "Basic YTpi", `bearer ${TOKENS.ADMIN} x`, TOKENS.ADMIN, `Bearer ${TOKENS.ADMIN.slice(0, -1)}`]) {
      expectProblem(await send(world, name, {}, { role: null, headers: { authorization } }),
        "AUTH_INVALID");
    }
  });

  it.each(table.filter(({ entry }) => entry.role === "PUBLIC"))(
    "$name is open to everybody", async ({ name }) => {
      expect((await send(world, name, {}, { role: null })).status).toBe(200);
    });
});

type Case = { name: OperationName; entry: Operation; code: ErrorCode };
const BROKEN = ["INTERNAL_ERROR", "DATABASE_UNAVAILABLE"];
const cases: Case[] = table.flatMap(({ name, entry }) => errorsOf(entry)
  .filter((code) => reasonNotProvoked(name, code) === null)
  .map((code) => ({ name, entry, code })));

describe("declared errors", () => {
  it.each(cases.filter(({ code }) => !BROKEN.includes(code)))(
    "$name: $code", async ({ name, entry, code }) => {
      const answer = await provokerOf(name, code)({ world, name, entry });
      if (!answer) throw new Error(`nothing provokes ${code} at ${name}: see provokers.ts`);
      expectProblem(answer, code);
    });
});

describe("with the database in disorder", () => {
  it("every operation that asks it answers INTERNAL_ERROR", async () => {
    await world.owner.query("ALTER SCHEMA public RENAME TO elsewhere");
    try {
      for (const { name } of cases.filter(({ code }) => code === "INTERNAL_ERROR")) {
        expectProblem(await send(world, name, {}, { cookie: world.cookie }), "INTERNAL_ERROR");
      }
    } finally {
      await world.owner.query("ALTER SCHEMA elsewhere RENAME TO public");
    }
  });
});

describe("with the database gone", () => {
  it("every operation that asks it answers DATABASE_UNAVAILABLE", async () => {
    await world.cut();
    const gone = cases.filter(({ code }) => code === "DATABASE_UNAVAILABLE");
    for (const { name, entry } of gone) {
      const way = entry.role === "PUBLIC" ? { role: null } : { cookie: world.limitedCookie };
      expectProblem(await send(world, name, {}, { server: world.limited, ...way }),
        "DATABASE_UNAVAILABLE");
    }
  });
});
