/** Values of workbook cells as text. */

/** Number formats that Excel has built in and that show a date; times alone are no dates. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);

/** True when a number format shows days or years, outside quotes, escapes and brackets. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, "").toLowerCase();
  return /[dy]/.test(bare) && !/general|e\+/.test(bare);
}

/** True when a number format shows per cent: 0.05 as 5%. */
export const isPercentFormat = (id: number, code: string | undefined): boolean =>
  (code === undefined ? id === 9 || id === 10 : /%/.test(code.replace(/"[^"]*"|\\./g, "")));

const DAY_MS = 86_400_000;
const EPOCH_1900 = Date.UTC(1899, 11, 31);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** The day that Excel's 1900 calendar has and no other: 29 February 1900. */
const LEAP_DAY_THAT_WAS_NOT = 60;

/**
 * A serial day as YYYY-MM-DD. Serial 60 of the 1900 calendar is 1900-02-29, as the workbook shows
 * it: no calendar day, so that reading it as a date fails visibly. Null outside the calendar.
 */
export function serialDate(serial: number, is1904: boolean): string | null {
  const day = Math.floor(serial);
  if (!(day >= (is1904 ? 0 : 1) && day <= 2_958_465)) return null;
  if (is1904) return new Date(EPOCH_1904 + day * DAY_MS).toISOString().slice(0, 10);
  if (day === LEAP_DAY_THAT_WAS_NOT) return "1900-02-29";
  const real = day > LEAP_DAY_THAT_WAS_NOT ? day - 1 : day;
  return new Date(EPOCH_1900 + real * DAY_MS).toISOString().slice(0, 10);
}

/** A number's text with the tape's decimal mark, so that its locale reads what was meant. */
export function numberText(value: number, decimal: "." | ","): string {
  const text = String(value);
  return decimal === "," ? text.replace(".", ",") : text;
}

/** A stored number, rounded to the 15 digits that the workbook's program itself shows. */
export function cellNumber(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) ? Number(value.toPrecision(15)) : NaN;
}

/** The column of a reference such as AB12, from 0; -1 when it has none. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
