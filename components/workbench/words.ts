import { SCENARIO_ID_LIMIT } from "@/lib/risk";
import type { Driver, Shocks } from "@/lib/risk";
import { points, shock as shockText } from "@/components/ui/format";

/** The id that a name gives: letters, digits, dot, dash; all else becomes an underscore. */
export function scenarioIdOf(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").trim()
    .replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, SCENARIO_ID_LIMIT);
}

export const SHOCK_LABELS: Record<keyof Shocks, string> = {
  interest_rate_delta_pct: "Interest rate",
  collateral_market_impact_pct: "Collateral",
  recovery_degradation_pct: "Recoveries",
  default_risk_increment_pct: "Default risk",
};

export const DRIVER_LABELS: Record<Driver, string> = {
  collateral: "Collateral", recovery: "Recovery", default: "Default risk",
};

/** A fraction as the per cent that is shown and typed, without float dust. */
export const asPercent = (fraction: number): number => Number((fraction * 100).toFixed(8));

/** The fraction that a typed per cent means, without float dust. */
export const asFraction = (percent: number): number => Number((percent / 100).toFixed(10));

/** A shock in the unit it is shown in: points for the rate, per cent for the others. */
export const shownShock = (name: keyof Shocks, value: number): number =>
  name === "interest_rate_delta_pct" ? value : asPercent(value);

export const storedShock = (name: keyof Shocks, shown: number): number =>
  name === "interest_rate_delta_pct" ? shown : asFraction(shown);

export const shockInWords = (name: keyof Shocks, value: number): string =>
  name === "interest_rate_delta_pct" ? points(value) : shockText(asPercent(value));
