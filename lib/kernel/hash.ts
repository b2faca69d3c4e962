import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson, type Json } from "./canonical";

type NodeCrypto = {
  /** One call without an object between; since Node 20.12. */
  hash?: {
    (name: "sha256" | "sha1", data: Uint8Array | string, encoding: "hex"): string;
    (name: "sha256", data: Uint8Array | string, encoding: "latin1"): string;
  };
  createHash(name: "sha256"): {
    update(data: Uint8Array | string): { digest(): Uint8Array; digest(encoding: "hex"): string };
  };
};

// The same room runs in server, worker and browser: native hashing where Node offers it.
const native = (globalThis as {
  process?: { getBuiltinModule?: (id: string) => unknown };
}).process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;

/** SHA-1 as 40 lower-case hexadecimal digits, for ids; null where it takes more than one call. */
export const sha1Hex = (data: Uint8Array): string | null =>
  native?.hash ? native.hash("sha1", data, "hex") : null;

/** SHA-256 of bytes, or of a text's UTF-8, as 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  if (native?.hash) return bytesOf(native.hash("sha256", data, "latin1"));
  if (native) return plainBytes(native.createHash("sha256").update(data).digest());
  return portableSha256(typeof data === "string" ? utf8ToBytes(data) : data);
}

/** A text of a byte a character: Node makes one in half the time that it takes for a Buffer. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

// Node answers with a Buffer, whose `slice` shares memory where a Uint8Array's copies.
const plainBytes = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256Hex(data: Uint8Array | string): string {
  if (native?.hash) return native.hash("sha256", data, "hex");
  if (native) return native.createHash("sha256").update(data).digest("hex");
  return bytesToHex(portableSha256(typeof data === "string" ? utf8ToBytes(data) : data));
}

/** A value's RFC 8785 form with its SHA-256, for what is both stored and identified by its hash. */
export function canonicalForm(value: Json): { canonical: string; sha256: string } {
  const canonical = canonicalJson(value);
  return { canonical, sha256: sha256Hex(canonical) };
}

/** SHA-256, in hexadecimal, of a value's RFC 8785 form: the identity of a payload. */
export const canonicalHash = (value: Json): string => sha256Hex(canonicalJson(value));
