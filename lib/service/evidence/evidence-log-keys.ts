import {
  createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject,
} from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { StoredKey } from "../db/evidence-log";
import { environment } from "../platform/environment";

/** A key that signs checkpoints: the private half is in the data folder or the environment only. */
export type SigningKey = { keyId: string; publicKey: Buffer; privateKey: KeyObject };

const fileOf = (): string => path.join(environment().TODISCOPE_DATA_DIR, "log-key.pem");
const draftOf = (): string => `${fileOf()}.next`;

function asSigningKey(privateKey: KeyObject): SigningKey {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  const publicKey = Buffer.from(x ?? "", "base64url");
  return { keyId: keyIdOf(publicKey), publicKey, privateKey };
}

/** What names a key: the SHA-256 of its public half. */
export const keyIdOf = (publicKey: Uint8Array): string =>
  createHash("sha256").update(publicKey).digest("hex");

const newKey = (): SigningKey => asSigningKey(generateKeyPairSync("ed25519").privateKey);
const read = (file: string): SigningKey => asSigningKey(createPrivateKey(readFileSync(file)));
const write = (file: string, { privateKey }: SigningKey, flag: "w" | "wx"): void => writeFileSync(
  file, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag });

/** Whether the environment holds the key, which it alone can change then. */
export const isKeyInEnvironment = (): boolean => environment().TODISCOPE_LOG_KEY !== undefined;

/**
 * The key that signs now; the first one is made here. A rotation that was broken off is brought to
 * its end when the database knows its key, and forgotten when it does not.
 * @throws Error when the file cannot be read or written
 */
export function signingKey(known: readonly Pick<StoredKey, "key_id">[]): SigningKey {
  const { TODISCOPE_LOG_KEY: given } = environment();
  if (given) return asSigningKey(given);
  if (existsSync(draftOf())) {
    const next = read(draftOf());
    if (known.some(({ key_id }) => key_id === next.keyId)) {
      renameSync(draftOf(), fileOf());
      return next;
    }
  }
  if (!existsSync(fileOf())) {
    try {
      // Written beside and moved: a disk that is full must not leave half a key.
      const draft = `${fileOf()}.${process.pid}`;
      write(draft, newKey(), "w");
      if (!existsSync(fileOf())) renameSync(draft, fileOf());
      else rmSync(draft);
    } catch (error) {
      if (!existsSync(fileOf())) throw error;
    }
  }
  return read(fileOf());
}

/** A new key beside the one that signs; `takeUp` puts it in its place. */
export function draftKey(): SigningKey {
  const key = newKey();
  rmSync(draftOf(), { force: true });
  write(draftOf(), key, "wx");
  return key;
}

/** Puts the new key in place of the old one, whose private half is gone with it. */
export const takeUpKey = (): void => renameSync(draftOf(), fileOf());
export const dropDraft = (): void => rmSync(draftOf(), { force: true });

export const signText = (key: SigningKey, text: string): Buffer =>
  sign(null, Buffer.from(text, "utf8"), key.privateKey);

/** Whether a raw public key signed a text; false for anything malformed. */
export function isSignedBy(publicKey: Uint8Array, text: string, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ format: "jwk", key: {
      kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") } });
    return verify(null, Buffer.from(text, "utf8"), key, signature);
  } catch {
    return false;
  }
}

/** What an old key signs of the one that follows it. */
export const endorsementText = (origin: string, publicKey: Uint8Array): string =>
  `todiscope/log-key/v1\n${origin}\n${Buffer.from(publicKey).toString("base64")}\n`;
