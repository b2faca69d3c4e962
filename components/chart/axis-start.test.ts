import { describe, expect, it } from "vitest";
import { axisStart } from "./axis-start";

const bridge = (amount: number, ...steps: number[]) =>
  ({ opening: { amount }, steps: steps.map((each) => ({ amount: each })) });

describe("where the axis of a bridge begins", () => {
  it("is below the lowest level when the steps are small beside the totals", () => {
    const start = axisStart(bridge(1_871e6, 9e6, -29e6), 1e6) ?? 0;
    expect(start).toBeGreaterThan(1_800e6);
    expect(start).toBeLessThan(1_851e6);
  });
  it("is 0 when they are not, or nothing moved", () => {
    expect(axisStart(bridge(100, -90), 1)).toBeUndefined();
    expect(axisStart(bridge(100, 0), 1)).toBeUndefined();
    expect(axisStart(bridge(0, 5), 1)).toBeUndefined();
  });
});
