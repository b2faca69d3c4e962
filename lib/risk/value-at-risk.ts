import { err, ok, type Result } from "../kernel/result";

/** A portfolio's value at the end of a day, in base currency, and what flowed in that day. */
export type ValuePoint = { date: string; value: number; flow: number };

/** Returns that an empirical quantile needs, and those of a month that its guard needs. */
export const VAR_OBSERVATIONS = 100;
export const MONTH_OBSERVATIONS = 10;
export const VAR_QUANTILES = ["0.95", "0.99"] as const;
type VarQuantile = (typeof VAR_QUANTILES)[number];

/** Guards of section 10, as fractions. */
const DAY_GUARD = { breach: -0.008, warning: -0.004 };
const MONTH_GUARD = { breach: -0.03, warning: -0.024 };

type Level = { level: "normal" | "warning" | "breach" | "unknown"; reason: string | null };
type VarLevel = {
  level: "normal" | "warning" | "critical" | "halt" | "unknown"; limit: number;
  utilisation: number | null; reason: string | null;
};

export type ValueAtRisk = {
  /** Day returns. */
  observations: number;
  date: string;
  value: number;
  /** In base currency; null below 100 returns. */
  var: { [Q in VarQuantile]: number | null };
  day_return: number | null;
  month_to_date: number | null;
  levels: { day: Level; month_to_date: Level } & { [Q in VarQuantile]: VarLevel };
  returns: { date: string; day_return: number }[];
};

/** A series that has no returns: `index` says where. */
export type SeriesError = {
  code: "SERIES_EMPTY" | "DATE_NOT_AFTER_LAST" | "VALUE_NOT_POSITIVE"; index: number;
};

export type VarOptions = {
  limits: { [Q in VarQuantile]: number };
  /** Judges freshness together with `freshnessDays`; without it the last value is fresh. */
  asOf?: string | undefined;
  freshnessDays: number;
};

/**
 * Day returns, month to date, empirical VaR and the guards of MODEL.md section 10. Dates are
 * YYYY-MM-DD and rise from day to day, values are above 0. What cannot be judged (too few
 * returns, no value of the month before, stale) is "unknown" with a reason, never "normal".
 */
export function valueAtRisk(
  series: readonly ValuePoint[], options: VarOptions,
): Result<ValueAtRisk, SeriesError> {
  const fault = faultOf(series);
  if (fault !== null) return err(fault);
  const last = series.at(-1) as ValuePoint;
  const returns = series.slice(1).map(({ date, value, flow }, index) => {
    const before = (series[index] as ValuePoint).value;
    return { date, day_return: (value - flow - before) / before };
  });
  const sorted = Float64Array.from(returns, (one) => one.day_return).sort();
  const loss = (quantile: VarQuantile): number | null => sorted.length < VAR_OBSERVATIONS
    ? null : 0 - quantileOf(sorted, 1 - Number(quantile)) * last.value;
  const values = { "0.95": loss("0.95"), "0.99": loss("0.99") };
  const stale = staleness(last.date, options);
  const month = monthToDate(series, returns);
  const dayReturn = returns.at(-1)?.day_return ?? null;
  return ok({
    observations: returns.length, date: last.date, value: last.value, var: values,
    day_return: dayReturn, month_to_date: month.value,
    levels: {
      day: levelOf(dayReturn, DAY_GUARD, stale ?? (dayReturn === null
        ? "There is no day return: one value alone." : null)),
      month_to_date: levelOf(month.value, MONTH_GUARD, stale ?? month.reason),
      "0.95": varLevel(values["0.95"], options.limits["0.95"], returns.length, stale),
      "0.99": varLevel(values["0.99"], options.limits["0.99"], returns.length, stale),
    },
    returns,
  });
}

function faultOf(series: readonly ValuePoint[]): SeriesError | null {
  if (series.length === 0) return { code: "SERIES_EMPTY", index: 0 };
  for (const [index, { date, value }] of series.entries()) {
    const before = series[index - 1];
    if (before && date <= before.date) return { code: "DATE_NOT_AFTER_LAST", index };
    if (!(value > 0)) return { code: "VALUE_NOT_POSITIVE", index };
  }
  return null;
}

/** The empirical quantile of ascending values, by linear interpolation between ranks. */
export function quantileOf(ascending: ArrayLike<number>, p: number): number {
  const place = (ascending.length - 1) * p;
  const below = Math.floor(place);
  const low = ascending[below] as number;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] as number;
  return low + (high - low) * (place - below);
}

type MonthToDate = { value: number | null; reason: string | null };

/** Chained day returns since the last value of the month before. */
function monthToDate(
  series: readonly ValuePoint[], returns: readonly { date: string; day_return: number }[],
): MonthToDate {
  const month = (series.at(-1) as ValuePoint).date.slice(0, 7);
  const first = series.findIndex(({ date }) => date.startsWith(month));
  if (first === 0) return { value: null, reason: "There is no value of the month before." };
  const own = returns.slice(first - 1);
  const value = own.reduce((chain, { day_return: one }) => chain * (1 + one), 1) - 1;
  const reason = own.length < MONTH_OBSERVATIONS
    ? `The month has ${own.length} of the ${MONTH_OBSERVATIONS} returns that its guard needs.`
    : null;
  return { value, reason };
}

function staleness(date: string, { asOf, freshnessDays }: VarOptions): string | null {
  if (asOf === undefined) return null;
  const days = (Date.parse(asOf) - Date.parse(date)) / 86_400_000;
  return days <= freshnessDays ? null
    : `The last value is ${days} days old, more than ${freshnessDays}.`;
}

function levelOf(
  value: number | null, guard: { breach: number; warning: number }, reason: string | null,
): Level {
  if (reason !== null || value === null) return { level: "unknown", reason };
  return { reason, level: value <= guard.breach ? "breach"
    : value <= guard.warning ? "warning" : "normal" };
}

function varLevel(
  value: number | null, limit: number, observations: number, stale: string | null,
): VarLevel {
  const reason = stale ?? (value === null
    ? `The series has ${observations} of the ${VAR_OBSERVATIONS} returns that VaR needs.` : null);
  const utilisation = value === null ? null : value / limit;
  if (reason !== null || utilisation === null) {
    return { level: "unknown", limit, utilisation, reason };
  }
  const level = utilisation > 1 ? "halt" : utilisation > 0.9 ? "critical"
    : utilisation >= 0.7 ? "warning" : "normal";
  return { level, limit, utilisation, reason };
}
