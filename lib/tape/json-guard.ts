import { isWellFormed } from "../kernel/canonical";
import { shorten } from "./problem";

/** Where a JSON value cannot be taken in, and why. The path is empty for the value itself. */
export type JsonFault = { path: string; message: string };

const MAX_DEPTH = 64;

type Frame = {
  values: readonly unknown[];
  /** Member names; null for a list. */
  keys: readonly string[] | null;
  at: number;
};

/**
 * Looks for what JSON text can hold and storage cannot: nesting deeper than `maxDepth` (64),
 * numbers beyond float64 (1e400 parses to Infinity), NUL characters and lone surrogates in texts
 * and member names. Gives the first fault in document order, or null. Iterative: no nesting can
 * exhaust the stack.
 */
export function checkJson(value: unknown, limits: { maxDepth?: number } = {}): JsonFault | null {
  const maxDepth = limits.maxDepth ?? MAX_DEPTH;
  const frames: Frame[] = [];
  const fault = (message: string): JsonFault => ({ path: pathOf(frames), message });
  const wrong = scalarFault(value);
  if (wrong !== null) return fault(wrong);
  const root = frameOf(value);
  if (root === null) return null;
  if (maxDepth < 1) return fault("is nested too deep");
  frames.push(root);
  for (;;) {
    const frame = frames[frames.length - 1];
    if (frame === undefined) return null;
    if (++frame.at >= frame.values.length) {
      frames.pop();
      continue;
    }
    const key = frame.keys?.[frame.at];
    const badKey = key === undefined ? null : textFault(key);
    if (badKey !== null) return fault(`has a member name that ${badKey}`);
    const item = frame.values[frame.at];
    const badItem = scalarFault(item);
    if (badItem !== null) return fault(badItem);
    const inner = frameOf(item);
    if (inner === null) continue;
    if (frames.length >= maxDepth) return fault(`is nested deeper than ${maxDepth} levels`);
    frames.push(inner);
  }
}

function frameOf(value: unknown): Frame | null {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) return { values: value as unknown[], keys: null, at: -1 };
  return { values: Object.values(value), keys: Object.keys(value), at: -1 };
}

function scalarFault(value: unknown): string | null {
  if (typeof value === "number") {
    return Number.isFinite(value) ? null : "is a number beyond the range of float64";
  }
  return typeof value === "string" ? textFault(value) : null;
}

function textFault(text: string): string | null {
  if (text.includes("\0")) return "contains a NUL character";
  return isWellFormed(text) ? null : "contains half of a surrogate pair";
}

/** `records[3].payload.name`; names are cut, and characters that made them bad are replaced. */
function pathOf(frames: readonly Frame[]): string {
  let path = "";
  for (const { keys, at } of frames) {
    if (keys === null) {
      path += `[${at}]`;
    } else {
      const name = shorten(clean(keys[at] as string), 60);
      path += path === "" ? name : `.${name}`;
    }
  }
  return shorten(path, 500);
}

const clean = (text: string): string =>
  text.replace(/\0|\p{Surrogate}/gu, "\ufffd");
