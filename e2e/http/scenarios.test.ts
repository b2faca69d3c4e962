import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { api, EXAMPLE, sealedVersion, STARTED_AT, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer, TOKENS } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

type Role = keyof typeof TOKENS;
const get = (path: string): Promise<Answer> => api(server, "GET", `/api/v3${path}`, { role: "READ" });
const post = (path: string, body: object, etag?: string, role: Role = "EXECUTE"): Promise<Answer> =>
  api(server, "POST", `/api/v3${path}`, { role, body,
    headers: etag === undefined ? {} : { "if-match": etag } });
const create = (scenario_id: string, more: object = {}): Promise<Answer> =>
  post("/scenarios", { scenario_id, name: `Name of ${scenario_id}`, ...more });
/** Does something to an entry as it is now. */
async function act(id: string, action: string, role: Role, body: object = {}): Promise<Answer> {
  const { json } = await get(`/scenarios/${id}`);
  return post(`/scenarios/${id}/${action}`, body, json.etag, role);
}
const audit = async (id: string): Promise<string[]> => (await owner.query(
  "SELECT type FROM audit_event WHERE subject_id = $1 ORDER BY created_at, audit_event_id", [id]))
  .rows.map((row: { type: string }) => row.type);

const SEGMENTS = [{ where: { country: ["FR", "DE"], sector: "CRE" },
  collateral_market_impact_pct: -0.35 }];

describe("a scenario of the library", () => {
  it("goes from draft to approved by two people, and each step stays", async () => {
    const made = await create("crash", { collateral_market_impact_pct: -0.2, tags: ["a", "a", "b"],
      segment_shocks: SEGMENTS, note: "Desk" });
    expect(made.status).toBe(201);
    const id = made.json.library_scenario_id as string;
    expect(made.headers.get("location")).toBe(`/api/v3/scenarios/${id}`);
    expect(made.json).toMatchObject({ scenario_id: "crash", approved_version: null,
      latest: { number: 1, state: "draft", tags: ["a", "b"], author: "token:execute", scenario: {
        scenario_id: "crash", description: "", collateral_market_impact_pct: -0.2,
        interest_rate_delta_pct: 0, segment_shocks: [{ where: { sector: "CRE",
          country: ["DE", "FR"] }, collateral_market_impact_pct: -0.35 }] } } });
    expectProblem(await act(id, "approve", "APPROVE"), "SCENARIO_STATE_CONFLICT");
    expect((await act(id, "submit", "EXECUTE")).json.latest.state).toBe("submitted");
    expectProblem(await act(id, "submit", "EXECUTE"), "SCENARIO_STATE_CONFLICT");
    expectProblem(await act(id, "approve", "EXECUTE"), "FORBIDDEN");
    const approved = await act(id, "approve", "APPROVE", { reason: "fits" });
    expect(approved.json).toMatchObject({ approved_version: 1, latest: { state: "approved",
      decisions: [{ state: "submitted", by: "token:execute" },
        { state: "approved", by: "token:approve", reason: "fits" }] } });

    const seen = (await get(`/scenarios/${id}`)).json;
    const second = await post(`/scenarios/${id}/versions`,
      { name: "Deeper", collateral_market_impact_pct: -0.3 }, seen.etag);
    expect(second.status).toBe(201);
    expect(second.json).toMatchObject({ approved_version: 1, latest: { number: 2, state: "draft" } });
    expect(second.json.latest.scenario).not.toHaveProperty("segment_shocks");
    expectProblem(await post(`/scenarios/${id}/versions`, { name: "Lost" }, seen.etag),
      "PRECONDITION_FAILED");
    await act(id, "submit", "EXECUTE");
    expect((await act(id, "approve", "APPROVE")).json.approved_version).toBe(2);
    const { items } = (await get(`/scenarios/${id}/versions`)).json;
    expect(items.map((item: Json) => [item.number, item.state]))
      .toStrictEqual([[2, "approved"], [1, "retired"]]);
    expect((await act(id, "retire", "APPROVE", { reason: "old" })).json)
      .toMatchObject({ approved_version: null, latest: { state: "retired" } });
    expect(await audit(id)).toStrictEqual(["scenario.created", "scenario.submitted",
      "scenario.approved", "scenario.version_created", "scenario.submitted", "scenario.approved",
      "scenario.retired"]);
  });

  it("is not approved by its author, nor twice by two who decide at once", async () => {
    const made = await api(server, "POST", "/api/v3/scenarios",
      { role: "ADMIN", body: { scenario_id: "own", name: "Own" } });
    const id = made.json.library_scenario_id as string;
    const { json } = await act(id, "submit", "EXECUTE");
    expectProblem(await post(`/scenarios/${id}/approve`, {}, json.etag, "ADMIN"),
      "SECOND_PERSON_REQUIRED");
    const both = await Promise.all([post(`/scenarios/${id}/approve`, {}, json.etag, "APPROVE"),
      post(`/scenarios/${id}/reject`, { reason: "no" }, json.etag, "APPROVE")]);
    expect(both.map(({ status }) => status).sort()).toStrictEqual([200, 412]);
    expect((await get(`/scenarios/${id}`)).json.latest.decisions).toHaveLength(2);
  });

  it("gives way while it waits, and comes back from the archive", async () => {
    const id = (await create("waits")).json.library_scenario_id as string;
    const submitted = (await act(id, "submit", "EXECUTE")).json;
    await post(`/scenarios/${id}/versions`, { name: "Newer" }, submitted.etag);
    const { items } = (await get(`/scenarios/${id}/versions`)).json;
    expect(items.map((item: Json) => item.state)).toStrictEqual(["draft", "retired"]);
    const archive = async (archived: boolean): Promise<Answer> =>
      api(server, "PATCH", `/api/v3/scenarios/${id}`, { role: "EXECUTE", body: { archived },
        headers: { "if-match": (await get(`/scenarios/${id}`)).json.etag } });
    expect((await archive(true)).json.archived_by).toBe("token:execute");
    const ids = async (query: string): Promise<string[]> =>
      (await get(`/scenarios?${query}`)).json.items.map((item: Json) => item.library_scenario_id);
    expect(await ids("q=waits")).not.toContain(id);
    expect(await ids("archived=true")).toContain(id);
    expectProblem(await act(id, "submit", "EXECUTE"), "SCENARIO_STATE_CONFLICT");
    expect((await archive(false)).json.archived_at).toBeNull();
    expect(await ids("q=waits")).toContain(id);
  });

  it.each([
    [{ collateral_market_impact_pct: -25 }, "collateral_market_impact_pct", /write -0.25 for -25 %/],
    [{ segment_shocks: [{ where: { planet: "Mars" }, default_risk_increment_pct: 0.1 }] },
      "segment_shocks[0].where.planet", /known members are asset_class/],
    [{ name: " " }, "name", /name is/],
    [{ scenario_id: "two words" }, "scenario_id", /letters A-Z/],
    [{ tags: ["x".repeat(41)] }, "tags.0", /tags.0/],
    [{ description: "x".repeat(501) }, "description", /500/],
    [{ shock: 1 }, "", /shock/],
  ])("is refused with the field and the rule: %j", async (more, path, words) => {
    const answer = await create("refused", more);
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors[0]).toMatchObject({ path, message: expect.stringMatching(words) });
    expect((await get("/scenarios?q=refused")).json.items).toStrictEqual([]);
  });

  it("has its id alone, also when two are made at once, and one key makes one", async () => {
    const both = await Promise.all([create("once"), create("once")]);
    expect(both.map(({ status }) => status).sort()).toStrictEqual([201, 409]);
    expectProblem(await create("once"), "SCENARIO_ID_TAKEN");
    const keyed = () => api(server, "POST", "/api/v3/scenarios", { role: "EXECUTE",
      body: { scenario_id: "keyed", name: "K" }, headers: { "idempotency-key": "scenario-1" } });
    const [first, again] = [await keyed(), await keyed()];
    expect(again.json).toStrictEqual(first.json);
  });

  it("is found by text, tag and state, page by page", async () => {
    for (const name of ["p1", "p2", "p3"]) await create(name, { tags: ["paged"] });
    const first = await get("/scenarios?tag=paged&limit=2");
    const rest = await get(`/scenarios?tag=paged&limit=2&cursor=${first.json.next_cursor}`);
    expect([...first.json.items, ...rest.json.items].map((item: Json) => item.scenario_id))
      .toStrictEqual(["p3", "p2", "p1"]);
    expect(rest.json.next_cursor).toBeNull();
    expect((await get("/scenarios?q=NAME%20OF%20P2")).json.items).toHaveLength(1);
    expect((await get("/scenarios?q=%25")).json.items).toStrictEqual([]);
    expect((await get("/scenarios?tag=paged&state=approved")).json.items).toStrictEqual([]);
    expectProblem(await get("/scenarios?state=done"), "PARAMETERS_INVALID");
  });

  it("runs as it stands in the library", async () => {
    const { json } = await create("runs", { default_risk_increment_pct: 0.02, description: "Said" });
    const version = await sealedVersion(server, EXAMPLE);
    const ran = await post("/engines/distressed-asset-debt-stress/run", {
      dataset_version_id: version, started_at: STARTED_AT, parameters: {
        include_default_scenarios: false, stress_scenarios: [json.latest.scenario] } });
    expect(ran.status).toBe(200);
    expect(ran.json.report.stress_tests[0]).toMatchObject(json.latest.scenario);
  });
});

describe("templates", () => {
  it("are cloned, with their origin in the note", async () => {
    const { items } = (await get("/scenarios/templates")).json;
    const sector = items.find((item: Json) => item.template_id === "template_sector_shock");
    expect(items).toHaveLength(8);
    const clone = await post("/scenarios/template_sector_shock/clone", { scenario_id: "my_sector" });
    expect(clone.json.latest).toMatchObject({ name: sector.name, tags: sector.tags,
      scenario: { ...sector.scenario, scenario_id: "my_sector" } });
    expect(clone.json.latest.note).toContain(sector.limits);
    const again = await post(`/scenarios/${clone.json.library_scenario_id}/clone`,
      { scenario_id: "my_sector_2", name: "Mine" });
    expect(again.json.latest).toMatchObject({ name: "Mine", number: 1, state: "draft" });
    expectProblem(await post("/scenarios/template_none/clone", { scenario_id: "x" }),
      "SCENARIO_NOT_FOUND");
    expectProblem(await post("/scenarios/template_mild/clone", { scenario_id: "my_sector" }),
      "SCENARIO_ID_TAKEN");
  });
});

describe("files of scenarios", () => {
  let file: Json;
  const entry = (index: number): Json => file.scenarios[index];
  beforeAll(async () => {
    const made = [await create("file_a", { segment_shocks: SEGMENTS, tags: ["f"] }),
      await create("file_b", { interest_rate_delta_pct: 2 })];
    const ids = made.map(({ json }) => json.library_scenario_id).join(",");
    file = (await get(`/scenarios/export?ids=${ids}`)).json;
  });
  const send = (body: Json, query = ""): Promise<Answer> => post(`/scenarios/import${query}`, body);

  it("hold what an import takes, and equal ones are left as they are", async () => {
    expect(file).toMatchObject({ format: "todiscope.scenarios", format_version: 1 });
    expect(entry(0)).toMatchObject({ scenario_id: "file_a", version: 1, state: "draft",
      segment_shocks: [{ collateral_market_impact_pct: -0.35 }] });
    const same = await send(file);
    expect(same.json.items.map((item: Json) => item.action)).toStrictEqual(["unchanged", "unchanged"]);
    const all = (await get("/scenarios/export")).json;
    expect((await send(all, "?dry_run=true")).json.items.every((item: Json) =>
      item.action === "unchanged")).toBe(true);
    expectProblem(await get("/scenarios/export?ids=nobody"), "SCENARIO_NOT_FOUND");
  });

  it("bring in new ones, and new versions where that is asked for", async () => {
    const changed = { ...file, scenarios: [{ ...entry(0), name: "Changed" },
      { ...entry(1), scenario_id: "file_new" }] };
    const trial = await send(changed, "?dry_run=true");
    expect(trial.json).toMatchObject({ dry_run: true, items: [
      { scenario_id: "file_a", action: "refused", number: 1, differences: ["name"] },
      { scenario_id: "file_new", action: "create", number: 1, library_scenario_id: null }] });
    const refused = await send(changed);
    expectProblem(refused, "SCENARIO_ID_TAKEN");
    expect(refused.json.errors).toStrictEqual([{ path: "scenarios.0.scenario_id",
      message: 'The library has "file_a" with another name' }]);
    expect((await get("/scenarios?q=file_new")).json.items).toStrictEqual([]);
    const taken = await send(changed, "?existing=new_version");
    expect(taken.json.items.map((item: Json) => [item.action, item.number]))
      .toStrictEqual([["new_version", 2], ["create", 1]]);
    expect((await get("/scenarios?q=file_new")).json.items[0].latest.state).toBe("draft");
  });

  it.each<[string, (of: Json) => Json, string, RegExp]>([
    ["a shock out of bounds", (of) => ({ ...of, default_risk_increment_pct: 3 }),
      "scenarios.1.default_risk_increment_pct", /write 0.03 for 3 %/],
    ["an unknown member", (of) => ({ ...of, haircut: 1 }), "scenarios.1", /haircut/],
    ["a wrong type", (of) => ({ ...of, name: 7 }), "scenarios.1.name", /is 7/],
    ["the same id twice", (of) => ({ ...of, scenario_id: "file_c" }),
      "scenarios.1.scenario_id", /scenarios.0 too/],
    ["a bad segment", (of) => ({ ...of, segment_shocks: [{ where: {} }] }),
      "scenarios.1.segment_shocks[0].where", /where is empty/],
  ])("with %s bring in nothing", async (_, change, path, words) => {
    const bad = { ...file, scenarios: [{ ...entry(0), scenario_id: "file_c" }, change(entry(1))] };
    const answer = await send(bad, "?existing=new_version");
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors[0]).toMatchObject({ path, message: expect.stringMatching(words) });
    expect((await get("/scenarios?q=file_c")).json.items).toStrictEqual([]);
  });

  it("of another format or of none are refused", async () => {
    for (const bad of [{ ...file, format_version: 2 }, { ...file, format: "x" },
      { ...file, scenarios: [] }, {}]) {
      expectProblem(await send(bad), "REQUEST_BODY_INVALID");
    }
  });
});

describe("macro mappings", () => {
  const MAPPING = { name: "Desk", variables: [{ id: "hpi", name: "House prices", unit: "%" }],
    coefficients: [{ shock: "collateral_market_impact_pct", variable: "hpi", coefficient: 0.01 }],
    note: "Credit desk, 2025" };

  it("are kept, edited as they were seen, audited and removed", async () => {
    const made = await post("/macro-mappings", MAPPING);
    expect(made.json).toMatchObject({ ...MAPPING, bounds: {}, dataset_id: null });
    const path = `/api/v3/macro-mappings/${made.json.macro_mapping_id}`;
    const edit = (etag: string, body: object): Promise<Answer> =>
      api(server, "PATCH", path, { role: "EXECUTE", body, headers: { "if-match": etag } });
    const edited = await edit(made.json.etag, { note: "Board" });
    expect(edited.json).toMatchObject({ ...MAPPING, note: "Board" });
    expectProblem(await edit(made.json.etag, { note: "Lost" }), "PRECONDITION_FAILED");
    const bad = await edit(edited.json.etag, { variables: [] });
    expectProblem(bad, "REQUEST_BODY_INVALID");
    expect(bad.json.message).toMatch(/coefficients.0.variable is "hpi"; known variables are none/);
    await api(server, "DELETE", path, { role: "EXECUTE" });
    expect(await audit(made.json.macro_mapping_id)).toStrictEqual(
      ["macro_mapping.created", "macro_mapping.updated", "macro_mapping.deleted"]);
  });

  it("are of one dataset or of all", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json } = await get(`/dataset-versions/${version}`);
    const own = await post("/macro-mappings", { ...MAPPING, dataset_id: json.dataset_id });
    const all = await post("/macro-mappings", MAPPING);
    const other = await sealedVersion(server, EXAMPLE);
    const otherDataset = (await get(`/dataset-versions/${other}`)).json.dataset_id;
    const ids = async (dataset: string): Promise<string[]> =>
      (await get(`/macro-mappings?dataset_id=${dataset}`)).json.items
        .map((item: Json) => item.macro_mapping_id);
    expect(await ids(json.dataset_id)).toContain(own.json.macro_mapping_id);
    expect(await ids(otherDataset)).toStrictEqual([all.json.macro_mapping_id]);
    expectProblem(await post("/macro-mappings", { ...MAPPING, note: " " }), "REQUEST_BODY_INVALID");
  });
});
