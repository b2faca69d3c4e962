import { isBlank, isCurrency } from "./amounts";
import type { CsvBatch, CsvRow } from "./csv";

/** A column of currency codes, and the codes in it. */
export type CurrencyColumn = { column: string; codes: string[] };

/** Rows that are looked through, and codes that are listed of a column. */
const ROWS_SEEN = 100_000;
const CODES_LISTED = 100;

const codeOf = (cell: string): string => cell.trim().toUpperCase();

/** Which columns hold nothing but currency codes in a tape's first rows. */
export const currencyColumns = (headers: readonly string[], rows: readonly CsvRow[]): string[] =>
  headers.filter((column, index) => {
    const cells = rows.map(({ cells: row }) => row[index] ?? "").filter((cell) => !isBlank(cell));
    return headers.indexOf(column) === index && cells.length > 0
      && cells.every((cell) => isCurrency(codeOf(cell)));
  });

/** The codes that stand in such columns, further down than the first rows too. */
export async function currenciesIn(
  batches: AsyncIterable<CsvBatch>, columns: readonly string[],
): Promise<CurrencyColumn[]> {
  const found = columns.map((column) => ({ column, codes: new Set<string>() }));
  let seen = 0;
  for await (const { header, rows } of batches) {
    const places = columns.map((column) => header.indexOf(column));
    for (const { cells, problem } of rows) {
      if (problem !== null) continue;
      places.forEach((place, index) => {
        const code = codeOf(cells[place] ?? "");
        const codes = found[index]?.codes;
        if (codes && codes.size < CODES_LISTED && /^[A-Z]{3}$/.test(code)) codes.add(code);
      });
    }
    seen += rows.length;
    if (seen >= ROWS_SEEN) break;
  }
  return found.map(({ column, codes }) => ({ column, codes: [...codes].sort() }));
}
