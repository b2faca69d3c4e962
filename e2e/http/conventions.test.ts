import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, newDataset, sendTape, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;

usingServer((up) => { ({ server, owner } = up); });

const get = (path: string): Promise<Answer> => api(server, "GET", `/api/v3${path}`);
const edit = (path: string, body: object, match?: string): Promise<Answer> =>
  api(server, "PATCH", `/api/v3${path}`,
    { body, headers: match === undefined ? {} : { "if-match": match } });

describe.each([
  { what: "a dataset", make: async () => `/datasets/${await newDataset(server)}`,
    bodies: [{ name: "First" }, { description: "Second" }, { name: "Third", description: null }] },
  { what: "a user", make: async () => {
    const { json } = await api(server, "POST", "/api/v3/users", { body: {
      email: `edited${Date.now()}@example.com`, name: "U", roles: ["READ"] } });
    return `/users/${json.user_id}`;
  }, bodies: [{ roles: ["INGEST"] }, { disabled: true }, { roles: ["AUDIT"], disabled: false }] },
  { what: "a mapping profile", make: async () => {
    const { json } = await api(server, "POST",
      `/api/v3/datasets/${await newDataset(server)}/mapping-profiles`,
      { body: { name: "First", mapping: { principal: "a" } } });
    return `/mapping-profiles/${json.mapping_profile_id}`;
  }, bodies: [{ mapping: { principal: { column: "b", negate: true } } }, { locale: "de" },
    { name: "Third", locale: null }] },
])("an edit of $what", ({ make, bodies }) => {
  it("names what it saw, and is refused when that has changed", async () => {
    const path = await make();
    const [first, second, third] = bodies as [object, object, object];
    const seen = await get(path);
    const tag = seen.json.etag;
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    const shown = seen.headers.get("etag") ?? "";
    expect(shown.slice(0, 33)).toBe(tag.slice(0, 33));
    expectProblem(await edit(path, first), "PRECONDITION_REQUIRED");
    expectProblem(await edit(path, first, '"0"'), "PRECONDITION_FAILED");
    // A weak tag never matches, nor does one without its quotes.
    expectProblem(await edit(path, first, `W/${tag}`), "PRECONDITION_FAILED");
    expectProblem(await edit(path, first, tag.slice(1, -1)), "PRECONDITION_FAILED");
    const edited = await edit(path, first, shown);
    expect(edited.status).toBe(200);
    expect(edited.headers.get("etag")).not.toBe(tag);
    const refused = await edit(path, second, tag);
    expectProblem(refused, "PRECONDITION_FAILED");
    expect(refused.headers.get("etag")).toBe(edited.headers.get("etag"));
    const { etag, ...content } = edited.json;
    expect((await get(path)).json).toStrictEqual({ ...content, etag });
    expect((await edit(path, second, `"x", ${etag}`)).status).toBe(200);
    expect((await edit(path, third, "*")).status).toBe(200);
  });

  it("is let through once when ten come with the same tag", async () => {
    const path = await make();
    const tag = (await get(path)).json.etag;
    const answers = await Promise.all(Array.from({ length: 10 }, () =>
      edit(path, bodies[0] as object, tag)));
    expect(answers.map((answer) => answer.status).sort())
      .toStrictEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });
});

describe("a reading of what can be edited", () => {
  it("is 304 without a body while the answer stands, and whole once anything in it moved", async () => {
    const path = `/api/v3/datasets/${await newDataset(server)}`;
    const first = await api(server, "GET", path);
    const tag = first.headers.get("etag") as string;
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(first.headers.get("vary")).toBe("authorization, cookie");
    const again = (match: string, way = {}) =>
      api(server, "GET", path, { headers: { "if-none-match": match }, ...way });
    const same = await again(tag);
    expect([same.status, same.text]).toStrictEqual([304, ""]);
    expect(same.headers.get("etag")).toBe(tag);
    expect(same.headers.get("content-type")).toBeNull();
    expect(same.headers.get("content-length")).toBeNull();
    expect((await again('"x"')).json).toStrictEqual(first.json);
    // Who may not read it learns nothing from a tag.
    expect((await again(tag, { role: null })).status).toBe(401);
    await api(server, "POST", `${path}/versions`, {
      body: { records: [{ payload: { principal: 5 } }] }, headers: { prefer: "wait=30" } });
    const moved = await again(tag);
    expect([moved.status, moved.json.versions]).toStrictEqual([200, 1]);
    expect(moved.json.etag).toBe(first.json.etag);
  });
});

describe.each([
  { what: "a flag", list: "/feature-flags", id: "flag", name: "AUTO_APPROVAL",
    on: "/feature-flags/AUTO_APPROVAL/enable", off: "/feature-flags/AUTO_APPROVAL/disable" },
  { what: "an engine", list: "/engine-registry", id: "engine_id",
    name: "engine_distressed_asset_debt_stress",
    on: "/engine-registry/engine_distressed_asset_debt_stress/disable",
    off: "/engine-registry/engine_distressed_asset_debt_stress/enable" },
])("a switch of $what", ({ list, id, name, on, off }) => {
  const change = (path: string, match?: string): Promise<Answer> =>
    api(server, "POST", `/api/v3${path}`, { body: { reason: "a test" },
      headers: match === undefined ? {} : { "if-match": match } });
  const seen = async (): Promise<string> =>
    (await get(list)).json.items.find((item: Json) => item[id] === name).etag;

  it("is refused when what it names has changed, and needs to name nothing", async () => {
    expect((await change(off)).status).toBe(200);
    const tag = await seen();
    expectProblem(await change(on, '"0"'), "PRECONDITION_FAILED");
    const changed = await change(on, tag);
    expect([changed.status, changed.headers.get("etag")]).toStrictEqual([200, changed.json.etag]);
    expect(changed.json.etag).not.toBe(tag);
    const refused = await change(off, tag);
    expectProblem(refused, "PRECONDITION_FAILED");
    expect(refused.headers.get("etag")).toBe(changed.json.etag);
    expect(await seen()).toBe(changed.json.etag);
    expect((await change(off)).status).toBe(200);
  });

  it("is let through once when ten come with the same tag", async () => {
    const tag = await seen();
    const answers = await Promise.all(Array.from({ length: 10 }, () => change(on, tag)));
    expect(answers.map((answer) => answer.status).sort())
      .toStrictEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect((await change(off)).status).toBe(200);
  });
});

describe("the tag of a dataset", () => {
  it("stays while versions come, and the edit is in the audit log", async () => {
    const id = await newDataset(server);
    const { etag } = (await get(`/datasets/${id}`)).json;
    await api(server, "POST", `/api/v3/datasets/${id}/versions`, {
      body: { records: [{ payload: { principal: 5 } }] }, headers: { prefer: "wait=30" } });
    expect((await get(`/datasets/${id}`)).json).toMatchObject({ etag, versions: 1 });
    expect((await edit(`/datasets/${id}`, { name: "Renamed" }, etag)).json.name).toBe("Renamed");
    const events = (await get("/audit?type=dataset.changed")).json.items;
    expect(events[0]).toMatchObject({ subject_id: id, actor: "token:admin",
      before: { name: "Test portfolio", description: null },
      after: { name: "Renamed", description: null } });
    expectProblem(await edit(`/datasets/${id}`, { base_currency: "USD" }, "*"),
      "REQUEST_BODY_INVALID");
    expectProblem(await edit(`/datasets/${id}`, { name: " " }, "*"), "REQUEST_BODY_INVALID");
  });
});

/** Follows the cursors of a list, doing something between its pages. */
async function walk(path: string, between: () => Promise<unknown>): Promise<Json[]> {
  const items: Json[] = [];
  const glue = path.includes("?") ? "&" : "?";
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Json = (await get(`${path}${glue}limit=2${cursor ? `&cursor=${cursor}` : ""}`)).json;
    items.push(...page.items ?? page.problems);
    cursor = page.next_cursor;
    if (items.length > 500) throw new Error(`${path} does not end`);
    await between();
  }
  return items;
}

describe("a list that is read page by page", () => {
  it("neither repeats nor hides what was there, while rows arrive", async () => {
    const there = await Promise.all(Array.from({ length: 9 }, () => newDataset(server)));
    // Rows of one millisecond are told apart by their id.
    await owner.query("UPDATE dataset SET created_at = (SELECT max(created_at) FROM dataset) " +
      "WHERE dataset_id = ANY($1)", [there.slice(0, 6)]);
    const before = (await get("/datasets?limit=1000")).json.items
      .map((item: Json) => item.dataset_id);
    const seen = (await walk("/datasets", () => newDataset(server)))
      .map((item) => item.dataset_id);
    expect(seen).toStrictEqual(before);
    for (const id of there) expect(seen).toContain(id);
  });

  it("keeps its order over ties and missing values, in both directions", async () => {
    const rows = ["L1,10,CRE,5", "L2,10,,", "L3,20,CRE,", "L4,10,RETAIL,5", "L5,30,,7", "L6,20,,5",
      "L7,10,CRE,", "L8,0.1,Ä,5"];
    const version = (await sendTape(server,
      `loan_id,principal,sector,days_past_due\n${rows.join("\n")}\n`)).json.dataset_version_id;
    for (const column of ["principal", "sector", "days_past_due", "interest_rate_pct",
      "dpd_bucket", "instrument_id", "row"]) {
      for (const sort of [column, `-${column}`]) {
        const path = `/dataset-versions/${version}/instruments?sort=${sort}`;
        const whole = (await get(`${path}&limit=1000`)).json.items;
        expect(whole, sort).toHaveLength(rows.length);
        expect(await walk(path, async () => undefined), sort).toStrictEqual(whole);
      }
    }
  });
});

describe("a cursor of another list", () => {
  it("is refused in words: other list, other filter, other order, damaged", async () => {
    await Promise.all([1, 2, 3].map(() => newDataset(server)));
    const tape = (principal: number) => sendTape(server,
      `loan_id,principal,sector\n1,${principal},A\n2,2,A\n3,3,A\n4,4,B\n`);
    const [a, b] = [await tape(1), await tape(2)].map((made) => made.json.dataset_version_id);
    const cursorOf = async (path: string): Promise<string> => (await get(path)).json.next_cursor;
    const datasets = await cursorOf("/datasets?limit=1");
    const instruments = await cursorOf(`/dataset-versions/${a}/instruments?limit=1&sector=A`);
    const refusals: [string, string][] = [
      [`/audit?cursor=${datasets}`, "another list"],
      [`/tokens?cursor=${datasets}`, "another list"],
      [`/dataset-versions?cursor=${datasets}`, "another list"],
      [`/dataset-versions/${b}/instruments?sector=A&cursor=${instruments}`, "another list"],
      [`/dataset-versions/${a}/instruments?sector=B&cursor=${instruments}`, "other filters"],
      [`/dataset-versions/${a}/instruments?cursor=${instruments}`, "other filters"],
      [`/dataset-versions/${a}/instruments?sector=A&sort=-row&cursor=${instruments}`, "order"],
      [`/datasets?cursor=${datasets}x`, "another list"],
      [`/datasets?cursor=x${datasets}`, "unchanged"],
      [`/datasets?cursor=${datasets.split(".")[0]}`, "not a cursor"],
      [`/datasets?cursor=${datasets}.${datasets}`, "not a cursor"],
    ];
    for (const [path, words] of refusals) {
      const answer = await get(path);
      expectProblem(answer, "PARAMETERS_INVALID");
      expect(answer.json.errors[0].path, path).toBe("cursor");
      expect(answer.json.message, path).toContain(words);
    }
    // The number of rows is no part of the list, nor is a filter that says what is the default.
    const next = await get(`/dataset-versions/${a}/instruments?sector=A&sort=row&limit=5&cursor=${instruments}`);
    expect(next.json.items.map((item: Json) => item.instrument_id)).toStrictEqual(["2", "3"]);
  });
});
