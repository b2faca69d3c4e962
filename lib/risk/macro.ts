import { err, ok, type Result } from "../kernel/result";
import { tidy } from "./amount-text";
import { PARAMETER_BOUNDS } from "./parameter-reading";
import { SHOCK_NAMES } from "./stress";
import type { ParameterProblem, Shocks } from "./types";

/** A variable of the economy and the unit in which its change is typed. */
export type MacroVariable = { id: string; name: string; unit: string };
/** A shock's change, in the shock's own unit, per unit of the variable's change. */
export type MacroCoefficient = { shock: keyof Shocks; variable: string; coefficient: number };
export type MacroBounds = { [name in keyof Shocks]?: { low: number; high: number } };

/**
 * What somebody says that shocks follow from (issue 5, point 8). Given by users, never estimated
 * here; `note` says who says so and on what ground.
 */
export type MacroMapping = {
  variables: MacroVariable[]; coefficients: MacroCoefficient[]; bounds: MacroBounds; note: string;
};

/** One shock's arithmetic: `sum` is that of the products, `value` what the bounds leave of it. */
export type MacroShock = {
  shock: keyof Shocks;
  terms: { variable: string; coefficient: number; change: number; product: number }[];
  sum: number; value: number; low: number; high: number;
};

/** Variables that people mostly ask for; a mapping may name its own. */
export const MACRO_VARIABLES: readonly MacroVariable[] = Object.freeze([
  { id: "gdp", name: "GDP", unit: "%" },
  { id: "house_prices", name: "House prices", unit: "%" },
  { id: "unemployment", name: "Unemployment", unit: "points" },
  { id: "rates", name: "Interest rates", unit: "points" },
]);

/** An example that shows the form; its numbers are made up and say so. */
export const MACRO_EXAMPLE: Readonly<MacroMapping> = Object.freeze({
  variables: [...MACRO_VARIABLES],
  coefficients: [
    { shock: "interest_rate_delta_pct", variable: "rates", coefficient: 1 },
    { shock: "collateral_market_impact_pct", variable: "house_prices", coefficient: 0.01 },
    { shock: "recovery_degradation_pct", variable: "gdp", coefficient: 0.02 },
    { shock: "default_risk_increment_pct", variable: "unemployment", coefficient: 0.01 },
  ] satisfies MacroCoefficient[],
  bounds: {},
  note: "Example with made-up numbers: replace each one, and say here who stands behind yours.",
});

/** Every way in which a mapping contradicts itself; paths are those of its members. */
export function macroProblems(mapping: MacroMapping): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  const variables = new Set<string>();
  for (const [index, { id }] of mapping.variables.entries()) {
    if (variables.has(id)) {
      problems.push({ path: `variables.${index}.id`,
        message: `variables.${index}.id is "${id}", which another variable has; each needs its own` });
    }
    variables.add(id);
  }
  const pairs = new Set<string>();
  for (const [index, { shock, variable }] of mapping.coefficients.entries()) {
    const path = `coefficients.${index}`;
    if (!variables.has(variable)) {
      problems.push({ path: `${path}.variable`, message: `${path}.variable is "${variable}"; `
        + `known variables are ${[...variables].join(", ") || "none"}` });
    }
    const pair = JSON.stringify([shock, variable]);
    if (pairs.has(pair)) {
      problems.push({ path, message: `${path} gives ${shock} for "${variable}" once more; `
        + "add the coefficients up" });
    }
    pairs.add(pair);
  }
  for (const name of SHOCK_NAMES) {
    const given = mapping.bounds[name];
    const { low, high } = PARAMETER_BOUNDS[name];
    if (given && !(low <= given.low && given.low <= given.high && given.high <= high)) {
      problems.push({ path: `bounds.${name}`, message: `bounds.${name} is ${given.low} to `
        + `${given.high}; write two numbers from ${low} to ${high}, the lower one first` });
    }
  }
  return problems;
}

/**
 * The four shocks that a mapping makes of changes of its variables: of each shock the sum of
 * coefficient x change, cut to the mapping's bounds, or to those that every shock has (points for
 * the rate, fractions for the others). A variable without a change counts as unchanged. Sums are
 * rounded to 12 significant digits. Fails for a mapping that contradicts itself, for a change of
 * an unknown variable and for one that is no finite number.
 */
export function macroShocks(
  mapping: MacroMapping, changes: Readonly<Record<string, number>>,
): Result<MacroShock[], ParameterProblem[]> {
  const problems = macroProblems(mapping);
  const known = new Set(mapping.variables.map(({ id }) => id));
  for (const [id, change] of Object.entries(changes)) {
    if (!known.has(id)) problems.push({ path: `changes.${id}`, message: `"${id}" is no variable` });
    else if (!Number.isFinite(change)) {
      problems.push({ path: `changes.${id}`, message: `the change of "${id}" is no finite number` });
    }
  }
  if (problems.length > 0) return err(problems);
  return ok(SHOCK_NAMES.map((shock) => {
    const terms = mapping.coefficients.filter((entry) => entry.shock === shock)
      .map(({ variable, coefficient }) => {
        const change = changes[variable] ?? 0;
        return { variable, coefficient, change, product: tidy(coefficient * change) };
      });
    const sum = tidy(terms.reduce((total, { coefficient, change }) =>
      total + coefficient * change, 0));
    const { low, high } = mapping.bounds[shock] ?? PARAMETER_BOUNDS[shock];
    const value = Math.min(high, Math.max(low, sum));
    return { shock, terms, sum, value: value === 0 ? 0 : value, low, high };
  }));
}
