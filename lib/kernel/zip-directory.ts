/*
 * What a ZIP archive holds, from the table of contents at its end: for the server and for a browser
 * that looks into a file of its own.
 */

/** A file that can be read at any place: a zip archive has its table of contents at its end. */
export type ByteSource = {
  size: number;
  read: (offset: number, length: number) => Promise<Uint8Array>;
};

/** Content that cannot be read as its format; the message is for the person who sent it. */
export class FormatError extends Error {
  override name = "FormatError";
}

/** One member of an archive as its table of contents has it. */
export type ZipEntry = {
  name: string; method: number; packed: number; size: number; offset: number; noun: ZipNoun;
};

/** What an archive is to the person who sent it. */
export type ZipNoun = "workbook" | "archive";

/** What an archive may unpack to; a workbook of a million rows has some 300 MB. */
export const ZIP_LIMITS = { entries: 100_000, bytes: 16 * 1024 ** 3, directory: 16 * 1024 ** 2 };

const [END, CENTRAL, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
/** ZIP64: the larger end record and what stands before the plain one to find it. */
const [END_64, LOCATOR_64] = [0x06064b50, 0x07064b50];
const [END_BYTES, END_64_BYTES, LOCATOR_BYTES] = [22, 56, 20];
/** What a field of 16 or 32 bits holds whose value stands in 64 bits elsewhere. */
const [ALL_16, ALL_32] = [0xffff, 0xffffffff];
/** An archive that cannot be one. */
export const noZip = (noun: ZipNoun): FormatError => new FormatError(
  `the file is no ${noun === "workbook" ? "XLSX workbook" : "ZIP archive"}: it is damaged, `
  + "protected by a password, or cut off");

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The members of a zip archive by name.
 * @throws FormatError when it is none, or declares more entries or bytes than ZIP_LIMITS.
 */
export async function readZip(
  source: ByteSource, noun: ZipNoun = "workbook",
): Promise<Map<string, ZipEntry>> {
  const tailAt = Math.max(0, source.size - END_BYTES - 0xffff);
  const tail = view(await source.read(tailAt, source.size - tailAt));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw noZip(noun);
  const { count, size, offset } = await endOf(source, tail, end, noun);
  if (count > ZIP_LIMITS.entries || size > ZIP_LIMITS.directory) {
    throw new FormatError(`the ${noun} declares ${count} parts, more than are read`);
  }
  if (offset + size > source.size) throw noZip(noun);
  return entriesOf(await source.read(offset, size), count, noun);
}

type End = { count: number; size: number; offset: number };

/** Where the table of contents is: from the end record, or the larger one that it stands for. */
async function endOf(source: ByteSource, tail: DataView, end: number, noun: ZipNoun): Promise<End> {
  const plain: End = { count: tail.getUint16(end + 10, true),
    size: tail.getUint32(end + 12, true), offset: tail.getUint32(end + 16, true) };
  const isLarge = plain.count === ALL_16 || plain.size === ALL_32 || plain.offset === ALL_32;
  const at = end - LOCATOR_BYTES;
  if (!isLarge || at < 0 || tail.getUint32(at, true) !== LOCATOR_64) return plain;
  const large = view(await source.read(wholeAt(tail, at + 8, noun), END_64_BYTES));
  if (large.byteLength < END_64_BYTES || large.getUint32(0, true) !== END_64) {
    throw noZip(noun);
  }
  return { count: wholeAt(large, 32, noun), size: wholeAt(large, 40, noun),
    offset: wholeAt(large, 48, noun) };
}

/** A whole number of 64 bits. @throws FormatError beyond what is exact: no file is as large. */
function wholeAt(bytes: DataView, at: number, noun: ZipNoun): number {
  const value = bytes.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw noZip(noun);
  return Number(value);
}

/** Sizes and place of a member, with those that stand in its extra field of 64-bit numbers. */
function placeOf(directory: DataView, at: number, noun: ZipNoun): Pick<ZipEntry, "packed" | "size" | "offset"> {
  const place = { size: directory.getUint32(at + 24, true),
    packed: directory.getUint32(at + 20, true), offset: directory.getUint32(at + 42, true) };
  const large = (["size", "packed", "offset"] as const).filter((name) => place[name] === ALL_32);
  if (large.length === 0) return place;
  let field = at + 46 + directory.getUint16(at + 28, true);
  const end = Math.min(directory.byteLength, field + directory.getUint16(at + 30, true));
  while (field + 4 <= end) {
    const length = directory.getUint16(field + 2, true);
    if (directory.getUint16(field, true) === 1) {
      if (length < large.length * 8 || field + 4 + length > end) break;
      large.forEach((name, index) => {
        place[name] = wholeAt(directory, field + 4 + index * 8, noun);
      });
      return place;
    }
    field += 4 + length;
  }
  throw noZip(noun);
}

function entriesOf(bytes: Uint8Array, count: number, noun: ZipNoun): Map<string, ZipEntry> {
  const directory = view(bytes);
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  for (let at = 0, seen = 0; seen < count; seen += 1) {
    if (at + 46 > bytes.length || directory.getUint32(at, true) !== CENTRAL) {
      throw noZip(noun);
    }
    if ((directory.getUint16(at + 8, true) & 1) === 1) {
      throw new FormatError(`the ${noun} is encrypted; save it without a password`);
    }
    const nameLength = directory.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const entry = { name, method: directory.getUint16(at + 10, true),
      ...placeOf(directory, at, noun), noun };
    total += entry.size;
    if (total > ZIP_LIMITS.bytes) {
      throw new FormatError(`the ${noun} unpacks to more bytes than are read; send it as CSV`);
    }
    // The first of two members of one name counts: what was looked at is what is read.
    if (!entries.has(name)) entries.set(name, entry);
    at += 46 + nameLength + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return entries;
}

/** Where a member's packed bytes begin. @throws FormatError */
export async function packedStart(source: ByteSource, entry: ZipEntry): Promise<number> {
  const head = await source.read(entry.offset, 30);
  if (head.length < 30 || view(head).getUint32(0, true) !== LOCAL) throw noZip(entry.noun);
  return entry.offset + 30 + view(head).getUint16(26, true) + view(head).getUint16(28, true);
}
