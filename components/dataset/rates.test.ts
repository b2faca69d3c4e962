import { describe, expect, it } from "vitest";
import { entitiesOf, parseRates, withRates } from "./rates";

describe("parseRates", () => {
  it.each([
    ["USD\t0.9174\nCHF\t1.0432\n", [["USD", 0.9174], ["CHF", 1.0432]]],
    ["usd 0,9174\r\nJPY;0,006135", [["USD", 0.9174], ["JPY", 0.006135]]],
    ["IDR = 1,234.5", [["IDR", 1234.5]]], ["USD\t1\nUSD\t2", [["USD", 2]]],
  ])("reads %j", (text, rates) => expect(parseRates(text)).toEqual(
    { unread: [], rates: rates.map(([code, rate]) => ({ code, rate })) }));

  it("names what it cannot read", () => {
    expect(parseRates("Currency\tRate\nUSD\t0\nCHF\tx\nGBP 1 2\nDollar 1").unread)
      .toEqual(["Currency\tRate", "USD\t0", "CHF\tx", "GBP 1 2", "Dollar 1"]);
  });
});

it("rates take the place of those of the same currency", () => {
  expect(withRates([{ code: "USD", rate: null }, { code: "CHF", rate: 1 }],
    [{ code: "GBP", rate: 1.2 }, { code: "USD", rate: 0.9 }])).toEqual(
    [{ code: "USD", rate: 0.9 }, { code: "CHF", rate: 1 }, { code: "GBP", rate: 1.2 }]);
});

it("entities stand one a line", () =>
  expect(entitiesOf(" Alpha AG \n\nLEI-1\r\nAlpha AG")).toEqual(["Alpha AG", "LEI-1"]));
