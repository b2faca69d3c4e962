import { describe, expect, it } from "vitest";
import { currenciesIn, currencyColumns } from "./currency-columns";
import type { CsvBatch, CsvRow } from "./csv";

const rowsOf = (...rows: string[][]): CsvRow[] =>
  rows.map((cells, index) => ({ line: index + 2, cells, problem: null }));
const HEADERS = ["id", "ccy", "code", "ccy"];

describe("columns of currencies", () => {
  it("are known by their values", () => expect(currencyColumns(HEADERS, rowsOf(
    ["A", "EUR", "ABC", "USD"], ["B", "", "USD", "USD"], ["C", " usd ", "EUR", "USD"])))
    .toEqual(["ccy"]));

  it("are looked through beyond the first rows", async () => {
    const batches = async function* (): AsyncGenerator<CsvBatch> {
      yield { header: HEADERS, rows: rowsOf(["A", "EUR", "", ""], ["B", "12", "", ""]) };
      yield { header: HEADERS, rows: rowsOf(["C", "xau", "", ""], ["D", "CHF", "", ""]) };
    };
    expect(await currenciesIn(batches(), ["ccy"]))
      .toEqual([{ column: "ccy", codes: ["CHF", "EUR", "XAU"] }]);
    expect(await currenciesIn(batches(), [])).toEqual([]);
  });
});
