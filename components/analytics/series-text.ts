import { parseNumberText } from "@/components/ui/number-text";
import type { ValuePoint } from "@/lib/risk";

/** Most days of one series, as the API has it. */
export const DAYS_LIMIT = 20_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

export type SeriesRead =
  | { ok: true; points: ValuePoint[] }
  | { ok: false; message: string };

const fault = (line: number, message: string): SeriesRead =>
  ({ ok: false, message: `Line ${line}: ${message}` });

const isDay = (text: string): boolean => ISO_DAY.test(text)
  && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

function realDay(text: string): boolean {
  try {
    return isDay(text);
  } catch {
    return false;
  }
}

/** Cells of a line: by tab, else by semicolon, else by comma, as spreadsheets copy and save. */
function cellsOf(line: string): string[] {
  const mark = line.includes("\t") ? "\t" : line.includes(";") ? ";" : ",";
  return line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

/**
 * A pasted series: date, value and, if there is one, the flow of the day, a day a line. A head is
 * passed over, an empty line too.
 */
export function readSeries(text: string): SeriesRead {
  const points: ValuePoint[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const [day = "", value = "", flow = "", ...more] = cellsOf(line);
    const isHead = points.length === 0 && !/\d/.test(day);
    if (isHead) continue;
    if (more.some((cell) => cell !== "")) {
      return fault(index + 1, "more than three cells. Write date, value and flow; "
        + "amounts with commas need tabs or semicolons between cells.");
    }
    if (!realDay(day)) return fault(index + 1, `"${day}" is no date. Write 2026-10-31.`);
    const amount = parseNumberText(value, "amount");
    if (amount.kind !== "number") return fault(index + 1, `value "${value}" is no amount.`);
    const flown = flow === "" ? { kind: "number" as const, value: 0 }
      : parseNumberText(flow, "amount");
    if (flown.kind !== "number") return fault(index + 1, `flow "${flow}" is no amount.`);
    const before = points.at(-1);
    if (before && day <= before.date) {
      return fault(index + 1, `${day} is not after ${before.date}. Days must rise.`);
    }
    if (!(amount.value > 0)) return fault(index + 1, `value ${value} is not above 0.`);
    if (points.length >= DAYS_LIMIT) {
      return fault(index + 1, `a series holds ${DAYS_LIMIT.toLocaleString("en-US")} days at most.`);
    }
    points.push({ date: day, value: amount.value, flow: flown.value });
  }
  return { ok: true, points };
}

/** Made-up workdays, the same every time, to see what the page shows. */
export function exampleSeries(): string {
  const lines = ["date,value,flow"];
  let value = 100_000_000;
  let day = Date.UTC(2025, 10, 3);
  for (let index = 0; index < 260; index += 1) {
    const date = new Date(day);
    if (index > 0) {
      const wave = Math.sin(index * 12.9898) * 43758.5453;
      value *= 1 + ((wave - Math.floor(wave)) - 0.5) * 0.012;
    }
    const flow = index === 130 ? 5_000_000 : 0;
    value += flow;
    lines.push(`${date.toISOString().slice(0, 10)},${value.toFixed(2)},${flow}`);
    day += (date.getUTCDay() === 5 ? 3 : 1) * 86_400_000;
  }
  return lines.join("\n");
}
