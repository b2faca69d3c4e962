import { describe, expect, it } from "vitest";
import { lookAtRows, type RowsFile } from "./rows";

const notesOf = async (text: string): Promise<string[]> => {
  const bytes = new TextEncoder().encode(text);
  const file: RowsFile = { chunks: async function* () { yield bytes; },
    source: { size: bytes.length, read: () => Promise.reject(new Error("not asked for")) } };
  return (await lookAtRows(file, "text/csv", {}, false)).notes;
};

describe("a look at a tape", () => {
  it("says that a name stands at two columns", async () => {
    expect(await notesOf("id,owed,owed\n1,2,3\n"))
      .toEqual(["'owed' names more than one column; 'owed (2)' is another of them"]);
    expect(await notesOf("id,owed (2)\n1,2\n")).toEqual([]);
  });

  it("says which columns write decimals both ways, and where", async () => {
    expect(await notesOf("id;owed;n\nA;1.234,56;1.5\nB;7;1.000\nC;1,234.56;2.25\n")).toEqual([
      expect.stringMatching(/^'owed' writes decimals both ways: '1.234,56' in line 2, '1,234.56'/)]);
    expect(await notesOf("id;owed\nA;12,5\nB;1.234.567,10\nC;1.234\n")).toEqual([]);
    expect(await notesOf("id;owed\nA;12.50\nB;12,50\n")).toHaveLength(1);
  });
});
