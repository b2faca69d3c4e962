import { describe, expect, it } from "vitest";
import type { InstrumentRecord, NormalizedRecord } from "../kernel/record";
import { DEFAULT_LOCALE } from "./locale";
import { resolveMapping } from "./mapping";
import { compileRowNormalizer } from "./normalize-row";
import { createUnitCheck, unitHints, unitOfName, type UnitFindings } from "./units";

const loan = (fields: Partial<InstrumentRecord>): InstrumentRecord =>
  ({ record_kind: "instrument", principal: 1000, ...fields });

function check(records: readonly (NormalizedRecord | null)[]): UnitFindings {
  const units = createUnitCheck(null);
  records.forEach((record, index) => units.add(index + 2, record, []));
  return units.finish();
}
const found = ({ problems }: UnitFindings): unknown[] =>
  problems.map(({ row, column, value, code, severity }) => {
    expect([code, severity]).toEqual(["UNIT_DISCREPANCY", "warning"]);
    return [row, column, value];
  });
/** Amounts that spread as loans do, whatever the seed of the day. */
const spreadOut = (count: number, decades: number): InstrumentRecord[] =>
  Array.from({ length: count }, (_, at) =>
    loan({ principal: 10 ** (4.5 + decades * (((at * 7919) % count) / count - 0.5)) }));

describe("rates", () => {
  it("that are mostly below 1 look like fractions", () => {
    const checked = check([0.05, 0.06, 0, 0.0725, 4].map((rate) =>
      loan({ interest_rate_pct: rate })));
    expect(found(checked)).toEqual([[2, "interest_rate_pct", "0.05"],
      [3, "interest_rate_pct", "0.06"], [5, "interest_rate_pct", "0.0725"]]);
    expect(checked.count).toBe(3);
    expect(checked.notes).toEqual([
      "3 of 4 values of 'interest_rate_pct' lie between 0 and 1: fractions in a field of per cent "
      + "(scale 100)?"]);
  });

  it("that are a hundredth of the others are named by their row", () => {
    const rates = [5, 6, 4.5, 0.05, 7, 5.25];
    expect(found(check(rates.map((rate) => loan({ interest_rate_pct: rate })))))
      .toEqual([[5, "interest_rate_pct", "0.05"]]);
  });

  it.each([
    ["low but per cent", [0.9, 1.2, 2.5, 3, 1.1]], ["usual", [3, 4, 5, 6]], ["none", []],
    ["of 0", [0, 0, 0]], ["negative", [-0.05, 3, 4]],
  ])("that are %s are not remarked on", (_, rates) =>
    expect(check(rates.map((rate) => loan({ interest_rate_pct: rate })))).toEqual(
      { problems: [], count: 0, notes: [] }));

  it("of recovery between per cents and fractions", () => {
    const assets = [40, 35, 0.35, 60].map((rate): NormalizedRecord =>
      ({ record_kind: "distressed_asset", distressed_value: 5, recovery_rate_pct: rate }));
    expect(found(check(assets))).toEqual([[4, "recovery_rate_pct", "0.35"]]);
  });
});

describe("a default probability in per cent", () => {
  const mapping = resolveMapping(["principal", "PD %"], { principal: "principal", pd: "PD %" });
  if (!mapping.ok) throw new Error(mapping.error.message);

  it("is left out above 1, and doubted below beside such values", () => {
    const normalize = compileRowNormalizer(mapping.value,
      { locale: DEFAULT_LOCALE, baseCurrency: "EUR" });
    const units = createUnitCheck(mapping.value);
    const dropped = ["2.5", "0.8", "45", "1"].flatMap((pd, index) => {
      const { record, problems } = normalize(["5", pd], index + 2);
      units.add(index + 2, record, problems);
      return problems.map(({ row, code, value }) => [row, code, value]);
    });
    expect(dropped).toEqual([[2, "UNIT_DISCREPANCY", "2.5"], [4, "UNIT_DISCREPANCY", "45"]]);
    expect(found(units.finish())).toEqual([[3, "PD %", "0.8"], [5, "PD %", "1"]]);
  });
});

describe("amounts", () => {
  it.each([
    ["Balance (k EUR)", 1e3], ["Outstanding in thousands", 1e3], ["Saldo TEUR", 1e3], ["EUR 000", 1e3],
    ["kEUR", 1e3], ["balance_000s", 1e3], ["Betrag Mio. EUR", 1e6], ["Amount €m", 1e6],
    ["EUR m", 1e6], ["UPB mn", 1e6], ["Total (bn USD)", 1e9],
    ["principal", null], ["Branch K", null], ["Monthly payment", null], ["LoanNr_ChkDgt", null],
    ["Account M", null], ["GrAppv", null], ["Ticket", null], ["Tenor (m)", null],
  ])("named %s are in units of %s", (name, scale) =>
    expect(unitOfName(name)?.scale ?? null).toBe(scale));

  it("named as thousands are remarked on unless they are scaled", () => {
    const checked = (rule: unknown) => {
      const mapping = resolveMapping(["Saldo TEUR"], { principal: rule });
      if (!mapping.ok) throw new Error(mapping.error.message);
      const units = createUnitCheck(mapping.value);
      for (let row = 2; row < 402; row++) units.add(row, loan({ principal: row }), []);
      return units.finish();
    };
    const plain = checked("Saldo TEUR");
    expect(plain.count).toBe(400);
    expect(plain.problems, "not every row is listed").toHaveLength(100);
    expect(plain.notes).toEqual(["400 of 400 values of 'Saldo TEUR' are read as units, the name "
      + "says thousands (scale 1000)"]);
    expect(checked({ column: "Saldo TEUR", scale: 1000 }).count).toBe(0);
  });

  it("some hundred times off the others are named, with the amount as it was given", () => {
    const rows = [...spreadOut(50, 1), loan({ principal: 30, currency: "USD",
      origin: { currency: "USD", fx_rate: 0.5, amounts: { principal: 60 } } }),
    loan({ principal: 40_000_000 })];
    expect(found(check(rows))).toEqual([[52, "principal", "60"], [53, "principal", "40000000"]]);
  });

  it("that spread as widely as loans do are not remarked on", () => {
    expect(check(spreadOut(2000, 4)).count).toBe(0);
    const small = loan({ principal: 10 });
    expect(check([...spreadOut(50, 1), small]).count).toBe(1);
    expect(check([...spreadOut(50, 2.5), small]).count, "beside rows that differ more").toBe(0);
    expect(check([...spreadOut(10, 1), loan({ principal: 1 })]).count, "too few to tell").toBe(0);
  });
});

describe("unitHints", () => {
  it("says which scale would read a column right, by its name or its first values", () => {
    const rows = [["1,5", "0,05", "2", "3,5%", "A"], ["2", "0,0725", "0,5", "0,2%", "B"]]
      .map((cells) => ({ cells }));
    expect(unitHints(["Saldo TEUR", "Zins", "PD", "Satz", "Art"], rows)).toEqual([
      { column: "Saldo TEUR", of: "amount", scale: 1000, reason: "the name says thousands" },
      { column: "Saldo TEUR", of: "fraction", scale: 0.01,
        reason: "2 of 2 values are above 1, as if they were per cent" },
      { column: "Zins", of: "points", scale: 100,
        reason: "2 of 2 values are below 1, as if they were fractions" },
      { column: "PD", of: "fraction", scale: 0.01,
        reason: "1 of 2 values are above 1, as if they were per cent" },
    ]);
  });
});
