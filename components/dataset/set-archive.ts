import { ZIP_TYPE } from "@/lib/contract/tape-types";
import { archiveFrame, archiveName, crc32Of } from "@/lib/kernel/archive";
import { packedStart, readZip, type ByteSource, type ZipEntry } from "@/lib/kernel/zip-directory";

const [QUOTE, LINE_FEED] = [34, 10];

async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/**
 * Several files as one archive. It refers to them and keeps no byte of theirs: whoever reads a part
 * of it reads the files. The same files, in any order, give the same archive.
 */
export async function archiveOf(files: readonly File[]): Promise<File> {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const members = [];
  for (const file of sorted) {
    members.push({ name: file.name, bytes: file.size, crc32: await crc32Of(chunksOf(file)) });
  }
  const { before, after } = archiveFrame(members);
  return new File([...sorted.flatMap((file, at) => [before[at] as BlobPart, file]), after],
    archiveName(sorted.map(({ name }) => name)),
    { type: ZIP_TYPE, lastModified: Math.max(...sorted.map(({ lastModified }) => lastModified)) });
}

/** The bytes up to the last end of a line outside of a quoted cell; all where there is none. */
export function wholeLines(bytes: Uint8Array): Uint8Array {
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    else if (bytes[at] === LINE_FEED && !isQuoted) end = at + 1;
  }
  return end === 0 ? bytes : bytes.subarray(0, end);
}

/** The archive of the files' beginnings, each of `most` bytes at most. */
export const archiveOfBeginnings = async (files: readonly File[], most: number): Promise<File> =>
  archiveOf(await Promise.all(files.map(async (file) => {
    if (file.size <= most) return file;
    const bytes = new Uint8Array(await file.slice(0, most).arrayBuffer());
    return new File([wholeLines(bytes) as BlobPart], file.name);
  })));

/** Members that are looked into: one more than are read, so that too many are seen as such. */
const MEMBERS = 101;

/**
 * The same of the tables in an archive, which is read at its end and at each table's beginning.
 * @throws FormatError for what is no archive.
 */
export async function beginningsOfZip(archive: File, most: number): Promise<File> {
  const source: ByteSource = { size: archive.size, read: async (offset, length) =>
    new Uint8Array(await archive.slice(offset, offset + length).arrayBuffer()) };
  const entries = [...(await readZip(source, "archive")).values()]
    .filter(({ name }) => /\.(csv|tsv|txt)$/i.test(name)).slice(0, MEMBERS);
  return archiveOf(await Promise.all(entries.map(async (entry) => {
    const bytes = await beginningOf(archive, source, entry, most);
    return new File([(bytes.length < entry.size ? wholeLines(bytes) : bytes) as BlobPart],
      entry.name);
  })));
}

async function beginningOf(
  archive: File, source: ByteSource, entry: ZipEntry, most: number,
): Promise<Uint8Array> {
  const start = await packedStart(source, entry);
  const packed = archive.slice(start, start + entry.packed);
  const content = entry.method === 0 ? packed.stream()
    : packed.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = content.getReader();
  const parts: Uint8Array[] = [];
  for (let size = 0; size < most;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value.subarray(0, most - size));
    size += value.length;
  }
  await reader.cancel();
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}
