import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "@/lib/kernel/record";
import { ColumnsBuilder, stressPortfolio } from "@/lib/portfolio";
import { NETTINGS, NO_SHOCKS, type Netting, type Scenario } from "@/lib/risk";
import { segmentedLoss } from "./what-if-segments";

const SCENARIO: Scenario = { scenario_id: "by_sector", description: "", ...NO_SHOCKS,
  collateral_market_impact_pct: -0.1, default_risk_increment_pct: 0.02, segment_shocks: [
    { where: { sector: "CRE" }, collateral_market_impact_pct: -0.5 },
    { where: { country: "DE" }, default_risk_increment_pct: 0.1, recovery_degradation_pct: -0.4 }] };

function stressed(records: readonly NormalizedRecord[], netting: Netting) {
  const builder = new ColumnsBuilder();
  records.forEach((record, index) => builder.addAccepted(record, index + 1));
  const found = stressPortfolio(builder.finish(), { scenarios: [SCENARIO], netting });
  if (!found.ok) throw new Error(found.error.code);
  return { base: found.value.totals.base, stress: found.value.totals.scenarios[0]! };
}

const amount = fc.integer({ min: 0, max: 1e9 }).map((cents) => cents / 100);
const place = { sector: fc.constantFrom("CRE", "Retail"), country: fc.constantFrom("DE", "FR") };
const record = fc.oneof(
  fc.record({ record_kind: fc.constant("instrument" as const), principal: amount,
    collateral_value: amount, ...place }),
  fc.record({ record_kind: fc.constant("distressed_asset" as const), distressed_value: amount,
    recovery_rate_pct: fc.integer({ min: 0, max: 100 }), ...place }),
) as fc.Arbitrary<NormalizedRecord>;

describe("segmentedLoss", () => {
  it.each(NETTINGS)("is that of a version which has the other records, netted by %s", (netting) => {
    fc.assert(fc.property(
      fc.array(record, { maxLength: 8 }),
      fc.array(fc.tuple(record, fc.option(record)), { minLength: 1, maxLength: 4 }),
      (kept, pairs) => {
        const changes = new Map(pairs);
        const before = stressed([...kept, ...changes.keys()], netting);
        const after = stressed(
          [...kept, ...[...changes.values()].filter((one) => one !== null)], netting);
        const loss = segmentedLoss({ scenario: SCENARIO, netting, changes,
          stress: before.stress, exposure: after.base });
        expect(Math.abs((loss ?? Number.NaN) - after.stress.loss_estimate)).toBeLessThan(1e-3);
      }));
  });

  it("moves the loss by what the loan's own segment does to it", () => {
    const loan = (sector: string): NormalizedRecord =>
      ({ record_kind: "instrument", principal: 100, collateral_value: 100, sector });
    const [shocked, other] = [loan("CRE"), loan("Retail")];
    const { stress } = stressed([shocked, other], "instrument");
    const { base } = stressed([other], "instrument");
    // The other loan lacks 10 % and has the buffer of 2 %.
    expect(segmentedLoss({ scenario: SCENARIO, netting: "instrument", stress, exposure: base,
      changes: new Map([[shocked, null]]) })).toBeCloseTo(12, 9);
  });
});
