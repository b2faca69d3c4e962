import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lossGrid, tornado } from "./sensitivity";
import { DEFAULT_SCENARIOS, lossUnder, NO_SHOCKS } from "./stress";
import { adverseShocks, CHECK_NETTED, ordinaryNetted } from "./test-data";
import type { Shocks } from "./types";

const crash = DEFAULT_SCENARIOS[1] as Shocks;

describe("tornado", () => {
  it("puts the check portfolio's widest bar first", () => {
    expect(tornado(CHECK_NETTED, crash)).toEqual([
      { shock: "collateral_market_impact_pct", low: 93_750, base: 187_500, high: 375_000 },
      { shock: "default_risk_increment_pct", low: 25_000, base: 50_000, high: 100_000 },
      { shock: "recovery_degradation_pct", low: 10_875, base: 21_750, high: 43_500 },
      { shock: "interest_rate_delta_pct", low: 0, base: 0, high: 0 },
    ]);
  });

  it("is sorted, and rises with the shock", () => {
    fc.assert(fc.property(ordinaryNetted, adverseShocks, (netted, shocks) => {
      const bars = tornado(netted, shocks);
      const swings = bars.map((bar) => bar.high - bar.low);
      expect(swings).toEqual([...swings].sort((a, b) => b - a));
      for (const bar of bars) {
        expect(bar.low).toBeLessThanOrEqual(bar.base);
        expect(bar.base).toBeLessThanOrEqual(bar.high);
        const alone = { ...NO_SHOCKS, [bar.shock]: shocks[bar.shock] };
        expect(bar.base).toBe(lossUnder(netted, alone));
      }
    }));
  });
});

describe("lossGrid", () => {
  const x = { shock: "collateral_market_impact_pct", from: -0.5, to: 0, steps: 3 } as const;
  const y = { shock: "default_risk_increment_pct", from: 0, to: 0.1, steps: 2 } as const;

  it("has a row for each y and a column for each x, the other shocks as given", () => {
    const result = lossGrid(CHECK_NETTED, crash, x, y);
    if (!result.ok) throw new Error(result.error);
    expect(result.value.x).toEqual([-0.5, -0.25, 0]);
    expect(result.value.y).toEqual([0, 0.1]);
    expect(result.value.loss).toEqual([
      [396_750, 209_250, 21_750], [496_750, 309_250, 121_750]]);
  });

  it("refuses what it cannot draw", () => {
    const error = (a: object, b: object = {}) => {
      const result = lossGrid(CHECK_NETTED, crash, { ...x, ...a }, { ...y, ...b });
      return result.ok ? null : result.error;
    };
    expect(error({ steps: 42 })).toBe("GRID_STEPS_INVALID");
    expect(error({}, { steps: 1 })).toBe("GRID_STEPS_INVALID");
    expect(error({ steps: 2.5 })).toBe("GRID_STEPS_INVALID");
    expect(error({ from: Number.NaN })).toBe("GRID_RANGE_INVALID");
    expect(error({}, { shock: x.shock })).toBe("GRID_AXES_EQUAL");
    expect(error({ steps: 41 }, { steps: 41 })).toBeNull();
  });
});
