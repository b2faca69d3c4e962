import pino from "pino";

const CENSORED = "[redacted]";
/** Names of members that hold a secret, whatever stands before them: `one_time_password`. */
const SECRET_NAME = /(passwords?|passwd|secrets?|tokens?|authorization|cookies?|api_?key)$/i;
/** Passwords in URLs, bearer tokens, our own tokens, password hashes, session cookies. */
const SECRET_TEXT = new RegExp([
  String.raw`(?<=://[^\s/:@"]{0,200}:)[^\s@"/]+(?=@)`,
  String.raw`(?<=bearer )[\w.~+/=-]{8,}`,
  String.raw`(?<=tds_)[\w-]{20,}`,
  String.raw`\$argon2[a-z]*\$[^\s"']+`,
  String.raw`(?<=session-token(?:\.\d)?=)[^\s;"]+`,
].join("|"), "gi");
const DEPTH = 6;

/** The object of a log line without what its members' names say is secret, at any depth. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH) return "[too deep]";
  if (value instanceof Error) return redacted(pino.stdSerializers.err(value), depth);
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  if (value instanceof Date || ArrayBuffer.isView(value)) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) =>
    [name, SECRET_NAME.test(name) ? CENSORED : redacted(member, depth + 1)]));
}

/** A finished log line without secrets that stand inside its texts. */
export const redactedText = (line: string): string => line.replace(SECRET_TEXT, CENSORED);
