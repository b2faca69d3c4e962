import { LabelTable } from "./labels";

/** Labels up to this many are found by their strings; beyond it by their bytes. */
const FEW = 4096;
const encoder = new TextEncoder();

/**
 * Gives texts codes from 1 on, in the order in which they first come. Labels are kept as the bytes
 * of the table they end in, found by a hash: a million strings in a map would take ten times the
 * memory. A broken surrogate counts as U+FFFD, as UTF-8 has none.
 */
export class LabelDictionary {
  private few = new Map<string, number>();
  private bytes = new Uint8Array(64);
  private ends = new Uint32Array(16);
  private used = 0;
  private count = 0;
  /** Codes by hash, open addressing; made with the label after the first few. */
  private slots: Uint32Array | null = null;
  private lastText: string | null = null;
  private lastCode = 0;

  get size(): number {
    return this.count;
  }

  /** The code of a text, a new one if it comes for the first time. */
  codeOf(text: string): number {
    // Many columns have one value in row after row.
    if (text === this.lastText) return this.lastCode;
    this.lastCode = this.lookUp(text);
    this.lastText = text;
    return this.lastCode;
  }

  private lookUp(text: string): number {
    if (this.slots === null) {
      const known = this.few.get(text);
      if (known !== undefined) return known;
      this.encode(text);
      if (this.count < FEW) {
        this.append(this.pending);
        this.few.set(text, this.count);
        return this.count;
      }
      // Where there are many, most are no longer among the first few: one look instead of two.
      this.few = new Map();
      this.spread(FEW * 4);
    } else this.encode(text);
    const end = this.pending;
    const slot = this.slotOf(end);
    const found = (this.slots as Uint32Array)[slot] as number;
    if (found !== 0) return found;
    this.append(end);
    (this.slots as Uint32Array)[slot] = this.count;
    const { length } = this.slots as Uint32Array;
    if (this.count * 2 > length) this.spread(length * 2);
    return this.count;
  }

  /** The code of a text; 0 when it never came. */
  find(text: string): number {
    if (this.slots === null) return this.few.get(text) ?? 0;
    this.encode(text);
    return this.slots[this.slotOf(this.pending)] as number;
  }

  /** All labels so far, in the order of their codes: views, until the next one comes. */
  table(): LabelTable {
    return new LabelTable(this.bytes.subarray(0, this.used), this.ends.subarray(0, this.count));
  }

  /** Where the text that is asked for ends, behind the labels: it becomes one by `append`. */
  private pending = 0;

  private encode(text: string): void {
    const most = this.used + text.length * 3;
    if (most > this.bytes.length) this.bytes = grown(this.bytes, Uint8Array, most);
    const { bytes, used } = this;
    // Nearly every label is ASCII: its bytes are written sooner than the encoder is called.
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        this.pending = used + encoder.encodeInto(text, bytes.subarray(used)).written;
        return;
      }
      bytes[used + at] = code;
    }
    this.pending = used + text.length;
  }

  private append(end: number): void {
    if (this.count === this.ends.length) this.ends = grown(this.ends, Uint32Array, this.count + 1);
    this.ends[this.count] = end;
    this.used = end;
    this.count += 1;
  }

  /** The slot of the pending text: with its code, else empty. */
  private slotOf(end: number): number {
    const slots = this.slots as Uint32Array;
    let slot = hashOf(this.bytes, this.used, end) & (slots.length - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
      if (this.equals(slots[slot] as number, end)) break;
    }
    return slot;
  }

  private equals(code: number, end: number): boolean {
    const start = code === 1 ? 0 : this.ends[code - 2] as number;
    const length = end - this.used;
    if ((this.ends[code - 1] as number) - start !== length) return false;
    for (let at = 0; at < length; at += 1) {
      if (this.bytes[start + at] !== this.bytes[this.used + at]) return false;
    }
    return true;
  }

  /** Makes the table of slots anew, with so many of them: a power of 2. */
  private spread(size: number): void {
    this.slots = slotsOf(this.table(), size);
  }
}

/** The codes of all labels by their hashes, in so many slots: a power of 2 above their number. */
function slotsOf({ bytes, ends }: LabelTable, size: number): Uint32Array {
  const slots = new Uint32Array(size);
  let start = 0;
  for (let code = 1; code <= ends.length; code += 1) {
    const end = ends[code - 1] as number;
    let slot = hashOf(bytes, start, end) & (size - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = code;
    start = end;
  }
  return slots;
}

/** Of each label of `labels`: the code of the same text in `others`, 0 where it has none. */
export function sameLabels(labels: LabelTable, others: LabelTable): Uint32Array {
  const size = 2 ** Math.ceil(Math.log2(others.length * 2 + 1));
  const slots = slotsOf(others, size);
  const { bytes, ends } = labels;
  return Uint32Array.from(ends, (end, at) => {
    let slot = hashOf(bytes, labels.startOf(at), end) & (size - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      const code = slots[slot] as number;
      if (labels.compare(at, others, code - 1) === 0) return code;
    }
    return 0;
  });
}

function grown<A extends Uint8Array | Uint32Array>(
  values: A, kind: new (length: number) => A, least: number,
): A {
  const larger = new kind(Math.max(least, values.length * 2));
  larger.set(values);
  return larger;
}

/** FNV-1a, with a last mix: its low bits choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
