import { parse, stringify, v5, v7 } from "uuid";
import { canonicalJson, type Json } from "./canonical";
import { sha1Hex } from "./hash";

/** Namespace of every derived id of this product; fixed for ever. */
const NAMESPACE = parse("6f1c9d6e-4a52-5e0b-9d55-7c1f0f5d2a61");
const encoder = new TextEncoder();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** UUIDv5 over the canonical form of what determines a record: equal facts, equal id. */
export function derivedId(identity: Json): string {
  const text = canonicalJson(identity);
  // A run derives an id for each of its records: one place to hash from costs a third.
  const { read, written } = encoder.encodeInto(text, named);
  const hash = read === text.length ? sha1Hex(scratch.subarray(0, 16 + written)) : null;
  return hash === null ? v5(encoder.encode(text), NAMESPACE) : versionFive(hash);
}

const scratch = new Uint8Array(4096);
scratch.set(NAMESPACE);
const named = scratch.subarray(16);

/** The first 128 bits of a hash, with version and variant in their places (RFC 9562). */
const versionFive = (hash: string): string => `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${
  hash.slice(13, 16)}-${"89ab"[parseInt(hash[16] ?? "", 16) & 3]}${hash.slice(17, 20)}-${
  hash.slice(20, 32)}`;

const POOL_IDS = 256;
const pool = new Uint8Array(POOL_IDS * 16);
let used = POOL_IDS;
let sequence = 0;

/** A new UUIDv7: unique, and sorted by the time it was made. */
export function newId(): string {
  return stringify(writeNewId(new Uint8Array(16), 0));
}

/** Writes the 16 bytes of a new UUIDv7 at a place; as text it would cost several times as much. */
export function writeNewId<B extends Uint8Array>(into: B, at: number): B {
  // Asking for randomness costs more than everything else here: ask for many ids at once.
  if (used === POOL_IDS) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used * 16, used * 16 + 16);
  used += 1;
  sequence = (sequence + 1) >>> 0;
  return v7({ random, seq: sequence }, into, at) as B;
}

/** The 16 bytes of an id; the text of an id. */
export const idBytes = (id: string): Uint8Array => parse(id);
export const idText = (bytes: Uint8Array): string => stringify(bytes);

/** True for any UUID-shaped text, whatever its version. */
export const isUuid = (text: string): boolean => UUID.test(text);
