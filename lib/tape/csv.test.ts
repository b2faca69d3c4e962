import { ByteWriter } from "../kernel/bytes";
import { canonicalJson } from "../kernel/canonical";
import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { rawPayload, rawWriter, readCsv, type CsvOptions, type CsvRow } from "./csv";

async function* bytes(data: Uint8Array, ...cuts: number[]): AsyncGenerator<Uint8Array> {
  const at = [0, ...[...cuts].sort((a, b) => a - b), data.length];
  for (let part = 0; part + 1 < at.length; part++) yield data.subarray(at[part], at[part + 1]);
}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
type Read = { header: string[] | null; rows: CsvRow[] };

async function read(
  data: Uint8Array | string, options: Partial<CsvOptions> = {}, ...cuts: number[]
): Promise<Read> {
  const source = bytes(typeof data === "string" ? utf8(data) : data, ...cuts);
  const result: Read = { header: null, rows: [] };
  for await (const batch of readCsv(source, { encoding: "utf-8", delimiter: ",", ...options })) {
    result.header = batch.header;
    result.rows.push(...batch.rows);
  }
  return result;
}
const cells = ({ rows }: Read): string[][] => rows.map((row) => row.cells);
const codes = ({ rows }: Read): (string | null)[] => rows.map((row) => row.problem?.code ?? null);

describe("readCsv", () => {
  it.each(["\n", "\r\n", "\r"])("ends rows with %j", async (end) => {
    const result = await read(["a,b", "1,2", "", "3,4"].join(end));
    expect(result.header).toEqual(["a", "b"]);
    expect(result.rows).toEqual([
      { line: 2, cells: ["1", "2"], problem: null },
      { line: 4, cells: ["3", "4"], problem: null },
    ]);
  });

  it("reads quotes: delimiters, doubled quotes, line ends", async () => {
    const result = await read('id,note\n1,"a, b"\n2,"say ""hi"""\n3,"two\r\nlines"\n4,x"y"\n5,""\n');
    expect(cells(result)).toEqual([
      ["1", "a, b"], ["2", 'say "hi"'], ["3", "two\r\nlines"], ["4", 'x"y"'], ["5", ""],
    ]);
    expect(result.rows.map((row) => row.line)).toEqual([2, 3, 4, 6, 7]);
  });

  it("keeps text behind a closing quote and resumes at the line end", async () => {
    expect(cells(await read('a,b\n"x" y,2\n3,4\n'))).toEqual([["x y", "2"], ["3", "4"]]);
  });

  it("drops a byte order mark and reads Windows-1252", async () => {
    expect((await read("\ufeffa,b\n1,2")).header).toEqual(["a", "b"]);
    const latin = Uint8Array.from([...utf8("a,b\n1,"), 0xe4, 0x80, 10]);
    const result = await read(latin, { encoding: "windows-1252" }, 7);
    expect(cells(result)).toEqual([["1", "ä€"]]);
  });

  it("names columns: trimmed, unnamed, repeated", async () => {
    const result = await read("a, b ,,a,a\n1,2,3,4,5");
    expect(result.header).toEqual(["a", "b", "column_3", "a (2)", "a (3)"]);
  });

  it("rejects rows with too few or too many cells and keeps them raw", async () => {
    const result = await read("a,b\n1\n1,2,3\n4,5\n");
    expect(codes(result)).toEqual(["COLUMN_COUNT", "COLUMN_COUNT", null]);
    expect(result.rows[1]).toMatchObject({ line: 3, cells: ["1", "2", "3"] });
    expect(result.rows[1]?.problem).toMatchObject({ row: 3, column: null, value: "1,2,3" });
    expect(rawPayload(["a", "b"], ["1", "2", "3"])).toEqual({ a: "1", b: "2", column_3: "3" });
  });

  it("says of a file cut off in a row that the row is cut off", async () => {
    expect(codes(await read("a,b\n1,2\n3"))).toEqual([null, "ROW_CUT_OFF"]);
    expect(codes(await read('a,b\n1,2\n3,"open'))).toEqual([null, "ROW_CUT_OFF"]);
    expect(codes(await read("a,b\n1,2\n3,4"))).toEqual([null, null]);
    const half = utf8("a,b\n1,2\n3,ä").subarray(0, -1);
    expect(cells(await read(half))).toEqual([["1", "2"], ["3", "\ufffd"]]);
  });

  it("loses only one line to a quote that is never closed", async () => {
    const result = await read('a,b\n1,"x\n2,y\n3,z\n');
    expect(codes(result)).toEqual(["ROW_CUT_OFF", null, null]);
    expect(cells(result).slice(1)).toEqual([["2", "y"], ["3", "z"]]);
  });

  it("bounds a row's size, quoted or not, and goes on at the next line", async () => {
    const long = "x".repeat(300);
    const options = { maxRowChars: 100 };
    const plain = await read(`a,b\n1,${long}\n2,y\n`, options, 50, 150);
    expect(codes(plain)).toEqual(["ROW_TOO_LONG", null]);
    const quoted = await read(`a,b\n1,"${"x\n".repeat(90)}"\n2,y\n`, options);
    expect(quoted.rows[0]?.problem?.code).toBe("ROW_CUT_OFF");
    expect(quoted.rows[quoted.rows.length - 1]?.cells).toEqual(["2", "y"]);
  });

  it("skips rows without text and gives a header alone as one batch", async () => {
    expect(cells(await read("a,b\n,\n \n1,2\n\n"))).toEqual([["1", "2"]]);
    expect(await read("a,b\n")).toEqual({ header: ["a", "b"], rows: [] });
    expect(await read("")).toEqual({ header: null, rows: [] });
    expect(await read("\n \n")).toEqual({ header: null, rows: [] });
  });

  it("gives the same rows wherever the bytes are cut, once or everywhere", async () => {
    const text = '\ufeffa,b,c\r\n1,"ä, ""x""",€\r\n\r\n2,"l1\r\nl2",😀\r3,4,5\n6,7\n"8"x,9,"\n';
    const data = utf8(text + "end,1,2");
    const whole = await read(data);
    expect(whole.rows.length).toBe(6);
    for (let cut = 1; cut < data.length; cut++) expect(await read(data, {}, cut)).toEqual(whole);
    const everywhere = Array.from(data, (_, at) => at).slice(1);
    expect(await read(data, {}, ...everywhere)).toEqual(whole);
  });

  it("gives the same rows for any text and any two cuts, with a small row limit", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "ä", ",", '"', "\n", "\r", " ", "1"),
      maxLength: 60 });
    const options = { maxRowChars: 12 };
    await fc.assert(fc.asyncProperty(text, fc.nat(70), fc.nat(70), async (body, one, two) => {
      const data = utf8(`a,b\n${body}`);
      const cuts = [one % (data.length + 1), two % (data.length + 1)];
      expect(await read(data, options, ...cuts)).toEqual(await read(data, options));
    }), { numRuns: 1000 });
  });

  it("reads what papaparse writes", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "ß", ",", ";", '"', "\n", "\r\n", " ") });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(fc.asyncProperty(table, async (rows) => {
      const kept = rows.filter((row) => row.some((text) => text.trim() !== ""));
      const csv = Papa.unparse([["h1", "h2"], ...rows], { newline: "\r\n" });
      expect(cells(await read(csv))).toEqual(kept);
    }), { numRuns: 300 });
  });
});

describe("rawWriter", () => {
  it("writes what the canonical form of the raw payload is", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 8 }),
      fc.array(text, { maxLength: 10 }), (header, cells) => {
        const out = new ByteWriter();
        rawWriter(header)(cells, out);
        expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(out.from(0)))
          .toBe(canonicalJson(rawPayload(header, cells)));
      }));
  });
});
