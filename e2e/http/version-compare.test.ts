import type pg from "pg";
import { describe, expect, it } from "vitest";
import {
  changeCounts, collateralBridge, outstandingBridge, rollRates, type ChangeCell,
} from "@/lib/risk";
import { changedInstruments, compareStatement } from "@/lib/service/db/compare-query";
import { COLUMNS_FROM } from "@/lib/service/datasets/version-columns";
import { allItems, api, newDataset, type Json } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let base: string;
let other: string;
let stranger: string;

const loan = (id: string | undefined, principal: number, more: object = {}): object =>
  ({ instrument_id: id, principal, collateral_value: 10, days_past_due: 0, ...more });

async function version(dataset: string, payloads: object[]): Promise<string> {
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
    headers: { prefer: "wait=30" }, body: { records: payloads.map((payload) => ({ payload })) } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json.dataset_version_id;
}

usingServer(async (up) => {
  ({ server } = up);
  const dataset = await newDataset(server);
  base = await version(dataset, [
    loan("same", 100), loan("drawn", 50), loan("paid", 80, { days_past_due: 45 }),
    loan("gone", 30), loan("lost", 20.0001, { status: "Written-off" }),
    loan("cut", 9, { days_past_due: 95 }), loan("twice", 1), loan("twice", 2), loan(undefined, 5)]);
  other = await version(dataset, [
    loan("same", 100), loan("drawn", 60.5), loan("paid", 70, { days_past_due: 61 }),
    loan("cut", 4, { days_past_due: 95, status: "charged off", collateral_value: 7 }),
    loan("fresh", 40), loan("twice", 1), loan(undefined, 6)]);
  stranger = await version(await newDataset(server), [loan("same", 1)]);
});

const compare = (one: string, two: string) =>
  api(server, "GET", `/api/v3/dataset-versions/compare?base=${one}&other=${two}`);
const steps = (bridge: Json): Record<string, string> => Object.fromEntries(
  bridge.steps.map((step: Json) => [step.step, step.units]));

describe("two versions side by side", () => {
  it("counts what came, went and changed, and what cannot be followed", async () => {
    const { status, json } = await compare(base, other);
    expect(status).toBe(200);
    expect(Object.fromEntries(json.changes.map((change: Json) =>
      [change.match, [change.base_rows, change.other_rows]]))).toEqual({
      added: [0, 1], removed: [2, 0], changed: [3, 3], unchanged: [1, 1], repeated: [2, 1],
      missing: [1, 1] });
  });

  it("carries outstanding and collateral over, exact to the unit", async () => {
    const { json } = await compare(base, other);
    expect(steps(json.outstanding)).toEqual({ new: "400000", drawn: "105000", repaid: "-100000",
      written_off: "-250001", removed: "-300000", not_comparable: "-10000" });
    expect(steps(json.collateral)).toEqual(
      { new: "100000", revaluation: "-30000", removed: "-200000", not_comparable: "-100000" });
    for (const bridge of [json.outstanding, json.collateral]) {
      const sum = bridge.steps.reduce((total: bigint, step: Json) => total + BigInt(step.units),
        BigInt(bridge.opening.units));
      expect(String(sum)).toBe(bridge.closing.units);
    }
    const totals = await api(server, "GET", `/api/v3/dataset-versions/${other}`);
    expect(json.outstanding.closing.amount).toBe(totals.json.consolidated.total_outstanding);
  });

  it("has roll rates by number and balance", async () => {
    const { rows } = (await compare(base, other)).json.roll_rates;
    expect(rows.map((row: Json) => row.count)).toEqual([2, 0, 1, 0, 1]);
    expect(rows[2].to[3]).toMatchObject({ count: 1, count_share: 1, balance_share: 1 });
    expect(rows[1]).toMatchObject({ count_reason: "NO_INSTRUMENTS" });
    expect(rows[1].to[0]).toMatchObject({ count_share: null, balance_share: null });
  });

  it("finds nothing between a version and itself", async () => {
    const { json } = await compare(base, base);
    expect(new Set(Object.values(steps(json.outstanding)))).toEqual(new Set(["0"]));
    expect(json.quality_score_change).toBe(0);
  });

  it("refuses versions of two datasets", async () => {
    const answer = await compare(base, stranger);
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.message).toContain("two datasets");
  });
});

describe("the instruments behind a comparison", () => {
  const list = (more = "") => allItems(server,
    `/api/v3/dataset-versions/compare/instruments?base=${base}&other=${other}${more}`, 2);

  it("are listed page by page, those that moved most first", async () => {
    const items = await list();
    expect(items.map((item) => [item.instrument_id, item.match, item.outstanding_change.amount]))
      .toEqual([["fresh", "added", 40], ["gone", "removed", -30], ["lost", "removed", -20.0001],
        ["drawn", "changed", 10.5], ["paid", "changed", -10], ["cut", "changed", -5]]);
    expect(items[0]).toMatchObject({ base: null, other: { outstanding: { amount: 40 } } });
    expect(items[5]).toMatchObject({ base: { days_past_due: 95, status: null },
      other: { status: "charged off", collateral: { amount: 7 } } });
  });

  it("are listed by kind of change", async () => {
    expect((await list("&match=removed")).map((item) => item.instrument_id))
      .toEqual(["gone", "lost"]);
    const answer = await api(server, "GET", "/api/v3/dataset-versions/compare/instruments?" +
      `base=${base}&other=${other}&cursor=x`);
    expectProblem(answer, "PARAMETERS_INVALID");
  });
});

/** A tape of so many loans that columns are compared; every 50th is one of the version alone. */
function largeTape(shift: number): string {
  const lines = Array.from({ length: COLUMNS_FROM + 100 }, (_, at) => {
    const id = at % 50 === shift ? `N${shift}-${at}` : at % 997 === 0 ? "twice" : `L${at}`;
    const owed = at % 3 === 0 ? 1000 - shift * (at % 7) : 500 + at % 11;
    return [at % 1009 === 0 ? "" : id, owed, at % 13 === 0 ? 90 * shift : 100,
      at % 5 === 0 ? 30 * shift + 20 : at % 4 === 0 ? "" : 95,
      at % 17 === shift ? "Written-off" : at % 2 === 0 ? "open" : ""].join();
  });
  return `loan_id,outstanding,collateral_value,days_past_due,status\n${lines.join("\n")}\n`;
}

describe("two versions of many rows", () => {
  it("are compared in columns as the database compares their records", async () => {
    const dataset = await newDataset(server);
    const [one, two] = await Promise.all([0, 1].map(async (shift) => {
      const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
        raw: largeTape(shift), headers: { "content-type": "text/csv", prefer: "wait=60" } });
      expect(answer.status, answer.text).toBe(201);
      return answer.json.dataset_version_id as string;
    })) as [string, string];
    const { json } = await compare(one, two);
    const owner = await connect(server);
    try {
      const { rows } = await owner.query(compareStatement(one, two));
      const cells = rows.map((row): ChangeCell => ({ match: row.match, direction: row.direction,
        writtenOff: row.written_off, fromBucket: row.from_bucket, toBucket: row.to_bucket,
        baseRows: row.base_rows, otherRows: row.other_rows,
        baseOutstanding: BigInt(row.base_outstanding),
        otherOutstanding: BigInt(row.other_outstanding),
        baseCollateral: BigInt(row.base_collateral),
        otherCollateral: BigInt(row.other_collateral) }));
      expect(json.changes.map((each: Json) => [each.match, each.base_rows, each.other_rows,
        each.base_outstanding.units, each.other_outstanding.units])).toEqual(
        changeCounts(cells).map((each) => [each.match, each.baseRows, each.otherRows,
          String(each.baseOutstanding), String(each.otherOutstanding)]));
      for (const { base_rows: from, other_rows: to } of json.changes) {
        expect(from + to).toBeGreaterThan(0);
      }
      const inUnits = ({ steps: all }: ReturnType<typeof collateralBridge>
        | ReturnType<typeof outstandingBridge>) => Object.fromEntries(
        all.map(({ step, amount }) => [step, String(amount)]));
      expect(steps(json.outstanding)).toEqual(inUnits(outstandingBridge(cells)));
      expect(steps(json.collateral)).toEqual(inUnits(collateralBridge(cells)));
      expect(json.roll_rates.rows.map((row: Json) => row.to.map((cell: Json) =>
        [cell.count, cell.balance.units]))).toEqual(rollRates(cells).rows.map((row) =>
        row.to.map((cell) => [cell.count, String(cell.balance)])));
      await comparePages(owner, one, two);
      await sameById(two);
    } finally {
      await owner.end();
    }
  });
});

async function comparePages(owner: pg.Client, one: string, two: string): Promise<void> {
  const listed = await allItems(server,
    `/api/v3/dataset-versions/compare/instruments?base=${one}&other=${two}`, 1_000);
  const { rows } = await owner.query(changedInstruments({ base: one, other: two,
    matches: ["added", "removed", "changed"], after: null, limit: 100_000 }));
  expect(listed.map((each) => [each.instrument_id, each.match, each.base?.outstanding.units ?? null,
    each.other?.collateral.units ?? null, each.base?.days_past_due ?? null,
    each.other?.status ?? null])).toEqual(rows.map((row) => [row.instrument_id, row.match,
    row.base_outstanding, row.other_collateral, row.base_days, row.other_status]));
}

/** More ids than are ordered for one page: sorted by columns as by the records. */
async function sameById(version: string): Promise<void> {
  for (const more of ["", "&q=l9", "&sort=-instrument_id", "&sort=-days_past_due&q=5"]) {
    const list = `/api/v3/dataset-versions/${version}/instruments?limit=900&sort=instrument_id`;
    const path = more.includes("sort") ? list.replace("&sort=instrument_id", more) : list + more;
    const [ofColumns, ofRecords] = await Promise.all([path, `${path}&record_kind=instrument`]
      .map((each) => api(server, "GET", each)));
    expect(ofColumns?.json.total).toBeGreaterThan(900);
    expect({ ...ofColumns?.json, next_cursor: null })
      .toStrictEqual({ ...ofRecords?.json, next_cursor: null });
  }
}
