import { describe, expect, it } from "vitest";
import { draftsOf, newSegment, segmentProblem, segmentsOf } from "./segment-draft";

const SEGMENTS = [{ where: { sector: "CRE", country: ["DE", null] },
  collateral_market_impact_pct: -0.3 }];

describe("segments while they are edited", () => {
  it("come back as they were, with lists of values", () => {
    expect(segmentsOf(draftsOf(SEGMENTS))).toStrictEqual([
      { where: { sector: ["CRE"], country: ["DE", null] }, collateral_market_impact_pct: -0.3 }]);
    expect(segmentProblem(draftsOf(SEGMENTS))).toBeNull();
    expect(draftsOf(undefined)).toStrictEqual([]);
  });
  it("say what is missing", () => {
    const segment = newSegment();
    expect(segmentProblem([segment])).toBe("Segment 1: add a value");
    expect(segmentProblem([{ ...segment, conditions: [] }]))
      .toBe("Segment 1: say which loans it is");
    const named = { ...segment, conditions: [{ dimension: "sector" as const, values: ["CRE"] }] };
    expect(segmentProblem([named])).toBe("Segment 1: give it a shock");
    const shocks = { ...named.shocks, default_risk_increment_pct: 3 };
    expect(segmentProblem([{ ...named, shocks }]))
      .toMatch(/write 0.03 for 3 %/);
  });
});
