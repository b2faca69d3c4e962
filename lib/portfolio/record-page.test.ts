import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import type { GroupValue } from "../risk";
import { PAGE_SORTS, recordPage, type PageSort } from "./record-page";
import { anyRecords, columnsOf } from "./test-data";

type Row = { row: number; value: number; sector: GroupValue };

function valueOf(record: NormalizedRecord, sort: PageSort, row: number): number {
  if (sort === "row") return row;
  if (record.record_kind === "distressed_asset") {
    return sort === "distressed_value" ? Math.round(record.distressed_value * 1e4) : 0;
  }
  if (record.record_kind !== "instrument" || record.principal <= 0) return 0;
  return Math.round((sort === "principal" ? record.principal
    : sort === "collateral_value" ? record.collateral_value ?? 0 : 0) * 1e4);
}

describe("a page of records", () => {
  it("is the part of all sorted records behind the one before", () => {
    const ofRows = anyRecords.map((records) =>
      records.filter(({ record_kind: kind }) => kind !== "portfolio"));
    fc.assert(fc.property(ofRows, fc.constantFrom(...PAGE_SORTS), fc.boolean(),
      fc.integer({ min: 1, max: 5 }), fc.constantFrom<GroupValue[] | null>(null, ["CRE"], ["Energy", null],
        ["no"]),
      (records, sort, descending, limit, sectors) => {
        const all = records.map((record, at): Row => ({ row: at + 1,
          value: valueOf(record, sort, at + 1),
          sector: (record as { sector?: string }).sector ?? null }))
          .filter(({ sector }) => sectors === null || sectors.includes(sector))
          .sort((a, b) => (descending ? b.value - a.value : a.value - b.value) || a.row - b.row);
        const columns = columnsOf(records);
        const filters = sectors ? [{ dimension: "sector" as const, values: sectors }] : [];
        const found: number[] = [];
        for (let after: Row | null = null; ;) {
          const page = recordPage(columns, { filters, sort, descending, after, limit });
          expect(page?.total).toBe(all.length);
          found.push(...page?.rows ?? []);
          if ((page?.rows.length ?? 0) < limit) break;
          after = all[found.length - 1] as Row;
        }
        expect(found).toStrictEqual(all.map(({ row }) => row));
      }));
  });

  it("is sorted by the ranks of a dimension's values, those without one where they are ranked", () => {
    const columns = columnsOf(["b", undefined, "a", "c", "b"].map((sector): NormalizedRecord => ({
      record_kind: "instrument", principal: 1, ...(sector === undefined ? {} : { sector }) })));
    const labels = columns.dimensions.sector?.labels;
    const ranks = [9, ...Array.from(labels?.ends ?? [], (_, at) => "abc".indexOf(labels?.at(at) ?? ""))];
    const page = (descending: boolean, after: { value: number; row: number } | null) => recordPage(
      columns, { filters: [], sort: { dimension: "sector", ranks }, descending, after, limit: 3 });
    expect(page(false, null)).toEqual({ rows: [3, 1, 5], total: 5 });
    expect(page(false, { value: 1, row: 5 })?.rows).toEqual([4, 2]);
    ranks[0] = -1;
    expect(page(true, null)?.rows).toEqual([4, 1, 5]);
    expect(page(true, { value: 1, row: 1 })?.rows).toEqual([5, 3, 2]);
    expect(recordPage(columns, { filters: [], descending: false, after: null, limit: 2,
      sort: { dimension: "country", ranks: [0] } })?.rows).toEqual([1, 2]);
  });

  it("is not of columns where a record has several rows", () => {
    const columns = columnsOf([{ record_kind: "portfolio", distressed_assets: [{ value: 1 }],
      financial: { debt: { total_outstanding: 5 } } }]);
    expect(recordPage(columns, { filters: [], sort: "row", descending: false, after: null,
      limit: 9 })).toBeNull();
  });
});
