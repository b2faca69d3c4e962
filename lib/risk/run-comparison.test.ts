import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exposureOf } from "./exposure";
import {
  amountDifference, explainLoss, exposureChanges, parameterChanges, type LossStep,
  type RecordedLoss,
} from "./run-comparison";
import { netByInstrument } from "./instrument-netting";
import { Shortfalls } from "./shortfalls";
import { DEFAULT_SCENARIOS, lossUnder, netByPortfolio, type Netted } from "./stress";
import { zeroTotals } from "./totals";
import type { Netting, RunParameters, Scenario } from "./types";
import type { Bridge } from "./version-bridge";

type Data = { loans: readonly (readonly [outstanding: number, collateral: number])[] };
type Side = { data: Data; netting: Netting; scenario: Scenario };

/** A version as the engine nets it. */
function netted({ loans }: Data, netting: Netting): Netted {
  const [outstanding, collateral] = [0, 1].map((at) =>
    Float64Array.from(loans, (loan) => loan[at] as number)) as [Float64Array, Float64Array];
  const sum = (column: Float64Array): bigint =>
    column.reduce((all, each) => all + BigInt(each), 0n);
  const exposure = exposureOf({ ...zeroTotals(), outstanding: sum(outstanding),
    collateral: sum(collateral) });
  return netting === "portfolio" ? netByPortfolio(exposure)
    : netByInstrument(exposure, new Shortfalls({ outstanding, collateral }));
}

const recorded = ({ data, netting, scenario }: Side): RecordedLoss =>
  ({ netting, scenario, loss: lossUnder(netted(data, netting), scenario) });
const explain = (base: Side, other: Side): Bridge<LossStep> =>
  explainLoss(recorded(base), recorded(other), (netting) => netted(other.data, netting));
const stepsOf = (bridge: Bridge<LossStep>): Record<string, bigint> =>
  Object.fromEntries(bridge.steps.map(({ step, amount }) => [step, amount]));

const units = fc.integer({ min: 0, max: 1e11 });
const data: fc.Arbitrary<Data> = fc.record({
  loans: fc.array(fc.tuple(units, units), { minLength: 1, maxLength: 8 }) });
const netting = fc.constantFrom<Netting>("portfolio", "instrument");
const share = fc.integer({ min: -100, max: 100 }).map((percent) => percent / 100);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  scenario_id: fc.constant("s"), description: fc.constant(""), interest_rate_delta_pct: share,
  collateral_market_impact_pct: share, recovery_degradation_pct: share,
  default_risk_increment_pct: share.map(Math.abs) });
const side: fc.Arbitrary<Side> = fc.record({ data, netting, scenario });

describe("explainLoss", () => {
  it("adds up to the difference to the unit, whatever differs", () => {
    fc.assert(fc.property(side, side, (base, other) => {
      const { opening, steps, closing } = explain(base, other);
      expect(steps.reduce((sum, { amount }) => sum + amount, opening)).toBe(closing);
      expect(Math.abs(Number(closing) - recorded(other).loss * 1e4)).toBeLessThanOrEqual(0.51);
      expect(Math.abs(Number(opening) - recorded(base).loss * 1e4)).toBeLessThanOrEqual(0.51);
    }));
  });

  it("has nothing to explain between equal runs", () => {
    fc.assert(fc.property(side, (one) => {
      expect(stepsOf(explain(one, one))).toEqual({ data: 0n, netting: 0n, shocks: 0n, engine: 0n });
    }));
  });

  it("puts the whole difference on the one thing that differs, and its negative on the way back",
    () => {
      const one = { data: (base: Side, given: Side): Side => ({ ...base, data: given.data }),
        netting: (base: Side, given: Side): Side => ({ ...base, netting: given.netting }),
        shocks: (base: Side, given: Side): Side => ({ ...base, scenario: given.scenario }) };
      for (const [step, change] of Object.entries(one)) {
        fc.assert(fc.property(side, side, (base, given) => {
          const other = change(base, given);
          const [there, back] = [explain(base, other), explain(other, base)];
          const none = { data: 0n, netting: 0n, shocks: 0n, engine: 0n };
          const difference = there.closing - there.opening;
          expect(stepsOf(there)).toEqual({ ...none, [step]: difference });
          expect(stepsOf(back)).toEqual({ ...none, [step]: -difference });
        }));
      }
    });

  it("negates the sum, though not each step, when everything is exchanged", () => {
    fc.assert(fc.property(side, side, (base, other) => {
      const [there, back] = [explain(base, other), explain(other, base)];
      expect(back.closing - back.opening).toBe(there.opening - there.closing);
    }));
  });

  it("takes the data first: the other version under the base run's parameters", () => {
    const [base, other]: [Side, Side] = [
      { data: { loans: [[10_000_000, 8_000_000]] }, netting: "portfolio",
        scenario: { ...DEFAULT_SCENARIOS[1] as Scenario } },
      { data: { loans: [[20_000_000, 15_000_000], [1_000_000, 9_000_000]] }, netting: "instrument",
        scenario: { ...DEFAULT_SCENARIOS[2] as Scenario } },
    ];
    // 800 * 0.25 + 50; then 0 of 2,100 (covered) stressed: 2,400 * 0.75 < 2,100 by 300, + 105.
    expect(stepsOf(explain(base, other))).toEqual({
      data: 4_050_000n - 2_500_000n,
      netting: 3_750_000n + 1_050_000n - 4_050_000n,
      shocks: 1_500_000n + 1_680_000n - 4_800_000n, engine: 0n });
  });

  it("leaves to the engine what neither data nor parameters explain", () => {
    const base: Side = { data: { loans: [[10_000, 0]] }, netting: "portfolio",
      scenario: { ...DEFAULT_SCENARIOS[0] as Scenario } };
    const bridge = explainLoss(recorded(base), { ...recorded(base), loss: 7.5 },
      (way) => netted(base.data, way));
    expect(stepsOf(bridge)).toEqual({ data: 0n, netting: 0n, shocks: 0n,
      engine: 75_000n - bridge.opening });
  });
});

describe("exposureChanges", () => {
  it("gives amounts to the unit, and no share of what was 0", () => {
    const [base, other] = [netted({ loans: [[1_000, 0]] }, "portfolio").exposure,
      netted({ loans: [[4_000, 2_000]] }, "portfolio").exposure];
    const changes = new Map(exposureChanges(base, other).map((each) => [each.figure, each]));
    expect(changes.get("total_outstanding")).toEqual({ figure: "total_outstanding", base: 0.1,
      other: 0.4, difference: 0.3, relative: 0.3 / 0.1 });
    expect(changes.get("collateral_value")?.relative).toBeNull();
    expect(amountDifference(0.1, 0.3)).toBe(0.2);
    expect(Object.is(amountDifference(5, 5), 0)).toBe(true);
  });
});

describe("parameterChanges", () => {
  const parameters: RunParameters = {
    net_exposure_materiality_threshold_pct: 0.2, stress_loss_materiality_threshold_pct: 0.05,
    netting: "portfolio", include_default_scenarios: true,
    stress_scenarios: DEFAULT_SCENARIOS.map((each) => ({ ...each })),
  };

  it("finds nothing between equal parameters", () => {
    expect(parameterChanges(parameters, structuredClone(parameters))).toEqual([]);
  });

  it("names each that differs, old beside new", () => {
    const [first, second] = parameters.stress_scenarios as [Scenario, Scenario, Scenario];
    const changes = parameterChanges(parameters, { ...parameters, netting: "instrument",
      group_by: ["sector", "country"],
      stress_scenarios: [{ ...first, default_risk_increment_pct: 0.5,
        segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -1 }] }, second,
      { ...first, scenario_id: "own" }] });
    expect(changes).toEqual([
      { scenario_id: null, field: "netting", base: "portfolio", other: "instrument" },
      { scenario_id: null, field: "group_by", base: null, other: "sector,country" },
      { scenario_id: first.scenario_id, field: "default_risk_increment_pct",
        base: first.default_risk_increment_pct, other: 0.5 },
      { scenario_id: first.scenario_id, field: "segment_shocks", base: null,
        other: '[{"where":{"sector":"CRE"},"collateral_market_impact_pct":-1}]' },
      { scenario_id: "default_wave", field: "scenario", base: "present", other: null },
      { scenario_id: "own", field: "scenario", base: null, other: "present" },
    ]);
  });
});
