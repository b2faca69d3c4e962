import { expect, it } from "vitest";
import { comparisonNarrative, type ComparedScenario, type ComparisonDocument } from "./comparison-report";

const side = (loss: number, isMaterial: boolean) =>
  ({ loss_estimate: loss, threshold: 50, is_material: isMaterial, evidence_id: "e" });
const scenario = (id: string, base: boolean, other: boolean, more = 0): ComparedScenario => ({
  scenario_id: id, base: side(100, base), other: side(100 + more, other), loss_difference: more,
  relative: more / 100, bridge: { opening: { amount: 100 }, steps: [],
    closing: { amount: 100 + more } } });
const said = (...scenarios: ComparedScenario[]): string => comparisonNarrative({
  base_currency: "EUR", scenarios, data: "same_version", parameters: [{ scenario_id: null,
    field: "stress_loss_materiality_threshold_pct", base: 0.05, other: 0.5 }],
} as unknown as ComparisonDocument).join(" ");

it("names what a moved line judges otherwise, where no loss differs", () => {
  expect(said(scenario("market_crash", true, false), scenario("own", true, true),
    scenario("wave", false, true))).toMatch(
    /No loss differs\. Material in the other run alone: "Wave"\. Not material .*: "Market crash"\.$/);
  expect(said(scenario("own", true, true))).toMatch(/No loss differs\.$/);
});

it("names it beside losses that differ", () => {
  expect(said(scenario("own", true, false, -60)))
    .toMatch(/differs most.*Not material in the other run alone: "Own"\.$/);
});
