import { assert } from "../kernel/assert";

/** Debts that one call takes: with both columns in the first cache of a core. */
export const WINDOW = 1024;
/** Markets that one call takes. */
export const MARKETS = 1024;

const COVER = WINDOW * 8;
const MARKET = COVER + WINDOW * 8;
const OUT = MARKET + MARKETS * 8;

/**
 * The sums of `market-sums.ts` in WebAssembly SIMD, two debts an instruction. `owed` and `cover`
 * take up to WINDOW debts, `market` up to MARKETS markets; `run` leaves what is left of collateral
 * and what is lacking under market k at `out[2k]` and `out[2k + 1]`: bit for bit what the
 * TypeScript gives, as long as no sum passes 2^53 and no product 2^51, which the caller sees to.
 */
export type Kernel = {
  owed: Float64Array;
  cover: Float64Array;
  market: Float64Array;
  out: Float64Array;
  /** `debts` is rounded up to a multiple of 4: what stands there must be 0. */
  run(debts: number, markets: number): void;
};

let made: Kernel | null | undefined;

/** The kernel; null where there is no SIMD, or a page's policy forbids to compile. */
export function kernel(): Kernel | null {
  if (made !== undefined) return made;
  try {
    made = instantiate();
  } catch {
    made = null;
  }
  return made;
}

function instantiate(): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()));
  const { buffer } = exports["memory"] as WebAssembly.Memory;
  const sums = exports["sums"] as (bytes: number, markets: number) => void;
  return {
    owed: new Float64Array(buffer, 0, WINDOW),
    cover: new Float64Array(buffer, COVER, WINDOW),
    market: new Float64Array(buffer, MARKET, MARKETS),
    out: new Float64Array(buffer, OUT, MARKETS * 2),
    run: (debts, markets) => {
      assert(debts > 0 && debts <= WINDOW && markets <= MARKETS, "a call has its limits");
      sums(Math.ceil(debts / 4) * 32, markets);
    },
  };
}

// The module, by the binary format of WebAssembly 2.0. It is written out here, because it is one
// function of two loops: a compiler in every installation would be larger than all it compiles.
type Code = readonly (number | Code)[];

function leb(value: number): number[] {
  const low = value & 127;
  return value > 127 ? [low | 128, ...leb(value >>> 7)] : [low];
}

const flat = (code: Code): number[] =>
  code.flatMap((part) => typeof part === "number" ? [part] : flat(part));
const sized = (code: Code): number[] => {
  const bytes = flat(code);
  return [...leb(bytes.length), ...bytes];
};
const text = (word: string): number[] => sized([...word].map((letter) => letter.charCodeAt(0)));

// Types.
const I32 = 0x7f;
const V128 = 0x7b;
// Instructions, operands first.
const get = (local: number): Code => [0x20, local];
const set = (local: number, value: Code): Code => [value, 0x21, local];
const simd = (opcode: number, ...operands: Code[]): Code => [operands, 0xfd, leb(opcode)];
const loaded = (address: Code, offset: number): Code => [simd(0x00, address), 4, leb(offset)];
const splatted = (address: Code, offset: number): Code => [simd(0x0a, address), 3, leb(offset)];
const added = (a: Code, b: Code): Code => simd(0xf0, a, b);
const less = (a: Code, b: Code): Code => simd(0xf1, a, b);
const times = (a: Code, b: Code): Code => simd(0xf2, a, b);
/** The second where the first is less, else the first: one instruction of x86 and of ARM. */
const larger = (a: Code, b: Code): Code => simd(0xf7, a, b);
const lane = (value: Code, at: number): Code => [simd(0x21, value), at];
const i32 = (value: number): Code => {
  assert(value < 64, "a small constant has one byte");
  return [0x41, value];
};
const i32Added = (a: Code, b: Code): Code => [a, b, 0x6a];
const shifted = (a: Code, by: number): Code => [a, i32(by), 0x74];
const isBelow = (a: Code, b: Code): Code => [a, b, 0x49];
const stored = (address: Code, offset: number, value: Code): Code =>
  [address, value, 0x39, 3, leb(offset)];
const bothLanes = (value: Code): Code => [lane(value, 0), lane(value, 1), 0xa0];

/** 1.5 * 2^52 as float64, little-endian. */
const TO_WHOLE = [...new Uint8Array(Float64Array.of(6755399441055744).buffer)];

const [BYTES, COUNT, ROW, AT] = [0, 1, 2, 3] as const;
const [SHOCK, MAGIC, LEFT, NONE] = [4, 5, 6, 7] as const;
/** What is left and what is lacking, of the even and the odd pair of debts. */
const SUMS = [[8, 9], [10, 11]] as const;

/** Two debts: left = round(cover * market); the sums take left and max(0, owed - left). */
const pair = (offset: number, [left, lacking]: readonly [number, number]): Code => [
  set(LEFT, less(added(times(loaded(get(ROW), COVER + offset), get(SHOCK)), get(MAGIC)),
    get(MAGIC))),
  set(left, added(get(left), get(LEFT))),
  set(lacking, added(get(lacking),
    larger(get(NONE), less(loaded(get(ROW), offset), get(LEFT))))),
];

const debtsLoop: Code = [
  0x03, 0x40, pair(0, SUMS[0]), pair(16, SUMS[1]),
  set(ROW, i32Added(get(ROW), i32(32))), isBelow(get(ROW), get(BYTES)), 0x0d, 0, 0x0b,
];

const marketsLoop: Code = [
  0x03, 0x40,
  set(SHOCK, splatted(shifted(get(AT), 3), MARKET)),
  SUMS.flat().map((sum) => set(sum, get(NONE))),
  set(ROW, i32(0)), debtsLoop,
  stored(shifted(get(AT), 4), OUT, bothLanes(added(get(SUMS[0][0]), get(SUMS[1][0])))),
  stored(shifted(get(AT), 4), OUT + 8, bothLanes(added(get(SUMS[0][1]), get(SUMS[1][1])))),
  set(AT, i32Added(get(AT), i32(1))), isBelow(get(AT), get(COUNT)), 0x0d, 0, 0x0b,
];

const body: Code = [
  2, 2, I32, 8, V128,
  set(MAGIC, simd(0x14, [0x44, TO_WHOLE])), marketsLoop, 0x0b,
];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const section = (id: number, code: Code): Code => [id, sized(code)];
  return Uint8Array.from(flat([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    section(1, [1, 0x60, 2, I32, I32, 0]),
    section(3, [1, 0]),
    section(5, [1, 0, leb(Math.ceil((OUT + MARKETS * 16) / 65_536))]),
    section(7, [2, text("memory"), 2, 0, text("sums"), 0, 0]),
    section(10, [1, sized(body)]),
  ]));
}
