import { describe, expect, it } from "vitest";
import {
  api, EXAMPLE, newDataset, run, sealedVersion, settled, type Answer, type Json,
} from "../support/api";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;

usingServer((up) => { ({ server } = up); });

type Tape = { query?: string; body?: object; headers?: Record<string, string>; currency?: string };

async function send(payloads: unknown[], tape: Tape = {}): Promise<Answer> {
  const dataset = await newDataset(server, tape.currency);
  return api(server, "POST", `/api/v3/datasets/${dataset}/versions${tape.query ?? ""}`, {
    headers: { prefer: "wait=30", ...tape.headers },
    body: { records: payloads.map((payload) => ({ payload })), ...tape.body },
  });
}

const debt = (members: object): object => ({ financial: { debt: members } });

describe("forms of a record", () => {
  it.each<[string, unknown[], object]>([
    ["a portfolio with totals", [EXAMPLE],
      { total_outstanding: 1_000_000, collateral_value: 750_000, assets_value: 2_000_000,
        distressed_asset_value: 350_000, distressed_asset_recovery: 145_000 }],
    ["a portfolio with instruments, which take precedence", [debt({ total_outstanding: 5,
      instruments: [{ principal: 100, interest_rate_pct: 4, collateral_value: 30 },
        { outstanding: 300, annual_interest_rate: 8, collateral: 20 }] })],
    { total_outstanding: 400, interest_rate_pct: 7, interest_payment: 28, collateral_value: 50 }],
    ["an empty instrument list: the totals count", [debt({ outstanding: 7, rate_pct: 2,
      instruments: [] })], { total_outstanding: 7, interest_rate_pct: 2 }],
    ["a debt-level collateral replaces the instruments'", [debt({ collateral_value: 9,
      instruments: [{ principal: 100, collateral_value: 30 }] })], { collateral_value: 9 }],
    ["a debt-level collateral of 0 does not", [debt({ collateral_value: 0,
      instruments: [{ principal: 100, collateral_value: 30 }] })], { collateral_value: 30 }],
    ["instruments", [{ principal: 1000 }, { outstanding: 2000 }, { amount: 3000 }],
      { total_outstanding: 6000 }],
    ["the first name wins", [{ principal: 1, outstanding: 2, amount: 3 }], { total_outstanding: 1 }],
    ["null and empty text are not given, 0 is", [{ principal: null, outstanding: "", amount: 3,
      collateral_value: 0, collateral: 5 }], { total_outstanding: 3, collateral_value: 0 }],
    ["a distressed asset", [{ value: 200, recovery_rate_pct: 35 }],
      { distressed_asset_value: 200, distressed_asset_recovery: 70, distressed_asset_count: 1 }],
    ["assets as a number", [{ ...debt({ total_outstanding: 10 }), assets: 20 }],
      { assets_value: 20, leverage_ratio: 0.5 }],
    ["assets by another name", [{ financial: { debt: { principal: 10 }, asset_value: 40 } }],
      { assets_value: 40 }],
    ["assets as an object", [{ financial: { debt: { principal: 10 }, assets: { estimated_value: 80 } } }],
      { assets_value: 80 }],
    ["distressed assets under financial", [{ financial: { debt: { principal: 10 },
      distressed_assets: [{ value: 100, recovery: 10 }] } }],
    { distressed_asset_value: 100, distressed_asset_recovery: 10 }],
    ["all of them together", [EXAMPLE, { principal: 500, collateral_value: 250 },
      { value: 100, recovery_rate: 50 }],
    { total_outstanding: 1_000_500, collateral_value: 750_250, distressed_asset_value: 350_100,
      distressed_asset_recovery: 145_050, distressed_asset_count: 3 }],
    ["amounts as text", [{ principal: "1,000,000", interest_rate_pct: "5%", collateral_value: "$60,000.00" }],
      { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 60_000 }],
    ["fractions of a cent", [{ principal: 0.1 }, { principal: 0.2 }], { total_outstanding: 0.3 }],
  ])("%s", async (_, payloads, consolidated) => {
    const answer = await send(payloads);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json.counts).toMatchObject({ raw: payloads.length, normalized: payloads.length,
      rejected: 0 });
    expect(answer.json.consolidated).toMatchObject(consolidated);
    const { json } = await run(server, answer.json.dataset_version_id);
    expect(json.report.debt_exposure).toStrictEqual(answer.json.consolidated);
  });

  it("reads German amounts with the locale declared", async () => {
    const answer = await send([{ principal: "1.234.567,89", interest_rate_pct: "5,5 %" }],
      { query: "?locale=de" });
    expect(answer.json.consolidated).toMatchObject(
      { total_outstanding: 1_234_567.89, interest_rate_pct: 5.5 });
  });

  it("converts currencies by the rates given, and refuses one without", async () => {
    const answer = await send([{ principal: 100, currency: "USD" }, { principal: 10 },
      { principal: 5, currency: "XXX" }], { body: { fx_rates: { USD: 0.5 } } });
    expect(answer.json.consolidated.total_outstanding).toBe(60);
    expect(answer.json.counts).toMatchObject({ normalized: 2, rejected: 1 });
    const { json } = await run(server, answer.json.dataset_version_id);
    const currency = json.assumptions.find((entry: Json) => entry.id === "assumption_base_currency");
    expect(currency.details).toStrictEqual(
      { base_currency: "EUR", fx_source: "rates given with the tape" });
  });

  it.each<[string, unknown, string, string | null]>([
    ["a text that is no amount", { principal: "a lot" }, "AMOUNT_UNREADABLE", "principal"],
    ["a German amount without its locale", { principal: "1.234,56" }, "AMOUNT_UNREADABLE", "principal"],
    ["no principal", { collateral_value: 5 }, "MISSING_VALUE", "principal"],
    ["an unreadable rate", { principal: 1, interest_rate_pct: "five" }, "RATE_UNREADABLE",
      "interest_rate_pct"],
    ["a list as amount", { principal: [1] }, "RECORD_SHAPE_INVALID", "principal"],
    ["a text as record", "text", "RECORD_SHAPE_INVALID", null],
    ["null as record", null, "RECORD_SHAPE_INVALID", null],
    ["instruments that are none", debt({ instruments: 5 }), "RECORD_SHAPE_INVALID",
      "financial.debt.instruments"],
    ["true as amount", { principal: true }, "RECORD_SHAPE_INVALID", "principal"],
    ["one bad instrument of a portfolio", debt({ instruments: [{ principal: 1 }, { principal: "x" }] }),
      "AMOUNT_UNREADABLE", "financial.debt.instruments[1].principal"],
  ])("rejects %s with row, column and code, and keeps the raw record", async (_, payload, code, column) => {
    const answer = await send([{ principal: 1 }, payload]);
    expect(answer.json.counts).toMatchObject({ raw: 2, normalized: 1, rejected: 1 });
    const path = `/api/v3/dataset-versions/${answer.json.dataset_version_id}`;
    const { problems } = (await api(server, "GET", `${path}/quality`)).json;
    const errors = problems.filter((problem: Json) => problem.severity === "error");
    expect(errors).toMatchObject([{ row: 2, column, code }]);
    expect(errors[0].message).not.toBe("");
    expect(errors[0].recommendation).not.toBe("");
    const raw = (await api(server, "GET", `${path}/records?kind=raw`)).json.items;
    expect(raw.find((record: Json) => record.row === 2).payload).toStrictEqual(payload);
  });

  it("warns of what it skips or replaces, never silently", async () => {
    const answer = await send([{ principal: 0, collateral_value: 5 }, { principal: -1 },
      { principal: 10 }, { principal: 20, interest_rate_pct: -1 }]);
    expect(answer.json.consolidated).toMatchObject(
      { total_outstanding: 30, collateral_value: 0, interest_rate_pct: 0 });
    const { json } = await run(server, answer.json.dataset_version_id);
    const warnings = json.report.metadata.warnings.join("\n");
    for (const code of ["PRINCIPAL_NOT_POSITIVE: 2", "INTEREST_RATE_MISSING: 1",
      "INTEREST_RATE_NEGATIVE: 1", "NO_DISTRESSED_ASSETS"]) expect(warnings).toContain(code);
    const none = await send([{ principal: 0 }]);
    expect(none.json.warnings).toContain("NO_DEBT_OUTSTANDING");
  });
});

describe("a version's way to its seal", () => {
  it("202 with its address, then sealed", async () => {
    const dataset = await newDataset(server);
    const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`,
      { body: { source_system: "core banking", as_of: "2025-06-30", records: [{ payload: EXAMPLE }] } });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(
      `/api/v3/dataset-versions/${answer.json.dataset_version_id}`);
    expect(answer.json.dataset_version_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const version = await settled(server, answer.json.dataset_version_id);
    expect(version).toMatchObject({ status: "sealed", number: 1, dataset_id: dataset,
      as_of: "2025-06-30", source_system: "core banking", created_by: "token:admin",
      counts: { raw: 1, normalized: 1, rejected: 0, warnings: 0 }, progress: null, failure: null });
    expect(version.content_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(Date.parse(version.sealed_at)).not.toBeNaN();
  });

  it("201 for who prefers to wait", async () => {
    const answer = await send([EXAMPLE]);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("preference-applied")).toBe("wait=30");
    expect(answer.json.status).toBe("sealed");
    expect((await send([EXAMPLE], { headers: { prefer: "respond-async, wait=20" } })).status).toBe(201);
    expect((await send([EXAMPLE], { headers: { prefer: "wait=0" } })).status).toBe(202);
  });

  it("numbers the versions of a dataset one after the other, also at the same time", async () => {
    const dataset = await newDataset(server);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => api(server, "POST",
      `/api/v3/datasets/${dataset}/versions`, { headers: { prefer: "wait=30" },
        body: { records: [{ payload: { principal: index + 1 } }] } })));
    expect(answers.map((answer) => answer.status)).toStrictEqual(Array(12).fill(201));
    expect(answers.map((answer) => answer.json.number).sort((a, b) => a - b))
      .toStrictEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    const { json } = await api(server, "GET", `/api/v3/datasets/${dataset}`);
    expect(json).toMatchObject({ versions: 12, latest_version: { number: 12, status: "sealed" } });
  });

  it("has a content hash of its content alone", async () => {
    const hash = async (payloads: unknown[], tape?: Tape): Promise<string> =>
      (await send(payloads, tape)).json.content_hash;
    const rows = [{ principal: 1, sector: "A" }, { principal: 2, sector: "B" }];
    const first = await hash(rows);
    expect(await hash(rows)).toBe(first);
    expect(await hash([{ sector: "A", principal: 1 }, { sector: "B", principal: 2 }])).toBe(first);
    expect(await hash(rows, { body: { source_system: "x", as_of: "2020-01-01" } })).toBe(first);
    expect(await hash([...rows].reverse())).not.toBe(first);
    expect(await hash([{ principal: 1, sector: "A" }, { principal: 2, sector: "C" }])).not.toBe(first);
    expect(await hash([{ principal: 1, sector: "A", unknown: 1 }, rows[1]])).not.toBe(first);
  });

  it("normalizes later to the same as at once", async () => {
    const payloads = [{ principal: "1,000.50", instrument_id: "A" }, { principal: "x" },
      { principal: -5, instrument_id: "A" }, EXAMPLE, { value: 5, recovery: 1e-7 }, "text", null,
      { principal: 1e15 }, { principal: 3, currency: "USD" }];
    const body = { fx_rates: { USD: 0.9 }, records: payloads.map((payload, index) =>
      ({ source_record_id: `id ${index % 8}`, payload })) };
    const direct = (await send([], { body })).json;
    const stored = await send([], { body, query: "?normalize=false" });
    expect(stored.status).toBe(201);
    expect(stored.json).toMatchObject({ status: "ingested", content_hash: null, consolidated: null,
      counts: { raw: 9, normalized: 0 } });
    const id = stored.json.dataset_version_id;
    const later = await api(server, "POST", `/api/v3/dataset-versions/${id}/normalize`,
      { headers: { prefer: "wait=30" } });
    expect(later.status, later.text).toBe(201);
    await expectSameContent(direct, later.json);
  });

  it("is claimed by one of several that normalize at the same time", async () => {
    const stored = await send([{ principal: 1 }], { query: "?normalize=false" });
    const path = `/api/v3/dataset-versions/${stored.json.dataset_version_id}/normalize`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => api(server, "POST", path)));
    expect(answers.map((answer) => answer.status).sort())
      .toStrictEqual([202, 409, 409, 409, 409, 409]);
    expect((await settled(server, stored.json.dataset_version_id)).status).toBe("sealed");
  });

  it("a failed normalization leaves the version as it was stored", async () => {
    const stored = await send([{ principal: "x" }], { query: "?normalize=false" });
    const path = `/api/v3/dataset-versions/${stored.json.dataset_version_id}`;
    await api(server, "POST", `${path}/normalize`);
    const version = await settled(server, stored.json.dataset_version_id);
    expect(version).toMatchObject({ status: "ingested", failure: { code: "NO_VALID_RECORD" } });
    expect((await api(server, "GET", `${path}/records?kind=raw`)).json.items).toHaveLength(1);
    expect((await api(server, "GET", `${path}/records`)).json.items).toStrictEqual([]);
  });

  it("a failed import leaves no record, and its dataset goes on", async () => {
    const dataset = await newDataset(server);
    const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`,
      { body: { records: [{ payload: { principal: "x" } }] } });
    expect(answer.status).toBe(202);
    const version = await settled(server, answer.json.dataset_version_id);
    expect(version).toMatchObject({ status: "failed", failure: { code: "NO_VALID_RECORD" } });
    expect((await run(server, version.dataset_version_id)).json.detail).toBe("NORMALIZED_RECORD_REQUIRED");
    const next = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`,
      { headers: { prefer: "wait=30" }, body: { records: [{ payload: { principal: 1 } }] } });
    expect(next.json).toMatchObject({ status: "sealed", number: 2 });
  });

  it("30 imports at the same time all seal", async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, index) =>
      sealedVersion(server, { principal: index + 1 })));
    expect(new Set(ids).size).toBe(30);
  });
});

/** Everything that a version says of its content, wherever it is said. */
async function expectSameContent(direct: Json, later: Json): Promise<void> {
  const content = async (version: Json): Promise<Json> => {
    const path = `/api/v3/dataset-versions/${version.dataset_version_id}`;
    const part = async (name: string): Promise<Json> => (await api(server, "GET", `${path}/${name}`)).json;
    const records = async (kind: string): Promise<Json[]> => (await part(`records?limit=1000&kind=${kind}`))
      .items.map(({ kind: of, row, payload, sha256 }: Json) => ({ of, row, payload, sha256 }));
    const { content_hash, consolidated, counts, warnings } = version;
    const quality = await part("quality?limit=1000");
    quality.problems.sort((a: Json, b: Json) => a.row - b.row || (a.code < b.code ? -1 : 1));
    const raw = (await records("raw")).filter((record) => record.of === "record");
    return { content_hash, consolidated, counts, warnings, quality, raw,
      normalized: await records("normalized") };
  };
  expect(await content(later)).toStrictEqual(await content(direct));
}
