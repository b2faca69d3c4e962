import { describe, expect, it } from "vitest";
import { fitProfile, BUILT_IN_PROFILES } from "./profiles";
import { suggestColumns } from "./suggest";

const rowsOf = (...rows: string[][]) =>
  rows.map((cells, at) => ({ line: at + 2, cells, problem: null }));
const byValues = (headers: string[], ...rows: string[][]) =>
  suggestColumns(headers, rowsOf(...rows)).suggested
    .filter(({ by }) => by === "values").map(({ field, column }) => [field, column]);

describe("suggestions", () => {
  it("are as sure as the name and the values are", () => {
    const { suggested, missing } = suggestColumns(["principal", "dpd", "Maturity"], rowsOf(
      ["1.000,50", "30", "31.12.2026"], ["2.000,00", "x", "soon"], ["", "60", ""]));
    expect(suggested.map(({ field, by, confidence, reason }) => [field, by, confidence, reason]))
      .toEqual([
        ["principal", "name", 1, "named as the field"],
        ["days_past_due", "synonym", 0.6,
          "a known name of the field; 1 of 3 values are no whole numbers"],
        ["maturity_date", "synonym", 0.45,
          "a known name of the field; 1 of 2 values are no dates"]]);
    expect(missing).toEqual([]);
  });

  it("by values need a single column that can be meant", () => {
    expect(byValues(["Rest", "Art"], ["1,5", "a"], ["2", "b"])).toEqual([["principal", "Rest"]]);
    expect(byValues(["Rest", "Zins"], ["1,5", "5"], ["2", "6"])).toEqual([]);
    expect(byValues(["Rest", "Zins"], ["zwölf", "5"], ["2", "6"]), "half of them are amounts")
      .toEqual([]);
    expect(byValues(["W"], ["EUR"], ["usd"])).toEqual([["currency", "W"]]);
    expect(byValues(["W"], ["EUR"], ["IN"])).toEqual([]);
    expect(byValues(["Vertragsnr", "Filialnr"], ["1", "7"], ["2", "7"]))
      .toEqual([["instrument_id", "Vertragsnr"]]);
  });

  it("leave what is missing to the names alone", () => {
    expect(suggestColumns(["Rest"], rowsOf(["5"])).missing).toEqual(["principal"]);
  });
});

describe("built-in profiles", () => {
  it("leave out fields whose columns are not there, and know a shape by what it needs", () => {
    const [own, sba] = BUILT_IN_PROFILES;
    if (!own || !sba) throw new Error("two are built in");
    expect(fitProfile(own, ["principal", "instrument_id", "x"]))
      .toEqual({ principal: "principal", instrument_id: "instrument_id" });
    expect(fitProfile(own, ["principal"])).toBeNull();
    expect(Object.keys(fitProfile(sba, ["LoanNr_ChkDgt", "DisbursementGross", "SBA_Appv"]) ?? {}))
      .toEqual(["instrument_id", "country", "currency", "asset_class", "collateral_type",
        "principal", "collateral_value"]);
  });
});
