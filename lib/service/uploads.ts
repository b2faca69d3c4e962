import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import path from "node:path";
import { AppError } from "./app-error";
import { environment } from "./environment";
import { isStorageFull, refuseWhenNearlyFull, storageFull } from "./storage";

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

export const tooLarge = (limit: number): AppError => new AppError("PAYLOAD_TOO_LARGE", {
  message: `The body is larger than the ${limit.toLocaleString("en")} bytes allowed here.`,
});

/** The bytes of an upload, in chunks of 256 KB. */
export const readUpload = (file: string): AsyncIterable<Uint8Array> =>
  createReadStream(file, { highWaterMark: 256 * 1024 });

export const discardUpload = (file: string): Promise<void> => rm(file, { force: true });

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
