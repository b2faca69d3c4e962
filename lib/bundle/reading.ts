import { canonicalJson, type Json } from "../kernel/canonical";

/** Why a bundle does not hold, in words that name the place. */
export class NotSound extends Error {
  override name = "NotSound";
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NEWLINE = 10;

/** The lines of a file; every line ends in one newline, or it is no file of a bundle. */
export function* linesOf(name: string, bytes: Uint8Array): Generator<string> {
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(NEWLINE, from);
    if (to < 0) throw new NotSound(`${name} ends in the middle of a line.`);
    yield textOf(name, bytes.subarray(from, to));
    from = to + 1;
  }
}

export function textOf(name: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new NotSound(`${name} is not UTF-8.`);
  }
}

/** A value as JSON in RFC 8785 form, and in no other. */
export function canonicalValue(name: string, text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
    if (canonicalJson(value) === text) return value;
  } catch {
    throw new NotSound(`${name} holds a line that is no JSON.`);
  }
  throw new NotSound(`${name} holds a line that is not in its canonical form.`);
}

/** All lines of a file as values. */
export const valuesOf = <T>(name: string, bytes: Uint8Array): T[] =>
  [...linesOf(name, bytes)].map((line) => canonicalValue(name, line) as T);

/** The one value of a file. */
export function valueOf<T>(name: string, bytes: Uint8Array): T {
  const [value, ...more] = valuesOf<T>(name, bytes);
  if (value === undefined || more.length > 0) throw new NotSound(`${name} is not one line.`);
  return value;
}
