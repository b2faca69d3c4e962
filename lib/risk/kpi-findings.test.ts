import { describe, expect, it } from "vitest";
import { kpiFindings, limitProblem, limitsOf } from "./kpi-findings";
import { DPD_BUCKETS } from "./kpis";
import { KPI_SUMS, portfolioKpis, type KpiInputs } from "./portfolio-kpis";

const none = Object.fromEntries(
  [...KPI_SUMS, ...DPD_BUCKETS].map((name) => [name, null])) as KpiInputs;
const kpis = portfolioKpis({ ...none, receivable: 100, dpd_0_7: 94, dpd_7_30: 0, dpd_30_60: 6,
  dpd_60_90: 0, dpd_90_plus: 0 });

describe("kpiFindings", () => {
  it("judges each KPI that has a value and limits by the defaults", () => {
    expect(kpiFindings(kpis, {}).map(({ metric, severity, threshold, is_material: material }) =>
      [metric, severity, threshold, material])).toEqual([
      ["par30_pct", "warning", 5, true], ["par90_pct", "normal", 3, false]]);
    expect(kpiFindings(kpis, {})[0]?.description)
      .toBe("PAR30 is 6 %, above the warning limit of 5 %: warning.");
  });

  it("lets a portfolio's own limits win, also where there is no default", () => {
    const findings = kpiFindings(kpis,
      { par30_pct: { warning: 1, critical: 2 }, npl_ratio_pct: { warning: 0.5, critical: 9 } });
    expect(findings.map(({ metric, severity }) => [metric, severity])).toEqual([
      ["par30_pct", "critical"], ["par90_pct", "normal"], ["npl_ratio_pct", "normal"]]);
    expect(limitsOf("yield_pct", {})).toBeNull();
  });
});

describe("limitProblem", () => {
  it.each([
    ["par30_pct", 5, 8, true], ["par30_pct", 5, 5, false], ["par30_pct", 8, 5, false],
    ["collection_rate_pct", 1.5, 1, true], ["collection_rate_pct", 1, 1.5, false],
  ] as const)("%s may have %d and %d: %s", (name, warning, critical, fits) => {
    expect(limitProblem(name, { warning, critical }) === null).toBe(fits);
  });
});
