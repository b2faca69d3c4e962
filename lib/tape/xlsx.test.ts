import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isDateFormat, serialDate } from "./xlsx-cells";
import { readXlsx, sheetNames, type XlsxOptions } from "./xlsx";
import type { ByteSource } from "./zip";

type Part = { name: string; content: string | Buffer; declared?: number };

/** A zip archive; `declared` lies about a part's unpacked size. */
function zip(parts: readonly Part[]): ByteSource {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, declared } of parts) {
    const plain = Buffer.from(content as string);
    const packed = deflateRawSync(plain);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(declared ?? plain.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    files.push(local, Buffer.from(name), packed);
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  const bytes = Buffer.concat([...files, table, end]);
  return { size: bytes.length,
    read: async (from, length) => bytes.subarray(from, from + length) };
}

const book = (rows: string, more: { pr?: string; declared?: number; head?: string } = {}) => zip([
  { name: "xl/workbook.xml", content: `<workbook xmlns:r="r">${more.pr ?? ""}<sheets>` +
    '<sheet name="Loans" r:id="a"/><sheet name="Notes" r:id="b"/></sheets></workbook>' },
  { name: "xl/_rels/workbook.xml.rels", content: '<Relationships>' +
    '<Relationship Id="a" Target="worksheets/one.xml"/>' +
    '<Relationship Id="b" Target="http://example.org/two.xml" TargetMode="External"/>' +
    "</Relationships>" },
  { name: "xl/styles.xml", content: '<styleSheet><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/></cellXfs></styleSheet>' },
  { name: "xl/sharedStrings.xml", content: "<sst><si><t>id</t></si><si><r><t>Acme </t></r>" +
    "<r><t>&amp; Co</t></r></si></sst>" },
  { name: "xl/worksheets/one.xml", ...(more.declared ? { declared: more.declared } : {}),
    content: `${more.head ?? ""}<worksheet><sheetData>${rows}</sheetData></worksheet>` },
]);

async function read(source: ByteSource, options: Partial<XlsxOptions> = {}) {
  const rows = [];
  let header: string[] | null = null;
  for await (const batch of readXlsx(source, { decimal: ".", ...options })) {
    header = batch.header;
    rows.push(...batch.rows);
  }
  return { header, rows };
}

const text = (ref: string, value: string) =>
  `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;
const HEAD = `<row r="1">${text("A1", "name")}${text("B1", "principal")}</row>`;

describe("cells", () => {
  it("reads shared text, numbers, dates, booleans, errors and formulas' stored values", async () => {
    const source = book(`<row r="1">${"ABCDEF".split("").map((c) => text(`${c}1`, "x")).join("")}</row>` +
      '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>1234.5600000000001</v></c>' +
      '<c r="C2" s="1"><v>45716</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#N/A</v></c>' +
      '<c r="F2"><f>B2*2</f><v>2469.12</v></c></row>');
    const { header, rows } = await read(source);
    expect(header).toEqual(["x", "x (2)", "x (3)", "x (4)", "x (5)", "x (6)"]);
    expect(rows[0]).toEqual({ line: 2, problem: null,
      cells: ["Acme & Co", "1234.56", "2025-02-28", "true", "#N/A", "2469.12"] });
    expect((await read(source, { decimal: "," })).rows[0]?.cells[1]).toBe("1234,56");
  });

  it("shows a formula without a saved value, but not one whose value is empty", async () => {
    const { rows } = await read(book(`${HEAD}<row r="2">${text("A2", "x")}<c r="B2"><f>SUM(B3)</f></c>`
      + `</row><row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><v>1</v></c></row>`));
    expect(rows.map(({ cells }) => cells)).toEqual([["x", "#NOT_CALCULATED!"], ["", "1"]]);
  });

  it("counts days as both calendars do", () => {
    expect([1, 59, 60, 61, 45716.9].map((day) => serialDate(day, false))).toEqual(
      ["1900-01-01", "1900-02-28", "1900-02-29", "1900-03-01", "2025-02-28"]);
    expect([0, 44254].map((day) => serialDate(day, true))).toEqual(["1904-01-01", "2025-02-28"]);
    expect([-1, 0, 2_958_466].map((day) => serialDate(day, false))).toEqual([null, null, null]);
  });

  it("knows a date by its format", () => {
    expect([isDateFormat(14, undefined), isDateFormat(164, "dd\\.mm\\.yyyy")]).toEqual([true, true]);
    expect([isDateFormat(2, undefined), isDateFormat(165, '#,##0.00 "days"'),
      isDateFormat(166, "[Red]0.00"), isDateFormat(20, undefined)])
      .toEqual([false, false, false, false]);
  });

  it("reads a workbook of the 1904 calendar", async () => {
    const { rows } = await read(book(`${HEAD}<row r="2"><c r="A2" s="1"><v>44254</v></c></row>`,
      { pr: '<workbookPr date1904="1"/>' }));
    expect(rows[0]?.cells).toEqual(["2025-02-28", ""]);
  });
});

it("reads per cent as one sees it", async () => {
  const { rows } = await read(book(`${HEAD}<row r="2"><c r="B2" s="2"><v>0.0525</v></c></row>`));
  expect(rows[0]?.cells[1]).toBe("5.25%");
});

describe("rows", () => {
  it("passes a title over, and keeps a sheet of one column whole", async () => {
    const row = (line: number, ...texts: string[]) => `<row r="${line}">${texts.map((text) =>
      `<c t="inlineStr"><is><t>${text}</t></is></c>`).join("")}</row>`;
    expect(await read(book(row(1, "Tape") + row(2, "31 October") + row(4, "id", "principal")
      + row(5, "L1", "7")))).toMatchObject({ header: ["id", "principal"],
      rows: [{ line: 5, cells: ["L1", "7"], problem: null }] });
    const numbers = Array.from({ length: 30 }, (_, index) => row(index + 2, String(index)));
    const single = await read(book(row(1, "principal") + numbers.join("")));
    expect(single.header).toEqual(["principal"]);
    expect(single.rows.map(({ cells }) => cells[0])).toEqual(numbers.map((_, at) => String(at)));
    expect(await read(book(row(1, "principal") + row(2, "7")))).toMatchObject(
      { header: ["principal"], rows: [{ line: 2, cells: ["7"], problem: null }] });
  });

  it("skips blank rows before the header, or starts at a given row", async () => {
    const rows = `<row r="2"/><row r="4">${text("A4", "id")}</row><row r="6">${text("A6", "7")}</row>`;
    expect(await read(book(rows))).toMatchObject({ header: ["id"], rows: [{ line: 6, cells: ["7"] }] });
    expect(await read(book(`<row r="1">${text("A1", "Tape of March")}</row>${rows}`),
      { headerRow: 4 })).toMatchObject({ header: ["id"], rows: [{ line: 6 }] });
    await expect(read(book(rows), { headerRow: 5 })).rejects.toThrow(/"Loans", row 6.*row 5/);
  });

  it("names sheet and row of one with too many cells", async () => {
    const { rows } = await read(book(`${HEAD}<row r="9">${text("C9", "z")}</row>`));
    expect(rows[0]?.problem).toMatchObject({ code: "COLUMN_COUNT", row: 9,
      message: 'sheet "Loans", row 9: 3 cells where the header has 2' });
  });

  it("takes a million empty rows", async () => {
    const source = book(`${HEAD}${"<row><c/></row>".repeat(1_000_000)}`);
    const started = performance.now();
    expect((await read(source)).rows).toEqual([]);
    expect(performance.now() - started).toBeLessThan(15_000);
  }, 60_000);
});

describe("refusals", () => {
  it("lists sheets, and refuses one that is not there or is a link outside", async () => {
    expect(await sheetNames(book(HEAD))).toEqual(["Loans", "Notes"]);
    await expect(read(book(HEAD), { sheet: "Loan" })).rejects.toThrow(/no sheet "Loan".*"Notes"/);
    await expect(read(book(HEAD), { sheet: "Notes" })).rejects.toThrow(/holds no cells/);
  });

  it("refuses bombs, declared or not, and document types", async () => {
    await expect(read(book(HEAD.repeat(1000), { declared: 100 }))).rejects.toThrow(/than it declares/);
    // A number that says "see the 64 bits elsewhere", and there are none.
    await expect(read(book(HEAD, { declared: 2 ** 32 - 1 }))).rejects.toThrow(/no XLSX workbook/);
    const head = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>';
    await expect(read(book(HEAD, { head }))).rejects.toThrow(/document type/);
  });

  it("refuses what is no workbook or is cut off", async () => {
    const bytes = (text: string): ByteSource => ({ size: text.length,
      read: async (from, length) => Buffer.from(text).subarray(from, from + length) });
    await expect(read(bytes("PK\u0003\u0004 and nothing"))).rejects.toThrow(/no XLSX workbook/);
    await expect(read(bytes(""))).rejects.toThrow(/no XLSX workbook/);
    await expect(read(zip([{ name: "a", content: "b" }]))).rejects.toThrow(/without a workbook/);
    await expect(read(book("<row>"))).rejects.toThrow(/no well-formed XML/);
  });
});
