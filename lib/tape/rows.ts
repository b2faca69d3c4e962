import { assert } from "../kernel/assert";
import { readCsv, type CsvBatch, type CsvRow, type Delimiter, type Encoding } from "./csv";
import { DEFAULT_LOCALE, type Locale } from "./locale";
import { ndjsonColumns, readNdjson } from "./ndjson";
import { parquetColumns, readParquet } from "./parquet";
import { sniffTape } from "./sniff";
import { readXlsx, sheetNames } from "./xlsx";
import { FormatError, type ByteSource } from "./zip";

/** How the rows of a file are found, whatever its format. */
export type RowsPlan = {
  mediaType: string;
  locale: Locale;
  /** Of delimited text. */
  encoding?: Encoding | undefined;
  delimiter?: Delimiter | undefined;
  /** Of workbooks. */
  sheet?: string | undefined;
  /** Of delimited text and workbooks: the line or row that names the columns. */
  headerRow?: number | undefined;
  /** Of JSON lines: the columns, as the look at the file found them. */
  header?: readonly string[] | undefined;
};

/** A file, read from its beginning or at any place. */
export type RowsFile = { chunks: () => AsyncIterable<Uint8Array>; source: ByteSource };

/** What a look at a file found. */
export type RowsLook = {
  header: string[];
  /** The first rows, at most 50. */
  preview: CsvRow[];
  /** Of a workbook; else none. */
  sheets: string[];
  /** What was left out or chosen, in words. */
  notes: string[];
  /** Which line or row named the columns, where one does. */
  headerRow: number | null;
  /** How to read the file from now on. */
  plan: Pick<RowsPlan, "encoding" | "delimiter" | "sheet" | "headerRow">;
};

/** What the person who sends a file may choose. */
export type RowsChoice = Pick<RowsPlan, "sheet" | "headerRow">;

type Format = {
  /** True when the beginning of a file says nothing: its table of contents stands at its end. */
  isWhole: boolean;
  read: (file: RowsFile, plan: RowsPlan) => AsyncGenerator<CsvBatch>;
  look: (file: RowsFile, plan: RowsPlan, cutOff: boolean) => Promise<RowsLook>;
};

const PREVIEW_ROWS = 50;

const delimited: Format = {
  isWhole: false,
  read: (file, { encoding, delimiter, headerRow }) => {
    assert(encoding && delimiter, "how delimited text is read was found by a look at it");
    return readCsv(file.chunks(), { encoding, delimiter, headerRow });
  },
  look: async (file, { headerRow }) => {
    const sniffed = await sniffTape(file.chunks(), headerRow);
    if (!sniffed.ok) throw new FormatError(sniffed.error.message);
    const { encoding, delimiter, header, preview, headerRow: found } = sniffed.value;
    return { header, preview, sheets: [], notes: [], headerRow: found,
      plan: { encoding, delimiter, headerRow: found } };
  },
};

const workbook: Format = {
  isWhole: true,
  read: (file, { sheet, headerRow, locale }) =>
    readXlsx(file.source, { sheet, headerRow, decimal: locale.decimal }),
  look: async (file, plan) => {
    const sheets = await sheetNames(file.source);
    const sheet = plan.sheet ?? sheets[0];
    const where = sheet === undefined ? "the first sheet" : `sheet "${sheet}"`;
    const first = await firstRows(workbook.read(file, { ...plan, sheet }), where);
    return { ...first, sheets, notes: [], plan: { sheet, headerRow: plan.headerRow } };
  },
};

const lines: Format = {
  isWhole: false,
  read: (file, { header, locale }) => {
    assert(header, "the columns of JSON lines were found by a look at them");
    return readNdjson(file.chunks(), { header, decimal: locale.decimal });
  },
  look: async (file, plan, cutOff) => {
    const header = await ndjsonColumns(file.chunks(), cutOff);
    const { preview } = await firstRows(lines.read(file, { ...plan, header }), "the file");
    return { header, preview, sheets: [], notes: [], headerRow: null, plan: {} };
  },
};

const parquet: Format = {
  isWhole: true,
  read: (file, { locale }) => readParquet(file.source, { decimal: locale.decimal }),
  look: async (file, plan) => {
    const { nested } = await parquetColumns(file.source);
    const first = await firstRows(parquet.read(file, plan), "the file");
    return { ...first, headerRow: null, sheets: [], plan: {}, notes: nested.map((name) =>
      `'${name}' holds lists or structures and is left out`) };
  },
};

const FORMATS = new Map<string, Format>([
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook],
  ["application/x-ndjson", lines],
  ["application/vnd.apache.parquet", parquet],
]);

const formatOf = (mediaType: string): Format => FORMATS.get(mediaType) ?? delimited;

/** True for media types of which a preview needs the whole file: XLSX and Parquet. */
export const isReadWhole = (mediaType: string): boolean => formatOf(mediaType).isWhole;

/**
 * The rows of a file in its order, in batches of cells as text: what differs between formats ends
 * here. @throws FormatError for what cannot be read; delimited text is read whatever it holds.
 */
export const readRows = (file: RowsFile, plan: RowsPlan): AsyncGenerator<CsvBatch> =>
  formatOf(plan.mediaType).read(file, plan);

/**
 * Looks at a file before its rows are taken: how it is read, its columns and first rows. With
 * `cutOff` the file is the beginning of one. @throws FormatError when it cannot be a tape.
 */
export async function lookAtRows(
  file: RowsFile, mediaType: string, choice: RowsChoice, cutOff: boolean,
): Promise<RowsLook> {
  const look = await formatOf(mediaType).look(file,
    { mediaType, locale: DEFAULT_LOCALE, ...choice }, cutOff);
  return { ...look, notes: [...look.notes, ...numberedNames(look.header),
    ...bothSeparators(look.header, look.preview)] };
}

/** Columns that stand beside one of the same name, and were numbered for it. */
function numberedNames(header: readonly string[]): string[] {
  const names = new Set(header);
  return header.flatMap((name) => {
    const own = /^(.+) \(\d+\)$/.exec(name)?.[1];
    return own === undefined || !names.has(own) ? []
      : [`'${own}' names more than one column; '${name}' is another of them`];
  });
}

/** Numbers that tell which mark stands before their decimals: of a group, or a digit or two. */
const WITH_COMMA = /^-?(\d{1,3}(\.\d{3})+,\d+|\d+,\d{1,2})$/;
const WITH_POINT = /^-?(\d{1,3}(,\d{3})+\.\d+|\d+\.\d{1,2})$/;

/** Columns whose first rows write decimals both ways: in either, some are read wrong. */
const bothSeparators = (header: readonly string[], rows: readonly CsvRow[]): string[] =>
  header.flatMap((name, at) => {
    const [comma, point] = [WITH_COMMA, WITH_POINT].map((form) =>
      rows.find(({ cells }) => form.test((cells[at] ?? "").trim())));
    return comma && point ? [`'${name}' writes decimals both ways: '${comma.cells[at]}' in line `
      + `${comma.line}, '${point.cells[at]}' in line ${point.line}; what the chosen locale does not `
      + "fit is left out, or read as another number"] : [];
  });

async function firstRows(
  batches: AsyncGenerator<CsvBatch>, where: string,
): Promise<Pick<RowsLook, "header" | "preview" | "headerRow">> {
  for await (const { header, rows, headerRow } of batches) {
    if (rows.length === 0) throw new FormatError(`${where} has a header and no rows`);
    return { header, preview: rows.slice(0, PREVIEW_ROWS), headerRow: headerRow ?? null };
  }
  throw new FormatError(`${where} is empty`);
}
