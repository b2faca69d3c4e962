import { shownLine } from "@/lib/kernel/shown-line";

/** Writes a line of the result. */
export const say = (text: string): void => { process.stdout.write(`${text}\n`); };

/** Writes a line that is no part of the result: progress, advice. */
export const note = (text: string): void => { process.stderr.write(`${text}\n`); };

export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
export const amount = (value: number | null): string => value === null ? "-" : grouped.format(value);

/** A table with aligned columns; columns of numbers stand to the right. */
export function table(head: readonly string[], given: readonly (readonly string[])[]): string {
  if (given.length === 0) return "(none)";
  const rows = given.map((row) => row.map(shownLine));
  const widths = head.map((text, column) =>
    Math.max(text.length, ...rows.map((row) => (row[column] ?? "").length)));
  const isNumeric = head.map((_, column) =>
    rows.every((row) => /^(-|-?[\d,.]+( %)?)$/.test(row[column] ?? "")));
  const line = (row: readonly string[]): string => row.map((text, column) => {
    const width = widths[column] ?? 0;
    return isNumeric[column] ? text.padStart(width) : text.padEnd(width);
  }).join("  ").trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Facts one below the other. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${shownLine(value)}`).join("\n");
}

const BAR = 24;
const QUIET_MS = 200;

/** A progress line on a terminal; elsewhere nothing, so that logs stay readable. */
export class Progress {
  private readonly startedAt = performance.now();
  private shownAt = -Infinity;

  /** @param done,total of `unit`; a total of 0 is not known yet */
  show(label: string, done: number, total: number, unit: string): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.shownAt < QUIET_MS) return;
    this.shownAt = now;
    const seconds = (now - this.startedAt) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const bar = "#".repeat(Math.round(share * BAR)).padEnd(BAR, ".");
    const left = total > done && rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : "";
    const text = `${label} [${bar}] ${Math.round(share * 100)} % ` +
      `${grouped.format(done)} ${unit}, ${grouped.format(Math.round(rate))}/s${left}`;
    process.stderr.write(`\r${text.padEnd(100).slice(0, process.stderr.columns ?? 100)}`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${" ".repeat(process.stderr.columns ?? 100)}\r`);
  }
}
