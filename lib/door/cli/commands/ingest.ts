import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { TAPE_ENDINGS, tapeTypeOf, ZIP_TYPE, type TAPE_TYPES } from "@/lib/contract/tape-types";
import type { QueryInputOf, ResponseOf } from "@/lib/contract/operations";
import { ARCHIVE_BYTES, UPLOAD_PIECE_BYTES } from "@/lib/contract/facts";
import { archiveFrame, archiveName, crc32Of } from "@/lib/kernel/archive";
import { sha256Hex } from "@/lib/kernel/hash";
import { isUuid } from "@/lib/kernel/ids";
import { pauseS, sendPieces } from "@/lib/kernel/pieces";
import type { S3Error } from "@/lib/service/platform/s3";
import { Refused, type Connection } from "../connection";
import { CliError, EXIT } from "../exit";
import { amount, facts, note, Progress, say, sayJson } from "../output";
import { connected, settingsOf } from "../settings";

type Options = {
  dataset: string; create?: boolean; currency: string; mapping?: string; asOf?: string;
  profile?: string; privacy?: string; sheet?: string; headerRow?: string;
  locale?: string; sourceSystem?: string;
  rates?: string; ratesDate?: string; ratesSource?: string; entities?: string;
  expectRows?: string; expectPrincipal?: string; acceptQuality?: string;
  normalize: boolean; wait: boolean;
};
type Version = ResponseOf<"getVersion">;

const POLL_MS = 250;

export function addIngest(program: Command): void {
  program.command("ingest <files...>")
    .description("import a tape (CSV, TSV, XLSX, Parquet, NDJSON or JSON; also .gz), a file or "
      + "s3://bucket/key, as a new version of a dataset; several CSV files, or a ZIP of them, are "
      + "the EBA NPL templates of one tape")
    .requiredOption("-d, --dataset <id or name>", "the dataset the version belongs to")
    .option("--create", "create the dataset when no dataset has that name")
    .option("--currency <code>", "base currency of a created dataset", "EUR")
    .option("--mapping <file>", "JSON file {canonical field: column or rule}")
    .option("--profile <name>",
      "a mapping saved for the dataset, or sba-7a, eba-npl, receivables, todiscope")
    .option("--privacy <file>", "JSON file {column: mask, drop or keep} for columns about persons")
    .option("--rates <file>", "JSON file {currency: base units per 1 unit}")
    .option("--rates-date <date>", "the day that the rates are of, YYYY-MM-DD")
    .option("--rates-source <name>", "where the rates come from")
    .option("--entities <file>", "JSON file [names or ids of own legal entities] to eliminate")
    .option("--as-of <date>", "the day the tape describes, YYYY-MM-DD")
    .option("--locale <id>", "how numbers and dates are written: en, de, ...")
    .option("--sheet <name>", "the sheet of a workbook; the first one unless given")
    .option("--header-row <number>", "the line or row that names the columns")
    .option("--source-system <name>", "where the tape comes from")
    .option("--expect-rows <number>", "control total: another number of rows stops the seal")
    .option("--expect-principal <amount>", "control total of the principal, in base currency")
    .option("--accept-quality <reason>", "seal even beyond the dataset's tolerances, for a reason")
    .option("--no-normalize", "store raw records only; normalize and seal later")
    .option("--no-wait", "end once the file was taken in")
    .action(async (files: string[], options: Options, command: Command) => {
      const settings = await settingsOf(command);
      const version = await connected(settings, (connection) => ingest(connection, files, options));
      if (settings.json) sayJson(version);
      else say(describe(version, await connected(settings, (connection) =>
        remarksOf(connection, version))));
      if (version.counts.rejected > 0 || FAILED_BY_ROWS.has(version.failure?.code ?? "")) {
        note(`Left-out rows, to be corrected: todiscope left-out ${version.dataset_version_id}`);
      }
      if (version.status === "failed") throw new CliError(version.failure?.message ?? "It failed.");
    });
  program.command("left-out <version>")
    .description("the rows that a version leaves out, also of one that failed, as CSV with why")
    .option("-o, --output <file>", "write to a file instead of the terminal")
    .action(async (id: string, { output }: { output?: string }, command: Command) => {
      const { bytes, text } = await connected(await settingsOf(command), (connection) =>
        connection.send("exportLeftOutRows", { path: { id } }));
      if (output === undefined) return say(text.trimEnd());
      await writeFile(output, bytes);
      note(`Wrote ${output}`);
    });
}

/** Failures that leave rows to be corrected. */
const FAILED_BY_ROWS = new Set(["QUALITY_TOLERANCE_EXCEEDED", "NO_VALID_RECORD"]);

/** What is sent, and as what; in pieces where it can be read from any place on. */
type Tape = {
  name: string; mediaType: string; isPacked: boolean; file: TapeBytes | null;
  bytes: (progress: Progress) => AsyncIterable<Uint8Array>;
};

async function tapeOf(file: string): Promise<Tape> {
  // A text that somebody names is taken for CSV.
  const tape = tapeTypeOf(file.replace(/\.txt(\.gz)?$/i, ".csv$1"));
  if (tape === null) {
    const endings = [...TAPE_ENDINGS, "txt"].map((ending) => `.${ending}`).join(", ");
    throw new CliError(`${file}: "${path.extname(file)}" is none of ${endings}.`, EXIT.usage);
  }
  const bytes = await tapeBytes(file);
  return { name: path.basename(file), ...tape, file: bytes,
    bytes: (progress) => counted(bytes, progress) };
}

/** Several CSV files as the tables of one tape. */
async function tapeOfTables(files: readonly string[]): Promise<Tape> {
  const names = files.map((file) => path.basename(file));
  const wrong = names.find((name, index) =>
    !/\.(csv|tsv|txt)$/i.test(name) || names.indexOf(name) !== index);
  if (wrong !== undefined) {
    throw new CliError(`${wrong}: several files are CSV files of different names.`, EXIT.usage);
  }
  const tables = await Promise.all(files.map(tapeBytes));
  if (tables.reduce((sum, { size }) => sum + size, 0) > ARCHIVE_BYTES) {
    throw new CliError("The files are over 16 GB together, more than one archive is read of.",
      EXIT.usage);
  }
  const bytes = await archiveOf(names, tables);
  return { name: archiveName(names), mediaType: ZIP_TYPE, isPacked: false, file: bytes,
    bytes: (progress) => counted(bytes, progress) };
}

/** Files as one archive, any part of which is made when it is read. */
async function archiveOf(
  names: readonly string[], files: readonly TapeBytes[],
): Promise<TapeBytes> {
  const { before, after } = archiveFrame(await Promise.all(files.map(async ({ size, read }, at) => (
    { name: names[at] as string, bytes: size, crc32: await crc32Of(read(0, size)) }))));
  const framed = (bytes: Uint8Array): Pick<TapeBytes, "size" | "read"> => ({ size: bytes.length,
    read: async function* (start, end) {
      if (end > start) yield bytes.subarray(start, end);
    } });
  const parts = [...files.flatMap((file, at) => [framed(before[at] as Uint8Array), file]),
    framed(after)];
  return { size: parts.reduce((sum, { size }) => sum + size, 0),
    sha256: () => Promise.resolve(null),
    read: async function* (start, end) {
      let from = 0;
      for (const { size, read } of parts) {
        const [first, last] = [Math.max(start - from, 0), Math.min(end - from, size)];
        if (first < last) yield* read(first, last);
        from += size;
      }
    } };
}

/** What the options ask of an import. */
async function queryOf(options: Options): Promise<QueryInputOf<"createVersion">> {
  const fromFiles = { mapping: options.mapping, privacy: options.privacy, fx_rates: options.rates,
    legal_entities: options.entities };
  const read = await Promise.all(Object.entries(fromFiles).map(async ([name, file]) =>
    [name, file === undefined ? undefined : await textOf(file)] as const));
  const asked = { ...Object.fromEntries(read),
    profile: options.profile, fx_rates_date: options.ratesDate,
    fx_rates_source: options.ratesSource, as_of: options.asOf, locale: options.locale,
    sheet: options.sheet, header_row: options.headerRow, source_system: options.sourceSystem,
    expected_rows: options.expectRows, expected_principal: options.expectPrincipal,
    accept_quality: options.acceptQuality, normalize: options.normalize ? undefined : "false" };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

async function ingest(
  connection: Connection, files: readonly string[], options: Options,
): Promise<Version> {
  const tape = await (files.length === 1 ? tapeOf(files[0] as string) : tapeOfTables(files));
  const id = await datasetId(connection, options);
  const progress = new Progress();
  const upload = tape.file === null || tape.file.size <= UPLOAD_PIECE_BYTES ? null
    : await inPieces(connection, id, tape, tape.file, progress);
  const version = await connection.call("createVersion", {
    path: { id },
    query: { ...await queryOf(options), source_name: tape.name,
      ...(upload === null ? {} : { upload }) },
    stream: { type: tape.mediaType, bytes: upload === null ? tape.bytes(progress) : NOTHING },
    ...(upload === null && tape.isPacked ? { headers: { "content-encoding": "gzip" } } : {}),
  });
  progress.end();
  return options.wait ? followed(connection, version) : version;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, EXIT.usage);
  }
}

async function textOf(file: string): Promise<string> {
  sizeOf(file);
  return readFile(file, "utf8");
}

async function* counted(
  { size, read }: TapeBytes, progress: Progress,
): AsyncIterable<Uint8Array> {
  let sent = 0;
  for await (const chunk of read(0, size)) {
    sent += chunk.byteLength;
    progress.show("Sending", sent, size, "bytes");
    yield chunk;
  }
}

/** The bytes of a tape, wherever it lies. */
type TapeBytes = {
  size: number;
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  /** The hash of the whole, where it costs no transfer. */
  sha256(): Promise<string | null>;
};

/** A file, or an object of the S3 endpoint that the environment names. */
async function tapeBytes(file: string): Promise<TapeBytes> {
  if (!file.startsWith("s3://")) {
    return { size: sizeOf(file), sha256: () => sha256Of(file),
      read: async function* (start, end) {
        // A range of nothing has no last byte.
        if (end > start) yield* createReadStream(file, { start, end: end - 1 });
      } };
  }
  const { headS3, readS3, s3Place } = await import("@/lib/service/platform/s3");
  const place = s3Place(file);
  if (place === null || place.key === "") {
    throw new CliError(`${file} is no object: write s3://bucket/key.`, EXIT.usage);
  }
  const { bytes: size, etag } = await headS3(place).catch((error: unknown) => {
    throw new CliError(`${(error as Error).message}. The endpoint and its keys are AWS_ENDPOINT_URL, `
      + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
  });
  return { size, sha256: () => Promise.resolve(null),
    read: async function* (start, end) {
      if (end > start) yield* readS3(place, etag, start, end);
    } };
}

/** The body of an import whose file is there already. */
const NOTHING: AsyncIterable<Uint8Array> = (async function* () { /* no bytes */ })();

/** Sends a file piece by piece, on over cuts of the network; the id of the upload. */
async function inPieces(
  connection: Connection, dataset: string, tape: Tape, file: TapeBytes, progress: Progress,
): Promise<string> {
  const { name, mediaType, isPacked } = tape;
  const { size } = file;
  const { upload_id: id } = await connection.call("createUpload", { path: { id: dataset }, body: {
    name, media_type: mediaType as (typeof TAPE_TYPES)[number], bytes: size,
    content_encoding: isPacked ? "gzip" : null, sha256: await file.sha256() } });
  await sendPieces(0, {
    total: size, pieceBytes: UPLOAD_PIECE_BYTES,
    send: async (start, end) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.read(start, end)) chunks.push(chunk);
      const piece = Buffer.concat(chunks);
      if (piece.length < end - start) throw new CliError(`${name} became shorter meanwhile.`);
      const { offset } = await connection.call("appendUpload", { path: { id },
        query: { offset: start, sha256: sha256Hex(piece) },
        stream: { type: "application/octet-stream", bytes: Readable.from([piece]) } });
      progress.show("Sending", offset, size, "bytes");
      return offset;
    },
    ask: async () => (await connection.call("getUpload", { path: { id } })).offset,
    mayPass,
    pause: (failures) => new Promise((resolve) => setTimeout(resolve, pauseS(failures) * 1000)),
  });
  return id;
}

const mayPass = (error: unknown): boolean => {
  if (error instanceof Refused) {
    return error.status >= 500 || PASSING.has(error.status)
      || error.code === "UPLOAD_OFFSET_CONFLICT";
  }
  if (isS3(error)) return error.status === null || error.status >= 500;
  return error instanceof TypeError
    || error instanceof CliError && error.exitCode === EXIT.unreachable;
};

const isS3 = (error: unknown): error is S3Error =>
  error instanceof Error && error.name === "S3Error";

/** Refusals that another try may mend: too late, too many, and a piece that arrived damaged. */
const PASSING = new Set([408, 422, 429]);

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function datasetId(connection: Connection, options: Options): Promise<string> {
  if (isUuid(options.dataset)) return options.dataset;
  const all = await connection.list(
    (query) => connection.call("listDatasets", { query }), Number.POSITIVE_INFINITY);
  const named = all.filter((dataset) => dataset.name === options.dataset);
  if (named.length > 1) {
    throw new CliError(`${named.length} datasets are named "${options.dataset}"; give an id: ` +
      named.map((dataset) => dataset.dataset_id).join(", "), EXIT.usage);
  }
  if (named[0]) return named[0].dataset_id;
  if (!options.create) {
    throw new CliError(`No dataset is named "${options.dataset}"; --create makes one.`, EXIT.usage);
  }
  const made = await connection.call("createDataset",
    { body: { name: options.dataset, base_currency: options.currency } });
  note(`Created dataset ${made.dataset_id}`);
  return made.dataset_id;
}

/** Asks until the version has ended one way or the other. */
async function followed(connection: Connection, first: Version): Promise<Version> {
  const progress = new Progress();
  let version = first;
  while (version.status === "importing" || version.status === "normalizing") {
    const { bytes = 0, total_bytes: total = 0 } = version.progress ?? {};
    progress.show(`Importing, ${amount(version.progress?.rows ?? 0)} rows`, bytes, total, "bytes");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    version = await connection.call("getVersion", { path: { id: version.dataset_version_id } });
  }
  progress.end();
  return version;
}

/** What is said of the version as a whole, and of how its file was read. */
async function remarksOf(connection: Connection, version: Version): Promise<string[]> {
  if (version.status !== "sealed") return version.warnings;
  const { reading } = await connection.call("getManifest",
    { path: { id: version.dataset_version_id } });
  return [...version.warnings, ...(Array.isArray(reading.notes) ? reading.notes.map(String) : [])];
}

const describe = (version: Version, remarks: readonly string[]): string => facts([
  ["version", version.dataset_version_id],
  ["dataset", `${version.dataset_name} #${version.number}`],
  ["status", version.status],
  ["records", `${amount(version.counts.normalized)} normalized of ${amount(version.counts.raw)}, ` +
    `${amount(version.counts.rejected)} left out, ${amount(version.counts.warnings)} warnings`
    + (version.counts.eliminated > 0
      ? `, ${amount(version.counts.eliminated)} eliminated as intercompany` : "")],
  ...(version.consolidated ? [["outstanding",
    `${amount(version.consolidated.total_outstanding)} ${version.base_currency}`] as const] : []),
  ...(version.content_hash ? [["content hash", version.content_hash] as const] : []),
  ...(version.failure ? [["failure", version.failure.message] as const] : []),
  ...remarks.map((remark) => ["remark", remark] as const),
]);
