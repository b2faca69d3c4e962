import { describe, expect, it } from "vitest";
import { moneyScale } from "@/components/ui/format";
import { headline, type ComparedScenario, type RunComparison } from "./compare-words";

const side = (loss: number, isMaterial: boolean) => ({ loss_estimate: loss, threshold: 50,
  is_material: isMaterial, net_exposure_after_recovery: 0, interest_payment: 0, impact_score: 0,
  evidence_id: "e" });
const scenario = (id: string, base: boolean, other: boolean, more = 0): ComparedScenario => ({
  scenario_id: id, base: side(100, base), other: side(100 + more, other), loss_difference: more,
  relative: more / 100, bridge: { opening: { amount: 100, units: "1000000" }, steps: [],
    closing: { amount: 100 + more, units: "1000000" } } });
const comparison = (...scenarios: ComparedScenario[]) => ({ base_currency: "EUR", scenarios,
  data: "same_version", parameters: [{ scenario_id: null, base: 0.05, other: 0.5,
    field: "stress_loss_materiality_threshold_pct" }] }) as unknown as RunComparison;
const head = (of: RunComparison): string => headline(of, moneyScale(100, "EUR"));

describe("two runs whose losses are the same", () => {
  it("are not the same where a moved line judges them otherwise", () => {
    const moved = comparison(scenario("market_crash", true, false), scenario("own", true, true),
      scenario("wave", false, true));
    expect(head(moved)).toBe("No loss differs, but 2 are judged otherwise");
    expect(head(comparison(scenario("own", true, false))))
      .toBe("No loss differs, but one is judged otherwise");
  });

  it("say no more where every judgement stands", () => {
    const still = comparison(scenario("own", true, true));
    expect(head(still)).toBe("No loss differs between the runs");
  });
});

it("lead with the loss that differs most", () => {
  expect(head(comparison(scenario("own", true, false, -60)))).toMatch(/loses EUR 60.* less in the other run/);
});
