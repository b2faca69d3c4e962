import { ZIP_TYPE } from "@/lib/contract/tape-types";
import { archiveFrame, archiveName, crc32Of } from "@/lib/kernel/archive";

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

/** The archive of the files' beginnings, of `most` bytes together at most. */
export const archiveOfBeginnings = async (files: readonly File[], most: number): Promise<File> =>
  archiveOf(await Promise.all(files.map(async (file) => {
    const share = Math.floor(most / files.length);
    if (file.size <= share) return file;
    const bytes = new Uint8Array(await file.slice(0, share).arrayBuffer());
    return new File([wholeLines(bytes) as BlobPart], file.name);
  })));
