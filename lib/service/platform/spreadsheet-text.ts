/** Digits and what parts them in any locale: nothing that a spreadsheet would run. */
const PLAIN_NUMBER = /^[+-]?(?=.*\d)[\d.,'’ \u00a0\u202f]+(e[+-]?\d+)?( ?%)?$/i;

/** A cell that a spreadsheet shows as text: nothing in it is run as a formula. */
export function csvCell(text: string, delimiter = ","): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return safe.includes(delimiter) || /["\n\r]/.test(safe)
    ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of a CSV file (RFC 4180), with another delimiter where it goes back to its source. */
export const csvLine = (cells: readonly string[], delimiter = ","): string =>
  `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;

/** A value as a cell's text; null is an empty cell. */
export const csvText = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

/** A file that is sent while it is made. */
export type CsvFile = { name: string; stream: AsyncIterable<string> };
