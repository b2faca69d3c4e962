/*
 * A ZIP archive whose members are not packed: its size and what stands at any place of it are known
 * before a byte of it is sent, so an upload of it goes on after a cut like that of one file.
 */

/** A file that is put into an archive with others. */
export type Member = { name: string; bytes: number; crc32: number };
/** What stands in an archive before each member's bytes, and after the last of them. */
export type ArchiveFrame = { before: Uint8Array<ArrayBuffer>[]; after: Uint8Array<ArrayBuffer> };

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** ZIP64: what holds 64 bits, and where the plain fields say that it does. */
const [END_64, LOCATOR_64, FIELD_64] = [0x06064b50, 0x07064b50, 1];
const [ALL_16, ALL_32] = [0xffff, 0xffffffff];
/** Names are UTF-8. Members carry no time, 1980-01-01: the same files give the same bytes. */
const [UTF_8, NO_DATE] = [0x0800, 0x0021];
const [PLAIN_VERSION, LARGE_VERSION] = [20, 45];

/** Fields of 2, 4 and 8 bytes, the lower byte first. */
type Field = readonly [bytes: 2 | 4 | 8, value: number];

function fieldBytes(fields: readonly Field[], ...rest: readonly Uint8Array[]) {
  const head = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const all = new Uint8Array(rest.reduce((sum, { length }) => sum + length, head));
  const view = new DataView(all.buffer);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  for (const part of rest) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A value of 32 bits, or the mark that it stands in the field of 64-bit values. */
const short = (value: number): number => Math.min(value, ALL_32);
const isLarge = (value: number): boolean => value >= ALL_32;

/** The extra field of values that do not fit into 32 bits; nothing where all fit. */
const largeField = (values: readonly number[]): Uint8Array => values.length === 0
  ? new Uint8Array(0) : fieldBytes([[2, FIELD_64], [2, values.length * 8],
    ...values.map((value): Field => [8, value])]);

/** The frame of an archive of these files in their order. */
export function archiveFrame(members: readonly Member[]): ArchiveFrame {
  const before: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes, crc32 } of members) {
    const text = new TextEncoder().encode(name);
    const sizes = isLarge(bytes) ? [bytes, bytes] : [];
    const larges = [...sizes, ...isLarge(offset) ? [offset] : []];
    // Flags, method 0 (stored), time and date, checksum and both sizes stand in both records.
    const common: Field[] = [[2, larges.length > 0 ? LARGE_VERSION : PLAIN_VERSION], [2, UTF_8],
      [2, 0], [2, 0], [2, NO_DATE], [4, crc32], [4, short(bytes)], [4, short(bytes)],
      [2, text.length]];
    const local = largeField(sizes);
    const head = fieldBytes([[4, LOCAL], ...common, [2, local.length]], text, local);
    const central = largeField(larges);
    directory.push(fieldBytes([[4, CENTRAL], [2, LARGE_VERSION], ...common, [2, central.length],
      [2, 0], [2, 0], [2, 0], [4, 0], [4, short(offset)]], text, central));
    before.push(head);
    offset += head.length + bytes;
  }
  return { before, after: ending(directory, offset) };
}

/** The table of contents, which begins at `offset`, and the records that find it. */
function ending(directory: readonly Uint8Array[], offset: number): Uint8Array<ArrayBuffer> {
  const entries = directory.length;
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const large = isLarge(offset) || entries >= ALL_16 ? [
    fieldBytes([[4, END_64], [8, 44], [2, LARGE_VERSION], [2, LARGE_VERSION], [4, 0], [4, 0],
      [8, entries], [8, entries], [8, size], [8, offset]]),
    fieldBytes([[4, LOCATOR_64], [4, 0], [8, offset + size], [4, 1]]),
  ] : [];
  const counted = Math.min(entries, ALL_16);
  return fieldBytes([], ...directory, ...large, fieldBytes([[4, END], [2, 0], [2, 0], [2, counted],
    [2, counted], [4, size], [4, short(offset)], [2, 0]]));
}

/** What tells each byte's part of a CRC-32 (IEEE 802.3, reflected). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of bytes, as ZIP wants it. @throws what reading them throws. */
export async function crc32Of(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let sum = ALL_32;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at++) {
      sum = (sum >>> 8) ^ (TABLE[(sum ^ (chunk[at] as number)) & 0xff] as number);
    }
  }
  return (sum ^ ALL_32) >>> 0;
}

/** What files that were packed together are called: "a.csv and 3 more.zip". */
export const archiveName = (names: readonly string[]): string =>
  `${[...names].sort()[0] ?? "tables"} and ${names.length - 1} more.zip`;
