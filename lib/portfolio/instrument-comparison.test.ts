import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SCENARIOS, type Scenario } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import {
  compareInstruments, instrumentIdOf, sumsOf, type ComparedDebts, type InstrumentSums,
} from "./instrument-comparison";
import { instrumentResults } from "./instrument-results";
import { columnsOf } from "./test-data";

type Loan = { id: string | null; principal: number; collateral: number };
const scenario = DEFAULT_SCENARIOS[1] as Scenario;

function debtsOf(loans: readonly Loan[]): ComparedDebts {
  const columns = columnsOf(loans.map(({ id, principal, collateral }) => ({
    record_kind: "instrument" as const, principal, interest_rate_pct: 0,
    collateral_value: collateral, ...(id === null ? {} : { instrument_id: id }) })));
  return { columns, results: instrumentResults(columns, scenario, "instrument") };
}

const ownLoss = (sums: InstrumentSums | undefined): number =>
  sums ? sums.shortfallIncrease + sums.buffer : 0;

/** The pairs with their ids and what they own, as a page shows them. */
function listed(base: ComparedDebts, other: ComparedDebts, by: "outstanding" | "own_loss") {
  const pairs = compareInstruments(base, other, by);
  const [before, after] = [sumsOf(base, new Set(pairs.base)), sumsOf(other, new Set(pairs.other))];
  const id = (columns: PortfolioColumns, code: number) =>
    code < 0 ? undefined : instrumentIdOf(columns, code);
  return [...pairs.base].map((code, at) => {
    const partner = pairs.other[at] as number;
    return { base: id(base.columns, code), other: id(other.columns, partner),
      before: before.get(code), after: after.get(partner) };
  });
}

const loan: fc.Arbitrary<Loan> = fc.record({
  id: fc.constantFrom("A", "B", "C", "D", null), principal: fc.integer({ min: 1, max: 1000 }),
  collateral: fc.integer({ min: 0, max: 1000 }) });
const loans = fc.array(loan, { maxLength: 12 });

describe("compareInstruments", () => {
  it("matches by id, sums what shares one, and puts the largest difference first", () => {
    const [base, other] = [
      debtsOf([{ id: "A", principal: 100, collateral: 100 }, { id: "B", principal: 50, collateral: 0 },
        { id: "A", principal: 10, collateral: 10 }, { id: null, principal: 7, collateral: 0 }]),
      debtsOf([{ id: "C", principal: 400, collateral: 0 }, { id: "A", principal: 100, collateral: 0 }]),
    ];
    expect(listed(base, other, "outstanding").map((each) => [each.base, each.other,
      (each.before?.outstanding ?? 0) / 1e4, (each.after?.outstanding ?? 0) / 1e4,
      each.before?.rows])).toEqual([[undefined, "C", 0, 400, undefined], ["B", undefined, 50, 0, 1],
      ["A", "A", 110, 100, 2], [null, undefined, 7, 0, 1]]);
    // 27.5 of 110 lost and 5.5 of buffer; without collateral 5 of buffer alone.
    const a = listed(base, other, "own_loss").find((each) => each.base === "A");
    expect([ownLoss(a?.before), ownLoss(a?.after)]).toEqual([330_000, 50_000]);
  });

  it("has each debt of both sides in one pair, and nothing differs from itself", () => {
    fc.assert(fc.property(loans, loans, fc.constantFrom("outstanding" as const, "own_loss" as const),
      (before, after, by) => {
        const [base, other] = [debtsOf(before), debtsOf(after)];
        const pairs = listed(base, other, by);
        for (const [side, given] of [["before", before], ["after", after]] as const) {
          expect(pairs.reduce((sum, each) => sum + (each[side]?.outstanding ?? 0), 0))
            .toBe(given.reduce((sum, each) => sum + each.principal * 1e4, 0));
        }
        const of = (sums: InstrumentSums | undefined): number =>
          by === "own_loss" ? ownLoss(sums) : sums?.outstanding ?? 0;
        const moved = pairs.map((each) => Math.abs(of(each.after) - of(each.before)));
        expect(moved).toEqual([...moved].sort((a, b) => b - a));
        for (const each of pairs) {
          if (each.before && each.after) expect(each.base).toBe(each.other);
        }
        for (const each of listed(base, base, by)) expect(each.after).toEqual(each.before);
      }));
  });
});
