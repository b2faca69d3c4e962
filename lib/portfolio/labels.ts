import { isWellFormed } from "../kernel/canonical";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Texts behind one another as UTF-8; text k ends before byte `ends[k]`. Read one at a time. */
export class LabelTable {
  constructor(readonly bytes: Uint8Array, readonly ends: Uint32Array) {}

  /** A table of texts; a broken surrogate becomes U+FFFD, as UTF-8 has none. */
  static of(texts: Iterable<string>, count: number): LabelTable {
    const ends = new Uint32Array(count);
    let bytes = new Uint8Array(Math.max(64, count * 8));
    let used = 0;
    let index = 0;
    for (const text of texts) {
      const most = text.length * 3;
      if (used + most > bytes.length) {
        const grown = new Uint8Array(Math.max(used + most, bytes.length * 2));
        grown.set(bytes.subarray(0, used));
        bytes = grown;
      }
      used += encoder.encodeInto(text, bytes.subarray(used)).written;
      ends[index] = used;
      index += 1;
    }
    return new LabelTable(bytes.slice(0, used), ends);
  }

  get length(): number {
    return this.ends.length;
  }

  at(index: number): string {
    const start = index === 0 ? 0 : this.ends[index - 1] as number;
    // A copy: a decoder refuses views of shared memory.
    return decoder.decode(this.bytes.slice(start, this.ends[index]));
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

  private startsWith(start: number, wanted: Uint8Array): boolean {
    for (let at = 0; at < wanted.length; at += 1) {
      if (this.bytes[start + at] !== wanted[at]) return false;
    }
    return true;
  }
}
