import type pg from "pg";
import { expect, it } from "vitest";
import { api, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer, TOKENS } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

type Role = keyof typeof TOKENS;
const save = (body: object, role: Role = "READ"): Promise<Answer> =>
  api(server, "POST", "/api/v3/saved-views", { role, body });
const listed = async (role: Role, query = ""): Promise<Json[]> =>
  (await api(server, "GET", `/api/v3/saved-views${query}`, { role })).json.items;
const remove = (view: Json, role: Role): Promise<Answer> =>
  api(server, "DELETE", `/api/v3/saved-views/${view.saved_view_id}`, { role });

it("keeps views for oneself or for all, and lets nobody else remove them", async () => {
  const mine = await save({ name: " Mine ", path: "/runs", search: "dataset=a&signed=approved" });
  expect(mine.status, mine.text).toBe(201);
  expect(mine.json).toMatchObject({ name: "Mine", shared: false, own: true,
    search: "dataset=a&signed=approved" });
  const ours = await save({ name: "Ours", path: "/workbench", search: "", shared: true });
  expect((await listed("READ")).map(({ name }) => name)).toStrictEqual(["Ours", "Mine"]);
  expect((await listed("READ", "?path=/runs")).map(({ name }) => name)).toStrictEqual(["Mine"]);
  expect(await listed("ADMIN")).toMatchObject([{ name: "Ours", own: false }]);

  expectProblem(await remove(mine.json, "ADMIN"), "SAVED_VIEW_NOT_FOUND");
  expect((await remove(ours.json, "ADMIN")).status).toBe(200);
  expectProblem(await remove(ours.json, "READ"), "SAVED_VIEW_NOT_FOUND");
  const { rows } = await owner.query(`SELECT type, actor FROM audit_event
    WHERE type LIKE 'saved_view.%' ORDER BY created_at`);
  expect(rows.map(({ type }) => type)).toStrictEqual(
    ["saved_view.created", "saved_view.created", "saved_view.deleted"]);
});

it("refuses a name twice for a page, addresses of other sites, and what is no search", async () => {
  const view = { name: "Twice", path: "/runs", search: "" };
  const both = await Promise.all([save(view), save(view)]);
  expect(both.map(({ status }) => status).sort()).toStrictEqual([201, 409]);
  expect((await save({ ...view, path: "/workbench" })).status).toBe(201);
  for (const wrong of [{ path: "//evil.example" }, { path: "https://evil.example" },
    { path: "/runs?x=1" }, { search: "?a=b" }, { search: "a#b" }, { name: "  " },
    { search: "x".repeat(7001) }]) {
    expectProblem(await save({ ...view, name: "Wrong", ...wrong }), "REQUEST_BODY_INVALID");
  }
});
