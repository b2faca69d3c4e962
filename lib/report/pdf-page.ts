import type { Report } from "./model";
import { FAINT, FONT, INK, newDocument, writableText, type Doc } from "./pdf";
import type { Writable } from "./pdf-chart";
import { drawChart } from "./pdf-chart";

const MARGIN = 42;
const RULE = "#c9d1da";
const FIGURE_SIZE = 11;

/**
 * A report on one A4 page: title, sentences, tiles, the first chart, sign-off and what it rests
 * on. What does not fit is cut with a sign of it; the same report gives the same bytes.
 * @param root the project's folder, where the font's package is installed
 */
export async function* onePagePdf(report: Report, root: string): AsyncGenerator<Uint8Array> {
  const doc = newDocument(report, root, "portrait");
  const text = writableText(doc);
  const width = doc.page.width - 2 * MARGIN;
  // Below the margin a text would open a page of its own.
  doc.page.margins.bottom = 0;
  doc.font(FONT.bold).fontSize(9).fillColor(FAINT).text("TodiScope", MARGIN, MARGIN);
  doc.moveDown(0.4).fontSize(17).fillColor(INK)
    .text(text(report.title), { width, height: 44, ellipsis: true });
  doc.moveDown(0.3);
  if (report.tiles) tiles(doc, report.tiles, text, width);
  sentences(doc, report, text, width);
  const chart = report.sections.find((section) => section.chart)?.chart;
  if (chart) {
    const bars = [...chart.bars].sort((one, other) => other.value - one.value).slice(0, 8);
    const kept = bars.length < chart.bars.length
      ? { ...chart, title: `${chart.title}, the largest ${bars.length} of ${chart.bars.length}`, bars }
      : chart;
    doc.y = drawChart(doc, kept, text,
      { left: MARGIN, top: doc.y + 8, width, bottom: doc.page.height - 250 }) + 14;
  }
  signOff(doc, report, text, width);
  facts(doc, report, text, width);
  doc.end();
  for await (const piece of doc as AsyncIterable<Uint8Array>) yield piece;
}

function tiles(
  doc: Doc, all: NonNullable<Report["tiles"]>, text: Writable, width: number,
): void {
  const wide = (width - 10 * (all.length - 1)) / all.length;
  const top = doc.y + 4;
  for (const [at, { label, value, note }] of all.entries()) {
    const left = MARGIN + at * (wide + 10);
    const line = { width: wide - 16, lineBreak: false, ellipsis: true, height: 14 };
    doc.roundedRect(left, top, wide, 56, 3).lineWidth(0.6).strokeColor(RULE).stroke();
    doc.font(FONT.regular).fontSize(7.5).fillColor(FAINT)
      .text(text(label), left + 8, top + 7, line).text(text(note), left + 8, top + 40, line);
    const figure = text(value);
    // A figure is made smaller rather than cut: digits that are missing make another figure.
    const size = Math.min(FIGURE_SIZE, FIGURE_SIZE * line.width
      / (doc.font(FONT.bold).fontSize(FIGURE_SIZE).widthOfString(figure) + 1));
    doc.fontSize(size).fillColor(INK)
      .text(figure, left + 8, top + 21 + (FIGURE_SIZE - size) / 2, line);
  }
  doc.y = top + 68;
}

function sentences(doc: Doc, report: Report, text: Writable, width: number): void {
  for (const sentence of report.sentences ?? [report.summary]) {
    const top = doc.y;
    doc.font(FONT.regular).fontSize(9.5).fillColor(INK).text("\u2022", MARGIN, top, { width: 10,
      lineBreak: false });
    doc.text(text(sentence), MARGIN + 12, top, { width: width - 12, height: 40, ellipsis: true,
      lineGap: 1.5 });
    doc.y += 3;
  }
}

function signOff(doc: Doc, report: Report, text: Writable, width: number): void {
  const said = report.sections.find(({ title }) => title === "Sign-off")?.paragraphs?.[0];
  if (said === undefined) return;
  doc.font(FONT.bold).fontSize(10).fillColor(INK).text("Sign-off", MARGIN, doc.y, { width });
  doc.font(FONT.regular).fontSize(9.5)
    .text(text(said), MARGIN, doc.y + 3, { width, height: 52, ellipsis: true });
  doc.y += 8;
}

function facts(doc: Doc, report: Report, text: Writable, width: number): void {
  doc.moveTo(MARGIN, doc.y).lineTo(MARGIN + width, doc.y).lineWidth(0.4).strokeColor(RULE).stroke();
  doc.y += 6;
  for (const [label, value] of report.facts) {
    const y = doc.y;
    doc.font(FONT.regular).fontSize(7).fillColor(FAINT)
      .text(text(label), MARGIN, y, { width: 96, lineBreak: false });
    doc.fillColor(INK).text(text(value), MARGIN + 100, y, { width: width - 100, height: 10,
      ellipsis: true });
    doc.y = y + 11;
  }
}
