import { describe, expect, it } from "vitest";
import { irbCapital, irbCorrelation, irbTotals, type IrbExposure } from "./irb";

const base: IrbExposure = { ead: 1000, pd: 0.01, lgd: 0.45, maturity: 2.5, pd_floor: 0,
  asset_class: "corporate" };
const capital = (change: Partial<IrbExposure> = {}) => {
  const result = irbCapital({ ...base, ...change });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};

describe("Basel IRB", () => {
  it.each([
    [{ turnover_meur: 50, pd: 0.0003 }, 14.44], [{ turnover_meur: 50 }, 92.32],
    // Published as 72.40: its last digit was rounded twice.
    [{ turnover_meur: 5 }, 72.395], [{ asset_class: "mortgage" as const }, 56.4],
    [{ asset_class: "other_retail" as const }, 45.77],
    [{ asset_class: "revolving" as const }, 17.22],
  ])("gives the published risk weight of %o: %d %%", (change, percent) => {
    expect(capital(change).risk_weight * 100).toBeCloseTo(percent, 2);
  });

  it("gives MODEL.md's correlation and capital", () => {
    const { correlation, capital_requirement: requirement, expected_loss: loss } = capital();
    expect(correlation).toBeCloseTo(0.192784, 6);
    expect(requirement * 100).toBeCloseTo(7.38534, 5);
    expect(loss).toBeCloseTo(4.5, 12);
  });

  it("counts small turnover as 5 and large as 50", () => {
    const at = (turnover?: number) => irbCorrelation("corporate", 0.01, turnover);
    expect(at(0)).toBe(at(5));
    expect(at(1000)).toBe(at());
    expect(at(5)).toBeCloseTo(at(50) - 0.04, 14);
  });

  it("floors the PD unless the floor is 0", () => {
    expect(capital({ pd: 0, pd_floor: undefined })).toStrictEqual(capital({ pd: 0.0005 }));
    expect(capital({ pd: 0 })).toMatchObject({ risk_weight: 0, expected_loss: 0 });
  });

  it("needs nothing beyond the expected loss at a PD of 1", () => {
    expect(capital({ pd: 1 })).toMatchObject({ capital_requirement: 0, expected_loss: 450 });
  });

  it("says when the maturity term has no value, and spares retail from it", () => {
    expect(irbCapital({ ...base, pd: 1e-7 }))
      .toStrictEqual({ ok: false, error: { code: "PD_BELOW_MATURITY_TERM", pd: 1e-7 } });
    expect(capital({ pd: 1e-7, asset_class: "mortgage" }).risk_weight).toBeGreaterThan(0);
  });

  it("takes a defaulted exposure's unexpected loss alone", () => {
    const found = capital({ defaulted: true, el_best: 0.3, pd: 1 });
    expect(found.capital_requirement).toBeCloseTo(0.15, 15);
    expect(found).toMatchObject({ correlation: null, expected_loss: 300 });
    expect(capital({ defaulted: true, el_best: 0.5 }).capital_requirement).toBe(0);
  });

  it("grows with maturity, and adds up", () => {
    const long = capital({ maturity: 5 });
    expect(long.risk_weight).toBeGreaterThan(capital().risk_weight);
    const totals = irbTotals([base, base], [capital(), long]);
    expect(totals.rwa).toBeCloseTo(capital().rwa + long.rwa, 9);
    expect(totals).toMatchObject({ ead: 2000, risk_weight: totals.rwa / 2000 });
    expect(irbTotals([], [])).toMatchObject({ ead: 0, rwa: 0, risk_weight: null });
  });
});
