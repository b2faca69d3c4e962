import { describe, expect, it } from "vitest";
import {
  attributeLoss, concentration, exposureOf, irbCapital, irbTotals, netByPortfolio, NO_SHOCKS,
  NO_STRESS, projectBorrower, reverseStress, valueAtRisk,
} from "@/lib/risk";
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

  it("fills a concentration in with what it was computed of", () => {
    const values = [4_000_000, 3_000_000, 2_000_000, 500_000, 500_000];
    const named = ({ index, ...rest }: { index: number; value: number; share: number }) =>
      ({ key: index === 2 ? null : `O${index}`, ...rest });
    const { flagged, largest, ...found } = concentration(values);
    const payload = { analysis: "concentration", request: { by: "obligor" },
      result: { ...found, flagged: flagged.map(named), largest: largest.map(named), reason: null,
        missing: { value: 2_000_000, share: 0.2 } } };
    const rows = new Map(analysisInWords(payload)?.rows.map((one) => [one.id, one]));
    // 0.4² + 0.3² + 0.2² + 0.05² + 0.05²
    expect(rows.get("hhi")?.value).toBeCloseTo(0.295, 12);
    expect(rows.get("hhi")?.values).toBe("0.4² + 0.3² + 0.2² + 2 more");
    expect(rows.get("effective_number")?.values).toBe("1 / 0.295");
    expect(rows.get("top_10")?.values).toBe("10,000,000.00 / 10,000,000.00");
    expect(rows.get("flagged")?.values).toContain("O1 30.00");
    expect(rows.get("flagged")?.values).toContain("Not given");
    expect(rows.get("missing")?.value).toBe(0.2);
    expect(rows.get("gini")?.value).toBe(found.gini);
    const { flagged: _, ...none } = concentration([]);
    expect(valuesOf({ ...payload, result: { ...none, flagged: [], reason: "There is no amount." } }))
      .toMatchObject({ hhi: "There is no amount.", top_1: "There is no amount.", count: 0 });
  });

  it("adds a loss's parts up, and says when nothing reaches a target", () => {
    const netted = netByPortfolio(exposureOf({ outstanding: 20_000n, outstandingTimesRate: 0n,
      collateral: 20_000n, assets: 0n, distressedValue: 0n, distressedValueTimesRecovery: 0n,
      distressedCount: 0 }));
    const shocks = { ...NO_SHOCKS, collateral_market_impact_pct: -0.5 };
    const attribution = valuesOf({ analysis: "attribution", request: {},
      result: attributeLoss(netted, shocks) });
    expect(attribution).toMatchObject({ recovery: 0, default: 0, loss_estimate: 1 });
    expect(attribution["collateral"]).toBeCloseTo(1, 12);
    expect(valuesOf({ analysis: "reverse-stress", request: {}, result: reverseStress(netted, shocks,
      { metric: "loss_estimate", value: 5 }) }))
      .toMatchObject({ multiplier: "The target is not reached", max_loss: 2 });
  });

  it("has no words for other analyses and for what is none any more", () => {
    for (const payload of [null, [], {}, { ...irb, analysis: "sensitivity" }, { ...irb, analysis: "concentration" },
      { ...irb, analysis: "constructor" }, { ...irb, result: {} }, { ...irb, request: [] }]) {
      expect(analysisInWords(payload)).toBeNull();
    }
    expect(analysisName({ analysis: "credit-loss" })).toBe("Credit-loss distribution");
    expect(analysisName({ analysis: 7 })).toBeNull();
  });
});
