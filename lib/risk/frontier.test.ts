import { describe, expect, it } from "vitest";
import { breakEvenFrontier } from "./frontier";
import { lossUnder, NO_SHOCKS } from "./stress";
import { CHECK_NETTED as netted } from "./test-data";

const m = "collateral_market_impact_pct" as const;
const d = "default_risk_increment_pct" as const;
const target = { metric: "loss_estimate", value: 200_000 } as const;

describe("a break-even frontier", () => {
  it("gives for each fall the buffer that makes the loss whole", () => {
    const found = breakEvenFrontier(netted, NO_SHOCKS, target,
      { shock: m, from: 0, to: -0.5, steps: 6 }, { shock: d, from: 0, to: 1 });
    if (!found.ok) throw new Error(found.error);
    expect(found.value).toHaveLength(6);
    for (const { x, y } of found.value) {
      // 750,000 less of collateral for a fall of 1; 200,000 are reached beyond 26.7 %.
      expect(y).toBeCloseTo(Math.max(0, 0.2 + 0.75 * x), 12);
      if (y) {
        expect(lossUnder(netted, { ...NO_SHOCKS, [m]: x, [d]: y })).toBeCloseTo(200_000, 3);
      }
    }
  });

  it("goes from harmless to severe, whatever the sign, and says where nothing hits", () => {
    const found = breakEvenFrontier(netted, NO_SHOCKS, target,
      { shock: d, from: 0, to: 0.2, steps: 2 }, { shock: m, from: 0.5, to: -1 });
    expect(found.ok && found.value[0]?.y).toBeCloseTo(-200 / 750, 12);
    const small = breakEvenFrontier(netted, NO_SHOCKS, target,
      { shock: d, from: 0, to: 0.1, steps: 2 }, { shock: m, from: 0, to: -0.1 });
    expect(small).toMatchObject({ ok: true, value: [{ x: 0, y: null }, { x: 0.1, y: null }] });
    const noLoss = breakEvenFrontier(netted, NO_SHOCKS, target, { shock: d, from: 0, to: 0.1,
      steps: 2 }, { shock: "interest_rate_delta_pct", from: 0, to: 50 });
    expect(noLoss.ok && noLoss.value.every(({ y }) => y === null)).toBe(true);
  });

  it("refuses one shock for both axes", () => {
    expect(breakEvenFrontier(netted, NO_SHOCKS, target, { shock: m, from: 0, to: 1, steps: 3 },
      { shock: m, from: 0, to: 1 })).toStrictEqual({ ok: false, error: "FRONTIER_AXES_EQUAL" });
    expect(breakEvenFrontier(netted, NO_SHOCKS, target, { shock: m, from: 0, to: 1, steps: 1 },
      { shock: d, from: 0, to: 1 })).toMatchObject({ error: "FRONTIER_RANGE_INVALID" });
  });
});
