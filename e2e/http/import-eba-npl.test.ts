import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { strToU8 } from "fflate";
import Papa from "papaparse";
import writeXlsxFile from "write-excel-file/node";
import { describe, expect, it } from "vitest";
import { XLSX_TYPE, ZIP_TYPE } from "../../lib/contract/tape-types";
import { api, newDataset, type Answer, type Json } from "../support/api";
import { csvOf, SET, texts, zipOf, type Row } from "../support/eba-set";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer((up) => { ({ server } = up); });

const RATES = `fx_rates=${encodeURIComponent('{"USD":0.9}')}`;
async function send(
  raw: Uint8Array, query = RATES, type: string = ZIP_TYPE, dataset?: string,
): Promise<Answer> {
  const into = dataset ?? await newDataset(server);
  return api(server, "POST", `/api/v3/datasets/${into}/versions?${query}`,
    { raw: raw as BodyInit, headers: { prefer: "wait=60", "content-type": type } });
}
const get = (path: string): Promise<Answer> =>
  api(server, "GET", `/api/v3/dataset-versions/${path}`);
const facts = ({ json }: Answer): Json => ({ status: json.status, counts: json.counts,
  consolidated: json.consolidated, content_hash: json.content_hash });
const at = (problem: Json): unknown[] =>
  [problem.row, problem.table, problem.line, problem.column, problem.value, problem.code];

describe("a set of EBA NPL templates", () => {
  it("becomes loans with their obligors and collaterals", async () => {
    const sealed = await send(zipOf(texts()));
    expect(sealed.json, sealed.text).toMatchObject({ status: "sealed", counts: { raw: 9,
      normalized: 9, rejected: 0, obligors: 3, collaterals: 3 },
    consolidated: { total_outstanding: 250_000 + 900 + 70, collateral_value: 80_000.5 + 27_000 } });
    const id = sealed.json.dataset_version_id;
    const { items, total } = (await get(`${id}/instruments`)).json;
    expect(total).toBe(3);
    expect(items).toMatchObject([
      { row: 7, instrument_id: "L1", obligor_id: "C1", obligor_group: "G1", country: "IE",
        sector: "Transportation", collateral_value: 107_000.5, collateral_type: "Office" },
      { row: 8, instrument_id: "L2", sector: "Manufacturing", country: "DE", principal: 900,
        collateral_value: 0 },
      { row: 9, instrument_id: "L3", obligor_id: "C9", sector: null }]);
    const groups = (await get(`${id}/exposure?group_by=sector`)).json.groups;
    expect(groups.map(({ key, count }: Json) => [key.sector, count])).toEqual(
      [["Transportation", 1], ["Manufacturing", 1], [null, 1]]);
    const record = (await get(`${id}/records/${items[0].normalized_record_id}`)).json;
    expect(record).toMatchObject({ raw: { source_record_id: "L1", payload: { template: "loan",
      table: "Bank_Loan.csv", line: 2, cells: { principal_balance: "250000" } } },
    obligor: { kind: "obligor", row: 1, payload: { name: "Harbour Ltd", obligor_group: "G1" } },
    collaterals: [
      { kind: "collateral", row: 4, payload: { collateral_id: "P1", valuation_amount: 90_000.5,
        prior_liens: 10_000, collateral_value: 80_000.5, lien_position: "1" } },
      { row: 6, payload: { collateral_id: "N1", collateral_value: 27_000, guarantee_value: 900 } },
    ] });
    expect(record.normalized.payload).toMatchObject({ guarantee_value: 900,
      accrued_interest: 1234.5, collateral_valuation_date: "2023-05-01" });
  });

  it("takes what mortgages and courts say, and shows it with the loan", async () => {
    const files = { ...texts(), "Bank_Mortgage.csv": csvOf([{ mortgage_identifier: "M1",
      protection_identifier: "P2", loan_identifier: "L2", mortgage_amount: "4",
      lien_position: "3", higher_ranking_loan: "1" }]),
    "Bank_Enforcement.csv": csvOf([{ protection_identifier: "P1", counterparty_identifier: "C1",
      court_appraisal_amount: "60000", date_of_court_appraisal: "2025-01-31",
      next_auction_date: "2026-05-01", jurisdiction_of_court: "Dublin" }]),
    "Bank_Historical Repayment.csv": csvOf([{ loan_identifier: "L1",
      history_of_total_repayments: "12.50" }, { loan_identifier: "L7",
      history_of_total_repayments: "1" }]) };
    const sealed = await send(zipOf(files));
    expect(sealed.json, sealed.text).toMatchObject({ status: "sealed", counts: { raw: 13,
      normalized: 13, obligors: 3, collaterals: 3, supplements: 4 },
    consolidated: { total_outstanding: 250_970, collateral_value: 50_000 + 27_000 } });
    const id = sealed.json.dataset_version_id;
    const { items } = (await get(`${id}/instruments`)).json;
    const record = (await get(`${id}/records/${items[0].normalized_record_id}`)).json;
    expect(record.collaterals[0].payload).toMatchObject({ collateral_id: "P1",
      valuation_amount: 60_000, status: "auction set", collateral_valuation_date: "2025-01-31" });
    expect(record.supplements.map(({ payload }: Json) => [payload.template, payload.details]))
      .toEqual([["enforcement", { court_appraisal_amount: 60_000,
        date_of_court_appraisal: "2025-01-31", next_auction_date: "2026-05-01",
        jurisdiction_of_court: "Dublin" }],
      ["historical_repayment", { history_of_total_repayments: 12.5 }]]);
    const [court] = record.supplements;
    const { json: used } = await get(`${id}/records/${court.record_id}/used-by`);
    expect([used.part, used.joined_to.length], JSON.stringify(used)).toEqual(["joined", 1]);
    const { problems } = (await get(`${id}/quality?limit=1000&code=REFERENCE_UNKNOWN`)).json;
    expect(problems.map(at)).toContainEqual([7, "Bank_Historical Repayment.csv", 3,
      "loan_identifier", "L7", "REFERENCE_UNKNOWN"]);
    const raw = await send(zipOf(files), `${RATES}&normalize=false`);
    const later = await api(server, "POST",
      `/api/v3/dataset-versions/${raw.json.dataset_version_id}/normalize`,
      { headers: { prefer: "wait=60" } });
    expect(later.json).toMatchObject({ content_hash: sealed.json.content_hash });
  });

  it("names what is missing, twice there or of nobody, by file and line", async () => {
    const id = (await send(zipOf(texts()))).json.dataset_version_id;
    const { problems, problem_counts: counts } = (await get(`${id}/quality?limit=1000`)).json;
    const joins = problems.filter(({ code }: Json) => code !== "MISSING_VALUE");
    expect(joins.map(at)).toEqual([
      [3, "Bank_Counterparty.csv", 4, "counterparty_identifier", "C2", "DUPLICATE_KEY"],
      [9, "Bank_Loan.csv", 4, "counterparty_identifier", "C9", "REFERENCE_UNKNOWN"],
      [5, "Bank_Property-Collateral.csv", 3, "loan_identifier", "L77", "REFERENCE_UNKNOWN"]]);
    const missing = problems.filter(({ code }: Json) => code === "MISSING_VALUE");
    expect(missing.every(({ severity }: Json) => severity === "warning")).toBe(true);
    expect(missing.map(at)).toContainEqual(
      [0, "Bank_Loan.csv", undefined, "date_of_default", null, "MISSING_VALUE"]);
    expect(missing.map(at)).toContainEqual(
      [9, "Bank_Loan.csv", 4, "days_in_pastdue", "", "MISSING_VALUE"]);
    expect(counts).toMatchObject({ REFERENCE_UNKNOWN: 2, DUPLICATE_KEY: 1,
      MISSING_VALUE: missing.length });
  });

  it("is proven row by row, and its manifest lists every file", async () => {
    const files = texts();
    const archive = zipOf(files);
    const id = (await send(archive)).json.dataset_version_id;
    const sha256 = (content: string | Uint8Array): string =>
      createHash("sha256").update(content).digest("hex");
    const manifest = (await get(`${id}/manifest`)).json;
    expect(manifest.files).toMatchObject([{ sha256: sha256(archive), bytes: archive.length },
      ...Object.entries(files).map(([name, text]) =>
        ({ name, bytes: Buffer.byteLength(text), sha256: sha256(text) }))]);
    const { items } = (await get(`${id}/records?kind=normalized&limit=100`)).json;
    expect(items.map(({ kind }: Json) => kind)).toEqual(["consolidated", ...Array(3).fill("obligor"),
      ...Array(3).fill("collateral"), ...Array(3).fill("instrument")]);
    for (const { record_id: one } of items.slice(1)) {
      expect((await get(`${id}/records/${one}/proof`)).json).toMatchObject({ holds: true, size: 9 });
    }
    await api(server, "POST", "/api/v3/engines/distressed-asset-debt-stress/run", { body: {
      dataset_version_id: id, started_at: "2026-01-01T00:00:00Z", parameters: {} } });
    expect((await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: id } })).json).toMatchObject({ ok: true });
  });

  it("moves nothing but loans between two versions", async () => {
    const dataset = await newDataset(server);
    const [base, other] = [await send(zipOf(texts()), RATES, ZIP_TYPE, dataset),
      await send(zipOf(texts()), RATES, ZIP_TYPE, dataset)]
      .map(({ json }) => json.dataset_version_id);
    const { json } = await api(server, "GET",
      `/api/v3/dataset-versions/compare?base=${base}&other=${other}`);
    expect(json.changes.map(({ match, base_rows: rows }: Json) => [match, rows]))
      .toEqual(expect.arrayContaining([["unchanged", 3]]));
    expect(json.changes.reduce((sum: number, { base_rows: rows }: Json) => sum + rows, 0)).toBe(3);
  });

  it("is normalized later as it would have been at once", async () => {
    const atOnce = await send(zipOf(texts()));
    const raw = await send(zipOf(texts()), `${RATES}&normalize=false`);
    expect(raw.json).toMatchObject({ status: "ingested", counts: { raw: 9 } });
    const later = await api(server, "POST",
      `/api/v3/dataset-versions/${raw.json.dataset_version_id}/normalize`,
      { headers: { prefer: "wait=60" } });
    expect(facts(later)).toEqual(facts(atOnce));
    const problemsOf = async ({ json }: Answer): Promise<unknown[]> =>
      (await get(`${json.dataset_version_id}/quality?limit=1000`)).json.problems.map(at).sort();
    expect(await problemsOf(later)).toEqual(await problemsOf(atOnce));
  });

  it("comes as the sheets of one workbook too, and one sheet alone as a plain tape", async () => {
    const sheets = Object.values(SET).map((rows) => [Object.keys(rows[0] ?? {}),
      ...rows.map((row) => Object.values(row))].map((cells) => cells.map((value) => ({ value }))));
    const names = ["Counterparty", "Property Collateral", "Non Property Collateral", "Loans"];
    const book = new Uint8Array(await writeXlsxFile(sheets.map((data, index) =>
      ({ data, sheet: names[index] })) as never).toBuffer() as unknown as ArrayBuffer);
    const sealed = await send(book, RATES, XLSX_TYPE);
    const zipped = await send(zipOf(texts()));
    expect({ ...facts(sealed), content_hash: null }).toEqual(
      { ...facts(zipped), content_hash: null });
    const { files, reading } = (await get(`${sealed.json.dataset_version_id}/manifest`)).json;
    expect(files).toHaveLength(1);
    expect(reading.tables.map(({ sheet }: Json) => sheet)).toEqual(names);
    expect((await send(book, `${RATES}&sheet=Loans&profile=eba-npl`, XLSX_TYPE)).json)
      .toMatchObject({ status: "sealed", counts: { raw: 3, normalized: 3 } });
  });

  it("masks persons in every table, and still joins by masked identifiers", async () => {
    const privacy = JSON.stringify({ name_of_counterparty: "mask", counterparty_identifier: "mask" });
    const sealed = await send(zipOf(texts()), `${RATES}&privacy=${encodeURIComponent(privacy)}`);
    const { items } = (await get(`${sealed.json.dataset_version_id}/instruments`)).json;
    expect(items[0]).toMatchObject({ sector: "Transportation",
      obligor_id: expect.stringMatching(/^px_/) });
    const records = await get(`${sealed.json.dataset_version_id}/records?kind=raw&limit=100`);
    expect(records.text).not.toMatch(/Harbour|Mill/);
  });
});

describe("the look at a set", () => {
  it("shows tables, joins and currencies, and keeps nothing", async () => {
    const look = await api(server, "POST", "/api/v3/tapes/preview",
      { raw: zipOf({ ...texts(), "readme.pdf": "%PDF" }) as BodyInit,
        headers: { "content-type": ZIP_TYPE } });
    expect(look.json, look.text).toMatchObject({ headers: Object.keys(SET["Bank_Loan.csv"]?.[0] ?? {}),
      notes: [expect.stringContaining("readme.pdf")],
      set: { currencies: ["EUR", "USD"], join: { loans: 3, loans_with_counterparty: 2,
        loans_without_counterparty: 1, loans_with_collateral: 1, counterparties: 3,
        collaterals: 3, orphan_collaterals: 1 } } });
    expect(look.json.set.tables.map(({ template, rows }: Json) => [template, rows])).toEqual([
      ["counterparty", 3], ["property_collateral", 2], ["non_property_collateral", 1],
      ["loan", 3]]);
    expect(look.json.set.tables[3].missing).toContain("date_of_default");
  });
});

/** The archive with a bit set in every entry's flags: encrypted, as its directory says. */
function encrypted(archive: Uint8Array): Uint8Array {
  const bytes = Buffer.from(archive);
  for (let place = bytes.indexOf("PK\u0001\u0002"); place >= 0;
    place = bytes.indexOf("PK\u0001\u0002", place + 4)) bytes[place + 8] = 1;
  return bytes;
}

describe("an archive that is no such set", () => {
  const unreadable = async (archive: Uint8Array, words: RegExp): Promise<void> => {
    const answer = await send(archive);
    expectProblem(answer, "FILE_UNREADABLE");
    expect(answer.json.message).toMatch(words);
  };

  it("is refused with a reason, and leaves nothing", async () => {
    const files = texts();
    const loans = files["Bank_Loan.csv"] as string;
    await unreadable(zipOf({ "a.csv": "x,y\n1,2" }), /holds no table of loans.*a\.csv/);
    await unreadable(zipOf({}), /no table/);
    await unreadable(strToU8("PK no archive"), /no ZIP archive/);
    await unreadable(zipOf(files).subarray(0, 900), /no ZIP archive/);
    await unreadable(encrypted(zipOf(files)), /encrypted/);
    await unreadable(zipOf({ "loan.csv": loans, "loan-2.csv": loans }), /both hold the template loan/);
    await unreadable(zipOf({ ...files, "../../etc/x.csv": loans }), /outside of itself/);
    await unreadable(zipOf({ ...files, "C:\\x.csv": loans }), /outside of itself/);
    await unreadable(zipOf({ ...files, "bomb.csv": new Uint8Array(40 << 20) }),
      /unpacks to more than 200 times/);
    await unreadable(zipOf({ "loan.csv": loans.replace("principal_balance", "principal") }),
      /"loan\.csv": the column principal_balance is missing/);
    await unreadable(zipOf({ "loan.csv": loans, "counterparty.csv": "id,name\n1,x" }),
      /"counterparty\.csv" lacks the columns/);
  });

  it("passes over what is no table, nested archives and system files included", async () => {
    const sealed = await send(zipOf({ ...texts(), "nested.zip": zipOf(texts()), "notes.csv": "a,b\n1,2",
      "__MACOSX/._Bank_Loan.csv": "x", "forbearance.csv": "loan_identifier,type\nL1,1" }));
    expect(sealed.json).toMatchObject({ status: "sealed", counts: { raw: 9 } });
    const { notes } = (await get(`${sealed.json.dataset_version_id}/manifest`)).json.reading;
    expect(notes.filter((note: string) => note.includes("left out")).map((note: string) =>
      note.split(" ")[0]).sort()).toEqual(['"forbearance.csv"', '"nested.zip"', '"notes.csv"']);
  });

  it("takes no mapping, sheet or other profile", async () => {
    for (const query of ["mapping=%7B%7D", "sheet=a", "header_row=2", "profile=sba-7a"]) {
      expectProblem(await send(zipOf(texts()), query), "PARAMETERS_INVALID");
    }
    expect((await send(zipOf(texts()), `${RATES}&profile=eba-npl`)).json.status).toBe("sealed");
  });

  it("says which loan it cannot read, and fails without any", async () => {
    const loans = (SET["Bank_Loan.csv"] ?? []).map((row) => ({ ...row, principal_balance: "much" }));
    const answer = await send(zipOf({ ...texts(), "Bank_Loan.csv": csvOf(loans) }));
    expectProblem(answer, "FILE_UNREADABLE");
    expect(answer.json.message).toMatch(/No row could be normalized/);
  });
});

const SAMPLE = "../shared/data/eba-npl-sample";

describe.skipIf(!existsSync(SAMPLE))("the sample of openNPL (skipped without ../shared/data)", () => {
  const FILES = ["counterparty", "property_collateral", "non_property_collateral", "loan"];
  const read = (name: string) => readFileSync(`${SAMPLE}/${name}.csv`, "utf8");
  const rowsOf = (name: string): Row[] =>
    Papa.parse<Row>(read(name), { header: true, skipEmptyLines: true }).data;

  it("has the counts and totals that its files have", async () => {
    const [parties, property, other, loans] = FILES.map(rowsOf) as [Row[], Row[], Row[], Row[]];
    const currencies = [...new Set([...loans.map((row) => row.loan_currency),
      ...property.map((row) => row.currency_of_property),
      ...other.map((row) => row.currency_of_collateral)])].filter((code) => code !== "EUR");
    const rates = Object.fromEntries(currencies.map((code, index) => [code, (index + 50) / 100]));
    const files = Object.fromEntries(FILES.map((name) => [`${name}.csv`, read(name)]));
    const answer = await send(zipOf(files),
      `fx_rates=${encodeURIComponent(JSON.stringify(rates))}`);
    const owed = loans.reduce((cents, row) => cents + Number(row.principal_balance)
      * Math.round((rates[row.loan_currency ?? ""] ?? 1) * 100), 0);
    expect(answer.json, answer.text).toMatchObject({ status: "sealed",
      counts: { raw: parties.length + property.length + other.length + loans.length,
        obligors: parties.length, rejected: 0, collaterals: property.length + other.length },
      consolidated: { total_outstanding: owed / 100, collateral_value: 0 } });
    const id = answer.json.dataset_version_id;
    expect((await get(`${id}/instruments?limit=1`)).json.total).toBe(loans.length);
    const { problem_counts: counts } = (await get(`${id}/quality`)).json;
    const known = new Set(loans.map((row) => row.loan_identifier));
    const orphans = [...property, ...other].filter((row) => !known.has(row.loan_identifier ?? ""));
    expect(counts.REFERENCE_UNKNOWN).toBe(orphans.length);
    const countryOf = new Map(parties.map((row) =>
      [row.counterparty_identifier, row.country_of_registered_location || null]));
    const expected = new Map<string | null, number>();
    for (const row of loans) {
      const country = countryOf.get(row.counterparty_identifier) ?? null;
      expected.set(country, (expected.get(country) ?? 0) + 1);
    }
    const { groups } = (await get(`${id}/exposure?group_by=country`)).json;
    expect(new Map(groups.map(({ key, count }: Json) => [key.country, count]))).toEqual(expected);
  });

  it("joins collateral once its loans are there", async () => {
    const property = rowsOf("property_collateral").slice(0, 50)
      .map((row, index) => ({ ...row, loan_identifier: `LO${index}`, currency_of_property: "EUR" }));
    const loans = rowsOf("loan").map((row) => ({ ...row, loan_currency: "EUR" }));
    const sealed = await send(zipOf({ "loan.csv": csvOf(loans),
      "property_collateral.csv": csvOf(property) }), "");
    const value = property.reduce((sum, row) =>
      sum + Number((row as Row).latest_valuation_amount), 0);
    expect(sealed.json.consolidated.collateral_value).toBe(value);
  });
});
