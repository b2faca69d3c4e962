import { describe, expect, it } from "vitest";
import { amountText, percentText } from "./amount-text";
import { assumptionsOf } from "./assumptions";
import { exposureOf } from "./exposure";
import { findingsOf } from "./findings";
import { canonicalParameters, overrideScenarioIds } from "./parameters";
import { stressOf } from "./stress";
import { CHECK_EXPOSURE } from "./test-data";
import { zeroTotals } from "./totals";
import type { DebtExposure, RunParameters } from "./types";

function parametersOf(input: unknown): RunParameters {
  const result = canonicalParameters(input);
  if (!result.ok) throw new Error("refused");
  return result.value;
}
const findingsUnder = (exposure: DebtExposure, parameters: RunParameters) => findingsOf(
  exposure, parameters.stress_scenarios.map((scenario) => stressOf(exposure, scenario)),
  parameters);

describe("findingsOf", () => {
  const findings = findingsUnder(CHECK_EXPOSURE, parametersOf({}));

  it("judges the exposure first, in the report's order of members", () => {
    expect(findings[0]).toEqual({
      title: "debt_exposure: net", category: "debt_exposure",
      metric: "net_exposure_after_recovery",
      description: "Net exposure after collateral and recoveries is 105,000, which stays below "
        + "the threshold of 200,000 (20 % of outstanding debt 1,000,000): not material.",
      value: 105_000, threshold: 200_000, is_material: false, materiality: "not_material",
      financial_impact_eur: 105_000, impact_score: 0.105, confidence: "medium",
    });
    expect(Object.keys(findings[0] ?? {})).toEqual([
      "title", "category", "metric", "description", "value", "threshold", "is_material",
      "materiality", "financial_impact_eur", "impact_score", "confidence",
    ]);
  });

  it("judges each scenario in order", () => {
    const brief = findings.slice(1).map((finding) =>
      [finding.title, finding.scenario_id, finding.value, finding.threshold, finding.is_material]);
    expect(brief).toEqual([
      ["stress:interest_rate_spike", "interest_rate_spike", 64_750, 50_000, true],
      ["stress:market_crash", "market_crash", 259_250, 50_000, true],
      ["stress:default_wave", "default_wave", 205_750, 50_000, true],
    ]);
    expect(findings[1]).toMatchObject({
      category: "stress_test", metric: "loss_estimate", materiality: "material",
      impact_score: 0.06475, financial_impact_eur: 64_750,
    });
  });

  it("takes a value at the threshold for material", () => {
    const at = parametersOf({ net_exposure_materiality_threshold_pct: 0.105 });
    expect(findingsUnder(CHECK_EXPOSURE, at)[0]).toMatchObject({
      threshold: 105_000, is_material: true, materiality: "material" });
  });

  it("measures an empty portfolio against 1, not against 0", () => {
    const [net] = findingsUnder(exposureOf(zeroTotals()), parametersOf({}));
    expect(net).toMatchObject({ value: 0, threshold: 0.2, is_material: false, impact_score: 0 });
  });
});

describe("texts of figures", () => {
  it.each([
    [0, "0"], [999.999, "1,000"], [1234567.5, "1,234,567.50"], [-1234.25, "-1,234.25"],
    [105_000, "105,000"], [1e21, "1e+21"],
  ])("%d is %s", (amount, text) => expect(amountText(amount)).toBe(text));
  it("percentages lose float64's tail", () => {
    expect(percentText(0.07)).toBe("7 %");
    expect(percentText(0.29)).toBe("29 %");
  });
});

describe("assumptionsOf", () => {
  const build = (input: unknown, fxSource: string | null = null) => {
    const parameters = parametersOf(input);
    return assumptionsOf({
      normalizedRecordId: "0198-record", baseCurrency: "EUR", parameters,
      overrideScenarioIds: overrideScenarioIds(parameters), fxSource,
    });
  };

  it("lists section 13 in order", () => {
    expect(build({}).map(({ id, source, sensitivity }) => [id, source, sensitivity])).toEqual([
      ["assumption_interest_units", "Engine design", "Medium"],
      ["assumption_normalized_record_source", "Normalization pipeline", "Low"],
      ["assumption_stress_scenarios", "Engine defaults and provided parameters", "High"],
      ["assumption_base_currency", "Dataset version", "Medium"],
      ["assumption_static_balance", "Engine design", "Medium"],
      ["assumption_netting", "Run parameters", "High"],
      ["assumption_default_buffer", "Engine design", "Medium"],
    ]);
    expect(build({})[0]?.description).toBe("Interest rates are annual and expressed as percentage "
      + "points before additional shocks.");
  });

  it("names the record, the currency, the rates and the overrides", () => {
    const [, record, scenarios, currency] = build(
      { stress_scenarios: [{ scenario_id: "own" }, { scenario_id: "market_crash" }] }, "ECB");
    expect(record?.description).toContain("0198-record");
    // market_crash came without a change: it is the default still.
    expect(scenarios?.details).toEqual({ override_scenario_ids: ["own"] });
    expect(currency?.description).toContain("EUR");
    expect(currency?.details).toEqual({ base_currency: "EUR", fx_source: "ECB" });
  });
});
