import { describe, expect, it } from "vitest";
import { api, EXAMPLE, run, sealedVersion, STARTED_AT, type Answer } from "../support/api";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let versionId: string;
let answer: Answer;

usingServer(async (up) => {
  ({ server } = up);
  versionId = await sealedVersion(server, EXAMPLE);
  answer = await run(server, versionId);
});

const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DEFAULTS = ["interest_rate_spike", "market_crash", "default_wave"];
const FINDING_MEMBERS = ["id", "dataset_version_id", "title", "category", "metric", "description",
  "value", "threshold", "is_material", "materiality", "financial_impact_eur", "impact_score",
  "confidence"];

describe("MODEL.md section 2's check values", () => {
  it("gives the exposure exactly", () => {
    expect(answer.status).toBe(200);
    expect(answer.json.report.debt_exposure).toStrictEqual({
      total_outstanding: 1_000_000, interest_rate_pct: 5, interest_payment: 50_000,
      collateral_value: 750_000, collateral_shortfall: 250_000, collateral_coverage_ratio: 0.75,
      assets_value: 2_000_000, leverage_ratio: 0.5, distressed_asset_value: 350_000,
      distressed_asset_recovery: 145_000, distressed_asset_recovery_ratio: 0.4142857142857143,
      distressed_asset_count: 2, net_exposure_after_recovery: 105_000,
    });
  });

  it.each([
    // id, rate, interest, C', collateral loss, V', V loss, R', B, N', L, score
    ["interest_rate_spike", 7.5, 75_000, 712_500, 37_500, 332_500, 17_500, 137_750, 20_000,
      169_750, 64_750, 0.06475],
    ["market_crash", 5.5, 55_000, 562_500, 187_500, 262_500, 87_500, 123_250, 50_000, 364_250,
      259_250, 0.25925],
    ["default_wave", 6, 60_000, 675_000, 75_000, 315_000, 35_000, 94_250, 80_000, 310_750,
      205_750, 0.20575],
  ])("gives %s exactly", (id, ...figures) => {
    const stress = answer.json.report.stress_tests.find(
      (test: { scenario_id: string }) => test.scenario_id === id);
    expect([stress.interest_rate_pct, stress.interest_payment, stress.collateral_value,
      stress.collateral_loss, stress.distressed_asset_value, stress.distressed_asset_loss,
      stress.distressed_asset_recovery, stress.default_risk_buffer,
      stress.net_exposure_after_recovery, stress.loss_estimate, stress.impact_score,
    ]).toStrictEqual(figures);
  });

  it("judges every figure, the exposure first and not material", () => {
    const findings = answer.json.material_findings;
    expect(findings.map((finding: { title: string }) => finding.title)).toStrictEqual(
      ["debt_exposure: net", ...DEFAULTS.map((id) => `stress:${id}`)]);
    expect(findings.map((finding: Record<string, unknown>) =>
      [finding.value, finding.threshold, finding.is_material, finding.materiality])).toStrictEqual([
      [105_000, 200_000, false, "not_material"], [64_750, 50_000, true, "material"],
      [259_250, 50_000, true, "material"], [205_750, 50_000, true, "material"],
    ]);
    expect(findings[0]).toMatchObject({ category: "debt_exposure", confidence: "medium",
      metric: "net_exposure_after_recovery", financial_impact_eur: 105_000, impact_score: 0.105 });
    expect(findings[1]).toMatchObject({ category: "stress_test", metric: "loss_estimate",
      scenario_id: "interest_rate_spike", impact_score: 0.06475 });
  });
});

describe("the answer's shape", () => {
  const members = (value: object): string[] => Object.keys(value);

  it("keeps the order of members of API.md", () => {
    const { json } = answer;
    expect(members(json)).toStrictEqual(["dataset_version_id", "started_at", "run_id",
      "debt_exposure_evidence_id", "stress_test_evidence_ids", "material_findings", "report",
      "assumptions"]);
    expect(members(json.report)).toStrictEqual(
      ["metadata", "debt_exposure", "stress_tests", "assumptions"]);
    expect(members(json.report.metadata)).toStrictEqual(["dataset_version_id", "generated_at",
      "normalized_record_id", "raw_record_id", "warnings", "parameters"]);
    expect(members(json.report.metadata.parameters)).toStrictEqual([
      "net_exposure_materiality_threshold_pct", "stress_loss_materiality_threshold_pct",
      "netting", "include_default_scenarios", "stress_scenarios"]);
    expect(members(json.report.stress_tests[0]).slice(0, 6)).toStrictEqual(["scenario_id",
      "description", "interest_rate_delta_pct", "collateral_market_impact_pct",
      "recovery_degradation_pct", "default_risk_increment_pct"]);
    expect(members(json.stress_test_evidence_ids)).toStrictEqual(DEFAULTS);
    expect(members(json.material_findings[0])).toStrictEqual(FINDING_MEMBERS);
    expect(members(json.report.assumptions[0])).toStrictEqual(
      ["id", "description", "source", "impact", "sensitivity"]);
  });

  it("derives ids and repeats time and version", () => {
    const { json } = answer;
    const ids = [json.run_id, json.debt_exposure_evidence_id,
      ...Object.values(json.stress_test_evidence_ids),
      ...json.material_findings.map((finding: { id: string }) => finding.id)];
    for (const id of ids) expect(id).toMatch(UUID_V5);
    expect(new Set(ids).size).toBe(ids.length);
    expect(json.dataset_version_id).toBe(versionId);
    expect(json.report.metadata.dataset_version_id).toBe(versionId);
    expect(json.report.metadata.generated_at).toBe(STARTED_AT);
    expect(json.started_at).toBe(STARTED_AT);
  });

  it("gives MODEL.md section 13's assumptions twice, in order", () => {
    expect(answer.json.assumptions).toStrictEqual(answer.json.report.assumptions);
    expect(answer.json.assumptions.map((entry: { id: string }) => entry.id)).toStrictEqual([
      "assumption_interest_units", "assumption_normalized_record_source",
      "assumption_stress_scenarios", "assumption_base_currency", "assumption_static_balance",
      "assumption_netting", "assumption_default_buffer"]);
  });

  it("names the one raw record of a version of one record", async () => {
    const raw = await api(server, "GET", `/api/v3/dataset-versions/${versionId}/records?kind=raw`);
    const record = raw.json.items.find((item: { kind: string }) => item.kind === "record");
    expect(answer.json.report.metadata.raw_record_id).toBe(record.record_id);
  });

  it("names the file of a version of several records", async () => {
    const several = await sealedVersion(server, { principal: 1000 }, { principal: 2000 },
      { principal: 3000 });
    const { json } = await run(server, several);
    expect(json.report.debt_exposure.total_outstanding).toBe(6000);
    expect(json.report.metadata.warnings).toContain("NO_DISTRESSED_ASSETS");
    const { json: record } = await api(server, "GET",
      `/api/v3/dataset-versions/${several}/records/${json.report.metadata.raw_record_id}`);
    expect(record.raw).toMatchObject({ kind: "file", row: 0 });
    expect(members(record.raw.payload).sort()).toStrictEqual(
      ["bytes", "content_hash", "media_type", "name", "sha256"]);
  });
});

describe("started_at", () => {
  it.each([
    ["2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
    ["2025-01-01T00:00:00.000Z", "2025-01-01T00:00:00Z"],
    ["2025-01-01T01:00:00+01:00", "2025-01-01T00:00:00Z"],
    ["2024-12-31T19:00:00-0500", "2025-01-01T00:00:00Z"],
    ["2025-01-01T00:00:00", "2025-01-01T00:00:00Z"],
    ["2025-01-01 00:00:00", "2025-01-01T00:00:00Z"],
    ["2025-01-01", "2025-01-01T00:00:00Z"],
    ["2025-06-30T12:34:56.7Z", "2025-06-30T12:34:56.700Z"],
    ["2025-06-30T12:34:56.789999Z", "2025-06-30T12:34:56.789Z"],
    ["2025-06-30T12:34:56.0009Z", "2025-06-30T12:34:56Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("reads %s as %s, and the recorded run agrees", async (given, normalised) => {
    const { status, json } = await run(server, versionId, {}, given);
    expect([status, json?.started_at]).toStrictEqual([200, normalised]);
    const recorded = await api(server, "GET", `/api/v3/runs/${json.run_id}`);
    expect([recorded.status, recorded.json?.started_at]).toStrictEqual([200, normalised]);
  });

  it.each(["", " ", "yesterday", "2025-02-30T00:00:00Z", "2025-01-01T24:00:00Z",
    "2025-01-01T00:00:60Z", "2025-1-1", "20250101T000000Z", "2025-01-01T00:00:00+25:00",
    "0000-01-01T00:00:00Z", "+002025-01-01T00:00:00Z", "2025-01-01T00:00:00Z; DROP TABLE run", 0,
    1735689600, {}, [], true])("refuses %j", async (given) => {
    const { status, json } = await run(server, versionId, {}, given as string);
    expect([status, json.detail]).toStrictEqual([400, "STARTED_AT_INVALID"]);
  });
});

const SEVERE = { scenario_id: "custom_severe", description: "Custom severe stress scenario",
  interest_rate_delta_pct: 5, collateral_market_impact_pct: -0.3, recovery_degradation_pct: -0.2,
  default_risk_increment_pct: 0.1 };

describe("parameters", () => {
  const idsOf = (given: Answer): string[] =>
    given.json.report.stress_tests.map((test: { scenario_id: string }) => test.scenario_id);

  it("appends a new scenario after the defaults", async () => {
    const given = await run(server, versionId, { stress_scenarios: [SEVERE] });
    expect(idsOf(given)).toStrictEqual([...DEFAULTS, "custom_severe"]);
    expect(Object.keys(given.json.stress_test_evidence_ids)).toStrictEqual(
      [...DEFAULTS, "custom_severe"]);
    // C' 525,000, R' 116,000, B 100,000: N' = 359,000 + 100,000.
    expect(given.json.report.stress_tests[3]).toMatchObject({ ...SEVERE, interest_rate_pct: 10,
      net_exposure_after_recovery: 459_000, loss_estimate: 354_000 });
    expect(given.json.report.metadata.parameters.stress_scenarios[3]).toStrictEqual(SEVERE);
  });

  it("replaces a default in place and keeps the fields not given", async () => {
    const given = await run(server, versionId, { stress_scenarios: [
      SEVERE, { scenario_id: "market_crash", default_risk_increment_pct: 0.5 }] });
    expect(idsOf(given)).toStrictEqual([...DEFAULTS, "custom_severe"]);
    expect(given.json.report.stress_tests[1]).toMatchObject({ scenario_id: "market_crash",
      description: "Market shock reduces collateral and distressed asset values.",
      collateral_market_impact_pct: -0.25, default_risk_increment_pct: 0.5,
      default_risk_buffer: 500_000 });
    const assumption = given.json.assumptions.find(
      (entry: { id: string }) => entry.id === "assumption_stress_scenarios");
    expect(assumption.details.override_scenario_ids).toStrictEqual(
      ["market_crash", "custom_severe"]);
  });

  it("runs only the given scenarios without the defaults, an absent field being 0", async () => {
    const given = await run(server, versionId, { include_default_scenarios: false,
      stress_scenarios: [{ scenario_id: "nothing" }] });
    expect(idsOf(given)).toStrictEqual(["nothing"]);
    expect(given.json.report.stress_tests[0]).toMatchObject({ description: "", loss_estimate: 0,
      collateral_loss: 0, interest_rate_pct: 5 });
    const none = await run(server, versionId, { include_default_scenarios: false });
    expect(idsOf(none)).toStrictEqual([]);
    expect(none.json.material_findings).toHaveLength(1);
  });

  it("judges by the thresholds given, equal counting as material", async () => {
    const given = await run(server, versionId, { net_exposure_materiality_threshold_pct: 0.105,
      stress_loss_materiality_threshold_pct: 0.25925 });
    expect(given.json.material_findings.map((finding: { is_material: boolean }) =>
      finding.is_material)).toStrictEqual([true, false, true, false]);
    const all = await run(server, versionId, { net_exposure_materiality_threshold_pct: 0,
      stress_loss_materiality_threshold_pct: 0 });
    expect(all.json.material_findings.every((finding: { is_material: boolean }) =>
      finding.is_material)).toBe(true);
  });

  it("shows the canonical parameters, so that defaults written out are the same run", async () => {
    const parameters = answer.json.report.metadata.parameters;
    expect(parameters).toMatchObject({ net_exposure_materiality_threshold_pct: 0.2,
      stress_loss_materiality_threshold_pct: 0.05, netting: "portfolio",
      include_default_scenarios: true });
    const again = await run(server, versionId, parameters);
    expect(again.text).toBe(answer.text);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });
});

describe("what a recorded run says later", () => {
  it("equals the answer, with who and when", async () => {
    const { json } = await api(server, "GET", `/api/v3/runs/${answer.json.run_id}`);
    const { recorded_at, recorded_by, engine_id, ...rest } = json;
    expect(recorded_by).toBe("token:admin");
    expect(engine_id).toBe("engine_distressed_asset_debt_stress");
    expect(Date.parse(recorded_at)).not.toBeNaN();
    expect(JSON.stringify(Object.fromEntries(Object.keys(answer.json).map(
      (member) => [member, rest[member]])))).toBe(answer.text);
  });

  it("reports in three depths", async () => {
    const report = (type?: string): Promise<Answer> => api(server, "POST",
      "/api/v3/engines/distressed-asset-debt-stress/report", { body: {
        dataset_version_id: versionId, run_id: answer.json.run_id,
        ...(type ? { parameters: { report_type: type } } : {}) } });
    const standard = await report();
    expect(Object.keys(standard.json)).toStrictEqual(
      ["report_type", "dataset_version_id", "run_id", "generated_at", "sections"]);
    expect(standard.json).toMatchObject({ report_type: "standard", generated_at: STARTED_AT });
    expect(standard.json.sections).toStrictEqual(answer.json.report);
    const granular = await report("granular");
    expect(granular.json.sections.stress_tests[1].evidence_id).toBe(
      answer.json.stress_test_evidence_ids.market_crash);
    const aggregated = await report("aggregated");
    expect(aggregated.json.sections.stress_tests[1]).toStrictEqual({ scenario_id: "market_crash",
      net_exposure_after_recovery: 364_250, loss_estimate: 259_250, impact_score: 0.25925 });
    expect((await report("other")).json.detail).toBe("PARAMETERS_INVALID");
  });

  it("exports JSON and CSV, a text that looks like a formula made harmless", async () => {
    const given = await run(server, versionId, { stress_scenarios: [
      { scenario_id: "-danger", description: "=1+1" }] });
    const path = `/api/v3/runs/${given.json.run_id}/export`;
    const csv = await api(server, "GET", `${path}?format=csv`);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    expect(csv.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
    expect(csv.text).toContain("market_crash,loss_estimate,259250,EUR");
    expect(csv.text).not.toMatch(/(^|,)[-=+@]danger/m);
    const json = await api(server, "GET", `${path}?format=json`);
    expect(json.json.run_id).toBe(given.json.run_id);
    expect((await api(server, "GET", `${path}?format=exe`)).json.detail).toBe("PARAMETERS_INVALID");
  });
});
