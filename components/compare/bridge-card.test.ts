import { describe, expect, it } from "vitest";
import { axisStart } from "./bridge-card";

describe("where the axis of a bridge begins", () => {
  it("is below the lowest level when the steps are small beside the totals", () => {
    const start = axisStart([1_871e6, 1_880e6, 1_851e6], 1e6) ?? 0;
    expect(start).toBeGreaterThan(1_800e6);
    expect(start).toBeLessThan(1_851e6);
  });
  it("is 0 when they are not, or nothing moved", () => {
    expect(axisStart([100, 10], 1)).toBeUndefined();
    expect(axisStart([100, 100], 1)).toBeUndefined();
    expect(axisStart([0, 5], 1)).toBeUndefined();
  });
});
