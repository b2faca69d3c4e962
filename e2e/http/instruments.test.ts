import { describe, expect, it } from "vitest";
import { INSTRUMENT_SORT_COLUMNS, INSTRUMENT_TEXT_COLUMNS } from "@/lib/contract/record";
import { GROUP_COLUMNS } from "@/lib/contract/facts";
import { allItems, api, newDataset, type Json } from "../support/api";
import type { TestServer } from "../support/server";
import { COLUMNS_FROM } from "@/lib/service/datasets/version-columns";
import { usingServer } from "../support/using-server";

let server: TestServer;
let path: string;
let rows: Json[];

const TEXTS = ["b", "a", "B", "ä", "a b", "", "Z", "null-ish", "1", "10", "9"];
const text = (index: number, step: number): string | undefined =>
  TEXTS[index * step % TEXTS.length] || undefined;

/** 90 instruments and distressed assets with ties, gaps and numbers that no decimal holds. */
function payload(index: number): object {
  const common = { obligor_id: text(index, 3), obligor_group: text(index, 5),
    sector: text(index, 2), country: text(index, 4), region: text(index, 7),
    asset_class: text(index, 1), legal_entity: text(index, 6), collateral_type: text(index, 8),
    rating: text(index, 9), status: text(index, 10),
    instrument_id: index % 9 === 0 ? undefined : `I${index % 50}` };
  if (index % 10 === 9) {
    return { ...common, value: 1000 / (index + 1), recovery_rate_pct: 100 / 7 };
  }
  return { ...common, principal: index % 4 === 0 ? 500 : 10_000 / (index + 3),
    interest_rate_pct: index % 6 === 0 ? undefined : index / 7,
    collateral_value: (index % 13) / 3 * 100,
    stage: index % 5 === 0 ? undefined : index % 3 + 1,
    days_past_due: index % 8 === 0 ? undefined : index * 13 % 130, currency: "EUR" };
}

usingServer(async (up) => {
  ({ server } = up);
  const dataset = await newDataset(server);
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
    headers: { prefer: "wait=30" },
    body: { records: Array.from({ length: 90 }, (_, index) => ({ payload: payload(index) })) } });
  expect(answer.json.counts).toMatchObject({ raw: 90, normalized: 90 });
  path = `/api/v3/dataset-versions/${answer.json.dataset_version_id}`;
  rows = (await api(server, "GET", `${path}/instruments?limit=1000`)).json.items;
});

const SHOCKS = "collateral_market_impact_pct=-0.3333333&recovery_degradation_pct=-0.1" +
  "&default_risk_increment_pct=0.07";
const bucketOf = (days: number | null): string | null => days === null ? null : days < 7 ? "dpd_0_7"
  : days < 30 ? "dpd_7_30" : days < 60 ? "dpd_30_60" : days < 90 ? "dpd_60_90" : "dpd_90_plus";
/** A row's value in a column, computed columns included. */
function valueOf(row: Json, column: string): string | number | null {
  if (column === "dpd_bucket") return bucketOf(row.days_past_due);
  if (column === "obligor") return row.obligor_group ?? row.obligor_id;
  return row[column];
}
const asText = (value: string | number | null): string | null =>
  value === null ? null : String(value);

describe("the list of instruments", () => {
  it("holds every record in the order of the tape", () => {
    expect(rows.map((row) => row.row)).toStrictEqual(
      Array.from({ length: 90 }, (_, index) => index + 1));
    expect(rows.filter((row) => row.record_kind === "distressed_asset")).toHaveLength(9);
    expect(rows[1]).toMatchObject({ instrument_id: "I1", principal: 2500, stress_impact: null });
    expect(rows[9].distressed_recovery).toBeCloseTo(100 / 7, 6);
  });

  it.each(INSTRUMENT_SORT_COLUMNS.flatMap((column) => [column, `-${column}`]))(
    "sorted by %s is walked page by page, each row once", async (sort) => {
      const column = sort.replace(/^-/, "");
      const list = `${path}/instruments?sort=${sort}&${SHOCKS}`;
      const whole = (await api(server, "GET", `${list}&limit=1000`)).json.items;
      expect(whole.map((row: Json) => row.row).sort((a: number, b: number) => a - b))
        .toStrictEqual(rows.map((row) => row.row));
      expect((await allItems(server, list, 7)).map((row) => row.row))
        .toStrictEqual(whole.map((row: Json) => row.row));
      const values: (string | number | null)[] = whole.map((row: Json) => valueOf(row, column));
      const gap = values.indexOf(null);
      if (gap >= 0) expect(values.slice(gap).every((value) => value === null)).toBe(true);
      const given = (gap < 0 ? values : values.slice(0, gap)) as (string | number)[];
      for (let at = 1; at < given.length; at += 1) {
        const [before, after] = [given[at - 1]!, given[at]!];
        if (before === after) expect(whole[at].row).toBeGreaterThan(whole[at - 1].row);
        else expect(before < after, `${String(before)} then ${String(after)}`).toBe(!sort.startsWith("-"));
      }
    });

  it.each(INSTRUMENT_TEXT_COLUMNS)("is filtered by %s: one value, several, none", async (column) => {
    const total = async (value: string): Promise<number> => (await api(server, "GET",
      `${path}/instruments?${new URLSearchParams({ [column]: value, limit: "1" })}`)).json.total;
    const values = [...new Set(rows.map((row) => asText(valueOf(row, column))))];
    const expected = (wanted: (string | null)[]): number =>
      rows.filter((row) => wanted.includes(asText(valueOf(row, column)))).length;
    for (const value of values) {
      expect(await total(value ?? "null"), `${value}`).toBe(expected([value]));
    }
    const two = values.filter((value) => value !== null).slice(0, 2);
    expect(await total(two.join(","))).toBe(expected(two));
    expect(await total([...two, "null"].join(","))).toBe(expected([...two, null]));
    expect(await total("no such value")).toBe(0);
  });

  it("combines filters with a search and pages through what is left", async () => {
    const list = `${path}/instruments?sort=-principal&q=i1&record_kind=instrument`;
    const found = await allItems(server, list, 3);
    const expected = rows.filter((row) => row.record_kind === "instrument" &&
      [row.instrument_id, row.obligor_id, row.obligor_group].some((id) => /i1/i.test(id ?? "")));
    expect(found).toHaveLength(expected.length);
    expect((await api(server, "GET", `${list}&limit=1`)).json.total).toBe(expected.length);
    expect((await api(server, "GET", `${path}/instruments?q=%25`)).json.total).toBe(0);
    expect((await api(server, "GET", `${path}/instruments?q=_1`)).json.total).toBe(0);
  });

  it("gives each its own loss under the shocks", async () => {
    const shocked = (await api(server, "GET", `${path}/instruments?limit=1000&${SHOCKS}`)).json.items;
    for (const row of shocked) {
      expect(row.stress_impact).toBeCloseTo(row.collateral_value * 0.3333333 +
        row.distressed_recovery * 0.1 + row.principal * 0.07, 6);
    }
  });
});

const TIMES = 230;
let made: string | undefined;

/** The path of a version of the same rows, many times. */
async function largeVersion(): Promise<string> {
  if (made) return made;
  expect(90 * TIMES).toBeGreaterThan(COLUMNS_FROM);
  const dataset = await newDataset(server);
  const records = Array.from({ length: 90 * TIMES }, (_, at) => ({ payload: payload(at % 90) }));
  const { json } = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`,
    { headers: { prefer: "wait=30" }, body: { records } });
  expect(json.status).toBe("sealed");
  return made = `/api/v3/dataset-versions/${json.dataset_version_id}`;
}

describe("a page of a version so large that its columns are looked through", () => {
  it.each(["row", "-row", "principal", "-principal", "collateral_value", "-distressed_value",
    "rating", "-rating", "-stage", "country", "-obligor", "dpd_bucket", "status", "interest_rate_pct",
    "-interest_rate_pct", "days_past_due", "-days_past_due", "-instrument_id", "row&q=1", "-principal&q=i2",
    "stress_impact", "-stress_impact", "stress_impact&netting=instrument",
    "-stress_impact&netting=instrument&q=i"])(
    "sorted by %s is that of its records", async (sort) => {
      const list = `${await largeVersion()}/instruments?sort=${sort}&limit=70&sector=b,null&${SHOCKS}`;
      // Columns know no kinds, so that the records are asked: all are of one of these.
      const asked = [list, `${list}&record_kind=instrument,distressed_asset`];
      let cursors = ["", ""];
      for (let page = 0; page < 3; page += 1) {
        const answers = (await Promise.all(asked.map((each, at) =>
          api(server, "GET", each + cursors[at])))).map(({ json }) => json);
        const [ofColumns, ofRecords] = answers.map(({ next_cursor: _, ...rest }) => rest);
        expect(ofColumns?.items).toHaveLength(70);
        expect(ofColumns).toStrictEqual(ofRecords);
        cursors = answers.map(({ next_cursor: next }) => `&cursor=${next}`);
      }
    });
});

describe("exposure by group", () => {
  const units = (amount: number): bigint => BigInt(Math.round(amount * 1e4));
  const ADDING = ["total_outstanding", "collateral_value", "assets_value", "distressed_asset_value"];
  const pairs: string[] = [...GROUP_COLUMNS, ...GROUP_COLUMNS.slice(1).map(
    (column, index) => `${column},${GROUP_COLUMNS[index]}`)];

  it.each(pairs)("by %s adds up to the totals exactly", async (by) => {
    const { totals, groups } = (await api(server, "GET", `${path}/exposure?group_by=${by}`)).json;
    for (const member of ADDING) {
      const sum = groups.reduce((at: bigint, group: Json) => at + units(group[member]), 0n);
      expect(sum, member).toBe(units(totals[member]));
    }
    const count = (member: string): number =>
      groups.reduce((at: number, group: Json) => at + group[member], 0);
    expect(count("count")).toBe(90);
    expect(count("distressed_asset_count")).toBe(totals.distressed_asset_count);
    const columns = by.split(",");
    const expected = new Map<string, number>();
    for (const row of rows) {
      const key = JSON.stringify(columns.map((column) => asText(valueOf(row, column))));
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    expect(new Map(groups.map((group: Json) =>
      [JSON.stringify(columns.map((column) => group.key[column])), group.count])))
      .toStrictEqual(expected);
    for (const group of groups) expect(Object.keys(group.key)).toStrictEqual(columns);
  });

  it("is the same of a version so large that its columns are summed up", async () => {
    const large = await largeVersion();
    const asked = ["", "group_by=sector", "group_by=dpd_bucket,obligor", "group_by=instrument_id",
      "group_by=rating&netting=instrument&collateral_market_impact_pct=-0.3"];
    for (const query of asked) {
      const [one, many] = (await Promise.all([path, large].map((at) =>
        api(server, "GET", `${at}/exposure?${query}`)))).map(({ json }) => json);
      expect(many.groups.map(({ key }: Json) => key), query)
        .toStrictEqual(one.groups.map(({ key }: Json) => key));
      for (const [at, group] of [one.totals, ...one.groups].entries()) {
        const other = [many.totals, ...many.groups][at];
        expect(Object.keys(other)).toStrictEqual(Object.keys(group));
        for (const name of [...ADDING, "collateral_shortfall", "stressed_shortfall"]) {
          if (!(name in group)) continue;
          expect(units(other[name]), name).toBe(units(group[name]) * BigInt(TIMES));
        }
        for (const name of ["count", "distressed_asset_count"]) {
          if (name in group) expect(other[name], name).toBe(group[name] * TIMES);
        }
        expect(other.interest_rate_pct).toBeCloseTo(group.interest_rate_pct, 12);
        expect(other.distressed_asset_recovery / TIMES)
          .toBeCloseTo(group.distressed_asset_recovery, 8);
      }
    }
  });

  it("without a group gives the totals of the sealed version", async () => {
    const { totals, groups } = (await api(server, "GET", `${path}/exposure`)).json;
    expect(groups).toStrictEqual([]);
    expect(totals).toStrictEqual((await api(server, "GET", path)).json.consolidated);
  });
});

describe("past-due indicators", () => {
  const kpisOf = async (payloads: object[]): Promise<Json> => {
    const dataset = await newDataset(server);
    const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      headers: { prefer: "wait=30" }, body: { records: payloads.map((each) => ({ payload: each })) } });
    return (await api(server, "GET",
      `/api/v3/dataset-versions/${answer.json.dataset_version_id}/kpis`)).json;
  };

  it("count balances by the borders of the buckets", async () => {
    const kpis = await kpisOf([0, 6, 7, 29, 30, 59, 60, 89, 90, 5000].map(
      (days) => ({ principal: 100, days_past_due: days })));
    expect([kpis.par30_pct, kpis.par60_pct, kpis.par90_pct, kpis.npl_ratio_pct]
      .map((kpi) => kpi.value)).toStrictEqual([60, 40, 20, 20]);
    expect(kpis.par30_pct).toMatchObject({ state: "critical", warning: 5, critical: 8, reason: null });
  });
  it("count stage 3 as non-performing once", async () => {
    const kpis = await kpisOf([{ principal: 100, days_past_due: 0, stage: 3 },
      { principal: 100, days_past_due: 95, stage: 3 },
      { principal: 200, days_past_due: 0, stage: 1 }]);
    expect([kpis.par90_pct.value, kpis.npl_ratio_pct.value]).toStrictEqual([25, 50]);
  });
  it("are unknown with a reason, never 0, where the tape does not tell", async () => {
    for (const payloads of [[{ principal: 100 }], [{ principal: 0, days_past_due: 5 }]]) {
      const kpis = await kpisOf(payloads);
      for (const name of ["par30_pct", "par60_pct", "par90_pct", "npl_ratio_pct"]) {
        const kpi = kpis[name];
        expect(kpi).toMatchObject({ value: null, state: "unknown" });
        expect(kpi.reason).toBeTruthy();
      }
    }
  });
});

describe("records", () => {
  it("are walked page by page, raw and normalized, and lead to one another", async () => {
    for (const kind of ["raw", "normalized"]) {
      const list = `${path}/records?kind=${kind}`;
      const whole = (await api(server, "GET", `${list}&limit=1000`)).json.items;
      expect(whole.map((record: Json) => record.row)).toStrictEqual(
        Array.from({ length: 91 }, (_, index) => index));
      expect((await allItems(server, list, 4)).map((record) => record.record_id))
        .toStrictEqual(whole.map((record: Json) => record.record_id));
    }
    const normalized = (await api(server, "GET", `${path}/records?limit=3`)).json.items[2];
    const both = (await api(server, "GET", `${path}/records/${normalized.record_id}`)).json;
    expect(both.normalized).toStrictEqual(normalized);
    expect((await api(server, "GET", `${path}/records/${both.raw.record_id}`)).json).toStrictEqual(both);
  });

  it("lists of runs and datasets are walked with a cursor, newest first", async () => {
    for (let made = 0; made < 7; made += 1) await newDataset(server);
    const whole = (await api(server, "GET", "/api/v3/datasets?limit=1000")).json.items;
    const walked = await allItems(server, "/api/v3/datasets", 2);
    expect(walked).toStrictEqual(whole);
    const times = whole.map((item: Json) => item.created_at);
    expect([...times].sort().reverse()).toStrictEqual(times);
  });
});
