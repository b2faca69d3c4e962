import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_SHOCKS, type Netting, type Scenario } from "../risk";
import { parts, unitsOf } from "./group-results";
import {
  decodeInstrumentResults, encodeInstrumentResults, increaseOf, instrumentResults, orderOf,
  sharedOut,
} from "./instrument-results";
import { stressPortfolio } from "./stress-portfolio";
import { anyRecords, anyScenarios, columnsOf } from "./test-data";

const netting = fc.constantFrom<Netting>("portfolio", "instrument");
const sum = (column: Float64Array): bigint =>
  Array.from(column, BigInt).reduce((a, b) => a + b, 0n);
const unshocked: Scenario = { scenario_id: "none", description: "", ...NO_SHOCKS };

describe("instrument results", () => {
  it("add up to the totals, in an order of falling increase", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, netting, (records, scenarios, by) => {
      const columns = columnsOf(records);
      fc.pre(columns.debtCount > 0);
      for (const scenario of [unshocked, ...scenarios]) {
        const stressed = stressPortfolio(columns, { scenarios: [scenario], netting: by });
        const results = instrumentResults(columns, scenario, by);
        const { base, scenarios: [total] } = stressed.ok ? stressed.value.totals : expect.fail();
        if (!total) return expect.fail();
        expect(sum(results.collateral)).toBe(unitsOf(base.collateral_value));
        expect(sum(results.stressedCollateral)).toBe(unitsOf(total.collateral_value));
        expect(sum(results.buffer)).toBe(unitsOf(total.default_risk_buffer));
        if (by === "instrument") {
          expect(sum(results.shortfall)).toBe(unitsOf(base.collateral_shortfall));
          expect(sum(results.stressedShortfall)).toBe(unitsOf(total.collateral_shortfall));
        }
        const order = [...orderOf(increaseOf(results))];
        const increase = order.map((debt) =>
          (results.stressedShortfall[debt] as number) - (results.shortfall[debt] as number));
        expect(increase).toStrictEqual([...increase].sort((a, b) => b - a));
        expect(order.sort((a, b) => a - b)).toStrictEqual([...increase.keys()]);
      }
    }), { numRuns: 60 });
  });

  it("share out without big numbers what exact parts are", () => {
    const weight = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 ** 40 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
    const amount = fc.oneof(fc.integer({ min: 0, max: 2 ** 43 }), fc.double(
      { min: 0, max: 9e11, noNaN: true }));
    fc.assert(fc.property(amount, fc.array(weight, { minLength: 1, maxLength: 40 }),
      (total, weights) => {
        expect([...sharedOut(total, Float64Array.from(weights))])
          .toStrictEqual(parts(total, weights.map(BigInt)).map(Number));
      }), { numRuns: 2000 });
  });

  it("share a total that is rounded as a whole, each within a unit", () => {
    const columns = columnsOf(Array.from({ length: 3 }, () => ({ record_kind: "instrument" as const,
      principal: 1, interest_rate_pct: 0, collateral_value: 0.01 })));
    const scenario = { ...unshocked, collateral_market_impact_pct: -0.3333 };
    const of = (by: Netting) => instrumentResults(columns, scenario, by).stressedCollateral;
    expect([...of("instrument")]).toStrictEqual([67, 67, 67]);
    expect(sum(of("portfolio"))).toBe(200n);
    expect([...of("portfolio")].sort()).toStrictEqual([66, 67, 67]);
  });

  it("are the same after they were written as bytes; other sizes are refused", () => {
    fc.assert(fc.property(anyRecords, (records) => {
      const columns = columnsOf(records);
      const results = instrumentResults(columns, unshocked, "instrument");
      const { buffer } = encodeInstrumentResults(results);
      expect(decodeInstrumentResults(buffer, columns.debtCount)).toStrictEqual(results);
      expect(decodeInstrumentResults(buffer, columns.debtCount + 1)).toBeNull();
    }), { numRuns: 20 });
  });
});
