import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extractText, getDocumentProxy } from "unpdf";
import { api, run, sendTape, type Json } from "../support/api";
import { cli } from "../support/cli";
import { cuttingProxy } from "../support/cuttable-proxy";
import { expectProblem } from "../support/problem";
import { ROOT, TOKENS, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

/** What spreadsheets would take for formulas, what XML cannot hold, and a sign no font has. */
const EVIL = '=HYPERLINK("http://x")<&>\u4e2d';
const FORMATS = ["json", "csv", "pdf", "xlsx", "parquet"] as const;
type Format = (typeof FORMATS)[number];

let server: TestServer;
let made: Json;
let files: Record<Format, Uint8Array>;

const exported = (format: string, more = "", id = made.run_id): Promise<Response> =>
  fetch(`${server.url}/api/v3/runs/${id}/export?format=${format}${more}`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });

async function fileOf(format: string, more = ""): Promise<Uint8Array> {
  const answer = await exported(format, more);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-disposition")).toContain(`.${format}"`);
  return new Uint8Array(await answer.arrayBuffer());
}

usingServer(async (up) => {
  ({ server } = up);
  const rows = Array.from({ length: 60 }, (_, at) =>
    `${at === 0 ? "=1+1" : `L${at}`},${1000 + at * 37.25},${at * 29.5},${at % 5}`);
  const tape = await sendTape(server,
    `instrument_id,principal,collateral_value,interest_rate_pct\n${rows.join("\n")}\n`);
  const answer = await run(server, tape.json.dataset_version_id, { stress_scenarios: [
    { scenario_id: "-own", description: EVIL, collateral_market_impact_pct: -0.3,
      default_risk_increment_pct: 0.0123 }] });
  expect(answer.status, answer.text).toBe(200);
  made = answer.json;
  const bytes = await Promise.all(FORMATS.map((format) => fileOf(format)));
  files = Object.fromEntries(FORMATS.map((format, at) => [format, bytes[at]])) as typeof files;
});

type CellRead = { value: string; formula?: string };

/** A workbook's sheets by name: cells by their place, a formula's as value and text. */
function sheetsOf(bytes: Uint8Array): Map<string, Map<string, CellRead>> {
  const parts = unzipSync(bytes);
  const partOf = (name: string): string => strFromU8(parts[name] as Uint8Array);
  const names = [...partOf("xl/workbook.xml").matchAll(/<sheet name="([^"]*)"/g)];
  return new Map(names.map(([, name], at) => [name as string, new Map(
    [...partOf(`xl/worksheets/sheet${at + 1}.xml`).matchAll(
      /<c r="([A-Z]+\d+)"[^>]*>(?:<f>(.*?)<\/f>)?(?:<v>(.*?)<\/v>|<is><t[^>]*>(.*?)<\/t><\/is>)/gs,
    )].map(([, place, formula, number, text]) => [place as string,
      { value: number ?? text ?? "", ...(formula === undefined ? {} : { formula }) }]))]));
}

/** The columns of the workbook's sheet that hold a scenario's own amounts. */
const STRESS_COLUMNS = { B: "interest_payment", C: "collateral_value",
  D: "distressed_asset_recovery", E: "default_risk_buffer", F: "net_exposure_after_recovery",
  H: "loss_estimate" } as const;

const grouped = new Intl.NumberFormat("en-US",
  { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const stresses = (): Json[] => made.report.stress_tests;

describe("a run as a file", () => {
  let text: string;
  let sheets: ReturnType<typeof sheetsOf>;
  beforeAll(async () => {
    text = (await extractText(await getDocumentProxy(files.pdf.slice()), { mergePages: true }))
      .text.replaceAll("\u2212", "-");
    sheets = sheetsOf(files.xlsx);
  });

  it.each(FORMATS)("has the same bytes again: %s", async (format) => {
    expect(Buffer.compare(await fileOf(format), files[format])).toBe(0);
  });

  it("has the figures of the answer in JSON, CSV, PDF and workbook", () => {
    expect(JSON.parse(Buffer.from(files.json).toString()).report).toStrictEqual(made.report);
    const csv = Buffer.from(files.csv).toString().split("\r\n").map((line) => line.split(","));
    const inCsv = (section: string, scenario: string, figure: string): number =>
      Number(csv.find((line) => line[0] === section && line[2] === figure &&
        line[1]?.replace(/^'/, "") === scenario)?.[3]);
    const stress = sheets.get("Stress results");
    for (const [at, one] of stresses().entries()) {
      for (const [figure, value] of Object.entries(one)) {
        if (typeof value === "number") {
          expect(inCsv("stress_test", one.scenario_id, figure), figure).toBe(value);
        }
      }
      for (const [column, figure] of Object.entries(STRESS_COLUMNS)) {
        expect(stress?.get(`${column}${at + 2}`)?.value, figure).toBe(String(one[figure]));
        expect(text).toContain(grouped.format(one[figure]));
      }
      expect(stress?.get(`A${at + 2}`)?.value).toBe(one.scenario_id);
      expect(stress?.get(`H${at + 2}`)).toStrictEqual({
        value: String(one.loss_estimate), formula: `MAX(0,F${at + 2}-G${at + 2})` });
    }
    const exposure = sheets.get("Exposure");
    for (const [figure, value] of Object.entries<number>(made.report.debt_exposure)) {
      const row = [...exposure?.entries() ?? []].find(([, cell]) => cell.value === figure)?.[0];
      expect(Number(exposure?.get(`C${row?.slice(1)}`)?.value), figure).toBe(value);
      expect(inCsv("debt_exposure", "", figure), figure).toBe(value);
      if (!/count|ratio|rate/.test(figure)) expect(text).toContain(grouped.format(value));
    }
    const findings = [...sheets.get("Findings")?.values() ?? []].map(({ value }) => value);
    for (const { id, value, threshold } of made.material_findings) {
      for (const amount of [value, threshold]) {
        expect(findings).toContain(String(amount));
        expect(text).toContain(grouped.format(amount));
      }
      expect(text.replaceAll(/\s+/g, "")).toContain(id);
    }
  });

  it("says in which unit a figure of CSV is, and in words what a warning means", () => {
    const units = new Map(Buffer.from(files.csv).toString().split("\r\n").map((line) =>
      line.split(",")).map(([, , figure, , unit]) => [figure, unit]));
    expect(["interest_rate_pct", "interest_rate_delta_pct", "collateral_market_impact_pct",
      "collateral_coverage_ratio", "loss_estimate"].map((figure) => units.get(figure)))
      .toStrictEqual(["points", "points", "fraction", "ratio", "EUR"]);
    const warnings: string[] = made.report.metadata.warnings;
    const cells = [...sheets.get("Warnings")?.values() ?? []].map(({ value }) => value);
    for (const warning of warnings) {
      expect(cells).toContainEqual(expect.stringMatching(new RegExp(`^${warning}: \\S+ .*\\.$`)));
    }
  });

  it("carries what it rests on: ids, content hash, page numbers, how to verify", async () => {
    const { json } = await api(server, "GET", `/api/v3/runs/${made.run_id}`);
    const words = text.replaceAll(/\s+/g, "");
    for (const id of [made.run_id, made.debt_exposure_evidence_id, json.content_hash,
      ...Object.values<string>(made.stress_test_evidence_ids)]) expect(words).toContain(id);
    expect(text).toMatch(/Page 1 of \d/);
    expect(text).toContain("How to verify this report");
  });

  it("comes in templates: for the supervisor with parameters first, for the board on one page",
    async () => {
      const read = async (template: string): Promise<{ pages: number; said: string }> => {
        const proxy = await getDocumentProxy(await fileOf("pdf", `&template=${template}`));
        return { pages: proxy.numPages,
          said: (await extractText(proxy, { mergePages: true })).text };
      };
      const board = await read("board");
      expect(board.pages).toBe(1);
      expect(board.said).toContain("Not signed off: nobody has prepared");
      expect(board.said).toContain(grouped.format(made.report.debt_exposure.total_outstanding));
      const { said } = await read("regulator");
      for (const title of ["Assumptions", "Evidence", "Glossary", "How to verify this report"]) {
        expect(said).toContain(title);
      }
      expect(said.indexOf("Sign-off")).toBeLessThan(said.indexOf("Stress results"));
      expect([...sheetsOf(await fileOf("xlsx", "&template=board")).keys()])
        .toStrictEqual(["Report", "Findings", "Sign-off"]);
      for (const query of ["csv&template=board", "pdf&template=other"]) {
        const answer = await exported(query);
        expect([answer.status, (await answer.json()).detail])
          .toStrictEqual([400, "PARAMETERS_INVALID"]);
      }
    });

  it("never makes a formula of a text, and shows every sign of it", async () => {
    const cells = [...sheetsOf(await fileOf("xlsx", "&scenario_id=-own")).values()]
      .flatMap((sheet) => [...sheet.values()]);
    for (const { formula = "SUM" } of cells) expect(formula).toMatch(/^(SUM|MAX|MIN)/);
    const values = cells.map(({ value }) => value);
    expect(values).toContain("=HYPERLINK(\"http://x\")&lt;&amp;&gt;\u4e2d");
    expect(values).toContain("=1+1");
    expect(text).toContain("[U+4E2D]");
    expect(Buffer.from(files.csv).toString()).not.toMatch(/(^|,)"?[=+@]/m);
  });

  it("has every instrument under every scenario as Parquet, and one scenario's as a sheet", async () => {
    const rows = await parquetReadObjects({ file: files.parquet.slice().buffer });
    expect(rows).toHaveLength(60 * stresses().length);
    const { key_value_metadata: facts } = await parquetMetadataAsync(files.parquet.slice().buffer);
    expect(facts).toEqual(expect.arrayContaining([{ key: "run_id", value: made.run_id },
      { key: "sign_off", value: expect.stringMatching(/^Not signed off/) }]));
    for (const { scenario_id: scenario } of stresses()) {
      const { items } = (await api(server, "GET",
        `/api/v3/runs/${made.run_id}/instruments?scenario_id=${scenario}&sort=row&limit=1000`)).json;
      const own = rows.filter((row) => row.scenario_id === scenario);
      expect(own.map((row) => [row.instrument_id, row.stressed_collateral_shortfall,
        row.default_risk_buffer])).toStrictEqual(items.map((item: Json) =>
        [item.instrument_id, item.stressed_collateral_shortfall, item.default_risk_buffer]));
    }
    const sheet = sheetsOf(await fileOf("xlsx", "&scenario_id=market_crash")).get("Instruments");
    const outstanding = made.report.debt_exposure.total_outstanding;
    expect(sheet?.get("E62")).toStrictEqual({ value: String(outstanding), formula: "SUM(E2:E61)" });
  });

  it("says what does not go together, and what there is not", async () => {
    for (const more of ["pdf&scenario_id=-own", "xlsx&scenario_id=nobody", "docx"]) {
      expect((await exported(more)).status).toBe(400);
    }
    expectProblem(await api(server, "GET",
      `/api/v3/runs/${crypto.randomUUID()}/export?format=pdf`), "RUN_NOT_FOUND");
  });

  it("goes into a file by the command line", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "export-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, "run.xlsx");
    const done = spawnSync(process.execPath, ["scripts/cli.mjs", "export", made.run_id,
      "--format", "xlsx", "--output", file], { cwd: ROOT, encoding: "utf8",
      env: { ...process.env, TODISCOPE_URL: server.url, TODISCOPE_TOKEN: TOKENS.READ } });
    expect(done.status, done.stderr).toBe(0);
    expect(Buffer.compare(readFileSync(file), files.xlsx)).toBe(0);
  });

  it.each([...FORMATS, "zip"] as const)(
    "that the network cuts short is never taken for whole: %s", async (format) => {
    const whole = format === "zip" ? await fileOf(format) : files[format];
    const cut = await cuttingProxy(server.url, whole.length / 2, "answered");
    const read = async (url: string): Promise<number> => (await (await fetch(
      `${url}/api/v3/runs/${made.run_id}/export?format=${format}`,
      { headers: { authorization: `Bearer ${TOKENS.READ}` } })).arrayBuffer()).byteLength;
    await expect(read(cut.url)).rejects.toThrow();
    expect(cut.cuts()).toBe(1);
    expect(await read(cut.url)).toBe(whole.length);
  });

  it("that is cut on its way to the command line leaves no file", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "todiscope-cut-"));
    try {
      const cut = await cuttingProxy(server.url, files.xlsx.length / 2, "answered");
      const file = path.join(folder, "run.xlsx");
      const done = await cli({ url: cut.url, dataDir: server.dataDir },
        ["export", made.run_id, "--format", "xlsx", "--output", file]);
      expect(done.code, done.err).not.toBe(0);
      expect(existsSync(file)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is gone with its version", async () => {
    await api(server, "DELETE", `/api/v3/dataset-versions/${made.dataset_version_id}`,
      { body: { reason: "asked for" } });
    for (const format of ["pdf", "xlsx", "parquet"]) {
      expect((await exported(format)).status).toBe(410);
    }
  });
});
