import { describe, expect, it } from "vitest";
import { segmentSentence } from "./segment-words";

describe("a segment shock in words", () => {
  it("names where and what", () => {
    expect(segmentSentence({ where: { sector: "CRE", country: ["DE", "FR"] },
      collateral_market_impact_pct: -0.35, default_risk_increment_pct: 0.06 }))
      .toMatch(/^Sector CRE, country Germany or France: collateral −35.%, default risk \+6.%$/);
    expect(segmentSentence({ where: { stage: [null, "3"] }, interest_rate_delta_pct: 2 }))
      .toMatch(/^Stage not given or Stage 3: rate \+2\.00/);
  });
  it("counts a long list", () => {
    expect(segmentSentence({ where: { rating: ["A", "B", "C", "D", "E", "F"] },
      recovery_degradation_pct: -0.1 })).toMatch(/^Rating A, B, C or 3 others: recovery −10/);
  });
});
