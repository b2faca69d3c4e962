import { compactNumber, NARROW } from "@/components/ui/format";

export type NumberKind = "rate" | "amount";

/** What a person typed: a number, nothing, the beginning of a number, or something else. */
export type Typed =
  | { kind: "number"; value: number }
  | { kind: "empty" }
  | { kind: "partial" }
  | { kind: "invalid" };

function decimalPoint(text: string, kind: NumberKind): string | null {
  const lastComma = text.lastIndexOf(",");
  const lastDot = text.lastIndexOf(".");
  if (lastComma < 0 && lastDot < 0) return text;
  const mark = lastComma > lastDot ? "," : ".";
  const both = lastComma >= 0 && lastDot >= 0;
  const repeated = text.indexOf(mark) !== text.lastIndexOf(mark);
  // "1,234" is 1.234 per cent, but one thousand euro.
  const groups = kind === "amount" && !both && /^\d{1,3}([.,])\d{3}$/.test(text) && mark === ",";
  const other = mark === "," ? "." : ",";
  if (both && repeated) return null;
  if (repeated || groups) {
    return /^\d{1,3}([.,]\d{3})+$/.test(text) ? text.replaceAll(mark, "") : null;
  }
  if (both && !new RegExp(`^\\d{1,3}(\\${other}\\d{3})+\\${mark}\\d*$`).test(text)) return null;
  return text.replaceAll(other, "").replace(mark, ".");
}

/** Accepts "-" and "−", "," and "." decimals, grouped thousands, and the unit typed along. */
export function parseNumberText(text: string, kind: NumberKind = "rate"): Typed {
  const bare = text.replace(/[\s\u00a0\u202f']/g, "").replace(/(%|pts?|×|x)$/i, "");
  if (bare === "") return text.trim() === "" ? { kind: "empty" } : { kind: "partial" };
  const match = /^([+\-\u2212\u2013]?)([\d.,]*)$/.exec(bare);
  if (!match) return { kind: "invalid" };
  const digits = match[2] ?? "";
  if (!/\d/.test(digits)) return { kind: "partial" };
  const plain = decimalPoint(digits, kind);
  if (plain === null) return { kind: "invalid" };
  const value = Number(plain);
  if (!Number.isFinite(value)) return { kind: "invalid" };
  const negative = match[1] !== "" && match[1] !== "+";
  return { kind: "number", value: negative && value !== 0 ? -value : value };
}

export interface Bounds {
  label: string;
  min?: number;
  max?: number;
  unit?: string;
  /** Shocks speak of falling and rising; other figures of a lowest and a highest value. */
  shock?: boolean;
}

function withUnit(value: number, unit: string | undefined, plus: boolean): string {
  const text = compactNumber(value, 4, plus);
  if (!unit) return text;
  return unit === "%" ? `${text}${NARROW}%` : `${text} ${unit}`;
}

/** The words for a number outside its bounds; null when it is inside. */
export function boundsError(value: number, bounds: Bounds): string | null {
  const { label, min, max, unit, shock } = bounds;
  const typed = `You typed ${withUnit(value, unit, Boolean(shock))}.`;
  if (min !== undefined && value < min) {
    const falls = shock && min < 0;
    return falls
      ? `${label} cannot fall by more than ${withUnit(-min, unit, false)}. ${typed}`
      : `${label} cannot be below ${withUnit(min, unit, false)}. ${typed}`;
  }
  if (max !== undefined && value > max) {
    const rises = shock && max > 0;
    return rises
      ? `${label} cannot rise by more than ${withUnit(max, unit, false)}. ${typed}`
      : `${label} cannot be above ${withUnit(max, unit, false)}. ${typed}`;
  }
  return null;
}

export function typedError(text: string, typed: Typed, bounds: Bounds): string | null {
  if (typed.kind === "number") return boundsError(typed.value, bounds);
  if (typed.kind === "invalid") return `${bounds.label} needs a number. You typed ${text.trim()}.`;
  return null;
}
