import { createHash } from "node:crypto";
import {
  constants as fsConstants, createReadStream, mkdirSync, readdirSync, statSync,
} from "node:fs";
import { link, open, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import type { ByteSource } from "@/lib/tape";
import { AppError } from "../platform/app-error";
import { environment } from "../platform/environment";
import { isStorageFull, refuseWhenNearlyFull, storageFull } from "../platform/storage";

/** A body as it was received, in a file of the data folder, with what identifies it. */
export type Upload = { file: string; bytes: number; sha256: string };

const folder = (): string => path.resolve(environment().TODISCOPE_DATA_DIR, "uploads");

/** How much of a body is taken in between two looks at the disk. */
const LOOK_BYTES = 4 * 1024 ** 2;

/**
 * Writes a body to disk while it arrives, hashing it: memory stays bounded whatever its size.
 * @throws AppError PAYLOAD_TOO_LARGE past `limit` bytes, STORAGE_FULL when the disk is full.
 */
export async function receiveUpload(
  name: string, body: AsyncIterable<Uint8Array>, limit: number,
): Promise<Upload> {
  const file = path.join(folder(), name);
  try {
    mkdirSync(folder(), { recursive: true });
    return { file, ...await write(file, body, limit) };
  } catch (error) {
    await discardUpload(file);
    throw isStorageFull(error) && !(error instanceof AppError) ? storageFull(error) : error;
  }
}

async function write(
  file: string, body: AsyncIterable<Uint8Array>, limit: number,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let lookAt = 0;
  const handle = await open(file, "wx", 0o600);
  try {
    for await (const chunk of body) {
      if (bytes >= lookAt) {
        await refuseWhenNearlyFull();
        lookAt = bytes + LOOK_BYTES;
      }
      bytes += chunk.byteLength;
      if (bytes > limit) throw tooLarge(limit);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Bytes on their way through, measured once they have come to their end. */
export function measured(bytes: AsyncIterable<Uint8Array>): {
  bytes: AsyncIterable<Uint8Array>; measure(): { bytes: number; sha256: string } | null;
} {
  const hash = createHash("sha256");
  let size = 0;
  let sha256: string | null = null;
  async function* passed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.byteLength;
      hash.update(chunk);
      yield chunk;
    }
    sha256 = hash.digest("hex");
  }
  return { bytes: passed(), measure: () => sha256 === null ? null : { bytes: size, sha256 } };
}

/** Writes a file's bytes into another from `offset` on; they are safe when it returns. */
export async function writeInto(file: string, offset: number, from: string): Promise<void> {
  const handle = await open(file, fsConstants.O_CREAT | fsConstants.O_WRONLY, 0o600);
  try {
    let at = offset;
    for await (const chunk of readUpload(from)) {
      for (let done = 0; done < chunk.byteLength;) {
        const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, at);
        done += bytesWritten;
        at += bytesWritten;
      }
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** A file of the folder with its size and hash. */
export async function hashUpload(file: string): Promise<Upload> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of readUpload(file)) {
    bytes += chunk.byteLength;
    hash.update(chunk);
  }
  return { file, bytes, sha256: hash.digest("hex") };
}

/** Gives a file of the folder a second name, without a copy of its bytes. */
export async function linkUpload(name: string, { file }: Upload): Promise<string> {
  await link(file, uploadFile(name));
  return uploadFile(name);
}

export const tooLarge = (limit: number): AppError => new AppError("PAYLOAD_TOO_LARGE", {
  message: `The body is larger than the ${limit.toLocaleString("en")} bytes allowed here.`,
});

/** The bytes of an upload, in chunks of 256 KB. */
export const readUpload = (file: string): AsyncIterable<Uint8Array> =>
  createReadStream(file, { highWaterMark: 256 * 1024 });

/** Runs `work` with an upload that can be read at any place. */
export async function withSource<T>(
  file: string, work: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const { source, close } = await openSource(file);
  try {
    return await work(source);
  } finally {
    await close();
  }
}

/** Opens an upload for reading at any place; who opens it closes it. */
export async function openSource(
  file: string,
): Promise<{ source: ByteSource; close: () => Promise<void> }> {
  const handle = await open(file, "r");
  const { size } = await handle.stat();
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  };
  return { source: { size, read }, close: () => handle.close() };
}

/** Text packs to a tenth or so; what packs better than this, and is large, is a bomb. */
const MAX_RATIO = 200;
const RATIO_FROM_BYTES = 16 * 1024 ** 2;

/**
 * The content of a gzip body. With `cutOff` it may end early, as the beginning of a file does.
 * @throws AppError FILE_UNREADABLE when it is damaged, cut off or a bomb.
 */
export async function* gunzipped(
  body: AsyncIterable<Uint8Array>, cutOff = false,
): AsyncGenerator<Uint8Array> {
  let packed = 0;
  const source = Readable.from((async function* () {
    for await (const chunk of body) {
      packed += chunk.byteLength;
      yield chunk;
    }
  })(), { objectMode: true });
  const gunzip = createGunzip({ chunkSize: 64 * 1024,
    ...(cutOff ? { finishFlush: constants.Z_SYNC_FLUSH } : {}) });
  source.on("error", (error) => gunzip.destroy(error));
  let size = 0;
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > RATIO_FROM_BYTES && size > packed * MAX_RATIO) {
        throw unreadable(`the gzip body unpacks to more than ${MAX_RATIO} times its size`);
      }
      yield chunk;
    }
    if (packed === 0) throw unreadable("the file is empty");
  } catch (error) {
    throw gzipFault(error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

const unreadable = (message: string): AppError => new AppError("FILE_UNREADABLE", { message });

function gzipFault(error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code === "Z_BUF_ERROR") {
    return unreadable("the gzip body is cut off; send the whole file again");
  }
  return code?.startsWith("Z_") ? unreadable("the body is damaged, or is no gzip") : error;
}

export const discardUpload = (file: string): Promise<void> => rm(file, { force: true });

/** The size of a file; 0 where there is none. */
export const sizeOfUpload = (file: string): number =>
  statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Where an upload of this name lies, on the machine that received it. */
export const uploadFile = (name: string): string => path.join(folder(), name);

/**
 * Removes uploads that `neededNames` does not hold and nobody has written to for `oldS` seconds.
 * The names are asked for after the files were listed: a file that is taken in between is newer.
 */
export async function removeUploads(
  oldS: number, neededNames: () => Promise<ReadonlySet<string>>,
): Promise<{ removed: number; bytes: number }> {
  mkdirSync(folder(), { recursive: true });
  const before = Date.now() - oldS * 1000;
  const old = readdirSync(folder()).flatMap((name) => {
    const file = statSync(uploadFile(name), { throwIfNoEntry: false });
    return file && file.mtimeMs <= before ? [{ name, bytes: file.size }] : [];
  });
  const needed = old.length === 0 ? new Set<string>() : await neededNames();
  const gone = old.filter(({ name }) => !needed.has(name));
  for (const { name } of gone) await discardUpload(uploadFile(name));
  return { removed: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
}
