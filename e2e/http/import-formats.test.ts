import { gzipSync } from "node:zlib";
import writeXlsxFile from "write-excel-file/node";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { NDJSON_TYPE, PARQUET_TYPE, XLSX_TYPE } from "../../lib/contract/tape-types";
import { api, newDataset, sendTape, type Answer, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer((up) => { ({ server } = up); });

const HEADER = ["loan_id", "sector", "principal", "interest_rate_pct", "collateral_value",
  "maturity_date"];
type Loan = [string, string, number, number, number, Date];
const loans = Array.from({ length: 500 }, (_, at): Loan => [`L${at}`, at % 3 ? "CRE" : "SME",
  100_000 + at * 37.11, 3 + (at % 40) / 8, 50_000 + at * 0.07, new Date(Date.UTC(2030, 0, 1 + at))]
  .map((value) => (typeof value === "number" ? Number(value.toFixed(3)) : value)) as Loan);
const isoOf = (value: Loan[number]) =>
  (value instanceof Date ? value.toISOString().slice(0, 10) : String(value));
const csv = [HEADER, ...loans.map((loan) => loan.map(isoOf))].map((row) => row.join(",")).join("\n");

type Cell = { value: string | number | Date; format?: string };
const cell = (value: Loan[number]): Cell =>
  (value instanceof Date ? { value, format: "dd.mm.yyyy" } : { value });
const workbook = async (rows: Cell[][]): Promise<Buffer> => Buffer.from(
  await writeXlsxFile(rows as never, { sheet: "Loans" } as never).toBuffer());
const heads = HEADER.map((value) => ({ value }));
const xlsx = (): Promise<Buffer> => workbook([heads, ...loans.map((loan) => loan.map(cell))]);

/** Amounts and rates as decimals, the date as a date, texts with a dictionary. */
const parquet = (): Buffer => Buffer.from(parquetWriteBuffer({
  rowGroupSize: 200,
  columnData: HEADER.map((name, column) => ({ name, data: loans.map((loan) => {
    const value = loan[column] as Loan[number];
    return typeof value === "number" ? BigInt(Math.round(value * 1000)) : value;
  }) })),
  schema: [{ name: "root", num_children: HEADER.length }, ...HEADER.map((name, column) => ({
    name, repetition_type: "OPTIONAL" as const, ...(column < 2
      ? { type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const }
      : column === 5 ? { type: "INT32" as const, converted_type: "DATE" as const }
        : { type: "INT64" as const, converted_type: "DECIMAL" as const, scale: 3, precision: 18 }),
  }))],
}));
const ndjson = loans.map((loan) => JSON.stringify(Object.fromEntries(loan.map((value, column) =>
  [HEADER[column], value instanceof Date ? isoOf(value) : value])))).join("\n");

async function send(
  raw: string | Uint8Array, headers: Record<string, string>, query = "",
): Promise<Answer> {
  return api(server, "POST", `/api/v3/datasets/${await newDataset(server)}/versions${query}`,
    { raw: raw as BodyInit, headers: { prefer: "wait=60", ...headers } });
}
const facts = ({ json }: Answer): Json => ({ status: json.status, counts: json.counts,
  consolidated: json.consolidated });

describe("one tape in every format", () => {
  it("gives the same totals and counts", async () => {
    const expected = facts(await sendTape(server, csv));
    expect(expected).toMatchObject({ status: "sealed", counts: { raw: 500, normalized: 500 } });
    const book = await xlsx();
    const gzip = { "content-encoding": "gzip" };
    expect(facts(await send(gzipSync(csv), { "content-type": "text/csv", ...gzip })))
      .toEqual(expected);
    expect(facts(await send(book, { "content-type": XLSX_TYPE }))).toEqual(expected);
    expect(facts(await send(book, { "content-type": XLSX_TYPE }, "?locale=de"))).toEqual(expected);
    expect(facts(await send(gzipSync(book), { "content-type": XLSX_TYPE, ...gzip }, "?sheet=Loans")))
      .toEqual(expected);
    expect(facts(await send(gzipSync('{"records":[{"payload":{"principal":1}}]}'),
      { "content-type": "application/json", ...gzip })))
      .toMatchObject({ status: "sealed", counts: { raw: 1 } });
  });

  it("normalizes a stored workbook later as it would have at once", async () => {
    const raw = await send(await xlsx(), { "content-type": XLSX_TYPE }, "?locale=de&normalize=false");
    expect(raw.json.status).toBe("ingested");
    const later = await api(server, "POST",
      `/api/v3/dataset-versions/${raw.json.dataset_version_id}/normalize`,
      { headers: { prefer: "wait=60" } });
    expect(facts(later)).toEqual(facts(await sendTape(server, csv)));
  });

  it("previews a workbook with its sheets, and the beginning of a gzip", async () => {
    const preview = async (raw: Uint8Array, headers: Record<string, string>, query = "") =>
      api(server, "POST", `/api/v3/tapes/preview${query}`, { raw: raw as BodyInit, headers });
    expect((await preview(await xlsx(), { "content-type": XLSX_TYPE })).json).toMatchObject({
      sheets: ["Loans"], headers: HEADER, missing: [],
      rows: expect.arrayContaining([{ line: 2, cells: loans[0]?.map(isoOf) }]) });
    const packed = gzipSync(csv);
    expect((await preview(packed.subarray(0, 3000),
      { "content-type": "text/csv", "content-encoding": "gzip" })).json)
      .toMatchObject({ sheets: [], headers: HEADER, delimiter: "," });
    expectProblem(await preview(await xlsx(), { "content-type": XLSX_TYPE }, "?header_row=x"),
      "PARAMETERS_INVALID");
  });
});

describe("JSON lines and Parquet", () => {
  const lines = { "content-type": NDJSON_TYPE };
  const columns = { "content-type": PARQUET_TYPE };
  const hashOf = ({ json }: Answer): string => json.content_hash;

  it("give the totals of the same tape as CSV, and its very records", async () => {
    const asCsv = await sendTape(server, csv);
    const gzip = { "content-encoding": "gzip" };
    for (const [raw, headers] of [[ndjson, lines], [gzipSync(ndjson), { ...lines, ...gzip }],
      [parquet(), columns], [gzipSync(parquet()), { ...columns, ...gzip }]] as const) {
      expect(facts(await send(raw, headers))).toEqual(facts(asCsv));
      expect(facts(await send(raw, headers, "?locale=de"))).toEqual(facts(asCsv));
    }
    expect(hashOf(await send(ndjson, lines)), "numbers keep their digits").toBe(hashOf(asCsv));
    const decimals = [HEADER, ...loans.map((loan) => loan.map((value) =>
      (typeof value === "number" ? value.toFixed(3) : isoOf(value))))];
    expect(hashOf(await send(parquet(), columns)), "decimals have the digits of their column")
      .toBe(hashOf(await sendTape(server, decimals.map((row) => row.join(",")).join("\n"))));
  });

  it("are normalized later as they would be at once", async () => {
    for (const [raw, headers] of [[`${ndjson}\n[1]`, lines], [parquet(), columns]] as const) {
      const stored = await send(raw, headers, "?locale=de&normalize=false");
      expect(stored.json.status).toBe("ingested");
      const later = await api(server, "POST",
        `/api/v3/dataset-versions/${stored.json.dataset_version_id}/normalize`,
        { headers: { prefer: "wait=60" } });
      const atOnce = await send(raw, headers, "?locale=de");
      expect(facts(later)).toEqual(facts(atOnce));
      expect(hashOf(later)).toBe(hashOf(atOnce));
    }
  });

  it("are looked at, from their beginning or as a whole", async () => {
    const preview = (raw: Uint8Array | string, headers: Record<string, string>) =>
      api(server, "POST", "/api/v3/tapes/preview", { raw: raw as BodyInit, headers });
    expect((await preview(ndjson.slice(0, 1000), lines)).json)
      .toMatchObject({ headers: HEADER, missing: [], header_row: null });
    const { json } = await preview(parquet(), columns);
    expect(json).toMatchObject({ headers: HEADER, missing: [], header_row: null });
    expect(json.rows[1].cells).toEqual(["L1", "CRE", "100037.110", "3.125", "50000.070",
      "2030-01-02"]);
  });

  it("name the line, or the column, that cannot be read", async () => {
    const broken = await send(`${ndjson}\n{"loan_id":\n[7]`, lines);
    expect(broken.json.counts).toMatchObject({ raw: 502, normalized: 500, rejected: 2 });
    const { json } = await api(server, "GET",
      `/api/v3/dataset-versions/${broken.json.dataset_version_id}/quality`);
    expect(json.problems.map(({ row, message }: Json) => `${row} ${message.slice(0, 23)}`))
      .toEqual(["501 line 501: it is no JSON", "502 line 502: it is no JSON"]);
    const refused = async (raw: string | Uint8Array, headers: Record<string, string>) => {
      const answer = await send(raw, headers);
      expectProblem(answer, "FILE_UNREADABLE");
      return answer.json.message as string;
    };
    expect(await refused(`[${ndjson}]`, lines)).toMatch(/line 1: .*one JSON object a line/);
    const whole = parquet();
    expect(await refused(whole.subarray(0, 5000), columns)).toMatch(/no Parquet file.*cut off/);
    whole.fill(0xff, 40, 400);
    expect(await refused(whole, columns)).toMatch(/row group 1, column "loan_id"/);
  });

  it("of a CSV pass a title over, or begin where the request says", async () => {
    const titled = await send(`Tape of October\n\n${csv}`, { "content-type": "text/csv" });
    expect(facts(titled)).toEqual(facts(await sendTape(server, csv)));
    const said = await send(`a,b,c\nd,e,f\n${csv}`, { "content-type": "text/csv" }, "?header_row=3");
    expect(hashOf(said)).toBe(hashOf(titled));
  });
});

describe("what cannot be read", () => {
  const unreadable = async (answer: Answer, words: RegExp): Promise<void> => {
    expectProblem(answer, "FILE_UNREADABLE");
    expect(answer.json.message).toMatch(words);
  };

  it("refuses a gzip that is cut off, damaged, empty or a bomb", async () => {
    const headers = { "content-type": "text/csv", "content-encoding": "gzip" };
    const packed = gzipSync(csv);
    await unreadable(await send(packed.subarray(0, packed.length - 20), headers), /cut off/);
    await unreadable(await send(csv, headers), /no gzip/);
    await unreadable(await send("", headers), /empty|cut off/);
    await unreadable(await send(gzipSync(Buffer.alloc(64 << 20, "0")), headers), /200 times/);
  });

  it("names sheet and row of a workbook", async () => {
    const type = { "content-type": XLSX_TYPE };
    await unreadable(await send(csv, type), /no XLSX workbook/);
    await unreadable(await send(await workbook([heads]), type), /sheet "Loans" has a header and no/);
    await unreadable(await send(await xlsx(), type, "?sheet=Assets"), /no sheet "Assets".*"Loans"/);
    const wide = await send(await workbook([heads, ...loans.slice(0, 2).map((loan) =>
      loan.map(cell)), [...(loans[2] as Loan).map(cell), { value: "more" }]]), type);
    const { json } = await api(server, "GET",
      `/api/v3/dataset-versions/${wide.json.dataset_version_id}/quality`);
    expect(json.problems[0]).toMatchObject({ row: 4, code: "COLUMN_COUNT",
      message: 'sheet "Loans", row 4: 7 cells where the header has 6' });
  });
});
