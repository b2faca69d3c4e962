import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import type { Normalized, NormalizeOptions } from "./fields";
import { DEFAULT_LOCALE, resolveLocale } from "./locale";
import { normalizePayload } from "./normalize-payload";

const OPTIONS: NormalizeOptions = {
  locale: DEFAULT_LOCALE, baseCurrency: "EUR", fxRates: { USD: 0.5 },
};
const read = (payload: unknown): Normalized<NormalizedRecord> =>
  normalizePayload(payload, OPTIONS, 3);
const codes = (payload: unknown): string[] =>
  read(payload).problems.map(({ code, column }) => `${code} ${column}`);
const debt = (members: object): unknown => ({ financial: { debt: members } });
const readDebt = (members: object): unknown => {
  const { record } = read(debt(members));
  return record?.record_kind === "portfolio" ? record.financial.debt : null;
};

describe("instruments", () => {
  it.each(["principal", "outstanding", "amount"])("take %s as principal", (name) =>
    expect(read({ [name]: "1,000" }).record).toEqual({ record_kind: "instrument", principal: 1000 }));

  it.each(["interest_rate_pct", "annual_interest_rate", "rate_pct"])("take %s as rate", (name) =>
    expect(read({ principal: 1, [name]: "5%" }).record).toMatchObject({ interest_rate_pct: 5 }));

  it.each(["collateral_value", "collateral", "security_value"])("take %s as collateral", (name) =>
    expect(read({ principal: 1, [name]: 0 }).record).toMatchObject({ collateral_value: 0 }));

  it("take the first name that is present; null and empty text are not", () => {
    expect(read({ outstanding: 2, principal: 1 }).record).toMatchObject({ principal: 1 });
    expect(read({ principal: null, outstanding: 2 }).record).toMatchObject({ principal: 2 });
    expect(read({ principal: " ", amount: 3 }).record).toMatchObject({ principal: 3 });
    expect(read({ principal: 0, amount: 3 }).record).toMatchObject({ principal: 0 });
  });

  it("keep all canonical fields, numbers as text where text is wanted", () => {
    expect(read({
      principal: 5, instrument_id: 17, obligor_group: "A", currency: "usd", pd: 0.1, stage: 2,
      maturity_date: "2030-01-01T00:00:00Z", provisions: 4, unknown: {}, rating: null,
    })).toEqual({ problems: [], record: {
      record_kind: "instrument", principal: 2.5, instrument_id: "17", obligor_group: "A",
      currency: "USD", pd: 0.1, stage: 2, maturity_date: "2030-01-01", provisions: 2,
      origin: { currency: "USD", fx_rate: 0.5, amounts: { principal: 5, provisions: 4 } },
    } });
  });

  it.each([
    [{ principal: "abc" }, "AMOUNT_UNREADABLE principal"],
    [{ outstanding: "12abc" }, "AMOUNT_UNREADABLE outstanding"],
    [{ principal: 1e15 }, "AMOUNT_OUT_OF_RANGE principal"],
    [{ principal: Infinity }, "AMOUNT_UNREADABLE principal"],
    [{ principal: true }, "RECORD_SHAPE_INVALID principal"],
    [{ principal: [1] }, "RECORD_SHAPE_INVALID principal"],
    [{ principal: 1, rate_pct: "x" }, "RATE_UNREADABLE rate_pct"],
    [{ principal: 1, interest_rate_pct: {} }, "RECORD_SHAPE_INVALID interest_rate_pct"],
    [{ principal: 1, collateral: "none" }, "AMOUNT_UNREADABLE collateral"],
    [{ principal: 1, region: {} }, "RECORD_SHAPE_INVALID region"],
    [{ principal: 1, currency: "GBP" }, "FX_RATE_MISSING currency"],
    [{ principal: null }, "MISSING_VALUE principal"], [{}, "MISSING_VALUE principal"],
    [{ value: 1, record_kind: "bond" }, "CODE_UNKNOWN record_kind"],
  ])("are rejected: %j with %s", (payload, code) => {
    expect(read(payload).record).toBeNull();
    expect(codes(payload)).toEqual([code]);
    expect(read(payload).problems[0]).toMatchObject({ row: 3, severity: "error" });
  });

  it.each([
    [{ principal: -1 }, "PRINCIPAL_NOT_POSITIVE principal"],
    [{ principal: 1, rate_pct: -1 }, "NEGATIVE_RATE rate_pct"],
    [{ principal: 1, days_past_due: "x" }, "NUMBER_UNREADABLE days_past_due"],
    [{ principal: 1, maturity_date: 20300101 }, "DATE_UNREADABLE maturity_date"],
  ])("are kept with a warning: %j with %s", (payload, code) => {
    expect(read(payload).record).not.toBeNull();
    expect(codes(payload)).toEqual([code]);
  });
});

describe("payloads that are no object", () => {
  it.each([null, 5, "x", true, [], [{ principal: 1 }], undefined])("are rejected: %j", (payload) => {
    expect(codes(payload)).toEqual(["RECORD_SHAPE_INVALID null"]);
    expect(read(payload).record).toBeNull();
  });
});

describe("distressed assets", () => {
  it.each(["recovery_rate_pct", "recovery_rate", "recovery"])("take %s as rate", (name) =>
    expect(read({ name: "Land", value: "200,000", [name]: 35 }).record).toEqual(
      { record_kind: "distressed_asset", distressed_value: 200000, recovery_rate_pct: 35 }));

  it("are told by value unless there is a principal or a record_kind", () => {
    expect(read({ value: 1 }).record?.record_kind).toBe("distressed_asset");
    expect(read({ value: 1, amount: 2 }).record?.record_kind).toBe("instrument");
    expect(read({ record_kind: "distressed_asset", distressed_value: 1 }).record)
      .toEqual({ record_kind: "distressed_asset", distressed_value: 1 });
    expect(codes({ value: 1, recovery: "x" })).toEqual(["RATE_UNREADABLE recovery"]);
    expect(codes({ value: 1, recovery: 120 })).toEqual(["OUT_OF_RANGE recovery"]);
  });
});

describe("portfolios", () => {
  it("are read whole: MODEL.md section 2's example", () => {
    expect(read({
      financial: {
        debt: { total_outstanding: 1000000, interest_rate_pct: 5, collateral_value: 750000 },
        assets: { total: 2000000 },
      },
      distressed_assets: [
        { name: "A", value: 200000, recovery_rate_pct: 35 }, { value: 150000, recovery: "50%" },
      ],
    })).toEqual({ problems: [], record: {
      record_kind: "portfolio",
      financial: {
        debt: { total_outstanding: 1000000, interest_rate_pct: 5, collateral_value: 750000 },
        assets: { total: 2000000 },
      },
      distressed_assets: [
        { name: "A", value: 200000, recovery_rate_pct: 35 },
        { value: 150000, recovery_rate_pct: 50 },
      ],
    } });
  });

  it("accept every debt name, the first present wins", () => {
    for (const name of ["total_outstanding", "outstanding", "principal"]) {
      expect(readDebt({ [name]: 5 })).toEqual({ total_outstanding: 5 });
    }
    for (const name of ["interest_rate_pct", "interest_rate", "rate_pct"]) {
      expect(readDebt({ outstanding: 5, [name]: 2 })).toMatchObject({ interest_rate_pct: 2 });
    }
    for (const name of ["collateral_value", "collateral", "security_value"]) {
      expect(readDebt({ [name]: 0 })).toEqual({ collateral_value: 0 });
    }
    expect(readDebt({ principal: 1, total_outstanding: 2 })).toEqual({ total_outstanding: 2 });
  });

  it("accept every name inside instruments", () => {
    expect(readDebt({ instruments: [
      { name: "a", principal: 1, annual_interest_rate: 2, security_value: 3 },
      { outstanding: "1,000", rate_pct: "5%", collateral: 0, id: 7 }, { amount: 4 },
    ] })).toEqual({ instruments: [
      { name: "a", principal: 1, interest_rate_pct: 2, collateral_value: 3 },
      { name: "7", principal: 1000, interest_rate_pct: 5, collateral_value: 0 },
      { principal: 4 },
    ] });
  });

  it.each([
    [{ financial: { assets: 5 } }], [{ financial: { assets: { value: 5, amount: 6 } } }],
    [{ financial: { assets: { estimated_value: "5" } } }], [{ financial: { asset_value: 5 } }],
    [{ assets: 5 }], [{ assets: { total: 5 } }], [{ financial: { asset_value: 5 }, assets: 6 }],
    [{ financial: { assets: null, asset_value: 5 } }],
    [{ financial: { assets: { amount: 5 }, asset_value: 6 } }],
  ])("read assets from %j", (payload) => {
    expect(read(payload).record).toEqual({
      record_kind: "portfolio", financial: { debt: {}, assets: { total: 5 } },
      distressed_assets: [],
    });
  });

  it("read distressed assets at the top, else under financial", () => {
    const [one, two] = [[{ value: 1 }], [{ value: 2 }]];
    expect(read({ distressed_assets: one, financial: { distressed_assets: two } }).record)
      .toMatchObject({ distressed_assets: one });
    expect(read({ financial: { distressed_assets: two } }).record)
      .toMatchObject({ distressed_assets: two });
  });

  it.each([
    [{ financial: 5 }, "RECORD_SHAPE_INVALID financial"],
    [{ financial: { debt: [] } }, "RECORD_SHAPE_INVALID financial.debt"],
    [debt({ instruments: {} }), "RECORD_SHAPE_INVALID financial.debt.instruments"],
    [debt({ instruments: [5] }), "RECORD_SHAPE_INVALID financial.debt.instruments[0]"],
    [debt({ instruments: [{}] }), "MISSING_VALUE financial.debt.instruments[0].principal"],
    [debt({ instruments: [{ amount: "x" }] }),
      "AMOUNT_UNREADABLE financial.debt.instruments[0].amount"],
    [debt({ total_outstanding: "abc" }), "AMOUNT_UNREADABLE financial.debt.total_outstanding"],
    [debt({ rate_pct: "abc" }), "RATE_UNREADABLE financial.debt.rate_pct"],
    [{ assets: "lots" }, "AMOUNT_UNREADABLE assets"], [{ assets: [] }, "RECORD_SHAPE_INVALID assets"],
    [{ distressed_assets: {} }, "RECORD_SHAPE_INVALID distressed_assets"],
    [{ distressed_assets: [{ recovery: 5 }] }, "MISSING_VALUE distressed_assets[0].value"],
    [{ distressed_assets: [{ value: 1, recovery: "x" }] },
      "RATE_UNREADABLE distressed_assets[0].recovery"],
  ])("are rejected: %j with %s", (payload, code) => {
    expect(read(payload).record).toBeNull();
    expect(codes(payload)).toEqual([code]);
  });

  it("keep an instrument that is skipped later, with a warning", () => {
    const payload = debt({ instruments: [{ principal: 0, collateral: 5 }] });
    expect(codes(payload)).toEqual(
      ["PRINCIPAL_NOT_POSITIVE financial.debt.instruments[0].principal"]);
    expect(read(payload).record).not.toBeNull();
    expect(codes({ assets: 1, principal: 5 })).toEqual(["FIELD_IGNORED principal"]);
  });

  it("convert all amounts, each from its own currency, and keep what was given", () => {
    const usd = (amounts: object) => ({ currency: "USD", fx_rate: 0.5, amounts });
    expect(read({
      currency: "USD", assets: 10,
      financial: { debt: { collateral: 8, instruments: [
        { amount: 4, currency: "EUR" }, { amount: 4 }] } },
      distressed_assets: [{ value: 6 }],
    }).record).toEqual({
      record_kind: "portfolio", currency: "USD",
      financial: { assets: { total: 5, origin: usd({ assets_value: 10 }) }, debt: {
        collateral_value: 4, origin: usd({ collateral_value: 8 }),
        instruments: [{ principal: 4 }, { principal: 2, origin: usd({ principal: 4 }) }] } },
      distressed_assets: [{ value: 3, origin: usd({ distressed_value: 6 }) }],
    });
    expect(codes({ currency: "GBP", assets: 1, financial: { debt: { amount: 1 } } }))
      .toEqual(["FX_RATE_MISSING currency"]);
  });

  it("read text in the declared locale", () => {
    const locale = resolveLocale("de");
    if (!locale.ok) throw new Error();
    const { record } = normalizePayload(
      { principal: "1.234,56" }, { ...OPTIONS, locale: locale.value }, 1);
    expect(record).toMatchObject({ principal: 1234.56 });
  });
});
