import { describe, expect, it } from "vitest";
import { isWellFormed } from "../kernel/canonical";
import type { NormalizedRecord } from "../kernel/record";
import { assembleRecord, SLOT_FIELDS, type Slots } from "./assemble";
import type { Normalized, NormalizeOptions } from "./fields";
import { DEFAULT_LOCALE, resolveLocale } from "./locale";
import { resolveMapping } from "./mapping";
import { compileRowNormalizer } from "./normalize-row";
import { PROBLEM_CODES, PROBLEMS, rowProblem } from "./problem";

type Cells = Record<string, string>;
const OPTIONS: NormalizeOptions = {
  locale: DEFAULT_LOCALE, baseCurrency: "EUR", fxRates: { USD: 0.9, XXX: 0 },
};

function normalize(
  cells: Cells, mapping?: unknown, options: Partial<NormalizeOptions> = {},
): Normalized<NormalizedRecord> {
  const resolved = resolveMapping(Object.keys(cells), mapping);
  if (!resolved.ok) throw new Error(resolved.error.message);
  return compileRowNormalizer(resolved.value, { ...OPTIONS, ...options })(Object.values(cells), 7);
}
const codes = ({ problems }: Normalized<unknown>): string[] =>
  problems.map(({ code, severity }) => `${code} ${severity}`);

describe("compileRowNormalizer", () => {
  it("reads every field and leaves out what is not given", () => {
    const { record, problems } = normalize({
      instrument_id: " L1 ", country: "DE", currency: "eur", principal: "$1,000.50",
      interest_rate_pct: "5%", collateral_value: "0", collateral_type: "", pd: "2%", lgd: "0.45",
      stage: "Stage 2", days_past_due: "31", maturity_date: "12/31/2030", extra: "x",
    });
    expect(problems).toEqual([]);
    expect(record).toEqual({
      record_kind: "instrument", instrument_id: "L1", country: "DE", currency: "EUR",
      principal: 1000.5, interest_rate_pct: 5, collateral_value: 0, pd: 0.02, lgd: 0.45, stage: 2,
      days_past_due: 31, maturity_date: "2030-12-31",
    });
  });

  it.each([
    [{ principal: "" }, "MISSING_VALUE"], [{ principal: "abc" }, "AMOUNT_UNREADABLE"],
    [{ principal: "1e15" }, "AMOUNT_OUT_OF_RANGE"], [{ principal: "12abc" }, "AMOUNT_UNREADABLE"],
    [{ interest_rate_pct: "five" }, "RATE_UNREADABLE"],
    [{ interest_rate_pct: "1e12" }, "OUT_OF_RANGE"],
    [{ collateral_value: "n/a" }, "AMOUNT_UNREADABLE"],
    [{ recovery_rate_pct: "?" }, "RATE_UNREADABLE"], [{ provisions: "x" }, "AMOUNT_UNREADABLE"],
    [{ currency: "JPY" }, "FX_RATE_MISSING"], [{ currency: "XXX" }, "FX_RATE_MISSING"],
    [{ principal: "£5" }, "CURRENCY_CONFLICT"], [{ record_kind: "bond" }, "CODE_UNKNOWN"],
  ])("rejects %j with %s", (cells: Cells, code) => {
    const result = normalize({ principal: "100", ...cells });
    expect(result.record).toBeNull();
    expect(codes(result)).toEqual([`${code} error`]);
    const [column] = Object.keys(cells);
    expect(result.problems[0]).toMatchObject({ row: 7, column });
  });

  it.each([
    [{ maturity_date: "31.02.2025" }, "DATE_UNREADABLE"], [{ stage: "4" }, "OUT_OF_RANGE"],
    [{ days_past_due: "90+" }, "NUMBER_UNREADABLE"], [{ days_past_due: "-5" }, "OUT_OF_RANGE"],
    [{ pd: "5" }, "UNIT_DISCREPANCY"], [{ pd: "500" }, "OUT_OF_RANGE"],
    [{ lien_position: "0" }, "OUT_OF_RANGE"], [{ lgd: "x" }, "RATE_UNREADABLE"],
    [{ days_past_due: "1.5" }, "NUMBER_UNREADABLE"],
    [{ distressed_value: "5" }, "FIELD_IGNORED"],
  ])("keeps the row without %j, with %s", (cells: Cells, code) => {
    const result = normalize({ principal: "100", ...cells });
    expect(result.record).toEqual({ record_kind: "instrument", principal: 100 });
    expect(codes(result)).toEqual([`${code} warning`]);
  });

  it.each([
    [{ principal: "0" }, { principal: 0 }, "PRINCIPAL_NOT_POSITIVE"],
    [{ principal: "(5)" }, { principal: -5 }, "PRINCIPAL_NOT_POSITIVE"],
    [{ interest_rate_pct: "-1" }, { interest_rate_pct: -1 }, "NEGATIVE_RATE"],
    [{ recovery_rate_pct: "120%" }, { recovery_rate_pct: 120 }, "OUT_OF_RANGE"],
    [{ recovery_rate_pct: "-1" }, { recovery_rate_pct: -1 }, "OUT_OF_RANGE"],
    [{ collateral_value: "-3" }, { collateral_value: -3 }, "OUT_OF_RANGE"],
  ])("keeps %j with the warning", (cells: Cells, kept, code) => {
    const result = normalize({ principal: "100", ...cells });
    expect(result.record).toEqual({ record_kind: "instrument", principal: 100, ...kept });
    expect(codes(result)).toEqual([`${code} warning`]);
  });

  it("takes a missing rate as no problem, and an explicit 0 as a value", () => {
    expect(normalize({ principal: "1", interest_rate_pct: "" }).problems).toEqual([]);
    const zero = normalize({ principal: "1", interest_rate_pct: "0", collateral_value: "0" });
    expect(zero.record).toMatchObject({ interest_rate_pct: 0, collateral_value: 0 });
  });

  it("reports all problems of a row, each with field, value and rule", () => {
    const { problems } = normalize({ principal: "x", rate_pct: "y", maturity_date: "z" });
    expect(problems.map(({ column, value }) => [column, value])).toEqual([
      ["principal", "x"], ["rate_pct", "y"], ["maturity_date", "z"],
    ]);
    expect(problems[0]?.message).toBe("principal 'x' is not an amount in the locale en");
    expect(problems[0]?.recommendation).toBe(PROBLEMS.AMOUNT_UNREADABLE.recommendation);
  });

  it("says in which other locale a text could be read", () => {
    const { problems } = normalize({ principal: "1.234,56", maturity_date: "28/02/2024" });
    expect(problems.map(({ message }) => message)).toEqual([
      "principal '1.234,56' is not an amount in the locale en, but in de",
      "maturity_date '28/02/2024' is not a calendar date in the locale en, but in en-GB"]);
    expect(normalize({ principal: "1", maturity_date: "31/02/2024" }).problems[0]?.message)
      .toBe("maturity_date '31/02/2024' is not a calendar date in the locale en");
  });

  it("converts every amount into the base currency and keeps the currency of origin", () => {
    const { record } = normalize(
      { principal: "USD 100", collateral_value: "50", provisions: "10", currency: "usd" });
    expect(record).toMatchObject(
      { currency: "USD", principal: 90, collateral_value: 45, provisions: 9 });
    const constant = { principal: "p", currency: { constant: "usd" } };
    expect(normalize({ p: "10" }, constant).record).toMatchObject({ currency: "USD", principal: 9 });
  });

  it("reads distressed assets by record_kind, column or constant", () => {
    const cells = { record_kind: "Distressed-Asset", distressed_value: "5", principal: "0",
      recovery_rate_pct: "40", linked_instrument_id: "L1" };
    const record = { record_kind: "distressed_asset", distressed_value: 5, recovery_rate_pct: 40 };
    expect(normalize(cells)).toEqual(
      { record: { ...record, linked_instrument_id: "L1" }, problems: [] });
    expect(codes(normalize({ ...cells, principal: "7" }))).toEqual(["FIELD_IGNORED warning"]);
    expect(codes(normalize({ ...cells, distressed_value: "" }))).toEqual(["MISSING_VALUE error"]);
    const mapping = { record_kind: { constant: "distressed_asset" }, distressed_value: "v" };
    expect(normalize({ v: "5" }, mapping).record)
      .toEqual({ record_kind: "distressed_asset", distressed_value: 5 });
  });

  it("applies scale, negate and map of a mapping", () => {
    const cells = { p: "-1.5", r: "0.05", s: "CHGOFF", n: "n/a", k: "asset" };
    const { record, problems } = normalize(cells, {
      principal: { column: "p", scale: 1000, negate: true },
      interest_rate_pct: { column: "r", scale: 100 },
      status: { column: "s", map: { CHGOFF: "charged off" } },
      collateral_value: { column: "n", map: { "n/a": null } },
      days_past_due: { column: "s", map: { CHGOFF: 180 } },
    });
    expect(problems).toEqual([]);
    expect(record).toEqual({ record_kind: "instrument", principal: 1500, interest_rate_pct: 5,
      status: "charged off", days_past_due: 180 });
  });

  it("reads text in the declared locale", () => {
    const locale = resolveLocale("de");
    if (!locale.ok) throw new Error();
    const cells = { principal: "EUR 1.234,56", rate_pct: "5,5 %", maturity_date: "03/04/2030" };
    expect(normalize(cells, undefined, { locale: locale.value }).record).toEqual({
      record_kind: "instrument", principal: 1234.56, interest_rate_pct: 5.5,
      maturity_date: "2030-04-03",
    });
  });

  it("gives each row a result of its own", () => {
    const resolved = resolveMapping(["principal", "region"]);
    if (!resolved.ok) throw new Error();
    const row = compileRowNormalizer(resolved.value, OPTIONS);
    const [first, second, third] = [row(["x", "A"], 2), row(["1", ""], 3), row(["2", "B"], 4)];
    expect(first.record).toBeNull();
    expect(first.problems.length).toBe(1);
    expect(second).toEqual({ record: { record_kind: "instrument", principal: 1 }, problems: [] });
    expect(third.record).toEqual({ record_kind: "instrument", principal: 2, region: "B" });
  });
});

describe("assembleRecord", () => {
  it("names every field at its slot", () => {
    const slots: Slots = SLOT_FIELDS.map((_, at) => at);
    const expected = Object.fromEntries(SLOT_FIELDS.map((field, at) => [field, at]));
    expect(assembleRecord("instrument", slots)).toEqual({ record_kind: "instrument", ...expected });
    const empty = assembleRecord("instrument", []);
    expect(empty).toEqual({ record_kind: "instrument" });
    expect(Object.keys(empty)).toEqual(Object.keys(assembleRecord("instrument", slots)));
  });
});

describe("problems", () => {
  it("have texts for every code, and values cut to a readable length", () => {
    for (const code of PROBLEM_CODES) {
      expect(PROBLEMS[code].explanation).toMatch(/\.$/);
      expect(PROBLEMS[code].recommendation).toMatch(/\.$/);
    }
    const problem = rowProblem("COLUMN_COUNT", 1, null, "😀".repeat(300), "m");
    expect(problem.value?.length).toBeLessThanOrEqual(201);
    expect(isWellFormed(problem.value ?? "")).toBe(true);
  });
});
