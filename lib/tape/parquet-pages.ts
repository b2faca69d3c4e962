import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import type { ColumnMetaData, Compressors, SchemaElement, SchemaTree } from "hyparquet";
import { compressors as packed } from "hyparquet-compressors";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import type { ColumnDecoder, PageHeader, ParquetParsers } from "hyparquet/src/types.js";
import { cellWriter, type CellWriter, type StoredValue } from "./parquet-values";
import { FormatError, type ByteSource } from "./zip";

/** A column of plain values. */
export type FlatColumn = { name: string; element: SchemaElement; root: SchemaTree };

/** What one page may have; writers aim at 1 MB. */
const MAX_PAGE_BYTES = 64 * 1024 ** 2;
const MAX_PAGE_VALUES = 4_000_000;
/** Bytes of a page's head: its statistics repeat values, which may be long. */
const HEAD_BYTES = [4_096, 65_536, 1_048_576] as const;
const READ_AHEAD = 128 * 1024;

/** Unpacks into room of the declared size: a page that lies about it cannot take more. */
const UNPACK: Compressors = {
  ...packed,
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (bytes, length) =>
    brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (bytes, length) => unzstd(bytes, new Uint8Array(length)),
};

/** None is asked: values stay as they are stored, and `cellWriter` says exactly what they mean. */
const NO_PARSERS = {} as ParquetParsers;

type Values = ArrayLike<StoredValue | string>;

/** The cells of one column in one row group, a page at a time. */
export class ColumnPages {
  private readonly decoder: ColumnDecoder;
  private readonly write: CellWriter;
  private offset: number;
  private readonly end: number;
  /** Bytes read ahead, and where in the file they begin. */
  private ahead: Uint8Array = new Uint8Array();
  private aheadAt = 0;
  /** The texts of the values that pages refer to. */
  private dictionary: string[] | undefined;
  private values: Values = [];
  /** True when `values` are texts already: pages that refer to the dictionary. */
  private isText = false;
  private at = 0;

  constructor(
    private readonly source: ByteSource, private readonly where: string,
    { name, element, root }: FlatColumn, meta: ColumnMetaData, decimal: "." | ",",
  ) {
    this.write = cellWriter(element, decimal);
    const bare = bareElement(element);
    this.decoder = { pathInSchema: [name], type: meta.type, element: bare, codec: meta.codec,
      schemaPath: [root, { element: bare, children: [], count: 1, path: [name] }],
      parsers: NO_PARSERS, compressors: UNPACK, utf8: false };
    const first = meta.dictionary_page_offset || meta.data_page_offset;
    this.offset = Number(first < meta.data_page_offset ? first : meta.data_page_offset);
    this.end = this.offset + Number(meta.total_compressed_size);
    if (!(this.offset >= 0 && this.end <= source.size)) {
      throw this.wrong("its values lie outside the file, which is damaged or cut off");
    }
  }

  /** Cells that can be taken before the next page is read. */
  get left(): number {
    return this.values.length - this.at;
  }

  /** The next cell. */
  take(): string {
    const value = this.values[this.at++];
    return this.isText ? value as string ?? "" : this.write(value as StoredValue);
  }

  /** Reads pages up to one with values. @throws FormatError when there are no more. */
  async next(): Promise<void> {
    this.at = 0;
    this.values = [];
    while (this.values.length === 0) {
      if (this.offset >= this.end) throw this.wrong("it has fewer values than the group has rows");
      const { header, bytes } = await this.readHead();
      this.check(header);
      const size = header.compressed_page_size;
      const body = await this.bytes(this.offset + bytes, size);
      if (body.length < size) throw this.wrong("a page is cut off");
      this.offset += bytes + size;
      this.takePage(header, body);
    }
  }

  private takePage(header: PageHeader, body: Uint8Array): void {
    const reader = readerOf(body);
    const encoding = (header.data_page_header ?? header.data_page_header_v2)?.encoding ?? "";
    const refers = encoding.endsWith("_DICTIONARY");
    if (header.type === "INDEX_PAGE") return;
    if (refers && this.dictionary === undefined) throw this.wrong("its dictionary is not there");
    try {
      const { data } = readPage(reader, header, this.decoder,
        refers ? this.dictionary : undefined, undefined, 0);
      if (header.type === "DICTIONARY_PAGE") {
        this.dictionary = Array.from((data ?? []) as Values,
          (value) => this.write(value as StoredValue));
        return;
      }
      this.values = (data ?? []) as Values;
    } catch (error) {
      throw this.wrong(`a page cannot be read: ${reasonOf(error)}`);
    }
    this.isText = refers;
  }

  private check(header: PageHeader): void {
    const sizes = [header.compressed_page_size, header.uncompressed_page_size];
    const values = (header.data_page_header ?? header.data_page_header_v2
      ?? header.dictionary_page_header)?.num_values ?? 0;
    if (sizes.some((size) => !(size >= 0))) throw this.wrong("a page's head is damaged");
    if (sizes.some((size) => size > MAX_PAGE_BYTES) || !(values <= MAX_PAGE_VALUES)) {
      throw this.wrong(`a page has ${sizes[1]} bytes and ${values} values, more than are read; `
        + "write the file with smaller pages");
    }
  }

  private async readHead(): Promise<{ header: PageHeader; bytes: number }> {
    for (const length of HEAD_BYTES) {
      const bytes = await this.bytes(this.offset, Math.min(length, this.end - this.offset));
      const reader = readerOf(bytes);
      try {
        const header = parquetHeader(reader);
        return { header, bytes: reader.offset };
      } catch {
        // Longer than what was looked at, or damaged: the longest look decides.
      }
    }
    throw this.wrong("a page's head is damaged");
  }

  private async bytes(from: number, length: number): Promise<Uint8Array> {
    const start = from - this.aheadAt;
    if (start < 0 || start + length > this.ahead.length) {
      const room = Math.min(Math.max(length, READ_AHEAD), this.end - from);
      // A copy with a buffer of its own: numbers are read from whole words of it.
      this.ahead = Uint8Array.from(await this.source.read(from, Math.max(room, length)));
      this.aheadAt = from;
      return this.ahead.subarray(0, length);
    }
    return this.ahead.subarray(start, start + length);
  }

  private readonly wrong = (what: string): FormatError =>
    new FormatError(`${this.where}: ${what}`);
}

const readerOf = (bytes: Uint8Array) =>
  ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 });

/** An element without what its values mean, so that they are given as they are stored. */
function bareElement(element: SchemaElement): SchemaElement {
  const { type: _, converted_type: __, logical_type: ___, ...bare } = element;
  return bare;
}

const reasonOf = (error: unknown): string =>
  (error instanceof RangeError ? "it is damaged" : (error as Error).message)
    .replace(/^parquet /, "");
