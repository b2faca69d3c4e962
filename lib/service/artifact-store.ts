import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "./environment";
import { headS3, listS3, readS3, removeS3, S3Error, s3Place, writeS3, type S3Place } from "./s3";
import { refuseWhenNearlyFull } from "./storage";

/**
 * Files that are derived from what the database holds and can be made from it again. A name is
 * `kind/name`; what is written under one appears whole or not at all. Who reads checks the hash.
 */

const place = (name: string): S3Place | null => {
  const root = s3Place(environment().TODISCOPE_ARTIFACT_STORE_URL ?? "");
  if (root === null) return null;
  const prefix = root.key === "" || root.key.endsWith("/") ? root.key : `${root.key}/`;
  return { bucket: root.bucket, key: prefix + name };
};

/** The folder of the store; null where it is a bucket. */
export function artifactFolder(): string | null {
  const { TODISCOPE_ARTIFACT_STORE_URL: url, TODISCOPE_DATA_DIR: dataDir } = environment();
  if (url === undefined) return path.resolve(dataDir, "artifacts");
  return url.startsWith("file:") ? fileURLToPath(url) : null;
}

const fileOf = (name: string): string => path.join(artifactFolder() ?? "", name);

/**
 * Writes an artifact in pieces.
 * @throws AppError STORAGE_FULL, S3Error, and what the file system says
 */
export async function writeArtifact(name: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const object = place(name);
  if (object) return writeS3(object, Buffer.concat([...pieces]));
  await refuseWhenNearlyFull();
  const file = fileOf(name);
  const whole = `${file}.${process.pid}.new`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    const handle = await open(whole, "w", 0o600);
    try {
      for (const piece of pieces) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
    await rename(whole, file);
  } catch (error) {
    await rm(whole, { force: true });
    throw error;
  }
}

/** How much is read at a time: other requests have their turn in between. */
const PIECE_BYTES = 4 * 1024 ** 2;

/**
 * The bytes of an artifact, in memory that threads can share; null when there is none.
 * @param onPiece sees the bytes as they come in, to hash them
 */
export async function readArtifact(
  name: string, onPiece: (piece: Uint8Array) => void,
): Promise<Uint8Array<SharedArrayBuffer> | null> {
  try {
    const object = place(name);
    return object ? await readObject(object, onPiece) : await readFile(fileOf(name), onPiece);
  } catch (error) {
    const isMissing = error instanceof S3Error ? error.status === 404
      : (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing) return null;
    throw error;
  }
}

async function readFile(
  file: string, onPiece: (piece: Uint8Array) => void,
): Promise<Uint8Array<SharedArrayBuffer>> {
  const handle = await open(file, "r");
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer((await handle.stat()).size));
    for (let at = 0; at < bytes.byteLength;) {
      const { bytesRead } = await handle.read(bytes, at,
        Math.min(PIECE_BYTES, bytes.byteLength - at), at);
      if (bytesRead === 0) break; // shorter by now: the hash will tell
      onPiece(bytes.subarray(at, at + bytesRead));
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

async function readObject(
  object: S3Place, onPiece: (piece: Uint8Array) => void,
): Promise<Uint8Array<SharedArrayBuffer>> {
  const { bytes: size, etag } = await headS3(object);
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  let at = 0;
  for await (const piece of readS3(object, etag)) {
    bytes.set(piece, at);
    onPiece(piece);
    at += piece.byteLength;
  }
  return bytes;
}

/** Removes an artifact, if it is there. */
export async function removeArtifact(name: string): Promise<void> {
  const object = place(name);
  if (object) await removeS3(object);
  else await rm(fileOf(name), { force: true });
}

/** The names of all artifacts of a kind. */
export async function listArtifacts(kind: string): Promise<string[]> {
  const object = place(`${kind}/`);
  if (object) {
    return (await listS3(object)).objects.map(({ key }) => `${kind}/${key.slice(object.key.length)}`);
  }
  const names = await readdir(fileOf(kind)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.map((name) => `${kind}/${name}`);
}
