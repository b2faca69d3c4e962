import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currencyOfAmount, parseAmount, parseFraction, parsePercent, readWhole } from "./amounts";
import { LOCALE_IDS, resolveLocale, type Locale } from "./locale";

const locale = (name: string): Locale => {
  const found = resolveLocale(name);
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
};
const amount = (text: string, name = "en"): number | null | string => {
  const read = parseAmount(text, locale(name));
  return read.ok ? read.value : read.error;
};
const BAD = "AMOUNT_UNREADABLE";

describe("parseAmount", () => {
  it.each([
    ["60000", 60000], ["-12.5", -12.5], [".5", 0.5], ["5.", 5], ["0", 0], ["0.00", 0], ["-0", 0],
    ["1,000,000", 1e6], ["$60,000.00 ", 60000], ["(1,234.50)", -1234.5], ["($1,234.50)", -1234.5],
    ["$(5)", -5], ["-$5", -5], ["$-5", -5], ["1,234.50-", -1234.5], ["\u22125", -5], ["+5", 5],
    ["1e5", 1e5], ["1.5E+05", 150000], ["USD 12", 12], ["12 EUR", 12], ["€1,000.25", 1000.25],
    ["  7 ", 7], ["900719925474099312", 900719925474099312], ["00012", 12],
  ])("reads %j as %d in en", (text, value) => expect(amount(text)).toBe(value));

  it.each([
    "Infinity", "NaN", "1e400", "1e-400", "12abc", "1.234.5", "1,23", "0,123", "1,2345", "1,,000",
    "1 000", "--5", "-5-", "-(5)", "(-5)", "((5))", "5%", "0x10", "1_000", "$", "-", ".", "$$5",
    "1,000e3", "five", "1'000", "１２", "5-5", "12ABC", "(5", "#N/A", "x".repeat(500),
  ])("does not read %j in en", (text) => expect(amount(text)).toBe(BAD));

  it.each(["", " ", "\u00a0", "\t"])("takes %j as not given", (text) =>
    expect(amount(text)).toBeNull());

  it.each([
    ["EUR 1.234,56", "de", 1234.56], ["1.234", "de", 1234], ["1 234,5", "de", 1234.5],
    ["1234,5", "de", 1234.5], ["1,5E3", "de", 1500], ["1.234,56-", "de", -1234.56],
    ["1\u202f234\u202f567,8", "fr", 1234567.8], ["1\u00a0234,50 €", "fr", 1234.5],
    ["1'234'567.50", "ch", 1234567.5], ["CHF 1\u2019234.50", "de-CH", 1234.5],
    ["1.234.567,89", "pt-BR", 1234567.89], ["1 234,00 zł", "pl", 1234], ["12 345 kr", "sv", 12345],
    ["£1,234", "en-GB", 1234], ["1.000", "es", 1000], ["€ 2.500,-", "nl", BAD],
  ])("reads %j in %s as %s", (text, name, value) => expect(amount(text, name)).toBe(value));

  it.each([
    ["1,234.56", "de"], ["1234.56", "de"], ["1.23", "de"], ["0.123", "it"], ["1.234", "fr"],
    ["1.234 567", "de"], ["1'234", "de"], ["1,234", "ch"], ["1.234,5", "pl"],
  ])("does not read %j in %s", (text, name) => expect(amount(text, name)).toBe(BAD));

  it("refuses a locale that is not known", () => {
    expect(resolveLocale("xx").ok).toBe(false);
    expect(resolveLocale("es-MX").ok).toBe(false);
    expect(resolveLocale("constructor").ok).toBe(false);
    expect(locale("EN_us").id).toBe("en");
    expect(resolveLocale()).toEqual({ ok: true, value: locale("en") });
  });

  it("reads back what each locale writes", () => {
    const written = fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 });
    fc.assert(fc.property(written, fc.constantFrom(...LOCALE_IDS), fc.nat(), (cents, id, pick) => {
      const { decimal, group } = locale(id);
      const mark = group[pick % group.length] as string;
      const digits = String(Math.abs(cents)).padStart(3, "0");
      const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, mark);
      const text = `${cents < 0 ? "-" : ""}${whole}${decimal}${digits.slice(-2)}`;
      expect(amount(text, id)).toBe(Number((cents / 100).toFixed(2)) + 0);
    }));
  });

  it("gives a finite number or an error for any text, and 0 only for zeros", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[-+(]?[0-9.,'e $€%\u00a0]{0,20}\)?$/));
    fc.assert(fc.property(texts, fc.constantFrom(...LOCALE_IDS), (text, id) => {
      for (const parse of [parseAmount, parsePercent, parseFraction]) {
        const read = parse(text, locale(id));
        if (!read.ok) continue;
        if (read.value === null) expect(text.trim()).toBe("");
        else expect(Number.isFinite(read.value)).toBe(true);
        if (read.value === 0) expect(text).toMatch(/0/);
        if (read.value === 0) expect(text.replace(/[eE].*/, "")).not.toMatch(/[1-9]/);
      }
    }), { numRuns: 2000 });
  });

  it("reads plain digits as Number does", () => {
    fc.assert(fc.property(fc.stringMatching(/^-?\d{1,9}(\.\d{1,6})?$/), (text) => {
      expect(amount(text)).toBe(Number(text) + 0);
    }));
  });
});

describe("rates and whole numbers", () => {
  it.each([
    ["5%", 5], ["5 %", 5], ["5", 5], ["5.25", 5.25], ["-0.5%", -0.5], ["(5%)", -5], ["0%", 0],
    [" 12.5\u00a0% ", 12.5],
  ])("reads the rate %j as %d points", (text, value) =>
    expect(parsePercent(text, locale("en"))).toEqual({ ok: true, value }));

  it.each(["%5", "5%%", "5‰", "$5", "five", "1e400", "%"])("does not read the rate %j", (text) => {
    expect(parsePercent(text, locale("en")).ok).toBe(false);
    expect(parseFraction(text, locale("en")).ok).toBe(false);
  });

  it("reads fractions with and without a per-cent sign", () => {
    expect(parseFraction("5%", locale("en"))).toEqual({ ok: true, value: 0.05 });
    expect(parseFraction("0,05", locale("de"))).toEqual({ ok: true, value: 0.05 });
    expect(parseFraction("", locale("de"))).toEqual({ ok: true, value: null });
  });

  it("reads whole numbers only", () => {
    expect(readWhole("1,000", locale("en"))).toBe(1000);
    expect(readWhole("30.0", locale("en"))).toBe(30);
    expect(readWhole("30.5", locale("en"))).toBeNaN();
    expect(readWhole("90+", locale("en"))).toBeNaN();
  });
});

describe("currencyOfAmount", () => {
  it.each([
    ["EUR 5", "EUR"], ["5 €", "EUR"], ["(£5)", "GBP"], ["US$5", "USD"], ["$5", null],
    ["5 kr", null], ["5", null],
  ])("finds in %j the currency %s", (text, code) => expect(currencyOfAmount(text)).toBe(code));
});
