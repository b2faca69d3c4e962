import { expect, it } from "vitest";
import { segmentText } from "./segment-text";

it.each([
  [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.4 },
    "sector CRE: collateral market \u221240.00 %"],
  [{ where: { sector: ["CRE", null], obligor_group: "G1" }, interest_rate_delta_pct: 1.5,
    default_risk_increment_pct: 0 },
  "sector CRE or none, obligor group G1: interest rate 1.50 points, default risk 0.00 %"],
])("a segment's shocks in words: %j", (segment, words) => {
  expect(segmentText(segment)).toBe(words);
});
