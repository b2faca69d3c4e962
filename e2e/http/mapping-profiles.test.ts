import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { api, newDataset, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let dataset: string;
usingServer((up) => { ({ server } = up); });
beforeAll(async () => { dataset = await newDataset(server); });

const CSV = { "content-type": "text/csv", prefer: "wait=30" };
const TAPE = "Nr;Art;Rest;Zins;Gesichert\nA1;HYP-9;1.000,50;0,10;-700,00\n"
  + "A2;KON-1;2.000,00;0,20;-1,00\nA3;HYP-7;;;0,00\n";
const MAPPING = {
  instrument_id: "Nr", principal: { sum: ["Rest", "Zins"] },
  collateral_value: { column: "Gesichert", negate: true },
  asset_class: { column: "Art", first: 3, map: { HYP: "Mortgage", KON: null } },
  interest_rate_pct: { constant: 5 }, currency: { constant: "EUR" },
};
const profiles = (): string => `/api/v3/datasets/${dataset}/mapping-profiles`;
const save = (body: object): Promise<Answer> => api(server, "POST", profiles(), { body });
const send = (raw: string, query: string, id = dataset): Promise<Answer> =>
  api(server, "POST", `/api/v3/datasets/${id}/versions${query}`, { raw, headers: CSV });
const recordsOf = async ({ json }: Answer): Promise<Json[]> =>
  (await api(server, "GET", `/api/v3/dataset-versions/${json.dataset_version_id}/records`))
    .json.items.filter((item: Json) => item.kind === "instrument")
    .map((item: Json) => item.payload);

describe("a saved mapping", () => {
  it("is used by name or id, with its locale, and derives what the columns do not hold", async () => {
    const saved = await save({ name: "Hausbank", mapping: MAPPING, locale: "de" });
    expect(saved.json).toMatchObject({ name: "Hausbank", mapping: MAPPING, locale: "de",
      columns: ["Art", "Gesichert", "Nr", "Rest", "Zins"] });
    const byName = await send(TAPE, "?profile=Hausbank");
    expect(byName.json.counts).toMatchObject({ raw: 3, normalized: 2, rejected: 1 });
    expect(byName.json.consolidated).toMatchObject(
      { total_outstanding: 3000.8, collateral_value: 701 });
    expect(await recordsOf(byName)).toMatchObject([
      { instrument_id: "A1", principal: 1000.6, collateral_value: 700, asset_class: "Mortgage",
        interest_rate_pct: 5 },
      { instrument_id: "A2", principal: 2000.2, collateral_value: 1 }]);
    expect((await recordsOf(byName))[1]).not.toHaveProperty("asset_class");
    const byId = await send(TAPE, `?profile=${saved.json.mapping_profile_id}`);
    expect(byId.json.content_hash).toBe(byName.json.content_hash);
    const asMapping = await send(TAPE,
      `?locale=de&mapping=${encodeURIComponent(JSON.stringify(MAPPING))}`);
    expect(asMapping.json.content_hash).toBe(byName.json.content_hash);
  });

  it("is of its dataset alone, and its name there only once", async () => {
    await save({ name: "Once", mapping: { principal: "Rest" } });
    expectProblem(await save({ name: "Once", mapping: { principal: "Zins" } }),
      "MAPPING_PROFILE_NAME_TAKEN");
    expectProblem(await send(TAPE, "?profile=Once", await newDataset(server)),
      "MAPPING_PROFILE_NOT_FOUND");
    expectProblem(await send(TAPE, '?profile=Once&mapping={"principal":"Rest"}'),
      "PARAMETERS_INVALID");
    const other = await send("a;b\n1;2\n", "?profile=Once");
    expectProblem(other, "PARAMETERS_INVALID");
    expect(other.json.message).toMatch(/column 'Rest', which the file does not have/);
  });

  it.each([
    [{ principal: { sum: ["a"] } }, "mapping.principal.sum", /2 to 50 columns/],
    [{ principal: { sum: ["a", "a"] } }, "mapping.principal.sum", /twice/],
    [{ principal: { sum: ["a", "b"], column: "c" } }, "mapping.principal.column", /beside `sum`/],
    [{ principal: "a", sector: { sum: ["a", "b"] } }, "mapping.sector.sum", /numbers only/],
    [{ principal: { column: "a", first: 2 } }, "mapping.principal.first", /texts only/],
    [{ principal: "a", sector: { column: "b", first: 0 } }, "mapping.sector.first", /from 1 to 200/],
    [{ nobody: "a" }, "mapping.nobody", /is not a field/],
    [{ sector: "a" }, "mapping", /no column gives principal/],
  ])("is refused when it is none: %j", async (mapping, path, words) => {
    const answer = await save({ name: "Bad", mapping });
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors[0]).toMatchObject({ path, message: expect.stringMatching(words) });
  });

  it("is audited, and gone once it is removed", async () => {
    const { json } = await save({ name: "Short", mapping: { principal: "Rest" } });
    const path = `/api/v3/mapping-profiles/${json.mapping_profile_id}`;
    await api(server, "PATCH", path, { body: { name: "Shorter" },
      headers: { "if-match": json.etag } });
    expect((await api(server, "DELETE", path)).json.name).toBe("Shorter");
    expectProblem(await api(server, "GET", path), "MAPPING_PROFILE_NOT_FOUND");
    const list = (await api(server, "GET", profiles())).json.items as Json[];
    expect(list.map(({ name }) => name)).not.toContain("Shorter");
    const audit = await api(server, "GET", "/api/v3/audit?type=mapping_profile.*");
    const types = audit.json.items.filter(({ subject_id: subject }: Json) =>
      subject === json.mapping_profile_id).map(({ type }: Json) => type);
    expect(types.sort()).toEqual(["created", "deleted", "updated"].map((what) =>
      `mapping_profile.${what}`));
  });
});

describe("what a look at a tape suggests", () => {
  const preview = async (raw: string): Promise<Json> =>
    (await api(server, "POST", "/api/v3/tapes/preview", { raw, headers: CSV })).json;

  it("says how sure it is and why", async () => {
    const { suggested } = await preview("Kontonummer,upb,interest_rate_pct,Waehrung\n"
      + "K1,5,5%,EUR\nK2,n.a.,6%,USD\nK3,7,7%,EUR\n");
    expect(suggested).toEqual(expect.arrayContaining([
      { field: "interest_rate_pct", column: "interest_rate_pct", by: "name", confidence: 1,
        reason: "named as the field" },
      { field: "principal", column: "upb", by: "synonym", confidence: 0.6,
        reason: "a known name of the field; 1 of 3 values are no amounts" },
      expect.objectContaining({ field: "currency", column: "Waehrung", by: "values" }),
      expect.objectContaining({ field: "instrument_id", column: "Kontonummer", by: "values" }),
    ]));
  });

  const SBA = "../shared/data/sba-7a-loans.csv";
  it.skipIf(!existsSync(SBA))("knows SBA 7(a), whose totals are the file's", async () => {
    const text = readFileSync(SBA, "utf8");
    const { profiles: [known] } = await preview(text.slice(0, 100_000));
    expect(known).toMatchObject({ profile: "sba-7a", mapping: { principal: "DisbursementGross" } });
    const id = (await api(server, "POST", "/api/v3/datasets",
      { body: { name: "SBA", base_currency: "USD" } })).json.dataset_id;
    const version = await send(text, "?profile=sba-7a", id);
    expect(version.json.counts).toMatchObject({ raw: 15_000 });
    expect(version.json.consolidated).toMatchObject(
      { total_outstanding: 1_878_607_956, collateral_value: 1_238_122_021 });
  });

  it("knows the product's own tape by whichever fields it has", async () => {
    const { profiles: known } = await preview("instrument_id,principal,note\nL1,7,x\n");
    expect(known).toMatchObject([{ profile: "todiscope",
      mapping: { instrument_id: "instrument_id", principal: "principal" } }]);
    const other = await send("a,b\n1,2\n", "?profile=todiscope");
    expectProblem(other, "PARAMETERS_INVALID");
    expect(other.json.message).toMatch(/does not have the columns of "TodiScope tape"/);
  });
});
