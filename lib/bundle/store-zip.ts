import { err, ok, type Result } from "../kernel/result";

/**
 * ZIP archives without compression, of which no byte is free: whoever reads one packs its files
 * again and compares. Files of 4 GB and more have no place in one.
 */
export type StoredFile = { name: string; bytes: Uint8Array };
export type FileToStore = {
  name: string; pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
};
type Packed = { name: Uint8Array; crc: number; size: number; at: number };

export type ZipDefect = "NOT_A_BUNDLE" | "NOT_AS_PACKED";

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const VERSION = 20;
/** Sizes stand behind the file, and names are UTF-8. */
const FLAGS = 0x0808;
/** 1980-01-01: the same files give the same bytes. */
const DAY = 0x21;
const LIMIT = 0xffffffff;

/** CRC-32 of bytes, or of those that another one was of with these behind them. */
export type Crc32 = (bytes: Uint8Array, before: number) => number;

/**
 * Packs files in their order, piece by piece.
 * @param crc32 a faster way to the same numbers, where there is one
 * @throws RangeError beyond 4 GB.
 */
export async function* storeZip(
  files: AsyncIterable<FileToStore>, crc32: Crc32 = crcOf,
): AsyncGenerator<Uint8Array> {
  const packed: Packed[] = [];
  let at = 0;
  for await (const { name, pieces } of files) {
    const entry: Packed = { name: new TextEncoder().encode(name), crc: 0, size: 0, at };
    const head = localHeader(entry);
    yield head;
    at += head.length;
    for await (const piece of pieces) {
      entry.crc = crc32(piece, entry.crc);
      entry.size += piece.length;
      if (at + entry.size > LIMIT) throw new RangeError("a bundle has at most 4 GB");
      yield piece;
    }
    const tail = record([[4, DESCRIPTOR], [4, entry.crc], [4, entry.size], [4, entry.size]]);
    yield tail;
    at += entry.size + tail.length;
    packed.push(entry);
  }
  for (const piece of directory(packed, at)) yield piece;
}

function* directory(packed: readonly Packed[], at: number): Generator<Uint8Array> {
  let bytes = 0;
  for (const { name, crc, size, at: place } of packed) {
    const head = record([[4, CENTRAL], [2, VERSION], [2, VERSION], [2, FLAGS], [2, 0], [2, 0],
      [2, DAY], [4, crc], [4, size], [4, size], [2, name.length], [2, 0], [2, 0], [2, 0], [2, 0],
      [4, 0], [4, place]]);
    yield head;
    yield name;
    bytes += head.length + name.length;
  }
  yield record([[4, END], [2, 0], [2, 0], [2, packed.length], [2, packed.length], [4, bytes],
    [4, at], [2, 0]]);
}

function localHeader({ name }: Packed): Uint8Array {
  const head = record([[4, LOCAL], [2, VERSION], [2, FLAGS], [2, 0], [2, 0], [2, DAY], [4, 0],
    [4, 0], [4, 0], [2, name.length], [2, 0]]);
  const whole = new Uint8Array(head.length + name.length);
  whole.set(head);
  whole.set(name, head.length);
  return whole;
}

/** Numbers of some bytes each, the lowest byte first. */
function record(fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [width, value] of fields) {
    for (let at = 0; at < width; at += 1) bytes.push(Math.floor(value / 256 ** at) % 256);
  }
  return Uint8Array.from(bytes);
}

/** The files of an archive that `storeZip` packed, and of no other. */
export async function readStoreZip(bytes: Uint8Array): Promise<Result<StoredFile[], ZipDefect>> {
  const files = listed(bytes);
  if (!files) return err("NOT_A_BUNDLE");
  let at = 0;
  const toStore = (async function* () {
    for (const { name, bytes: content } of files) yield { name, pieces: [content] };
  })();
  for await (const piece of storeZip(toStore)) {
    for (let place = 0; place < piece.length; place += 1) {
      if (bytes[at + place] !== piece[place]) return err("NOT_AS_PACKED");
    }
    at += piece.length;
  }
  return at === bytes.length ? ok(files) : err("NOT_AS_PACKED");
}

function listed(bytes: Uint8Array): StoredFile[] | null {
  if (bytes.length < END_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - END_BYTES;
  if (view.getUint32(end, true) !== END) return null;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const files: StoredFile[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) return null;
    const [size, nameBytes] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const place = view.getUint32(at + 42, true) + 30 + nameBytes;
    if (at + 46 + nameBytes > end || place + size > end) return null;
    files.push({ name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      bytes: bytes.subarray(place, place + size) });
    at += 46 + nameBytes;
  }
  return files;
}

const CRC_INVERTED = 0xffffffff;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crcOf(bytes: Uint8Array, before: number): number {
  let crc = before ^ CRC_INVERTED;
  for (let at = 0; at < bytes.length; at += 1) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[at] as number)) & 255] as number);
  }
  return (crc ^ CRC_INVERTED) >>> 0;
}
