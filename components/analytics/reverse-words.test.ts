import { describe, expect, it } from "vitest";
import { moneyScale } from "@/components/ui/format";
import { reverseTitle } from "./reverse-words";

const scale = moneyScale(1e9, "EUR");
const share = { metric: "loss_share", value: 0.05 } as const;

describe("reverseTitle", () => {
  it("states the finding, whether the target is reached, holds already, or cannot be", () => {
    expect(reverseTitle({ reachable: true, multiplier: 0.1872 }, "market_crash", share, scale))
      .toBe("0.19 times the market crash reaches a loss of 5\u202f% of what is owed");
    expect(reverseTitle({ reachable: true, multiplier: 0 }, "market_crash",
      { metric: "coverage_ratio", value: 1 }, scale))
      .toBe("A coverage of 1.00 × is there without any shock");
    expect(reverseTitle({ reachable: false, multiplier: null, reason: "TARGET_NOT_REACHED" },
      "own_scenario", { metric: "loss_estimate", value: 5e8 }, scale))
      .toBe("No multiple of the own scenario up to 20 reaches a loss of EUR 500.0 m");
    expect(reverseTitle({ reachable: false, multiplier: null, reason: "NO_ASSETS_VALUE" },
      "market_crash", { metric: "leverage_ratio", value: 2 }, scale))
      .toBe("No break-even: the version states no assets, so it has no leverage");
  });
});
