/** Pure arithmetic of the charts: ticks from zero, and text that has no browser to measure it. */

const STEPS = [1, 2, 2.5, 5, 10];

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

const NARROW_CHARACTERS = /[iljtfI1.,'|! ()[\]]/g;

/** An estimate that is never much too small: labels may have air, but must not collide. */
export function textWidth(text: string, size: number, bold = false): number {
  const narrow = text.replace(/\d/g, "0").match(NARROW_CHARACTERS)?.length ?? 0;
  return ((text.length - narrow) * 0.59 + narrow * 0.34) * size * (bold ? 1.06 : 1);
}

/** At most `most` lines; what does not fit ends in an ellipsis (names only, never figures). */
export function wrapLabel(text: string, width: number, size: number, most = 2): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || textWidth(longer, size) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = `${shown[most - 1]}…`;
  return shown.map((line) => cut(line, width, size));
}

function cut(line: string, width: number, size: number): string {
  if (textWidth(line, size) <= width) return line;
  let shorter = line.replace(/…$/, "");
  while (shorter.length > 3 && textWidth(`${shorter}…`, size) > width) shorter = shorter.slice(0, -1);
  return `${shorter}…`;
}

/** The column for names at the left of horizontal bars. */
export function labelColumn(labels: readonly string[], width: number, size = 12): number {
  const longestWord = Math.max(0, ...labels.flatMap((label) =>
    label.split(/\s+/).map((word) => textWidth(word, size))));
  const half = Math.max(0, ...labels.map((label) => textWidth(label, size) * 0.58));
  const wish = Math.max(longestWord, Math.min(half, 132)) + 12;
  return Math.round(Math.max(48, Math.min(wish, width * 0.4, 152)));
}
