import { describe, expect, it } from "vitest";
import {
  asOfFromName, foreignCurrencies, guessLocale, isNumeric, lookAt, sampleNumber,
  TAPE_FIELDS,
} from "./tape-guess";

describe("tape guess", () => {
  it("offers every field once", () => {
    expect(new Set(TAPE_FIELDS).size).toBe(TAPE_FIELDS.length);
    for (const field of ["record_kind", "maturity_date", "linked_instrument_id", "pd"]) {
      expect(TAPE_FIELDS).toContain(field);
    }
  });

  it.each([
    ["1,234.56", "en", 1234.56], ["1.234,56", "en", null], ["1.234,56", "de", 1234.56],
    ["1 234,56", "fr", 1234.56], ["1’234.56", "ch", 1234.56], ["EUR 5", "en", 5],
    ["-12.5%", "en", -12.5], ["12,5x", "de", null], ["", "en", null], ["1,23", "en", null],
  ])("reads %s in %s", (text, locale, value) => {
    expect(sampleNumber(text, locale)).toBe(value);
  });

  it("knows figures by their cells", () => {
    expect(isNumeric(["1,5", ""], "", "de")).toBe(true);
    expect(isNumeric(["ES-1"], "", "de")).toBe(false);
    expect(isNumeric(["n/a"], "principal", "de")).toBe(true);
  });

  it("guesses the locale from amounts", () => {
    const column = (cells: string[]) => [{ field: "principal", cells }];
    expect(guessLocale(column(["12.840,55", "3.119,00"]), ";")).toBe("de");
    expect(guessLocale(column(["12,840.55"]), ",")).toBe("en");
    expect(guessLocale(column(["100", "200"]), ";")).toBe("en");
    expect(guessLocale(column(["7,25"]), ";")).toBe("de");
    const unmapped = [{ field: "", cells: ["1.250.000,50", "zwölf"] },
      { field: "sector", cells: ["Bau, Steine", "Erden 2.0"] }];
    expect(guessLocale(unmapped, ",")).toBe("de");
  });

  it("says what a column holds", () => {
    expect(lookAt(["5", "", "7", "9"], "principal", "en").words)
      .toBe("amounts, 5 to 9, 25\u202f% empty");
    const wrong = lookAt(["5", "n/a"], "principal", "en");
    expect(wrong.misfits).toEqual(["n/a"]);
    expect(wrong.words).toBe("1 value does not fit amounts: n/a");
    expect(lookAt(["a", "b", "a"], "sector", "en").words).toBe("2 different values");
    expect(lookAt(["", ""], "sector", "en").words).toBe("empty in the first rows");
    expect(lookAt(["Stage 2", "1"], "stage", "en").misfits).toEqual([]);
    expect(lookAt(["30/06/2027"], "maturity_date", "es").words).toBe("dates");
  });

  it("finds the as-of date in a name", () => {
    expect(asOfFromName("iberia_retail_2026-10.csv")).toBe("2026-10-31");
    expect(asOfFromName("tape_20260228.csv")).toBe("2026-02-28");
    expect(asOfFromName("tape_20260231.csv")).toBe("");
    expect(asOfFromName("loans.csv")).toBe("");
  });

  it("finds other currencies", () => {
    expect(foreignCurrencies(["EUR", "usd", "", "GBP", "GBP", "euro"], "EUR"))
      .toEqual(["GBP", "USD"]);
  });
});
