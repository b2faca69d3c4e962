import { cellText, type Chart } from "./model";

/** Text as the font can show it. */
export type Writable = (text: string) => string;

type Frame = { left: number; top: number; width: number; bottom: number };
const BAR = 13;
const LABELS = 150;
const FIGURES = 105;
const INK = "#1b2430";
const FAINT = "#5b6675";
const PLAIN = "#3d6ea8";
const MARKED = "#b3382c";
/** Of a longer list the rest stands in the table below. */
const BARS = 24;

/** Horizontal bars as vectors, with lines across them; gives where it ends. */
export function drawChart(
  doc: PDFKit.PDFDocument, chart: Chart, text: Writable, frame: Frame,
): number {
  const room = Math.max(1, Math.floor((frame.bottom - frame.top - 40) / (BAR + 4)));
  const bars = chart.bars.slice(0, Math.min(BARS, room));
  const { lines = [] } = chart;
  const ends = [...bars.flatMap(({ value, from = 0 }) => [value, from]),
    ...lines.map(({ value }) => value), 0];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const left = frame.left + LABELS;
  const width = frame.width - LABELS - FIGURES;
  const at = (value: number): number =>
    left + (high > low ? (value - low) / (high - low) : 0) * width;
  const more = chart.bars.length > bars.length ? ` (first ${bars.length} of ${chart.bars.length})` : "";
  doc.font("bold").fontSize(8.5).fillColor(INK)
    .text(text(chart.title) + more, frame.left, frame.top, { width: frame.width });
  let y = doc.y + (lines.length > 0 ? 14 : 4);
  const first = y;
  for (const bar of bars) {
    const [from, to] = [at(bar.from ?? 0), at(bar.value)];
    doc.rect(Math.min(from, to), y, Math.max(0.6, Math.abs(to - from)), BAR)
      .fill(bar.isMarked ? MARKED : PLAIN);
    doc.font("regular").fontSize(8).fillColor(INK)
      .text(text(bar.label), frame.left, y + 1.5, { width: LABELS - 8, height: BAR, ellipsis: true,
        lineBreak: false })
      .text(cellText(bar.value - (bar.from ?? 0), "amount"), left + width + 4, y + 1.5,
        { width: FIGURES - 4, align: "right", lineBreak: false });
    y += BAR + 4;
  }
  for (const { label, value } of lines) {
    const x = at(value);
    doc.moveTo(x, first - 3).lineTo(x, y).lineWidth(0.8).dash(3, { space: 2 }).strokeColor(INK)
      .stroke().undash();
    const said = `${text(label)} ${cellText(value, "amount")}`;
    doc.font("regular").fontSize(7).fillColor(FAINT);
    const wide = doc.widthOfString(said);
    doc.text(said, Math.max(left, Math.min(x + 2, left + width - wide)), first - 13,
      { lineBreak: false });
  }
  doc.moveTo(at(0), first - 2).lineTo(at(0), y).lineWidth(0.6).strokeColor(FAINT).stroke();
  return y;
}
