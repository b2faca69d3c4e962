import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Papa from "papaparse";
import { beforeAll, describe, expect, it } from "vitest";
import { allItems, api, run, sendTape, type Json } from "../support/api";
import { ROOT, type TestServer } from "../support/server";
import { loanMapping, syntheticTape } from "../support/synthetic-tape";
import { usingServer } from "../support/using-server";

const REAL_TAPE = path.resolve(ROOT, "../shared/data/sba-7a-loans.csv");
const REAL_TAPE_HERE = existsSync(REAL_TAPE);
if (!REAL_TAPE_HERE) console.warn(`skipped: the real tape is not at ${REAL_TAPE}`);

let server: TestServer;

usingServer((up) => { ({ server } = up); });

const get = async (id: string, part: string): Promise<Json> =>
  (await api(server, "GET", `/api/v3/dataset-versions/${id}/${part}`)).json;
const groupsOf = async (id: string, column: string): Promise<Map<string | null, Json>> =>
  new Map((await get(id, `exposure?group_by=${column}`)).groups.map(
    (group: Json) => [group.key[column], group]));
const compact = (groups: Map<string | null, Json>): Json[] => [...groups].map(([key, group]) =>
  [key, group.count, group.total_outstanding]).sort();
const expected = (groups: Map<string | null, { rows: number; gross: number }>): Json[] =>
  [...groups].map(([key, group]) => [key, group.rows, group.gross]).sort();

/** From a run's loss down to the raw row: what the page's drill-down does. */
async function drillDown(id: string, region: string): Promise<{ normalized: Json; raw: Json }> {
  const { json } = await run(server, id);
  expect(json.report.stress_tests).toHaveLength(3);
  const trace = (await api(server, "GET",
    `/api/v3/evidence/${json.stress_test_evidence_ids.market_crash}/trace`)).json;
  expect(trace.raw_record.kind).toBe("file");
  const worst = await get(id, `instruments?region=${region}&sort=-stress_impact&limit=1` +
    "&collateral_market_impact_pct=-0.25&default_risk_increment_pct=0.05");
  const [instrument] = worst.items;
  expect(instrument.stress_impact).toBeCloseTo(
    instrument.collateral_value * 0.25 + instrument.principal * 0.05, 6);
  return get(id, `records/${instrument.normalized_record_id}`);
}

describe("a synthetic tape with the oddities of the real one", () => {
  const tape = syntheticTape();
  let version: Json;

  beforeAll(async () => {
    const answer = await sendTape(server, tape.csv, { currency: "USD", query: {
      mapping: JSON.stringify(tape.mapping), as_of: "2014-12-31", source_name: "synthetic.csv" } });
    expect(answer.status, answer.text).toBe(201);
    version = answer.json;
  });

  it("adds up exactly over the loans with a balance", () => {
    expect(version).toMatchObject({ status: "sealed", as_of: "2014-12-31",
      counts: { raw: tape.rows, normalized: tape.rows, rejected: 0 },
      source: { name: "synthetic.csv", bytes: Buffer.byteLength(tape.csv), media_type: "text/csv" },
      consolidated: { total_outstanding: tape.counted.gross,
        collateral_value: tape.counted.guaranteed } });
    expect(version.warnings.join()).toContain(
      `PRINCIPAL_NOT_POSITIVE: ${tape.rows - tape.counted.rows} records`);
  });

  it("groups by region and by sector, nothing lost", async () => {
    expect(compact(await groupsOf(version.dataset_version_id, "region")))
      .toStrictEqual(expected(tape.byState));
    expect(compact(await groupsOf(version.dataset_version_id, "sector")))
      .toStrictEqual(expected(tape.bySector));
  });

  it("leads down to the row as it stood in the file, its line break included", async () => {
    const { normalized, raw } = await drillDown(version.dataset_version_id, "TX");
    expect(normalized.raw_record_id).toBe(raw.record_id);
    expect(raw.payload).toMatchObject({ State: "TX",
      DisbursementGross: String(normalized.payload.principal) });
    expect(Object.keys(raw.payload)).toHaveLength(9);
    const named = await get(version.dataset_version_id, "instruments?limit=1000&sort=-obligor_id");
    const two = named.items.find((item: Json) => item.obligor_id.startsWith("TWO"));
    const record = await get(version.dataset_version_id, `records/${two.raw_record_id}`);
    expect(record.raw.payload.Name).toMatch(/^TWO\r\nLINES \d+$/);
    const lines = tape.csv.split("\r\n");
    expect(lines[two.row - 1]).toContain(record.raw.source_record_id);
  });

  it("keeps every raw row, in the order of the file", async () => {
    const raws = await allItems(server,
      `/api/v3/dataset-versions/${version.dataset_version_id}/records?kind=raw`, 1000);
    expect(raws).toHaveLength(tape.rows + 1);
    expect(raws[0].kind).toBe("file");
    expect(raws.slice(1).map((raw) => raw.source_record_id)).toStrictEqual(
      Array.from({ length: tape.rows }, (_, row) => String(1_000_000_000 + row)));
  });

  it("has the same content hash when it is imported again, another when a digit differs", async () => {
    const query = { mapping: JSON.stringify(tape.mapping) };
    const again = await sendTape(server, tape.csv, { query });
    expect(again.json.content_hash).toBe(version.content_hash);
    expect(again.json.source.sha256).toBe(version.source.sha256);
    const changed = await sendTape(server, tape.csv.replace("1000000000,", "2000000000,"), { query });
    expect(changed.json.content_hash).not.toBe(version.content_hash);
    expect(changed.json.consolidated).toStrictEqual(version.consolidated);
  });
});

describe.skipIf(!REAL_TAPE_HERE)("the real tape (SBA 7(a) loans, 15,000 rows)", () => {
  let version: Json;
  let rows: { state: string; sector: string; gross: number }[];

  beforeAll(async () => {
    const text = readFileSync(REAL_TAPE, "utf8");
    // Read by another reader than the product's.
    const cells = Papa.parse<Record<string, string>>(
      text, { header: true, skipEmptyLines: true }).data;
    rows = cells.map((row) => ({ state: row.State ?? "", gross: Number(row.DisbursementGross),
      sector: (row.NAICS ?? "").slice(0, 2) }));
    const answer = await sendTape(server, text, { currency: "USD", query: {
      mapping: JSON.stringify(loanMapping(new Set(cells.map((row) => row.NAICS ?? "")))),
      source_name: "sba-7a-loans.csv" } });
    expect(answer.status, answer.text).toBe(201);
    version = answer.json;
  });

  const sums = (key: "state" | "sector"): Map<string | null, { rows: number; gross: number }> => {
    const found = new Map<string | null, { rows: number; gross: number }>();
    for (const row of rows) {
      const name = row[key] === "" ? null : row[key];
      const group = found.get(name) ?? { rows: 0, gross: 0 };
      found.set(name, { rows: group.rows + 1, gross: group.gross + row.gross });
    }
    return found;
  };

  it("adds up to the cent", () => {
    expect(version).toMatchObject({ status: "sealed", counts: { raw: 15_000, normalized: 15_000 },
      consolidated: { total_outstanding: 1_878_607_956, collateral_value: 1_238_122_021 } });
  });

  it("is not remarked on for its units", async () => {
    const { problem_counts: counts } = await get(version.dataset_version_id, "quality?limit=1");
    expect(counts.UNIT_DISCREPANCY).toBeUndefined();
  });

  it("runs, with net exposure and losses by the formulas", async () => {
    const { status, json } = await run(server, version.dataset_version_id);
    expect(status).toBe(200);
    const exposure = json.report.debt_exposure;
    expect(exposure.net_exposure_after_recovery).toBe(1_878_607_956 - 1_238_122_021);
    const crash = json.report.stress_tests[1];
    expect(crash.collateral_value).toBe(1_238_122_021 * 0.75);
    expect(crash.default_risk_buffer).toBe(1_878_607_956 * 0.05);
  });

  it("groups by region and by the sector of the first two digits", async () => {
    expect(compact(await groupsOf(version.dataset_version_id, "region")))
      .toStrictEqual(expected(sums("state")));
    expect(compact(await groupsOf(version.dataset_version_id, "sector")))
      .toStrictEqual(expected(sums("sector")));
  });

  it("leads down to the raw row", async () => {
    const { normalized, raw } = await drillDown(version.dataset_version_id, "CA");
    expect(raw.payload.State).toBe("CA");
    expect(Number(raw.payload.DisbursementGross)).toBe(normalized.payload.principal);
    expect(Number(raw.payload.SBA_Appv)).toBe(normalized.payload.collateral_value);
    expect(Object.keys(raw.payload)).toHaveLength(26);
  });
});
