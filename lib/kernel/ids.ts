import { parse, v5, v7 } from "uuid";
import { canonicalJson, type Json } from "./canonical";

/** Namespace of every derived id of this product; fixed for ever. */
const NAMESPACE = parse("6f1c9d6e-4a52-5e0b-9d55-7c1f0f5d2a61");
const encoder = new TextEncoder();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** UUIDv5 over the canonical form of what determines a record: equal facts, equal id. */
export const derivedId = (identity: Json): string =>
  v5(encoder.encode(canonicalJson(identity)), NAMESPACE);

const POOL_IDS = 256;
const pool = new Uint8Array(POOL_IDS * 16);
let used = POOL_IDS;
let sequence = 0;

/** A new UUIDv7: unique, and sorted by the time it was made. */
export function newId(): string {
  // Asking for randomness costs more than everything else here: ask for many ids at once.
  if (used === POOL_IDS) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used * 16, used * 16 + 16);
  used += 1;
  sequence = (sequence + 1) >>> 0;
  return v7({ random, seq: sequence });
}

/** True for any UUID-shaped text, whatever its version. */
export const isUuid = (text: string): boolean => UUID.test(text);
