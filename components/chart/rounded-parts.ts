import type { ReactNode } from "react";
import { allocateUnits } from "../../lib/risk";

/** Enough of a value's digits to tell remainders apart. */
const FINER = 10_000;

const sumOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/**
 * Values rounded to whole steps so that they add up to the rounded total: each ends at one of the
 * two steps beside it, the largest remainders at the upper one. Values below zero are rounded each
 * on its own.
 */
export function roundedParts(
  values: readonly number[], step: number, total = sumOf(values),
): number[] {
  if (total <= 0 || values.some((value) => value < 0)) {
    return values.map((value) => Math.round(value / step) * step);
  }
  const weights = values.map((value) => BigInt(Math.round((value / step) * FINER)));
  const units = BigInt(Math.round(total / step));
  return allocateUnits(units, weights).map((part) => Number(part) * step);
}

/** Whether figures, each rounded to the step, add up to the rounded total. */
export function addsUp(parts: readonly number[], total: number, step: number): boolean {
  const shown = sumOf(parts.map((part) => Math.round(part / step)));
  return shown === Math.round(total / step);
}

/** Under the title of figures that do not add up as they are shown. */
export const roundedNote = (sub: ReactNode): ReactNode =>
  (sub === undefined ? "Rounded" : typeof sub === "string" ? `${sub}; rounded` : sub);
