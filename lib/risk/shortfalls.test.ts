import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundHalfEven } from "../kernel/exact";
import { debtColumns, shortfallCurve, type SecuredDebt } from "./shortfall-curve";
import { netByInstrumentV1 } from "./engine-1-0-0";
import { netByInstrument, securedDebts } from "./instrument-netting";
import { atMarket, Shortfalls } from "./shortfalls";
import { exposureOfRecords } from "./test-data";

const units = fc.oneof(fc.integer({ min: -1e6, max: 1e12 }),
  fc.double({ min: 0, max: 9e18, noNaN: true }).map(Math.round));
const debt = fc.record({ outstanding: units.map(Math.abs), collateral: units });
const market = fc.oneof(fc.constantFrom(0, 1, 0.5, 2, 21),
  fc.double({ min: 0, max: 21, noNaN: true }));

/** Debt by debt in bigints. */
function plain(debts: readonly SecuredDebt[], at: number) {
  let collateral = 0n;
  let shortfall = 0n;
  for (const { outstanding, collateral: cover } of debts) {
    const left = BigInt(roundHalfEven(cover * at));
    collateral += left;
    if (BigInt(outstanding) > left) shortfall += BigInt(outstanding) - left;
  }
  return { collateral, shortfall };
}

describe("Shortfalls", () => {
  it("adds up what each debt has left and lacks, rounded one by one", () => {
    fc.assert(fc.property(fc.array(debt, { maxLength: 60 }), market, (debts, at) => {
      const found = new Shortfalls(debtColumns(debts)).at(at);
      const { collateral, shortfall } = plain(debts, at);
      expect(found.collateral).toBe(Number(`${collateral}e-4`));
      expect(found.shortfall).toBe(Number(`${shortfall}e-4`));
    }), { numRuns: 500 });
  });

  it("rounds a product to the nearest whole, ties to even, of any size", () => {
    expect([5, 15, 25, -5].map((amount) => atMarket(amount, 0.5))).toEqual([2, 8, 12, -2]);
    fc.assert(fc.property(units, market, (amount, at) => {
      expect(atMarket(amount, at) + 0).toBe(roundHalfEven(amount * at) + 0);
    }));
  });

  it("is a step of each debt away from the sum that is not rounded", () => {
    fc.assert(fc.property(fc.array(debt, { maxLength: 60 }), fc.double({ min: -1, max: 1,
      noNaN: true }).map((move) => 1 + move), (debts, at) => {
      const shortfalls = new Shortfalls(debtColumns(debts));
      const size = debts.reduce((sum, { outstanding, collateral }) =>
        sum + outstanding + Math.abs(collateral), 0) / 1e4;
      expect(Math.abs(shortfalls.at(at).shortfall - shortfalls.continuousAt(at)))
        .toBeLessThanOrEqual(debts.length * 1e-4 + size * 1e-14);
    }));
  });

  it("differs from engine 1.0.0 where debts round, and nowhere else", () => {
    const loan = (principal: number, collateral_value: number) =>
      ({ record_kind: "instrument" as const, principal, collateral_value });
    const shock = { scenario_id: "", description: "", interest_rate_delta_pct: 0,
      collateral_market_impact_pct: -0.5, recovery_degradation_pct: 0,
      default_risk_increment_pct: 0 };
    const both = (records: ReturnType<typeof loan>[]) => {
      const debts = debtColumns(records.flatMap(securedDebts));
      const exposure = exposureOfRecords(records);
      return [netByInstrumentV1(exposure, shortfallCurve(debts)),
        netByInstrument(exposure, new Shortfalls(debts))].map((netted) =>
        netted.stress(shock).collateral_value);
    };
    expect(both([loan(1, 0.5), loan(2, 3)])).toEqual([1.75, 1.75]);
    // 0.0003 halves to 0.00015: even is 0.0002, twice.
    expect(both([loan(1, 0.0003), loan(1, 0.0003)])).toEqual([0.0003, 0.0004]);
  });
});
