import { assert } from "../kernel/assert";
import { err, ok, type Result } from "../kernel/result";
import { GROUP_DIMENSIONS } from "../risk";
import type { Dimension, PortfolioColumns } from "./portfolio-columns";
import type { Codes } from "./growing-columns";
import { LabelTable } from "./labels";

/**
 * Portfolio columns as bytes, all numbers little-endian:
 *
 *   0  8 bytes "TSCOLS01"
 *   8  u32 length of the header in bytes, u32 CRC-32 of these bytes
 *  16  the header: JSON, UTF-8, `{debts, assets, bytes, sections: [{name, type, at, length}]}`
 *      with `bytes` the whole length, `at` from the beginning, `length` in elements
 *      sections, each at a multiple of 8, zeros in between
 *
 * Sections: the number columns by their names in `PortfolioColumns`; of each dimension that has
 * values `codes.<dimension>` (u8, u16 or u32), `labels.<dimension>` (UTF-8) and
 * `ends.<dimension>`. A dimension whose codes are another's has that one's sections.
 * The hash of all bytes is for who stores them to keep: a changed amount is no damage seen here.
 */
const MAGIC = "TSCOLS01";
const LEAD = 16;
const TYPES = {
  f64: Float64Array, u32: Uint32Array, i32: Int32Array, u16: Uint16Array, u8: Uint8Array,
} as const;
type TypeName = keyof typeof TYPES;
type Column = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;
type Section = { name: string; type: TypeName; at: number; length: number };
type Header = { debts: number; assets: number; bytes: number; sections: Section[] };

/** Name, type, and rows of which it has one each: debts, assets, all, or a length of its own. */
const NUMBER_COLUMNS = [
  ["rowNumber", "u32", "all"], ["isFirst", "u8", "all"], ["outstanding", "f64", "debts"],
  ["interestRate", "f64", "debts"], ["collateral", "f64", "debts"], ["assets", "f64", "debts"],
  ["distressedValue", "f64", "assets"], ["recoveryRate", "f64", "assets"],
  ["linkedDebt", "i32", "assets"], ["statedFrom", "u32", "own"], ["statedTo", "u32", "own"],
] as const satisfies readonly (readonly [keyof PortfolioColumns, TypeName, string])[];

/** Why bytes are no portfolio columns: a closed list, with what was found for a log. */
export type ColumnsDamage = {
  code: "NOT_COLUMNS" | "TRUNCATED" | "HEADER_DAMAGED" | "SECTION_DAMAGED" | "VALUES_DAMAGED";
  detail: string;
};

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const aligned = (at: number): number => Math.ceil(at / 8) * 8;

/** Writes columns; equal columns give equal bytes. */
export const encodeColumns = (columns: PortfolioColumns): Uint8Array<ArrayBuffer> =>
  joined([...columnPieces(columns)]);

/** Bytes that came in pieces. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}

/** A section to be written, its values in pieces of one type; equal `values` are written once. */
export type SectionSource = {
  name: string; type: TypeName; length: number; values: object; pieces: () => Iterable<Column>;
};

/** A section whose values are one array. */
export const wholeSection = (name: string, column: Column): SectionSource =>
  ({ name, type: typeName(column), length: column.length, values: column,
    pieces: () => [column] });

/** The bytes of columns one after the other, without a copy of the columns: views of them. */
export function* columnPieces(columns: PortfolioColumns): Generator<Uint8Array> {
  const sources = NUMBER_COLUMNS.map(([name]) => wholeSection(name, columns[name]));
  for (const dimension of GROUP_DIMENSIONS) {
    const found = columns.dimensions[dimension];
    if (!found) continue;
    sources.push(wholeSection(`codes.${dimension}`, found.codes),
      ...labelSections(dimension, found.labels));
  }
  yield* sectionPieces(columns.debtCount, columns.assetCount, sources);
}

/** The sections of a dimension's labels. */
export const labelSections = (dimension: string, labels: LabelTable): SectionSource[] =>
  [wholeSection(`labels.${dimension}`, labels.bytes), wholeSection(`ends.${dimension}`, labels.ends)];

/**
 * The bytes of sections that come in the order of the format: number columns, then dimensions.
 * Equal values give equal bytes, whatever their pieces are.
 */
export function* sectionPieces(
  debts: number, assets: number, sources: readonly SectionSource[],
): Generator<Uint8Array> {
  assert(isLittleEndian, "columns are views of little-endian bytes");
  const { header, placed } = layOut(debts, assets, sources);
  const head = new TextEncoder().encode(JSON.stringify(header));
  const lead = new Uint8Array(LEAD + head.length);
  lead.set(new TextEncoder().encode(MAGIC));
  new DataView(lead.buffer).setUint32(8, head.length, true);
  new DataView(lead.buffer).setUint32(12, crc32(head), true);
  lead.set(head, LEAD);
  yield lead;
  let end = lead.byteLength;
  for (const { source, at } of placed.values()) {
    if (at > end) yield new Uint8Array(at - end);
    for (const piece of source.pieces()) {
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    }
    end = at + bytesOf(source);
  }
  if (header.bytes > end) yield new Uint8Array(header.bytes - end);
}

const bytesOf = ({ type, length }: SectionSource): number => TYPES[type].BYTES_PER_ELEMENT * length;

/** Where everything goes: the header's own length depends on the numbers in it, so it has room. */
function layOut(debts: number, assets: number, sources: readonly SectionSource[]) {
  let at = aligned(LEAD + 200 + sources.length * 120);
  const placed = new Map<object, { source: SectionSource; at: number }>();
  const sections = sources.map((source): Section => {
    const { name, type, length } = source;
    const start = placed.get(source.values)?.at ?? at;
    if (!placed.has(source.values)) {
      placed.set(source.values, { source, at: start });
      at = aligned(start + bytesOf(source));
    }
    return { name, type, at: start, length };
  });
  return { header: { debts, assets, bytes: at, sections } satisfies Header, placed };
}

const typeName = (column: Column): TypeName => (Object.keys(TYPES) as TypeName[])
  .find((name) => column instanceof TYPES[name]) as TypeName;

/**
 * Reads columns as views of `buffer` (also a shared one, or a file mapped into memory), from its
 * beginning. Whatever the bytes are, it answers or refuses them: with a code beyond the labels, a
 * link beyond the debts or a section beyond the end nothing is read.
 */
export function decodeColumns(
  buffer: ArrayBufferLike,
): Result<PortfolioColumns, ColumnsDamage> {
  assert(isLittleEndian, "columns are views of little-endian bytes");
  const header = readHeader(buffer);
  if (!header.ok) return header;
  const sections = new Map<string, Column>();
  const views = new Map<string, Column>();
  for (const section of header.value.sections) {
    const problem = problemOf(section, buffer.byteLength);
    if (problem) return damaged("SECTION_DAMAGED", problem);
    // One view for all sections of the same values, so that they are written once again. The type
    // of the constructors knows no shared memory; they all take it.
    const key = `${section.type} ${section.at} ${section.length}`;
    const view = views.get(key)
      ?? new TYPES[section.type](buffer as ArrayBuffer, section.at, section.length);
    views.set(key, view);
    sections.set(section.name, view);
  }
  const { debts, assets } = header.value;
  const lengths = { all: debts + assets, debts, assets, own: null };
  const numbers: { [name: string]: Column } = {};
  for (const [name, type, rows] of NUMBER_COLUMNS) {
    const column = sections.get(name);
    if (column === undefined || !(column instanceof TYPES[type])
      || column.length !== (lengths[rows] ?? column.length)) {
      return damaged("SECTION_DAMAGED", `${name} is missing, or not one value for each row`);
    }
    numbers[name] = column;
  }
  const dimensions: PortfolioColumns["dimensions"] = {};
  for (const dimension of GROUP_DIMENSIONS) {
    if (!sections.has(`codes.${dimension}`)) continue;
    const read = dimensionOf(sections, dimension, lengths.all);
    if (!read.ok) return read;
    dimensions[dimension] = read.value;
  }
  const columns = { debtCount: debts, assetCount: assets, ...numbers, dimensions } as
    unknown as PortfolioColumns;
  const problem = problemOfValues(columns);
  return problem ? damaged("VALUES_DAMAGED", problem) : ok(columns);
}

const damaged = (code: ColumnsDamage["code"], detail: string) => err({ code, detail });

function readHeader(buffer: ArrayBufferLike): Result<Header, ColumnsDamage> {
  if (buffer.byteLength < LEAD) return damaged("TRUNCATED", `${buffer.byteLength} bytes`);
  // A copy: a decoder refuses views of shared memory.
  const text = (at: number, length: number): string =>
    new TextDecoder().decode(new Uint8Array(buffer, at, length).slice());
  if (text(0, 8) !== MAGIC) return damaged("NOT_COLUMNS", `does not begin with ${MAGIC}`);
  const lead = new DataView(buffer, 8, 8);
  const length = lead.getUint32(0, true);
  if (LEAD + length > buffer.byteLength) return damaged("TRUNCATED", "ends inside the header");
  if (crc32(new Uint8Array(buffer, LEAD, length)) !== lead.getUint32(4, true)) {
    return damaged("HEADER_DAMAGED", "the header does not fit its checksum");
  }
  // What the checksum covers was written by `encodeColumns`.
  const header = JSON.parse(text(LEAD, length)) as Header;
  if (buffer.byteLength < header.bytes) {
    return damaged("TRUNCATED", `${buffer.byteLength} of ${header.bytes} bytes`);
  }
  return ok(header);
}

function problemOf({ name, type, at, length }: Section, bytes: number): string | null {
  const isPlace = Number.isInteger(at) && at >= LEAD && at % 8 === 0
    && Number.isInteger(length) && length >= 0 && Object.hasOwn(TYPES, type);
  if (!isPlace || at + length * TYPES[type].BYTES_PER_ELEMENT > bytes) {
    return `${name} lies outside of the ${bytes} bytes`;
  }
  return null;
}

function dimensionOf(
  sections: ReadonlyMap<string, Column>, dimension: string, rows: number,
): Result<Dimension, ColumnsDamage> {
  const codes = sections.get(`codes.${dimension}`);
  const labels = sections.get(`labels.${dimension}`);
  const ends = sections.get(`ends.${dimension}`);
  if (codes instanceof Float64Array || codes instanceof Int32Array || codes?.length !== rows
    || !(labels instanceof Uint8Array) || !(ends instanceof Uint32Array)) {
    return damaged("SECTION_DAMAGED", `${dimension} lacks codes or labels`);
  }
  for (const code of codes) {
    if (code > ends.length) return damaged("VALUES_DAMAGED", `${dimension} has no label ${code}`);
  }
  let before = 0;
  for (const end of ends) {
    if (end < before) return damaged("VALUES_DAMAGED", `labels of ${dimension} overlap`);
    before = end;
  }
  if (before !== labels.length) return damaged("VALUES_DAMAGED", `labels of ${dimension} end early`);
  return ok({ codes: codes as Codes, labels: new LabelTable(labels, ends) });
}

function problemOfValues(columns: PortfolioColumns): string | null {
  const { statedFrom, statedTo, debtCount } = columns;
  for (const debt of columns.linkedDebt) {
    if (debt < -1 || debt >= debtCount) return `no debt ${debt} to link to`;
  }
  if (statedFrom.length !== statedTo.length) return "stated collaterals lack an end";
  for (const [index, from] of statedFrom.entries()) {
    const to = statedTo[index] as number;
    if (!(from >= (statedTo[index - 1] ?? 0) && from < to && to <= debtCount)) {
      return `stated collateral over debts ${from} to ${to}`;
    }
  }
  return null;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
