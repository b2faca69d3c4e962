import { describe, expect, it } from "vitest";
import * as f from "@/components/ui/format";

const NONSENSE = [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, "", "abc"];

describe("figures", () => {
  it("never shows NaN: what is missing is a dash", () => {
    const all = [f.money, f.millions, f.percent, f.percentOf, f.points, f.ratio, f.shock, f.count,
      f.duration, f.bytes, f.number, f.moneyScale(1, "EUR").format, f.moneyScale(1, "EUR").inWords];
    for (const format of all) for (const value of NONSENSE) expect(format(value)).toBe("-");
    for (const value of [null, undefined, "", "soon"]) {
      expect(f.time(value)).toBe("-");
      expect(f.date(value)).toBe("-");
      expect(f.timeShort(value)).toBe("-");
    }
    expect(f.shortId(null)).toBe("-");
    expect(f.moneyWithCurrency(null, "EUR")).toBe("-");
  });

  it("writes money in full and in millions", () => {
    expect(f.money(48350214.6)).toBe("48,350,214.60");
    expect(f.money(-1000)).toBe("\u22121,000.00");
    expect(f.money("90071992547409931234.5")).toBe("90,071,992,547,409,931,234.50");
    expect(f.money("-0.00")).toBe("0.00");
    expect(f.millions(1880420820.38)).toBe("1,880.4");
    expect(f.millions(352402903.57, { plus: true })).toBe("+352.4");
    expect(f.moneyWithCurrency(487225944.46, "EUR")).toBe("EUR 487,225,944.46");
  });

  it("drops the minus of a rounded zero", () => {
    expect(f.millions(-1)).toBe("0.0");
    expect(f.points(0.001)).toBe("0.00 pts");
    expect(f.shock(-0.0001)).toBe("0\u202f%");
  });

  it("writes per cent, shocks, points and ratios", () => {
    expect(f.percent(25.94)).toBe("25.9\u202f%");
    expect(f.percentOf(0.259105)).toBe("25.9\u202f%");
    expect(f.percent(-1.24, { plus: true })).toBe("\u22121.2\u202f%");
    expect(f.shock(-25)).toBe("\u221225\u202f%");
    expect(f.shock(4.5)).toBe("+4.5\u202f%");
    expect(f.points(0.5)).toBe("+0.50 pts");
    expect(f.ratio(0.5)).toBe("0.50 ×");
  });

  it("writes times in UTC", () => {
    expect(f.time("2026-11-19T14:02:11Z")).toBe("19 Nov 2026, 14:02 UTC");
    expect(f.time("2026-11-19T14:02:11Z", { seconds: true })).toBe("19 Nov 2026, 14:02:11 UTC");
    expect(f.time("2026-11-19T23:30:00-05:00")).toBe("20 Nov 2026, 04:30 UTC");
    expect(f.timeShort("2026-11-19T14:02:11Z")).toBe("19 Nov, 14:02");
    expect(f.date("2026-10-31")).toBe("31 Oct 2026");
  });

  it("writes counts, durations, sizes and ids", () => {
    expect(f.count(18462)).toBe("18,462");
    expect(f.plural(1, "row")).toBe("1 row");
    expect(f.plural(0, "entry", "entries")).toBe("0 entries");
    expect(f.duration(400)).toBe("0.4 s");
    expect(f.duration(8000)).toBe("8 s");
    expect(f.duration(125000)).toBe("2 min 5 s");
    expect(f.duration(3600000)).toBe("1 h");
    expect(f.duration(3840000)).toBe("1 h 4 min");
    expect(f.bytes(196_000_000)).toBe("196 MB");
    expect(f.bytes(0)).toBe("0 B");
    expect(f.bytes(1500)).toBe("1.5 kB");
    expect(f.shortId("b15cf9a9-4761-5476")).toBe("b15cf9a9");
    expect(f.initials("analyst-1")).toBe("AN");
    expect(f.initials("Maria Ortega")).toBe("MO");
  });
});

describe("moneyScale", () => {
  it.each([
    [950, "EUR", "950.00"],
    [1_000_000, "EUR k", "1,000.0"],
    [99_999, "EUR", "99,999.00"],
    [25_000_000, "EUR m", "25.00"],
    [1_880_420_820.38, "EUR m", "1,880.4"],
    [1.5e11, "EUR bn", "150.0"],
    [0, "EUR", "0.00"],
  ])("%d is shown in %s as %s", (amount, label, text) => {
    const scale = f.moneyScale(amount, "EUR");
    expect(scale.label).toBe(label);
    expect(scale.format(amount)).toBe(text);
  });

  it("writes sentences, ticks and signs", () => {
    const scale = f.moneyScale(1_880_420_820, "EUR");
    expect(scale.inWords(487_225_944)).toBe("EUR 487.2 m");
    expect(scale.tick(500e6)).toBe("500");
    expect(scale.tick(2000e6)).toBe("2,000");
    expect(scale.signed(-94e6)).toBe("\u221294.0");
    expect(scale.signed(94e6)).toBe("+94.0");
  });
});
