import { createParser } from "nuqs";

/** Longer ones stay out of the address, which browsers would cut. */
const LONGEST = 6000;

/** A typed list of the address as JSON; what `read` does not know is as if it were not there. */
export const parseAsRows = <T>(read: (value: unknown) => T | null) => createParser<T[]>({
  parse: (text) => {
    if (text.length > LONGEST) return null;
    try {
      const value: unknown = JSON.parse(text);
      if (!Array.isArray(value)) return null;
      return value.map(read).filter((row) => row !== null);
    } catch {
      return null;
    }
  },
  serialize: (rows) => JSON.stringify(rows),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});

/** A member of a parsed object that is a number inside its bounds. */
export function numberAt(
  value: unknown, name: string, low: number, high: number, otherwise: number,
): number {
  const member = (value as Record<string, unknown> | null)?.[name];
  return typeof member === "number" && Number.isFinite(member)
    ? Math.min(high, Math.max(low, member)) : otherwise;
}
