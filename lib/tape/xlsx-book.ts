import { SaxesParser, type SaxesTagPlain } from "saxes";
import { isDateFormat, isPercentFormat } from "./xlsx-cells";
import { FormatError, readEntry, readZip, type ByteSource, type ZipEntry } from "./zip";

/** What a workbook says beside its sheets. */
export type Workbook = {
  sheets: { name: string; entry: ZipEntry | undefined }[];
  is1904: boolean;
  /** By cell style: does it show a date? */
  dateStyles: boolean[];
  /** By cell style: does it show per cent? The cell then holds a hundredth of what one sees. */
  percentStyles: boolean[];
  strings: string[];
};

/** Characters of shared text that are kept in memory while a sheet is read. */
const STRING_LIMIT = 128 * 1024 ** 2;

export type XmlHandlers = {
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/**
 * Gives a part's XML to `handlers`, and control back after every chunk. A part with a document
 * type is refused: no entity is declared, expanded or fetched. @throws FormatError
 */
export async function* parsePart(
  source: ByteSource, entry: ZipEntry, handlers: XmlHandlers,
): AsyncGenerator<void> {
  const parser = new SaxesParser();
  parser.on("doctype", () => {
    throw new FormatError("the workbook declares a document type and is not read");
  });
  parser.on("error", () => {
    throw new FormatError(`the workbook is damaged: ${entry.name} is no well-formed XML`);
  });
  parser.on("opentag", (tag) => handlers.open?.(localName(tag.name),
    (tag as SaxesTagPlain).attributes));
  parser.on("closetag", (tag) => handlers.close?.(localName(tag.name)));
  if (handlers.text) parser.on("text", handlers.text);
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of readEntry(source, entry)) {
    parser.write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  parser.close();
}

async function parseWhole(
  source: ByteSource, entry: ZipEntry | undefined, handlers: XmlHandlers,
): Promise<void> {
  if (!entry) return;
  const steps = parsePart(source, entry, handlers);
  while (!(await steps.next()).done);
}

/** Opens a workbook: its sheets, date styles and shared text. @throws FormatError */
export async function openWorkbook(source: ByteSource): Promise<Workbook> {
  const entries = await readZip(source);
  const main = entries.get("xl/workbook.xml");
  if (!main) throw new FormatError("the file is a zip archive without a workbook in it");
  const targets = new Map<string, string>();
  await parseWhole(source, entries.get("xl/_rels/workbook.xml.rels"), { open: (name, given) => {
    // A target outside of the archive is never followed.
    if (name !== "Relationship" || given["TargetMode"] === "External") return;
    const target = given["Target"] ?? "";
    targets.set(given["Id"] ?? "", target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  } });
  const sheets: Workbook["sheets"] = [];
  let is1904 = false;
  await parseWhole(source, main, { open: (name, given) => {
    if (name === "workbookPr") is1904 = ["1", "true"].includes(given["date1904"] ?? "");
    if (name !== "sheet") return;
    sheets.push({ name: given["name"] ?? "",
      entry: entries.get(targets.get(given["r:id"] ?? "") ?? "") });
  } });
  return { sheets, is1904, ...await readStyles(source, entries.get("xl/styles.xml")),
    strings: await readStrings(source, entries.get("xl/sharedStrings.xml")) };
}

type Styles = Pick<Workbook, "dateStyles" | "percentStyles">;

async function readStyles(source: ByteSource, entry: ZipEntry | undefined): Promise<Styles> {
  const codes = new Map<number, string>();
  const styles: Styles = { dateStyles: [], percentStyles: [] };
  let inCells = false;
  await parseWhole(source, entry, {
    open: (name, given) => {
      if (name === "cellXfs") inCells = true;
      if (name === "numFmt") codes.set(Number(given["numFmtId"]), given["formatCode"] ?? "");
      if (name !== "xf" || !inCells) return;
      const id = Number(given["numFmtId"] ?? 0);
      styles.dateStyles.push(isDateFormat(id, codes.get(id)));
      styles.percentStyles.push(isPercentFormat(id, codes.get(id)));
    },
    close: (name) => { if (name === "cellXfs") inCells = false; },
  });
  return styles;
}

async function readStrings(source: ByteSource, entry: ZipEntry | undefined): Promise<string[]> {
  const strings: string[] = [];
  let text = "";
  let inText = false;
  let phonetic = false;
  let characters = 0;
  await parseWhole(source, entry, {
    open: (name) => {
      if (name === "si") text = "";
      if (name === "rPh") phonetic = true;
      if (name === "t") inText = !phonetic;
    },
    text: (part) => { if (inText) text += part; },
    close: (name) => {
      if (name === "t") inText = false;
      if (name === "rPh") phonetic = false;
      if (name !== "si") return;
      // An entry costs memory also when it is empty.
      characters += text.length + 16;
      if (characters > STRING_LIMIT) {
        throw new FormatError("the workbook has more text than is read; send it as CSV");
      }
      strings.push(text);
    },
  });
  return strings;
}
