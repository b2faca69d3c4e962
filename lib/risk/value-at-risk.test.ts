import { describe, expect, it } from "vitest";
import { quantileOf, valueAtRisk, type ValuePoint, type VarOptions } from "./value-at-risk";

const options: VarOptions = { limits: { "0.95": 2_000_000, "0.99": 3_000_000 }, freshnessDays: 4 };
const dayOf = (index: number): string =>
  new Date(Date.UTC(2026, 0, 1) + index * 86_400_000).toISOString().slice(0, 10);
const seriesOf = (returns: readonly number[], first = 100_000_000): ValuePoint[] => {
  let value = first;
  return [{ date: dayOf(0), value, flow: 0 }, ...returns.map((one, index) => {
    value *= 1 + one;
    return { date: dayOf(index + 1), value, flow: 0 };
  })];
};
const judged = (series: ValuePoint[], change: Partial<VarOptions> = {}) => {
  const result = valueAtRisk(series, { ...options, ...change });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};

describe("value at risk", () => {
  it("takes the empirical quantile of 100 returns", () => {
    // -50 to 49 basis points; the 5 % quantile lies at rank 4.95 from below.
    const returns = Array.from({ length: 100 }, (_, index) => (index - 50) / 10_000);
    const found = judged(seriesOf(returns));
    expect(found.observations).toBe(100);
    expect(found.var["0.95"]).toBeCloseTo(0.004505 * found.value, 4);
    expect(found.var["0.99"]).toBeCloseTo(0.004901 * found.value, 4);
    expect(found.levels["0.95"]).toMatchObject({ level: "normal", limit: 2_000_000 });
  });

  it("is unknown below 100 returns", () => {
    const found = judged(seriesOf(new Array<number>(99).fill(0)));
    expect(found.var).toStrictEqual({ "0.95": null, "0.99": null });
    expect(found.levels["0.99"]).toMatchObject({ level: "unknown", utilisation: null,
      reason: "The series has 99 of the 100 returns that VaR needs." });
  });

  it("leaves flows out of returns and chains the month", () => {
    const series = [{ date: "2026-01-30", value: 100, flow: 0 },
      { date: "2026-02-02", value: 151, flow: 50 }, { date: "2026-02-03", value: 149.49, flow: 0 }];
    const found = judged(series);
    expect(found.returns[0]?.day_return).toBeCloseTo(0.01, 14);
    expect(found.month_to_date).toBeCloseTo(1.01 * 0.99 - 1, 14);
    expect(found.levels).toMatchObject({ day: { level: "breach" },
      month_to_date: { level: "unknown",
        reason: "The month has 2 of the 10 returns that its guard needs." } });
  });

  it.each([[-0.008, "breach"], [-0.0079, "warning"], [-0.0041, "warning"], [-0.0039, "normal"]])(
    "judges a day of %d as %s", (value, level) => {
      // Halves of a power of two: the return is exact.
      const found = judged([{ date: "2026-01-01", value: 2 ** 20, flow: 0 },
        { date: "2026-01-02", value: 2 ** 20, flow: -value * 2 ** 20 }]);
      expect(found.levels.day.level).toBe(level);
    });

  it("judges a month after 10 returns", () => {
    const days = [...new Array<number>(30).fill(0), ...new Array<number>(10).fill(-0.003)];
    expect(judged(seriesOf(days)).levels.month_to_date.level).toBe("warning");
    const worse = days.map((one) => one * 1.5);
    expect(judged(seriesOf(worse)).levels.month_to_date.level).toBe("breach");
  });

  it.each([[1.5e6, "normal"], [1.1e6, "normal"], [0.6e6, "warning"], [0.48e6, "critical"],
    [0.4e6, "halt"]])("judges a VaR by its limit: %d", (limit, level) => {
    const returns = Array.from({ length: 100 }, (_, index) => (index - 50) / 10_000);
    const found = judged(seriesOf(returns), { limits: { "0.95": limit, "0.99": 3e6 } });
    expect(found.levels["0.95"].level).toBe(level);
  });

  it("never calls a stale series healthy", () => {
    const series = seriesOf(new Array<number>(100).fill(0.001));
    const { levels } = judged(series, { asOf: dayOf(105) });
    expect(Object.values(levels).map(({ level }) => level))
      .toStrictEqual(["unknown", "unknown", "unknown", "unknown"]);
    expect(levels.day.reason).toBe("The last value is 5 days old, more than 4.");
    expect(judged(series, { asOf: dayOf(104) }).levels.day.level).toBe("normal");
  });

  it("names what is wrong with a series", () => {
    const fault = (...points: [string, number][]) => valueAtRisk(
      points.map(([date, value]) => ({ date, value, flow: 0 })), options);
    expect(fault()).toMatchObject({ error: { code: "SERIES_EMPTY" } });
    expect(fault(["2026-01-02", 1], ["2026-01-02", 1]))
      .toMatchObject({ error: { code: "DATE_NOT_AFTER_LAST", index: 1 } });
    expect(fault(["2026-01-02", 1], ["2026-01-03", 0]))
      .toMatchObject({ error: { code: "VALUE_NOT_POSITIVE", index: 1 } });
    expect(fault(["2026-01-02", 1])).toMatchObject({ ok: true,
      value: { observations: 0, day_return: null, levels: { day: { level: "unknown" } } } });
  });

  it("interpolates between ranks", () => {
    expect(quantileOf([1, 2, 4], 0.75)).toBe(3);
    expect([quantileOf([1, 2], 0), quantileOf([1, 2], 1), quantileOf([5], 0.3)])
      .toStrictEqual([1, 2, 5]);
  });
});
