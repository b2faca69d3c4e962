import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atMarket } from "../risk";
import { cutColumns } from "./cut";
import { ExactColumn } from "./exact-column";
import { kernel, WINDOW, type Kernel } from "./kernel";
import { sumMarkets, sumRun } from "./market-sums";
import { eachRun } from "./row-ids";
import { columnsOf } from "./test-data";

const units = fc.integer({ min: 0, max: 2 ** 40 });
const signed = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const market = fc.oneof(fc.constantFrom(0, 1, 0.5, 2), fc.double({ min: 0, max: 4, noNaN: true }));

describe("the kernel", () => {
  it("gives the bits of the TypeScript", () => {
    const made = kernel() as Kernel;
    expect(made).not.toBeNull();
    fc.assert(fc.property(fc.array(fc.tuple(units, signed), { minLength: 1, maxLength: WINDOW }),
      fc.array(market, { minLength: 1, maxLength: 9 }), (debts, markets) => {
        made.owed.fill(0);
        made.cover.fill(0);
        debts.forEach(([owed, cover], at) => {
          made.owed[at] = owed;
          made.cover[at] = cover;
        });
        made.market.set(markets);
        made.run(debts.length, markets.length);
        for (const [index, at] of markets.entries()) {
          const left = debts.map(([, cover]) => BigInt(atMarket(cover, at)));
          const lacking = debts.map(([owed], debt) => BigInt(owed) - (left[debt] as bigint));
          expect(BigInt(made.out[index * 2] as number)).toBe(left.reduce((a, b) => a + b, 0n));
          expect(BigInt(made.out[index * 2 + 1] as number)).toBe(
            lacking.reduce((sum, each) => each > 0n ? sum + each : sum, 0n));
        }
      }));
  });
});

describe("sums of a cut", () => {
  it("are the same with the kernel and without it, whatever the amounts", () => {
    const amount = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 1e9 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 9e14 }) });
    const loans = fc.array(fc.tuple(amount, amount, fc.constantFrom("A", "B")),
      { minLength: 200, maxLength: 3000 });
    fc.assert(fc.property(loans, fc.array(market, { minLength: 1, maxLength: 5 }),
      (given, shocks) => {
        const columns = columnsOf(given.map(([principal, collateral_value, sector]) =>
          ({ record_kind: "instrument", principal, collateral_value, sector })));
        const cut = cutColumns(columns, ["sector"], []);
        const markets = [Float64Array.from(shocks)];
        const found = sumMarkets(cut, markets, 0, given.length);
        const { cells, debts } = cut;
        eachRun(cells.ids, 0, given.length, (run) => {
          for (const [index, at] of shocks.entries()) {
            const plain = { stressed: new ExactColumn(1), shortfall: new ExactColumn(1) };
            sumRun(debts, run, at, plain, 0);
            const place = (cells.group[run.id] as number) * shocks.length + index;
            expect(found.stressed.value(place)).toBe(plain.stressed.value(0));
            expect(found.shortfall.value(place)).toBe(plain.shortfall.value(0));
          }
        });
      }), { numRuns: 30 });
  });
});
