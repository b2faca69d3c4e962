import { describe, expect, it } from "vitest";
import { api, newDataset, sendTape, type Json } from "../support/api";
import { connect } from "../support/database";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const TAPE = `loan_id,borrower_name,E-Mail,principal
L1,Ana Xylanderø,ana@privacy.invalid,100
L2,Ana Xylanderø,second@privacy.invalid,200
L3,Bo Quistgaard,bo@privacy.invalid,300
L4,Bo Quistgaard;"cut,off,400,5`;
const RULES = { borrower_name: "mask", "E-Mail": "drop" };

const send = (dataset: string, privacy: Json = RULES, body = TAPE) => api(server, "POST",
  `/api/v3/datasets/${dataset}/versions?${new URLSearchParams({ source_name: "t.csv",
    mapping: JSON.stringify({ instrument_id: "loan_id", obligor_id: "borrower_name",
      principal: "principal" }), privacy: JSON.stringify(privacy) })}`,
  { raw: body, headers: { "content-type": "text/csv", prefer: "wait=30" } });
const rawsOf = async (version: string): Promise<Json[]> => (await api(server, "GET",
  `/api/v3/dataset-versions/${version}/records?kind=raw`)).json.items
  .filter((record: Json) => record.kind === "record").map((record: Json) => record.payload);

describe("columns about persons", () => {
  it("are recognised by a look at the tape", async () => {
    const { json } = await api(server, "POST", "/api/v3/tapes/preview",
      { raw: TAPE, headers: { "content-type": "text/csv" } });
    expect(json.personal).toStrictEqual(
      [{ column: "borrower_name", token: "name" }, { column: "E-Mail", token: "mail" }]);
  });

  it("are masked or dropped before anything is stored, and stay joinable", async () => {
    const dataset = await newDataset(server);
    const { json: version, status } = await send(dataset);
    expect(status).toBe(201);
    const raws = await rawsOf(version.dataset_version_id);
    const tokens = raws.map((raw) => raw.borrower_name);
    expect(tokens[0]).toMatch(/^px_[A-Za-z0-9_-]{20}$/);
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
    expect(raws.slice(0, 3).map((raw) => raw["E-Mail"])).toStrictEqual(["", "", ""]);
    const groups = (await api(server, "GET", `/api/v3/dataset-versions/${
      version.dataset_version_id}/exposure?group_by=obligor`)).json.groups;
    expect(groups.find((group: Json) => group.key.obligor === tokens[0]))
      .toMatchObject({ count: 2, total_outstanding: 300 });
    const later = (await send(dataset)).json.dataset_version_id;
    expect((await rawsOf(later))[0]?.borrower_name).toBe(tokens[0]);
    const other = (await send(await newDataset(server))).json.dataset_version_id;
    expect((await rawsOf(other))[0]?.borrower_name).not.toBe(tokens[0]);
  });

  it("leave nothing behind in any table, also of a damaged row", async () => {
    await send(await newDataset(server));
    const owner = await connect(server);
    const { rows: tables } = await owner.query<{ name: string }>(
      "SELECT quote_ident(table_name) AS name FROM information_schema.tables " +
      "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'");
    for (const { name } of tables) {
      const { rows: [found] } = await owner.query<{ count: number }>(`SELECT count(*)::int AS count
        FROM ${name} AS t WHERE t::text ILIKE ANY(ARRAY['%Xylanderø%', '%@privacy.invalid%', '%Bo Quistgaard%'])`);
      expect(found?.count, name).toBe(0);
    }
    await owner.end();
  });

  it("are named in the manifest, and remarked on where nobody decided", async () => {
    const dataset = await newDataset(server);
    const manifest = async (version: string): Promise<Json> => (await api(server, "GET",
      `/api/v3/dataset-versions/${version}/manifest`)).json;
    const decided = await manifest((await send(dataset)).json.dataset_version_id);
    expect(decided.reading).toMatchObject({ privacy: RULES, notes: [] });
    const open = await sendTape(server, "loan_id,email,principal\nL1,a@b.example,1");
    const { reading } = await manifest(open.json.dataset_version_id);
    expect(reading.notes).toStrictEqual([expect.stringContaining("'email' looks personal")]);
  });

  it("are hidden in JSON at any depth", async () => {
    const dataset = await newDataset(server);
    const { json } = await api(server, "POST", `/api/v3/datasets/${dataset}/versions?privacy=${
      encodeURIComponent('{"name":"mask","phone":"drop"}')}`, { headers: { prefer: "wait=30" },
      body: { records: [{ payload: { principal: 5, name: "Ana", contact: { phone: "1" } } }] } });
    const [raw] = await rawsOf(json.dataset_version_id);
    expect(raw).toMatchObject({ principal: 5, contact: {} });
    expect(raw?.name).toMatch(/^px_/);
  });

  it("are not left to a rule that is none", async () => {
    const dataset = await newDataset(server);
    for (const [rules, path] of [[{ borower_name: "mask" }, "privacy.borower_name"],
      [{ borrower_name: "hide" }, "privacy.borrower_name"], [["x"], "privacy"]] as const) {
      const { status, json } = await send(dataset, rules);
      expect(status).toBe(400);
      expect(json.errors[0].path).toBe(path);
    }
    expect((await api(server, "GET", `/api/v3/dataset-versions?dataset_id=${dataset}`)).json.items)
      .toStrictEqual([]);
  });
});
