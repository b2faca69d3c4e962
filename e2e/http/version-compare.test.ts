import { describe, expect, it } from "vitest";
import { allItems, api, newDataset, type Json } from "../support/api";
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
