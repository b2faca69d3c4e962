/** A row of cells, and the line of the text that it begins in. */
export interface PastedRow { line: number; cells: readonly string[] }

/** What parts cells: tabs as a spreadsheet copies them, semicolons or commas in its CSV files. */
export type Separator = "\t" | ";" | ",";

/** A comma may be a decimal one: it parts cells only where a head of names shows that it does. */
export function separatorOf(
  text: string, isHead: (cells: readonly string[]) => boolean,
): Separator {
  if (text.includes("\t")) return "\t";
  const first = text.trimStart().split("\n", 1)[0] ?? "";
  if (first.includes(";")) return ";";
  return isHead(first.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"))) ? "," : "\t";
}

/** A cell in quotes, which may hold line ends, separators and doubled quotes. */
const QUOTED = /[ \u00a0]*"((?:[^"]|"")*)"[ \u00a0]*(?=[\t;,\n]|$)/y;

/** The cells of a text whose lines end in "\n", without rows that hold nothing. */
export function cellRows(text: string, separator: Separator): PastedRow[] {
  const rows: PastedRow[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const row = { line, cells: [] as string[] };
    for (let isRow = true; isRow;) {
      const { cell, end } = cellAt(text, at, separator);
      row.cells.push(oneLine(cell));
      line += text.slice(at, end).split("\n").length - 1;
      isRow = text[end] === separator;
      at = end + 1;
    }
    line += 1;
    if (row.cells.some((cell) => cell !== "")) rows.push(row);
  }
  return rows;
}

function cellAt(text: string, at: number, separator: Separator): { cell: string; end: number } {
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(text);
  const after = quoted ? text[at + quoted[0].length] : undefined;
  if (quoted && (after === undefined || after === "\n" || after === separator)) {
    return { cell: (quoted[1] as string).replaceAll('""', '"'), end: at + quoted[0].length };
  }
  const ends = [text.indexOf(separator, at), text.indexOf("\n", at)].filter((end) => end >= 0);
  const end = Math.min(text.length, ...ends);
  return { cell: text.slice(at, end), end };
}

const oneLine = (cell: string): string => cell.replace(/\s*\n\s*/g, " ").trim();
