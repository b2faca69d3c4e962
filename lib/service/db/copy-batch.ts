import { Buffer } from "node:buffer";
import type { Connection, PoolClient, Submittable } from "pg";
import { assert } from "@/lib/kernel/assert";
import { ByteWriter } from "@/lib/kernel/bytes";

/** What a binary COPY begins with: its mark, no flags, no extension of the header. */
const HEADER = Uint8Array.of(...Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), 0, 0, 0, 0, 0, 0, 0, 0);
const END = -1;
const NULL = -1;
/** What the length of a field takes before it. */
const LENGTH = 4;
const FIRST_BYTES = 1 << 16;

/**
 * Rows as the bytes of a binary COPY: the database reads them with half the work that text takes.
 * A row is encoded as soon as it is there: rows that wait as text would each be a rope of its
 * cells, which the collector of young objects copies again and again.
 */
export class CopyBatch {
  private writer = new ByteWriter(0);
  /** What was written last: free again by the time that more is taken. */
  private spare = new ByteWriter(0);
  private readonly statement: string;
  private readonly fields: number;

  constructor(table: string, columns: readonly string[]) {
    this.statement = `COPY ${table} (${columns.join(", ")}) FROM STDIN (FORMAT binary)`;
    this.fields = columns.length;
  }

  get size(): number {
    return this.writer.length;
  }

  /** Begins a row; its fields follow in the order of the columns. */
  protected row(): ByteWriter {
    if (this.writer.length === 0) {
      this.writer.reserve(FIRST_BYTES);
      this.writer.put(HEADER);
    }
    this.writer.int16(this.fields);
    return this.writer;
  }

  /**
   * What was added so far, to be written while more is added. What was taken before must have
   * been written by now: its memory is used again.
   */
  take(): TakenRows {
    const { writer, statement } = this;
    if (writer.length > 0) writer.int16(END);
    [this.writer, this.spare] = [this.spare, writer];
    this.writer.clear();
    return { statement, bytes: Buffer.from(writer.bytes.buffer, 0, writer.length) };
  }
}

/** The statement that takes rows, and their bytes; without rows there are none. */
export type TakenRows = { statement: string; bytes: Uint8Array };

/** Writes rows, one statement after the other. */
export function copyRows(client: PoolClient, taken: readonly TakenRows[]): Promise<void> {
  const some = taken.filter(({ bytes }) => bytes.length > 0);
  if (some.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    client.query(new Copies(some, (error) => (error ? reject(error) : resolve())));
  });
}

/** Messages of the protocol, and the length of their length. */
const [COPY_DATA, COPY_DONE, MESSAGE_LENGTH] = [0x64, 0x63, 4] as const;
const DONE = Uint8Array.of(COPY_DONE, 0, 0, 0, MESSAGE_LENGTH);
/** Of rows per message: the database reads one whole before its first row. */
const MESSAGE_BYTES = 1 << 16;

/**
 * Several COPY in one message, their rows sent along with it: a database that has taken a batch
 * finds the next one there. Asked step by step it would wait at each for this process, which is
 * busy with the rows behind. Rows of a statement that was refused are passed over by the database,
 * as the protocol has it.
 */
class Copies implements Submittable {
  /** `callback` is the client's name for it: it puts its own timeout in front. */
  constructor(
    private readonly taken: readonly TakenRows[],
    public callback: (error: Error | null) => void,
  ) {}

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.taken.map(({ statement }) => statement).join("; "));
    for (const { bytes } of this.taken) {
      for (let from = 0; from < bytes.length; from += MESSAGE_BYTES) {
        const part = bytes.subarray(from, from + MESSAGE_BYTES);
        const head = Buffer.of(COPY_DATA, 0, 0, 0, 0);
        head.writeUInt32BE(part.length + MESSAGE_LENGTH, 1);
        stream.write(head);
        stream.write(part);
      }
      stream.write(DONE);
    }
    stream.uncork();
  }

  handleCopyInResponse(): void {
    // What it invites to was sent already.
  }

  handleCommandComplete(): void {
    // One of the statements; all are done when the database is ready.
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }
}

const nullField = (out: ByteWriter): void => out.int32(NULL);

export function textField(out: ByteWriter, text: string | null | undefined): void {
  if (text === null || text === undefined) {
    nullField(out);
    return;
  }
  const place = out.length;
  out.int32(0);
  out.text(text);
  out.int32At(place, out.length - place - LENGTH);
}

/** Of type integer. */
export function intField(out: ByteWriter, value: number | null | undefined): void {
  if (value === null || value === undefined) {
    nullField(out);
    return;
  }
  out.int32(4);
  out.int32(value);
}

/** Of type bigint. */
export function bigintField(out: ByteWriter, value: bigint): void {
  out.int32(8);
  out.int64(value);
}

/** Of type double precision. */
export function floatField(out: ByteWriter, value: number | undefined): void {
  if (value === undefined) {
    nullField(out);
    return;
  }
  out.int32(8);
  out.float64(value);
}

/** Of type uuid, from its 16 bytes. */
export function uuidField(out: ByteWriter, id: Uint8Array | null): void {
  if (id === null) {
    nullField(out);
    return;
  }
  out.int32(id.length);
  out.put(id);
}

/** Of type bytea. */
export const bytesField = uuidField;

const BAD_DIGIT = 0xff;
/** What each character means as a hexadecimal digit. */
const HEX = new Uint8Array(128).fill(BAD_DIGIT);
for (let digit = 0; digit < 16; digit += 1) HEX[digit.toString(16).charCodeAt(0)] = digit;
const HYPHEN = 45;

/**
 * Of type bytea, or uuid, from lower-case hexadecimal text; hyphens are passed over. A Buffer in
 * between would be one more object for each of millions of fields.
 * @throws InvariantError for other text
 */
export function hexField(out: ByteWriter, text: string | null): void {
  if (text === null) {
    nullField(out);
    return;
  }
  out.int32(0);
  const start = out.length;
  for (let at = 0; at < text.length; at += 2) {
    if (text.charCodeAt(at) === HYPHEN) at += 1;
    const high = HEX[text.charCodeAt(at)] ?? BAD_DIGIT;
    const low = HEX[text.charCodeAt(at + 1)] ?? BAD_DIGIT;
    assert(high !== BAD_DIGIT && low !== BAD_DIGIT, "a hash is in hexadecimal digits");
    out.byte(high << 4 | low);
  }
  out.int32At(start - LENGTH, out.length - start);
}

const DIGITS = 4;
const POSITIVE = 0;
const NEGATIVE = 0x4000;

/** A whole number of type numeric: digits to the base of 10,000, the highest first. */
export function numericField(out: ByteWriter, value: bigint): void {
  const text = value === 0n ? "" : String(value < 0n ? -value : value);
  const digits = Math.ceil(text.length / DIGITS);
  out.int32(8 + digits * 2);
  out.int16(digits);
  out.int16(Math.max(0, digits - 1));
  out.int16(value < 0n ? NEGATIVE : POSITIVE);
  out.int16(0); // none behind the point
  for (let place = digits; place > 0; place -= 1) {
    const end = text.length - (place - 1) * DIGITS;
    out.int16(Number(text.slice(Math.max(0, end - DIGITS), end)));
  }
}

/** A field whose length is known only when it is written; where its content begins. */
export function measured(out: ByteWriter, write: () => void): number {
  const place = out.length;
  out.int32(0);
  write();
  out.int32At(place, out.length - place - LENGTH);
  return place + LENGTH;
}
