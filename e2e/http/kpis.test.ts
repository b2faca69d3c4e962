import { beforeAll, describe, expect, it } from "vitest";
import { KPI_NAMES } from "@/lib/risk";
import { api, newDataset, type Json } from "../support/api";
import { behindGuards, connect } from "../support/database";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const get = async (path: string): Promise<Json> => {
  const answer = await api(server, "GET", `/api/v3${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const kpisOf = (version: string): Promise<Json> => get(`/dataset-versions/${version}/kpis`);
const settingsOf = (dataset: string): Promise<Json> => get(`/datasets/${dataset}/kpi-settings`);
const edit = (dataset: string, body: object, etag = "*") => api(server, "PATCH",
  `/api/v3/datasets/${dataset}/kpi-settings`, { body: { reason: "The board said so", ...body }, headers: { "if-match": etag } });
const record = (version: string) =>
  api(server, "POST", `/api/v3/dataset-versions/${version}/kpis`, { role: "EXECUTE" });
const verify = async (version: string): Promise<Json> => (await api(server, "POST",
  "/api/v3/evidence/verify", { body: { dataset_version_id: version } })).json;
const findings = async (version: string): Promise<Json[]> =>
  (await get(`/findings?dataset_version_id=${version}`)).items;
const evidence = async (version: string): Promise<Json[]> =>
  (await get(`/evidence?dataset_version_id=${version}&kind=kpi`)).items;
const events = async (type: string, id: string): Promise<Json[]> => (await get(
  `/audit?type=${type}&${type === "kpi_settings.changed" ? "subject_id" : "dataset_version_id"}=${id}`
)).items;

async function sealed(dataset: string, text: string): Promise<string> {
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
    raw: text, headers: { "content-type": "text/csv", prefer: "wait=60" } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json.dataset_version_id;
}

/** MODEL.md section 9's check: two portfolios, receivable 1000 and 2000. */
const CHECK = `loan_id,balance,dpd,collections,eligible_balance
a1,100,30,900,1000
a2,50,60,,
a3,25,90,,
a4,825,0,,
b1,200,45,1800,2000
b2,50,89,,
b3,25,400,,
b4,1725,6,,
`;
const FULL = `loan_id,balance,dpd,stage,rate_pct,collateral,provision,dti,write_off_amount,loan_status
a,1000,0,1,4,2000,0,30,,performing
b,500,95,3,8,250,100,50,,default
c,500,10,3,,0,50,,25.5,default
d,100,120,3,8,,,,,written off
`;

describe("the KPIs of a tape", () => {
  it("are those of MODEL.md section 9's check", async () => {
    const kpis = await kpisOf(await sealed(await newDataset(server), CHECK));
    expect(kpis.par30_pct).toMatchObject({ value: 15, state: "critical", warning: 5, critical: 8 });
    expect(kpis.collection_rate_pct).toMatchObject({ value: 90, state: "normal" });
    expect(kpis.portfolio_health).toMatchObject({ value: 10, state: "normal", worse: "below" });
    expect(kpis.buckets.map(({ balance, share_pct: share }: Json) => [balance, share])).toEqual([
      [2550, 85], [0, 0], [300, 10], [100, 100 / 30], [50, 50 / 30]]);
  });

  it.each([
    ["ordinary", ["100", "3", "70.125", "-5", "0", "123456.78905", "0.00005"]],
    ["extreme", ["900000000000000", "0.0001", "-5", "0", "7", "0.00005", "4503599627370.4965"]],
  ])("are to the unit what the database sums again, of %s amounts", async (_, amounts) => {
    const states = ["Charged-off", "WRITTEN_OFF", "open", "", "written  off", "write"];
    const rows = Array.from({ length: 210 }, (_, at) => {
      const amount = (step: number) => amounts[(at * step + step) % amounts.length];
      return [`n${at}`, amount(1), at % 4 === 0 ? "" : at % 130, at % 3 === 0 ? "" : 1 + at % 3,
        at % 5 === 0 ? "" : at / 7, at * 7919 % 1000, amount(5), at % 6 === 0 ? "" : at * 1.0000005,
        at % 9 === 0 ? amount(2) : "", states[at % states.length]].join(",");
    });
    const head = FULL.slice(0, FULL.indexOf("\n"));
    const version = await sealed(await newDataset(server), [head, ...rows].join("\n"));
    expect((await kpisOf(version)).evidence_id).not.toBe(null);
    expect(await verify(version)).toMatchObject({ ok: true });
  });

  it("come from the columns that the tape carries", async () => {
    const dataset = await newDataset(server);
    await edit(dataset, { tangible_equity: 650 });
    const kpis = await kpisOf(await sealed(dataset, FULL));
    const values = Object.fromEntries(KPI_NAMES.map((name) => [name, kpis[name].value]));
    expect(values).toEqual({
      par30_pct: 100 * 600 / 2100, par60_pct: 100 * 600 / 2100, par90_pct: 100 * 600 / 2100,
      npl_ratio_pct: 100 * 1100 / 2100, coverage_ratio_pct: 100 * 150 / 1100,
      texas_ratio_pct: 100 * 1100 / 800, mean_ltv_pct: (50 + 200) / 2, mean_dti_pct: 40,
      yield_pct: 100 * 88 / 1600, write_off_rate_pct: 100 * 125.5 / 2100,
      collection_rate_pct: null, portfolio_health: null,
    });
    expect(kpis.collection_rate_pct).toMatchObject(
      { gap: "NO_COLLECTIONS", reason: "The tape has no cash collected.", state: "unknown" });
  });

  it("have reasons, never 0, where the tape says nothing", async () => {
    const kpis = await kpisOf(await sealed(await newDataset(server), "principal\n100\n"));
    for (const name of KPI_NAMES) {
      expect(kpis[name], name).toMatchObject({ value: null, state: "unknown", finding_id: null });
      expect(kpis[name].reason, name).toMatch(/\.$/);
    }
    expect(kpis.without_days_past_due).toBe(100);
  });
});

describe("a sealed version's KPIs", () => {
  let dataset: string;
  let version: string;
  beforeAll(async () => {
    dataset = await newDataset(server);
    version = await sealed(dataset, CHECK);
  });

  it("are evidence with findings that say which limits held, and verify", async () => {
    const kpis = await kpisOf(version);
    const [found, ...more] = await evidence(version);
    expect(more).toEqual([]);
    expect(found.evidence_id).toBe(kpis.evidence_id);
    expect(found.payload.kpis.par30_pct).toEqual({ value: 15, reason: null });
    expect(found.payload.inputs).toMatchObject({ receivable: 3000, dpd_30_60: 300 });
    const judged = await findings(version);
    expect(judged.map(({ metric, severity }) => [metric, severity]).sort()).toEqual([
      ["collection_rate_pct", "normal"], ["par30_pct", "critical"], ["par90_pct", "normal"],
      ["portfolio_health", "normal"]]);
    const worst = judged.find(({ is_material: material }) => material);
    expect(worst).toMatchObject({ id: kpis.par30_pct.finding_id, value: 15, threshold: 8,
      limits: { worse: "above", warning: 5, critical: 8 }, evidence_id: found.evidence_id });
    expect(await verify(version)).toEqual({ ok: true, checked: 1, first_bad: null });
  });

  it("raise an event for a breach, which does not give the value away", async () => {
    const [recorded, ...more] = await events("kpi.recorded", version);
    expect(more).toEqual([]);
    expect(recorded.details.finding_ids).toHaveLength(4);
    const [breach, ...others] = await events("kpi.breached", version);
    expect(others).toEqual([]);
    expect(breach.details).toEqual({ metric: "par30_pct", severity: "critical", threshold: 8 });
  });

  it("are recorded once, however often somebody asks", async () => {
    const before = await kpisOf(version);
    expect((await record(version)).json).toEqual(before);
    expect(await evidence(version)).toHaveLength(1);
    expect(await findings(version)).toHaveLength(4);
    expect(await events("kpi.recorded", version)).toHaveLength(1);
  });

  it("are judged anew when limits change, and the finding of before stays", async () => {
    const older = version;
    version = await sealed(dataset, CHECK);
    const first = await settingsOf(dataset);
    expect(first.kpis.par30_pct.limits).toEqual({ warning: 5, critical: 8 });
    expect(first).toMatchObject({ tangible_equity: null, changed_at: null, changed_by: null });
    const changed = await edit(dataset, { limits: {
      par30_pct: { warning: 20, critical: 30 }, npl_ratio_pct: { warning: 1, critical: 2 } } },
    first.etag);
    expect(changed.status, changed.text).toBe(200);
    expect(changed.headers.get("etag")).toBe(changed.json.etag);
    expect(changed.json.kpis.npl_ratio_pct)
      .toEqual({ worse: "above", limits: { warning: 1, critical: 2 }, defaults: null });
    const judged = (await findings(version)).filter(({ metric }) => metric === "par30_pct");
    expect(judged.map(({ severity, limits }) => [severity, limits.warning])).toEqual(
      expect.arrayContaining([["critical", 5], ["normal", 20]]));
    expect(await evidence(version)).toHaveLength(1);
    expect(await events("kpi.breached", version)).toHaveLength(2);
    // The version before is judged when somebody asks for it.
    const old = await kpisOf(older);
    expect(old.par30_pct).toMatchObject({ state: "normal", finding_id: null });
    expect((await record(older)).json.par30_pct.finding_id).not.toBeNull();
    for (const id of [older, version]) expect((await verify(id)).ok).toBe(true);
    const [event] = await events("kpi_settings.changed", dataset);
    expect(event).toMatchObject({ actor: "token:admin", before: { limits: {} },
      after: { limits: { npl_ratio_pct: { warning: 1, critical: 2 } }, tangible_equity: null } });
    expectProblem(await edit(dataset, {}, first.etag), "PRECONDITION_FAILED");
  });

  it("change for a reason alone, which stays in their history", async () => {
    for (const reason of [undefined, "", "  ", 5]) {
      expectProblem(await edit(dataset, { tangible_equity: 7, reason }), "REQUEST_BODY_INVALID");
    }
    const { items } = await get(`/datasets/${dataset}/kpi-settings/changes`);
    expect(items[0]).toMatchObject({ changed_by: "token:admin", reason: "The board said so" });
    expect(items[0].changes).toContain("NPL ratio: default \u2192 warning 1, critical 2");
  });

  it("go back to the default with null", async () => {
    const { json } = await edit(dataset, { limits: { par30_pct: null } });
    expect(json.kpis.par30_pct.limits).toEqual({ warning: 5, critical: 8 });
    expect(json.kpis.npl_ratio_pct.limits).toEqual({ warning: 1, critical: 2 });
  });

  it("have a Texas ratio once the equity is known, in evidence of its own", async () => {
    const with1 = await sealed(dataset, FULL);
    expect((await kpisOf(with1)).texas_ratio_pct.gap).toBe("NO_TANGIBLE_EQUITY");
    await edit(dataset, { tangible_equity: 950 });
    expect((await kpisOf(with1)).texas_ratio_pct.value).toBe(100);
    expect(await evidence(with1)).toHaveLength(2);
    expect(await verify(with1)).toEqual({ ok: true, checked: 2, first_bad: null });
    await edit(dataset, { tangible_equity: null });
    expect((await kpisOf(with1)).texas_ratio_pct.value).toBeNull();
  });

  it("make a series over the versions of a dataset", async () => {
    const { items } = await get(`/datasets/${dataset}/kpis`);
    expect(items.map(({ number, kpis }: Json) => [number, kpis.par90_pct.value])).toEqual([
      [3, 100 * 600 / 2100], [2, 5 / 3], [1, 5 / 3]]);
    const page = await get(`/datasets/${dataset}/kpis?limit=2`);
    const rest = await get(`/datasets/${dataset}/kpis?limit=2&cursor=${page.next_cursor}`);
    expect([...page.items, ...rest.items]).toEqual(items);
  });

  it.each([
    [{ limits: { par30_pct: { warning: 8, critical: 5 } } }, "limits.par30_pct.critical"],
    [{ limits: { par30_pct: { warning: 8, critical: 8 } } }, "limits.par30_pct.critical"],
    [{ limits: { portfolio_health: { warning: 3, critical: 5 } } },
      "limits.portfolio_health.critical"],
    [{ limits: { par30_pct: { warning: 1 } } }, "limits.par30_pct.critical"],
    [{ limits: { par30_pct: { warning: "5", critical: 8 } } }, "limits.par30_pct.warning"],
    [{ limits: { par31_pct: { warning: 5, critical: 8 } } }, "limits"],
    [{ limits: { par30_pct: { warning: 5, critical: 1e10 } } }, "limits.par30_pct.critical"],
    [{ tangible_equity: 1e15 }, "tangible_equity"],
  ])("refuse %j", async (body, path) => {
    const answer = await edit(dataset, body);
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors[0].path).toContain(path);
  });
});

describe("a version that was sealed before KPIs were recorded", () => {
  it("shows them from its records, verifies, and records them when somebody asks", async () => {
    const version = await sealed(await newDataset(server), CHECK);
    const recorded = await kpisOf(version);
    const owner = await connect(server);
    for (const [table, more] of [["finding_evidence_link", ""], ["finding_record", ""],
      ["evidence_records", ""], ["audit_event", "AND type LIKE 'kpi.%'"]]) {
      await behindGuards(owner, table as string,
        `DELETE FROM ${table} WHERE dataset_version_id = $1 ${more}`, [version]);
    }
    await owner.end();
    const shown = await kpisOf(version);
    expect(shown.evidence_id).toBeNull();
    for (const name of KPI_NAMES) {
      expect(shown[name]).toEqual({ ...recorded[name], finding_id: null });
    }
    expect(await verify(version)).toEqual({ ok: true, checked: 0, first_bad: null });
    expect((await record(version)).json).toEqual(recorded);
    expect(await verify(version)).toEqual({ ok: true, checked: 1, first_bad: null });
  });
});

describe("KPIs that somebody has changed", () => {
  it.each([
    ["evidence_records", "payload = jsonb_set(payload, '{kpis,par30_pct,value}', '1')",
      "PAYLOAD_HASH_MISMATCH"],
    ["finding_record", "payload = jsonb_set(payload, '{value}', '1')", "FINDING_HASH_MISMATCH"],
    ["finding_record", "finding_id = gen_random_uuid()", "FINDING_COLUMN_MISMATCH"],
    ["normalized_record", "outstanding_units = outstanding_units + 1", "EVIDENCE_NOT_REPRODUCED"],
  ])("%s with %s is %s", async (table, change, reason) => {
    const version = await sealed(await newDataset(server), CHECK);
    const owner = await connect(server);
    const [first] = table === "normalized_record" ? ["kind = 'instrument'"] : ["kind = 'kpi'"];
    await behindGuards(owner, table, `UPDATE ${table} SET ${change}
      WHERE dataset_version_id = $1 AND ${first}`, [version]);
    await owner.end();
    expect(await verify(version)).toMatchObject({ ok: false, first_bad: { reason } });
  });

  it.each([
    ["finding_evidence_link", "LINK_MISSING"], ["finding_record", "FINDING_NOT_RECORDED"],
    ["evidence_records", "EVIDENCE_NOT_RECORDED"],
  ])("gone from %s is %s", async (table, reason) => {
    const version = await sealed(await newDataset(server), CHECK);
    const owner = await connect(server);
    for (const each of table === "finding_record" ? ["finding_evidence_link", table] : [table]) {
      await behindGuards(owner, each, `DELETE FROM ${each} WHERE dataset_version_id = $1`,
        [version]);
    }
    await owner.end();
    expect(await verify(version)).toMatchObject({ ok: false, first_bad: { reason } });
  });

  it("are erased with their version", async () => {
    const version = await sealed(await newDataset(server), CHECK);
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`, { body: { reason: "test" } });
    expectProblem(await record(version), "DATASET_VERSION_ERASED");
    expect(await findings(version)).toEqual([]);
  });
});
