/** A cell that a spreadsheet shows as text: nothing in it is run as a formula. */
export function csvCell(text: string): string {
  const isNumber = text !== "" && Number.isFinite(Number(text));
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of a CSV file (RFC 4180). */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/** A value as a cell's text; null is an empty cell. */
export const csvText = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

/** A file that is sent while it is made. */
export type CsvFile = { name: string; stream: AsyncIterable<string> };
