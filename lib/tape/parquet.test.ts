import { gzipSync, brotliCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parquetWriteBuffer, schemaFromColumnData } from "hyparquet-writer";
import { parquetColumns, readParquet } from "./parquet";
import { cellWriter } from "./parquet-values";
import type { ByteSource } from "./zip";

type Given = Parameters<typeof parquetWriteBuffer>[0];
const written = (options: Given): Uint8Array => new Uint8Array(parquetWriteBuffer(options));
const sourceOf = (bytes: Uint8Array): ByteSource => ({ size: bytes.length,
  read: async (from, length) => bytes.subarray(from, from + length) });

async function read(bytes: Uint8Array, decimal: "." | "," = ".") {
  const rows = [];
  let header: string[] = [];
  for await (const batch of readParquet(sourceOf(bytes), { decimal })) {
    header = batch.header;
    rows.push(...batch.rows);
  }
  return { header, rows, cells: rows.map((row) => row.cells) };
}

const loans = (count: number) => [
  { name: "loan_id", type: "STRING" as const, data: Array.from({ length: count }, (_, at) => `L${at}`) },
  { name: "sector", type: "STRING" as const, data: Array.from({ length: count },
    (_, at) => (at % 5 === 4 ? null : ["CRE", "SME", "Räume"][at % 3])) },
  { name: "principal", type: "DOUBLE" as const,
    data: Float64Array.from({ length: count }, (_, at) => at + 0.25) },
];

describe("values", () => {
  it("are exact where the column is: DECIMAL of 32, 64 and more bits, INT64", async () => {
    const bytes = written({ columnData: [
      { name: "small", data: [-5n, 123_456n] },
      { name: "large", data: [900_719_925_474_099_301n, -1n] },
      { name: "wide", data: [-1n, 2n ** 100n] },
      { name: "id", data: BigInt64Array.from([9_007_199_254_740_993n, -7n]) },
    ], schema: [
      { name: "root", num_children: 4 },
      { name: "small", type: "INT32", converted_type: "DECIMAL", scale: 2, precision: 9 },
      { name: "large", type: "INT64", converted_type: "DECIMAL", scale: 4, precision: 18 },
      { name: "wide", type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, converted_type: "DECIMAL",
        scale: 2, precision: 38 },
      { name: "id", type: "INT64" },
    ] as Given["schema"] });
    expect((await read(bytes)).cells).toEqual([
      ["-0.05", "90071992547409.9301", "-0.01", "9007199254740993"],
      ["1234.56", "-0.0001", "12676506002282294014967032053.76", "-7"]]);
    expect((await read(bytes, ",")).cells[1]).toEqual(["1234,56", "-0,0001", "12676506002282294014967032053,76", "-7"]);
  });

  it("are dates, moments, true or false, empty, and texts from UTF-8 or bytes", async () => {
    const moment = new Date("2025-02-28T10:20:30.400Z");
    const { cells } = await read(written({ columnData: [
      { name: "day", data: [new Date("1969-12-31T00:00:00Z"), null], type: "TIMESTAMP" },
      { name: "moment", data: [moment, null], type: "TIMESTAMP" },
      { name: "paid", data: [true, null] },
      { name: "text", data: ["Müller", ""], type: "STRING" },
      { name: "bytes", data: [Uint8Array.from([0xff, 0]), new TextEncoder().encode("é")],
        type: "BYTE_ARRAY" },
      { name: "float", data: Float32Array.from([0.1, 1e10]), type: "FLOAT" },
    ] }));
    expect(cells).toEqual([
      ["1969-12-31", "2025-02-28T10:20:30.400Z", "true", "Müller", "0xff00", "0.1"],
      ["", "", "", "", "é", "10000000000"]]);
  });

  it("of other stored types mean what their column says", () => {
    const text = (element: object, value: Parameters<ReturnType<typeof cellWriter>>[0]) =>
      cellWriter({ name: "x", ...element } as Parameters<typeof cellWriter>[0], ".")(value);
    expect(text({ type: "INT32", converted_type: "DATE" }, 20_147)).toBe("2025-02-28");
    expect(text({ type: "INT32", logical_type: { type: "DATE" } }, -719_163)).toBe("-719163");
    expect(text({ type: "INT64", logical_type: { type: "TIMESTAMP", unit: "NANOS" } }, -1n))
      .toBe("1969-12-31T23:59:59.999Z");
    expect(text({ type: "INT96" }, (2_440_589n << 64n) + 1_000_000n)).toBe("1970-01-02T00:00:00.001Z");
    expect(text({ type: "INT32", converted_type: "UINT_32" }, -1)).toBe("4294967295");
    expect(text({ type: "INT64", logical_type: { type: "INTEGER", isSigned: false } }, -1n))
      .toBe("18446744073709551615");
    expect(text({ type: "INT64", logical_type: { type: "DECIMAL", scale: 0 } }, 5n)).toBe("5");
    expect(text({ type: "FIXED_LEN_BYTE_ARRAY", logical_type: { type: "UUID" } },
      new Uint8Array(16))).toBe("00000000-0000-0000-0000-000000000000");
  });
});

describe("files", () => {
  it("are read over row groups and pages, with dictionaries and every codec", async () => {
    const columnData = loans(2500);
    const expected = Array.from({ length: 2500 }, (_, at) =>
      columnData.map(({ data }) => String(data[at] ?? "")));
    const codecs = [{}, { codec: "UNCOMPRESSED" },
      { codec: "GZIP", compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes) } },
      { codec: "BROTLI", compressors: { BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes) } },
    ] as Partial<Given>[];
    for (const codec of codecs) {
      const { header, rows, cells } = await read(written({ columnData, rowGroupSize: 700,
        pageSize: 500, ...codec }));
      expect(header).toEqual(["loan_id", "sector", "principal"]);
      expect(cells).toEqual(expected);
      expect(rows.map(({ line }) => line)).toEqual(rows.map((_, at) => at + 1));
    }
  });

  it("hold lists and structures that are left out, and named", async () => {
    const columnData = [{ name: "tags", data: [["a"], ["b", "c"]] },
      { name: "principal", data: Int32Array.from([1, 2]) }];
    const schema = [
      { name: "root", num_children: 2 },
      { name: "tags", repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      { name: "principal", type: "INT32", repetition_type: "REQUIRED" },
    ] as Given["schema"];
    const bytes = written({ columnData, schema });
    expect(await parquetColumns(sourceOf(bytes))).toEqual({ header: ["principal"], nested: ["tags"] });
    expect((await read(bytes)).cells).toEqual([["1"], ["2"]]);
    const only = columnData.slice(0, 1);
    await expect(read(written({ columnData: only, schema: [{ name: "root", num_children: 1 },
      ...(schema ?? []).slice(1, 4)] }))).rejects.toThrow(/no column of plain values/);
    expect(schemaFromColumnData({ columnData: loans(1) })).toHaveLength(4);
  });

  it("without rows have columns", async () => {
    expect(await read(written({ columnData: loans(0) })))
      .toMatchObject({ header: ["loan_id", "sector", "principal"], rows: [] });
  });
});

describe("refusals", () => {
  const bytes = written({ columnData: loans(3000), rowGroupSize: 1000 });

  it("of what is none, cut off or encrypted", async () => {
    await expect(read(new Uint8Array())).rejects.toThrow(/no Parquet file/);
    await expect(read(new TextEncoder().encode("principal\n1\n2\n3\n"))).rejects.toThrow(/no Parquet/);
    await expect(read(bytes.subarray(0, bytes.length - 9))).rejects.toThrow(/cut off/);
    const sealed = Uint8Array.from(bytes);
    sealed.set(new TextEncoder().encode("PARE"), bytes.length - 4);
    await expect(read(sealed)).rejects.toThrow(/encrypted/);
    const footer = new DataView(bytes.buffer, bytes.length - 8).getUint32(0, true);
    await expect(read(bytes.subarray(bytes.length - footer - 12)))
      .rejects.toThrow(/row group 1, column "loan_id": its values lie outside the file/);
    const long = Uint8Array.from(bytes);
    long.set([255, 255, 255, 127], bytes.length - 8);
    await expect(read(long)).rejects.toThrow(/footer has 2147483647 bytes/);
  });

  it("of columns that cannot be told apart", async () => {
    const named = (...names: string[]) => written({ columnData: names.map((name) =>
      ({ name, data: Int32Array.from([1]) })) });
    await expect(read(named("a", "a"))).rejects.toThrow(/column "a" twice/);
    await expect(read(named("a\0"))).rejects.toThrow(/NUL/);
  });

  it("name row group and column of damage, and never hang", async () => {
    const outcomes = new Set<string>();
    for (let at = 4; at < bytes.length - 8; at += 97) {
      const broken = Uint8Array.from(bytes);
      broken.fill(0xff, at, at + 16);
      const message = await read(broken).then(() => "read", (error: Error) => {
        expect(error.name, error.stack).toBe("FormatError");
        return error.message;
      });
      outcomes.add(message.replace(/\d+/g, "n").slice(0, 30));
    }
    expect([...outcomes].some((message) => message.startsWith("row group n, column"))).toBe(true);
  });
});
