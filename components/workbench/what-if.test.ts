import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "@/lib/kernel/record";
import {
  changedBy, changesCsv, idBatches, idsOfPaste, itemOf, type ChangedItem,
} from "./what-if";

const LOAN: NormalizedRecord = { record_kind: "instrument", instrument_id: "=L1", principal: 100,
  interest_rate_pct: 5, collateral_value: 80 };
const PORTFOLIO: NormalizedRecord = { record_kind: "portfolio",
  financial: { debt: { instruments: [{ name: "First", principal: 1, collateral_value: 2 }] } },
  distressed_assets: [{ name: "Hotel", value: 9, recovery_rate_pct: 40 }] };

describe("what a what-if may change", () => {
  it("is collateral and rate of a loan, recovery of a distressed asset", () => {
    expect(itemOf("id", {}, LOAN)?.actual).toStrictEqual(
      { collateral_value: 80, interest_rate_pct: 5, recovery_rate_pct: null });
    expect(itemOf("id:distressed_assets.0", {}, PORTFOLIO)).toMatchObject({ label: "Hotel",
      part: "distressed_assets.0", actual: { recovery_rate_pct: 40, collateral_value: null } });
    expect(itemOf("id:instruments.0", {}, PORTFOLIO)?.actual.collateral_value).toBe(2);
    expect(itemOf("id:instruments.1", {}, PORTFOLIO)).toBeNull();
    expect(itemOf("id", {}, PORTFOLIO)).toBeNull();
    expect(itemOf("id:debt", {}, LOAN)).toBeNull();
  });

  it("is written to a file that a spreadsheet cannot run", () => {
    const items = [itemOf("id", { collateral_value: 90 }, LOAN),
      itemOf("other:distressed_assets.0", { removed: true }, PORTFOLIO)] as ChangedItem[];
    expect(changesCsv(items).split("\r\n")).toStrictEqual([
      "record_id,part,instrument,field,actual,pro_forma", "id,,'=L1,collateral_value,80,90",
      "other,distressed_assets.0,Hotel,removed,no,yes", ""]);
  });
});

describe("changes of many", () => {
  const loan = itemOf("id", {}, LOAN) as ChangedItem;

  it("are relative to the tape, within bounds, and none where nothing differs", () => {
    expect(changedBy(loan, { collateral: 0.5, recovery: 1, rate: 1.25 }))
      .toStrictEqual({ collateral_value: 40, interest_rate_pct: 6.25 });
    expect(changedBy(loan, { collateral: 1, recovery: 0, rate: 0 })).toStrictEqual({});
    expect(changedBy(loan, { collateral: 1, recovery: 1, rate: -9 }))
      .toStrictEqual({ interest_rate_pct: 0 });
  });

  it("are of ids as spreadsheets and mails hold them, each once", () => {
    expect(idsOfPaste(" A-1\r\n\"A 2\"\tA-3, A-1;;\n\n")).toStrictEqual(["A-1", "A 2", "A-3"]);
    expect(idsOfPaste("\n \t")).toStrictEqual([]);
  });

  it("are looked up in requests that are not too long", () => {
    expect(idBatches(["aa", "bb", "cc"], 5)).toStrictEqual(["aa,bb", "cc"]);
    expect(idBatches([])).toStrictEqual([]);
  });
});
