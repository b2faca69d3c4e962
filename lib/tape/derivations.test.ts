import { describe, expect, it } from "vitest";
import { DEFAULT_LOCALE } from "./locale";
import { mappedColumns, resolveMapping } from "./mapping";
import { compileRowNormalizer } from "./normalize-row";

const HEADERS = ["a", "b", "c"];
function read(rule: Record<string, unknown>, cells: string[]) {
  const mapping = resolveMapping(HEADERS, rule);
  if (!mapping.ok) throw new Error(mapping.error.message);
  const { record, problems } = compileRowNormalizer(mapping.value,
    { locale: DEFAULT_LOCALE, baseCurrency: "EUR", fxRates: { USD: 2 } })(cells, 7);
  return { record: record as Record<string, unknown> | null,
    problems: problems.map(({ code, column, value }) => [code, column, value]) };
}
const SUM = { principal: { sum: ["a", "b"] } };

describe("a sum of columns", () => {
  it("has no error of binary fractions, and takes empty cells for 0", () => {
    expect(read(SUM, ["0.1", "0.2", ""]).record?.principal).toBe(0.3);
    expect(read(SUM, ["1,000.10", " ", ""]).record?.principal).toBe(1000.1);
    expect(read(SUM, ["5", "-2", ""]).problems, "a part may be negative").toEqual([]);
    expect(read(SUM, ["", "", ""]).problems).toEqual([["MISSING_VALUE", "a + b", ""]]);
  });

  it("is scaled, negated and converted once", () => {
    const rule = { principal: { sum: ["a", "b"], scale: 1000, negate: true },
      currency: { constant: "USD" } };
    expect(read(rule, ["-1.5", "-2", ""]).record?.principal).toBe(7000);
  });

  it("says which of its columns cannot be read, and rejects the row", () => {
    const { record, problems } = read(SUM, ["x", "USD 5", ""]);
    expect(record).toBeNull();
    expect(problems).toEqual([["AMOUNT_UNREADABLE", "a", "x"], ["CURRENCY_CONFLICT", "b", "USD 5"]]);
  });

  it("adds rates and whole numbers as their fields read them", () => {
    const rule = { principal: "c", interest_rate_pct: { sum: ["a", "b"] } };
    expect(read(rule, ["2.1%", "0.2", "1"]).record?.interest_rate_pct).toBe(2.3);
    const days = { principal: "c", days_past_due: { sum: ["a", "b"] } };
    expect(read(days, ["30", "1.5", "1"])).toMatchObject({ record: { principal: 1 },
      problems: [["NUMBER_UNREADABLE", "b", "1.5"]] });
  });

  it("takes its columns out of what is not mapped", () => {
    const mapping = resolveMapping(HEADERS, SUM);
    expect(mapping.ok && mapping.value.unmapped).toEqual(["c"]);
    expect(mappedColumns({ ...SUM, sector: { column: "c" }, region: "a",
      country: { constant: "DE" } })).toEqual(["a", "b", "c"]);
  });
});

it("takes the first characters of a text before codes are mapped", () => {
  const rule = { principal: "a", sector: { column: "b", first: 2, map: { 44: "Retail", 0: null } } };
  expect(read(rule, ["1", " 441120 ", ""]).record?.sector).toBe("Retail");
  expect(read(rule, ["1", "0", ""]).record?.sector).toBeUndefined();
  expect(read(rule, ["1", "999", ""]).record?.sector).toBe("99");
});
