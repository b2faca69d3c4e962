import { describe, expect, it } from "vitest";
import { EXAMPLE, irbOf, exposureOf, parseAsIrbRows } from "./irb-rows";
import { parseAsDebts, parseAsNumbers, EXAMPLE_DEBTS } from "./projection-inputs";

describe("inputs in the address", () => {
  it("come back as they were", () => {
    expect(parseAsIrbRows.parse(parseAsIrbRows.serialize(EXAMPLE))).toEqual(EXAMPLE);
    expect(parseAsDebts.parse(parseAsDebts.serialize(EXAMPLE_DEBTS))).toEqual(EXAMPLE_DEBTS);
    const numbers = parseAsNumbers(3);
    expect(numbers.parse(numbers.serialize([1, null, -2.5]))).toEqual([1, null, -2.5]);
  });

  it("are bounded or left out where nobody could have typed them", () => {
    expect(parseAsIrbRows.parse("nonsense")).toBeNull();
    expect(parseAsIrbRows.parse("[3,{\"k\":\"x\",\"e\":-5,\"p\":7}]")).toEqual(
      [{ k: "corporate", e: 0, p: 1, l: 0.45, m: 2.5, t: null }]);
    expect(parseAsIrbRows.parse("x".repeat(10_000))).toBeNull();
    expect(parseAsDebts.parse("[{\"term_months\":1e9}]")?.[0]?.term_months).toBe(1200);
    expect(parseAsNumbers(2).parse("1|x")).toBeNull();
    expect(parseAsNumbers(2).parse("1|2|3")).toBeNull();
  });
});

describe("irbOf", () => {
  it("leaves exposures without a value out of the total and counts them", () => {
    const [corporate] = EXAMPLE;
    if (!corporate) throw new Error("no example");
    const result = irbOf([exposureOf(corporate, 0.0005), exposureOf({ ...corporate, p: 1e-9 }, 0)]);
    expect(result.capital[0]?.risk_weight).toBeCloseTo(0.9232, 4);
    expect(result.capital[1]).toBeNull();
    expect(result.failed).toBe(1);
    expect(result.totals.ead).toBe(corporate.e);
  });
});
