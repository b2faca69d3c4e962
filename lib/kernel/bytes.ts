import { canonicalJson, canonicalText } from "./canonical";

const [QUOTE, BACKSLASH, MINUS, POINT, ZERO] = [34, 92, 45, 46, 48];
const encoder = new TextEncoder();

/** Bytes that are written again and again, in words of 32 bits: a fourth of the steps. */
export type Phrase = { readonly words: Int32Array; readonly length: number };

/** Makes a phrase of bytes, or of a text's UTF-8. */
export function phraseOf(content: Uint8Array | string): Phrase {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return { length: bytes.length,
    words: Int32Array.from({ length: padded.length / 4 }, (_, at) => view.getInt32(at * 4)) };
}

/**
 * Bytes that are written one after another, in memory that grows and is used again: for what would
 * otherwise be a rope of small texts for each of millions of rows.
 */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes were written. */
  length = 0;
  private view: DataView;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for so many bytes more; `bytes` may be another array afterwards. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }

  /** Starts again at nothing; the memory stays. */
  clear(): void {
    this.length = 0;
  }

  /** What was written from a place on, until more is written. */
  from(start: number): Uint8Array {
    return this.bytes.subarray(start, this.length);
  }

  /** Bytes as they are. */
  put(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    const { bytes: target } = this;
    let at = this.length;
    // A loop: for the few bytes of a name it is faster than `set`.
    for (let place = 0; place < bytes.length; place++) target[at++] = bytes[place] as number;
    this.length = at;
  }

  /** A phrase; what its last word has beyond it is written over by what follows. */
  phrase({ words, length }: Phrase): void {
    this.reserve(words.length * 4);
    const { view } = this;
    const start = this.length;
    for (let at = 0; at < words.length; at++) view.setInt32(start + at * 4, words[at] as number);
    this.length = start + length;
  }

  /** One byte. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number of 16 bits, the upper byte first as all of these. */
  int16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.length, value);
    this.length += 2;
  }

  /** A whole number of 32 bits. */
  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value);
    this.length += 4;
  }

  /** Writes 32 bits at a place that was passed before. */
  int32At(place: number, value: number): void {
    this.view.setInt32(place, value);
  }

  /** A whole number of 64 bits. */
  int64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, value);
    this.length += 8;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** A text as UTF-8. */
  text(text: string): void {
    // No character takes more than three bytes of UTF-8.
    this.reserve(text.length * 3);
    if (this.ascii(text)) return;
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /**
   * A text as canonical JSON writes it: the bytes of `canonicalText`.
   * @throws InvariantError for lone surrogates.
   */
  jsonText(text: string): void {
    this.reserve(text.length * 3 + 2);
    const { bytes, length } = this;
    let at = length;
    bytes[at++] = QUOTE;
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      if (code < 32 || code > 127 || code === QUOTE || code === BACKSLASH) {
        this.text(canonicalText(text));
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.length = at;
  }

  /**
   * A finite number as canonical JSON writes it, which is as String() does. A hundredth of a whole
   * number has that number's digits: no shorter decimal of at most 15 digits is the same float64.
   * @throws InvariantError for NaN and infinities.
   */
  jsonNumber(value: number): void {
    const hundredths = Math.round(value * 100);
    if (!(hundredths / 100 === value && hundredths < 1e15 && hundredths > -1e15)) {
      this.text(canonicalJson(value));
      return;
    }
    this.reserve(20);
    let rest = hundredths;
    if (rest < 0) {
      rest = -rest;
      this.bytes[this.length++] = MINUS;
    }
    const cents = rest % 100;
    this.digits((rest - cents) / 100);
    if (cents === 0) return;
    this.bytes[this.length++] = POINT;
    this.bytes[this.length++] = ZERO + (cents - cents % 10) / 10;
    if (cents % 10 !== 0) this.bytes[this.length++] = ZERO + cents % 10;
  }

  /** The digits of a whole number that is not below 0; there is room for them. */
  private digits(whole: number): void {
    let count = 1;
    for (let power = 10; power <= whole; power *= 10) count++;
    let rest = whole;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const digit = rest % 10;
      this.bytes[at] = ZERO + digit;
      rest = (rest - digit) / 10;
    }
    this.length += count;
  }

  /** Writes a text of ASCII only; false, and nothing, for any other. There is room for it. */
  private ascii(text: string): boolean {
    const { bytes } = this;
    let at = this.length;
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      if (code > 127) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }
}
