import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DistressedAssetRecord, InstrumentRecord } from "../kernel/record";
import { exposureOf, exposureWarnings } from "./exposure";
import { stressOf } from "./stress";
import {
  adverseShocks, anyRecord, CHECK_EXPOSURE, CHECK_PORTFOLIO, exposureOfRecords, ordinaryAsset,
  ordinaryLoan, totalsOf,
} from "./test-data";
import { zeroTotals } from "./totals";
import type { DebtExposure } from "./types";

const MONEY = [
  "total_outstanding", "interest_payment", "collateral_value", "collateral_shortfall",
  "assets_value", "distressed_asset_value", "distressed_asset_recovery",
  "net_exposure_after_recovery",
] as const satisfies readonly (keyof DebtExposure)[];

const loans = fc.array(ordinaryLoan, { minLength: 1, maxLength: 8 });
const assets = fc.array(ordinaryAsset, { maxLength: 4 });

describe("exposureOf", () => {
  it("gives MODEL.md's check values exactly", () => {
    expect(CHECK_EXPOSURE).toEqual({
      total_outstanding: 1_000_000,
      interest_rate_pct: 5,
      interest_payment: 50_000,
      collateral_value: 750_000,
      collateral_shortfall: 250_000,
      collateral_coverage_ratio: 0.75,
      assets_value: 2_000_000,
      leverage_ratio: 0.5,
      distressed_asset_value: 350_000,
      distressed_asset_recovery: 145_000,
      distressed_asset_recovery_ratio: 0.4142857142857143,
      distressed_asset_count: 2,
      net_exposure_after_recovery: 105_000,
    });
  });

  it("adds three loans of 1000, 2000 and 3000 to 6000", () => {
    const exposure = exposureOfRecords([1000, 2000, 3000].map((principal) =>
      ({ record_kind: "instrument", principal, interest_rate_pct: principal / 1000 })));
    expect(exposure.total_outstanding).toBe(6000);
    expect(exposure.interest_rate_pct).toBe(14_000 / 6000);
    expect(exposure.interest_payment).toBe(140);
  });

  it("is the same for a portfolio in one record and in one record each", () => {
    const rows: (InstrumentRecord | DistressedAssetRecord)[] = [
      { record_kind: "instrument", principal: 1_000_000, interest_rate_pct: 5,
        collateral_value: 750_000, assets_value: 2_000_000 },
      { record_kind: "distressed_asset", distressed_value: 200_000, recovery_rate_pct: 35 },
      { record_kind: "distressed_asset", distressed_value: 150_000, recovery_rate_pct: 50 },
    ];
    expect(exposureOfRecords(rows)).toEqual(CHECK_EXPOSURE);
  });

  it("is all 0, and warned of, when there is nothing", () => {
    expect(Object.values(exposureOf(zeroTotals()))).toEqual(new Array(13).fill(0));
    expect(exposureWarnings(zeroTotals())).toEqual(["NO_DEBT_OUTSTANDING", "NO_DISTRESSED_ASSETS"]);
    expect(exposureWarnings(totalsOf([CHECK_PORTFOLIO]))).toEqual([]);
  });

  it("never nets below 0", () => {
    const covered = exposureOfRecords([
      { record_kind: "instrument", principal: 10, interest_rate_pct: 1, collateral_value: 25 }]);
    expect(covered.net_exposure_after_recovery).toBe(0);
    expect(covered.collateral_shortfall).toBe(0);
    expect(covered.collateral_coverage_ratio).toBe(2.5);
  });
});

describe("numerical promises, section 14", () => {
  it("row order gives identical bits", () => {
    const shuffled = fc.array(anyRecord, { maxLength: 15 }).chain((rows) => fc.tuple(
      fc.constant(rows),
      fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })));
    fc.assert(fc.property(shuffled, ([rows, other]) => {
      expect(exposureOfRecords(other)).toEqual(exposureOfRecords(rows));
    }), { numRuns: 300 });
  });

  it("scaling every amount scales every figure", () => {
    const scale = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(fc.property(loans, assets, scale, (rows, distressed, factor) => {
      const base = exposureOfRecords([...rows, ...distressed]);
      const scaled = exposureOfRecords([
        ...rows.map((row) => ({
          ...row, principal: row.principal * factor, assets_value: row.assets_value * factor,
          collateral_value: row.collateral_value * factor,
        })),
        ...distressed.map((row) => ({ ...row, distressed_value: row.distressed_value * factor })),
      ]);
      const count = rows.length + distressed.length;
      for (const name of MONEY) {
        const rounding = 1e-4 * count * Math.max(1, factor) * 3;
        const scope = Math.max(base.total_outstanding, base.collateral_value, base[name]) * factor;
        expect(Math.abs(scaled[name] - base[name] * factor)).toBeLessThanOrEqual(
          1e-9 * scope + rounding);
      }
    }), { numRuns: 300 });
  });

  it("splitting an instrument changes nothing but the rounding of its parts", () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(fc.property(loans, assets, share, adverseShocks, (rows, distressed, part, shocks) => {
      const [first, ...rest] = rows;
      if (first === undefined) return;
      const pieceOf = (fraction: number): InstrumentRecord => ({
        ...first, principal: first.principal * fraction,
        collateral_value: first.collateral_value * fraction,
        assets_value: first.assets_value * fraction,
      });
      const whole = exposureOfRecords([...rows, ...distressed]);
      const split = exposureOfRecords([...rest, ...distressed, pieceOf(part), pieceOf(1 - part)]);
      const scenario = { scenario_id: "x", description: "", ...shocks };
      const pairs: [number, number][] = MONEY.map((name) => [whole[name], split[name]]);
      pairs.push([
        stressOf(whole, scenario).loss_estimate, stressOf(split, scenario).loss_estimate]);
      const size = whole.total_outstanding + whole.collateral_value;
      for (const [a, b] of pairs) {
        expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * size + 1e-4 * (rows.length + 1) * 3);
      }
    }), { numRuns: 300 });
  });
});

describe("against exact rational arithmetic", () => {
  // Whole 1/10,000 and 1/1,000,000: what the float64 text of such numbers denotes.
  const loanUnits = fc.record({
    principal: fc.bigInt({ min: 1n, max: 10n ** 14n }),
    rate: fc.bigInt({ min: 0n, max: 30_000_000n }),
    collateral: fc.bigInt({ min: 0n, max: 10n ** 14n }),
  });
  const assetUnits = fc.record({
    value: fc.bigInt({ min: 1n, max: 10n ** 14n }),
    recovery: fc.bigInt({ min: 0n, max: 100_000_000n }),
  });
  const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  const quotient = (over: bigint, under: bigint): number => {
    const digits = 10n ** 40n;
    return Number((over * digits) / under) / 1e40;
  };
  const sum = <T>(items: readonly T[], of: (item: T) => bigint): bigint =>
    items.reduce((total, item) => total + of(item), 0n);

  it("is within relative 1e-12", () => {
    const inputs = fc.tuple(
      fc.array(loanUnits, { minLength: 1, maxLength: 20 }), fc.array(assetUnits, { maxLength: 8 }));
    fc.assert(fc.property(inputs, ([rows, distressed]) => {
      const exposure = exposureOfRecords([
        ...rows.map((row): InstrumentRecord => ({
          record_kind: "instrument", principal: Number(row.principal) / 1e4,
          interest_rate_pct: Number(row.rate) / 1e6, collateral_value: Number(row.collateral) / 1e4,
        })),
        ...distressed.map((row): DistressedAssetRecord => ({
          record_kind: "distressed_asset", distressed_value: Number(row.value) / 1e4,
          recovery_rate_pct: Number(row.recovery) / 1e6,
        })),
      ]);
      const outstanding = sum(rows, (row) => row.principal);
      const interest = sum(rows, (row) => row.principal * row.rate);
      const collateral = sum(rows, (row) => row.collateral);
      const value = sum(distressed, (row) => row.value);
      const recovery = sum(distressed, (row) => row.value * row.recovery);
      const scale = 10n ** 8n;
      const net = most(0n, (outstanding - collateral) * scale - recovery);
      const close = (actual: number, expected: number, scope = expected) =>
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * scope);
      close(exposure.total_outstanding, quotient(outstanding, 10_000n));
      close(exposure.interest_rate_pct, quotient(interest, outstanding * 1_000_000n));
      close(exposure.interest_payment, quotient(interest, 10n ** 12n));
      close(exposure.collateral_value, quotient(collateral, 10_000n));
      close(exposure.collateral_coverage_ratio, quotient(collateral, outstanding));
      close(exposure.distressed_asset_value, quotient(value, 10_000n));
      close(exposure.distressed_asset_recovery, quotient(recovery, 10n ** 12n));
      // A difference is as exact as what it is taken from.
      const scope = exposure.total_outstanding + exposure.collateral_value;
      close(exposure.net_exposure_after_recovery, quotient(net, 10n ** 12n), scope);
    }), { numRuns: 300 });
  });
});
