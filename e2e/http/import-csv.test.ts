import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { api, newDataset, run, sendTape, settled, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;

usingServer((up) => { ({ server } = up); });

const part = async (version: Json, name: string): Promise<Json> =>
  (await api(server, "GET", `/api/v3/dataset-versions/${version.dataset_version_id}/${name}`)).json;
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

type Reading = { what: string; text: string | Uint8Array; query?: Record<string, string>;
  type?: string; total: number; first?: object };

const READINGS: Reading[] = [
  { what: "header aliases, whatever their case and marks", total: 3,
    text: "Loan ID,BORROWER_ID,Outstanding-Balance,Interest.Rate,Collateral,State\nL1,B1,1,5,2,CA\nL2,B1,2,6,3,TX\n",
    first: { instrument_id: "L1", obligor_id: "B1", principal: 1, interest_rate_pct: 5,
      collateral_value: 2, region: "CA" } },
  { what: "a mapping with scale, negate, map and constant", total: 3500,
    text: "nr,saldo,rate,branche\nA,-1.5,0.05,7\nB,-2,0.06,8\n",
    query: { mapping: JSON.stringify({ instrument_id: "nr",
      principal: { column: "saldo", scale: 1000, negate: true },
      interest_rate_pct: { column: "rate", scale: 100 },
      sector: { column: "branche", map: { 7: "CRE", 8: null } }, country: { constant: "DE" } }) },
    first: { instrument_id: "A", principal: 1500, interest_rate_pct: 5, sector: "CRE", country: "DE" } },
  { what: "with a mapping nothing else is guessed", total: 7, text: "amt,sector\n7,X\n",
    query: { mapping: `{"principal": "amt"}` }, first: { principal: 7, sector: null } },
  { what: "German amounts, per cents and semicolons", total: 1_234_567.89,
    query: { locale: "de" }, text: "Loan id;principal;interest rate\nA;1.234.567,89 €;5,25 %\n",
    first: { principal: 1_234_567.89, interest_rate_pct: 5.25 } },
  { what: "Latin-1", total: 5, text: latin1("loan_id,principal,sector\nÄ1,5,Größe\n"),
    first: { instrument_id: "Ä1", sector: "Größe" } },
  { what: "UTF-8 with a byte order mark", total: 5, text: "\ufeffprincipal,sector\n5,Größe\n",
    first: { principal: 5, sector: "Größe" } },
  { what: "quoted commas, quotes and line breaks", total: 3,
    text: `loan_id,principal,sector\r\n"A,1",1,"say ""hi"""\r\nB,2,"two\r\nlines"\r\n`,
    first: { instrument_id: "A,1", sector: `say "hi"` } },
  { what: "tabs", total: 5, text: "loan_id\tprincipal\nA,B\t5\n", first: { instrument_id: "A,B" },
    type: "text/tab-separated-values" },
  { what: "tabs called CSV", total: 5, text: "loan_id\tprincipal\nA\t5\n", first: { principal: 5 } },
  { what: "line ends of old Macs", total: 3, text: "principal\r1\r2\r", first: { principal: 1 } },
  { what: "no line end at the end", total: 3, text: "principal\n1\n2", first: { principal: 1 } },
  { what: "blank lines between", total: 3, text: "principal\n\n1\n\n\n2\n\n", first: { row: 3 } },
  { what: "amounts as people write them", total: 1_060_000.5,
    text: `principal\n"1,000,000"\n"$60,000.00"\n0.50\n"(0)"\n`, first: { principal: 1_000_000 } },
  { what: "one column alone", total: 6000, text: "principal\n1000\n2000\n3000\n", first: {} },
  { what: "distressed assets by a column", total: 10,
    text: "record_kind,principal,distressed_value,recovery_rate_pct\ninstrument,10,,\ndistressed_asset,,200,35\n",
    first: { record_kind: "instrument", principal: 10 } },
  { what: "names used twice", total: 1, text: "principal,principal,x,x\n1,2,3,4\n", first: { principal: 1 } },
];

describe("reading", () => {
  it.each(READINGS)("$what", async ({ text, query, type, total, first }) => {
    const answer = await sendTape(server, text,
      { ...(query ? { query } : {}), ...(type ? { type } : {}) });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json.consolidated.total_outstanding).toBe(total);
    expect(answer.json.counts.rejected).toBe(0);
    expect((await part(answer.json, "instruments")).items[0]).toMatchObject(first ?? {});
  });

  it("reads the same in every encoding and delimiter", async () => {
    const rows = [["loan_id", "principal", "sector"], ["A", "1", "Bau"], ["B", "2", "Möbel"]];
    const text = (mark: string): string => rows.map((cells) => cells.join(mark)).join("\n");
    const hashes = await Promise.all([text(","), text(";"), text("\t"), `\ufeff${text(",")}`,
      latin1(text(",")), `${text(",").replaceAll("\n", "\r\n")}\r\n`]
      .map(async (tape) => (await sendTape(server, tape)).json.content_hash));
    expect(new Set(hashes).size).toBe(1);
  });

  it("keeps every other column with the raw record", async () => {
    const version = (await sendTape(server, "principal,Note,Äußeres\n1,x,y\n")).json;
    const raw = (await part(version, "records?kind=raw")).items.find((item: Json) => item.kind === "record");
    expect(raw).toMatchObject({ row: 2, payload: { principal: "1", Note: "x", Äußeres: "y" } });
  });

  it("shows a guarantee and accrued interest, and counts neither", async () => {
    const version = (await sendTape(server,
      "principal,guarantee_value,accrued_interest,collateral_value\n100,50,7,30\n")).json;
    expect(version.consolidated).toMatchObject({ total_outstanding: 100, collateral_value: 30 });
    const record = (await part(version, "records")).items.find((item: Json) => item.kind === "instrument");
    expect(record.payload).toMatchObject({ guarantee_value: 50, accrued_interest: 7 });
  });

  it("does not read a packed file as text", async () => {
    const dataset = await newDataset(server);
    expectProblem(await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      raw: gzipSync("principal\n1\n") as BodyInit, headers: { "content-type": "text/csv" } }),
    "FILE_UNREADABLE");
  });
});

describe("problems", () => {
  const csv = "loan_id,principal,rate pct,maturity date,stage,dpd\n" +
    "A,1,5,2030-01-01,1,0\n" +
    "B,much,5,2030-01-01,1,0\n" +
    "\"C\n1\",2,high,2030-01-01,1,0\n" +
    "D,,5,2030-01-01,1,0\n" +
    "E,3,5,someday,x,-\n" +
    "F,4,5,2030-01-01,1,0,surplus\n" +
    "G,5,5\n" +
    "A,0,5,2030-01-01,1,0\n";
  let version: Json;
  beforeAll(async () => { version = (await sendTape(server, csv)).json; });

  it("name the file's line, the header, the value and the rule", async () => {
    const { problems, problem_counts, score } = await part(version, "quality?limit=1000");
    const found = problems.map((problem: Json) =>
      [problem.row, problem.column, problem.value, problem.code, problem.severity]);
    expect(found).toEqual(expect.arrayContaining([
      [3, "principal", "much", "AMOUNT_UNREADABLE", "error"],
      [4, "rate pct", "high", "RATE_UNREADABLE", "error"],
      [6, "principal", "", "MISSING_VALUE", "error"],
      [7, "maturity date", "someday", "DATE_UNREADABLE", "warning"],
      [7, "stage", "x", "NUMBER_UNREADABLE", "warning"],
      [7, "dpd", "-", "NUMBER_UNREADABLE", "warning"],
      [8, null, "F,4,5,2030-01-01,1,0,surplus", "COLUMN_COUNT", "error"],
      [9, null, "G,5,5", "COLUMN_COUNT", "error"],
      [10, "loan_id", "A", "DUPLICATE_KEY", "warning"],
      [10, "principal", "0", "PRINCIPAL_NOT_POSITIVE", "warning"]]));
    expect(found).toHaveLength(10);
    expect(found.findIndex((each: Json) => each[4] === "warning")).toBe(5);
    expect(problem_counts).toMatchObject({ COLUMN_COUNT: 2, DUPLICATE_KEY: 1 });
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(100);
  });

  it("leave the good rows in the totals and the bad ones in the raw records", async () => {
    expect(version.counts).toMatchObject({ raw: 8, normalized: 3, rejected: 5 });
    expect(version.consolidated.total_outstanding).toBe(4);
    const raws = (await part(version, "records?kind=raw")).items;
    expect(raws.map((raw: Json) => raw.row)).toStrictEqual([0, 2, 3, 4, 6, 7, 8, 9, 10]);
    const { json } = await run(server, version.dataset_version_id);
    expect(json.report.metadata.warnings.join()).toContain("ROWS_REJECTED: 5 of 8 rows");
  });

  it("are the same when the rows are normalized later", async () => {
    const stored = (await sendTape(server, csv, { query: { normalize: "false" } })).json;
    expect(stored).toMatchObject({ status: "ingested", counts: { raw: 8, normalized: 0 } });
    await api(server, "POST", `/api/v3/dataset-versions/${stored.dataset_version_id}/normalize`);
    const later = await settled(server, stored.dataset_version_id);
    expect(later).toMatchObject({ status: "sealed", content_hash: version.content_hash,
      consolidated: version.consolidated, counts: version.counts, warnings: version.warnings });
    const sorted = async (of: Json): Promise<Json> => {
      const quality = await part(of, "quality?limit=1000");
      quality.problems.sort((a: Json, b: Json) => a.row - b.row || (a.code < b.code ? -1 : 1));
      return quality;
    };
    expect(await sorted(later)).toStrictEqual(await sorted(version));
    const records = async (of: Json, kind: string): Promise<Json[]> =>
      (await part(of, `records?limit=1000&kind=${kind}`)).items.map(
        ({ row, kind: is, payload, sha256, source_record_id }: Json) =>
          is === "file" ? is : ({ row, is, payload, sha256, source_record_id }));
    expect((await records(later, "raw")).sort()).toStrictEqual((await records(version, "raw")).sort());
    expect(await records(later, "normalized")).toStrictEqual(await records(version, "normalized"));
  });
});

describe("large tapes", () => {
  const rows = 30_000;
  const tape = (): string => `loan_id,principal,sector,dpd\n${Array.from({ length: rows },
    (_, index) => `L${index},${index}.25,S${index % 7},${index % 120}`).join("\n")}\n`;
  const total = rows * (rows - 1) / 2 + rows * 0.25;

  it("show their progress while they load, and runs go on meanwhile", async () => {
    const small = (await sendTape(server, "principal\n1\n")).json.dataset_version_id;
    const started = await sendTape(server, tape(), { wait: false });
    expect(started.json).toMatchObject({ status: "importing",
      progress: { total_bytes: Buffer.byteLength(tape()) } });
    expect((await run(server, small)).status).toBe(200);
    const version = await settled(server, started.json.dataset_version_id);
    expect(version.consolidated.total_outstanding).toBe(total);
  });

  it("12 at the same time, stored and normalized, leave connections for runs", async () => {
    const small = (await sendTape(server, "principal\n1\n")).json.dataset_version_id;
    const text = tape().split("\n").slice(0, 4000).join("\n");
    const starts = await Promise.all(Array.from({ length: 12 }, (_, index) => sendTape(server, text,
      { wait: false, query: { normalize: index % 2 ? "false" : "true" } })));
    const runs = Promise.all(Array.from({ length: 30 }, (_, index) => run(server, small,
      { stress_scenarios: [{ scenario_id: `s${index}` }] })));
    const versions = await Promise.all(
      starts.map((start) => settled(server, start.json.dataset_version_id)));
    expect(versions.map((version) => version.status)).toStrictEqual(
      Array.from({ length: 12 }, (_, index) => index % 2 ? "ingested" : "sealed"));
    await Promise.all(versions.filter((version) => version.status === "ingested").map((version) =>
      api(server, "POST", `/api/v3/dataset-versions/${version.dataset_version_id}/normalize`)));
    const hashes = await Promise.all(versions.map(async (version) =>
      (await settled(server, version.dataset_version_id)).content_hash));
    expect(new Set(hashes).size).toBe(1);
    expect((await runs).map((answer) => answer.status)).toStrictEqual(Array(30).fill(200));
  });
});

describe("the preview", () => {
  it("suggests columns and shows the first rows without keeping anything", async () => {
    const answer = await api(server, "POST", "/api/v3/tapes/preview", { role: "INGEST",
      raw: latin1("Konto;Outstanding;Größe\n1;2;ü\n") as BodyInit, headers: { "content-type": "text/csv" } });
    expect(answer.json).toMatchObject({ encoding: "windows-1252", delimiter: ";",
      headers: ["Konto", "Outstanding", "Größe"], rows: [{ line: 2, cells: ["1", "2", "ü"] }],
      suggested: [{ field: "principal", column: "Outstanding" }], missing: [] });
  });

  it("suggests what it recognises and names the amount that it does not", async () => {
    const answer = await api(server, "POST", "/api/v3/tapes/preview", { role: "INGEST",
      raw: "loan_id,sector,Restschuld\nL1,CRE,5\n", headers: { "content-type": "text/csv" } });
    expect(answer.json).toMatchObject({ missing: ["principal"], notes: [],
      suggested: [{ field: "instrument_id", column: "loan_id" },
        { field: "sector", column: "sector" },
        { field: "principal", column: "Restschuld", by: "values" }] });
  });
});
