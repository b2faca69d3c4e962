import { afterEach, describe, expect, it } from "vitest";
import type { ErrorCode } from "@/lib/contract/errors";
import { INSTRUMENT_SORT_COLUMNS } from "@/lib/contract/record";
import type { Operation } from "@/lib/contract/operation";
import { operations } from "@/lib/contract/operations";
import { markOf } from "@/lib/door/cursor-mark";
import { matchOperation } from "@/lib/door/router";
import {
  api, EXAMPLE, newDataset, run, RUN_PATH, sealedVersion, sendTape, STARTED_AT,
} from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let versionId: string;
let dataset: string;

usingServer(async (up) => {
  ({ server } = up);
  versionId = await sealedVersion(server, EXAMPLE, { principal: 1 }, { principal: 2 });
  await run(server, versionId);
  dataset = await newDataset(server);
});
let seen = 0;
afterEach(async () => {
  expect((await api(server, "GET", "/health", { role: null })).json.status).toBe("healthy");
  const said = server.output().slice(seen);
  seen += said.length;
  expect(said).not.toContain("REQUEST_FAILED");
});

const deep = (levels: number, open: string, close: string, inside = ""): string =>
  open.repeat(levels) + inside + close.repeat(levels);
const asRun = (parameters: string): string =>
  `{"dataset_version_id": "${versionId}", "started_at": "${STARTED_AT}", "parameters": ${parameters}}`;

const BODIES: [string, () => string | Uint8Array][] = [
  ["nothing", () => ""],
  ["spaces", () => "  \n"],
  ["half an object", () => "{"],
  ["an array", () => "[]"],
  ["a text", () => `"text"`],
  ["a number", () => "1"],
  ["null", () => "null"],
  ["true", () => "true"],
  ["two values", () => "{}{}"],
  ["single quotes", () => "{'a': 1}"],
  ["a comment", () => "{} // x"],
  ["NaN", () => asRun("{\"stress_loss_materiality_threshold_pct\": NaN}")],
  ["Infinity", () => asRun("{\"stress_loss_materiality_threshold_pct\": -Infinity}")],
  ["1e400", () => asRun("{\"stress_loss_materiality_threshold_pct\": 1e400}")],
  ["invalid UTF-8", () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ["half a UTF-8 character", () => Buffer.from([0x7b, 0x22, 0xc3])],
  ["UTF-16", () => Buffer.from(asRun("{}"), "utf16le")],
  ["a surrogate alone", () => asRun("{\"stress_scenarios\": [{\"scenario_id\": \"\\ud800\"}]}")],
  ["a surrogate as a name", () => asRun("{\"\\udc00\": 1}")],
  ["NUL", () => asRun("{\"stress_scenarios\": [{\"scenario_id\": \"a\\u0000b\"}]}")],
  ["NUL as a name", () => asRun("{\"\\u0000\": 1}")],
  ["100,000 lists", () => asRun(deep(100_000, "[", "]"))],
  ["100,000 objects", () => asRun(deep(100_000, "{\"a\":", "}", "1"))],
  ["100,000 lists not closed", () => asRun("[".repeat(100_000))],
];

describe("bodies", () => {
  it.each(BODIES)("%s is REQUEST_BODY_INVALID on every JSON route", async (_, body) => {
    for (const path of [RUN_PATH, "/api/v3/datasets", `/api/v3/datasets/${dataset}/versions`,
      "/api/v3/evidence/verify", "/api/v3/tokens"]) {
      expectProblem(await api(server, "POST", path, { raw: body() as BodyInit,
        headers: { "content-type": "application/json", prefer: "wait=30" } }), "REQUEST_BODY_INVALID");
    }
  });

  it("no content type is read as JSON", async () => {
    const response = await fetch(`${server.url}/api/v3/datasets`, { method: "POST",
      headers: { authorization: "Bearer admin-token-0123456789abcdef" },
      body: Buffer.from(`{"name": "x", "base_currency": "EUR"}`) });
    expect(response.status).toBe(201);
  });

  it.each<[string, unknown]>([
    ["no name", { base_currency: "EUR" }], ["an empty name", { name: " ", base_currency: "EUR" }],
    ["a small currency", { name: "x", base_currency: "eur" }],
    ["a currency of 4", { name: "x", base_currency: "EURO" }],
    ["an unknown member", { name: "x", base_currency: "EUR", owner: 1 }],
    ["a long name", { name: "x".repeat(201), base_currency: "EUR" }],
    ["a name of number", { name: 5, base_currency: "EUR" }],
  ])("a dataset with %s is REQUEST_BODY_INVALID and names the member", async (_, body) => {
    const answer = await api(server, "POST", "/api/v3/datasets", { body });
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors.length).toBeGreaterThan(0);
  });

  it.each<[string, unknown]>([
    ["no records", {}], ["records of null", { records: null }], ["an empty list", { records: [] }],
    ["records of numbers", { records: [1] }], ["an unknown member", { records: [{ payload: {} }], x: 1 }],
    ["an unknown member of a record", { records: [{ payload: {}, id: 1 }] }],
    ["a day that does not exist", { as_of: "2025-02-30", records: [{ payload: {} }] }],
    ["the year 0", { as_of: "0000-01-01", records: [{ payload: { principal: 1 } }] }],
    ["a rate of 0", { fx_rates: { USD: 0 }, records: [{ payload: {} }] }],
    ["a currency that is none", { fx_rates: { dollars: 1 }, records: [{ payload: {} }] }],
    ["an id of number", { records: [{ source_record_id: 1, payload: {} }] }],
  ])("a tape with %s is REQUEST_BODY_INVALID", async (_, body) => {
    expectProblem(await api(server, "POST", `/api/v3/datasets/${dataset}/versions`,
      { body, headers: { prefer: "wait=30" } }), "REQUEST_BODY_INVALID");
  });

  it("keeps texts that look like SQL or formulas as they are", async () => {
    const nasty = ["'; DROP TABLE run; --", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\\",
      "a\tb\nc\\N", "\u202eevil", "🏦", "%s%n", "${7*7}", "null"];
    const id = await sealedVersion(server, ...nasty.map((text, index) =>
      ({ principal: index + 1, obligor_id: text, sector: text })));
    const { json } = await api(server, "GET", `/api/v3/dataset-versions/${id}/instruments`);
    expect(json.items.map((item: { obligor_id: string }) => item.obligor_id)).toStrictEqual(nasty);
    for (const text of nasty.filter((each) => each !== "null")) {
      const found = await api(server, "GET",
        `/api/v3/dataset-versions/${id}/instruments?${new URLSearchParams({ sector: text })}`);
      expect(found.json.total, text).toBe(1);
      const part = await api(server, "GET",
        `/api/v3/dataset-versions/${id}/instruments?${new URLSearchParams({ q: text })}`);
      expect(part.json.total, text).toBeGreaterThan(0);
    }
    expect((await api(server, "GET", "/api/v3/runs")).status).toBe(200);
  });
});

describe("queries", () => {
  const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  /** Bound to its list, so that the list itself has to look at it. */
  const bound = (address: string, text: string): string => {
    const url = new URL(`/api/v3${address}`, server.url);
    const match = matchOperation("GET", url.pathname);
    if (match.kind !== "found") throw new Error(address);
    const { query }: Operation = operations[match.name];
    const filters = query?.parse(Object.fromEntries(url.searchParams)) as Record<string, unknown>;
    return `${text}.${markOf(match.name, match.path, filters)}`;
  };
  const lists = ["/datasets", "/dataset-versions", "/runs", "/evidence", "/findings", "/tokens",
    "/users", "/audit"];
  const ofVersion = ["records", "instruments", "quality"];
  const everywhere = (): string[] => [...lists,
    ...ofVersion.map((part) => `/dataset-versions/${versionId}/${part}`)];

  it.each(["0", "-1", "1001", "1.5", "x", "", "1e9", "NaN", "Infinity", "%00", "1;2"])(
    "limit=%s is PARAMETERS_INVALID", async (limit) => {
      for (const path of everywhere()) {
        expectProblem(await api(server, "GET", `/api/v3${path}?limit=${limit}`), "PARAMETERS_INVALID");
      }
    });
  it("limits from 1 to 1000 are taken, others' names refused", async () => {
    for (const path of everywhere()) {
      expect((await api(server, "GET", `/api/v3${path}?limit=1000`)).status, path).toBe(200);
      expect((await api(server, "GET", `/api/v3${path}?limit=1`)).status, path).toBe(200);
      for (const unknown of ["limits=1", "offset=2", "__proto__=1", "constructor=1", "%27=1"]) {
        if (unknown === "__proto__=1") continue;
        expectProblem(await api(server, "GET", `/api/v3${path}?${unknown}`), "PARAMETERS_INVALID");
      }
    }
  });
  it.each([
    ["no cursor", "x"], ["empty", ""], ["NUL", "%00"], ["an object", cursor({})],
    ["null", cursor(null)], ["short", cursor([])], ["long", cursor([1, 2, 3, 4])],
    ["nested", cursor([[1], { a: 1 }])], ["three nested", cursor(["row", [1], { a: 1 }])],
    ["a time that is none", cursor(["yesterday", versionIdOf()])],
    ["a time far away", cursor(["+275760-09-13T00:00:00.000Z", versionIdOf()])],
    ["an id that is none", cursor(["2025-01-01T00:00:00.000Z", "x"])],
    ["SQL", cursor(["2025-01-01T00:00:00.000Z", "'; DROP TABLE run"])],
    ["a row that is none", cursor(["row", "1", "x"])], ["half a row", cursor(["row", "1", 1.5])],
    ["a huge row", cursor(["row", "1", 1e300])], ["a text as number", cursor(["row", "abc", 1])],
    ["infinity", cursor(["row", "1e999", 1])], ["NaN", cursor(["row", "NaN", 1])],
    ["half an id", cursor(["warning", 1.5])], ["half a row and an id", cursor([1.5, versionIdOf()])],
    ["a huge id", cursor(["warning", 1e300])],
  ])("a cursor with %s is PARAMETERS_INVALID or the cursor of another list", async (_, text) => {
    for (const path of everywhere()) {
      for (const mark of [text, bound(path, text)]) {
        expectProblem(await api(server, "GET", `/api/v3${path}?cursor=${mark}`),
          "PARAMETERS_INVALID");
      }
    }
  });
  it("cursors of other columns are refused", async () => {
    for (const sort of INSTRUMENT_SORT_COLUMNS) {
      for (const value of ["abc", "1e", "--1", "0x10", null, 5, "a\0b"]) {
        const path = `/dataset-versions/${versionId}/instruments` +
          `?sort=${sort}&default_risk_increment_pct=0.1`;
        const answer = await api(server, "GET",
          `/api/v3${path}&cursor=${bound(path, cursor([sort, value, 1]))}`);
        expect([200, 400], `${sort} ${value}`).toContain(answer.status);
      }
      const other = `/dataset-versions/${versionId}/instruments` +
        `?sort=${sort === "row" ? "-row" : "row"}`;
      expectProblem(await api(server, "GET",
        `/api/v3${other}&cursor=${bound(other, cursor([sort, "1", 1]))}`), "PARAMETERS_INVALID");
    }
  });

  it.each<[ErrorCode, string]>([
    ["PARAMETERS_INVALID", "instruments?sort=payload"],
    ["PARAMETERS_INVALID", "instruments?sort="],
    ["PARAMETERS_INVALID", "instruments?sort=row;DROP"],
    ["PARAMETERS_INVALID", "instruments?sort=--row"],
    ["PARAMETERS_INVALID", "instruments?sort=__proto__"],
    ["PARAMETERS_INVALID", "instruments?sort=constructor"],
    ["PARAMETERS_INVALID", "instruments?sort=stress_impact"],
    ["PARAMETERS_INVALID", "instruments?collateral_market_impact_pct=-1e308"],
    ["PARAMETERS_INVALID", "instruments?recovery_degradation_pct=x"],
    ["PARAMETERS_INVALID", "instruments?default_risk_increment_pct=1e400"],
    ["PARAMETERS_INVALID", "instruments?sector=%00"],
    ["PARAMETERS_INVALID", "instruments?q=%00"],
    ["PARAMETERS_INVALID", "exposure?group_by="],
    ["PARAMETERS_INVALID", "exposure?group_by=payload"],
    ["PARAMETERS_INVALID", "exposure?group_by=sector,sector"],
    ["PARAMETERS_INVALID", "exposure?group_by=sector,region,country"],
    ["PARAMETERS_INVALID", "exposure?group_by=constructor"],
    ["PARAMETERS_INVALID", "exposure?by=sector"],
    ["PARAMETERS_INVALID", "records?kind=consolidated"],
  ])("%s: %s", async (code, path) => {
    expectProblem(await api(server, "GET", `/api/v3/dataset-versions/${versionId}/${path}`), code);
  });

  it.each<[string, string]>([
    ["as_of", "yesterday"], ["as_of", "2025-13-01"], ["as_of", "0000-01-01"], ["locale", "klingon"],
    ["locale", "constructor"], ["locale", ""], ["mapping", "{"], ["mapping", "[]"], ["mapping", "1"],
    ["mapping", `{"nonsense": "a"}`], ["mapping", `{"principal": "no such column"}`],
    ["mapping", `{"principal": {"column": "a", "scale": 0}}`],
    ["mapping", `{"principal": {"column": "a", "scale": "x"}}`],
    ["mapping", `{"principal": {"constant": "x"}}`], ["mapping", `{"sector": {"column": "a", "scale": 2}}`],
    ["mapping", `{"__proto__": "a"}`], ["fx_rates", "{"], ["fx_rates", `{"USD": -1}`],
    ["normalize", "maybe"], ["source_system", ""], ["source_name", "a\0b"], ["delimiter", ";"],
  ])("a tape with %s=%s is PARAMETERS_INVALID", async (name, value) => {
    const answer = await api(server, "POST",
      `/api/v3/datasets/${dataset}/versions?${new URLSearchParams({ [name]: value })}`,
      { raw: "a,principal\n1,2\n", headers: { "content-type": "text/csv", prefer: "wait=30" } });
    expectProblem(answer, "PARAMETERS_INVALID");
  });
});

function versionIdOf(): string {
  return "01980000-0000-7000-8000-000000000000";
}

describe("tapes", () => {
  it("refuses amounts over 9e14 by row and keeps the rest", async () => {
    const answer = await sendTape(server,
      "principal\n900000000000000\n900000000000001\n1e300\n-9e15\n1e400\n");
    expect(answer.status).toBe(201);
    expect(answer.json.counts).toMatchObject({ raw: 5, normalized: 1, rejected: 4 });
    expect(answer.json.consolidated.total_outstanding).toBe(9e14);
    const { json } = await api(server, "GET",
      `/api/v3/dataset-versions/${answer.json.dataset_version_id}/quality`);
    expect(json.problems.map((problem: { row: number; code: string }) =>
      [problem.row, problem.code])).toStrictEqual([[3, "AMOUNT_OUT_OF_RANGE"],
      [4, "AMOUNT_OUT_OF_RANGE"], [5, "AMOUNT_OUT_OF_RANGE"], [6, "AMOUNT_UNREADABLE"]]);
  });

  it("adds 9e14 up to a sum beyond 2^53 exactly", async () => {
    const answer = await sendTape(server, `principal\n${"900000000000000\n".repeat(1000)}0.0001\n`);
    expect(answer.json.consolidated.total_outstanding).toBe(9e17);
    const run1 = await run(server, answer.json.dataset_version_id);
    expect(run1.json.report.debt_exposure.total_outstanding).toBe(9e17);
  });

  it("refuses a portfolio whose sum is beyond what a record can hold", async () => {
    const instruments = Array.from({ length: 2 }, () => ({ principal: 9e14 }));
    const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      headers: { prefer: "wait=30" }, body: { records: [
        { payload: { financial: { debt: { instruments } } } }, { payload: { principal: 1 } }] } });
    expect(answer.json).toMatchObject({ counts: { raw: 2, normalized: 1, rejected: 1 },
      consolidated: { total_outstanding: 1 } });
  });

  it("reports 10,000 bad rows among good ones, page by page", async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => index % 2 ? "x" : "1");
    const answer = await sendTape(server, `principal\n${rows.join("\n")}\n`);
    expect(answer.json.counts).toMatchObject({ raw: 20_000, normalized: 10_000, rejected: 10_000 });
    expect(answer.json.warnings.join()).toContain("ROWS_REJECTED: 10000 of 20000");
    const path = `/api/v3/dataset-versions/${answer.json.dataset_version_id}/quality`;
    const seen = new Set<number>();
    for (let mark = ""; ;) {
      const { json } = await api(server, "GET", `${path}?limit=1000${mark}`);
      for (const problem of json.problems) seen.add(problem.row);
      expect(json.problem_counts).toStrictEqual({ AMOUNT_UNREADABLE: 10_000 });
      if (json.next_cursor === null) break;
      mark = `&cursor=${json.next_cursor}`;
    }
    expect(seen.size).toBe(10_000);
  });

  it("fails when no row is good, and says why", async () => {
    const answer = await sendTape(server, `principal\n${"x\n".repeat(10_000)}`);
    expectProblem(answer, "FILE_UNREADABLE");
    expect(answer.json.message).toContain("Row 2");
    const { json } = await api(server, "GET", answer.headers.get("location") as string);
    expect(json).toMatchObject({ status: "failed", failure: { code: "NO_VALID_RECORD" },
      content_hash: null, consolidated: null, counts: { raw: 0, normalized: 0 } });
    const quality = await api(server, "GET", `${answer.headers.get("location")}/quality?limit=1000`);
    expect(quality.json.problems).toHaveLength(1000);
    const records = await api(server, "GET", `${answer.headers.get("location")}/records?kind=raw`);
    expect(records.json.items).toStrictEqual([]);
  });

  it.each<[string, string, number, string]>([
    ["inside a quote", "id,principal\na,1\nb,\"2", 3, "ROW_CUT_OFF"],
    ["before the last cell", "id,principal,rate\na,1,5\nb,2", 3, "ROW_CUT_OFF"],
    ["inside a UTF-8 character", "id,principal,x\na,1,y\nb,2", 3, "ROW_CUT_OFF"],
  ])("keeps what came before a file that is cut off %s", async (_, text, row, code) => {
    const answer = await sendTape(server, text);
    expect(answer.json.counts).toMatchObject({ raw: 2, normalized: 1, rejected: 1 });
    const { json } = await api(server, "GET",
      `/api/v3/dataset-versions/${answer.json.dataset_version_id}/quality`);
    expect(json.problems).toMatchObject([{ row, code, severity: "error" }]);
  });

  it("without a header the first row is taken for one and asks for a mapping", async () => {
    expectProblem(await sendTape(server, "L1,1000,5\nL2,2000,5\n"), "MAPPING_REQUIRED");
  });

  it("duplicate ids are kept with a warning each", async () => {
    const csv = await sendTape(server, "loan_id,principal\nA,1\nA,2\nB,3\nA,4\n");
    expect(csv.json.counts).toMatchObject({ raw: 4, normalized: 4, rejected: 0, warnings: 2 });
    const json = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      headers: { prefer: "wait=30" },
      body: { records: [{ source_record_id: "x", payload: { principal: 1 } },
        { source_record_id: "x", payload: { principal: 2 } }] } });
    expect(json.json.counts).toMatchObject({ raw: 2, normalized: 2, warnings: 1 });
    expect(json.json.consolidated.total_outstanding).toBe(3);
  });

  it("10,000 columns and a row of 2 MB do no harm", async () => {
    const wide = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
    const answer = await sendTape(server,
      `principal,${wide.join(",")}\n1,${wide.map(() => "x").join(",")}\n`);
    expect(answer.status).toBe(201);
    const long = await sendTape(server, `principal,note\n1,a\n2,${"y".repeat(2 << 20)}\n3,b\n`);
    expect(long.json.counts).toMatchObject({ raw: 3, normalized: 2, rejected: 1 });
  });
});
