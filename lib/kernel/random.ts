/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32): equal seeds, equal series. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Uniform numbers that a pair of counters alone determines (sfc32, 128 bits of state): series
 * `(seed, index)` is the same whoever draws it and in whatever order series are drawn.
 */
export class SeriesRandom {
  private readonly state = new Uint32Array(4);

  /** Starts series `index` of `seed`, both whole numbers below 2^32. */
  start(seed: number, index: number): void {
    this.state[0] = seed;
    this.state[1] = index;
    this.state[2] = 0x9e3779b9;
    this.state[3] = 1;
    for (let round = 0; round < MIXING_ROUNDS; round += 1) this.next();
  }

  /** Strictly between 0 and 1, 32 bits. */
  next(): number {
    return (this.word() + 0.5) / 4294967296;
  }

  /** Strictly between 0 and 1, 53 bits. */
  nextFine(): number {
    const high = this.word() >>> 6;
    return (high * 134217728 + (this.word() >>> 5) + 0.5) / 9007199254740992;
  }

  /** The next `count` words of 32 bits: each is `next() * 2^32 - 0.5`. */
  words(into: Uint32Array, count: number): void {
    const { state } = this;
    // One by one: out of an array they would be three times as slow.
    let a = (state[0] as number) | 0;
    let b = (state[1] as number) | 0;
    let c = (state[2] as number) | 0;
    let counter = (state[3] as number) | 0;
    for (let at = 0; at < count; at += 1) {
      const drawn = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + drawn) | 0;
      into[at] = drawn;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
  }

  private word(): number {
    const { state } = this;
    const [a, b, c, counter] = [state[0] as number, state[1] as number, state[2] as number,
      state[3] as number];
    const drawn = (a + b + counter) >>> 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + drawn;
    return drawn;
  }
}

const MIXING_ROUNDS = 16;
