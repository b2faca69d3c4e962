"use client";

import { useMemo } from "react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { NO_STRESS, projectBorrower, PROJECTION_PRESETS } from "@/lib/risk";
import type { BorrowerDebt, Projection, ProjectionAssumptions } from "@/lib/risk";
import {
  assumptionsOf, EXAMPLE_STATEMENTS, parseAsDebts, parseAsNumbers, statementsOf, valuesOf,
} from "./projection-inputs";

export const SETS = ["none", "mild", "moderate", "severe", "own"] as const;
export type SetName = (typeof SETS)[number];
export const SET_LABELS: Record<SetName, string> = {
  none: "As it is", mild: "Mild", moderate: "Moderate", severe: "Severe", own: "Own",
};
export const HORIZONS = [6, 12, 18, 24, 36, 60] as const;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

const KEYS = {
  st: parseAsNumbers(7).withDefault(EXAMPLE_STATEMENTS),
  debts: parseAsDebts,
  set: parseAsStringLiteral(SETS).withDefault("moderate"),
  own: parseAsNumbers(7),
  start: parseAsString,
  months: parseAsInteger.withDefault(12),
};

const isDay = (text: string | null): text is string =>
  text !== null && ISO_DAY.test(text) && !Number.isNaN(Date.parse(text));

/** The borrower of the address, and the months that each set of assumptions gives it. */
export function useProjection(asOf: string | null) {
  const [url, setUrl] = useQueryStates(KEYS);
  const start = isDay(url.start) ? url.start : asOf?.slice(0, 10) ?? "2026-12-31";
  const months = HORIZONS.find((one) => one === url.months) ?? 12;
  const statements = useMemo(() => statementsOf(url.st), [url.st]);
  const sets = useMemo((): Record<SetName, ProjectionAssumptions> => ({
    none: { ...NO_STRESS }, ...PROJECTION_PRESETS,
    own: url.own ? assumptionsOf(url.own) : { ...PROJECTION_PRESETS.moderate },
  }), [url.own]);
  const shown: readonly SetName[] = url.own || url.set === "own" ? SETS : SETS.slice(0, 4);
  const projections = useMemo(() => Object.fromEntries(SETS.map((name) => [name,
    projectBorrower(statements, url.debts, sets[name], start, months)])) as
    Record<SetName, Projection>, [statements, url.debts, sets, start, months]);
  return {
    /** What gives the projection of the chosen set. */
    request: { statements, debt_schedule: url.debts, assumptions: sets[url.set], start,
      horizon_months: months },
    values: url.st, statements, debts: url.debts, set: url.set, sets, shown, projections, start,
    months,
    setValue: (index: number, value: number | null) => void setUrl({
      st: url.st.map((old, place) => place === index ? value : old) }),
    setDebts: (debts: BorrowerDebt[]) => void setUrl({ debts }),
    choose: (set: SetName) => void setUrl({ set }),
    /** An edited set becomes one's own. */
    setAssumption: (index: number, value: number) => void setUrl({ set: "own",
      own: valuesOf(sets[url.set]).map((old, place) => place === index ? value : old) }),
    setStart: (day: string) => void (isDay(day) && setUrl({ start: day })),
    setMonths: (next: number) => void setUrl({ months: next }),
  };
}

export type ProjectionState = ReturnType<typeof useProjection>;
