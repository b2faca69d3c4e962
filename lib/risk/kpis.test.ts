import { describe, expect, it } from "vitest";
import {
  collectionRate, DEFAULT_KPI_LIMITS, dpdBucket, pastDueKpis, portfolioHealth, severityOf,
} from "./kpis";

const none = { dpd_0_7: 0, dpd_7_30: 0, dpd_30_60: 0, dpd_60_90: 0, dpd_90_plus: 0 };
const value = (figure: number) => ({ value: figure, reason: null });

describe("dpdBucket", () => {
  it.each([
    [-3, "dpd_0_7"], [0, "dpd_0_7"], [6, "dpd_0_7"], [7, "dpd_7_30"], [29, "dpd_7_30"],
    [30, "dpd_30_60"], [59, "dpd_30_60"], [60, "dpd_60_90"], [89, "dpd_60_90"],
    [90, "dpd_90_plus"], [4000, "dpd_90_plus"],
  ])("%d days are in %s", (days, bucket) => expect(dpdBucket(days)).toBe(bucket));
});

describe("pastDueKpis", () => {
  it("gives MODEL.md's check: two portfolios together have PAR30 15", () => {
    const sums = { ...none, dpd_30_60: 300, dpd_60_90: 100, dpd_90_plus: 50, dpd_7_30: 999 };
    expect(pastDueKpis(sums, 3000, 25)).toEqual({
      par30_pct: value(15), par60_pct: value(5), par90_pct: value(5000 / 3000),
      npl_ratio_pct: value(2.5),
    });
  });

  it("has no figure for an empty tape", () => {
    const gap = { value: null, reason: "NO_RECEIVABLE" };
    expect(pastDueKpis(none, 0)).toEqual(
      { par30_pct: gap, par60_pct: gap, par90_pct: gap, npl_ratio_pct: gap });
    expect(pastDueKpis(none, 10).par30_pct).toEqual(value(0));
    expect(pastDueKpis({ ...none, dpd_90_plus: Number.NaN }, 10).par90_pct).toEqual(
      { value: null, reason: "INPUT_MISSING" });
  });
});

describe("collection and health", () => {
  it("gives MODEL.md's check", () => {
    expect(collectionRate(2700, 3000)).toEqual(value(90));
    expect(collectionRate(1, 0)).toEqual({ value: null, reason: "NO_ELIGIBLE_BALANCE" });
  });

  it("clamps health to 0 and 10, and passes a gap on", () => {
    expect(portfolioHealth(value(15), value(90))).toEqual(value(10));
    expect(portfolioHealth(value(20), value(5))).toEqual(value(4));
    expect(portfolioHealth(value(100), value(90))).toEqual(value(0));
    const gap = collectionRate(1, 0);
    expect(portfolioHealth(value(1), gap)).toEqual(gap);
    expect(portfolioHealth(gap, value(1))).toEqual(gap);
  });
});

describe("severityOf", () => {
  const { par30_pct: par30, collection_rate_pct: collection } = DEFAULT_KPI_LIMITS;
  it.each([
    [5, par30, "normal"], [5.1, par30, "warning"], [8, par30, "warning"], [8.1, par30, "critical"],
    [1.5, collection, "normal"], [1.4, collection, "warning"], [1, collection, "warning"],
    [0.9, collection, "critical"],
  ] as const)("%d is judged against %j as %s", (figure, limits, severity) => {
    expect(severityOf(value(figure), limits)).toBe(severity);
  });
  it("never takes a gap for healthy", () => {
    expect(severityOf({ value: null, reason: "NO_RECEIVABLE" }, par30)).toBe("unknown");
  });
});
