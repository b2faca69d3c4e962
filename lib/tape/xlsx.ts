import { headerNames, type CsvBatch, type CsvRow } from "./csv";
import { rowProblem } from "./problem";
import { cellNumber, columnOf, numberText, serialDate } from "./xlsx-cells";
import { openWorkbook, parsePart, type Workbook } from "./xlsx-book";
import { FormatError, type ByteSource } from "./zip";

export type XlsxOptions = {
  /** A sheet's name; the first sheet unless given. */
  sheet?: string | undefined;
  /** The row with the columns' names; unless given the first with two cells, past a title. */
  headerRow?: number | undefined;
  /** The decimal mark of the tape's locale, in which numbers are written out. */
  decimal: "." | ",";
};

const MAX_COLUMNS = 16_384;
const MAX_ROW_CHARS = 1_000_000;
/** A formula without a saved value shows like the errors of formulas: never as nothing. */
const NOT_CALCULATED = "#NOT_CALCULATED!";
const BATCH_ROWS = 256;
/** Rows of one cell that may stand above the columns' names: a title, a date, a note. */
const TITLE_ROWS = 20;

/**
 * Reads one sheet of a workbook as batches of rows, with memory bounded by one chunk and the
 * workbook's shared text. `line` is the sheet's row. Formulas count with the value that was stored
 * with them, dates become YYYY-MM-DD, errors stay as text (#N/A), empty rows are skipped.
 * @throws FormatError for a file that is no workbook, or has no such sheet.
 */
export async function* readXlsx(
  source: ByteSource, options: XlsxOptions,
): AsyncGenerator<CsvBatch> {
  const book = await openWorkbook(source);
  const sheet = options.sheet === undefined ? book.sheets[0]
    : book.sheets.find(({ name }) => name === options.sheet);
  const names = book.sheets.map(({ name }) => `"${name}"`).join(", ");
  if (!sheet) {
    throw new FormatError(options.sheet === undefined ? "the workbook has no sheets"
      : `the workbook has no sheet "${options.sheet}"; it has ${names}`);
  }
  if (!sheet.entry) throw new FormatError(`sheet "${sheet.name}" holds no cells`);
  const reader = new SheetReader(book, sheet.name, options);
  let shown = false;
  for await (const _ of parsePart(source, sheet.entry, reader)) {
    if (!reader.header || reader.rows.length < BATCH_ROWS) continue;
    yield { header: reader.header, rows: reader.rows.splice(0), headerRow: reader.headerLine };
    shown = true;
  }
  reader.end();
  if (reader.header && (reader.rows.length > 0 || !shown)) {
    yield { header: reader.header, rows: reader.rows, headerRow: reader.headerLine };
  }
}

/** The names of a workbook's sheets. @throws FormatError */
export const sheetNames = async (source: ByteSource): Promise<string[]> =>
  (await openWorkbook(source)).sheets.map(({ name }) => name);

/** Takes a sheet's XML and keeps its rows. */
class SheetReader {
  header: string[] | null = null;
  headerLine = 0;
  rows: CsvRow[] = [];

  /** Rows of one cell so far, while no row has named the columns. */
  private titles: { line: number; cells: string[] }[] = [];
  private cells: string[] = [];
  private line = 0;
  private column = -1;
  private type = "n";
  private style = 0;
  private value = "";
  private taking = false;
  /** The cell has a formula, and the value that the workbook's program saved for it. */
  private hasFormula = false;
  private hasValue = false;
  private size = 0;

  constructor(
    private readonly book: Workbook, private readonly sheet: string,
    private readonly options: XlsxOptions,
  ) {}

  readonly open = (name: string, given: Record<string, string>): void => {
    if (name === "row") {
      this.line = Number(given["r"] ?? this.line + 1);
      this.cells = [];
      this.size = 0;
      this.column = -1;
    } else if (name === "c") {
      const column = given["r"] === undefined ? this.column + 1 : columnOf(given["r"]);
      if (!(column >= 0 && column < MAX_COLUMNS)) throw this.wrong("a cell lies outside the sheet");
      this.column = column;
      this.type = given["t"] ?? "n";
      this.style = Number(given["s"] ?? 0);
      this.value = "";
      this.hasFormula = false;
      this.hasValue = false;
    } else if (name === "v" || name === "t") {
      this.taking = true;
      this.hasValue = true;
    } else if (name === "f") {
      this.hasFormula = true;
    } else if (name === "rPh") {
      this.type = "phonetic";
    }
  };

  readonly text = (part: string): void => {
    if (!this.taking || this.type === "phonetic") return;
    this.size += part.length;
    // The rest of a row that is too long is dropped; the row says so.
    if (this.size <= MAX_ROW_CHARS) this.value += part;
  };

  readonly close = (name: string): void => {
    if (name === "v" || name === "t") this.taking = false;
    else if (name === "c") this.endCell();
    else if (name === "row") this.endRow();
  };

  private endCell(): void {
    if (this.value !== "") this.cells[this.column] = this.cellText();
    else if (this.hasFormula && !this.hasValue) this.cells[this.column] = NOT_CALCULATED;
  }

  private cellText(): string {
    const { value, type } = this;
    switch (type) {
      case "s": return this.shared(Number(value));
      case "b": return value === "1" ? "true" : "false";
      case "d": return value.slice(0, 10);
      case "n": return this.number(value);
      default: return value;
    }
  }

  private shared(index: number): string {
    const text = this.book.strings[index];
    if (text === undefined) throw this.wrong("a cell refers to text that is not there");
    this.size += text.length;
    return this.size <= MAX_ROW_CHARS ? text : "";
  }

  private number(text: string): string {
    const value = cellNumber(text);
    if (Number.isNaN(value)) return text;
    if (this.book.percentStyles[this.style]) {
      return `${numberText(cellNumber(String(value * 100)), this.options.decimal)}%`;
    }
    const date = this.book.dateStyles[this.style] ? serialDate(value, this.book.is1904) : null;
    return date ?? numberText(value, this.options.decimal);
  }

  private endRow(): void {
    const { line } = this;
    if (this.cells.length === 0 || line < (this.options.headerRow ?? 0)) return;
    const cells = Array.from(this.cells, (cell) => cell ?? "");
    if (cells.every((cell) => cell.trim() === "")) return;
    if (this.header === null) this.takeHeader(line, cells);
    else this.takeRow(line, cells);
  }

  /** Rows of one cell above the columns' names are a title, if a wider row follows soon. */
  private takeHeader(line: number, cells: string[]): void {
    const { headerRow } = this.options;
    if (headerRow !== undefined && line !== headerRow) {
      throw this.wrong(`row ${headerRow} should name the columns and is empty`);
    }
    const isWide = cells.filter((cell) => cell.trim() !== "").length > 1;
    if (headerRow === undefined && !isWide) {
      this.titles.push({ line, cells });
      if (this.titles.length > TITLE_ROWS) this.end();
      return;
    }
    this.titles = [];
    this.header = headerNames(cells);
    this.headerLine = line;
  }

  /** Nothing wider came: a sheet of one column, whose first row is its name. */
  end(): void {
    const [first, ...others] = this.titles.splice(0);
    if (this.header !== null || !first) return;
    this.header = headerNames(first.cells);
    this.headerLine = first.line;
    for (const { line, cells } of others) this.takeRow(line, cells);
  }

  private takeRow(line: number, cells: string[]): void {
    const columns = this.header?.length ?? 0;
    while (cells.length < columns) cells.push("");
    while (cells.length > columns && cells.at(-1)?.trim() === "") cells.pop();
    this.rows.push({ line, cells, problem: this.problemOf(line, cells) });
  }

  private problemOf(line: number, cells: string[]): CsvRow["problem"] {
    const { header } = this;
    const where = `sheet "${this.sheet}", row ${line}`;
    if (this.size > MAX_ROW_CHARS) {
      return rowProblem("ROW_TOO_LONG", line, null, null,
        `${where}: the row is longer than ${MAX_ROW_CHARS} characters`);
    }
    const columns = header?.length ?? 0;
    return cells.length === columns ? null : rowProblem("COLUMN_COUNT", line, null,
      cells.join("; "), `${where}: ${cells.length} cells where the header has ${columns}`);
  }

  private readonly wrong = (what: string): FormatError =>
    new FormatError(`sheet "${this.sheet}", row ${this.line}: ${what}`);
}
