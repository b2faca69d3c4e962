/**
 * An amount for a sentence: at most two decimals, thousands set apart by commas. Does not ask
 * the machine's locale, so that equal figures give equal bytes everywhere.
 */
export function amountText(amount: number): string {
  const fixed = Math.abs(amount) < 1e21 ? amount.toFixed(2) : String(amount);
  const [whole = "", fraction = ""] = fixed.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === "" || fraction === "00" ? grouped : `${grouped}.${fraction}`;
}

/** A fraction as per cent for a sentence: 0.2 is "20 %", without float64's tail. */
export const percentText = (fraction: number): string => `${tidy(fraction * 100)} %`;

/** A number without the last digits that float64 products leave behind. */
export const tidy = (x: number): number => Number(x.toPrecision(12));
