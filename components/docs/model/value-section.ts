import { valueAtRisk, type ValuePoint } from "@/lib/risk";
import { fraction, money, n, share, step } from "./figures";
import { liveSection } from "./live";

const RETURNS = 101;
const DAY_MS = 86_400_000;
const LIMITS = { "0.95": 2_000_000, "0.99": 3_000_000 };

/** A series that ends at `value` after returns evenly spread from `-move` to `move`. */
function spreadSeries(value: number, move: number): ValuePoint[] {
  const returns = Array.from({ length: RETURNS }, (_, index) =>
    move * ((2 * index) / (RETURNS - 1) - 1));
  const values = [value];
  for (const one of returns.toReversed()) values.unshift((values[0] as number) / (1 + one));
  return values.map((worth, index) => ({ value: worth, flow: 0,
    date: new Date(Date.UTC(2026, 0, 1) + index * DAY_MS).toISOString().slice(0, 10) }));
}

export const VALUE_SECTION = liveSection({
  id: "value-at-risk", title: "Value at risk and guards", section: 10,
  sub: "A day's return without what flowed in, and how much a bad day may lose",
  functions: ["valueAtRisk", "quantileOf"],
  inputs: [
    money("before", "Value the day before"), money("now", "Value today"),
    { name: "flow", label: "Flow into it today", min: -9e14, max: 9e14, step: 1000 },
    { name: "move", label: "Largest day move", unit: "%", min: 0, max: 90 },
  ],
  presets: [{ label: "Check values",
    values: { before: 99_000_000, now: 100_000_000, flow: 2_000_000, move: 2 },
    published: { "Value at risk, 95 %": 1_800_000, "Value at risk, 99 %": 1_960_000,
      "Day return": -1 / 99 } }],
  limits: [
    "Here 101 returns are spread evenly up to the largest move; a dataset's own series takes their place.",
    "Fewer than 100 returns give no VaR and an unknown state, never a healthy one.",
    "An empirical quantile knows only days that have been: a year without a crash shows none.",
    "Values of illiquid debt are appraisals: they move late, so VaR looks too small.",
  ],
  compute: (v) => {
    if (!(v.before > 0) || !(v.now > 0)) return "A value of 0 has no return: type one above 0.";
    const day = valueAtRisk([{ date: "2026-01-01", value: v.before, flow: 0 },
      { date: "2026-01-02", value: v.now, flow: v.flow }], { limits: LIMITS, freshnessDays: 1 });
    const series = valueAtRisk(spreadSeries(v.now, fraction(v.move)),
      { limits: LIMITS, freshnessDays: 1 });
    if (!day.ok || !series.ok) return "The series has no returns.";
    const level = day.value.levels.day.level;
    const loss = (q: "0.95" | "0.99", place: number) => step(`Value at risk, ${n(Number(q) * 100)} %`,
      "−(empirical (1 − q) quantile) × NAV", `the return at place ${place} of 0 to 100, × ${
        n(v.now)}`, series.value.var[q]);
    const used = (q: "0.95" | "0.99") => step(`Use of the limit, ${n(Number(q) * 100)} %`,
      "VaR / limit", `${n(series.value.var[q] ?? 0)} / ${n(LIMITS[q])}: ${
        series.value.levels[q].level}`, series.value.levels[q].utilisation, share);
    return [
      step("Day return", "(NAV − F − NAV before) / NAV before",
        `(${n(v.now)} − ${n(v.flow)} − ${n(v.before)}) / ${n(v.before)}`, day.value.day_return,
        share),
      step("Day guard", "breach ≤ −0.8 %, warning ≤ −0.4 %", level,
        level === "breach" ? 2 : level === "warning" ? 1 : 0,
        (state) => ["Normal", "Warning", "Breach"][state] ?? "Unknown"),
      loss("0.95", 5), loss("0.99", 1), used("0.95"), used("0.99"),
    ];
  },
});
