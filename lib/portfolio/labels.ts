import { isWellFormed } from "../kernel/canonical";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Each byte, letters of ASCII as small ones. */
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte);

/** Bytes of a short label. */
const SHORT = 64;

/** Texts behind one another as UTF-8; text k ends before byte `ends[k]`. Read one at a time. */
export class LabelTable {
  constructor(readonly bytes: Uint8Array, readonly ends: Uint32Array) {}

  get length(): number {
    return this.ends.length;
  }

  at(index: number): string {
    const start = this.startOf(index);
    const end = this.ends[index] as number;
    // Nearly every label is short and ASCII: that is sooner read than a decoder is called.
    if (end - start <= SHORT && this.isAscii(start, end)) {
      return String.fromCharCode(...this.bytes.subarray(start, end));
    }
    // A copy: a decoder refuses views of shared memory.
    return decoder.decode(this.bytes.slice(start, end));
  }

  private isAscii(start: number, end: number): boolean {
    for (let at = start; at < end; at += 1) {
      if ((this.bytes[at] as number) > 127) return false;
    }
    return true;
  }

  /** The place of a text; -1 where it is none of them. */
  indexOf(text: string): number {
    if (!isWellFormed(text)) return -1;
    const wanted = encoder.encode(text);
    let start = 0;
    for (let index = 0; index < this.ends.length; index += 1) {
      const end = this.ends[index] as number;
      if (end - start === wanted.length && this.startsWith(start, wanted)) return index;
      start = end;
    }
    return -1;
  }

  /** Of each text: 1 where it has `part` in it, letters of ASCII in any case. */
  having(part: string): Uint8Array {
    const wanted = encoder.encode(part).map((byte) => LOWER[byte] as number);
    const { bytes, ends } = this;
    if (wanted.length === 0) return new Uint8Array(ends.length).fill(1);
    const has = new Uint8Array(ends.length);
    const [first, last] = [wanted[0], (ends.at(-1) ?? 0) - wanted.length];
    // All texts at once, byte by byte: most bytes are not the first one that is wanted.
    for (let at = 0, index = 0; at <= last; at += 1) {
      if (LOWER[bytes[at] as number] !== first || !this.hasAt(at, wanted)) continue;
      while ((ends[index] as number) <= at) index += 1;
      const end = ends[index] as number;
      if (at + wanted.length > end) continue;
      has[index] = 1;
      at = end - 1;
    }
    return has;
  }

  private hasAt(start: number, wanted: Uint8Array): boolean {
    for (let at = 0; at < wanted.length; at += 1) {
      if (LOWER[this.bytes[start + at] as number] !== wanted[at]) return false;
    }
    return true;
  }

  /** The rank of each text in the order of their bytes, from 0. */
  ranks(): Float64Array {
    const order = Uint32Array.from(this.ends.keys());
    // Ids often come in their order.
    if (!order.every((at) => at === 0 || this.compare(at - 1, this, at) < 0)) {
      order.sort((a, b) => this.compare(a, this, b));
    }
    const ranks = new Float64Array(new SharedArrayBuffer(order.length * 8));
    order.forEach((at, rank) => { ranks[at] = rank; });
    return ranks;
  }

  /** Below 0 where text `index` stands before text `otherIndex` of `other`, by bytes. */
  compare(index: number, other: LabelTable, otherIndex: number): number {
    let [at, otherAt] = [this.startOf(index), other.startOf(otherIndex)];
    const [end, otherEnd] = [this.ends[index] as number, other.ends[otherIndex] as number];
    for (; at < end && otherAt < otherEnd; at += 1, otherAt += 1) {
      const apart = (this.bytes[at] as number) - (other.bytes[otherAt] as number);
      if (apart !== 0) return apart;
    }
    return (end - at) - (otherEnd - otherAt);
  }

  /** The byte that a text begins with. */
  startOf(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1] as number;
  }

  private startsWith(start: number, wanted: Uint8Array): boolean {
    for (let at = 0; at < wanted.length; at += 1) {
      if (this.bytes[start + at] !== wanted[at]) return false;
    }
    return true;
  }
}
