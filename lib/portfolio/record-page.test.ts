import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import type { GroupValue } from "../risk";
import { LabelDictionary } from "./label-dictionary";
import { keysBuffer, keysIn, NO_DAYS } from "./record-keys";
import {
  KEY_SORTS, PAGE_SORTS, recordPage, type ImpactSort, type PageRequest, type PageSort,
} from "./record-page";
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

const rounded = (amount: number): number => {
  const low = Math.floor(amount);
  if (amount - low !== 0.5) return Math.round(amount);
  return low % 2 === 0 ? low : low + 1;
};

/** What a record loses by itself, in whole units where debts are compared with what covers them. */
function lossOf(record: NormalizedRecord, shocks: ImpactSort["shocks"]): number {
  if (record.record_kind === "distressed_asset") {
    const units = BigInt(Math.round(record.distressed_value * 1e4))
      * BigInt(Math.round((record.recovery_rate_pct ?? 0) * 1e6));
    return Math.max(0, -shocks.recovery) * (Number(units) / 1e12);
  }
  if (record.record_kind !== "instrument" || record.principal <= 0) return 0;
  const owed = Math.round(record.principal * 1e4);
  const cover = Math.round((record.collateral_value ?? 0) * 1e4);
  const shortfall = (market: number): number => Math.max(0, owed - rounded(cover * market));
  const market = Math.max(0, 1 + shocks.collateral);
  return (shocks.netting === "portfolio" ? Math.max(0, -shocks.collateral) * cover / 1e4
    : Math.max(0, shortfall(market) - shortfall(1)) / 1e4) + shocks.default * owed / 1e4;
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
          const page = recordPage(columns,
            { filters, idPart: null, sort, descending, after, limit });
          expect(page?.total).toBe(all.length);
          found.push(...page?.rows ?? []);
          if ((page?.rows.length ?? 0) < limit) break;
          after = all[found.length - 1] as Row;
        }
        expect(found).toStrictEqual(all.map(({ row }) => row));
      }));
  });

  it("is sorted by what a record loses by itself, as the records say it", () => {
    const fraction = fc.oneof(fc.constantFrom(0, -0.5),
      fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(fc.property(anyRecords, fc.tuple(fraction, fraction, fraction), fc.boolean(),
      fc.constantFrom("portfolio" as const, "instrument" as const), fc.integer({ min: 1, max: 5 }),
      (given, [collateral, recovery, increment], descending, netting, limit) => {
        const records = given.filter(({ record_kind: kind }) => kind !== "portfolio");
        const shocks = { collateral, recovery, default: Math.abs(increment), netting };
        const all = records.map((record, at) => ({ row: at + 1, value: lossOf(record, shocks) }))
          .sort((a, b) => (descending ? b.value - a.value : a.value - b.value) || a.row - b.row);
        const found: number[] = [];
        for (let after: PageRequest["after"] = null; found.length < all.length;) {
          const page = recordPage(columnsOf(records),
            { filters: [], idPart: null, sort: { shocks }, descending, after, limit });
          expect(page?.total).toBe(all.length);
          expect(page?.rows.length).toBeGreaterThan(0);
          found.push(...page?.rows ?? []);
          after = all[found.length - 1] ?? null;
        }
        expect(found).toStrictEqual(all.map(({ row }) => row));
      }));
  });

  it("is not sorted by differences that doubles would round", () => {
    const columns = columnsOf([{ record_kind: "instrument", principal: 4e12,
      collateral_value: 1 }]);
    const page = (netting: "portfolio" | "instrument") => recordPage(columns, { filters: [],
      idPart: null, descending: true, after: null, limit: 1,
      sort: { shocks: { collateral: -0.1, recovery: 0, default: 0, netting } } });
    expect(page("portfolio")?.rows).toEqual([1]);
    expect(page("instrument")).toBeNull();
  });

  it("is sorted by the ranks of a dimension's values, those without one at the end", () => {
    const columns = columnsOf(["b", undefined, "a", "c", "b"].map((sector): NormalizedRecord => ({
      record_kind: "instrument", principal: 1, ...(sector === undefined ? {} : { sector }) })));
    const labels = columns.dimensions.sector?.labels;
    const ranks = Array.from(labels?.ends ?? [], (_, at) => "abc".indexOf(labels?.at(at) ?? ""));
    const page = (descending: boolean, after: PageRequest["after"]) => recordPage(columns, {
      filters: [], idPart: null, sort: { dimension: "sector", ranks }, descending, after, limit: 3 });
    expect(page(false, null)).toEqual({ rows: [3, 1, 5], total: 5 });
    expect(page(false, { value: 1, row: 5 })?.rows).toEqual([4, 2]);
    expect(page(true, null)?.rows).toEqual([4, 1, 5]);
    expect(page(true, { value: 1, row: 1 })?.rows).toEqual([5, 3, 2]);
    expect(page(true, { value: null, row: 1 })?.rows).toEqual([2]);
    expect(recordPage(columns, { filters: [], idPart: null, descending: false, after: null,
      limit: 2, sort: { dimension: "country", ranks: [] } })?.rows).toEqual([1, 2]);
  });

  it("is sorted by what only the records say, those that do not say it at the end", () => {
    const values = [5, null, -0.5, 5, 0, null, 7.25];
    const columns = columnsOf(values.map((): NormalizedRecord =>
      ({ record_kind: "instrument", principal: 0 })));
    const keys = keysIn(keysBuffer(columns), columns);
    values.forEach((value, at) => {
      keys.interestRate[at] = value ?? NaN;
      keys.daysPastDue[at] = value === null ? NO_DAYS : value * 4;
    });
    for (const sort of KEY_SORTS) {
      const page = (descending: boolean, after: PageRequest["after"]) => recordPage(columns,
        { filters: [], idPart: null, sort, descending, after, limit: 4 }, keys)?.rows;
      const five = sort === "days_past_due" ? 20 : 5;
      expect(page(false, null)).toEqual([3, 5, 1, 4]);
      expect(page(false, { value: five, row: 4 })).toEqual([7, 2, 6]);
      expect(page(true, null)).toEqual([7, 1, 4, 5]);
      expect(page(true, { value: 0, row: 5 })).toEqual([3, 2, 6]);
      expect(page(true, { value: null, row: 2 })).toEqual([6]);
    }
  });

  it("has the records whose ids have a text in them, wherever and in any case", () => {
    const ids = fc.array(fc.constantFrom("AB", "aB-1", "B", "xab", "A", "Ä", "äb", ""), { maxLength: 8 });
    fc.assert(fc.property(ids, ids, fc.constantFrom("ab", "B", "A", "-1", "ä", "Ab-", "_", "%"),
      (loans, obligors, idPart) => {
        const columns = columnsOf(loans.map((id, at): NormalizedRecord => ({
          record_kind: "instrument", principal: 1, ...(id === "" ? {} : { instrument_id: id }),
          ...(obligors[at] ? { obligor_id: obligors[at] } : {}) })));
        const small = (text: string): string =>
          text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        const wanted = loans.flatMap((id, at) => [id, obligors[at] ?? ""].some((each) =>
          small(each).includes(small(idPart))) ? [at + 1] : []);
        expect(recordPage(columns, { filters: [], idPart, sort: "row", descending: false,
          after: null, limit: 9 })).toEqual({ rows: wanted, total: wanted.length });
      }));
  });

  it("ranks texts by their bytes", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 4 }), { maxLength: 9 }),
      (texts) => {
        const dictionary = new LabelDictionary();
        texts.forEach((text) => dictionary.codeOf(text));
        const sorted = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect([...dictionary.table().ranks()]).toEqual(texts.map((text) => sorted.indexOf(text)));
      }));
  });

  it("is not of columns where a record has several rows", () => {
    const columns = columnsOf([{ record_kind: "portfolio", distressed_assets: [{ value: 1 }],
      financial: { debt: { total_outstanding: 5 } } }]);
    expect(recordPage(columns, { filters: [], idPart: null, sort: "row", descending: false,
      after: null, limit: 9 })).toBeNull();
  });
});
