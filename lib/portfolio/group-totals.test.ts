import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { atMarket, recordTotals, type GroupDimension, type GroupValue } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import { groupTotals, type GroupTotals } from "./group-totals";
import { LabelDictionary } from "./label-dictionary";
import { anyRecords, columnsOf } from "./test-data";

const valueOf = (record: NormalizedRecord, dimension: GroupDimension): GroupValue =>
  (record as { [name: string]: unknown })[dimension] as string | undefined ?? null;

type Debt = { principal: number; collateral_value?: number };
const units = (amount: number): number => Math.round(amount * 1e4);

/** What a record lacks in collateral, debt by debt, from the record itself. */
function lacks(record: NormalizedRecord, market: number): bigint {
  const gap = (owed: number, cover: number): bigint =>
    BigInt(Math.max(0, owed - atMarket(cover, market)));
  if (record.record_kind === "instrument") {
    return record.principal > 0 ? gap(units(record.principal), units(record.collateral_value ?? 0))
      : 0n;
  }
  if (record.record_kind !== "portfolio") return 0n;
  const { debt } = record.financial;
  const listed = (debt.instruments ?? []).filter(({ principal }: Debt) => principal > 0);
  if ((debt.instruments ?? []).length > 0 && !debt.collateral_value) {
    return listed.reduce((sum, { principal, collateral_value: cover = 0 }) =>
      sum + gap(units(principal), units(cover)), 0n);
  }
  const owed = (debt.instruments ?? []).length > 0
    ? listed.reduce((sum, { principal }) => sum + units(principal), 0)
    : Math.max(0, units(debt.total_outstanding ?? 0));
  return gap(owed, units(debt.collateral_value ?? 0));
}

/** The same from the records, one after the other. */
function expected(
  records: readonly NormalizedRecord[], groupBy: readonly GroupDimension[], fall: number,
): Map<string, Omit<GroupTotals, "key">> {
  const groups = new Map<string, Omit<GroupTotals, "key">>();
  for (const record of records) {
    const found = recordTotals(record);
    if (!found.ok) throw new Error(found.error.field);
    const { instrumentCount: _, ...totals } = found.value.totals;
    const key = JSON.stringify(groupBy.map((dimension) => valueOf(record, dimension)));
    const before = groups.get(key);
    const sum = { ...totals };
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) {
      if (before) sum[name] = (sum[name] as bigint + (before.totals[name] as bigint)) as never;
    }
    groups.set(key, { count: (before?.count ?? 0) + 1, totals: sum,
      shortfall: (before?.shortfall ?? 0n) + lacks(record, 1),
      stressedShortfall: (before?.stressedShortfall ?? 0n)
        + lacks(record, Math.max(0, 1 + fall)) });
  }
  return groups;
}

/** Loans of 1, 2, 3, ... units, each with as much collateral and an id of its own. */
function loansOfTheirOwn(count: number): PortfolioColumns {
  const ids = new LabelDictionary();
  const amounts = Float64Array.from({ length: count }, (_, row) => row + 1);
  const zeros = new Float64Array(count);
  return { ...columnsOf([]), debtCount: count, isFirst: new Uint8Array(count).fill(1),
    rowNumber: Uint32Array.from(amounts), outstanding: amounts, collateral: amounts,
    interestRate: zeros, assets: zeros, dimensions: { instrument_id: {
      codes: Uint32Array.from(amounts, (_, row) =>
        ids.codeOf(row === count - 1 ? `é${row}` : String(row))), labels: ids.table() } } };
}

describe("sums of groups", () => {
  it("are those of their records to the unit, and those over all add up", () => {
    fc.assert(fc.property(anyRecords, fc.subarray(["sector", "country", "instrument_id", "currency"]
      .map((name) => name as GroupDimension), { maxLength: 2 }), fc.double({ min: -1.2, max: 0.5,
      noNaN: true }), (records, groupBy, fall) => {
      const { whole, groups } = groupTotals(columnsOf(records), groupBy, fall);
      const all = [...expected(records, [], fall).values()][0];
      if (all) expect(whole).toStrictEqual({ key: [], ...all });
      const wanted = groupBy.length === 0 ? new Map() : expected(records, groupBy, fall);
      expect(new Map(groups.map(({ key, ...rest }) => [JSON.stringify(key), rest])))
        .toStrictEqual(wanted);
    }));
  });

  it("of a million groups are the first ones and the whole", () => {
    const count = 1_000_000;
    const { groups, groupCount, whole } =
      groupTotals(loansOfTheirOwn(count), ["instrument_id"], -0.5, 3);
    expect(groupCount).toBe(count);
    expect(groups.map(({ key }) => key)).toStrictEqual([["é999999"], ["999998"], ["999997"]]);
    expect(groups[0]).toMatchObject({ count: 1, totals: { outstanding: 1_000_000n },
      shortfall: 0n, stressedShortfall: 500_000n });
    expect(whole.count).toBe(count);
    const sum = BigInt(count) * BigInt(count + 1) / 2n;
    expect(whole.totals).toMatchObject({ outstanding: sum, collateral: sum });
    // Half of an odd amount of units is rounded to even.
    expect(whole.stressedShortfall).toBe(sum / 2n);
  }, 60_000);

  it("come by falling outstanding, then by key with none last", () => {
    const loan = (principal: number, sector?: string): NormalizedRecord =>
      ({ record_kind: "instrument", principal, ...(sector ? { sector } : {}) });
    const { groups } = groupTotals(columnsOf(
      [loan(5), loan(5, "b"), loan(9, "c"), loan(5, "a")]), ["sector"], 0);
    expect(groups.map(({ key }) => key[0])).toStrictEqual(["c", "a", "b", null]);
  });
});
