import { describe, expect, it } from "vitest";
import { allItems, api, newDataset, sendTape, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const HEADER = "measurement_date,total_receivable_usd,total_eligible_usd,discounted_balance_usd,"
  + "cash_available_usd,dpd_0_7_usd,dpd_7_30_usd,dpd_30_60_usd,dpd_60_90_usd,dpd_90_plus_usd";
/** MODEL.md section 9's check as two pools of one month, after two earlier months. */
const TAPE = `${HEADER}
2025-01-31,1000,1000,950,500,900,0,40,30,20
2025-03-31,1000,1000,950,900,800,25,100,50,25
2025-02-28,2000,2000,1900,1000,1900,0,60,30,10
2025-03-31,2000,2000,1900,1800,1700,25,200,50,25
`;
const send = (text: string, query = {}): Promise<Json> =>
  sendTape(server, text, { currency: "USD", query });
const get = async (path: string): Promise<Json> => {
  const answer = await api(server, "GET", `/api/v3${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};

describe("an aggregated receivables tape", () => {
  it("gives MODEL.md's KPIs from its latest month, by its columns or by its profile", async () => {
    for (const query of [{}, { profile: "receivables" }]) {
      const { status, json, text } = await send(TAPE, query);
      expect(status, text).toBe(201);
      expect(json).toMatchObject({ as_of: "2025-03-31",
        counts: { raw: 4, normalized: 4, rejected: 0 },
        consolidated: { total_outstanding: 3000 } });
      const kpis = await get(`/dataset-versions/${json.dataset_version_id}/kpis`);
      expect(kpis.par30_pct.value).toBe(15);
      expect(kpis.par60_pct.value).toBe(5);
      expect(kpis.par90_pct.value).toBeCloseTo(5000 / 3000, 12);
      expect(kpis.collection_rate_pct.value).toBe(90);
      expect(kpis.portfolio_health.value).toBe(10);
      expect(kpis.receivable).toBe(3000);
      expect(kpis.buckets.map((one: Json) => one.balance)).toEqual([2500, 50, 300, 100, 50]);
      expect(kpis.without_days_past_due).toBe(0);
      expect(kpis.evidence_id).not.toBeNull();
    }
  });

  it("keeps earlier months as a series, and out of every other figure", async () => {
    const { json: { dataset_version_id: id } } = await send(TAPE);
    const items = await allItems(server, `/api/v3/dataset-versions/${id}/kpi-history`, 2);
    expect(items.map((one) => [one.measurement_date, one.receivable, one.kpis.par30_pct.value,
      one.kpis.collection_rate_pct.value])).toEqual([["2025-03-31", 3000, 15, 90],
      ["2025-02-28", 2000, 5, 50], ["2025-01-31", 1000, 9, 50]]);
    expect((await get(`/dataset-versions/${id}/instruments`)).total).toBe(2);
    const { totals } = await get(`/dataset-versions/${id}/exposure?group_by=asset_class`);
    expect(totals.total_outstanding).toBe(3000);
    const verified = await api(server, "POST", "/api/v3/evidence/verify",
      { body: { dataset_version_id: id } });
    expect(verified.json.ok).toBe(true);
    expectProblem(await api(server, "GET",
      `/api/v3/dataset-versions/${id}/kpi-history?cursor=x`), "PARAMETERS_INVALID");
  });

  it("gives the same when it is normalized later", async () => {
    const raw = await send(TAPE, { normalize: "false" });
    const id = raw.json.dataset_version_id;
    const sealed = await api(server, "POST", `/api/v3/dataset-versions/${id}/normalize`,
      { headers: { prefer: "wait=60" } });
    expect(sealed.json.consolidated.total_outstanding).toBe(3000);
    expect((await get(`/dataset-versions/${id}/kpi-history`)).items).toHaveLength(3);
  });

  it("says which balance is below 0, and which buckets are more than the whole", async () => {
    const { json } = await send(`${TAPE}2025-04-30,1000,1000,950,900,800,25,100,-50,25\n`
      + "2025-03-31,10,10,9,9,8,1,1,1,1\n");
    expect(json).toMatchObject({ as_of: "2025-03-31", counts: { rejected: 1 } });
    const { problems } = await get(`/dataset-versions/${json.dataset_version_id}/quality`);
    expect(problems).toContainEqual(expect.objectContaining({ row: 6, column: "dpd_60_90_usd",
      value: "-50", code: "OUT_OF_RANGE", severity: "error" }));
    expect(problems).toContainEqual(expect.objectContaining({ row: 7, value: "12",
      code: "BUCKETS_EXCEED_TOTAL", severity: "warning" }));
    const kpis = await get(`/dataset-versions/${json.dataset_version_id}/kpis`);
    expect(kpis.receivable).toBe(3010);
  });

  it("needs a rate where the dataset counts in another currency", async () => {
    const refused = await sendTape(server, TAPE);
    expectProblem(refused, "FILE_UNREADABLE");
    expect(refused.json.message).toContain("USD");
    const answer = await sendTape(server, TAPE, { query: { fx_rates: '{"USD": 0.5}' } });
    expect(answer.json.consolidated.total_outstanding).toBe(1500);
  });

  it("leaves the history of a loan tape empty", async () => {
    const { json } = await send("instrument_id,principal\na,1\n");
    expect((await get(`/dataset-versions/${json.dataset_version_id}/kpi-history`)).items)
      .toEqual([]);
  });

  it("is offered by the preview", async () => {
    await newDataset(server, "USD");
    const { json } = await api(server, "POST", "/api/v3/tapes/preview",
      { raw: TAPE, headers: { "content-type": "text/csv" } });
    expect(json.profiles.map((one: Json) => one.profile)).toEqual(["receivables"]);
  });
});
