import { describe, expect, it } from "vitest";
import { irbCapital, irbTotals, NO_STRESS, projectBorrower, valueAtRisk } from "@/lib/risk";
import { analysisInWords, analysisName } from "./analysis-figures";

const exposure = { ead: 100, pd: 0.01, lgd: 0.45, maturity: 2.5, pd_floor: 0,
  asset_class: "mortgage" } as const;
const found = irbCapital(exposure);
if (!found.ok) throw new Error("no capital");
const irb = { analysis: "irb", request: { exposures: [exposure] },
  result: { exposures: [found.value], totals: irbTotals([exposure], [found.value]) } };

const valuesOf = (payload: unknown) => Object.fromEntries(
  analysisInWords(payload)?.rows.map(({ id, value, reason }) => [id, reason ?? value]) ?? []);

describe("analysisInWords", () => {
  it("says what capital was computed of what", () => {
    expect(analysisInWords(irb)).toMatchObject({ name: "IRB capital",
      asked: "The figures it rests on were given with the request: 1 exposure." });
    expect(valuesOf(irb)["risk_weight"]).toBeCloseTo(0.564, 3);
  });

  it("says what has no value, and why", () => {
    const statements = { revenue: 12, operating_costs: 0, cash: 1, receivables: 0, payables: 0,
      market_value: 0 };
    const projection = { analysis: "projection",
      request: { debt_schedule: [], start: "2026-01-31" },
      result: projectBorrower(statements, [], { ...NO_STRESS }, "2026-01-31", 6) };
    expect(valuesOf(projection)).toMatchObject({ min_dscr: "Nothing is due", cash: 7 });
    const risk = valueAtRisk([{ date: "2026-01-01", value: 5, flow: 0 }],
      { limits: { "0.95": 1, "0.99": 1 }, freshnessDays: 4 });
    const series = { analysis: "value-at-risk", request: {}, result: risk.ok ? risk.value : {} };
    expect(Object.values(valuesOf(series)).every((value) => typeof value === "string")).toBe(true);
  });

  it("has no words for other analyses and for what is none any more", () => {
    for (const payload of [null, [], {}, { ...irb, analysis: "concentration" },
      { ...irb, analysis: "constructor" }, { ...irb, result: {} }, { ...irb, request: [] }]) {
      expect(analysisInWords(payload)).toBeNull();
    }
    expect(analysisName({ analysis: "credit-loss" })).toBe("Credit-loss distribution");
    expect(analysisName({ analysis: 7 })).toBeNull();
  });
});
