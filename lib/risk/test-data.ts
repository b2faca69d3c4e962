import fc from "fast-check";
import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { exposureOf } from "./exposure";
import { netByInstrument, securedDebts } from "./instrument-netting";
import { debtColumns } from "./shortfall-curve";
import { Shortfalls } from "./shortfalls";
import { netByPortfolio, type Netted } from "./stress";
import { TotalsAccumulator } from "./totals";
import type { DebtExposure, ExactTotals, Shocks } from "./types";

/** The portfolio of MODEL.md section 2's check values. */
export const CHECK_PORTFOLIO: PortfolioRecord = {
  record_kind: "portfolio",
  financial: {
    debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
    assets: { total: 2_000_000 },
  },
  distressed_assets: [
    { name: "A", value: 200_000, recovery_rate_pct: 35 },
    { name: "B", value: 150_000, recovery_rate_pct: 50 },
  ],
};

/** Totals of records; throws when one is refused. */
export function totalsOf(records: Iterable<NormalizedRecord>): ExactTotals {
  const accumulator = new TotalsAccumulator();
  for (const record of records) {
    const added = accumulator.add(record);
    if (!added.ok) throw new Error(`${added.error.field}: ${added.error.code}`);
  }
  return accumulator.totals();
}

/** Section 1's exposure of records. */
export const exposureOfRecords = (records: Iterable<NormalizedRecord>): DebtExposure =>
  exposureOf(totalsOf(records));

export const CHECK_EXPOSURE = exposureOfRecords([CHECK_PORTFOLIO]);
export const CHECK_NETTED = netByPortfolio(CHECK_EXPOSURE);

/** Records under instrument netting. */
export const instrumentNetted = (records: readonly NormalizedRecord[]): Netted => netByInstrument(
  exposureOfRecords(records), new Shortfalls(debtColumns(records.flatMap(securedDebts))));

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 });
const float = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

/** Amounts of every size that a tape may hold, most of them ordinary. */
export const anyAmount = fc.oneof(
  { weight: 5, arbitrary: float(0, 1e9) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 1e10 }).map((cents) => cents / 100) },
  { weight: 1, arbitrary: float(-9e14, 9e14) },
);
export const anyRate = fc.oneof(
  { weight: 5, arbitrary: float(-2, 100) }, { weight: 1, arbitrary: float(-9e9, 9e9) });

export const instrumentRecord = fc.record({
  record_kind: fc.constant("instrument" as const),
  principal: anyAmount,
  interest_rate_pct: maybe(anyRate),
  collateral_value: maybe(anyAmount),
  assets_value: maybe(anyAmount),
});
export const distressedRecord = fc.record({
  record_kind: fc.constant("distressed_asset" as const),
  distressed_value: anyAmount,
  recovery_rate_pct: maybe(anyRate),
});
export const portfolioRecord: fc.Arbitrary<PortfolioRecord> = fc.record({
  record_kind: fc.constant("portfolio" as const),
  financial: fc.record({
    debt: fc.record({
      total_outstanding: maybe(anyAmount),
      interest_rate_pct: maybe(anyRate),
      collateral_value: maybe(fc.oneof(anyAmount, fc.constant(0))),
      instruments: maybe(fc.array(fc.record({
        principal: anyAmount,
        interest_rate_pct: maybe(anyRate),
        collateral_value: maybe(anyAmount),
      }), { maxLength: 4 })),
    }),
    assets: maybe(fc.record({ total: anyAmount })),
  }),
  distressed_assets: fc.array(
    fc.record({ value: anyAmount, recovery_rate_pct: maybe(anyRate) }), { maxLength: 3 }),
});
export const anyRecord: fc.Arbitrary<NormalizedRecord> =
  fc.oneof(instrumentRecord, distressedRecord, portfolioRecord);

/** A loan as lenders have it: positive, with a rate and collateral. */
export const ordinaryLoan = fc.record({
  record_kind: fc.constant("instrument" as const),
  principal: float(1, 1e8),
  interest_rate_pct: float(0, 30),
  collateral_value: float(0, 2e8),
  assets_value: float(0, 1e8),
});
export const ordinaryAsset = fc.record({
  record_kind: fc.constant("distressed_asset" as const),
  distressed_value: float(0, 1e7),
  recovery_rate_pct: float(0, 100),
});

const ordinaryRecords = fc
  .tuple(
    fc.array(ordinaryLoan, { minLength: 1, maxLength: 6 }),
    fc.array(ordinaryAsset, { maxLength: 3 }))
  .map(([loans, assets]): NormalizedRecord[] => [...loans, ...assets]);

/** Exposures with debt, collateral on either side of it, and recoveries. */
export const ordinaryExposure: fc.Arbitrary<DebtExposure> = ordinaryRecords.map(exposureOfRecords);

/** The same under either netting. */
export const ordinaryNetted: fc.Arbitrary<Netted> = fc.oneof(
  ordinaryExposure.map(netByPortfolio), ordinaryRecords.map(instrumentNetted));

/** Shocks within the API's bounds; 0 often. */
export const anyShocks: fc.Arbitrary<Shocks> = fc.record({
  interest_rate_delta_pct: float(-100, 100),
  collateral_market_impact_pct: fc.oneof(float(-1, 0), float(-1, 10), fc.constant(0)),
  recovery_degradation_pct: fc.oneof(float(-1, 0), float(-1, 10), fc.constant(0)),
  default_risk_increment_pct: fc.oneof(float(0, 1), fc.constant(0)),
});

/** Shocks that only hurt, as scenarios usually do. */
export const adverseShocks: fc.Arbitrary<Shocks> = fc.record({
  interest_rate_delta_pct: float(0, 10),
  collateral_market_impact_pct: float(-1, 0),
  recovery_degradation_pct: float(-1, 0),
  default_risk_increment_pct: float(0, 1),
});
