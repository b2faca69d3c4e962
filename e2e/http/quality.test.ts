import { describe, expect, it } from "vitest";
import { api, newDataset, type Answer, type Json } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const get = async (path: string): Promise<Json> => {
  const answer = await api(server, "GET", `/api/v3${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const rulesOf = (dataset: string): Promise<Json> => get(`/datasets/${dataset}/quality-rules`);
const edit = (dataset: string, body: object, etag = "*"): Promise<Answer> => api(server, "PATCH",
  `/api/v3/datasets/${dataset}/quality-rules`, { body, headers: { "if-match": etag } });
const set = async (dataset: string, body: object): Promise<Json> => {
  const answer = await edit(dataset, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const send = (dataset: string, text: string, query: Record<string, string> = {}): Promise<Answer> =>
  api(server, "POST", `/api/v3/datasets/${dataset}/versions?${new URLSearchParams(query)}`, {
    raw: text, headers: { "content-type": "text/csv", prefer: "wait=60" } });
const sealed = async (
  dataset: string, text: string, query?: Record<string, string>,
): Promise<Json> => {
  const answer = await send(dataset, text, query);
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const qualityOf = (version: string, query = ""): Promise<Json> =>
  get(`/dataset-versions/${version}/quality?limit=1000${query}`);
const brief = ({ problems }: Json) => problems.map(({ row, rule, code, severity }: Json) =>
  [row, rule ?? code, severity]);
const leftOutOf = async (version: string): Promise<string[]> => {
  const answer = await api(server, "GET", `/api/v3/dataset-versions/${version}/left-out-rows`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual(
    [200, "text/csv; charset=utf-8"]);
  return answer.text.replace("\ufeff", "").trimEnd().split("\r\n");
};
const idOf = (failed: Answer): string =>
  (failed.headers.get("location") ?? "").split("/").at(-1) as string;

const TAPE = `loan_id,type,balance,rate,collateral,granted,matures,valued,linked,value,recovery
L1,instrument,100,4,50,2020-01-01,2030-01-01,2026-01-01,,,
L2,instrument,200,4,,2020-01-01,2019-01-01,2027-01-01,,,
L3,instrument,300,,70,2027-05-01,2030-01-01,,,,
L4,instrument,much,4,70,,,,,,
A1,distressed asset,,,,,,,L1,40,50
A2,distressed asset,,,,,,,L9,60,120
`;
const QUERY = { as_of: "2026-06-30", mapping: JSON.stringify({ instrument_id: "loan_id",
  record_kind: "type", principal: "balance", interest_rate_pct: "rate",
  collateral_value: "collateral", origination_date: "granted", maturity_date: "matures",
  collateral_valuation_date: "valued", linked_instrument_id: "linked", distressed_value: "value",
  recovery_rate_pct: "recovery" }) };
const CLEAN = "loan_id,balance,interest_rate,collateral,sector\nL1,100,4,50,a\nL2,200,4,60,b\n";
const BAD = "loan_id,balance,interest_rate,collateral,sector\nL1,100,4,50,a\nL2,x,4,60,b\nL3,5,4,,c\n";

describe("built-in rules", () => {
  it("find contradictions and unknown references, name the column, and enter the score", async () => {
    const version = await sealed(await newDataset(server), TAPE, QUERY);
    const quality = await qualityOf(version.dataset_version_id);
    expect(brief(quality).toSorted()).toEqual([
      [3, "collateral_valued_by_as_of", "warning"], [3, "maturity_after_origination", "warning"],
      [4, "origination_by_as_of", "warning"], [5, "AMOUNT_UNREADABLE", "error"],
      [7, "linked_instrument_in_tape", "warning"], [7, "recovery_at_most_100", "warning"]]);
    expect(quality.problems).toContainEqual(expect.objectContaining({
      row: 3, column: "matures", value: "2019-01-01", code: "RULE_BROKEN",
      message: "maturity_date (2019-01-01) must not be before origination_date (2020-01-01)" }));
    expect(quality.problems).toContainEqual(expect.objectContaining({
      row: 7, column: "linked", value: "L9", code: "REFERENCE_UNKNOWN" }));
    const [k, v, u, c] = [(1 + 0.5 + 0.5 + 1 + 1) / 6, 4 / 6, 5 / 6, 2 / 6];
    expect(quality.components.completeness).toBeCloseTo(k, 5);
    expect(quality.components).toMatchObject({ accepted: 0.833333, validity: 0.666667,
      uniqueness: 0.833333, consistency: 0.333333 });
    expect(quality.score).toBeCloseTo(30 * k + 40 * v + 15 * u + 15 * c, 1);
    expect(version.counts.warnings).toBe(5);
    expect(quality.rules.filter((rule: Json) => rule.broken > 0).map(({ id }: Json) => id))
      .toEqual(["maturity_after_origination", "origination_by_as_of", "collateral_valued_by_as_of",
        "recovery_at_most_100", "linked_instrument_in_tape", "OUT_OF_RANGE"]);
    expect(brief(await qualityOf(version.dataset_version_id, "&rule=origination_by_as_of")))
      .toEqual([[4, "origination_by_as_of", "warning"]]);
    expect((await qualityOf(version.dataset_version_id, "&code=AMOUNT_UNREADABLE")).problems)
      .toHaveLength(1);
  });

  it("flag outliers and leave them as they are", async () => {
    const rows = Array.from({ length: 300 }, (_, at) => `L${at},${1000 + at % 7},4,5`);
    rows[77] = "L77,990000,4,5";
    const version = await sealed(await newDataset(server),
      `loan_id,balance,interest_rate,collateral\n${rows.join("\n")}\n`);
    const quality = await qualityOf(version.dataset_version_id);
    expect(quality.problems.filter(({ code }: Json) => code === "OUTLIER")).toMatchObject(
      [{ row: 79, column: "balance", value: "990000", severity: "warning" }]);
    expect(quality.score).toBe(100);
    expect(quality.columns.find(({ field }: Json) => field === "principal")).toMatchObject(
      { outliers: 1, max: 990_000, distinct: 8, distinct_estimated: false });
    expect(version.consolidated.total_outstanding).toBeGreaterThan(990_000);
  });

  it("are counted exactly where more are flagged than are remembered", async () => {
    const rows = Array.from({ length: 60_000 }, (_, at) =>
      `L${at},${at % 50 === 0 ? 1000 : 1},4,5`);
    const version = await sealed(await newDataset(server),
      `loan_id,balance,interest_rate,collateral\n${rows.join("\n")}\n`);
    const quality = await qualityOf(version.dataset_version_id);
    expect(quality.problem_counts.OUTLIER).toBe(1200);
    expect(quality.problems.filter(({ code }: Json) => code === "OUTLIER")).toHaveLength(100);
  });
});

describe("a dataset's rules", () => {
  const own = { id: "sector_known", description: "Sectors of the book", severity: "error",
    field: "sector", op: "in", value: ["a", "b"],
    when: { field: "principal", op: "gt", value: 1 } };

  it("hold from the next version on; versions of before keep theirs", async () => {
    const dataset = await newDataset(server);
    const before = await sealed(dataset, BAD);
    const rules = await rulesOf(dataset);
    expect(rules).toMatchObject({ rules: [], tolerances: {}, changed_at: null });
    const changed = await edit(dataset, { rules: [own], built_ins: { OUTLIER: "off" } },
      rules.etag);
    expect(changed.json).toMatchObject({ rules: [own] });
    expect(changed.headers.get("etag")).toBe(changed.json.etag);
    const after = await sealed(dataset, BAD);
    expect(brief(await qualityOf(after.dataset_version_id))).toEqual([
      [3, "AMOUNT_UNREADABLE", "error"], [4, "sector_known", "error"]]);
    expect(after.counts).toMatchObject({ rejected: 2, normalized: 1 });
    await set(dataset, { rules: [] });
    const kept = await qualityOf(after.dataset_version_id);
    expect(kept.rules).toContainEqual({ id: "sector_known", description: own.description,
      severity: "error", words: "sector must be one of a, b", broken: 1 });
    expect(kept.rules).toContainEqual(expect.objectContaining({ id: "OUTLIER", severity: "off" }));
    expect((await qualityOf(before.dataset_version_id)).rules.map(({ id }: Json) => id))
      .not.toContain("sector_known");
    const events = (await get(`/audit?type=quality_rules.changed&subject_id=${dataset}`)).items;
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ before: { rules: [own] }, after: { rules: [] } });
  });

  it("are not lost to an edit that somebody else made meanwhile", async () => {
    const dataset = await newDataset(server);
    const { etag } = await rulesOf(dataset);
    const answers = await Promise.all([1, 2, 3].map((limit) =>
      edit(dataset, { tolerances: { max_rejected_pct: limit } }, etag)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    expect((await rulesOf(dataset)).tolerances)
      .toEqual(answers.find(({ status }) => status === 200)?.json.tolerances);
    const bare = await api(server, "PATCH", `/api/v3/datasets/${dataset}/quality-rules`,
      { body: { rules: [] } });
    expectProblem(bare, "PRECONDITION_REQUIRED");
  });

  it.each<[object, string]>([
    [{ rules: [{ ...own, field: "nothing" }] }, "rules.0.field"],
    [{ rules: [{ ...own, op: "eval" }] }, "rules.0.op"],
    [{ rules: [{ ...own, op: "lt", value: 3 }] }, "rules.0.op"],
    [{ rules: [{ ...own, value: [1] }] }, "rules.0.value"],
    [{ rules: [{ ...own, when: { field: "principal", op: "gt", value: "x" } }] },
      "rules.0.when.value"],
    [{ rules: [own, own] }, "rules.1.id"],
    [{ rules: [{ ...own, id: "maturity_after_origination" }] }, "rules.0.id"],
    [{ rules: [{ ...own, id: "Not an id" }] }, "rules.0.id"],
    [{ rules: Array.from({ length: 51 }, (_, at) => ({ ...own, id: `r${at}` })) }, "rules"],
    [{ built_ins: { OUTLIER: "error" } }, "built_ins.OUTLIER"],
    [{ tolerances: { min_score: 101 } }, "tolerances.min_score"],
    [{ tolerances: { max_missing_pct: { pd: -1 } } }, "tolerances.max_missing_pct.pd"],
  ])("%j is refused at %s, and nothing is written", async (body, path) => {
    const dataset = await newDataset(server);
    const answer = await edit(dataset, body);
    expectProblem(answer, "REQUEST_BODY_INVALID");
    expect(answer.json.errors.map((error: Json) => error.path)).toContain(path);
    expect(await rulesOf(dataset)).toMatchObject({ rules: [], changed_at: null });
  });

  it("can be tried on the newest version before they are saved", async () => {
    const dataset = await newDataset(server);
    const preview = async (body: object): Promise<Json> => {
      const answer = await api(server, "POST",
        `/api/v3/datasets/${dataset}/quality-rules/preview`, { body });
      expect(answer.status, answer.text).toBe(200);
      return answer.json;
    };
    expect(await preview({ rules: [own] })).toMatchObject(
      { dataset_version_id: null, records: 0, of: 0 });
    const version = await sealed(dataset, BAD);
    const tried = await preview({ rules: [own] });
    expect(tried).toMatchObject({ dataset_version_id: version.dataset_version_id, records: 2,
      of: 2 });
    expect(tried.rules).toContainEqual(
      { id: "sector_known", severity: "error", broken: 1, rows: [4] });
    expect((await rulesOf(dataset)).rules).toEqual([]);
  });
});

describe("tolerances", () => {
  it("stop the seal: the version fails with what was measured, and keeps only problems", async () => {
    const dataset = await newDataset(server);
    await set(dataset, { tolerances: { max_rejected_pct: 10, max_problem_pct: 90, min_score: 99,
      max_missing_pct: { collateral_value: 20 } } });
    const failed = await send(dataset, BAD, { expected_rows: "4", expected_principal: "105" });
    expectProblem(failed, "QUALITY_TOLERANCE_EXCEEDED");
    for (const words of ["rows left out are 33.3333 % of the rows, at most 10 %",
      "the quality score is 61.7, at least 99", "collateral_value is missing in 50 %",
      "the tape has 3 rows, 4 were expected"]) {
      expect(failed.json.message).toContain(words);
    }
    expect(failed.json.message).not.toContain("90 %");
    expect(failed.json.message).not.toContain("105");
    const version = await get(`/dataset-versions/${idOf(failed)}`);
    expect(version).toMatchObject({ status: "failed", content_hash: null, consolidated: null,
      failure: { code: "QUALITY_TOLERANCE_EXCEEDED", message: failed.json.message } });
    const quality = await qualityOf(idOf(failed));
    expect(quality.problems).toMatchObject([{ row: 3, code: "AMOUNT_UNREADABLE" }]);
    expect(quality.tolerances.map(({ name, exceeded }: Json) => [name, exceeded])).toEqual([
      ["max_rejected_pct", true], ["max_problem_pct", false], ["min_score", true],
      ["max_missing_pct", true], ["expected_rows", true], ["expected_principal", false]]);
    expect(await leftOutOf(idOf(failed))).toStrictEqual([
      "loan_id,balance,interest_rate,collateral,sector,row in the file,left out because",
      expect.stringMatching(/^L2,x,4,60,b,3,"?balance: .*\(AMOUNT_UNREADABLE\)"?$/)]);
    const owner = await connect(server);
    for (const table of ["raw_record", "normalized_record", "evidence_records"]) {
      const { rows } = await owner.query(
        `SELECT count(*)::int AS kept FROM ${table} WHERE dataset_version_id = $1`, [idOf(failed)]);
      expect(rows).toEqual([{ kept: 0 }]);
    }
    await owner.end();
    const [event] = (await get(
      `/audit?type=dataset_version.failed&dataset_version_id=${idOf(failed)}`)).items;
    expect(event.reason).toBe("QUALITY_TOLERANCE_EXCEEDED");
  });

  it("keep the left-out rows of a tape that fails, masked, bounded and until it is erased", async () => {
    const dataset = await newDataset(server);
    await set(dataset, { tolerances: { max_rejected_pct: 10 } });
    const rows = Array.from({ length: 10_050 }, (_, at) => `L${at},x,Jane Doe ${at}`);
    const failed = await send(dataset, `loan_id,balance,borrower_name\nL,1,Jo\n${rows.join("\n")}\n`,
      { privacy: JSON.stringify({ borrower_name: "mask" }) });
    expectProblem(failed, "QUALITY_TOLERANCE_EXCEEDED");
    const lines = await leftOutOf(idOf(failed));
    expect(lines).toHaveLength(10_002);
    expect(lines[10_000]).toMatch(/^L9999,x,px_[\w-]+,10002,/);
    expect(lines.at(-1)).toBe(
      ",,,,Cut: these are the first 10000 of 10050 rows that were left out");
    expect(lines.join("\n")).not.toContain("Jane");
    const owner = await connect(server);
    const kept = async () => (await owner.query(
      "SELECT FROM left_out_rows WHERE dataset_version_id = $1", [idOf(failed)])).rowCount;
    expect(await kept()).toBe(1);
    await owner.query("UPDATE left_out_rows SET created_at = now() - interval '31 days'");
    const clean = await api(server, "POST", "/api/v3/jobs", { body: { kind: "clean_uploads" } });
    await until("the rows were removed", async () => (await kept()) === 0 ? true : undefined);
    expect([clean.status, (await leftOutOf(idOf(failed))).at(-1)]).toEqual([202,
      expect.stringContaining("The cells of these rows are no longer kept: 30 days have passed")]);
    const again = await send(dataset, BAD);
    expect((await owner.query("SELECT FROM left_out_rows WHERE dataset_version_id = $1",
      [idOf(again)])).rowCount).toBe(1);
    const erase = await api(server, "DELETE", `/api/v3/dataset-versions/${idOf(again)}`,
      { body: { reason: "test" } });
    const { rowCount } = await owner.query("SELECT FROM left_out_rows");
    expect([erase.status, rowCount], erase.text).toEqual([200, 0]);
    await owner.end();
  });

  it("let a tape through that keeps them, and one that is accepted with a reason", async () => {
    const dataset = await newDataset(server);
    await set(dataset, { tolerances: { max_rejected_pct: 10 } });
    const clean = await sealed(dataset, CLEAN, { expected_rows: "2", expected_principal: "300",
      accept_quality: "not needed" });
    expect(await qualityOf(clean.dataset_version_id)).toMatchObject({ accepted: null });
    const reason = "The seller confirmed the missing row";
    const accepted = await sealed(dataset, BAD, { accept_quality: reason });
    const id = accepted.dataset_version_id;
    const by = accepted.created_by;
    expect(await qualityOf(id)).toMatchObject({ accepted: { reason, by },
      tolerances: [{ name: "max_rejected_pct", measured: 33.3333, limit: 10, exceeded: true }] });
    const { quality, reading } = await get(`/dataset-versions/${id}/manifest`);
    expect(quality).toMatchObject({ accepted: { reason, by },
      tolerances: [{ exceeded: true }] });
    expect(reading).not.toHaveProperty("quality");
    const accepts = async (version: string) => (await get(
      `/audit?type=dataset_version.quality_accepted&dataset_version_id=${version}`)).items;
    expect(await accepts(id)).toMatchObject([{ reason, actor: by,
      details: { exceeded: [{ name: "max_rejected_pct", measured: 33.3333 }] } }]);
    expect(await accepts(clean.dataset_version_id)).toEqual([]);
  });

  it("judge raw rows that are normalized later by the rules of then", async () => {
    const dataset = await newDataset(server);
    const raw = await sealed(dataset, BAD, { normalize: "false", expected_rows: "3" });
    const id = raw.dataset_version_id;
    await set(dataset, { tolerances: { max_rejected_pct: 10 } });
    const normalize = (query = "") => api(server, "POST",
      `/api/v3/dataset-versions/${id}/normalize${query}`, { headers: { prefer: "wait=60" } });
    expect((await normalize()).json).toMatchObject({ status: "ingested",
      failure: { code: "QUALITY_TOLERANCE_EXCEEDED" }, counts: { raw: 3 } });
    expect((await qualityOf(id)).problems).toHaveLength(1);
    const accepted = await normalize("?accept_quality=as+agreed");
    expect(accepted.json).toMatchObject({ status: "sealed", failure: null });
    expect(await qualityOf(id)).toMatchObject({ accepted: { reason: "as agreed" },
      tolerances: [{ name: "max_rejected_pct" }, { name: "expected_rows", exceeded: false }] });
  });

  it("may be taken away again", async () => {
    const dataset = await newDataset(server);
    await set(dataset, { tolerances: { max_rejected_pct: 10, min_score: 1 } });
    expect((await set(dataset, { tolerances: { max_rejected_pct: null } })).tolerances)
      .toEqual({ min_score: 1 });
    await sealed(dataset, BAD);
  });

  it.each(["expected_rows=x", "expected_rows=-1", "expected_principal=much",
    "accept_quality=+"])("%s is refused", async (query) => {
    const answer = await send(await newDataset(server), CLEAN,
      Object.fromEntries(new URLSearchParams(query)));
    expectProblem(answer, "PARAMETERS_INVALID");
  });
});
