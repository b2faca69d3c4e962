import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountFromUnits } from "../kernel/exact";
import { seededRandom } from "../kernel/random";
import type { InstrumentRecord, NormalizedRecord } from "../kernel/record";
import { atMarket, NO_SHOCKS, type Netting, type Scenario } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import { LabelTable } from "./labels";
import { sumMarkets } from "./market-sums";
import { cutFor, marketsOf, stressOfSums, stressPortfolio, type StressRequest }
  from "./stress-portfolio";
import { anyRecords, anyScenarios, columnsOf } from "./test-data";

/** What MODEL.md sections 4 and 14 promise of the engine, on random portfolios. */
const NETTINGS: Netting[] = ["portfolio", "instrument"];

function totalsOf(records: readonly NormalizedRecord[], request: StressRequest) {
  const result = stressPortfolio(columnsOf(records), request);
  if (!result.ok) throw new Error(result.error.code);
  return result.value.totals;
}

const AMOUNTS = ["net_exposure_after_recovery", "collateral_value"] as const;
const STRESSED = [...AMOUNTS, "loss_estimate", "collateral_loss", "distressed_asset_recovery",
  "default_risk_buffer", "collateral_shortfall", "interest_payment"] as const;

/** The same records with each amount times a whole number. */
const scaled = (records: readonly NormalizedRecord[], by: number): NormalizedRecord[] =>
  JSON.parse(JSON.stringify(records), (name, value: unknown) => typeof value === "number"
    && !/pct|days|stage/.test(name) ? value * by : value) as NormalizedRecord[];

describe("section 14", () => {
  it("scales amounts and losses alike, within 1e-9 and 1/10,000 for each instrument", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, fc.integer({ min: 2, max: 1000 }),
      fc.constantFrom(...NETTINGS), (records, scenarios, by, netting) => {
        const one = totalsOf(records, { scenarios, netting });
        const many = totalsOf(scaled(records, by), { scenarios, netting });
        // A portfolio record lists up to three instruments and two assets.
        const units = 1e-4 * (5 * records.length + 1) * (by + 1);
        const near = (large: number, small: number, name: string): void =>
          expect(Math.abs(large - by * small), name)
            .toBeLessThanOrEqual(1e-9 * Math.abs(large) + units);
        for (const name of AMOUNTS) near(many.base[name], one.base[name], name);
        one.scenarios.forEach((result, at) => {
          for (const name of STRESSED) near(many.scenarios[at]?.[name] ?? NaN, result[name], name);
        });
      }));
  });

  const loan = (cents: number, cover: number): InstrumentRecord => ({ record_kind: "instrument",
    principal: cents / 100, collateral_value: cover / 100, interest_rate_pct: 5 });
  const parts = fc.record({ owed: fc.integer({ min: 1, max: 1e9 }),
    cover: fc.integer({ min: 0, max: 1e9 }), owedToo: fc.integer({ min: 1, max: 1e9 }),
    coverToo: fc.integer({ min: 0, max: 1e9 }) });

  it("does not see a split of a loan under portfolio netting", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, parts, (records, all, split) => {
      // With segments each part's stressed collateral is rounded.
      const scenarios = all.filter((scenario) => !scenario.segment_shocks);
      const { owed, cover, owedToo, coverToo } = split;
      const request = { scenarios, netting: "portfolio" as const };
      expect(totalsOf([...records, loan(owed, cover), loan(owedToo, coverToo)], request))
        .toStrictEqual(totalsOf([loan(owed + owedToo, cover + coverToo), ...records], request));
    }));
  });

  it("never owes less where a loan is split under instrument netting", () => {
    fc.assert(fc.property(anyScenarios, parts, (scenarios, { owed, cover, owedToo, coverToo }) => {
      const request = { scenarios, netting: "instrument" as const };
      const whole = totalsOf([loan(owed + owedToo, cover + coverToo)], request);
      const split = totalsOf([loan(owed, cover), loan(owedToo, coverToo)], request);
      expect(split.base.collateral_shortfall).toBeGreaterThanOrEqual(
        whole.base.collateral_shortfall);
      split.scenarios.forEach((result, at) => expect(result.collateral_shortfall)
        .toBeGreaterThanOrEqual((whole.scenarios[at]?.collateral_shortfall ?? NaN) - 2e-4));
    }));
  });
});

describe("a worse shock", () => {
  const change = { collateral_market_impact_pct: -1, recovery_degradation_pct: -1,
    default_risk_increment_pct: 1 };
  it.each(Object.entries(change) as [keyof typeof change, number][])(
    "of %s never loses less", (name, worst) => {
      fc.assert(fc.property(anyRecords, anyScenarios, fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...NETTINGS), (records, all, share, netting) => {
          const scenarios = all.map(({ segment_shocks: _, ...scenario }): Scenario => scenario);
          const worse = scenarios.map((scenario): Scenario => ({ ...scenario,
            [name]: scenario[name] + share * (worst - scenario[name]) }));
          const found = totalsOf(records, { scenarios, netting });
          const then = totalsOf(records, { scenarios: worse, netting });
          // What a float64 of the sums may be off by.
          const slack = 1e-12 * found.base.total_outstanding;
          found.scenarios.forEach((result, at) => {
            expect(then.scenarios[at]?.loss_estimate)
              .toBeGreaterThanOrEqual(result.loss_estimate - slack);
          });
        }));
    });

  it("of the interest rate costs more and loses the same", () => {
    fc.assert(fc.property(anyRecords, fc.double({ min: 0, max: 50, noNaN: true }),
      fc.constantFrom(...NETTINGS), (records, delta, netting) => {
        const scenarios = [0, delta].map((by): Scenario => ({ ...NO_SHOCKS, scenario_id: `${by}`,
          description: "", collateral_market_impact_pct: -0.2, interest_rate_delta_pct: by }));
        const [still, raised] = totalsOf(records, { scenarios, netting }).scenarios;
        expect(raised?.loss_estimate).toBe(still?.loss_estimate);
        expect(raised?.interest_payment).toBeGreaterThanOrEqual(still?.interest_payment ?? NaN);
      }));
  });
});

const ROWS = 50_000;
const texts = (count: number): LabelTable => {
  const labels = Array.from({ length: count }, (_, at) => `L${at}`);
  let end = 0;
  return new LabelTable(new TextEncoder().encode(labels.join("")),
    Uint32Array.from(labels, (label) => end += label.length));
};

/** More rows than one block has, in three sectors and as many obligors as rows, in any order. */
function large(order: (row: number) => number): PortfolioColumns {
  const random = seededRandom(5);
  const drawn = Array.from({ length: ROWS }, () => [random(), random(), random(), random()]);
  const column = (of: (draw: number[]) => number): Float64Array => Float64Array.from(drawn.keys(),
    (row) => Math.round(of(drawn[order(row)] as number[])));
  return {
    debtCount: ROWS, assetCount: 0, rowNumber: new Uint32Array(ROWS),
    isFirst: new Uint8Array(ROWS).fill(1), outstanding: column(([a]) => (a as number) * 1e12 + 1),
    collateral: column(([, b]) => (b as number) * 2e12), interestRate: column(([, , c]) =>
      (c as number) * 2e8), assets: column(([, , , d]) => (d as number) * 1e13),
    distressedValue: new Float64Array(), recoveryRate: new Float64Array(),
    linkedDebt: new Int32Array(), statedFrom: new Uint32Array(), statedTo: new Uint32Array(),
    dimensions: {
      sector: { labels: texts(3), codes: Uint8Array.from(drawn.keys(), (row) => order(row) % 4) },
      obligor: { labels: texts(ROWS), codes: Uint32Array.from(drawn.keys(),
        (row) => 1 + order(row)) },
    },
  };
}

const scenarios: Scenario[] = [-0.3, 0.1].map((by) => ({ ...NO_SHOCKS, scenario_id: `${by}`,
  description: "", collateral_market_impact_pct: by, default_risk_increment_pct: 0.01 }));
const still = large((row) => row);

describe("many rows", () => {
  const request: StressRequest = { scenarios: [...scenarios, { ...scenarios[0] as Scenario,
    segment_shocks: [{ where: { sector: ["L0", null] }, collateral_market_impact_pct: -0.7 }] }],
  netting: "instrument", groupBy: ["sector"] };
  const whole = JSON.stringify(stressPortfolio(still, request));

  it("give the same bytes in any order", () => {
    const turned = large((row) => (row * 7919 + 13) % ROWS);
    expect(JSON.stringify(stressPortfolio(turned, request))).toBe(whole);
  });

  it("give the same bytes in parts, as two threads would make them", () => {
    const cut = cutFor(still, request);
    const markets = marketsOf(cut, request);
    const parts = [[0, 1], [1, 20_001], [20_001, ROWS]].map(([from = 0, to = 0]) =>
      sumMarkets(cut, markets, from, to));
    expect(JSON.stringify({ ok: true, value: stressOfSums(still, cut, request, parts) }))
      .toBe(whole);
  });

  it("are the sums of section 4 over each row", () => {
    const { groups, totals } = JSON.parse(whole).value as ReturnType<typeof stressOfSums>;
    const units = (sum: (row: number) => number): number => {
      let all = 0n;
      for (let row = 0; row < ROWS; row += 1) all += BigInt(sum(row));
      return amountFromUnits(all);
    };
    const cover = (row: number): number => still.collateral[row] as number;
    const owed = (row: number): number => still.outstanding[row] as number;
    expect(totals.scenarios[0]?.collateral_value).toBe(units((row) => atMarket(cover(row), 0.7)));
    expect(totals.scenarios[0]?.collateral_shortfall).toBe(
      units((row) => Math.max(0, owed(row) - atMarket(cover(row), 0.7))));
    const own = still.dimensions.sector?.codes as Uint8Array;
    const segment = groups.find(({ key }) => key.sector === null)?.scenarios[2];
    expect(segment?.collateral_value).toBe(
      units((row) => own[row] === 0 ? atMarket(cover(row), 1 - 0.7) : 0));
  });
});

it("gives a group of each row, which add up", () => {
  const found = stressPortfolio(still, { scenarios, netting: "instrument", groupBy: ["obligor"] });
  if (!found.ok) throw new Error(found.error.code);
  const { groups, totals } = found.value;
  expect(groups).toHaveLength(ROWS);
  const sum = (of: (group: typeof groups[number]) => number): number => amountFromUnits(
    groups.reduce((all, group) => all + BigInt(Math.round(of(group) * 1e4)), 0n));
  expect(sum(({ base }) => base.total_outstanding)).toBe(totals.base.total_outstanding);
  totals.scenarios.forEach((total, at) => {
    for (const name of ["collateral_value", "collateral_shortfall"] as const) {
      expect(sum((group) => group.scenarios[at]?.[name] ?? NaN)).toBe(total[name]);
    }
    expect(sum((group) => group.scenarios[at]?.allocated_loss ?? NaN))
      .toBeCloseTo(total.loss_estimate, 3);
  });
});
