import { assert } from "./assert";

/** A JSON value as it can be stored and hashed. */
export type Json =
  | string | number | boolean | null
  | readonly Json[]
  | { readonly [member: string]: Json | undefined };

/**
 * RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white space,
 * ECMAScript number text. Members that are undefined are left out.
 * @throws InvariantError for NaN, infinities and lone surrogates: input is checked at the door.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === "string") return canonicalText(value);
  if (typeof value === "number") {
    assert(Number.isFinite(value), "canonical JSON has no NaN or infinity");
    return String(value === 0 ? 0 : value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  let members = "";
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${canonicalText(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/**
 * A text as canonical JSON. Nearly every text needs no escape; quoting it then costs a third of
 * JSON.stringify.
 * @throws InvariantError for lone surrogates.
 */
export function canonicalText(text: string): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  assert(isWellFormed(text), "canonical JSON has no lone surrogates");
  return JSON.stringify(text);
}

const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** True when every surrogate in the text has its partner. */
export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text);

const LONE_SURROGATE = /\p{Surrogate}/u;
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
