/** Pure arithmetic of the charts: ticks from zero, and text that has no browser to measure it. */

const STEPS = [1, 2, 2.5, 5, 10];

/** How many steps an axis of so many px carries without crowding. */
export function tickTarget(room: number): number {
  if (room < 170) return 2;
  return room < 420 ? 4 : 6;
}

/** Round steps that cover [min, max], about `target` of them; zero is always a tick. */
export function niceTicks(min: number, max: number, target: number): number[] {
  const low = Math.min(0, Number.isFinite(min) ? min : 0);
  const high = Math.max(0, Number.isFinite(max) ? max : 0);
  const span = high - low;
  if (span <= 0) return [0];
  const rough = span / Math.max(1, target);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((candidate) => candidate * power >= rough * 0.999) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = [];
  for (let index = first; index <= last; index += 1) {
    ticks.push(index === 0 ? 0 : Number((index * step).toPrecision(12)));
  }
  return ticks;
}

/** Round steps inside [low, high], about `target` of them; zero need not be among them. */
export function ticksBetween(low: number, high: number, target: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [Number.isFinite(low) ? low : 0];
  const rough = span / Math.max(1, target);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((candidate) => candidate * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)));
}

const WIDTHS: readonly [RegExp, number][] = [
  [/[iljI.,'|!:;]/, 0.26],
  [/[ftr()[\]\- ]/, 0.34],
  [/[mwMW%@]/, 0.86],
  [/[A-Z\u2212+×]/, 0.69],
  [/./, 0.56],
];

/** An estimate that is never much too small: labels may have air, but must not collide. */
export function textWidth(text: string, size: number, bold = false): number {
  let units = 0;
  for (const character of text) {
    units += WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? 0.6;
  }
  return units * size * (bold ? 1.06 : 1);
}

/**
 * At most `most` lines, measured bold so that a selected row keeps its lines.
 * What does not fit ends in an ellipsis: names only, never figures.
 */
export function wrapLabel(text: string, width: number, size: number, most = 2): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || textWidth(longer, size, true) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = `${shown[most - 1]}…`;
  return shown.map((line) => cut(line, width, size));
}

function cut(line: string, width: number, size: number): string {
  if (textWidth(line, size, true) <= width) return line;
  let shorter = line.replace(/…$/, "");
  while (shorter.length > 3 && textWidth(`${shorter}…`, size, true) > width) {
    shorter = shorter.slice(0, -1);
  }
  return `${shorter}…`;
}

/** The least width in which a name stands in two lines. */
function twoLines(label: string, size: number): number {
  const words = label.split(/\s+/);
  const breaks = words.map((_, index) => Math.max(
    textWidth(words.slice(0, index + 1).join(" "), size, true),
    textWidth(words.slice(index + 1).join(" "), size, true),
  ));
  return Math.min(...breaks);
}

const ONE_LINE_UP_TO = 96;

/**
 * Where a figure begins that stands behind a bar's end: beyond the upright line when it would lie
 * on it.
 */
export function besideLine(start: number, width: number, line: number | null): number {
  const gap = 5;
  const lies = line !== null && line > start - gap && line < start + width + gap;
  return lies ? line + gap : start;
}

/** The column for names at the left of horizontal bars, the gap to the bars included. */
export function labelColumn(labels: readonly string[], width: number, size = 12): number {
  const wishes = labels.map((label) => {
    const whole = textWidth(label, size, true);
    return whole <= Math.min(ONE_LINE_UP_TO, width * 0.3) ? whole : twoLines(label, size);
  });
  const wish = Math.max(36, ...wishes) + 12;
  return Math.round(Math.max(48, Math.min(wish, width * 0.48, 160)));
}
