import { compactNumber, MINUS, percent } from "@/components/ui/format";
import { AMOUNT_SCALE, RATE_SCALE, roundHalfEven } from "@/lib/kernel/exact";
import { exposureOf, zeroTotals, type DebtExposure, type Scenario } from "@/lib/risk";
import type { LiveInput, LiveStep } from "./live";

/** A number inside a formula. */
export const n = (value: number): string => compactNumber(value, 4);
/** What follows a "1": "− 0.25" or "+ 0.25". */
export const signed = (value: number): string =>
  value < 0 ? `${MINUS} ${n(-value)}` : `+ ${n(value)}`;
export const amount = (value: number): string => compactNumber(value, 2);
export const rate = (value: number): string => `${compactNumber(value, 4)} %`;
export const share = (value: number): string => percent(value * 100, { decimals: 2 });
export const plain = (value: number): string => compactNumber(value, 6);
/** A fraction from per cent. A quotient: 7 × 0.01 is not 0.07. */
export const fraction = (perCent: number): number => perCent / 100;

/** Four values a step: what a table row needs. */
export const step = (
  name: string, formula: string, filled: string, value: number | null,
  show: LiveStep["show"] = amount,
): LiveStep => ({ name, formula, filled, value, show });

const AMOUNT_MOST = 9e14;
export const money = <const N extends string>(name: N, label: string): LiveInput<N> =>
  ({ name, label, min: 0, max: AMOUNT_MOST, step: 1000 });

export const SHOCK_INPUTS = [
  { name: "dr", label: "Rate shift Δr", unit: "pts", min: -100, max: 100, step: 0.25, shock: true },
  { name: "m", label: "Market impact m", unit: "%", min: -100, max: 1000, shock: true },
  { name: "g", label: "Recovery degradation g", unit: "%", min: -100, max: 1000, shock: true },
  { name: "d", label: "Default increment d", unit: "%", min: 0, max: 100, shock: true },
] as const satisfies readonly LiveInput[];
export type ShockName = (typeof SHOCK_INPUTS)[number]["name"];

export const EXPOSURE_INPUTS = [
  money("o", "Outstanding O"), { name: "r", label: "Rate r", unit: "%", min: 0, max: 1000 },
  money("c", "Collateral C"), money("a", "Assets A"),
  money("v", "Distressed assets V"), money("rec", "Expected recovery R"),
] as const satisfies readonly LiveInput[];
export type ExposureName = (typeof EXPOSURE_INPUTS)[number]["name"];

/** The portfolio of the model's check values, as totals. */
export const EXAMPLE = { o: 1_000_000, r: 5, c: 750_000, a: 2_000_000, v: 350_000, rec: 145_000 };
export const MARKET_CRASH = { dr: 0.5, m: -25, g: -15, d: 5 };

const units = (value: number): bigint => BigInt(roundHalfEven(value * AMOUNT_SCALE));

/** Section 1's exposure of totals. */
export function exposureFrom(totals: Readonly<Record<ExposureName, number>>): DebtExposure {
  const { o, r, c, a, v, rec } = totals;
  return exposureOf({ ...zeroTotals(), outstanding: units(o), collateral: units(c),
    assets: units(a), outstandingTimesRate: units(o) * BigInt(roundHalfEven(r * RATE_SCALE)),
    distressedValue: units(v),
    // In value × per cent, so that R itself is what was typed.
    distressedValueTimesRecovery: units(rec) * 100n * BigInt(RATE_SCALE), distressedCount: 1 });
}

/** The scenario of typed shocks: points and per cent. */
export const scenarioFrom = (shocks: Readonly<Record<ShockName, number>>): Scenario => ({
  scenario_id: "typed", description: "", interest_rate_delta_pct: shocks.dr,
  collateral_market_impact_pct: fraction(shocks.m),
  recovery_degradation_pct: fraction(shocks.g),
  default_risk_increment_pct: fraction(shocks.d),
});
