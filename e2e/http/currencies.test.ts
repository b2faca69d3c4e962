import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { allItems, api, newDataset, run, sendTape, settled, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer((up) => { ({ server } = up); });

const RATES = { USD: 0.917431, JPY: 0.006135, CHF: 1.0432 };
const CODES = ["EUR", "USD", "JPY", "CHF", ""];
/** Cents that no sum of binary fractions keeps by itself. */
const ROWS = Array.from({ length: 240 }, (_, at) => ({ id: `L${at}`, code: CODES[at % 5] as string,
  principal: 1000 + ((at * 7919) % 100_000) + ((at * 37) % 100) / 100,
  collateral: ((at * 104_729) % 90_000) / 100 }));
const TAPE = ["loan_id,currency,principal,collateral_value,interest_rate",
  ...ROWS.map((row) => [row.id, row.code, row.principal, row.collateral, 5].join(",")),
  "X1,SEK,500,0,5", "X2,SEK,700,0,5", "X3,BRL,1,0,5"].join("\n");
const QUERY = { fx_rates: JSON.stringify(RATES), fx_rates_date: "2026-10-30",
  fx_rates_source: "ECB reference rates" };

const cents = (amount: number): number => Math.round(amount * 100);
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const of = (version: Json, path: string): Promise<Json> => api(server, "GET",
  `/api/v3/dataset-versions/${version.dataset_version_id}${path}`).then(({ json }) => json);
const imported = async (query: Record<string, string>, text = TAPE): Promise<Json> => {
  const answer = await sendTape(server, text, { query });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};

describe("currencies", () => {
  it("come to the same before and after, to the cent, in every currency", async () => {
    const version = await imported(QUERY);
    expect(version.fx).toEqual(
      { rates: RATES, date: "2026-10-30", source: "ECB reference rates" });
    expect(version.currencies.map((entry: Json) => [entry.currency, entry.records]))
      .toEqual([["EUR", 96], ["CHF", 48], ["JPY", 48], ["USD", 48]]);
    for (const entry of version.currencies) {
      const rows = ROWS.filter(({ code }) => (code || "EUR") === entry.currency);
      const rate = (RATES as Record<string, number>)[entry.currency] ?? 1;
      expect(entry.fx_rate).toBe(rate);
      // What the file holds, added up in whole cents.
      expect(cents(entry.origin.total_outstanding))
        .toBe(sum(rows.map(({ principal }) => cents(principal))));
      expect(cents(entry.origin.collateral_value))
        .toBe(sum(rows.map(({ collateral }) => cents(collateral))));
      const converted = sum(rows.map(({ principal }) => Math.round(principal * rate * 1e4)));
      expect(entry.base.total_outstanding).toBe(converted / 1e4);
    }
    expect(Math.round(sum(version.currencies.map((entry: Json) => entry.base.total_outstanding))
      * 1e4)).toBe(Math.round(version.consolidated.total_outstanding * 1e4));
  });

  it("leave amount, rate and currency of origin with each converted record, and no other", async () => {
    const version = await imported(QUERY);
    const records = (await allItems(server,
      `/api/v3/dataset-versions/${version.dataset_version_id}/records`, 1000))
      .filter((record) => record.kind === "instrument");
    expect(records).toHaveLength(240);
    for (const [at, { payload }] of records.entries()) {
      const { code, principal, collateral } = ROWS[at] as (typeof ROWS)[number];
      const rate = (RATES as Record<string, number>)[code];
      expect(payload.origin).toEqual(rate === undefined ? undefined : { currency: code,
        fx_rate: rate, amounts: { principal, collateral_value: collateral } });
      expect(payload.principal).toBe(principal * (rate ?? 1));
    }
    const all = await allItems(server,
      `/api/v3/dataset-versions/${version.dataset_version_id}/records`, 1000);
    const consolidated = all.find((record) => record.kind === "consolidated");
    expect(consolidated.payload.by_currency).toHaveLength(4);
    expect(consolidated.sha256).toBe(createHash("sha256")
      .update(canonical(consolidated.payload)).digest("hex"));
  });

  it("without a rate leave their rows out, and are named", async () => {
    const version = await imported(QUERY);
    expect(version.counts).toMatchObject({ raw: 243, normalized: 240, rejected: 3 });
    expect(version.warnings).toContain(
      "FX_RATE_MISSING: rows in BRL (1), SEK (2) have no rate and are left out.");
    const { problems } = await of(version, "/quality");
    expect(problems.filter((problem: Json) => problem.code === "FX_RATE_MISSING")
      .map(({ row, value, severity }: Json) => [row, value, severity]))
      .toEqual([[242, "SEK", "error"], [243, "SEK", "error"], [244, "BRL", "error"]]);
  });

  it("stand in the manifest and in a run's assumptions", async () => {
    const version = await imported(QUERY);
    const manifest = await of(version, "/manifest");
    expect(manifest.reading).toMatchObject({ fx_rates: RATES, fx_rates_date: "2026-10-30",
      fx_rates_source: "ECB reference rates" });
    expect(manifest.currencies).toEqual(version.currencies);
    const { json } = await run(server, version.dataset_version_id);
    expect(json.assumptions.find((entry: Json) => entry.id === "assumption_base_currency").details)
      .toEqual({ base_currency: "EUR", fx_source: "ECB reference rates of 2026-10-30" });
  });

  it("are the same when the rows are normalized later, and gone with the content", async () => {
    const version = await imported(QUERY);
    const stored = await imported({ ...QUERY, normalize: "false" });
    await api(server, "POST", `/api/v3/dataset-versions/${stored.dataset_version_id}/normalize`);
    const later = await settled(server, stored.dataset_version_id);
    expect([later.currencies, later.content_hash])
      .toEqual([version.currencies, version.content_hash]);
    await api(server, "DELETE", `/api/v3/dataset-versions/${stored.dataset_version_id}`,
      { body: { reason: "asked for" } });
    expect((await of(stored, "")).currencies).toEqual([]);
  });

  it("are not spoken of where all is in base currency", async () => {
    const version = await imported({}, "principal,currency\n1,EUR\n2,\n");
    expect(version).toMatchObject({ fx: null, currencies: [], eliminated: null,
      legal_entities: [], counts: { eliminated: 0 } });
  });

  it.each<[string, Record<string, string>]>([
    ["fx_rates_date", { fx_rates_date: "2026-10-30" }],
    ["fx_rates_date", { ...QUERY, fx_rates_date: "yesterday" }],
    ["fx_rates_source", { fx_rates_source: "ECB" }],
    ["fx_rates_source", { ...QUERY, fx_rates_source: " " }],
    ["fx_rates.USD", { fx_rates: `{"USD": 0}` }],
    ["fx_rates.dollars", { fx_rates: `{"dollars": 1, "pounds": 2}` }],
    ["fx_rates.EUR", { fx_rates: `{"EUR": 2}` }], ["legal_entities", { legal_entities: "Alpha" }],
    ["legal_entities", { legal_entities: "[]" }], ["legal_entities.0", { legal_entities: `[""]` }],
  ])("refuse a wrong %s of %j", async (path, query) => {
    const answer = await sendTape(server, "principal\n1\n", { query });
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.errors[0].path).toBe(path);
  });

  it("are taken from a JSON tape, whose portfolios keep each part's currency", async () => {
    const send = async (members: object) => api(server, "POST",
      `/api/v3/datasets/${await newDataset(server)}/versions`, { headers: { prefer: "wait=30" },
        body: { ...members, records: [{ payload: { currency: "USD", financial: { debt: {
          instruments: [{ principal: 100, collateral_value: 50 },
            { principal: 10, currency: "EUR" }] } } } },
        { payload: { value: 8, currency: "USD", recovery_rate_pct: 50 } }] } });
    const rates = { fx_rates: { USD: 0.5 }, fx_rates_date: "2026-10-30", fx_rates_source: "desk" };
    const { json } = await send(rates);
    expect(json.currencies).toMatchObject([
      { currency: "EUR", records: 0, origin: { total_outstanding: 10 } },
      { currency: "USD", records: 2,
        origin: { total_outstanding: 100, collateral_value: 50, distressed_asset_value: 8 },
        base: { total_outstanding: 50, collateral_value: 25, distressed_asset_value: 4 } }]);
    expectProblem(await send({ fx_rates_date: "2026-10-30" }), "REQUEST_BODY_INVALID");
    expectProblem(await send({ ...rates, fx_rates_date: "soon" }), "REQUEST_BODY_INVALID");
  });
});

/** Sorted members, without white space. */
const canonical = (value: unknown): string => JSON.stringify(value, (_, part: unknown) =>
  (typeof part === "object" && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));

describe("what the group owes itself", () => {
  const BOOK = ["loan_id,borrower_id,borrower_group,principal,collateral_value,currency",
    "A,Alpha Holding AG,,1000.10,500,", "B,Third Party,,200.20,100,",
    "C,B-77,LEI-1,400,0,USD", "D,alpha  holding ag,,30.30,7,", "E,Third Party,,much,1,"].join("\n");
  const ENTITIES = { legal_entities: JSON.stringify(["ALPHA HOLDING AG", "lei-1"]),
    fx_rates: `{"USD": 0.5}` };

  it("is eliminated: in no total, with its raw row, a problem and its sum", async () => {
    const version = await imported(ENTITIES, BOOK);
    expect(version.counts)
      .toEqual({ raw: 5, normalized: 1, rejected: 1, eliminated: 3, warnings: 3 });
    expect(version.consolidated).toMatchObject({ total_outstanding: 200.2, collateral_value: 100 });
    expect(version.eliminated).toEqual({ records: 3, total_outstanding: 1230.4,
      collateral_value: 507, assets_value: 0, distressed_asset_value: 0 });
    expect(version.legal_entities).toEqual(["ALPHA HOLDING AG", "lei-1"]);
    expect(version.currencies, "nothing of the other currency is left").toEqual([]);
    const { problems, problem_counts } = await of(version, "/quality");
    expect(problems.filter((problem: Json) => problem.code === "INTERCOMPANY_ELIMINATED")
      .map(({ row, column, value, severity }: Json) => [row, column, value, severity])).toEqual([
      [2, "borrower_id", "Alpha Holding AG", "warning"], [4, "borrower_group", "LEI-1", "warning"],
      [5, "borrower_id", "alpha  holding ag", "warning"]]);
    expect(problem_counts.INTERCOMPANY_ELIMINATED).toBe(3);
    expect((await of(version, "/records?kind=raw")).items).toHaveLength(6);
    expect((await of(version, "/instruments")).items.map((item: Json) => item.instrument_id))
      .toEqual(["B"]);
    const manifest = await of(version, "/manifest");
    expect(manifest).toMatchObject({ counts: { eliminated: 3 }, eliminated: version.eliminated,
      reading: { legal_entities: version.legal_entities } });
    expect(version.warnings.join()).toContain("INTERCOMPANY_ELIMINATED: 3 records");
  });

  it("is found behind tokens too", async () => {
    const version = await imported({ ...ENTITIES,
      legal_entities: `["Alpha Holding AG"]`, privacy: `{"borrower_id": "mask"}` }, BOOK);
    expect(version.counts.eliminated).toBe(1);
    const { problems } = await of(version, "/quality");
    expect(JSON.stringify(problems)).not.toContain("Alpha");
  });

  it("leaves a version that holds nothing else failed, with the reason", async () => {
    const answer = await sendTape(server, "principal,borrower_id\n1,A\n",
      { query: { legal_entities: `["a"]` } });
    expectProblem(answer, "FILE_UNREADABLE");
    expect(answer.json.message).toContain("own legal entities");
  });

  it("is eliminated when the rows are normalized later", async () => {
    const stored = await imported({ ...ENTITIES, normalize: "false" }, BOOK);
    await api(server, "POST", `/api/v3/dataset-versions/${stored.dataset_version_id}/normalize`);
    const later = await settled(server, stored.dataset_version_id);
    const direct = await imported(ENTITIES, BOOK);
    expect([later.eliminated, later.content_hash])
      .toEqual([direct.eliminated, direct.content_hash]);
  });
});

describe("the preview of a tape", () => {
  it("names currencies beyond the first rows, odd units and industry codes", async () => {
    const text = ["loan_id,ccy,balance_000s,rate_pct,NAICS",
      ...Array.from({ length: 200 }, (_, at) =>
        `L${at},${at === 150 ? "SEK" : "EUR"},${at + 2},0.05,236115`), "L9,CHF,1,0"].join("\n");
    const { status, json } = await api(server, "POST", "/api/v3/tapes/preview",
      { raw: text, headers: { "content-type": "text/csv" } });
    expect(status).toBe(200);
    expect(json.currencies, "not of a row that is cut off")
      .toEqual([{ column: "ccy", codes: ["EUR", "SEK"] }]);
    expect(json.units).toEqual(expect.arrayContaining([
      { column: "balance_000s", of: "amount", scale: 1000, reason: "the name says thousands" },
      expect.objectContaining({ column: "rate_pct", of: "points", scale: 100 })]));
    expect(json.suggested).toContainEqual(expect.objectContaining(
      { field: "sector", column: "NAICS", scheme: "naics" }));
  });
});

describe("units and industry codes", () => {
  it("that look wrong are remarked on with their rows, counted and noted", async () => {
    const text = ["loan_id,principal,rate_pct,pd,NACE,lien",
      ...Array.from({ length: 150 }, (_, at) =>
        `L${at},${1000 + at},0.0${1 + (at % 9)},0.02,C10.71,1`),
      "L150,1000,5,45,68.20,2"].join("\n");
    const version = await imported({}, text);
    expect(version.counts).toMatchObject({ normalized: 151, rejected: 0, warnings: 152 });
    expect(version.warnings).toContain("UNIT_DISCREPANCY: 150 of 151 values of 'rate_pct' lie "
      + "between 0 and 1: fractions in a field of per cent (scale 100)?");
    const { problems, problem_counts } = await of(version, "/quality?limit=1000");
    expect(problem_counts).toEqual({ UNIT_DISCREPANCY: 151, OUTLIER: 1 });
    expect(problems.filter(({ code }: Json) => code === "UNIT_DISCREPANCY"),
      "listed up to a bound").toHaveLength(101);
    expect(problems.find((problem: Json) => problem.column === "pd"))
      .toMatchObject({ row: 152, value: "45", severity: "warning" });
    const groups = (await of(version, "/exposure?group_by=sector")).groups;
    expect(groups.map((group: Json) => [group.key.sector, group.count]).sort())
      .toEqual([["Manufacturing", 150], ["Real estate", 1]]);
    const [first] = (await of(version, "/records")).items.filter((item: Json) => item.row === 2);
    expect(first.payload).toMatchObject({ sector_code: "C10.71", lien_position: 1 });
    const fixed = await imported({ mapping: JSON.stringify({ principal: "principal",
      interest_rate_pct: { column: "rate_pct", scale: 100 } }) },
    text.replace("L150,1000,5,", "L150,1000,0.05,"));
    expect(fixed.counts.warnings).toBe(0);
  });
});
