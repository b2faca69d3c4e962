import { readFileSync } from "node:fs";
import path from "node:path";
import PDFDocument from "pdfkit";
import { drawChart } from "./pdf-chart";
import { cellText, typeOf, type Column, type Report, type Section, type Table } from "./model";
import type { Writable } from "./pdf-chart";

export type Doc = PDFKit.PDFDocument;

export const INK = "#1b2430";
export const FAINT = "#5b6675";
const RULE = "#c9d1da";
const BAND = "#eef2f6";
export const FONT = { regular: "regular", bold: "bold" } as const;
const MARGIN = 42;
const FOOT = 30;
const FONT_FILES = { regular: "DejaVuSansCondensed.ttf", bold: "DejaVuSansCondensed-Bold.ttf" };

/**
 * A report as PDF/1.7 in A4 across: title, facts and table of contents, then the sections; charts
 * are vectors, every page has its number. The same report gives the same bytes. Signs that the
 * font (DejaVu: Latin, Greek, Cyrillic and more) lacks are written as their code, as [U+4E2D].
 * @param root the project's folder, where the font's package is installed
 */
export async function* reportPdf(report: Report, root: string): AsyncGenerator<Uint8Array> {
  const doc = newDocument(report, root, "landscape");
  const text = writableText(doc);
  const contents = cover(doc, report, text);
  const pages = report.sections.map((section) => {
    const isLong = section.chart !== undefined || (section.table?.rows.length ?? 0) > 8;
    if (doc.bufferedPageRange().count === 1 || roomLeft(doc) < (isLong ? 220 : 130)) {
      doc.addPage();
    } else doc.moveDown(1.6);
    const page = doc.bufferedPageRange().count;
    doc.outline.addItem(section.title);
    drawSection(doc, section, text);
    return page;
  });
  contents(pages);
  footers(doc, report, text);
  doc.end();
  for await (const piece of doc as AsyncIterable<Uint8Array>) yield piece;
}

/** An empty file of A4 pages with the fonts of every report. */
export function newDocument(report: Report, root: string, layout: "landscape" | "portrait"): Doc {
  const date = new Date(report.datedAt);
  const doc = new PDFDocument({ size: "A4", layout, bufferPages: true,
    pdfVersion: "1.7", lang: "en", displayTitle: true, autoFirstPage: true,
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
    info: { Title: report.title, Creator: "TodiScope", Producer: "TodiScope", CreationDate: date,
      ModDate: date } });
  for (const [name, file] of Object.entries(FONT_FILES)) {
    doc.registerFont(name, fontBytes(root, file));
  }
  return doc;
}

const files = new Map<string, Buffer>();

function fontBytes(root: string, file: string): Buffer {
  const known = files.get(file)
    ?? readFileSync(path.join(root, "node_modules/dejavu-fonts-ttf/ttf", file));
  files.set(file, known);
  return known;
}

/** Text as the font can show it: nothing vanishes. */
export function writableText(doc: Doc): Writable {
  doc.font(FONT.regular);
  const { font } = (doc as unknown as
    { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
  const known = new Map<string, string>();
  const shown = (sign: string): string => {
    const code = sign.codePointAt(0) as number;
    if (code === 10) return sign;
    if (code === 9 || code === 13) return " ";
    return code >= 32 && font.hasGlyphForCodePoint(code) ? sign
      : `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  };
  return (text) => {
    let written = "";
    for (const sign of text) {
      let to = known.get(sign);
      if (to === undefined) known.set(sign, to = shown(sign));
      written += to;
    }
    return written;
  };
}

const widthOf = (doc: Doc): number => doc.page.width - 2 * MARGIN;
const bottomOf = (doc: Doc): number => doc.page.height - MARGIN - FOOT;
const roomLeft = (doc: Doc): number => bottomOf(doc) - doc.y;

/** The first page; gives what writes the table of contents once the pages are known. */
function cover(doc: Doc, report: Report, text: Writable): (pages: readonly number[]) => void {
  const half = widthOf(doc) * 0.58;
  doc.font(FONT.bold).fontSize(9).fillColor(FAINT).text("TodiScope", MARGIN, MARGIN);
  doc.moveDown(0.6).fontSize(20).fillColor(INK).text(text(report.title), { width: widthOf(doc) });
  doc.moveDown(0.3).font(FONT.regular).fontSize(11)
    .text(text(report.summary), { width: widthOf(doc), lineGap: 2 });
  const top = doc.y + 18;
  doc.y = top;
  for (const [label, value] of report.facts) {
    const y = doc.y;
    const [name, said] = [text(label), text(value)];
    doc.fontSize(8).font(FONT.regular).fillColor(FAINT).text(name, MARGIN, y, { width: 110 });
    const below = doc.y;
    // Facts are few and short; what would leave the page is cut with a sign of it.
    doc.fillColor(INK).text(said, MARGIN + 116, y, { width: half - 130, height: 60,
      ellipsis: true });
    doc.y = Math.max(doc.y, below) + 3;
  }
  return (pages) => {
    doc.switchToPage(0);
    const left = MARGIN + half;
    const width = widthOf(doc) - half;
    doc.font(FONT.bold).fontSize(10).fillColor(INK).text("Contents", left, top, { width });
    let y = doc.y + 6;
    for (const [at, { title }] of report.sections.entries()) {
      doc.font(FONT.regular).fontSize(9).fillColor(INK)
        .text(text(title), left, y, { width: width - 40, lineBreak: false });
      doc.text(String(pages[at]), left + width - 36, y, { width: 36, align: "right" });
      y += 15;
    }
  };
}

function drawSection(doc: Doc, section: Section, text: Writable): void {
  doc.font(FONT.bold).fontSize(13).fillColor(INK)
    .text(text(section.title), MARGIN, doc.y, { width: widthOf(doc) });
  doc.moveDown(0.3);
  for (const paragraph of section.paragraphs ?? []) {
    doc.font(FONT.regular).fontSize(9).fillColor(INK)
      .text(text(paragraph), MARGIN, doc.y, { width: widthOf(doc), lineGap: 1.5 });
    doc.moveDown(0.4);
  }
  if (section.chart) {
    const y = drawChart(doc, section.chart, text,
      { left: MARGIN, top: doc.y + 4, width: widthOf(doc), bottom: bottomOf(doc) });
    doc.y = y + 10;
  }
  if (section.table) drawTable(doc, section.table, text);
}

const SIZE = 7.5;
const PAD = 4;

/** Columns as wide as their figures; what is left goes to text by weight. */
function columnWidths(doc: Doc, { columns, rows, rowTypes }: Table): number[] {
  doc.font(FONT.bold).fontSize(SIZE);
  const least = columns.map((column, at) => {
    if (column.type === "text") return 0;
    const longest = rows.reduce((most, row, index) => {
      const figure = cellText(row[at], typeOf(column, index, rowTypes));
      return figure.length > most.length ? figure : most;
    }, "");
    const word = column.label.split(" ").reduce((most, each) =>
      each.length > most.length ? each : most, "");
    return Math.max(doc.widthOfString(longest), doc.widthOfString(word), 30) + 2 * PAD + 2;
  });
  const spare = widthOf(doc) - least.reduce((sum, width) => sum + width, 0);
  const weights = columns.map((column) => column.type === "text" ? column.weight ?? 1 : 0);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const scale = spare < 40 * all ? widthOf(doc) / (widthOf(doc) - spare + 40 * all) : 1;
  return columns.map((_, at) => scale < 1
    ? ((least[at] as number) + 40 * (weights[at] as number)) * scale
    : (least[at] as number) + (all > 0 ? spare * (weights[at] as number) / all : 0));
}

function drawTable(doc: Doc, table: Table, text: Writable): void {
  if (table.rows.length === 0) {
    doc.font(FONT.regular).fontSize(9).fillColor(FAINT).text("None.", MARGIN);
    return;
  }
  const widths = columnWidths(doc, table);
  const texts = (cells: readonly string[], font: string): number => {
    doc.font(font).fontSize(SIZE);
    return Math.max(...cells.map((cell, at) =>
      doc.heightOfString(cell, { width: (widths[at] as number) - 2 * PAD }))) + 5;
  };
  const line = (cells: readonly string[], font: string, height: number): void => {
    const y = doc.y;
    let x = MARGIN;
    doc.font(font).fontSize(SIZE).fillColor(INK);
    for (const [at, cell] of cells.entries()) {
      const width = widths[at] as number;
      doc.text(cell, x + PAD, y + 2.5, { width: width - 2 * PAD, height: height - 2,
        ellipsis: true, align: (table.columns[at] as Column).type === "text" ? "left" : "right" });
      x += width;
    }
    doc.y = y + height;
    doc.moveTo(MARGIN, doc.y).lineTo(MARGIN + widthOf(doc), doc.y).lineWidth(0.4)
      .strokeColor(RULE).stroke();
  };
  const labels = table.columns.map(({ label }) => text(label));
  const head = (): void => {
    const height = texts(labels, FONT.bold);
    doc.rect(MARGIN, doc.y, widthOf(doc), height).fill(BAND);
    line(labels, FONT.bold, height);
  };
  head();
  for (const [index, row] of table.rows.entries()) {
    const cells = table.columns.map((column, at) =>
      text(cellText(row[at], typeOf(column, index, table.rowTypes))));
    const height = Math.min(texts(cells, FONT.regular), bottomOf(doc) - MARGIN - 40);
    if (height > roomLeft(doc)) {
      doc.addPage();
      head();
    }
    line(cells, FONT.regular, height);
  }
  doc.x = MARGIN;
}

function footers(doc: Doc, report: Report, text: Writable): void {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    doc.switchToPage(page);
    // Below the margin a text would open a page of its own.
    doc.page.margins.bottom = 0;
    const y = doc.page.height - MARGIN;
    doc.font(FONT.regular).fontSize(7).fillColor(FAINT)
      .text(text([report.title, report.status].filter(Boolean).join("  \u00b7  ")), MARGIN, y, { width: widthOf(doc) - 120, height: 10,
        ellipsis: true })
      .text(`Page ${page + 1} of ${count}`, MARGIN + widthOf(doc) - 110, y,
        { width: 110, align: "right", lineBreak: false });
  }
}
