/** Counts different values: exactly up to a bound, estimated beyond it, in bounded memory. */
export type DistinctCount = {
  add(value: string | number): void;
  /** How many there were; `estimated` once the bound was passed (2 % off as a rule). */
  result(): { distinct: number; estimated: boolean };
};

const EXACT_LIMIT = 1000;
const REGISTER_BITS = 11;
const REGISTERS = 1 << REGISTER_BITS;
/** Of the harmonic mean of 2,048 registers (Flajolet et al., HyperLogLog, 2007). */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/**
 * A count that depends on the values only, not on their order. Beyond 1,000 values it is
 * HyperLogLog's estimate with 2,048 registers, which holds to tens of millions of values.
 */
export function createDistinctCount(): DistinctCount {
  let seen: Prints | null = null;
  let registers: Uint8Array | null = null;
  let last: string | number | undefined;
  return {
    add: (value) => {
      // Many columns have one value in row after row.
      if (value === last) return;
      last = value;
      const print = typeof value === "number" ? value + 0 : fingerprint(value); // -0 is 0
      if (registers !== null) {
        register(registers, print);
        return;
      }
      seen ??= { slots: new Float64Array(SLOTS).fill(NaN), used: 0 };
      if (!remember(seen, print) || seen.used <= EXACT_LIMIT) return;
      registers = new Uint8Array(REGISTERS);
      for (const each of seen.slots) if (!Number.isNaN(each)) register(registers, each);
      seen = null;
    },
    result: () => registers === null ? { distinct: seen?.used ?? 0, estimated: false }
      : { distinct: estimate(registers), estimated: true },
  };
}

/** A flat set of numbers: one of objects would allocate each number. NaN is a free slot. */
type Prints = { slots: Float64Array; used: number };
const SLOT_BITS = 11;
const SLOTS = 1 << SLOT_BITS;

/** True when the number is new. */
function remember(prints: Prints, print: number): boolean {
  const { slots } = prints;
  float[0] = print;
  const mixed = Math.imul((words[0] as number) ^ (words[1] as number) >>> 7, 0x9e3779b9)
    ^ Math.imul(words[1] as number, 0x85ebca6b);
  for (let slot = mixed >>> (32 - SLOT_BITS); ; slot = (slot + 1) & (SLOTS - 1)) {
    const found = slots[slot] as number;
    if (found === print) return false;
    if (found === found) continue;
    slots[slot] = print;
    prints.used++;
    return true;
  }
}

/** 53 bits: among 1,000 values two alike by chance once in 10 thousand million versions. */
function fingerprint(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    high = Math.imul(high ^ text.charCodeAt(at), 0x01000193);
    low = Math.imul(low ^ text.charCodeAt(at), 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 0x200000 + (low >>> 11);
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

function register(registers: Uint8Array, value: number): void {
  float[0] = value;
  let hash = Math.imul((words[0] as number) ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (words[1] as number), 0xc2b2ae35);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  hash ^= hash >>> 16;
  const at = hash >>> (32 - REGISTER_BITS);
  const rank = Math.clz32(hash << REGISTER_BITS | 1 << (REGISTER_BITS - 1)) + 1;
  if (rank > (registers[at] as number)) registers[at] = rank;
}

function estimate(registers: Uint8Array): number {
  let sum = 0;
  let zeros = 0;
  for (const rank of registers) {
    sum += 2 ** -rank;
    if (rank === 0) zeros++;
  }
  const raw = ALPHA * REGISTERS * REGISTERS / sum;
  if (raw <= 2.5 * REGISTERS && zeros > 0) {
    return Math.round(REGISTERS * Math.log(REGISTERS / zeros));
  }
  const all = 2 ** 32;
  return Math.round(raw <= all / 30 ? raw : -all * Math.log(1 - raw / all));
}
