import { extractText, getDocumentProxy } from "unpdf";
import { describe, expect, it } from "vitest";
import { api, newDataset, sendTape, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { TOKENS, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";
import { sheetsOf } from "../support/workbook";

const FORMATS = ["json", "csv", "xlsx", "pdf"] as const;

let server: TestServer;
let id: string;

usingServer(async (up) => {
  ({ server } = up);
  const rows = Array.from({ length: 40 }, (_, at) => `L${at},${1000 + at * 37.25},${at * 29.5},` +
    `${["=CRE", "SME", ""][at % 3]},${["DE", "FR"][at % 2]},${at * 5}`);
  const tape = await sendTape(server, "instrument_id,principal,collateral_value,sector,country," +
    `days_past_due\n${rows.join("\n")}\nbad,none,1,SME,DE,0\n`);
  id = tape.json.dataset_version_id;
});

async function file(format: string, more = ""): Promise<Uint8Array> {
  const answer = await fetch(
    `${server.url}/api/v3/dataset-versions/${id}/export?format=${format}${more}`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-disposition")).toContain(`.${format}"`);
  return new Uint8Array(await answer.arrayBuffer());
}
const read = async (part: string): Promise<Json> =>
  (await api(server, "GET", `/api/v3/dataset-versions/${id}${part}`)).json;
const grouped = new Intl.NumberFormat("en-US",
  { minimumFractionDigits: 2, maximumFractionDigits: 2 });

describe("a version as a file", () => {
  it.each(FORMATS)("has the same bytes again: %s", async (format) => {
    expect(Buffer.compare(await file(format), await file(format))).toBe(0);
  });

  it("has the figures of the answers in JSON, CSV, PDF and workbook", async () => {
    const [version, kpis, sectors] = await Promise.all(
      [read(""), read("/kpis"), read("/exposure?group_by=sector")]);
    const json = JSON.parse(Buffer.from(await file("json")).toString());
    expect(json.version).toMatchObject({ consolidated: version.consolidated });
    expect(json.kpis).toStrictEqual(kpis);
    expect(json.segments.map((each: Json) => each.group_by.join())).toStrictEqual(
      ["sector", "country", "dpd_bucket"]);
    expect(json.segments[0].groups).toStrictEqual(sectors.groups);
    const csv = Buffer.from(await file("csv")).toString().split("\r\n")
      .map((line) => line.split(","));
    const text = (await extractText(await getDocumentProxy(await file("pdf")),
      { mergePages: true })).text.replaceAll("\u2212", "-");
    const sheets = sheetsOf(await file("xlsx"));
    const exposure = [...sheets.get("Exposure") ?? []];
    for (const figure of ["total_outstanding", "collateral_value",
      "net_exposure_after_recovery"]) {
      const value = version.consolidated[figure];
      const row = exposure.find(([, cell]) => cell === figure)?.[0].slice(1);
      expect(sheets.get("Exposure")?.get(`C${row}`)).toBe(String(value));
      expect(csv.find((line) => line[0] === "debt_exposure" && line[2] === figure)?.[3])
        .toBe(String(value));
      expect(text).toContain(grouped.format(value));
    }
    const bySector = [...sheets.get("By sector")?.values() ?? []];
    for (const group of sectors.groups) {
      expect(bySector).toContain(String(group.total_outstanding));
      expect(text).toContain(grouped.format(group.total_outstanding));
    }
    expect(csv.find((line) => line[0] === "kpi" && line[2] === "par90_pct")?.[3])
      .toBe(String(kpis.par90_pct.value));
    expect([...sheets.get("Portfolio KPIs")?.values() ?? []])
      .toContain(String(kpis.par90_pct.value));
  });

  it("carries content hash, file hash and how to verify, and makes no formula of a text",
    async () => {
      const version = await read("");
      const pdf = (await extractText(await getDocumentProxy(await file("pdf")),
        { mergePages: true })).text;
      const words = pdf.replaceAll(/\s+/g, "");
      for (const hash of [version.content_hash, version.source.sha256, id]) {
        expect(words).toContain(hash);
      }
      expect(pdf).toContain("How to verify this report");
      expect(Buffer.from(await file("csv")).toString()).not.toMatch(/(^|,)"?[=+@]/m);
      expect([...sheetsOf(await file("xlsx")).get("By sector")?.values() ?? []])
        .toContain("=CRE");
    });

  it("takes a grouping of choice, and says what cannot be had", async () => {
    const json = JSON.parse(Buffer.from(
      await file("json", "&group_by=country,sector")).toString());
    expect(json.segments).toHaveLength(1);
    expect(json.segments[0].groups[0].key).toHaveProperty("country");
    const ask = (of: string, more: string) =>
      api(server, "GET", `/api/v3/dataset-versions/${of}/export${more}`);
    expectProblem(await ask(id, "?group_by=colour"), "PARAMETERS_INVALID");
    expectProblem(await ask(id, "?format=docx"), "PARAMETERS_INVALID");
    const raw = await api(server, "POST",
      `/api/v3/datasets/${await newDataset(server)}/versions?normalize=false`,
      { body: { records: [{ payload: { principal: 1 } }] }, headers: { prefer: "wait=30" } });
    expectProblem(await ask(raw.json.dataset_version_id, ""), "NORMALIZED_RECORD_REQUIRED");
  });
});
