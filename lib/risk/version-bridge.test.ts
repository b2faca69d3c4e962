import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DPD_BUCKETS } from "./kpis";
import { rollRates } from "./roll-rates";
import {
  changeCounts, collateralBridge, MATCH_KINDS, outstandingBridge, type ChangeCell,
} from "./version-bridge";

const cellOf = (given: Partial<ChangeCell>): ChangeCell => ({
  match: "changed", direction: "same", writtenOff: false, fromBucket: null, toBucket: null,
  baseRows: 1, otherRows: 1, baseOutstanding: 0n, otherOutstanding: 0n, baseCollateral: 0n,
  otherCollateral: 0n, ...given,
});

const units = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const anyCell: fc.Arbitrary<ChangeCell> = fc.record({
  match: fc.constantFrom(...MATCH_KINDS),
  direction: fc.constantFrom("higher" as const, "lower" as const, "same" as const),
  writtenOff: fc.boolean(),
  fromBucket: fc.constantFrom(...DPD_BUCKETS, null),
  toBucket: fc.constantFrom(...DPD_BUCKETS, null),
  baseRows: fc.nat(1e6), otherRows: fc.nat(1e6),
  baseOutstanding: units, otherOutstanding: units, baseCollateral: units, otherCollateral: units,
});

describe("outstandingBridge", () => {
  it("gives each movement its own step", () => {
    const { opening, steps, closing } = outstandingBridge([
      cellOf({ match: "added", baseRows: 0, otherOutstanding: 70n }),
      cellOf({ match: "removed", otherRows: 0, baseOutstanding: 30n }),
      cellOf({ match: "removed", otherRows: 0, baseOutstanding: 20n, writtenOff: true }),
      cellOf({ direction: "higher", baseOutstanding: 100n, otherOutstanding: 111n }),
      cellOf({ direction: "lower", baseOutstanding: 100n, otherOutstanding: 93n }),
      cellOf({ direction: "lower", baseOutstanding: 9n, otherOutstanding: 4n, writtenOff: true }),
      cellOf({ match: "unchanged", baseOutstanding: 500n, otherOutstanding: 500n }),
      cellOf({ match: "repeated", baseOutstanding: 8n, otherOutstanding: 5n }),
      cellOf({ match: "missing", baseOutstanding: 0n, otherOutstanding: 1n }),
    ]);
    expect(opening).toBe(767n);
    expect(Object.fromEntries(steps.map(({ step, amount }) => [step, amount]))).toEqual({
      new: 70n, drawn: 11n, repaid: -7n, written_off: -25n, removed: -30n, not_comparable: -2n });
    expect(closing).toBe(784n);
  });

  it("adds up exactly, whatever moved", () => {
    fc.assert(fc.property(fc.array(anyCell, { maxLength: 40 }), (cells) => {
      const bridges = [outstandingBridge(cells), collateralBridge(cells)];
      for (const { opening, steps, closing } of bridges) {
        expect(steps.reduce((sum, { amount }) => sum + amount, opening)).toBe(closing);
      }
    }));
  });
});

describe("collateralBridge", () => {
  it("calls a change of value of what both versions have a revaluation", () => {
    const { steps } = collateralBridge([
      cellOf({ baseCollateral: 50n, otherCollateral: 45n }),
      cellOf({ match: "added", otherCollateral: 7n }),
      cellOf({ match: "removed", baseCollateral: 3n }),
      cellOf({ match: "missing", baseCollateral: 1n, otherCollateral: 2n }),
    ]);
    expect(steps.map(({ amount }) => amount)).toEqual([7n, -5n, -3n, 1n]);
  });
});

describe("changeCounts", () => {
  it("loses no row and no unit", () => {
    fc.assert(fc.property(fc.array(anyCell, { maxLength: 40 }), (cells) => {
      const counts = changeCounts(cells);
      expect(counts.map(({ match }) => match)).toEqual([...MATCH_KINDS]);
      expect(counts.reduce((sum, count) => sum + count.otherRows, 0))
        .toBe(cells.reduce((sum, cell) => sum + cell.otherRows, 0));
      expect(counts.reduce((sum, count) => sum + count.baseOutstanding, 0n))
        .toBe(outstandingBridge(cells).opening);
    }));
  });
});

describe("rollRates", () => {
  it("follows matched instruments from bucket to bucket", () => {
    const { rows, withoutDays } = rollRates([
      cellOf({ fromBucket: "dpd_0_7", toBucket: "dpd_0_7", baseRows: 3, baseOutstanding: 600n }),
      cellOf({ fromBucket: "dpd_0_7", toBucket: "dpd_30_60", baseRows: 1, baseOutstanding: 200n }),
      cellOf({ fromBucket: "dpd_90_plus", toBucket: "dpd_0_7" }),
      cellOf({ fromBucket: null, toBucket: "dpd_0_7", baseRows: 5 }),
      cellOf({ match: "removed", fromBucket: "dpd_0_7", baseRows: 9 }),
    ]);
    expect(rows[0]).toMatchObject({ from: "dpd_0_7", count: 4, balance: 800n, countGap: null });
    expect(rows[0]?.to.map(({ countShare }) => countShare)).toEqual([0.75, 0, 0.25, 0, 0]);
    expect(rows[1]).toMatchObject({ countGap: "NO_INSTRUMENTS", balanceGap: "NO_INSTRUMENTS" });
    expect(rows[1]?.to[0]).toMatchObject({ countShare: null, balanceShare: null });
    expect(rows[4]).toMatchObject({ count: 1, countGap: null, balanceGap: "NO_BALANCE" });
    expect(withoutDays).toBe(5);
  });

  it("has rows that add up to 1, or none with a reason", () => {
    // Rows that are there have an amount of 0 or more; no rows have none.
    const positive = anyCell.map((cell) => ({ ...cell, baseRows: Math.max(1, cell.baseRows),
      baseOutstanding: cell.baseOutstanding < 0n ? -cell.baseOutstanding : cell.baseOutstanding }));
    fc.assert(fc.property(fc.array(positive, { maxLength: 40 }), (cells) => {
      for (const row of rollRates(cells).rows) {
        for (const [gap, shares] of [
          [row.countGap, row.to.map((to) => to.countShare)],
          [row.balanceGap, row.to.map((to) => to.balanceShare)],
        ] as const) {
          if (gap !== null) expect(shares).toEqual([null, null, null, null, null]);
          else expect(shares.reduce<number>((sum, one) => sum + (one ?? 0), 0)).toBeCloseTo(1, 12);
        }
      }
    }));
  });
});
