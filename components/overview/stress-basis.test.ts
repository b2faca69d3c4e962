import { describe, expect, it } from "vitest";
import { previewBasis, stressTitle } from "./stress-basis";

const exposure = {
  total_outstanding: 1_000_000, interest_rate_pct: 5, interest_payment: 50_000,
  collateral_value: 750_000, collateral_shortfall: 250_000, collateral_coverage_ratio: 0.75,
  assets_value: 2_000_000, leverage_ratio: 0.5, distressed_asset_value: 350_000,
  distressed_asset_recovery: 145_000, distressed_asset_recovery_ratio: 145_000 / 350_000,
  distressed_asset_count: 2, net_exposure_after_recovery: 105_000,
};

describe("stress basis", () => {
  it("previews the default scenarios by size (MODEL.md section 2)", () => {
    const basis = previewBasis(exposure);
    expect(basis.losses.map((entry) => [entry.name, entry.loss])).toEqual([
      ["Market crash", 259_250], ["Default wave", 205_750], ["Interest rate spike", 64_750],
    ]);
    expect(basis.worst?.evidenceId).toBeNull();
    expect(basis.lossLine).toBe(50_000);
    expect(basis.netLine).toBe(200_000);
    expect(stressTitle(basis)).toBe("Preview: all three scenarios cross the materiality line");
  });

  it("counts what crosses the line, the line itself included", () => {
    const basis = previewBasis(exposure);
    expect(stressTitle({ ...basis, lossLine: 205_750 }))
      .toBe("Preview: 2 of 3 scenarios cross the materiality line");
    expect(stressTitle({ ...basis, lossLine: 1e9 }))
      .toBe("Preview: no scenario reaches the materiality line");
    expect(stressTitle({ ...basis, losses: [] })).toBe("This run has no scenarios");
  });
});
