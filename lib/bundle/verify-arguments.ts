/** What a call of the verifier asks for, or why it cannot be taken. */
export type VerifyArguments =
  | { kind: "check"; file: string; keyId: string | undefined }
  | { kind: "help" }
  | { kind: "refused"; says: string };

export const VERIFY_USAGE = "Usage: node verify.mjs bundle.zip [--key SHA-256-of-the-public-key]";

const refused = (says: string): VerifyArguments => ({ kind: "refused", says });

/**
 * The id of a key as the verifier compares it: SHA-256 in lower-case hexadecimal; null when a text
 * is none.
 */
export function keyIdOf(text: string): string | null {
  const bare = text.trim().toLowerCase();
  return /^[0-9a-f]{64}$/.test(bare) ? bare : null;
}

/** Why a text is no id of a key. */
export const keyIdRefusal = (text: string): string => "--key takes the SHA-256 of the public " +
  `key, 64 hexadecimal digits; it got ${JSON.stringify(text)}.`;

/**
 * Reads the words behind `node verify.mjs`. Nothing is passed over: whoever asks for a key and is
 * not heard would take a bundle signed by any key for one that was checked.
 */
export function readArguments(given: readonly string[]): VerifyArguments {
  const files: string[] = [];
  let key: string | undefined;
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--help" || word === "-h") return { kind: "help" };
    if (word === "--key" || word.startsWith("--key=")) {
      if (key !== undefined) return refused("--key is given twice.");
      key = word === "--key" ? rest.shift() : word.slice("--key=".length);
      if (key === undefined) return refused("--key is given without a key behind it.");
    } else if (word.startsWith("-")) return refused(`There is no option ${JSON.stringify(word)}.`);
    else files.push(word);
  }
  const [file, ...more] = files;
  if (file === undefined) return refused("No bundle is named.");
  if (more.length > 0) return refused("More than one file is named; check one after the other.");
  if (key === undefined) return { kind: "check", file, keyId: undefined };
  const keyId = keyIdOf(key);
  return keyId === null ? refused(keyIdRefusal(key)) : { kind: "check", file, keyId };
}
