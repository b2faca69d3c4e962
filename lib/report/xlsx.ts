import { strToU8, Zip, ZipDeflate } from "fflate";
import {
  columnLetters, formulaText, typeOf, type Cell, type Column, type ColumnType, type Report,
  type Table,
} from "./model";

/** Rows beside those of a report's tables, in batches: they are written as they come. */
export type RowSheet = {
  title: string; columns: readonly Column[];
  batches: AsyncIterable<readonly (readonly Cell[])[]>;
};
/** A sheet holds 1,048,576 rows; two are the head and the totals. */
export const SHEET_ROWS = 1_048_574;
/** What a cell holds; longer text is cut there, with a sign of it. */
const CELL_CHARACTERS = 32_767;

// ZIP keeps local time: the same parts give the same bytes in every time zone.
const ZIP_EPOCH = new Date(1980, 0, 1);
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

/** Styles by their place in `cellXfs`. */
const STYLE = { plain: 0, head: 1, amount: 2, points: 3, share: 4, ratio: 5, count: 6,
  text: 7, total: 8, title: 9 } as const;

const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}">` +
  '<numFmts count="3"><numFmt numFmtId="164" formatCode="#,##0.00##"/>' +
  '<numFmt numFmtId="165" formatCode="0.0000"/><numFmt numFmtId="166" formatCode="#,##0.00"/>' +
  '</numFmts><fonts count="3"><font><sz val="10"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="10"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="14"/><name val="Calibri"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill ' +
  'patternType="gray125"/></fill><fill><patternFill patternType="solid">' +
  '<fgColor rgb="FFE8EDF3"/></patternFill></fill></fills>' +
  '<borders count="2"><border/><border><left/><right/><top style="thin"/><bottom/></border>' +
  '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="10">' +
  '<xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>' +
  '<xf numFmtId="166" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>' +
  '<xf numFmtId="10" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>' +
  '<xf numFmtId="3" applyNumberFormat="1"/><xf quotePrefix="1"/>' +
  '<xf numFmtId="166" fontId="1" borderId="1" applyNumberFormat="1" applyFont="1" ' +
  'applyBorder="1"/><xf fontId="2" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle ' +
  'name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

/** Text of an element; what XML cannot hold is written as `_xHHHH_`, as spreadsheets do. */
function xmlText(text: string): string {
  if (/^[\w .,:;()/-]*$/.test(text) && !text.includes("_x")) return text;
  const cut = text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS - 1)}\u2026` : text;
  return cut.replaceAll(/\p{Surrogate}/gu, "\ufffd").replaceAll(/_(?=x[0-9a-fA-F]{4}_)/g, "_x005F_")
    .replaceAll(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, (sign) =>
      `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const attribute = (text: string): string => xmlText(text).replaceAll('"', "&quot;");

// An inline string is text whatever it starts with; the quote prefix keeps it so when it is edited.
const textCell = (at: string, text: string, style: number): string =>
  `<c r="${at}" t="inlineStr" s="${/^[=+\-@\t\r]/.test(text) && style === STYLE.plain
    ? STYLE.text : style}"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;

function cellXml(cell: Cell | undefined, type: ColumnType, at: string, formula = ""): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return textCell(at, cell, STYLE.plain);
  const style = type === "text" ? STYLE.plain : STYLE[type];
  return `<c r="${at}" s="${style}">${formula && `<f>${xmlText(formula)}</f>`}<v>${cell}</v></c>`;
}

/** Sums by the column's letters, without the error of adding up in binary. */
class Totals {
  private readonly units: bigint[];
  constructor(private readonly columns: readonly Column[]) {
    this.units = columns.map(() => 0n);
  }

  add(at: number, cell: Cell | undefined): void {
    if (typeof cell === "number") {
      (this.units[at] as bigint) += BigInt(Math.round(cell * 10_000));
    }
  }

  row(rows: number): string {
    const last = rows + 1;
    const cells = this.columns.map((column, at) => {
      const letters = columnLetters(at);
      if (!column.isSummed) return at === 0 ? textCell(`A${last + 1}`, "Total", STYLE.total) : "";
      return `<c r="${letters}${last + 1}" s="${STYLE.total}"><f>SUM(${letters}2:${letters}${last})` +
        `</f><v>${Number(this.units[at]) / 10_000}</v></c>`;
    });
    return `<row r="${last + 1}">${cells.join("")}</row>`;
  }
}

const widthOf = (column: Column): number =>
  column.type === "text" ? Math.round(22 * (column.weight ?? 1)) : 19;

/** A sheet of one table: frozen head, filter, typed cells, totals as formulas. */
async function* tableSheet(
  columns: readonly Column[], batches: AsyncIterable<readonly (readonly Cell[])[]>,
  rowTypes?: Table["rowTypes"],
): AsyncGenerator<string> {
  const letters = columns.map((_, at) => columnLetters(at));
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>' +
    `</sheetViews><cols>${columns.map((column, at) => `<col min="${at + 1}" max="${at + 1}" ` +
      `width="${widthOf(column)}" customWidth="1"/>`).join("")}</cols><sheetData><row r="1">` +
    `${columns.map((column, at) => textCell(`${letters[at]}1`, column.label, STYLE.head)).join("")}` +
    "</row>";
  const totals = new Totals(columns);
  const isSummed = columns.some((column) => column.isSummed);
  let row = 1;
  for await (const batch of batches) {
    let text = "";
    for (const cells of batch) {
      row += 1;
      text += `<row r="${row}">`;
      for (const [at, column] of columns.entries()) {
        const cell = cells[at];
        if (column.isSummed) totals.add(at, cell);
        text += cellXml(cell, typeOf(column, row - 2, rowTypes), `${letters[at]}${row}`,
          column.formula && formulaText(column.formula, columns, row));
      }
      text += "</row>";
    }
    yield text;
  }
  yield `${isSummed && row > 1 ? totals.row(row - 1) : ""}</sheetData>` +
    `<autoFilter ref="A1:${letters.at(-1)}${row}"/></worksheet>`;
}

/** The sheet before all others: title, facts, and what the sections say in words. */
async function* coverSheet(report: Report): AsyncGenerator<string> {
  let row = 0;
  const line = (first: string, second = "", style: number = STYLE.plain): string => {
    row += 1;
    return `<row r="${row}">${textCell(`A${row}`, first, style)}${
      second && textCell(`B${row}`, second, STYLE.plain)}</row>`;
  };
  yield `${HEAD}<worksheet xmlns="${MAIN}"><cols><col min="1" max="1" width="32" ` +
    'customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>' +
    line(report.title, "", STYLE.title) + line(report.summary) +
    report.facts.map(([label, value]) => line(label, value)).join("") +
    report.sections.flatMap(({ title, paragraphs = [] }) => paragraphs.map((text, at) =>
      line(at === 0 ? title : "", text))).join("") +
    "</sheetData></worksheet>";
}

async function* once<T>(value: T): AsyncGenerator<T> { yield value; }

type Sheet = { title: string; body: AsyncIterable<string> };

function sheetsOf(report: Report, extra: readonly RowSheet[]): Sheet[] {
  const tables = report.sections.flatMap(({ title, table }) => table
    ? [{ title, body: tableSheet(table.columns, once(table.rows), table.rowTypes) }] : []);
  return [{ title: "Report", body: coverSheet(report) },
    ...tables,
    ...extra.map(({ title, columns, batches }) => ({ title, body: tableSheet(columns, batches) }))];
}

/** The parts of the file that say which sheets it has and what it is. */
function frameParts(report: Report, sheets: readonly Sheet[]): [name: string, text: string][] {
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const relation = (id: number, kind: string, target: string): string =>
    `<Relationship Id="rId${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  return [
    ["[Content_Types].xml", `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default ` +
      'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override ` +
      `PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/><Override PartName="` +
      '/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties' +
      `+xml"/>${sheets.map((_, at) => `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ` +
        `ContentType="${type}.worksheet+xml"/>`).join("")}</Types>`],
    ["_rels/.rels", `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">` +
      `${relation(1, "officeDocument", "xl/workbook.xml")}<Relationship Id="rId2" Type="${PACKAGE}` +
      '/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'],
    ["docProps/core.xml", `${HEAD}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" ` +
      'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ' +
      `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlText(report.title)}` +
      `</dc:title><dc:creator>TodiScope</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${
        report.datedAt}</dcterms:created></cp:coreProperties>`],
    ["xl/workbook.xml", `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${
      sheets.map(({ title }, at) => `<sheet name="${attribute(title)}" sheetId="${at + 1}" ` +
        `r:id="rId${at + 1}"/>`).join("")}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${
      sheets.map((_, at) => relation(at + 1, "worksheet", `worksheets/sheet${at + 1}.xml`)).join("")
    }${relation(sheets.length + 1, "styles", "styles.xml")}</Relationships>`],
    ["xl/styles.xml", STYLES],
  ];
}

/**
 * A report as an Office Open XML workbook: one sheet a table, and `extra` sheets whose rows are
 * read while they are written. The same report gives the same bytes. Memory is that of a batch.
 */
export async function* reportXlsx(
  report: Report, extra: readonly RowSheet[] = [],
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    ready.push(piece);
  });
  const open = (name: string): ZipDeflate => {
    const part = new ZipDeflate(name, { level: 1 });
    part.mtime = ZIP_EPOCH;
    zip.add(part);
    return part;
  };
  const sheets = sheetsOf(report, extra);
  for (const [name, text] of frameParts(report, sheets)) open(name).push(strToU8(text), true);
  for (const [at, { body }] of sheets.entries()) {
    const part = open(`xl/worksheets/sheet${at + 1}.xml`);
    for await (const text of body) {
      part.push(strToU8(text));
      yield* ready.splice(0);
    }
    part.push(new Uint8Array(), true);
  }
  zip.end();
  yield* ready.splice(0);
}

