import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import {
  FormatError, noZip, packedStart, type ByteSource, type ZipEntry,
} from "../kernel/zip-directory";

export { FormatError, readZip, type ByteSource, type ZipEntry } from "../kernel/zip-directory";

const CHUNK = 256 * 1024;

async function* packedBytes(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const start = await packedStart(source, entry);
  for (let done = 0; done < entry.packed;) {
    const chunk = await source.read(start + done, Math.min(CHUNK, entry.packed - done));
    if (chunk.length === 0) throw noZip(entry.noun);
    done += chunk.length;
    yield chunk;
  }
}

/**
 * A member's content in chunks, never more than its entry declares: an archive that lies about
 * its size ends here. @throws FormatError
 */
export async function* readEntry(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.method !== 0 && entry.method !== 8) {
    throw new FormatError(
      `the ${entry.noun} is packed in a way that is not read; save it again`);
  }
  const packed = Readable.from(packedBytes(source, entry));
  const inflate = createInflateRaw({ chunkSize: CHUNK });
  packed.on("error", (error) => inflate.destroy(error));
  const content = entry.method === 0 ? packed : packed.pipe(inflate);
  let size = 0;
  try {
    for await (const chunk of content as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > entry.size) {
        throw new FormatError(
          `the ${entry.noun} unpacks to more than it declares and is not read`);
      }
      yield chunk;
    }
  } catch (error) {
    throw error instanceof FormatError ? error : noZip(entry.noun);
  } finally {
    packed.destroy();
    inflate.destroy();
  }
}
