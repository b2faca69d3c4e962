import fc from "fast-check";
import type { NormalizedRecord } from "../kernel/record";
import { NO_SHOCKS, type Scenario, type SegmentShock } from "../risk";
import { ColumnsBuilder } from "./columns";
import type { PortfolioColumns } from "./portfolio-columns";

/** Columns of records in their order. */
export function columnsOf(records: readonly NormalizedRecord[]): PortfolioColumns {
  const builder = new ColumnsBuilder();
  records.forEach((record, index) => {
    const added = builder.add(record, index + 1);
    if (!added.ok) throw new Error(added.error.field);
  });
  return builder.finish();
}

const cents = (max: number) => fc.integer({ min: 0, max }).map((amount) => amount / 100);
const sector = fc.constantFrom("CRE", "Retail", "Energy", undefined);
const country = fc.constantFrom("DE", "FR", undefined);

const instrument = fc.record({
  record_kind: fc.constant("instrument" as const),
  principal: cents(1e9),
  interest_rate_pct: fc.integer({ min: -100, max: 2000 }).map((x) => x / 100),
  collateral_value: cents(2e9), assets_value: cents(1e6), sector, country,
  instrument_id: fc.constantFrom("L1", "L2", "L3", undefined),
});
const distressed = fc.record({
  record_kind: fc.constant("distressed_asset" as const),
  distressed_value: cents(1e8), recovery_rate_pct: fc.integer({ min: 0, max: 10_000 })
    .map((x) => x / 100),
  sector, country, linked_instrument_id: fc.constantFrom("L1", "L9", undefined),
});
const portfolio = fc.record({
  record_kind: fc.constant("portfolio" as const),
  currency: fc.constantFrom("EUR", "USD"),
  financial: fc.record({
    debt: fc.record({
      total_outstanding: cents(1e9), interest_rate_pct: fc.integer({ min: 0, max: 12 }),
      collateral_value: fc.oneof(fc.constant(0), cents(1e9)),
      instruments: fc.array(fc.record({ principal: cents(1e8), collateral_value: cents(1e8) }),
        { maxLength: 3 }),
    }),
    assets: fc.record({ total: cents(1e9) }),
  }),
  distressed_assets: fc.array(fc.record({ value: cents(1e7),
    recovery_rate_pct: fc.integer({ min: 0, max: 100 }) }), { maxLength: 2 }),
});

/** Records of every kind that carries exposure, absent fields left out. */
export const anyRecords: fc.Arbitrary<NormalizedRecord[]> = fc.array(fc.oneof(
  { weight: 8, arbitrary: instrument }, { weight: 2, arbitrary: distressed },
  { weight: 1, arbitrary: portfolio }), { maxLength: 40 })
  .map((records) => JSON.parse(JSON.stringify(records)) as NormalizedRecord[]);

const hundredths = (min: number, max: number) =>
  fc.oneof(fc.integer({ min: min * 100, max: max * 100 }).map((x) => x / 100),
    fc.double({ min, max, noNaN: true }));
const shocks = {
  interest_rate_delta_pct: hundredths(-5, 10), collateral_market_impact_pct: hundredths(-1, 1),
  recovery_degradation_pct: hundredths(-1, 1), default_risk_increment_pct: hundredths(0, 1),
};
const segment: fc.Arbitrary<SegmentShock> = fc.record({
  where: fc.oneof(
    fc.record({ sector: fc.constantFrom("CRE", null, ["CRE", "Energy"]) }),
    fc.record({ sector: fc.constantFrom("Retail", "Mining"), country: fc.constantFrom("DE") }),
    fc.record({ country: fc.constantFrom("FR", null) })),
  ...shocks,
}, { requiredKeys: ["where"] }) as fc.Arbitrary<SegmentShock>;

/** Scenarios, some with segments. */
export const anyScenarios: fc.Arbitrary<Scenario[]> = fc.array(
  fc.tuple(fc.record(shocks), fc.array(segment, { maxLength: 3 })), { maxLength: 4 })
  .map((given) => given.map(([own, segments], index) => ({ scenario_id: `s${index}`,
    description: "", ...NO_SHOCKS, ...own,
    ...(segments.length > 0 ? { segment_shocks: segments } : {}) })));
