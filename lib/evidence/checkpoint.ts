import { sha256 } from "../kernel/hash";
import { err, ok, type Result } from "../kernel/result";

/**
 * A place behind a checkpoint: how many there are up to it, and one hash over all their notes, each
 * hashed behind the hash over those before it. The next note says it in its line `previous`, so
 * that whoever removes, moves or replaces a checkpoint contradicts what was signed after it.
 */
export type CheckpointPlace = { number: number; hash: Uint8Array };

/**
 * A checkpoint is a signed note (C2SP signed-note and tlog-checkpoint): the log's name, its size
 * and its root as text, then the signature, so that witnesses and monitors of other logs can read
 * it.
 */
export type Checkpoint = {
  /** The log's name. */
  origin: string;
  size: number;
  root: Uint8Array;
  /** When it was signed, RFC 3339: an extension line. */
  signed_at: string;
  /** The checkpoints before it, an extension line; releases before the line had none. */
  previous: CheckpointPlace | null;
};
export type SignedCheckpoint = Checkpoint & {
  /** The note's text, which was signed. */
  text: string;
  signature: Uint8Array;
};

export type CheckpointDefect = "CHECKPOINT_MALFORMED" | "CHECKPOINT_BY_ANOTHER_KEY";

/** Ed25519 in the words of C2SP signed-note. */
const ED25519 = 0x01;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The text that is signed. */
export const checkpointText = (
  { origin, size, root, signed_at, previous }: Checkpoint,
): string => `${origin}\n${size}\n${base64(root)}\ntime ${signed_at}\n${
  previous === null ? "" : `previous ${previous.number} ${base64(previous.hash)}\n`}`;

/** The four bytes with which a note names the key that signed it. */
export function noteKeyHash(origin: string, publicKey: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(`${origin}\n`);
  const bytes = new Uint8Array(name.length + 1 + publicKey.length);
  bytes.set(name);
  bytes[name.length] = ED25519;
  bytes.set(publicKey, name.length + 1);
  return sha256(bytes).slice(0, 4);
}

/** The whole note. */
export function checkpointNote(
  checkpoint: Checkpoint, publicKey: Uint8Array, signature: Uint8Array,
): string {
  const signed = new Uint8Array(4 + signature.length);
  signed.set(noteKeyHash(checkpoint.origin, publicKey));
  signed.set(signature, 4);
  return `${checkpointText(checkpoint)}\n\u2014 ${checkpoint.origin} ${base64(signed)}\n`;
}

/** The key as C2SP tools take it: name, hash in hexadecimal, algorithm and key in base64. */
export function verifierKey(origin: string, publicKey: Uint8Array): string {
  const typed = new Uint8Array(1 + publicKey.length);
  typed[0] = ED25519;
  typed.set(publicKey, 1);
  const hash = [...noteKeyHash(origin, publicKey)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${origin}+${hash}+${base64(typed)}`;
}

/**
 * Reads a note that the given key shall have signed; the signature itself is checked by whoever
 * asks. Only the one form that `checkpointNote` writes is taken: no byte of it is free.
 */
export function readCheckpoint(
  note: string, publicKey: Uint8Array,
): Result<SignedCheckpoint, CheckpointDefect> {
  const [origin = "", count = "", rootText = "", time = "", ...rest] = note.split("\n");
  const previous = placeBefore(note);
  const signatureLine = rest[previous === null ? 1 : 2] ?? "";
  const signed = fromBase64(signatureLine.split(" ")[2] ?? "");
  const root = fromBase64(rootText);
  const size = Number(count);
  const signed_at = time.replace(/^time /, "");
  if (!root || root.length !== 32 || !signed || signed.length !== 68 || origin === ""
    || !Number.isSafeInteger(size) || size < 0 || !TIME.test(signed_at)) {
    return err("CHECKPOINT_MALFORMED");
  }
  const signature = signed.slice(4);
  const named = noteKeyHash(origin, publicKey);
  if (!named.every((byte, at) => signed[at] === byte)) return err("CHECKPOINT_BY_ANOTHER_KEY");
  const checkpoint = { origin, size, root, signed_at, previous };
  return checkpointNote(checkpoint, publicKey, signature) === note
    ? ok({ ...checkpoint, text: checkpointText(checkpoint), signature })
    : err("CHECKPOINT_MALFORMED");
}

/** What a note says of those before it, whoever signed it; null where it says nothing. */
export function placeBefore(note: string): CheckpointPlace | null {
  const [, number, text = ""] = PREVIOUS.exec(note) ?? [];
  const hash = fromBase64(text);
  return number === undefined || hash?.length !== 32 ? null : { number: Number(number), hash };
}
const PREVIOUS = /^(?:[^\n]+\n){4}previous (0|[1-9]\d{0,14}) (\S{44})\n\n/;

/** Bytes as base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes of a base64 text; null when it is none, or not the one that `base64` writes. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return base64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
