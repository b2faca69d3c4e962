import { Zip, ZipDeflate } from "fflate";

/** A file that is packed with others. */
export type FileToPack = { name: string; chunks: () => AsyncIterable<Uint8Array> };

/** Members of an archive carry no time: the same files give the same bytes. */
const NO_TIME = new Date(1980, 0, 1);
const NOTHING = new Uint8Array(0);

/**
 * A ZIP archive of files in their order, chunk by chunk, with memory bounded by one chunk. Files
 * of 4 GB and more have no place in one. @throws what reading a file throws.
 */
export async function* zipped(files: readonly FileToPack[]): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  const archive = new Zip((error, chunk) => {
    if (error) failures.push(error);
    else ready.push(chunk);
  });
  const taken = (): Uint8Array[] => {
    if (failures[0]) throw failures[0];
    return ready.splice(0);
  };
  for (const { name, chunks } of files) {
    const member = new ZipDeflate(name);
    member.mtime = NO_TIME;
    archive.add(member);
    for await (const chunk of chunks()) {
      member.push(chunk);
      yield* taken();
    }
    member.push(NOTHING, true);
    yield* taken();
  }
  archive.end();
  yield* taken();
}

/** What files that were packed together are called: "a.csv and 3 more.zip". */
export const archiveName = (names: readonly string[]): string =>
  `${[...names].sort()[0] ?? "tables"} and ${names.length - 1} more.zip`;
