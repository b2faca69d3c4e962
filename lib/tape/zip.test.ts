import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { archiveFrame } from "../kernel/archive";
import { FormatError, readEntry, readZip, type ByteSource, type ZipEntry } from "./zip";

const sourceOf = (bytes: Buffer): ByteSource => ({ size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length) });

const numbers = (...fields: (readonly [2 | 4 | 8, number])[]): Buffer =>
  Buffer.concat(fields.map(([width, value]) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes.subarray(0, width);
  }));
const ALL = 0xffffffff;

type Change = { extra?: Buffer; locator?: number; count?: number; declared?: number };

/** An archive of one member whose sizes and places stand in 64 bits. */
function zip64(text: string, change: Change = {}): Buffer {
  const data = deflateRawSync(text);
  const name = Buffer.from("a.xml");
  const local = Buffer.concat([numbers([4, 0x04034b50], [2, 45], [2, 0], [2, 8], [4, 0], [4, 0],
    [4, ALL], [4, ALL], [2, name.length], [2, 20]), name,
  numbers([2, 1], [2, 16], [8, text.length], [8, data.length]), data]);
  // Another extra field stands before the one of 64-bit numbers.
  const extra = change.extra ?? Buffer.concat([numbers([2, 0x5455], [2, 1]), Buffer.from([0]),
    numbers([2, 1], [2, 24], [8, change.declared ?? text.length], [8, data.length], [8, 0])]);
  const central = Buffer.concat([numbers([4, 0x02014b50], [2, 45], [2, 45], [2, 0], [2, 8], [4, 0],
    [4, 0], [4, ALL], [4, ALL], [2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0],
    [4, ALL]), name, extra]);
  const count = change.count ?? 1;
  const end64 = numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count],
    [8, count], [8, central.length], [8, local.length]);
  const locator = numbers([4, 0x07064b50], [4, 0],
    [8, change.locator ?? local.length + central.length], [4, 1]);
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, 0xffff], [2, 0xffff], [4, ALL],
    [4, ALL], [2, 0]);
  return Buffer.concat([local, central, end64, locator, end]);
}

async function contentOf(bytes: Buffer): Promise<string> {
  const source = sourceOf(bytes);
  const entry = (await readZip(source)).get("a.xml");
  if (!entry) throw new Error("no entry");
  const chunks: Uint8Array[] = [];
  for await (const chunk of readEntry(source, entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("an archive with numbers of 64 bits", () => {
  it("is read as any other", async () => {
    expect(await contentOf(zip64("some content"))).toBe("some content");
  });

  it("may declare more than 32 bits hold, up to a limit", async () => {
    expect(await contentOf(zip64("some content", { declared: 5 * 1024 ** 3 })))
      .toBe("some content");
    await expect(contentOf(zip64("some content", { declared: 17 * 1024 ** 3 })))
      .rejects.toThrow(/more bytes/);
  });

  it("is refused where its numbers are not there, or lead nowhere", async () => {
    const bad: Change[] = [{ extra: Buffer.alloc(0) }, { locator: 3 }, { locator: 1e12 },
      { extra: numbers([2, 1], [2, 8], [8, 5]) }, { extra: numbers([2, 1], [2, 99], [8, 5]) },
      { extra: numbers([2, 0x5455], [2, 0xffff]) }, { count: 2 }, { count: 1e9 }];
    for (const change of bad) {
      await expect(contentOf(zip64("some content", change)), JSON.stringify(change))
        .rejects.toThrow(FormatError);
    }
    const beyond = Buffer.alloc(28);
    numbers([2, 1], [2, 24]).copy(beyond);
    beyond.fill(0xff, 4);
    await expect(contentOf(zip64("some content", { extra: beyond }))).rejects.toThrow(FormatError);
  });
});

it("finds the members of an archive whose sizes and places need 64 bits", async () => {
  const large = 5 * 1024 ** 3;
  const { before: [first, second], after } = archiveFrame([
    { name: "ä.csv", bytes: large, crc32: 1 }, { name: "b.csv", bytes: 7, crc32: 2 }]);
  const parts: [number, Uint8Array][] = [[0, first as Uint8Array],
    [(first as Uint8Array).length + large, second as Uint8Array]];
  const end = (parts[1]?.[0] ?? 0) + (second as Uint8Array).length + 7;
  parts.push([end, after]);
  const source: ByteSource = { size: end + after.length, read: (offset, length) => {
    const bytes = new Uint8Array(length);
    for (const [at, part] of parts) {
      for (let place = Math.max(at, offset); place < Math.min(at + part.length, offset + length);
        place++) bytes[place - offset] = part[place - at] as number;
    }
    return Promise.resolve(bytes);
  } };
  const entries = await readZip(source, "archive");
  expect([...entries.values()].map(
    ({ name, size, packed, offset }) => [name, size, packed, offset]))
    .toEqual([["ä.csv", large, large, 0], ["b.csv", 7, 7, parts[1]?.[0]]]);
  const content: Uint8Array[] = [];
  for await (const chunk of readEntry(source, entries.get("b.csv") as ZipEntry)) content.push(chunk);
  expect(Buffer.concat(content)).toHaveLength(7);
});
