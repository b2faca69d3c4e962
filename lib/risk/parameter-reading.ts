import { tidy } from "./amount-text";
import type { ParameterProblem } from "./types";

/** Most problems that one answer lists. */
export const PROBLEM_LIMIT = 100;

type Bounds = {
  low: number; high: number; unit: "points" | "fraction" | "increment" | "threshold";
};

/** What each number may be (section 2): points for the rate, fractions for all others. */
export const PARAMETER_BOUNDS = {
  interest_rate_delta_pct: { low: -100, high: 100, unit: "points" },
  collateral_market_impact_pct: { low: -1, high: 10, unit: "fraction" },
  recovery_degradation_pct: { low: -1, high: 10, unit: "fraction" },
  default_risk_increment_pct: { low: 0, high: 1, unit: "increment" },
  net_exposure_materiality_threshold_pct: { low: 0, high: 1, unit: "threshold" },
  stress_loss_materiality_threshold_pct: { low: 0, high: 1, unit: "threshold" },
} as const satisfies { [name: string]: Bounds };

/** A number that has bounds. */
export type BoundedName = keyof typeof PARAMETER_BOUNDS;
/** An object of a request that is not read yet. */
export type Members = { readonly [member: string]: unknown };

/** Collects problems, at most PROBLEM_LIMIT of them. */
export class Problems {
  readonly list: ParameterProblem[] = [];

  add(path: string, message: string): void {
    if (this.list.length < PROBLEM_LIMIT) this.list.push({ path, message });
  }

  refuseUnknown(members: Members, known: readonly string[], path: string): void {
    for (const name of Object.keys(members)) {
      if (known.includes(name)) continue;
      this.add(
        `${path}.${shortened(name)}`,
        `${shown(name)} is no member of ${path}; known members are ${known.join(", ")}`);
    }
  }
}

/** The members of an object; null, with a problem, for anything else. */
export function membersOf(value: unknown, path: string, problems: Problems): Members | null {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Members;
  }
  problems.add(path, `${path} is ${shown(value)}; write an object {...}`);
  return null;
}

/** A number within its bounds; the fallback where absent, or with a problem. */
export function numberAt(
  members: Members, name: BoundedName, path: string, fallback: number, problems: Problems,
): number {
  const value = members[name];
  if (value === undefined) return fallback;
  const { low, high, unit } = PARAMETER_BOUNDS[name];
  const rule = unit === "points"
    ? `a number of percentage points from ${low} to ${high}`
    : `a fraction from ${low} to ${high}`;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    problems.add(`${path}.${name}`, `${name} is ${shown(value)}; write ${rule}${quoteHint(value)}`);
    return fallback;
  }
  if (value < low || value > high) {
    problems.add(`${path}.${name}`,
      `${name} is ${value}, which is not ${rule}${slipHint(value, low, high, unit)}`);
    return fallback;
  }
  return value === 0 ? 0 : value;
}

function quoteHint(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  const bare = /^[+-]?\d+(\.\d+)?$/.test(text);
  return bare ? `: ${Number(text)} without quotation marks` : "";
}

/** Names the slip that most likely led outside the bounds; nothing when none explains it. */
function slipHint(value: number, low: number, high: number, unit: Bounds["unit"]): string {
  const within = (x: number): boolean => x >= low && x <= high;
  const hundredth = tidy(value / 100);
  if (unit === "points") {
    if (!within(hundredth)) return "";
    return `: ${value} means ${value} points; write ${hundredth} for ${value} basis points`;
  }
  if (within(hundredth)) {
    return `: ${value} means ${tidy(value * 100)} %; write ${hundredth} for ${value} %`;
  }
  const positive = [-value, -hundredth].find(within);
  if (unit !== "fraction" && value < 0 && positive !== undefined) {
    const noun = unit === "increment" ? "an increment" : "a threshold";
    return `: ${noun} is not negative; write ${positive} for ${tidy(positive * 100)} %`;
  }
  return "";
}

/** A value as it may stand in a message: short, and never more than its beginning. */
export function shown(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return `"${shortened(value)}"`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return String(value);
}

/** The beginning of a text. */
export const shortened = (text: string): string => text.length > 60 ? `${text.slice(0, 60)}...` : text;
