import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstrumentRecord, NormalizedRecord } from "../kernel/record";
import { securedDebts } from "./instrument-netting";
import { DEFAULT_SCENARIOS, netByPortfolio, NO_SHOCKS } from "./stress";
import { CHECK_EXPOSURE, CHECK_PORTFOLIO, exposureOfRecords, instrumentNetted } from "./test-data";
import type { Scenario } from "./types";

const loan = (principal: number, collateral_value: number): InstrumentRecord =>
  ({ record_kind: "instrument", principal, interest_rate_pct: 4, collateral_value });
const asset = (distressed_value: number, recovery_rate_pct: number): NormalizedRecord =>
  ({ record_kind: "distressed_asset", distressed_value, recovery_rate_pct });
const shock = (shocks: Partial<Scenario>): Scenario =>
  ({ scenario_id: "own", description: "", ...NO_SHOCKS, ...shocks });

const cents = fc.integer({ min: 1, max: 1e9 }).map((amount) => amount / 100);
const tape = fc.array(fc.tuple(cents, cents), { minLength: 1, maxLength: 30 })
  .map((rows) => rows.map(([principal, collateral]) => loan(principal, collateral)));
const scenario = fc.record({
  collateral_market_impact_pct: fc.double({ min: -1, max: 0.5, noNaN: true }),
  recovery_degradation_pct: fc.double({ min: -1, max: 0, noNaN: true }),
  default_risk_increment_pct: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(shock);

describe("instrument netting", () => {
  it("does not let one loan's excess collateral cover another's gap", () => {
    const records = [loan(100, 300), loan(200, 50), asset(100, 40)];
    const { exposure, stress } = instrumentNetted(records);
    expect(exposureOfRecords(records).net_exposure_after_recovery).toBe(0);
    expect(exposure).toMatchObject({ collateral_value: 350, collateral_shortfall: 150,
      net_exposure_after_recovery: 110 });
    expect(stress(shock({ collateral_market_impact_pct: -0.5, recovery_degradation_pct: -0.25,
      default_risk_increment_pct: 0.1 }))).toMatchObject({ collateral_value: 175,
      collateral_loss: 175, distressed_asset_recovery: 30, default_risk_buffer: 30,
      net_exposure_after_recovery: 175 - 30 + 30, loss_estimate: 65, impact_score: 65 / 300 });
  });

  it("gives MODEL.md section 2's check values for a single debt", () => {
    const { exposure, stress } = instrumentNetted([CHECK_PORTFOLIO]);
    const byPortfolio = netByPortfolio(CHECK_EXPOSURE);
    expect(exposure).toStrictEqual(CHECK_EXPOSURE);
    for (const known of DEFAULT_SCENARIOS) {
      expect(stress(known)).toStrictEqual(byPortfolio.stress(known));
    }
    expect(stress(DEFAULT_SCENARIOS[1] as Scenario).loss_estimate).toBe(259_250);
  });

  it("never finds less exposure than the portfolio's netting", () => {
    fc.assert(fc.property(tape, scenario, (records, given) => {
      const { exposure, stress } = instrumentNetted(records);
      const portfolio = netByPortfolio(exposureOfRecords(records));
      const slack = 1e-9 * exposure.total_outstanding;
      expect(exposure.net_exposure_after_recovery)
        .toBeGreaterThanOrEqual(portfolio.exposure.net_exposure_after_recovery - slack);
      expect(stress(given).net_exposure_after_recovery)
        .toBeGreaterThanOrEqual(portfolio.stress(given).net_exposure_after_recovery - slack);
    }));
  });

  it("gives the same bits in any order", () => {
    fc.assert(fc.property(tape, scenario, fc.nat(), (records, given, turn) => {
      const at = turn % records.length;
      const turned = [...records.slice(at), ...records.slice(0, at)].reverse();
      const [one, other] = [instrumentNetted(records), instrumentNetted(turned)];
      expect(other.exposure).toStrictEqual(one.exposure);
      expect(other.stress(given)).toStrictEqual(one.stress(given));
    }));
  });

  it("loses no less under a worse shock", () => {
    fc.assert(fc.property(tape, scenario, fc.double({ min: 0, max: 1, noNaN: true }),
      (records, given, worse) => {
        const { stress } = instrumentNetted([...records, asset(1000, 50)]);
        const hit = stress(given).loss_estimate;
        const market = given.collateral_market_impact_pct - worse;
        expect(stress({ ...given, collateral_market_impact_pct: market }).loss_estimate)
          .toBeGreaterThanOrEqual(hit);
        const buffer = given.default_risk_increment_pct + worse;
        expect(stress({ ...given, default_risk_increment_pct: buffer }).loss_estimate)
          .toBeGreaterThanOrEqual(hit);
      }));
  });
});

describe("securedDebts", () => {
  it("takes what section 1 counts", () => {
    expect(securedDebts(loan(10, 5))).toStrictEqual([{ outstanding: 100_000, collateral: 50_000 }]);
    expect(securedDebts(loan(0, 5))).toStrictEqual([]);
    expect(securedDebts(asset(10, 5))).toStrictEqual([]);
    const portfolio = (debt: object): NormalizedRecord =>
      ({ record_kind: "portfolio", financial: { debt }, distressed_assets: [] });
    const instruments = [
      { principal: 2, collateral_value: 3 }, { principal: -1 }, { principal: 4 }];
    expect(securedDebts(portfolio({ instruments }))).toStrictEqual([
      { outstanding: 20_000, collateral: 30_000 }, { outstanding: 40_000, collateral: 0 }]);
    expect(securedDebts(portfolio({ instruments, collateral_value: 5 }))).toStrictEqual(
      [{ outstanding: 60_000, collateral: 50_000 }]);
  });
});
