import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { archiveName, zipped, type FileToPack } from "./archive";

const fileOf = (name: string, parts: string[]): FileToPack => ({ name,
  chunks: async function* () { for (const part of parts) yield new TextEncoder().encode(part); } });

async function pack(files: FileToPack[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipped(files)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

describe("zipped", () => {
  const files = [fileOf("a.csv", ["x,y\n", "1,2\n"]), fileOf("ü.csv", []),
    fileOf("long.csv", ["z".repeat(300_000), "z".repeat(300_000)])];

  it("packs files so that they come out as they went in, with the same bytes each time", async () => {
    const archive = await pack(files);
    expect(Object.entries(unzipSync(archive)).map(([name, bytes]) => [name, strFromU8(bytes)]))
      .toEqual([["a.csv", "x,y\n1,2\n"], ["ü.csv", ""], ["long.csv", "z".repeat(600_000)]]);
    expect(await pack(files)).toEqual(archive);
  });

  it("passes on what reading a file throws", async () => {
    const broken: FileToPack = { name: "b", chunks: async function* () {
      yield new Uint8Array(1);
      throw new Error("gone");
    } };
    await expect(pack([broken])).rejects.toThrow("gone");
  });
});

it("names an archive after the first of its files", () => {
  expect(archiveName(["loan.csv", "counterparty.csv", "x.csv"]))
    .toBe("counterparty.csv and 2 more.zip");
});
