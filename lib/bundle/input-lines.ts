import { canonicalJson, type Json } from "../kernel/canonical";

/** What a line of the inputs says of a row beside its raw hash: its record, or that one's hash. */
export type InputMember = "normalized" | "normalized_sha256";

/** Bytes of a SHA-256 in hexadecimal. */
const HASH_BYTES = 64;

/**
 * The lines of a bundle's inputs.
 * @param rows each row's raw hash, a blank and the member's value as JSON, one row a line
 * @param member the member that the value becomes
 * @returns canonical JSON, one object a line, as UTF-8
 * @throws SyntaxError where a value is no JSON
 */
export function inputLines(rows: string, member: InputMember): Uint8Array<ArrayBuffer> {
  let lines = "";
  for (const row of rows.split("\n")) {
    const value = JSON.parse(row.slice(HASH_BYTES + 1)) as Json;
    lines += `${canonicalJson({ [member]: value, raw: row.slice(0, HASH_BYTES) })}\n`;
  }
  return new TextEncoder().encode(lines);
}
