/** A record's codes of one dimension, as narrow as the labels allow; 0 is a record without one. */
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Codes of so many rows, as wide as a number of labels asks for. */
export const narrow = (labels: number, rows: number): Codes =>
  labels < 2 ** 8 ? new Uint8Array(rows) : labels < 2 ** 16 ? new Uint16Array(rows)
    : new Uint32Array(rows);

/** Values of one piece of a growing column: 2 to the power of PIECE_BITS. */
const PIECE_BITS = 13;
export const PIECE = 1 << PIECE_BITS;
const INSIDE = PIECE - 1;

export type Grown = Float64Array | Uint32Array | Uint8Array;

/**
 * A typed array that grows, in pieces: nothing is copied while it does. What was never set is 0,
 * and a piece that has nothing else takes no memory: many tapes lack an amount in every row.
 * Rows have numbers of 32 bits, so that their places are found by shifts.
 */
export class Growing<A extends Grown> {
  length = 0;
  private readonly pieces: (A | undefined)[] = [];

  constructor(
    readonly type: "f64" | "u32" | "u8", private readonly kind: new (length: number) => A,
  ) {}

  push(value: number): void {
    this.set(this.length, value);
  }

  set(index: number, value: number): void {
    const at = index >>> PIECE_BITS;
    let piece = this.pieces[at];
    if (piece === undefined && !Object.is(value, 0)) piece = this.pieces[at] = new this.kind(PIECE);
    if (piece !== undefined) piece[index & INSIDE] = value;
    if (index >= this.length) this.length = index + 1;
  }

  at(index: number): number {
    return this.pieces[index >>> PIECE_BITS]?.[index & INSIDE] ?? 0;
  }

  *values(): Generator<A> {
    const nothing = new this.kind(PIECE);
    for (let from = 0; from < this.length; from += PIECE) {
      const piece = this.pieces[from / PIECE] ?? nothing;
      yield piece.subarray(0, this.length - from) as A;
    }
  }
}

/** The codes of a growing dimension; a piece that is full is kept as narrow as its codes allow. */
export class GrowingCodes {
  private readonly pieces: (Codes | undefined)[] = [];
  private readonly open = new Uint32Array(PIECE);
  private openAt = 0;
  private most = 0;

  /** Sets the code of a row behind all that have one. */
  set(index: number, code: number): void {
    const at = index >>> PIECE_BITS;
    if (at !== this.openAt) this.close(at);
    this.open[index & INSIDE] = code;
    if (code > this.most) this.most = code;
  }

  private close(next: number): void {
    if (this.most > 0) {
      const piece = narrow(this.most, PIECE);
      piece.set(this.open);
      this.pieces[this.openAt] = piece;
      this.open.fill(0);
      this.most = 0;
    }
    this.openAt = next;
  }

  at(index: number): number {
    return this.pieceAt(index)?.[index & INSIDE] ?? 0;
  }

  /** The piece that a row stands in, where it has codes. */
  pieceAt(row: number): Codes | undefined {
    const at = row >>> PIECE_BITS;
    return at === this.openAt ? this.open : this.pieces[at];
  }
}
