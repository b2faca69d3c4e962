/** Accepted member names of JSON records (MODEL.md section 1); the first one present wins. */
export const NAMES = {
  principal: ["principal", "outstanding", "amount"],
  instrumentRate: ["interest_rate_pct", "annual_interest_rate", "rate_pct"],
  collateral: ["collateral_value", "collateral", "security_value"],
  debtTotal: ["total_outstanding", "outstanding", "principal"],
  debtRate: ["interest_rate_pct", "interest_rate", "rate_pct"],
  assetsTotal: ["total", "value", "amount", "estimated_value"],
  recovery: ["recovery_rate_pct", "recovery_rate", "recovery"],
  distressedValue: ["value", "distressed_value"],
} as const;

/** A JSON object whose members are not checked yet. */
export type Members = Readonly<Record<string, unknown>>;

/** True for a JSON object: no array, no null. */
export const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** True when a member holds something: null and empty text are "not given", 0 is a value. */
export function isPresent(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== "string" || value.trim() !== "";
}

/** The first of the names that is present, or undefined. */
export const presentName = (members: Members, names: readonly string[]): string | undefined =>
  names.find((name) => Object.hasOwn(members, name) && isPresent(members[name]));
