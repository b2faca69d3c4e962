import { moneyScale, number, type MoneyScale } from "@/components/ui/format";

/** An amount in a list whose rows may have different currencies. */
export interface ListAmount {
  currency: string;
  value: number | null;
}

export interface ListAmounts {
  /** Once in the head, when all rows share it. */
  unit: string | undefined;
  text: (currency: string, value: number) => string;
}

/** A scale while every figure still shows in it; null when it would hide the small ones. */
function commonScale(currency: string, sizes: readonly number[]): MoneyScale | null {
  const scale = moneyScale(Math.max(...sizes), currency);
  const hides = (one: number): boolean => one > 0 && one < scale.divisor;
  return scale.divisor > 1 && sizes.some(hides) ? null : scale;
}

/**
 * One unit for a column and currency: scaled where that hides nothing, else whole currency units.
 * Rows of several currencies name theirs.
 */
export function listAmounts(rows: readonly ListAmount[]): ListAmounts {
  const sizes = new Map<string, number[]>();
  for (const { currency, value } of rows) {
    if (value === null) continue;
    sizes.set(currency, [...sizes.get(currency) ?? [], Math.abs(value)]);
  }
  const scales = new Map([...sizes].map(([currency, values]) =>
    [currency, commonScale(currency, values)]));
  const [only] = scales.size === 1 ? scales : [];
  if (!only) {
    return { unit: undefined, text: (currency, value) =>
      scales.get(currency)?.inWords(value) ?? `${currency} ${number(value)}`.trim() };
  }
  const [currency, scale] = only;
  return scale ? { unit: scale.label, text: (_, value) => scale.format(value) }
    : { unit: currency, text: (_, value) => number(value) };
}
