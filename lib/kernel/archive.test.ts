import { crc32 } from "node:zlib";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { archiveFrame, archiveName, crc32Of } from "./archive";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
async function* inTwo(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 3);
  yield bytes.subarray(3);
}

async function archive(files: readonly [string, string][]): Promise<Uint8Array> {
  const contents = files.map(([, text]) => bytesOf(text));
  const { before, after } = archiveFrame(await Promise.all(files.map(async ([name], at) => ({ name,
    bytes: contents[at]?.length ?? 0, crc32: await crc32Of(inTwo(contents[at] as Uint8Array)) }))));
  return Buffer.concat(
    [...before.flatMap((head, at) => [head, contents[at] as Uint8Array]), after]);
}

describe("an archive of files as they are", () => {
  const files: [string, string][] = [["a.csv", "x,y\n1,2\n"], ["ü.csv", ""],
    ["long.csv", "z".repeat(600_000)]];

  it("gives them back, and is the same bytes each time", async () => {
    const bytes = await archive(files);
    expect(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]))
      .toEqual(files);
    expect(await archive(files)).toEqual(bytes);
  });

  it("has the checksum of ZIP", async () => {
    const text = bytesOf("123456789 ü");
    expect(await crc32Of(inTwo(text))).toBe(crc32(text));
    await expect(crc32Of((async function* () {
      yield text;
      throw new Error("gone");
    })())).rejects.toThrow("gone");
  });
});

it("names an archive after the first of its files", () => {
  expect(archiveName(["loan.csv", "counterparty.csv", "x.csv"]))
    .toBe("counterparty.csv and 2 more.zip");
});
