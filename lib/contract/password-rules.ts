import { COMMON_PASSWORDS, COMMON_WORDS } from "./common-passwords";

/** Length beats composition rules; 200 bounds the work of hashing. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;
/** How many earlier passwords may not be used again. */
export const PASSWORDS_KEPT = 5;

/** Whose password it is: what a stranger would try first. */
export type PasswordOwner = { email: string; name: string };

const DISTINCT = 5;
/** What must be left of a password beside the owner's name. */
const BESIDE_NAME = 8;

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** The same again and again, as in "abcabcabcabc". */
const isRepeated = (text: string): boolean => /^(.{1,20}?)\1+.{0,5}$/u.test(text)
  && text.length >= SHORTEST_PASSWORD;

/** Neighbours in the alphabet or among the digits, as in "abcdefghijkl" or "210987654321". */
function isSequence(text: string): boolean {
  const points = [...text].map((one) => one.codePointAt(0) ?? 0);
  const steps = new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0)));
  steps.delete(9);
  steps.delete(-9); // 9 to 0 and back
  return steps.size <= 1 && (steps.size === 0 || steps.has(1) || steps.has(-1));
}

function isCommon(password: string): boolean {
  const text = password.toLowerCase();
  if (COMMON_PASSWORDS.has(text)) return true;
  const core = text.replace(/^[^a-z]+|[^a-z]+$/g, "");
  return COMMON_WORDS.has(core);
}

function holdsOwner(password: string, { email, name }: PasswordOwner): boolean {
  const text = letters(password);
  const own = [letters(email), letters(email.split("@")[0] ?? ""), letters(name)];
  return own.some((part) => part.length >= 4 && text.includes(part)
    && text.length - part.length < BESIDE_NAME);
}

/**
 * The rules a password breaks, each as a sentence; empty when it may be used. That it differs from
 * the ones before, only the server can say.
 */
export function passwordProblems(password: string, owner: PasswordOwner): string[] {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) {
    return [`At least ${SHORTEST_PASSWORD} characters. This has ${length}.`];
  }
  if (password.length > LONGEST_PASSWORD) {
    return [`At most ${LONGEST_PASSWORD} characters. This has ${length}.`];
  }
  const problems: string[] = [];
  if (holdsOwner(password, owner)) problems.push("Not your e-mail address or your name.");
  if (isCommon(password)) problems.push("Not one of the passwords that many people use.");
  const text = password.toLowerCase();
  if (new Set(text).size < DISTINCT || isRepeated(text) || isSequence(text)) {
    problems.push("Not the same few characters again and again, and not a row of neighbours.");
  }
  return problems;
}
