import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { archiveOf, archiveOfBeginnings, wholeLines } from "./set-archive";

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
      [fileOf("a.csv", "x\n1\n"), fileOf("b.csv", `y\n"two\nlines"\n${"z".repeat(50)}\n`)], 60);
    expect(await contents(archive)).toEqual({ "a.csv": "x\n1\n", "b.csv": 'y\n"two\nlines"\n' });
  });

  it.each([["a\nb\nc", "a\nb\n"], ["a\n\"b\nc", "a\n"], ["a\n\"b\"\"\n\"\nc", "a\n\"b\"\"\n\"\n"],
    ["no end of a line", "no end of a line"], ["", ""], ["a\n", "a\n"]])(
    "of %j are %j whole lines", (text, whole) => {
      expect(new TextDecoder().decode(wholeLines(new TextEncoder().encode(text)))).toBe(whole);
    });
});
