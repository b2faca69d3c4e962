import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { newId } from "@/lib/kernel/ids";
import { environment } from "./environment";
import {
  headS3, listS3, readS3, removeS3, S3Error, s3Place, writeS3, writeS3From, type S3Place,
} from "./s3";
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
  const object = place(name);
  return unlessMissing(() =>
    object ? readObject(object, onPiece) : readFile(fileOf(name), onPiece));
}

/** What a reading gives; null when there is no such artifact. */
async function unlessMissing<T>(reading: () => Promise<T>): Promise<T | null> {
  try {
    return await reading();
  } catch (error) {
    const isMissing = error instanceof S3Error ? error.status === 404
      : (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing) return null;
    throw error;
  }
}

/** An artifact piece by piece, with its size; null when there is none. */
export const streamArtifact = (
  name: string,
): Promise<{ bytes: number; pieces: AsyncIterable<Uint8Array> } | null> =>
  unlessMissing(async () => {
    const object = place(name);
    if (object) {
      const { bytes, etag } = await headS3(object);
      return { bytes, pieces: readS3(object, etag) };
    }
    const { size } = await stat(fileOf(name));
    return { bytes: size,
      pieces: createReadStream(fileOf(name), { highWaterMark: PIECE_BYTES / 8 }) };
  });

/** How much may be written between two looks at what is left of the disk. */
const LOOK_BYTES = 16 * 1024 ** 2;

/**
 * An artifact that is made over a while, in a file beside those that are there: it is one of them
 * only once it is kept.
 */
export class NewArtifact {
  private unseen = 0;

  private constructor(
    private readonly name: string, private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws AppError STORAGE_FULL, and what the file system says */
  static async begin(name: string): Promise<NewArtifact> {
    await refuseWhenNearlyFull();
    await dropUnfinished(name);
    const file = `${draftOf(name)}.${newId()}.new`;
    await mkdir(path.dirname(file), { recursive: true });
    return new NewArtifact(name, file, await open(file, "wx", 0o600));
  }

  async write(piece: Uint8Array): Promise<void> {
    this.unseen += piece.length;
    if (this.unseen > LOOK_BYTES) {
      this.unseen = 0;
      await refuseWhenNearlyFull();
    }
    await this.handle.writeFile(piece);
  }

  /** No more is written; where the store is a bucket, it is brought there. */
  async end(): Promise<void> {
    await this.handle.close();
    const object = place(this.name);
    if (object) await writeS3From(object, this.file);
  }

  /** Makes it an artifact. */
  async keep(): Promise<void> {
    if (place(this.name)) await this.drop();
    else await rename(this.file, fileOf(this.name));
  }

  /** Leaves nothing of it. */
  async drop(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.file, { force: true });
  }
}

/** Where a new artifact lies while it is made: on this machine, whatever the store. */
const draftOf = (name: string): string =>
  path.join(artifactFolder() ?? path.resolve(environment().TODISCOPE_DATA_DIR, "artifacts"), name);

/** Removes what attempts at an artifact left that were cut off. */
export async function dropUnfinished(name: string): Promise<void> {
  const { dir, base } = path.parse(draftOf(name));
  for (const entry of await entriesOf(dir)) {
    if (entry.startsWith(`${base}.`) && entry.endsWith(".new")) {
      await rm(path.join(dir, entry), { force: true });
    }
  }
}

const entriesOf = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

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
  return (await entriesOf(fileOf(kind))).map((name) => `${kind}/${name}`);
}
