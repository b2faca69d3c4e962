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

/**
 * One unit for a column: scaled while every figure still shows, whole currency units when a scale
 * would hide the small ones, and named in each row when currencies differ.
 */
export function listAmounts(rows: readonly ListAmount[]): ListAmounts {
  const sizes = new Map<string, number[]>();
  for (const { currency, value } of rows) {
    if (value === null) continue;
    sizes.set(currency, [...sizes.get(currency) ?? [], Math.abs(value)]);
  }
  const scales = new Map<string, MoneyScale>();
  for (const [currency, values] of sizes) {
    const most = values.reduce((largest, one) => Math.max(largest, one), 0);
    scales.set(currency, moneyScale(most, currency));
  }
  const [only] = scales.size === 1 ? scales : [];
  if (!only) {
    return { unit: undefined,
      text: (currency, value) => scales.get(currency)?.inWords(value) ?? number(value) };
  }
  const [currency, scale] = only;
  const isHiding = (sizes.get(currency) ?? []).some((one) => one > 0 && one < scale.divisor);
  return isHiding
    ? { unit: currency, text: (_, value) => number(value) }
    : { unit: scale.label, text: (_, value) => scale.format(value) };
}
