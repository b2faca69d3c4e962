import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountFromUnits } from "../kernel/exact";
import type { NormalizedRecord } from "../kernel/record";
import {
  atMarket, exposureOf, isInSegment, marketOf, netByPortfolio, NO_SHOCKS, recordTotals,
  securedDebts, shocksOn, TotalsAccumulator, type GroupDimension, type Netting, type Scenario,
} from "../risk";
import { valueAt } from "./columns";
import { groupCount } from "./cut";
import { debtResults } from "./debt-results";
import { sumMarkets } from "./market-sums";
import {
  cutFor, marketsOf, stressOfSums, stressPortfolio, type PortfolioStress, type StressRequest,
} from "./stress-portfolio";
import { anyRecords, anyScenarios, columnsOf } from "./test-data";

function stressed(records: readonly NormalizedRecord[], request: StressRequest): PortfolioStress {
  const result = stressPortfolio(columnsOf(records), request);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

function exposureOfAll(records: readonly NormalizedRecord[]) {
  const totals = new TotalsAccumulator();
  for (const record of records) totals.add(record);
  return exposureOf(totals.totals());
}

const units = (amount: number): bigint => BigInt(Math.round(amount * 1e4));
const netting = fc.constantFrom<Netting>("portfolio", "instrument");
const grouping = fc.constantFrom<GroupDimension[]>(
  [], ["sector"], ["country"], ["sector", "country"], ["currency"], ["rating"]);
const shock = (given: Partial<Scenario>): Scenario =>
  ({ scenario_id: "own", description: "", ...NO_SHOCKS, ...given });
const loan = (principal: number, collateral_value: number, more = {}): NormalizedRecord =>
  ({ record_kind: "instrument", principal, interest_rate_pct: 5, collateral_value, ...more });

/** Section 4 record by record, in bigints, without columns, cuts or runs. */
function oracle(records: readonly NormalizedRecord[], scenario: Scenario) {
  let collateral = 0n;
  let shortfall = 0n;
  for (const record of records) {
    const values = record as unknown as { [name: string]: string | undefined };
    const own = shocksOn(scenario, (index) => isInSegment(
      scenario.segment_shocks?.[index]?.where ?? {}, (dimension) => values[dimension] ?? null));
    const isStated = record.record_kind === "portfolio"
      && (record.financial.debt.collateral_value ?? 0) !== 0;
    const market = marketOf(isStated ? scenario : own);
    for (const debt of securedDebts(record)) {
      const left = BigInt(atMarket(debt.collateral, market));
      collateral += left;
      if (BigInt(debt.outstanding) > left) shortfall += BigInt(debt.outstanding) - left;
    }
  }
  return { collateral: amountFromUnits(collateral), shortfall: amountFromUnits(shortfall) };
}

describe("totals", () => {
  it("are section 2's to the bit by portfolio netting without segments", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, (records, scenarios) => {
      const whole = scenarios.filter((scenario) => !scenario.segment_shocks);
      const { totals } = stressed(records, { scenarios: whole, netting: "portfolio" });
      const netted = netByPortfolio(exposureOfAll(records));
      expect(totals.base).toStrictEqual(netted.exposure);
      for (const [index, scenario] of whole.entries()) {
        expect(totals.scenarios[index]).toStrictEqual({ ...netted.stress(scenario),
          collateral_shortfall: totals.scenarios[index]?.collateral_shortfall });
      }
    }));
  });

  it("are the sums over records that section 4 writes down", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, netting, (records, scenarios, by) => {
      const { totals } = stressed(records, { scenarios, netting: by });
      if (by === "instrument") {
        expect(totals.base.collateral_shortfall).toBe(oracle(records, shock({})).shortfall);
      }
      for (const [index, scenario] of scenarios.entries()) {
        const expected = oracle(records, scenario);
        const result = totals.scenarios[index];
        if (by === "instrument" || scenario.segment_shocks) {
          expect(result?.collateral_value).toBe(expected.collateral);
        }
        if (by === "instrument") expect(result?.collateral_shortfall).toBe(expected.shortfall);
      }
    }));
  });

  it("give each segment its own shocks", () => {
    const records = [loan(100, 100, { sector: "CRE", country: "DE" }),
      loan(100, 100, { sector: "CRE", country: "FR" }), loan(100, 100, { sector: "Retail" }),
      { record_kind: "distressed_asset", distressed_value: 50, recovery_rate_pct: 40,
        sector: "CRE" } as const];
    const { totals, unmatchedSegments } = stressed(records, { netting: "instrument", scenarios: [
      shock({ collateral_market_impact_pct: -0.1, default_risk_increment_pct: 0.01,
        interest_rate_delta_pct: 1, segment_shocks: [
          { where: { sector: "CRE" }, collateral_market_impact_pct: -0.3,
            recovery_degradation_pct: -0.5, interest_rate_delta_pct: 4 },
          { where: { country: "FR" }, collateral_market_impact_pct: -0.5,
            default_risk_increment_pct: 0.05 }] })] });
    expect(unmatchedSegments).toStrictEqual([]);
    expect(totals.scenarios[0]).toMatchObject({ collateral_value: 70 + 50 + 90,
      collateral_shortfall: 30 + 50 + 10, distressed_asset_recovery: 10, default_risk_buffer: 7,
      interest_rate_pct: 8, interest_payment: 24, distressed_asset_value: 35,
      net_exposure_after_recovery: 87, loss_estimate: 87 });
  });
});

const ADDITIVE = ["interest_payment", "collateral_value", "collateral_shortfall",
  "distressed_asset_value", "distressed_asset_recovery"] as const;

describe("groups", () => {
  it("add up to the totals exactly, the allocated losses too", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, netting, grouping,
      (records, scenarios, by, groupBy) => {
        const { totals, groups } = stressed(records, { scenarios, netting: by, groupBy });
        if (groupBy.length === 0 || records.length === 0) {
          expect(groups).toStrictEqual([]);
          return;
        }
        const sum = (of: (group: PortfolioStress["groups"][number]) => number): bigint =>
          groups.reduce((all, group) => all + units(of(group)), 0n);
        expect(groups.reduce((all, group) => all + group.count, 0)).toBe(records.length);
        for (const name of [...ADDITIVE, "total_outstanding", "assets_value"] as const) {
          expect([name, sum(({ base }) => base[name])])
            .toStrictEqual([name, exactUnits(totals.base[name])]);
        }
        for (const [index, total] of totals.scenarios.entries()) {
          const at = (name: typeof ADDITIVE[number] | "default_risk_buffer" | "allocated_loss") =>
            sum(({ scenarios: results }) => results[index]?.[name] ?? 0);
          for (const name of [...ADDITIVE, "default_risk_buffer"] as const) {
            expect([name, at(name)]).toStrictEqual([name, exactUnits(total[name])]);
          }
          expect(at("allocated_loss")).toBe(exactUnits(total.loss_estimate));
        }
      }));
  });

  it("are each the records of their own", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, (records, scenarios) => {
      const { groups } = stressed(records,
        { scenarios, netting: "instrument", groupBy: ["sector", "country"] });
      for (const group of groups) {
        const own = records.filter((record) => (["sector", "country"] as const).every((name) =>
          ((record as { [name: string]: unknown })[name] ?? null) === group.key[name]));
        expect(group.count).toBe(own.length);
        const base = exposureOfAll(own);
        expect(group.base).toMatchObject({ total_outstanding: base.total_outstanding,
          interest_rate_pct: base.interest_rate_pct, assets_value: base.assets_value,
          distressed_asset_count: base.distressed_asset_count,
          collateral_coverage_ratio: base.collateral_coverage_ratio });
        expect(group.base.interest_payment).toBeCloseTo(base.interest_payment, 3);
        for (const [index, scenario] of scenarios.entries()) {
          const expected = oracle(own, scenario);
          expect(group.scenarios[index]).toMatchObject(
            { collateral_value: expected.collateral, collateral_shortfall: expected.shortfall });
        }
      }
    }), { numRuns: 50 });
  });

  it("are as many as were counted before", () => {
    fc.assert(fc.property(anyRecords, grouping, (records, groupBy) => {
      const columns = columnsOf(records);
      expect(groupCount(columns, groupBy))
        .toBe(cutFor(columns, { scenarios: [], groupBy }).groupKeys.length);
    }), { numRuns: 50 });
  });

  it("stand by falling outstanding, null among them", () => {
    const { groups } = stressed([loan(10, 0, { sector: "A" }), loan(30, 0), loan(20, 0,
      { sector: "B" }), loan(20, 0, { sector: "A2" })],
    { scenarios: [], netting: "instrument", groupBy: ["sector"] });
    expect(groups.map(({ key }) => key)).toStrictEqual(
      [{ sector: null }, { sector: "A2" }, { sector: "B" }, { sector: "A" }]);
  });
});

/** Ties to even, as a total is rounded for its groups. */
function exactUnits(amount: number): bigint {
  const scaled = amount * 1e4;
  const floor = Math.floor(scaled);
  const isUp = scaled - floor > 0.5 || (scaled - floor === 0.5 && floor % 2 !== 0);
  return BigInt(isUp ? floor + 1 : floor);
}

const bytes = (stress: PortfolioStress): string => JSON.stringify(stress);

describe("the same bytes", () => {
  it("come from any split", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, netting, grouping,
      fc.array(fc.nat(60), { maxLength: 5 }), (records, scenarios, by, groupBy, cuts) => {
        const request = { scenarios, netting: by, groupBy };
        const columns = columnsOf(records);
        const cut = cutFor(columns, request);
        const ends = [...cuts.map((at) => Math.min(at, columns.debtCount)), columns.debtCount]
          .sort((a, b) => a - b);
        const parts = ends.map((end, index) =>
          sumMarkets(cut, marketsOf(cut, request), ends[index - 1] ?? 0, end));
        expect(bytes(stressOfSums(columns, cut, request, parts.reverse())))
          .toBe(bytes(stressed(records, request)));
      }));
  });

  it("come from any order of records", () => {
    fc.assert(fc.property(anyRecords.chain((records) => fc.tuple(fc.constant(records),
      fc.shuffledSubarray(records, { minLength: records.length }))), anyScenarios, netting,
    grouping, ([records, shuffled], scenarios, by, groupBy) => {
      const request = { scenarios, netting: by, groupBy };
      expect(bytes(stressed(shuffled, request))).toBe(bytes(stressed(records, request)));
    }));
  });
});

describe("each debt", () => {
  it("adds up to the totals", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, (records, scenarios) => {
      const columns = columnsOf(records);
      for (const scenario of [null, ...scenarios]) {
        const { shortfall, collateral } = debtResults(columns, scenario);
        const expected = oracle(records, scenario ?? shock({}));
        const sum = (column: Float64Array): number =>
          amountFromUnits(Array.from(column, BigInt).reduce((a, b) => a + b, 0n));
        expect(sum(shortfall)).toBe(expected.shortfall);
        expect(sum(collateral)).toBe(expected.collateral);
      }
    }));
  });

  it("is covered by what is linked to it first", () => {
    const columns = columnsOf([loan(100, 40, { instrument_id: "L1" }),
      loan(100, 0, { instrument_id: "L2" }),
      { record_kind: "distressed_asset", distressed_value: 200, recovery_rate_pct: 50,
        linked_instrument_id: "L1" },
      { record_kind: "distressed_asset", distressed_value: 100, recovery_rate_pct: 10,
        linked_instrument_id: "nobody" }]);
    expect([...columns.linkedDebt]).toStrictEqual([0, -1]);
    expect([...debtResults(columns, null).shortfallAfterRecovery]).toStrictEqual([0, 1e6]);
    const scenario = shock({ recovery_degradation_pct: -0.5, collateral_market_impact_pct: -0.5 });
    expect([...debtResults(columns, scenario).shortfallAfterRecovery])
      .toStrictEqual([300_000, 1e6]);
  });
});

describe("unusual portfolios", () => {
  it("are answered: empty, one instrument, all equal, 10^15", () => {
    const request: StressRequest = { scenarios: [shock({ collateral_market_impact_pct: -0.5 })],
      netting: "instrument", groupBy: ["sector"] };
    expect(stressed([], request)).toMatchObject({ groups: [],
      totals: { base: { total_outstanding: 0 }, scenarios: [{ loss_estimate: 0 }] } });
    expect(stressed([loan(10, 10)], request).totals.scenarios[0]?.loss_estimate).toBe(5);
    expect(stressed(new Array(1000).fill(loan(10, 10)), request).groups)
      .toMatchObject([{ count: 1000, scenarios: [{ allocated_loss: 5000 }] }]);
    const huge = stressed([loan(9e14, 9e14), loan(9e14, 9e14)], request);
    expect(huge.totals.scenarios[0]).toMatchObject({ loss_estimate: 9e14,
      collateral_value: 9e14 });
    expect(huge.groups[0]?.scenarios[0]?.allocated_loss).toBe(9e14);
  });

  it("refuse more results than a request may have", () => {
    const many = Array.from({ length: 2500 }, (_, index) =>
      loan(10, 5, { obligor_id: `B${index}` }));
    const scenarios = Array.from({ length: 2000 }, (_, index) =>
      shock({ scenario_id: `s${index}` }));
    expect(stressPortfolio(columnsOf(many), { scenarios, netting: "instrument",
      groupBy: ["obligor"] })).toMatchObject({ ok: false, error: { code: "TOO_MANY_GROUPS" } });
  });

  it("say which segments are nobody's", () => {
    const records = [loan(1, 1, { sector: "CRE", country: "DE" }), loan(1, 1, { sector: "Retail" })];
    const { unmatchedSegments } = stressed(records, { netting: "portfolio", scenarios: [shock({
      segment_shocks: [{ where: { sector: ["CRE", "Mining"] }, default_risk_increment_pct: 0.1 },
        { where: { sector: "Retail", country: "DE" }, default_risk_increment_pct: 0.1 },
        { where: { country: null }, default_risk_increment_pct: 0.1 }] })] });
    expect(unmatchedSegments).toStrictEqual([
      { scenario_id: "own", index: 0, dimension: "sector", value: "Mining",
        knownValues: ["CRE", "Retail"] },
      { scenario_id: "own", index: 1, dimension: null, value: null, knownValues: [] }]);
  });
});

describe("columns", () => {
  it("hold what section 1 adds up", () => {
    fc.assert(fc.property(anyRecords, (records) => {
      const columns = columnsOf(records);
      const { totals } = stressed(records, { scenarios: [], netting: "portfolio" });
      expect(totals.base).toStrictEqual(exposureOfAll(records));
      records.forEach((record, index) => {
        if (record.record_kind !== "instrument") return;
        const row = columns.rowNumber.indexOf(index + 1);
        expect(valueAt(columns, "sector", row)).toBe(record.sector ?? null);
        const counted = recordTotals(record);
        expect(counted.ok && Number(counted.value.totals.collateral))
          .toBe(columns.collateral[row]);
      });
    }));
  });
});
