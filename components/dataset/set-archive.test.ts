import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { archiveOf, archiveOfBeginnings, beginningsOfZip, wholeLines } from "./set-archive";

const fileOf = (name: string, text: string, lastModified = 5): File =>
  new File([text], name, { lastModified });
const contents = async (file: File): Promise<Record<string, string>> => Object.fromEntries(
  Object.entries(unzipSync(new Uint8Array(await file.arrayBuffer())))
    .map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

describe("several files as one archive", () => {
  it("is the same whatever order they were chosen in", async () => {
    const files = [fileOf("loan.csv", "a\n1\n"), fileOf("counterparty.csv", "b\n2\n", 9)];
    const archive = await archiveOf(files);
    expect([archive.name, archive.type, archive.lastModified])
      .toEqual(["counterparty.csv and 1 more.zip", "application/zip", 9]);
    expect(await contents(archive)).toEqual({ "loan.csv": "a\n1\n", "counterparty.csv": "b\n2\n" });
    expect(await (await archiveOf(files.toReversed())).bytes()).toEqual(await archive.bytes());
  });

  it("of their beginnings holds whole lines, and short files in full", async () => {
    const archive = await archiveOfBeginnings(
      [fileOf("a.csv", "x\n1\n"), fileOf("b.csv", `y\n"two\nlines"\n${"z".repeat(50)}\n`)], 20);
    expect(await contents(archive)).toEqual({ "a.csv": "x\n1\n", "b.csv": 'y\n"two\nlines"\n' });
  });

  it.each([0, 6] as const)("of an archive's tables, packed by %i, holds whole lines", async (level) => {
    const zip = zipSync({ "in/a.csv": strToU8("x\n1\n"), "b.csv": strToU8("y\n" + "2\n".repeat(50_000)),
      "notes.pdf": strToU8("no table") }, { level });
    const archive = await beginningsOfZip(new File([zip as BlobPart], "set.zip"), 31);
    expect(await contents(archive)).toEqual(
      { "in/a.csv": "x\n1\n", "b.csv": "y\n" + "2\n".repeat(14) });
    await expect(beginningsOfZip(fileOf("set.zip", "no archive"), 10)).rejects.toThrow("no ZIP");
  });

  it.each([["a\nb\nc", "a\nb\n"], ["a\n\"b\nc", "a\n"], ["a\n\"b\"\"\n\"\nc", "a\n\"b\"\"\n\"\n"],
    ["no end of a line", "no end of a line"], ["", ""], ["a\n", "a\n"]])(
    "of %j are %j whole lines", (text, whole) => {
      expect(new TextDecoder().decode(wholeLines(new TextEncoder().encode(text)))).toBe(whole);
    });
});
