import { spawnSync } from "node:child_process";
import { extractText, getDocumentProxy } from "unpdf";
import { describe, expect, it } from "vitest";
import { allItems, api, newDataset, run, type Json } from "../support/api";
import { expectProblem } from "../support/problem";
import { ROOT, TOKENS, type TestServer } from "../support/server";
import { usingServer } from "../support/using-server";
import { sheetsOf } from "../support/workbook";

let server: TestServer;
let base: Json;
let other: Json;
/** On the same version as `base`, with other parameters. */
let asked: Json;
let foreign: Json;

type Loan = { instrument_id?: string; sector: string; principal: number; collateral_value: number };
const loan = (instrument_id: string | undefined, sector: string, principal: number,
  collateral_value: number): Loan => ({ ...(instrument_id === undefined ? {} : { instrument_id }),
  sector, principal, collateral_value });

async function version(dataset: string, loans: Loan[]): Promise<string> {
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
    headers: { prefer: "wait=30" }, body: { records: loans.map((payload) => ({ payload })) } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json.dataset_version_id;
}

async function recorded(id: string, parameters: object): Promise<Json> {
  const answer = await run(server, id, parameters);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

const OWN = { scenario_id: "-own", description: "", collateral_market_impact_pct: -0.4,
  segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.6 }] };

usingServer(async (up) => {
  ({ server } = up);
  const dataset = await newDataset(server);
  const first = await version(dataset, [loan("A", "CRE", 1000, 900), loan("B", "SME", 500.25, 700),
    loan("C", "SME", 300, 100), loan(undefined, "SME", 10, 0)]);
  const second = await version(dataset, [loan("A", "CRE", 1200, 900), loan("B", "SME", 450, 700),
    loan("=D", "Retail", 800, 800)]);
  base = await recorded(first, { group_by: ["sector"], stress_scenarios: [OWN] });
  other = await recorded(second, { group_by: ["sector"], netting: "instrument",
    stress_loss_materiality_threshold_pct: 0.5, include_default_scenarios: false,
    stress_scenarios: [{ scenario_id: "market_crash", collateral_market_impact_pct: -0.5 },
      { ...OWN, default_risk_increment_pct: 0.01 }, { scenario_id: "mild" }] });
  asked = await recorded(first, { netting: "instrument" });
  const dollars = await api(server, "POST", "/api/v3/datasets",
    { body: { name: "Dollars", base_currency: "USD" } });
  foreign = await recorded(await version(dollars.json.dataset_id, [loan("A", "CRE", 1, 1)]), {});
});

const at = (part: string, one: Json, two: Json, more = ""): string =>
  `/api/v3/runs/compare${part}?base=${one.run_id}&other=${two.run_id}${more}`;
const compare = async (one: Json, two: Json): Promise<Json> => {
  const answer = await api(server, "GET", at("", one, two), { role: "READ" });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const lossOf = (run: Json, id: string): number =>
  run.report.stress_tests.find((each: Json) => each.scenario_id === id).loss_estimate;
const units = (amount: number): number => Math.round(amount * 10_000);
const sum = (values: number[]): number => values.reduce((total, each) => total + each, 0);

describe("two runs side by side", () => {
  it("gives each figure and loss as recorded, with the difference", async () => {
    const json = await compare(base, other);
    for (const [figure, value] of Object.entries<number>(base.report.debt_exposure)) {
      const found = json.exposure.find((each: Json) => each.figure === figure);
      expect([found.base, found.other]).toEqual([value, other.report.debt_exposure[figure]]);
      expect(found.difference).toBeCloseTo(found.other - found.base, 9);
    }
    expect(json.scenarios.map((each: Json) =>
      [each.scenario_id, each.base !== null, each.other !== null])).toEqual([
      ["interest_rate_spike", true, false], ["market_crash", true, true],
      ["default_wave", true, false], ["-own", true, true], ["mild", false, true]]);
    for (const each of json.scenarios.filter((one: Json) => one.bridge)) {
      expect(each.base.loss_estimate).toBe(lossOf(base, each.scenario_id));
      expect(each.other.loss_estimate).toBe(lossOf(other, each.scenario_id));
      expect(each.base.evidence_id).toBe(base.stress_test_evidence_ids[each.scenario_id]);
    }
    expect(json.data).toBe("same_dataset");
  });

  it("explains each loss to the unit, the data first as POST /analyses/stress computes it",
    async () => {
      const { scenarios, other: side } = await compare(base, other);
      for (const { scenario_id: id, bridge } of scenarios.filter((one: Json) => one.bridge)) {
        const total = bridge.steps.reduce((level: bigint, step: Json) =>
          level + BigInt(step.units), BigInt(bridge.opening.units));
        expect(String(total)).toBe(bridge.closing.units);
        expect(bridge.closing.units).toBe(String(units(lossOf(other, id))));
        const scenario = base.report.metadata.parameters.stress_scenarios
          .find((each: Json) => each.scenario_id === id);
        const { json } = await api(server, "POST", "/api/v3/analyses/stress", { role: "EXECUTE",
          body: { dataset_version_id: side.dataset_version_id, netting: "portfolio",
            scenarios: [scenario] } });
        const data = bridge.steps.find((step: Json) => step.step === "data");
        expect(Number(data.units)).toBe(
          units(json.totals.scenarios[0].loss_estimate) - units(lossOf(base, id)));
        expect(data.units).not.toBe("0");
      }
    });

  it("lays on the parameters what they alone change, and nothing where nothing differs",
    async () => {
      const { scenarios, parameters, data } = await compare(base, asked);
      expect(data).toBe("same_version");
      expect(parameters).toContainEqual(
        { scenario_id: null, field: "netting", base: "portfolio", other: "instrument" });
      for (const { bridge, loss_difference: moved } of scenarios.filter((one: Json) =>
        one.bridge)) {
        const steps = Object.fromEntries(bridge.steps.map((step: Json) =>
          [step.step, step.amount]));
        expect(steps).toEqual({ data: 0, netting: moved, shocks: 0, engine: 0 });
      }
      const same = await compare(base, base);
      expect(same.parameters).toEqual([]);
      expect(same.scenarios.every((each: Json) => each.loss_difference === 0)).toBe(true);
    });

  it("names what was asked differently, old beside new", async () => {
    const { parameters } = await compare(base, other);
    expect(parameters.filter((each: Json) => each.scenario_id !== "market_crash")).toEqual([
      { scenario_id: null, field: "netting", base: "portfolio", other: "instrument" },
      { scenario_id: null, field: "stress_loss_materiality_threshold_pct", base: 0.05, other: 0.5 },
      { scenario_id: null, field: "include_default_scenarios", base: true, other: false },
      { scenario_id: "interest_rate_spike", field: "scenario", base: "present", other: null },
      { scenario_id: "default_wave", field: "scenario", base: "present", other: null },
      { scenario_id: "-own", field: "default_risk_increment_pct", base: 0, other: 0.01 },
      { scenario_id: "mild", field: "scenario", base: null, other: "present" },
    ]);
    expect(parameters).toContainEqual({ scenario_id: "market_crash",
      field: "collateral_market_impact_pct", base: -0.25, other: -0.5 });
  });

  it("compares the groups that both recorded; their losses add up to the runs'", async () => {
    const { json } = await api(server, "GET",
      at("/groups", base, other, "&scenario_id=market_crash"), { role: "READ" });
    expect(json).toMatchObject({ is_recorded: true, group_by: ["sector"], total: 3 });
    expect(sum(json.items.map((each: Json) => units(each.base?.allocated_loss ?? 0))))
      .toBe(units(lossOf(base, "market_crash")));
    expect(sum(json.items.map((each: Json) => units(each.loss_difference))))
      .toBe(units(lossOf(other, "market_crash")) - units(lossOf(base, "market_crash")));
    const moved = json.items.map((each: Json) => Math.abs(each.loss_difference));
    expect(moved).toEqual([...moved].sort((a, b) => b - a));
    const retail = json.items.find((each: Json) => each.key.sector === "Retail");
    expect(retail).toMatchObject({ base: null, outstanding_difference: 800 });
    expect(base.group_evidence.map((each: Json) => each.evidence_id)).toContain(
      json.items.find((each: Json) => each.key.sector === "CRE").base.evidence_id);
  });

  it("computes groups that were not recorded, the same way", async () => {
    const { json } = await api(server, "GET",
      at("/groups", base, asked, "&scenario_id=market_crash&group_by=instrument_id&limit=2"));
    expect(json).toMatchObject({ is_recorded: false, total: 4 });
    const all = await allItems(server, at("/groups", base, asked,
      "&scenario_id=market_crash&group_by=instrument_id"), 2);
    expect(all).toHaveLength(4);
    expect(sum(all.map((each) => units(each.loss_difference))))
      .toBe(units(lossOf(asked, "market_crash")) - units(lossOf(base, "market_crash")));
    expectProblem(await api(server, "GET", at("/groups", base, asked)), "PARAMETERS_INVALID");
    expectProblem(await api(server, "GET", at("/groups", base, asked,
      "&group_by=sector&scenario_id=nobody")), "PARAMETERS_INVALID");
  });

  it("matches instruments by id, those that differ most first, page by page", async () => {
    const address = at("/instruments", base, other, "&scenario_id=market_crash");
    const all = await allItems(server, address, 2);
    expect(all.map((each) => each.instrument_id).sort()).toEqual(["=D", "A", "B", "C", null]);
    const [own] = all.filter((each) => each.instrument_id === "A");
    // 1,000 over 900 lacks 100, then 325 of 675; 1,200 over 900 lacks 300, then 750 of 450.
    expect(own).toMatchObject({ base: { own_loss: 225 + 50 }, outstanding_difference: 200,
      loss_difference: 450 + 1200 * 0.05 - 275 });
    for (const [side, made] of [["base", base], ["other", other]] as const) {
      expect(sum(all.map((each) => each[side]?.outstanding ?? 0)))
        .toBe(made.report.debt_exposure.total_outstanding);
    }
    expect(sum(all.map((each) => units(each.other?.own_loss ?? 0))))
      .toBe(units(lossOf(other, "market_crash")));
    const moved = all.map((each) => Math.abs(each.loss_difference));
    expect(moved).toEqual([...moved].sort((a, b) => b - a));
    expectProblem(await api(server, "GET",
      at("/instruments", base, other, "&scenario_id=mild")), "PARAMETERS_INVALID");
    const page = await api(server, "GET", `${address}&limit=2`);
    expectProblem(await api(server, "GET", `${at("/instruments", base, base,
      "&scenario_id=market_crash")}&cursor=${page.json.next_cursor}`), "PARAMETERS_INVALID");
  });

  it("says which run there is not, and refuses two currencies", async () => {
    const nobody = { run_id: crypto.randomUUID() };
    expect((await api(server, "GET", at("", nobody, base))).json.message).toContain("base");
    expectProblem(await api(server, "GET", at("", base, nobody)), "RUN_NOT_FOUND");
    expectProblem(await api(server, "GET", at("", base, { run_id: "x" })), "RUN_NOT_FOUND");
    const refused = await api(server, "GET", at("", base, foreign));
    expectProblem(refused, "PARAMETERS_INVALID");
    expect(refused.json.message).toMatch(/EUR and USD|USD and EUR/);
  });
});

describe("scenarios over versions, and of one version", () => {
  const ask = async (path: string): Promise<Json> => {
    const answer = await api(server, "GET", path, { role: "READ" });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };

  it("gives the latest run of each version, newest version first, with its evidence", async () => {
    const { base: side } = await compare(base, other);
    const path = `/api/v3/datasets/${side.dataset_id}/scenario-series`;
    const json = await ask(`${path}?scenario_id=market_crash`);
    expect(json.scenario_id).toBe("market_crash");
    expect(json.items.map((each: Json) => [each.number, each.run_id])).toEqual(
      [[2, other.run_id], [1, asked.run_id]]);
    for (const [place, made] of [other, asked].entries()) {
      expect(json.items[place]).toMatchObject({ loss_estimate: lossOf(made, "market_crash"),
        evidence_id: made.stress_test_evidence_ids.market_crash,
        total_outstanding: made.report.debt_exposure.total_outstanding,
        base_net_exposure: made.report.debt_exposure.net_exposure_after_recovery,
        is_material: made.material_findings.find((each: Json) =>
          each.scenario_id === "market_crash").is_material });
    }
    expect(json.items[0].scenario.collateral_market_impact_pct).toBe(-0.5);
    const byPortfolio = await ask(`${path}?scenario_id=market_crash&netting=portfolio`);
    expect(byPortfolio.items.map((each: Json) => each.run_id)).toEqual([base.run_id]);
    expect(await allItems(server, `${path}?scenario_id=market_crash`, 1)).toEqual(json.items);
    expect((await ask(path)).scenarios.slice(0, 2)).toEqual([
      { scenario_id: "-own", versions: 2 }, { scenario_id: "market_crash", versions: 2 }]);
    expect((await ask(`${path}?scenario_id=nobody`)).items).toEqual([]);
  });

  it("gives each scenario of a version once, the largest loss first", async () => {
    const path = `/api/v3/dataset-versions/${base.dataset_version_id}/scenarios`;
    const { items } = await ask(path);
    expect(items).toHaveLength(4 + 3);
    expect(items.map((each: Json) => each.loss_estimate)).toEqual(
      items.map((each: Json) => each.loss_estimate).sort((a: number, b: number) => b - a));
    expect(items.find((each: Json) => each.scenario.scenario_id === "-own")).toMatchObject({
      run_id: base.run_id, runs: 1, loss_estimate: lossOf(base, "-own"), netting: "portfolio",
      evidence_id: base.stress_test_evidence_ids["-own"] });
    expect(await allItems(server, path, 2)).toEqual(items);
    const again = await run(server, base.dataset_version_id, { group_by: ["sector"] },
      "2027-01-01T00:00:00Z");
    expect(again.status, again.text).toBe(200);
    const found = (await ask(path)).items.find((each: Json) =>
      each.evidence_id === base.stress_test_evidence_ids.market_crash);
    expect(found).toMatchObject({ runs: 2, run_id: again.json.run_id });
  });
});

const file = async (format: string): Promise<Uint8Array> => {
  const answer = await fetch(`${server.url}${at("/export", base, other, `&format=${format}`)}`,
    { headers: { authorization: `Bearer ${TOKENS.READ}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-disposition")).toContain(`.${format}"`);
  return new Uint8Array(await answer.arrayBuffer());
};
const grouped = new Intl.NumberFormat("en-US",
  { minimumFractionDigits: 2, maximumFractionDigits: 2 });

describe("a comparison as a file", () => {
  it.each(["json", "csv", "xlsx", "pdf"])("has the same bytes again: %s", async (format) => {
    expect(Buffer.compare(await file(format), await file(format))).toBe(0);
  });

  it("has the figures of the answer in JSON, CSV, PDF and workbook", async () => {
    const signed = await api(server, "POST", `/api/v3/runs/${base.run_id}/sign-off`,
      { role: "EXECUTE", body: { step: "prepared" } });
    expect(signed.status, signed.text).toBe(201);
    const json = await compare(base, other);
    expect([json.base.sign_off.state, json.other.sign_off.state]).toEqual(["prepared", "none"]);
    const read = JSON.parse(Buffer.from(await file("json")).toString());
    expect(read).toMatchObject(json);
    expect(read.versions.outstanding.closing.amount)
      .toBe(other.report.debt_exposure.total_outstanding);
    const csv = Buffer.from(await file("csv")).toString().split("\r\n")
      .map((line) => line.split(","));
    const text = (await extractText(await getDocumentProxy(await file("pdf")),
      { mergePages: true })).text.replaceAll("\u2212", "-");
    expect(text).toMatch(/Not signed off yet: prepared by token:execute/);
    expect(csv.find(([, , , figure]) => figure === "sign_off")?.slice(4, 6))
      .toEqual(["prepared", "none"]);
    const sheets = sheetsOf(await file("xlsx"));
    const [losses, explained] = ["Losses by scenario", "What explains the losses"]
      .map((name) => sheets.get(name));
    for (const [row, each] of json.scenarios.entries()) {
      const line = csv.find(([section, id, , figure]) => section === "stress_test" &&
        figure === "loss_estimate" && id?.replace(/^'/, "") === each.scenario_id);
      const shown = (value: number | null | undefined) => value ?? undefined;
      const cells = [each.base?.loss_estimate, each.other?.loss_estimate, each.loss_difference];
      for (const [place, value] of cells.entries()) {
        expect(line?.[4 + place]).toBe(String(value ?? ""));
        expect(losses?.get(`${"BCD"[place]}${row + 2}`)).toBe(
          shown(value) === undefined ? undefined : String(value));
        if (shown(value) !== undefined) expect(text).toContain(grouped.format(value));
      }
      expect(losses?.get(`A${row + 2}`)).toBe(each.scenario_id);
    }
    for (const [row, { bridge }] of json.scenarios.filter((one: Json) => one.bridge).entries()) {
      const amounts = [bridge.opening, ...bridge.steps, bridge.closing];
      amounts.forEach(({ amount }: Json, place: number) => {
        expect(explained?.get(`${"BCDEFG"[place]}${row + 2}`)).toBe(String(amount));
        expect(text).toContain(grouped.format(amount));
      });
    }
  });

  it("carries ids and how to verify, and makes no formula of a text", async () => {
    const pdf = (await extractText(await getDocumentProxy(await file("pdf")),
      { mergePages: true })).text;
    for (const id of [base.run_id, other.run_id, base.debt_exposure_evidence_id]) {
      expect(pdf.replaceAll(/\s+/g, "")).toContain(id);
    }
    expect(pdf).toContain("How to verify this comparison");
    expect(Buffer.from(await file("csv")).toString()).not.toMatch(/(^|,)"?[=+@]/m);
  });

  it("goes into a file, or onto the terminal, by the command line", async () => {
    const command = (...more: string[]) => spawnSync(process.execPath,
      ["scripts/cli.mjs", "compare", base.run_id, other.run_id, ...more],
      { cwd: ROOT, encoding: "utf8",
        env: { ...process.env, TODISCOPE_URL: server.url, TODISCOPE_TOKEN: TOKENS.READ } });
    const text = command();
    expect(text.status, text.stderr).toBe(0);
    expect(text.stdout).toContain("market_crash");
    expect(command("--format", "csv").stdout.trimEnd().split(/\r?\n/))
      .toEqual(Buffer.from(await file("csv")).toString().trimEnd().split("\r\n"));
  });
});
