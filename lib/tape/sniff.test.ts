import { describe, expect, it } from "vitest";
import { detectDelimiter, sniffTape, type TapeSniff } from "./sniff";

async function* parts(...data: (string | number[])[]): AsyncGenerator<Uint8Array> {
  for (const part of data) {
    yield typeof part === "string" ? new TextEncoder().encode(part) : Uint8Array.from(part);
  }
}
async function sniffed(...data: (string | number[])[]): Promise<TapeSniff> {
  const result = await sniffTape(parts(...data));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
async function reason(...data: (string | number[])[]): Promise<string | null> {
  const result = await sniffTape(parts(...data));
  return result.ok ? null : `${result.error.code} ${result.error.reason}`;
}

describe("sniffTape", () => {
  it("finds size, encoding, delimiter, header and the first 50 rows", async () => {
    const rows = Array.from({ length: 200 }, (_, at) => `${at};ä\n`).join("");
    const sniff = await sniffed("id;na", "me\n", rows);
    expect(sniff).toMatchObject({ encoding: "utf-8", delimiter: ";", header: ["id", "name"] });
    expect(sniff.size).toBe(8 + new TextEncoder().encode(rows).length);
    expect(sniff.preview.length).toBe(50);
    expect(sniff.preview[0]).toEqual({ line: 2, cells: ["0", "ä"], problem: null });
  });

  it("tells UTF-8 from Windows-1252 over the whole file", async () => {
    expect((await sniffed("a,b\n1,", [0xc3], [0xa4])).encoding).toBe("utf-8");
    expect((await sniffed("a,b\n1,", [0xe4, 10])).encoding).toBe("windows-1252");
    expect((await sniffed("a,b\n1,", [0xe4, 10])).preview[0]?.cells).toEqual(["1", "ä"]);
    const late = await sniffed("a,b\n", "1,2\n".repeat(100_000), [0xe4, 0x2c, 0x31, 10]);
    expect(late.encoding).toBe("windows-1252");
  });

  it("takes a file cut inside its last character for UTF-8", async () => {
    expect((await sniffed("a,b\n1,ä\n2,", [0xc3])).encoding).toBe("utf-8");
  });

  it("refuses empty, header-only and binary files", async () => {
    expect(await reason()).toBe("FILE_UNREADABLE EMPTY");
    expect(await reason("\n \r\n")).toBe("FILE_UNREADABLE EMPTY");
    expect(await reason([0xef, 0xbb, 0xbf])).toBe("FILE_UNREADABLE EMPTY");
    expect(await reason("a,b\n\n")).toBe("FILE_UNREADABLE HEADER_ONLY");
    expect(await reason("a,b\n1,", [0], "2\n")).toBe("FILE_UNREADABLE NUL_BYTES");
    expect(await reason("a,b\n", "\n".repeat(300_000), "1,2\n")).toBeNull();
  });

  it.each([
    ["a,b;c\n1,2\n", ","], ["a;b\n1,5;2,5\n", ";"], ["a\tb\n1,2\t3\n", "\t"],
    ['"a,b,c";d\n1;2\n', ";"], ["amount\n1,5\n2,5\n", ";"], ["a\n1\n", ","],
  ])("finds in %j the delimiter %j", (text, delimiter) =>
    expect(detectDelimiter(text)).toBe(delimiter));
});

describe("titles above the columns' names", () => {
  const sniffed = async (text: string, headerRow?: number) => {
    const result = await sniffTape((async function* () { yield new TextEncoder().encode(text); })(),
      headerRow);
    if (!result.ok) return result.error.message;
    const { header, headerRow: line, delimiter, preview } = result.value;
    return [delimiter, line, header, preview.map((row) => [row.line, ...row.cells])];
  };
  const TABLE = "id;principal\nL1;7\nL2;8\n";
  const below = (line: number, delimiter = ";") => [delimiter, line, ["id", "principal"],
    [[line + 1, "L1", "7"], [line + 2, "L2", "8"]]];

  it("are passed over, with and without empty cells beside them", async () => {
    expect(await sniffed(TABLE)).toEqual(below(1));
    expect(await sniffed(`Tape of October\n\n31.10.2026\n${TABLE}`)).toEqual(below(4));
    expect(await sniffed(`Tape of October\n\n${TABLE.replaceAll(";", ",")}`)).toEqual(below(3, ","));
    expect(await sniffed(`Tape of October, 2026\n${TABLE}`)).toEqual(below(2));
    expect(await sniffed(`Tape of October;\n;\n31.10.2026;\n${TABLE}`)).toEqual(below(4));
  });

  it("are not made of rows that hold figures", async () => {
    expect(await sniffed("principal\n1,000\n2,000\n")).toEqual([";", 1, ["principal"],
      [[2, "1,000"], [3, "2,000"]]]);
  });

  it("end where the request says", async () => {
    expect(await sniffed(`a;b;c\nx;y;z\n${TABLE}`, 3)).toEqual(below(3));
    expect(await sniffed(TABLE, 9)).toMatch(/empty or not there/);
    expect(await sniffed(`a;b\n\n${TABLE}`, 2)).toMatch(/empty or not there/);
  });
});
